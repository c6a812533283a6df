"""Where a cut falls between words: by the words' own times, else by the ends of their lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction

from project import footage as store
from project import understood
from project.store import Project
from timeline.time import TimeRange

CLEAR_S = Fraction(1, 5)  # of the words on either side, where the pause is long enough
PAUSE_S = Fraction(6, 100)  # a shorter one is no more than the seam of two words
REACH_S = Fraction(1)  # for a real pause a clip is moved this far; else the nearest seam will do
ZERO = Fraction(0)
Bans = list[tuple[Fraction, Fraction]]  # open intervals


def said(project: Project, footage_id: str) -> tuple[TimeRange, ...]:
    """When something is said, in order, no two overlapping: each word, else each spoken line.

    For callers that ask about many places; `within_said` and `gap_near` take it.
    """
    footage = store.find(project, footage_id)
    heard = understood.transcript(project, footage.fingerprint)
    if heard is not None and heard.words:
        return _merged([word.range for word in heard.words])
    return _merged([line.range for line in store.speech(project, footage_id)])


def inside_word(project: Project, footage_id: str, at_s: Fraction) -> bool:
    """Whether a cut at `at_s` would fall into a word, or into a line whose words are not known."""
    return within_said(said(project, footage_id), at_s)


def nearest_gap(
    project: Project, footage_id: str, at_s: Fraction, *, within_s: Fraction
) -> Fraction:
    """The best place to cut in the pause nearest to `at_s`, at most `within_s` away from it.

    That is the middle of a pause, or 0.2 s from the word where a pause is longer; the seam of two
    words where there is no pause; `at_s` itself where nothing is in reach.
    """
    found = gap_near(said(project, footage_id), at_s, within_s=within_s)
    return min(found, max(at_s, store.find(project, footage_id).duration_s))


def within_said(spans: Sequence[TimeRange], at_s: Fraction) -> bool:
    """Whether `at_s` lies strictly inside one of `spans` (in order, not overlapping)."""
    place = bisect_right(spans, at_s, key=lambda span: span.start) - 1
    return place >= 0 and spans[place].start < at_s < spans[place].end


def gap_near(spans: Sequence[TimeRange], at_s: Fraction, *, within_s: Fraction) -> Fraction:
    """`nearest_gap` for spans at hand (in order, not overlapping)."""
    reach = TimeRange(max(ZERO, at_s - within_s), at_s + within_s)
    found: list[tuple[bool, Fraction, Fraction]] = []
    for pause in _pauses(spans, reach):
        clear = min(CLEAR_S, pause.duration / 2)
        best = min(max(at_s, pause.start + clear), pause.end - clear)
        best = min(max(best, reach.start), reach.end)
        if pause.start <= best <= pause.end:
            found.append((pause.duration < PAUSE_S, abs(best - at_s), best))
    return min(found)[2] if found else at_s


def clear_of_words(spans: Sequence[TimeRange], span: TimeRange, room: TimeRange) -> TimeRange:
    """`span` moved within `room`, as little as possible, so that neither end falls into a word.

    It goes to pauses within a second, else to the nearest seams of words; where both ends cannot
    be clear, one is. Its length stays. `spans` as `said` gives them.
    """
    low, high = room.start - span.start, room.end - span.end
    if low > high:
        return span
    calm = _calmed(spans)
    by = _nearest(_bans(calm, span.start, span.end), max(low, -REACH_S), min(high, REACH_S))
    if by is None:
        by = _nearest(_bans(spans, span.start, span.end), low, high)
    if by is None and within_said(spans, span.start) and within_said(spans, span.end):
        each = [_nearest(_bans(spans, end), low, high) for end in (span.start, span.end)]
        by = min((b for b in each if b is not None), key=abs, default=None)
    return span.shift(by or ZERO)


def _bans(spans: Sequence[TimeRange], *ends: Fraction) -> Bans:
    """The moves that would put one of the ends into a span; joined where they overlap."""
    joined: Bans = []
    for low, high in sorted((s.start - end, s.end - end) for s in spans for end in ends):
        if joined and low < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], high)
        else:
            joined.append((low, high))
    return joined


def _nearest(bans: Bans, low: Fraction, high: Fraction) -> Fraction | None:
    """The move nearest to none between `low` and `high` that is not banned."""
    start = min(max(ZERO, low), high)
    place = bisect_right(bans, start, key=lambda ban: ban[0]) - 1
    if place < 0 or not bans[place][0] < start < bans[place][1]:
        return start
    possible = [move for move in bans[place] if low <= move <= high]
    return min(possible, key=lambda move: (abs(move), move)) if possible else None


def _calmed(spans: Sequence[TimeRange]) -> list[TimeRange]:
    """What is said with the clearance around it; only real pauses are left between."""
    calm: list[TimeRange] = []
    for place, span in enumerate(spans):
        before = span.start - spans[place - 1].end if place else 2 * CLEAR_S
        behind = spans[place + 1].start - span.end if place + 1 < len(spans) else 2 * CLEAR_S
        start = max(ZERO, span.start - min(CLEAR_S, before / 2))
        wide = TimeRange(start, span.end + min(CLEAR_S, behind / 2))
        if calm and before < PAUSE_S:
            calm[-1] = TimeRange(calm[-1].start, wide.end)
        else:
            calm.append(wide)
    return calm


def _pauses(spans: Sequence[TimeRange], reach: TimeRange) -> Iterator[TimeRange]:
    """The spans between words near `reach`, also before the first and behind the last."""
    first = max(0, bisect_left(spans, reach.start, key=lambda span: span.end))
    before = spans[first - 1].end if first else ZERO
    for span in spans[first:]:
        if before > reach.end:
            return
        yield TimeRange(before, max(before, span.start))
        before = span.end
    yield TimeRange(before, max(before, reach.end) + 2 * CLEAR_S)


def _merged(spans: Sequence[TimeRange]) -> tuple[TimeRange, ...]:
    """Spans in order; those that overlap (two speakers) as one. Touching words stay two."""
    merged: list[TimeRange] = []
    for span in sorted(s for s in spans if s.duration > 0):
        if merged and span.start < merged[-1].end:
            merged[-1] = TimeRange(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
