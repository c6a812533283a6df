"""What can go wrong with pixels and samples. Every message says which file and what to do."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Literal

Verdict = Literal[
    "empty", "not-media", "incomplete", "damaged", "unsupported", "unreadable", "too-large"
]


class MediaError(Exception):
    """A file or a media job failed. `verdict` is the machine's word for why."""

    def __init__(self, message: str, *, verdict: Verdict = "unreadable") -> None:
        super().__init__(message)
        self.verdict = verdict


class WorkerFailed(MediaError):
    """A sandboxed worker died, ran out of time or memory; carries what it printed last."""

    def __init__(self, message: str, *, command: list[str] | None = None, tail: str = "") -> None:
        super().__init__(message)
        self.command, self.tail = command or [], tail


class DiskFull(MediaError):
    """There is no room left where something had to be written."""

    def __init__(self, place: Path) -> None:
        super().__init__(f"the disk is full; free some space and try again ({place})")


def disk_is_full(error: OSError, place: Path) -> DiskFull | None:
    """The error to raise where `error` says that no room is left in `place`, else None."""
    return DiskFull(place) if error.errno in (errno.ENOSPC, errno.EDQUOT) else None


class Cancelled(MediaError):
    """The creator stopped the job; nothing was left under a final name."""
