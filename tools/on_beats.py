"""Cuts moved onto beats: the lengths that cost least, found over all cuts together.

A cut costs by how far it moves, a clip by how much of its length changes, a cut off the beat most.
What cannot be played (no more of the shot, another clip uses it, a word would be cut) is left out.
The cheapest row of cuts is found one cut after the other (Viterbi's way).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from index.listening.cuts import clear_of_words, within_said
from timeline.model import Clip, Gap, Timeline, Transition
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.pulse import near
from tools.ranges import on_frames

REACH_S = Fraction(3, 2)  # how far a cut may move
OFF = 6.0  # what a cut off the beat costs; one that moves by a second costs 1
LENGTH = 0.8  # what a clip costs that becomes twice or half as long
LEAST_S = Fraction(1, 2)
MOST = 2  # times as long or as short, at the most
Spans = dict[str, TimeRange]


@dataclass(frozen=True, slots=True)
class Piece:
    """A clip or gap of V1 in the film's frames, and what it can play for how many of them."""

    item: Clip | Gap
    frames: int
    fits: Callable[[int], TimeRange | None]  # source that plays for so many frames; None for none


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the cuts stand afterwards, in frames, the film's end last, and what that costs."""

    at: tuple[int, ...]
    cost: float


def pieces_of(timeline: Timeline, dailies: Dailies) -> list[Piece]:
    """The clips and gaps of V1, which is on whole frames."""
    items = [i for i in timeline.track("V1").items if not isinstance(i, Transition)]
    clips = [i for i in items if isinstance(i, Clip)]
    return [_piece(item, clips, timeline.rate, dailies) for item in items]


def _piece(item: Clip | Gap, clips: Sequence[Clip], rate: Fraction, dailies: Dailies) -> Piece:
    frames = round(item.duration * rate)
    least = min(frames, max(round(LEAST_S * rate), math.ceil(frames / MOST)))
    if isinstance(item, Gap):
        whole = TimeRange(Fraction(0), item.duration * MOST)

        def empty(wanted: int) -> TimeRange | None:
            return TimeRange(whole.start, wanted / rate) if least <= wanted else None

        return Piece(item, frames, empty)
    room, words = _room(item, clips, dailies), _words(item, dailies)
    filmed = Fraction(dailies.footage(item.footage_id).technical.rate)
    known: dict[int, TimeRange | None] = {frames: item.source}

    def plays(wanted: int) -> TimeRange | None:
        if wanted not in known:
            enough = least <= wanted <= frames * MOST
            known[wanted] = _span(item, wanted / rate, room, words, filmed) if enough else None
        return known[wanted]

    return Piece(item, frames, plays)


def _span(
    clip: Clip,
    length_s: Fraction,
    room: TimeRange,
    words: Sequence[TimeRange],
    filmed: Fraction,
) -> TimeRange | None:
    """What the clip plays when it lasts `length_s`: from its in point on, as far as that goes."""
    needed = length_s * clip.speed
    if needed > room.duration:
        return None
    start = min(clip.source.start, room.end - needed)
    span = TimeRange(start, start + needed)
    span = on_frames(clear_of_words(words, span, room), room, filmed)
    if not clip.source.overlap(span):
        return None
    new_ends = {span.start, span.end} - {clip.source.start, clip.source.end}
    return None if any(within_said(words, end) for end in new_ends) else span


def _room(clip: Clip, clips: Sequence[Clip], dailies: Dailies) -> TimeRange:
    """What the clip may play: its own shots, and nothing that another clip of the film shows."""
    shots = [
        s.range for s in dailies.shots(clip.footage_id) if s.range.overlap(clip.source) > 0
    ] or [clip.available]
    room = TimeRange(shots[0].start, shots[-1].end).clamp(clip.available)
    for other in clips:
        if other.id == clip.id or other.footage_id != clip.footage_id:
            continue
        if other.source.start >= clip.source.end:
            room = TimeRange(room.start, min(room.end, other.source.start))
        elif other.source.end <= clip.source.start:
            room = TimeRange(max(room.start, other.source.end), room.end)
    return room


def _words(clip: Clip, dailies: Dailies) -> Sequence[TimeRange]:
    return () if clip.muted else dailies.said(clip.footage_id)


def moved(
    pieces: Sequence[Piece],
    beats: Sequence[Fraction],
    rate: Fraction,
    *,
    keep_length: bool = True,
) -> Cuts:
    """The cheapest cuts for these beats (timeline seconds)."""
    places, at = [], 0
    for piece in pieces:
        at += piece.frames
        places.append(at)
    on = frames_of(beats, rate)
    last = len(pieces) - 1
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for number, piece in enumerate(pieces):
        fixed = number == last and keep_length
        here = [places[number]] if fixed else _candidates(places[number], beats, rate)
        ahead: dict[int, tuple[float, tuple[int, ...]]] = {}
        for cut in here:
            own = _cut_cost(cut, places[number], cut in on or fixed, rate)
            options = [
                (cost + own + _length_cost(piece, cut - start), row)
                for start, (cost, row) in best.items()
                if cut > start and piece.fits(cut - start) is not None
            ]
            if options:
                cost, row = min(options)
                ahead[cut] = (cost, (*row, cut))
        best = ahead
    cost, row = min(best.values())
    return Cuts(row, cost)


def _candidates(place: int, beats: Sequence[Fraction], rate: Fraction) -> list[int]:
    found = {_frame(beat, rate) for beat in near(beats, place / rate, REACH_S)}
    return sorted({place, *(frame for frame in found if frame > 0)})


def _cut_cost(cut: int, place: int, on: bool, rate: Fraction) -> float:
    away = float(abs(cut - place) / rate)
    return away**2 + (0.0 if on else OFF)


def _length_cost(piece: Piece, frames: int) -> float:
    return LENGTH * math.log2(frames / piece.frames) ** 2


def spans(pieces: Sequence[Piece], cuts: Cuts) -> Spans:
    """What each clip and gap plays between the cuts, by id; only those that change."""
    found: Spans = {}
    start = 0
    for piece, cut in zip(pieces, cuts.at, strict=True):
        span = piece.fits(cut - start)
        assert span is not None  # `moved` left out what cannot be played
        if cut - start != piece.frames:
            found[piece.item.id] = span
        start = cut
    return found


def frames_of(beats: Sequence[Fraction], rate: Fraction) -> frozenset[int]:
    """The frames on which beats fall."""
    return frozenset(_frame(beat, rate) for beat in beats)


def on_beat(cuts: Sequence[int], beats: Sequence[Fraction], rate: Fraction) -> int:
    """How many cuts are on a beat, to the frame or one beside it."""
    on = frames_of(beats, rate)
    return sum(bool({cut - 1, cut, cut + 1} & on) for cut in cuts)


def _frame(beat: Fraction, rate: Fraction) -> int:
    return int(beat * rate + Fraction(1, 2))
