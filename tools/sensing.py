"""The part of a span that senses pick: the brightest, the calmest, before the camera moves."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from project.footage import Moment, Senses
from timeline.time import TimeRange

Kind = Literal["most", "before", "after"]


@dataclass(frozen=True, slots=True)
class Sense:
    """A wish in terms of the senses. `said` is how it is told: "brightest"."""

    kind: Kind
    said: str
    level: Callable[[Senses], float]  # higher is more of what is wished
    unit: str = ""

    @property
    def noticed(self) -> float:
        """The least difference of levels that anybody would notice."""
        return {"loudest": 2.0, "quietest": 2.0, "with most faces": 0.5}.get(self.said, 0.02)


def _camera(senses: Senses) -> float:
    return max(abs(senses.pan), abs(senses.tilt), abs(senses.zoom))


_MOST: tuple[tuple[str, str, Callable[[Senses], float]], ...] = (
    (r"bright\w*|light(?:est)?\b", "brightest", lambda s: s.light),
    (r"dark\w*", "darkest", lambda s: -s.light),
    (r"steadi\w*|least shak\w*|stable", "steadiest", lambda s: -s.shake),
    (r"shak\w*", "shakiest", lambda s: s.shake),
    (r"calm\w*|still\w*|least (?:motion|movement)|moves? (?:the )?least", "calmest",
     lambda s: -s.motion),
    (r"moves?\b.*\bmost|most (?:motion|movement|action|moving)|busi\w*|liveli\w*|action",
     "liveliest", lambda s: s.motion),
    (r"loud\w*", "loudest", lambda s: s.loudness_db),
    (r"quiet\w*|silent\w*", "quietest", lambda s: -s.loudness_db),
    (r"sharp\w*|in focus|crisp\w*", "sharpest", lambda s: s.sharpness),
    (r"colou?rful|saturated|vivid", "most colourful", lambda s: s.saturation),
    (r"warm\w*|golden", "warmest", lambda s: s.warmth),
    (r"cold\w*|cool\w*", "coldest", lambda s: -s.warmth),
    (r"speak\w*|speech|talk\w*|voice|said|says", "where someone speaks", lambda s: s.speech),
    (r"music", "most musical", lambda s: s.music),
    (r"close(?:st|-?up)", "closest", lambda s: s.face_size),
    (r"faces?|people|someone", "with most faces", lambda s: float(s.faces)),
)  # fmt: skip

CAMERA_MOVES = 0.05  # frame widths per second
CHANGE = 0.08  # luma in one second


def understood(words: str) -> Sense | None:
    """The sense that words wish for, or None when they speak of something else.

    >>> understood("the brightest part").said
    'brightest'
    """
    text = words.casefold()
    side: Kind | None = None
    if re.search(r"\b(?:before|until|till)\b", text):
        side = "before"
    elif re.search(r"\b(?:after|once|when|from)\b", text):
        side = "after"
    if side and re.search(r"\bcamera\b|\bpans?\b|\btilts?\b|\bzooms?\b", text):
        if re.search(r"\bstops?\b|\brests?\b|\bsettles?\b", text):
            return Sense(side, f"{side} the camera stops", _camera, "rest")
        return Sense(side, f"{side} the camera moves", _camera, "camera")
    if side and re.search(r"\bcut\b|\bshot changes?\b", text):
        return Sense(side, f"{side} the cut", _camera, "cut")
    if side and re.search(r"\blight\b.*\bchang|\bgets? (?:dark|bright|light)", text):
        return Sense(side, f"{side} the light changes", lambda s: abs(s.light_change), "light")
    for pattern, said, level in _MOST:
        if re.search(rf"\b(?:{pattern})", text):
            return Sense("most", said, level)
    return None


def part(
    sense: Sense, moments: list[Moment], room: TimeRange, length: Fraction | None
) -> TimeRange | None:
    """The part of `room` the sense picks, `length` long if asked; None where there is none."""
    inside = [m for m in moments if m.range.overlap(room) > 0]
    if not inside:
        return None
    if sense.kind != "most":
        return _beside(sense, inside, room, length)
    levels = [sense.level(m.senses) for m in inside]
    if length is None and max(levels) - min(levels) < sense.noticed:
        return None  # it is the same everywhere: nothing to choose by
    if length is None:
        run = _run(levels)
        span = TimeRange(inside[run[0]].range.start, inside[run[1]].range.end)
        return span.clamp(room)
    length = min(length, room.duration)
    starts = [min(max(m.range.start, room.start), room.end - length) for m in inside]
    best = max(starts, key=lambda s: (_mean(levels, inside, TimeRange(s, s + length)), -s))
    return TimeRange(best, best + length)


def _mean(levels: list[float], moments: list[Moment], span: TimeRange) -> float:
    """The level over a span, each second by how much of it lies inside."""
    weights = [float(m.range.overlap(span)) for m in moments]
    whole = sum(weights)
    return sum(w * v for w, v in zip(weights, levels, strict=True)) / whole if whole else -1e9


def _run(levels: list[float]) -> tuple[int, int]:
    """First and last place of the run around the highest level that stays over the midpoint."""
    top = max(range(len(levels)), key=lambda i: levels[i])
    enough = (levels[top] + statistics.median(levels)) / 2
    first = last = top
    while first > 0 and levels[first - 1] >= enough:
        first -= 1
    while last + 1 < len(levels) and levels[last + 1] >= enough:
        last += 1
    return first, last


def _beside(
    sense: Sense, inside: list[Moment], room: TimeRange, length: Fraction | None
) -> TimeRange | None:
    at = _event(sense, inside)
    if at is None:
        return None
    whole = TimeRange(room.start, at) if sense.kind == "before" else TimeRange(at, room.end)
    whole = whole.clamp(room)
    if whole.duration <= 0:
        return None
    if length is None or length >= whole.duration:
        return whole
    if sense.kind == "before":
        return TimeRange(whole.end - length, whole.end)
    return TimeRange(whole.start, whole.start + length)


def _event(sense: Sense, inside: list[Moment]) -> Fraction | None:
    """When it happens: the first second where it does after one where it does not."""
    if sense.unit == "cut":
        pairs = itertools.pairwise(inside)
        return next((b.range.start for a, b in pairs if a.shot_ordinal != b.shot_ordinal), None)
    least = CHANGE if sense.unit == "light" else CAMERA_MOVES
    on = [(sense.level(m.senses) >= least) != (sense.unit == "rest") for m in inside]
    for place in range(1, len(on)):
        if on[place] and not on[place - 1]:
            return inside[place].range.start
    return None
