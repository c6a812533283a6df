"""What lies beside a file and tells of it: subtitles, caption sidecars, CSV shot logs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from index.subtitles import Line, Read, clean, parse, text_of
from timeline.time import TimeRange, exact

SUBTITLES = (".srt", ".vtt", ".ass", ".ssa")
LARGEST_BYTES = 16 * 2**20
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?(?:\.(?:forced|sdh|cc|hi|default))?"
    r"|forced|sdh|cc|hi|default|english|german|french|spanish|italian|portuguese",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A caption somebody wrote for a span of a file."""

    range: TimeRange
    text: str
    source: str  # "sidecar" or "shot log"


@dataclass(frozen=True, slots=True)
class Sidecars:
    """All that lies beside one file, and notes on what could not be read."""

    captions: tuple[Told, ...] = ()
    speech: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Changes when what is told changes; "" when there is nothing."""
        if not (self.captions or self.speech):
            return ""
        body = repr((self.captions, self.speech)).encode()
        return hashlib.sha256(body).hexdigest()[:12]


class Folder:
    """The sidecars of one folder: listed once, its shot logs read once."""

    def __init__(self, path: Path) -> None:
        self._files = sorted(f for f in path.iterdir() if _small(f))
        self._logs: list[tuple[str, Told]] = []
        self._notes: list[str] = []
        for file in self._files:
            if file.suffix.lower() == ".csv":
                rows, notes = _shot_log(text_of(file.read_bytes()))
                self._logs += rows
                self._notes += [f"{file.name}: {note}" for note in notes]

    def beside(self, path: Path) -> Sidecars:
        """What this folder tells of the file at `path`."""
        captions: list[Told] = []
        speech: list[Line] = []
        notes: list[str] = []
        for file in self._files:
            found: tuple[list[Told], list[str]] | None = None
            if _is_captions(file.name, path):
                found = _caption_file(text_of(file.read_bytes()))
                captions += found[0]
            elif _is_subtitles(file.name, path):
                read = _subtitle_file(file)
                if not speech:  # the first language in order of name; never two at once
                    speech += read.lines
                found = [], list(read.notes)
            notes += [f"{file.name}: {note}" for note in found[1]] if found else []
        mine = [told for name, told in self._logs if name in (path.name, path.stem)]
        captions += mine
        return Sidecars(tuple(captions), tuple(speech), tuple(notes + self._notes * bool(mine)))


def _small(file: Path) -> bool:
    endings = (*SUBTITLES, ".csv", ".json")
    if file.name.startswith(".") or not file.name.lower().endswith(endings):
        return False
    return file.is_file() and file.stat().st_size <= LARGEST_BYTES


def _is_captions(name: str, path: Path) -> bool:
    return name in (f"{path.stem}.captions.json", f"{path.name}.captions.json")


def _is_subtitles(name: str, path: Path) -> bool:
    stem, dot, ending = name.rpartition(".")
    if f"{dot}{ending}".lower() not in SUBTITLES:
        return False
    for owner in (path.name, path.stem):
        if stem == owner:
            return True
        if stem.startswith(f"{owner}.") and _LANGUAGE.fullmatch(stem[len(owner) + 1 :]):
            return True
    return False


def _subtitle_file(file: Path) -> Read:
    return parse(text_of(file.read_bytes()), file.suffix.lower())


def _caption_file(text: str) -> tuple[list[Told], list[str]]:
    try:
        rows = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        return [], [f"this is not JSON ({error}); no caption was read"]
    if not isinstance(rows, list):
        return [], ['this is not a list of {"start_s", "end_s", "text"}; no caption was read']
    keep = [row if isinstance(row, dict) else {} for row in rows]
    return _rows(keep, "sidecar", lambda place: f"caption {place + 1}")


def _shot_log(text: str) -> tuple[list[tuple[str, Told]], list[str]]:
    """(name, caption) of each row, where the header has name, start_s, end_s and text."""
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
        head = [(h or "").strip().lower() for h in table.fieldnames or ()]
        if not {"name", "start_s", "end_s", "text"} <= set(head):
            return [], []
        table.fieldnames = head
        rows = list(table)
    except csv.Error as error:
        return [], [f"this shot log cannot be read ({error})"]
    kept, notes = [], []
    for place, row in enumerate(rows):
        told, note = _rows([row], "shot log", lambda _, at=place: f"row {at + 2}")  # type: ignore[misc]
        kept += [(str(row.get("name") or "").strip(), one) for one in told]
        notes += note
    return kept, notes


def _rows(
    rows: list[dict[str, Any]], source: str, where: Callable[[int], str]
) -> tuple[list[Told], list[str]]:
    kept, notes = [], []
    for place, row in enumerate(rows):
        start, end = _time(row.get("start_s")), _time(row.get("end_s"))
        text = clean(row["text"]) if isinstance(row.get("text"), str) else ""
        if start is None or end is None or end <= start or not text:
            notes.append(f"{where(place)} was passed over: it needs start_s < end_s and a text")
        else:
            kept.append(Told(TimeRange(start, end), text, source))
    more = len(notes) - 5
    return kept, [*notes[:5], f"and {more} more"] if more > 0 else notes


def _time(value: object) -> Fraction | None:
    """Seconds of at most a week, from a number or the text of one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
        if not math.isfinite(number) or not -1 < number <= 7 * 86400:
            return None
        return max(Fraction(0), exact(value.strip() if isinstance(value, str) else value))
    except (ValueError, OverflowError):
        return None
