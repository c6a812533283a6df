"""How long each place of a film is, and which part of its span it shows.

By weight and to the frame, and so that no clip starts or ends within a word.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from index.listening.cuts import clear_of_words, within_said
from timeline.time import TimeRange
from tools.casting import LONGEST_HOLE_S, Cast, Entry, Look, hole_s
from tools.dailies import Dailies
from tools.lengths import deal, fit
from tools.ranges import placed

# how much shorter and longer clips may become for the sake of words, tried in this order
_STRETCHES = ((Fraction(4, 5), Fraction(5, 4)), (Fraction(3, 5), Fraction(5, 3)))


def frames_for(
    entries: Sequence[Entry], total: int, rate: Fraction, look: Look, dailies: Dailies
) -> list[int]:
    """Frames for each place, `total` together, or as many as the cast windows have.

    By weight; from there as little as needed to where no clip ends within a word.
    """
    lengths = _by_weight(entries, total, rate, look)
    return lengths if look.muted else _between_words(entries, lengths, rate, look, dailies)


def _by_weight(entries: Sequence[Entry], total: int, rate: Fraction, look: Look) -> list[int]:
    mates = [sum(e.beat == entry.beat for e in entries) for entry in entries]
    weights = [
        e.covered.beat.share / many if e.cast is None or e.covered.beat.share > 0 else Fraction(0)
        for e, many in zip(entries, mates, strict=True)
    ]
    holes = {
        i: _hole_frames(entry, total, rate, look)
        for i, entry in enumerate(entries)
        if entry.cast is None
    }
    lengths = [holes.get(i, 0) for i in range(len(entries))]
    shown = [i for i, e in enumerate(entries) if e.cast is not None]
    ceilings = [_capacity(entries[i].cast, rate) for i in shown]
    floor = int(look.floor_s * rate)
    dealt = deal(
        total - sum(holes.values()), [weights[i] for i in shown], [floor] * len(shown), ceilings
    )
    for i, frames in zip(shown, dealt, strict=True):
        lengths[i] = frames
    return _stretched(lengths, list(holes), total, int(LONGEST_HOLE_S * rate))


def _stretched(lengths: list[int], holes: Sequence[int], total: int, most: int) -> list[int]:
    """What the footage is too short for goes to the holes, which can be made as long as needed."""
    short = total - sum(lengths)
    if short <= 0 or not holes:
        return lengths
    ceilings = [max(most, lengths[i]) for i in holes]
    wanted = deal(
        short + sum(lengths[i] for i in holes),
        [Fraction(1)] * len(holes),
        [lengths[i] for i in holes],
        ceilings,
    )
    for i, frames in zip(holes, wanted, strict=True):
        lengths[i] = frames
    return lengths


def _hole_frames(entry: Entry, total: int, rate: Fraction, look: Look) -> int:
    frames = int(hole_s(entry.covered.beat, look) * rate)
    return min(max(frames, 1), total)


def _capacity(cast: Cast | None, rate: Fraction) -> int:
    return int(cast.window.duration * rate) if cast else 0


# --- words


def _between_words(
    entries: Sequence[Entry], lengths: list[int], rate: Fraction, look: Look, dailies: Dailies
) -> list[int]:
    """The same frames in all, dealt so that clips start and end between words, if they can be."""
    clips = [i for i, entry in enumerate(entries) if entry.cast and lengths[i]]
    wide = {i: roomy(entries[i], entries) for i in clips}
    words = {i: _words_in(wide[i], dailies) for i in clips}
    if all(_clear(wide[i], lengths[i] / rate, words[i]) for i in clips):
        return lengths
    floor = max(1, int(look.floor_s * rate))
    for least, most in _STRETCHES:
        allowed = []
        for i in clips:
            low = max(min(floor, lengths[i]), ceil(lengths[i] * least))
            high = min(_capacity(wide[i].cast, rate), int(lengths[i] * most))
            able = range(low, max(high, lengths[i]) + 1)
            allowed.append([n for n in able if _clear(wide[i], n / rate, words[i])])
        fitted = fit([lengths[i] for i in clips], allowed)
        if fitted:
            dealt = dict(zip(clips, fitted, strict=True))
            return [dealt.get(i, frames) for i, frames in enumerate(lengths)]
    return lengths


def _words_in(entry: Entry, dailies: Dailies) -> list[TimeRange]:
    """What is said in the room of a cast span."""
    assert entry.cast is not None
    said, room = dailies.said(entry.cast.candidate.footage.id), entry.cast.window
    first = bisect_right(said, room.start, key=lambda word: word.end)
    last = bisect_left(said, room.end, key=lambda word: word.start)
    return list(said[first:last])


def _clear(entry: Entry, length: Fraction, words: Sequence[TimeRange]) -> bool:
    """Whether a clip of that length would start and end between words."""
    if not words:
        return True
    span = cut_from(entry, length, words)
    return not within_said(words, span.start) and not within_said(words, span.end)


# --- places


def cut_from(entry: Entry, length: Fraction, words: Sequence[TimeRange]) -> TimeRange:
    """The part of a cast span that is shown, moved clear of `words` where it has the room."""
    assert entry.cast is not None
    candidate, window = entry.cast.candidate, entry.cast.window
    span = placed(window.clamp(candidate.core), length, window, worded=bool(candidate.why))
    return clear_of_words(words, span, window)


def roomy(entry: Entry, entries: Sequence[Entry]) -> Entry:
    """The entry with all that matched to be cut from, where no other clip is of that."""
    assert entry.cast is not None
    window, here = entry.cast.window, entry.cast.candidate
    edges = (window.start, window.end, here.core.start, here.core.end)
    wide = TimeRange(min(edges), max(edges)).clamp(here.room)
    others = [
        e.cast.window
        for e in entries
        if e is not entry and e.cast and e.cast.candidate.footage.id == here.footage.id
    ]
    if not wide.contains(window) or any(wide.overlap(other) > 0 for other in others):
        return entry
    return replace(entry, cast=replace(entry.cast, window=wide))
