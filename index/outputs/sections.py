"""Footage parted into sections: where talk or pictures change, never inside a spoken line."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from index.outputs import headings, tiling
from index.outputs.known import Floats, Known
from index.titles import told
from index.words import STOP, stem, tokens
from project.footage import Moment, Speech
from timeline.time import TimeRange

LEAST_S = 10  # no section is shorter
FEWEST = 3  # sections, where there is room for them
WORDS, SENSES = 0.5, 0.5  # weights beside the vectors' 1
CUT, SPEAKER, PAUSE, BROKEN = 0.15, 0.1, 0.1, -0.25  # what speaks for and against a place
PAUSE_S = 2.0  # a pause this long counts in full
LEAST_CHANGE = 0.02  # a depth under this is no change
NEAR_S = 1.0  # a place may lie so far from the change that it stands for
SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the footage with a title in its own words."""

    range: TimeRange
    title: str


def sections(known: Known) -> tuple[Section, ...]:
    """`known` parted from its first instant to its last; one section where it is too short.

    No edge lies inside a spoken line; no section is shorter than 10 s unless it is the only one,
    and the shortest grows with the whole. Three or more where there is room.
    """
    whole = known.footage.range
    edges = [whole.start, *_edges(known), whole.end]
    parts = [TimeRange(a, b) for a, b in pairwise(edges)]
    titles = headings.titles([headings.material(known, part) for part in parts])
    return tuple(Section(part, title) for part, title in zip(parts, titles, strict=True))


def shortest_s(whole_s: float) -> float:
    """The shortest section wanted of a whole: 10 s up to 100 s, a minute for an hour."""
    return max(float(LEAST_S), math.sqrt(whole_s))


def most(whole_s: float) -> int:
    """How many sections a whole may have: 4 for a minute, 9 for ten, 14 for an hour."""
    return 2 + round(2 * math.log2(1 + whole_s / 60))


def _edges(known: Known) -> list[Fraction]:
    """Where the sections after the first one start."""
    whole_s = float(known.footage.duration_s)
    if whole_s < 2 * LEAST_S or len(known.moments) < 2:
        return []
    width = min(30, max(4, round(shortest_s(whole_s) / 2)))
    depth = tiling.depths(likeness(known, width))
    times = _candidates(known)
    values = _values(known, depth, times)
    at = np.array([float(t) for t in times])
    fewest = FEWEST - 1
    chosen = tiling.places(
        at, values, whole_s=whole_s, shortest_s=shortest_s(whole_s),
        counts=range(0, max(fewest, most(whole_s) - 1) + 1),
    )  # fmt: skip
    if len(chosen) < fewest:  # rather three parts of ten seconds than a rule about lengths
        chosen = tiling.places(
            at, values, whole_s=whole_s, shortest_s=LEAST_S, counts=range(fewest, fewest + 1)
        )
    return [times[k] for k in chosen]


def likeness(known: Known, width: int) -> Floats:
    """How alike both sides of the gap before each moment but the first are: (N - 1,)."""
    curves = [(SENSES, tiling.senses_likeness([m.senses for m in known.moments], width))]
    if known.vectors is not None:
        curves.append((1.0, tiling.likeness(known.vectors, width)))
    bags = _bags(known)
    if any(bags):
        curves.append((WORDS, tiling.words_likeness(bags, width)))
    total = sum(weight for weight, _ in curves)
    summed: Floats = np.sum([weight * curve for weight, curve in curves], axis=0)
    return summed / total


def _bags(known: Known) -> list[Counter[str]]:
    """The stems said, told and written in each moment."""
    bags: list[Counter[str]] = [Counter() for _ in known.moments]
    starts = [m.range.start for m in known.moments]
    for line in known.speech:
        first = max(0, bisect_left(starts, line.range.start) - 1)
        for at in range(first, bisect_left(starts, line.range.end)):
            bags[at].update(_stems(line.text))
    for bag, moment in zip(bags, known.moments, strict=True):
        if told([moment]):
            bag.update(_stems(moment.caption))
        bag.update(_stems(moment.screen_text))
    return bags


def _stems(text: str) -> list[str]:
    return [stem(word) for word in tokens(text) if word not in STOP]


def _candidates(known: Known) -> list[Fraction]:
    """Every time a section might start: moments, cuts, spoken lines; none inside a spoken line."""
    times = {m.range.start for m in known.moments}
    times |= {s.range.start for s in known.shots} | {s.range.start for s in known.speech}
    spans = _spoken(known.speech)
    starts = [span.start for span in spans]
    free = []
    for time in sorted(times):
        before = bisect_left(starts, time) - 1
        if 0 < time < known.footage.duration_s and (before < 0 or spans[before].end <= time):
            free.append(time)
    return free


def _spoken(speech: Sequence[Speech]) -> list[TimeRange]:
    """Spans in which somebody speaks without a gap where one line has ended."""
    spans: list[TimeRange] = []
    for line in speech:
        if spans and line.range.start < spans[-1].end:
            spans[-1] = TimeRange(spans[-1].start, max(spans[-1].end, line.range.end))
        else:
            spans.append(line.range)
    return spans


def _values(known: Known, depth: Floats, times: Sequence[Fraction]) -> Floats:
    """What each candidate is worth: the change beside it, and how well it falls."""
    gaps = np.array([float(m.range.start) for m in known.moments[1:]])
    cuts = {shot.range.start for shot in known.shots}
    punctuated = any(s.text.rstrip().endswith(SENTENCE_ENDS) for s in known.speech)
    starts = [line.range.start for line in known.speech]
    least = max(tiling.threshold(depth), LEAST_CHANGE)
    values = np.zeros(len(times))
    for place, time in enumerate(times):
        low, high = np.searchsorted(gaps, [float(time) - NEAR_S, float(time) + NEAR_S + 1e-9])
        far = np.abs(gaps[low:high] - float(time)) / NEAR_S
        change = float((depth[low:high] * (1 - 0.3 * far)).max()) if high > low else 0.0
        fall = CUT * (time in cuts)
        fall += _pause(known.speech, bisect_left(starts, time), time, punctuated=punctuated)
        # how well a place falls chooses between changes; it makes none
        values[place] = change - least + (fall if change >= least else min(0.0, fall))
    return values


def _pause(speech: Sequence[Speech], after: int, time: Fraction, *, punctuated: bool) -> float:
    """What the words on both sides of `time` say of it; `after` is the line that comes next."""
    if not 0 < after < len(speech):
        return 0.0
    before, coming = speech[after - 1], speech[after]
    gap_s = max(0.0, float(coming.range.start - before.range.end))
    worth = PAUSE * min(1.0, gap_s / PAUSE_S)
    if before.speaker != coming.speaker:
        worth += SPEAKER
    elif punctuated and gap_s < PAUSE_S and not before.text.rstrip().endswith(SENTENCE_ENDS):
        worth += BROKEN
    if time != coming.range.start and gap_s < PAUSE_S:
        worth -= PAUSE / 2  # better right where the words begin
    return worth


def within(moments: Sequence[Moment], span: TimeRange) -> list[Moment]:
    """The moments that lie in `span` with at least half of their length."""
    return [m for m in moments if span.overlap(m.range) * 2 >= m.range.duration]
