"""What rendering has to know of a source: its probe, and whether jumps into it can be trusted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from media.probe import LIMITS, from_note, path_hex, raise_if_error, regular
from media.sandbox import worker
from media.values import Cancel, Probe

LEAD_S = Fraction(1)  # how far before the wanted place reading starts
_known: dict[tuple[str, int, int, tuple[str, ...]], Source] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Source:
    """A probed file. `jumps`: reading may start in its middle."""

    probe: Probe
    jumps: bool

    def entry(self, start_s: Fraction) -> Fraction:
        """Where to start reading to show what stands at `start_s`: whole milliseconds, or 0."""
        if not self.jumps or start_s <= 2 * LEAD_S:
            return Fraction(0)
        return Fraction(int((start_s - LEAD_S) * 1000), 1000)


def source(path: Path, at: Sequence[Fraction], *, cancel: Cancel | None = None) -> Source:
    """Probe `path` and look at where jumps to `at` land. Raises MediaError, Cancelled."""
    regular(path)
    facts = path.stat()
    places = tuple(sorted({str(time_s) for time_s in at if time_s > 0}))
    key = (path_hex(path), facts.st_size, facts.st_mtime_ns, places)
    with _lock:
        if key in _known:
            return _known[key]
    job = {"do": "source", "path": path_hex(path), "at": list(places)}
    with worker(dict(job), limits=LIMITS, cancel=cancel) as child:
        for message in child.messages():
            raise_if_error(message)
            found = Source(from_note(path, message.note), bool(message.note["sound"]))
            with _lock:
                _known[key] = found
            return found
        child.finish()
        raise child.failure(f"gave no answer about {path.name!r}")
