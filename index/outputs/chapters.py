"""Chapters of one piece of footage: the list YouTube reads in a description, and WebVTT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from index.outputs.sections import LEAST_S, Section
from timeline.exchange import plain_line

Format = Literal["youtube", "vtt"]
FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIXES: dict[Format, tuple[str, ...]] = {"youtube": (".txt", ".md"), "vtt": (".vtt",)}
FEWEST = 3  # YouTube shows no chapters where there are fewer, or one is under ten seconds
MOST_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class ChapterText:
    """Chapters as text, and what the creator should know of them."""

    text: str
    notes: tuple[str, ...] = ()


def chapters(sections: Sequence[Section], kind: Format) -> ChapterText:
    """`sections` as `kind`; a note says where YouTube would not show them."""
    if kind == "vtt":
        return ChapterText(web_vtt(sections))
    return ChapterText(youtube(sections), youtube_notes(sections))


def youtube(sections: Sequence[Section]) -> str:
    """One `0:00 Title` a line, whole seconds rounded down, so that no word is missed."""
    long = bool(sections) and sections[-1].range.start >= 3600
    lines = [f"{_stamp(s.range.start, long=long)} {_unbracketed(s.title)}" for s in sections]
    return "\n".join(lines) + "\n"


def youtube_notes(sections: Sequence[Section]) -> tuple[str, ...]:
    """Why YouTube would show none of these as chapters; empty where it would."""
    if not sections:
        return ("there is nothing in it to make chapters of",)
    whole_s = sections[-1].range.end
    short = [s for s in sections if s.range.duration < LEAST_S]
    if whole_s < FEWEST * LEAST_S:
        return (
            f"{float(whole_s):.1f} s is too short for YouTube: it shows chapters where there are"
            f" at least {FEWEST}, each of {LEAST_S} s or more; use --format vtt for other players",
        )
    if len(sections) < FEWEST or short:
        return (
            f"YouTube shows chapters where there are at least {FEWEST}, each of {LEAST_S} s or"
            " more; speech without a break leaves no room for so many here. Add lines by hand,"
            " or use --format vtt for other players",
        )
    return ()


def _unbracketed(title: str) -> str:
    """A title as YouTube's descriptions take it, which hold no angle brackets."""
    return plain_line(title.replace("<", "‹").replace(">", "›"), most=MOST_CHARACTERS)


def _stamp(seconds: Fraction, *, long: bool) -> str:
    whole = int(seconds)
    if long:
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{whole // 60}:{whole % 60:02}"


def web_vtt(sections: Sequence[Section]) -> str:
    """The chapters as WebVTT cues, one after the other to the end."""
    blocks = ["WEBVTT\n"]
    for number, section in enumerate(sections, start=1):
        start, end = (_vtt_time(t) for t in (section.range.start, section.range.end))
        blocks.append(f"{number}\n{start} --> {end}\n{_vtt_text(section.title)}\n")
    return "\n".join(blocks)


def _vtt_text(title: str) -> str:
    """A title on one line that no player reads as markup or as a time line."""
    safe = plain_line(title).replace("-->", "→")
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") or "…"


def _vtt_time(seconds: Fraction) -> str:
    whole, rest = divmod(int(seconds * 1000 + Fraction(1, 2)), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"
