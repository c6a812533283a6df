"""Subtitle files (.srt, .vtt, .ass) read line by line; what cannot be read is named, not fatal.

Who speaks is kept where the file says so: `<v Name>` in WebVTT, the Name of an ASS line, and
`NAME:` before the words where a file does so throughout.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from timeline.time import TimeRange

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?"
_ARROW = re.compile(rf"^\s*{_TIME}\s*-{{1,2}}>\s*{_TIME}")
_STAMP = re.compile(rf"^\s*{_TIME}\s*$")
_MARKUP = re.compile(r"<[^>\n]{0,200}>|\{[^}\n]{0,400}\}")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_VOICE = re.compile(r"<v(?:\.[\w.-]{1,80})?[ \t]+([^>\n]{1,80})>")
_NAMED = re.compile(r"\s*(?:>>|[-–—])?\s*([^\W\d_][\w.'’ -]{0,30}?)\s?:\s+(?=\S)")
_NO_NAMES = frozenset(
    (
        "note",
        "notes",
        "nb",
        "ps",
        "warning",
        "tip",
        "question",
        "answer",
        "step",
        "example",
        "q",
        "a",
    )
)
LONGEST_LINE = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """Words with the span they are shown in, and who says them where the file tells."""

    range: TimeRange
    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a subtitle file held, and notes on the lines that could not be used."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def text_of(data: bytes) -> str:
    """The text in a file of unknown encoding: UTF-8 or UTF-16 by mark, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def clean(text: str) -> str:
    """`text` on one line without markup or invisible characters, at most 2,000 characters."""
    flat = html.unescape(_MARKUP.sub(" ", text.replace("\\N", " ").replace("\\n", " ")))
    return " ".join(_INVISIBLE.sub("", flat).split())[:LONGEST_LINE]


def parse(text: str, ending: str) -> Read:
    """The lines of a subtitle file's `text`; `ending` is ".srt", ".vtt", ".ass" or ".ssa"."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = list(_ass(rows) if ending in (".ass", ".ssa") else _blocks(rows))
    names = _names(text for _, _, _, text, speaker in found if not speaker)
    lines: list[Line] = []
    notes: list[str] = []
    for number, start, end, words, speaker in found:
        if start is None or end is None or end <= start:
            notes.append(f"line {number}: the times cannot be used")
        else:
            lines += _shared(TimeRange(start, end), _turns(words, speaker, names))
    lines.sort(key=lambda line: (line.range.start, line.range.end))
    return Read(tuple(lines), _short(notes))


def _short(notes: list[str]) -> tuple[str, ...]:
    more = len(notes) - 5
    return (*notes[:5], f"and {more} more lines") if more > 0 else tuple(notes)


def _turns(words: str, speaker: str, names: frozenset[str]) -> list[tuple[str, str]]:
    """(speaker, text) of each turn in one subtitle; those without words left out."""
    turns: list[tuple[str, str]] = []
    before, *voices = _VOICE.split(words)
    if voices:
        turns = [(speaker, before), *zip(voices[::2], voices[1::2], strict=True)]
    elif names and not speaker:
        turns = [("", "")]
        for row in words.replace("\\N", "\n").split("\n"):
            name = _name_of(row)
            if name in names:
                turns.append((name, _NAMED.sub("", clean(row), count=1)))
            else:
                turns[-1] = turns[-1][0], f"{turns[-1][1]}\n{row}"
    else:
        turns = [(speaker, words)]
    cleaned = [(clean(who), clean(said)) for who, said in turns]
    return [(who, said) for who, said in cleaned if said]


def _shared(span: TimeRange, turns: list[tuple[str, str]]) -> list[Line]:
    """A line for each turn; several share the span by the length of what they say."""
    letters = sum(len(said) for _, said in turns)
    lines, at = [], 0
    for who, said in turns:
        start = span.start + span.duration * at / letters
        at += len(said)
        lines.append(Line(TimeRange(start, span.start + span.duration * at / letters), said, who))
    return lines


def _names(texts: Iterable[str]) -> frozenset[str]:
    """The names that stand before the words throughout a file; empty where that is not sure.

    Names in capitals have to come twice in all; others need two people who speak twice each.
    """
    rows = (row for text in texts for row in text.replace("\\N", "\n").split("\n"))
    often = Counter(name for row in rows if (name := _name_of(row)))
    capitals = {name: n for name, n in often.items() if name.upper() == name and len(name) > 1}
    others = {name: n for name, n in often.items() if name not in capitals and n > 1}
    sure = set(capitals) if sum(capitals.values()) > 1 else set()
    return frozenset(sure | (set(others) if len(others) > 1 else set()))


def _name_of(row: str) -> str:
    """What may be a name before a colon: one to three words, each with a capital."""
    found = _NAMED.match(clean(row))
    if not found:
        return ""
    words = found[1].split()
    fits = len(words) <= 3 and all(w[:1].isupper() or w[:1].isdigit() for w in words)
    return found[1] if fits and found[1].lower().rstrip(".") not in _NO_NAMES else ""


Cue = tuple[int, Fraction | None, Fraction | None, str, str]


def _blocks(rows: list[str]) -> Iterator[Cue]:
    """SubRip and WebVTT cues: a line with an arrow, then text up to an empty line."""
    place = 0
    while place < len(rows):
        number, row = place + 1, rows[place]
        place += 1
        if "->" not in row:
            continue
        match, words = _ARROW.match(row), []
        while place < len(rows) and rows[place].strip() and "->" not in rows[place]:
            words.append(rows[place])
            place += 1
        text = "\n".join(words)
        if match:
            times = match.groups()
            yield number, _seconds(*times[:4]), _seconds(*times[4:]), text, ""
        elif not row.lstrip().startswith("NOTE"):
            yield number, None, None, text, ""


def _ass(rows: list[str]) -> Iterator[Cue]:
    """Dialogue rows of (Advanced) SubStation Alpha, by the file's own Format row."""
    columns = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv",
               "effect", "text"]  # fmt: skip
    in_events = False
    for number, row in enumerate(rows, start=1):
        if row.strip().startswith("["):
            in_events = row.strip().lower() == "[events]"
        elif in_events and row.startswith("Format:"):
            columns = [c.strip().lower() for c in row[7:].split(",")]
        elif in_events and row.startswith("Dialogue:"):
            cells = dict(zip(columns, row[9:].split(",", len(columns) - 1), strict=False))
            start, end = (_STAMP.match(cells.get(k, "")) for k in ("start", "end"))
            yield (number, _seconds(*start.groups()) if start else None,
                   _seconds(*end.groups()) if end else None,
                   cells.get("text", ""), cells.get("name") or cells.get("actor", ""))  # fmt: skip


def _seconds(hours: str | None, minutes: str, seconds: str, part: str | None) -> Fraction:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + (Fraction(int(part), 10 ** len(part)) if part else Fraction(0))
