"""Subtitles as a track of a finished film, beside its pictures and not in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from media import command
from media.encode import TAGGED
from media.sandbox import Child, Limits
from media.values import Cancel, RenderTitle

LIMITS = Limits(quiet_s=1800.0)
MARKUP = re.compile(r"[<>{}\\]")  # what players may read as styling
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def add_track(
    film: Path, lines: Sequence[RenderTitle], out: Path, *, cancel: Cancel | None = None
) -> None:
    """Write `film` with `lines` as a text track (mov_text) to `out`; nothing is encoded again.

    Raises MediaError, Cancelled.
    """
    listing = out.with_suffix(".srt")
    listing.write_text(listed(lines), encoding="utf-8")
    try:
        inputs = [command.Input(film), command.Input(listing, ours="srt")]
        arguments = [
            "-map", "0:v", "-map", "0:a?", "-map", "1:s", "-c", "copy", "-c:s", "mov_text",
            "-map_metadata", "0", *TAGGED, "-f", "mp4",
        ]  # fmt: skip
        made = command.ffmpeg(inputs, out, arguments=arguments, progress=True)
        with Child(made, limits=LIMITS, cancel=cancel) as child:
            child.run()
    finally:
        listing.unlink(missing_ok=True)


def listed(lines: Sequence[RenderTitle]) -> str:
    """Lines as SubRip text: in order of time, without markup or anything like a time line."""
    blocks = []
    ordered = sorted(lines, key=lambda line: (line.start_s, line.end_s))
    for number, line in enumerate(ordered, start=1):
        start, end = _milliseconds(line.start_s), _milliseconds(line.end_s)
        blocks.append(
            f"{number}\n{_clock(start)} --> {_clock(max(end, start + 1))}\n{_plain(line)}\n"
        )
    return "\n".join(blocks)


def _plain(line: RenderTitle) -> str:
    text = CONTROL.sub(" ", MARKUP.sub(" ", line.text)).replace("-->", "→")
    rows = [" ".join(row.split()) for row in text.splitlines()]
    return "\n".join(row for row in rows if row) or "…"


def _milliseconds(seconds: Fraction) -> int:
    return int(seconds * 1000 + Fraction(1, 2))


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"
