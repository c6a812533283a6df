"""What a file holds, found by its content in a sandboxed worker; and its fingerprint."""

from __future__ import annotations

import hashlib
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

from media.errors import MediaError
from media.sandbox import Limits
from media.standing import Job, Standing, at_work
from media.values import AudioStream, Probe, SubtitleStream, VideoStream
from media.wire import Message

LIMITS = Limits(cpu_s=60, wall_s=60.0, quiet_s=20.0, file_size=0)
SAMPLE = 1 << 20


def path_hex(path: Path) -> str:
    """A path as jobs carry it: the hex of its bytes, so that any name fits."""
    return os.fsencode(path.absolute()).hex()


def raise_if_error(message: Message) -> None:
    """Raise the MediaError that a worker sent instead of an answer."""
    if message.kind == "error":
        raise MediaError(message.note["text"], verdict=message.note["verdict"])


def probe(path: Path, *, standing: Standing | None = None) -> Probe:
    """What `path` holds, asked of a worker of its own or of the `standing` one.

    Raises MediaError with the verdict in plain words.
    """
    regular(path)
    job: Job = {"do": "probe", "path": path_hex(path)}
    with at_work(job, limits=LIMITS, cancel=None, standing=standing) as child:
        found = None
        for message in child.messages():
            raise_if_error(message)
            found = from_note(path, message.note)
        child.finish()
        if found is not None:
            return found
        raise child.failure(f"gave no answer about {path.name!r}")


def regular(path: Path) -> None:
    """Raise MediaError unless `path` is an ordinary file (a pipe or device would hang)."""
    if not path.exists():
        raise MediaError(f"{path.name!r} is not there; was it moved or unplugged?")
    if not path.is_file():
        raise MediaError(f"{path.name!r} is not an ordinary file; it was left out")


def fingerprint(path: Path) -> str:
    """A name for the content: its length and 1 MiB from the start, the middle and the end."""
    regular(path)
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    try:
        with path.open("rb") as file:
            for at in sorted({0, max(0, size // 2 - SAMPLE // 2), max(0, size - SAMPLE)}):
                file.seek(at)
                digest.update(file.read(SAMPLE))
    except OSError as error:
        raise MediaError(f"{path.name!r} cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def from_note(path: Path, note: dict[str, Any]) -> Probe:
    """The probe that a worker sent as plain data."""
    return Probe(
        path=path,
        container=note["container"],
        bytes=path.stat().st_size,
        claimed_duration_s=Fraction(note["claimed"]) if note["claimed"] else None,
        video=_video(note["video"]) if note["video"] else None,
        audio=_audio(note["audio"]) if note["audio"] else None,
        audio_streams=tuple(_audio(a) for a in note["audio_streams"]),
        subtitles=tuple(SubtitleStream(**s) for s in note["subtitles"]),
        created=note["created"],
        notes=tuple(note["notes"]),
    )


def _video(note: dict[str, Any]) -> VideoStream:
    start, rate = Fraction(note["start"]), Fraction(note["rate"])
    rest = {k: v for k, v in note.items() if k not in ("start", "rate")}
    return VideoStream(start_s=start, rate=rate, **rest)


def _audio(note: dict[str, Any]) -> AudioStream:
    rest = {k: v for k, v in note.items() if k != "start"}
    return AudioStream(start_s=Fraction(note["start"]), **rest)
