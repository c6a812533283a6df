"""The frames a captioner looks at: the middle of each second, decoded in a sandboxed worker."""

from __future__ import annotations

from collections.abc import Iterator

from media.decode import decode
from media.errors import MediaError
from media.probe import fingerprint, probe
from media.values import Cancel, Still
from project.footage import Footage

LONGEST_EDGE_PX = 512  # what vision models look at, and what low detail of servers costs


def stills(footage: Footage, cancel: Cancel | None) -> Iterator[Still]:
    """One still for each second with a picture, in order. Raises MediaError, Cancelled."""
    found = probe(footage.path)
    for event in decode(footage.path, found, width_px=0, still_px=LONGEST_EDGE_PX, cancel=cancel):
        if isinstance(event, Still):
            yield event


def not_there(footage: Footage) -> str:
    """Why the file is not what was watched, "" where it is."""
    try:
        facts = footage.path.stat()
        if (facts.st_size, facts.st_mtime_ns) == (footage.bytes, footage.mtime_ns):
            return ""
        if fingerprint(footage.path) == footage.fingerprint:
            return ""
        return "the file changed since it was watched; ingest it again, then caption it"
    except (OSError, MediaError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        return f"the file cannot be read ({said}); bring it back, or ingest it where it is now"
