"""What a writer is told of one piece of footage: quoted, and short enough whatever its length."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import PurePath

from index import titles
from index.corrections import Correction, corrected, latest
from index.describing.budget import tokens
from index.quote import LONGEST, quoted, visible
from project.footage import Footage, Moment, Speech
from timeline.time import TimeRange, clock

A_LINE = 140  # tokens; only other scripts than Latin, and much that is escaped, come to more
LEAST_LINE = 18  # tokens
A_NUMBER, A_HEADING = 12, 80  # tokens: "footage 12", and that with what is left out
NOUNS = {"caption": "captions", "speech": "spoken lines", "text in the picture": "screen texts"}


@dataclass(frozen=True, slots=True)
class Told:
    """Something known of a span of footage."""

    kind: str  # one of NOUNS
    range: TimeRange
    text: str
    who: str = ""

    @property
    def line(self) -> str:
        """It as a line of data, with where it stands."""
        who = f", {self.who}" if self.who else ""
        return data_line(
            f"{self.kind} {clock(self.range.start)}-{clock(self.range.end)}{who}", self.text
        )


@dataclass(frozen=True, slots=True)
class Material:
    """What a writer reads of one piece of footage.

    lines: quoted, without a number; left_out: what is not among them, "" where all is; empty:
    nothing but the file itself is known.
    """

    lines: tuple[str, ...]
    left_out: str = ""
    empty: bool = False

    @property
    def tokens(self) -> int:
        return tokens("\n".join(self.lines)) + tokens(self.left_out) + A_NUMBER

    @property
    def digest(self) -> str:
        """Changes when what is told does."""
        return hashlib.sha256("\n".join([*self.lines, self.left_out]).encode()).hexdigest()


def data_line(source: str, text: str) -> str:
    """A text as a line of data, with where it comes from; a long one cut with an ellipsis."""
    longest = LONGEST
    while tokens(line := quoted(source, text, longest=longest)) > A_LINE and longest > 24:
        longest = longest * 2 // 3
    return line


def material(
    footage: Footage,
    moments: Sequence[Moment],
    speech: Sequence[Speech],
    kept: Sequence[Correction],
    *,
    allowed: int,
) -> Material:
    """What is known of `footage` in about `allowed` tokens.

    Where all of it is longer, each kind is thinned out evenly over the length of the footage, and
    how much of it is left out is said.
    """
    moments = corrected(moments, kept)
    head = [data_line("file", _file(footage)), *_by_creator(kept)]
    every = _all_told(moments, speech)
    shown = any(one.kind == "caption" for one in every)
    looks = "" if shown else titles.look(moments)
    head += [data_line("how it looks and sounds", looks)] if looks else []
    fits = allowed - tokens("\n".join(head)) - A_HEADING
    some = every if _length(every) <= fits else _thinned(every, footage.duration_s, fits)
    empty = not every and not looks and not titles.name_words(footage.name) and len(head) == 1
    lines = (*head, *(one.line for one in some))
    return Material(lines, _left_out(every, some), empty)


def _file(footage: Footage) -> str:
    facts = footage.technical
    parts = [footage.name]
    folder = PurePath(footage.folder).name
    parts += [f"in the folder {folder}"] if folder else []
    parts += [clock(footage.duration_s), facts.orientation if facts.has_picture else "no picture"]
    return ", ".join([*parts, "with sound" if facts.has_sound else "without sound"])


def _by_creator(kept: Sequence[Correction]) -> list[str]:
    """What the creator said of the footage as a whole, and of people and places in it."""
    said = {field: latest(kept, field) for field in ("title", "summary")}
    for field in ("people", "place"):
        said[field] = ", ".join(dict.fromkeys(c.value for c in kept if c.field == field))
    return [data_line(f"the creator, {field}", text) for field, text in said.items() if text]


def _all_told(moments: Sequence[Moment], speech: Sequence[Speech]) -> list[Told]:
    """Captions, speech and screen text in order of time, neighbours that say the same as one."""
    told = [Told("speech", s.range, visible(s.text), visible(s.speaker)[:40]) for s in speech]
    told += _runs("caption", [(m.range, m.caption) for m in titles.told(moments)])
    told += _runs("text in the picture", [(m.range, m.screen_text) for m in moments])
    kinds = list(NOUNS)
    return sorted(
        (one for one in told if one.text),
        key=lambda one: (one.range.start, kinds.index(one.kind), one.range.end),
    )


def _runs(kind: str, seen: Iterable[tuple[TimeRange, str]]) -> list[Told]:
    out = []
    for text, group in groupby(seen, key=lambda one: one[1]):
        spans = [span for span, _ in group]
        out.append(Told(kind, TimeRange(spans[0].start, spans[-1].end), visible(text)))
    return out


def _length(told: Sequence[Told]) -> int:
    return tokens("\n".join(one.line for one in told))


def _thinned(every: Sequence[Told], duration_s: Fraction, fits: int) -> list[Told]:
    """As many of `every` as fit, of each kind what stands nearest to evenly spread times."""
    few, many = 0, min(len(every), max(0, fits) // LEAST_LINE)
    best: list[Told] = []
    while few < many:  # the most times with which it still fits
        times = (few + many + 1) // 2
        some = _at(every, duration_s, times)
        if _length(some) <= fits:
            few, best = times, some
        else:
            many = times - 1
    return best


def _at(every: Sequence[Told], duration_s: Fraction, times: int) -> list[Told]:
    """What is told nearest to each of so many times, spread evenly, by kind."""
    wanted: set[int] = set()
    for kind in NOUNS:
        mine = [place for place, one in enumerate(every) if one.kind == kind]
        at = 0
        for number in range(times if mine else 0):
            time_s = duration_s * (2 * number + 1) / (2 * times)
            while at + 1 < len(mine) and _off(every[mine[at + 1]], time_s) <= _off(
                every[mine[at]], time_s
            ):
                at += 1
            wanted.add(mine[at])
    return [every[place] for place in sorted(wanted)]


def _off(one: Told, time_s: Fraction) -> Fraction:
    """How many seconds away from a time something is told; 0 inside its span."""
    return max(one.range.start - time_s, time_s - one.range.end, Fraction(0))


def _left_out(every: Sequence[Told], some: Sequence[Told]) -> str:
    parts = []
    for kind, noun in NOUNS.items():
        whole = sum(one.kind == kind for one in every)
        gone = whole - sum(one.kind == kind for one in some)
        parts += [f"{gone} of {whole} {noun}"] if gone else []
    out = [f"left out, evenly over its length: {', '.join(parts)}"] if parts else []
    long = sum(json.loads(one.line)["text"] != one.text for one in some)
    out += [f"cut short: {long} {'text' if long == 1 else 'texts'}"] if long else []
    return "; ".join(out)
