"""What the exchange formats share: media references, safe text, whole frames, safe writing."""

from __future__ import annotations

import os
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from timeline.errors import ExchangeError
from timeline.model import ZERO, Clip


@dataclass(frozen=True, slots=True)
class MediaRef:
    """The file behind a piece of footage, as another program has to find it.

    `width` and `height` are 0 for sound without a picture. `timecode_s` is the file's own
    start timecode in seconds; clips count from the file's first instant, not from it.
    """

    path: Path
    name: str
    duration: Fraction
    rate: Fraction
    width: int
    height: int
    has_sound: bool
    timecode_s: Fraction = ZERO

    @property
    def has_picture(self) -> bool:
        return self.width > 0 and self.height > 0


def not_carried(clip: Clip) -> list[str]:
    """What a clip has that only our own render and OTIO metadata hold, in words."""
    words = []
    if clip.reframe and clip.reframe.path:
        words.append("the frame moves with what it follows; here it stands still")
    if clip.grade:
        words.append(
            f"graded: light {clip.grade.light:+.2f}, contrast {clip.grade.contrast:.2f},"
            f" saturation {clip.grade.saturation:.2f}; not in this file"
        )
    return words


def media_of(media: Mapping[str, MediaRef], clip: Clip) -> MediaRef:
    """The file a clip plays. Raises ExchangeError."""
    try:
        return media[clip.footage_id]
    except KeyError:
        raise ExchangeError(
            f"clip {clip.id!r} plays footage {clip.footage_id!r} ({clip.name!r}), but no file was"
            " given for it; relink that footage, or take the clip off the timeline"
        ) from None


def file_url(path: Path) -> str:
    """An absolute `file://` URL, percent-encoded from the bytes of the name."""
    return path.absolute().as_uri()


def plain_line(text: str, *, most: int = 0) -> str:
    """`text` as one line of printable characters, at most `most` of them when that is given.

    Line breaks, tabs, control and direction characters become spaces; runs of spaces one.
    """
    shown = "".join(" " if unicodedata.category(c) in _UNSHOWN else c for c in _valid(text))
    line = " ".join(shown.split())
    return line[: most - 1] + "…" if most and len(line) > most else line


_UNSHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")


def xml_text(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot hold; the rest is left to escaping."""
    return "".join(
        c
        for c in _valid(text)
        if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
    )


def _valid(text: str) -> str:
    """`text` with the bytes of a name that are no UTF-8 shown as replacement characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def frames_of(seconds: Fraction, rate: Fraction) -> int:
    """`seconds` in frames of `rate`, to the nearest."""
    return int(seconds * rate + Fraction(1, 2)) if seconds >= 0 else -frames_of(-seconds, rate)


def write_text(out: Path, text: str) -> Path:
    """`out` holding `text` as UTF-8; it has its final name only once all of it is on disk."""
    part = out.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("w", encoding="utf-8", errors="replace", newline="") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(out)
    except OSError as error:
        raise ExchangeError(f"{out} could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return out
