"""Titles as subtitle files: SubRip, or WebVTT where the name ends in .vtt.

All titles are in it, whatever their style, in the order of their times: a subtitle file is the
only place where another program finds the words as words.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from timeline.exchange import MediaRef, plain_line, write_text
from timeline.model import Timeline, Title

_NO_MEDIA: Mapping[str, MediaRef] = MappingProxyType({})


def write(
    tl: Timeline,
    out: Path,
    *,
    media: Mapping[str, MediaRef] = _NO_MEDIA,  # noqa: ARG001 - all exchange writers take it
) -> Path:
    """`out` as a subtitle file of all titles; an empty list without any. Raises ExchangeError."""
    web = out.suffix.lower() == ".vtt"
    blocks = ["WEBVTT\n"] if web else []
    titles = sorted(tl.titles, key=lambda t: (t.span.start, t.span.end, t.id))
    for number, title in enumerate(titles, start=1):
        start, end = _milliseconds(title)
        mark = "." if web else ","
        words = "\n".join(_lines(title, web=web))
        blocks.append(f"{number}\n{_clock(start, mark)} --> {_clock(end, mark)}\n{words}\n")
    return write_text(out, "\n".join(blocks))


def _lines(title: Title, *, web: bool) -> list[str]:
    """The words line by line; no line is empty and none can be read as a time line."""
    lines = [plain_line(line) for line in title.text.splitlines()]
    safe = [line.replace("-->", "→") for line in lines if line]
    if web:
        safe = [
            line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in safe
        ]
    return safe or ["…"]


def _milliseconds(title: Title) -> tuple[int, int]:
    start = int(title.span.start * 1000 + Fraction(1, 2))
    return start, max(start + 1, int(title.span.end * 1000 + Fraction(1, 2)))


def _clock(milliseconds: int, mark: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{rest:03}"
