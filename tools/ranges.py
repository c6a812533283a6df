"""Where footage can be cut from: spans of one shot without shake, blur or black."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from project.footage import Footage, Moment, Shot
from timeline.model import Clip
from timeline.time import TimeRange
from tools.dailies import Dailies

HANDLE_S = Fraction(1, 5)  # kept clear of a cut on either side, where the shot is long enough
SHORTEST_S = Fraction(4, 5)  # no clip is shorter, if it can be helped

BLACK = 0.04  # mean luma
BLANK = 0.015  # standard deviation of luma
SHAKY = 1.2  # frame widths per second squared


@dataclass(frozen=True, slots=True)
class Room:
    """A span of one shot that a clip may be cut from; quality 0 to 1 by its senses."""

    footage_id: str
    shot: int
    range: TimeRange
    quality: float


def flaw(moment: Moment, *, sharp: float) -> str:
    """What is wrong with a moment in one word, "" if nothing. `sharp` is its file's median."""
    senses = moment.senses
    if senses.light == 0 and senses.contrast == 0 and not senses.words:
        return ""  # never measured: nothing is known against it
    if senses.light < BLACK:
        return "black"
    if senses.contrast < BLANK:
        return "blank"
    if senses.shake > SHAKY:
        return "shaky"
    if sharp > 0.1 and senses.sharpness < 0.5 * sharp:
        return "blurred"
    return ""


def quality(moments: list[Moment]) -> float:
    """How good a span looks, 0 to 1: sharp, exposed, contrasted, steady."""
    if not moments:
        return 0.5
    scores = []
    for moment in moments:
        s = moment.senses
        exposed = 1 - min(1.0, abs(s.light - 0.5) * 1.6)
        steady = 1 - min(1.0, s.shake / SHAKY)
        scores.append(
            0.35 * s.sharpness + 0.25 * exposed + 0.2 * min(1.0, s.contrast * 4) + 0.2 * steady
        )
    return max(0.0, min(1.0, statistics.fmean(scores)))


def rooms(dailies: Dailies, footage: Footage) -> tuple[Room, ...]:
    """The rooms of one piece of footage, in time order.

    Where nothing in it is without a flaw (a night film, an old one) whole shots are offered,
    at half their quality: better said than silently left out.
    """
    moments = dailies.moments(footage.id)
    sharp = statistics.median([m.senses.sharpness for m in moments]) if moments else 0.0
    clean = [r for s in dailies.shots(footage.id) for r in _clean(footage, s, moments, sharp)]
    if any(r.range.duration >= SHORTEST_S for r in clean):
        return tuple(clean)
    return flawed_rooms(dailies, footage, blank=True)


def flawed_rooms(dailies: Dailies, footage: Footage, *, blank: bool = False) -> tuple[Room, ...]:
    """Whole shots whatever shakes or blurs in them, at half their quality.

    Shots that are black or blank for the most part are left out unless `blank`.
    """
    moments = dailies.moments(footage.id)
    whole = []
    for shot in dailies.shots(footage.id):
        span = _inside(footage, shot)
        inside = [m for m in moments if m.range.overlap(span) > 0]
        empty = sum(flaw(m, sharp=0.0) in ("black", "blank") for m in inside)
        if span.duration > 0 and (blank or empty * 2 <= len(inside)):
            whole.append(Room(footage.id, shot.ordinal, span, quality(inside) / 2))
    return tuple(whole)


def _inside(footage: Footage, shot: Shot) -> TimeRange:
    """The shot without its handles and without what has no picture."""
    span = shot.range.clamp(footage.picture_range)
    spare = min(HANDLE_S, span.duration / 20)
    head = spare if shot.range.start > footage.picture_range.start else Fraction(0)
    tail = spare if shot.range.end < footage.picture_range.end else Fraction(0)
    return TimeRange(span.start + head, span.end - tail)


def _clean(footage: Footage, shot: Shot, moments: list[Moment], sharp: float) -> Iterable[Room]:
    span = _inside(footage, shot)
    inside = [m for m in moments if m.range.overlap(span) > 0]
    if not inside:
        if span.duration > 0 and not moments:
            yield Room(footage.id, shot.ordinal, span, 0.5)
        return
    run: list[Moment] = []
    for moment in [*inside, None]:
        if moment is not None and not flaw(moment, sharp=sharp):
            run.append(moment)
            continue
        if run:
            room = TimeRange(run[0].range.start, run[-1].range.end).clamp(span)
            if room.duration > 0:
                yield Room(footage.id, shot.ordinal, room, quality(run))
        run = []


def free(room: TimeRange, taken: Iterable[TimeRange]) -> list[TimeRange]:
    """What is left of a room once the taken ranges are out of it, in time order."""
    left = [room]
    for other in taken:
        kept: list[TimeRange] = []
        for piece in left:
            if piece.overlap(other) <= 0:
                kept.append(piece)
                continue
            if piece.start < other.start:
                kept.append(TimeRange(piece.start, other.start))
            if other.end < piece.end:
                kept.append(TimeRange(other.end, piece.end))
        left = kept
    return left


def around(core: TimeRange, length: Fraction, room: TimeRange) -> TimeRange:
    """`length` seconds of `room` with `core` in the middle as far as the room allows."""
    length = min(length, room.duration)
    middle = (core.start + core.end) / 2
    start = min(max(middle - length / 2, room.start), room.end - length)
    return TimeRange(start, start + length)


def placed(core: TimeRange, length: Fraction, room: TimeRange, *, worded: bool) -> TimeRange:
    """`length` seconds of `room` for `core`: from where it begins to hold if words asked for it.

    What matched some words holds in the core only, so a longer clip starts with it and runs on
    behind it, as far as the room allows; a shorter one lies in its middle.
    """
    if not worded or length <= core.duration:
        return around(core, length, room)
    length = min(length, room.duration)
    start = min(max(core.start, room.start), room.end - length)
    return TimeRange(start, start + length)


def on_frames(span: TimeRange, room: TimeRange, rate: Fraction) -> TimeRange:
    """`span` moved to the nearest in point on a source frame that the room allows."""
    if rate <= 0:
        return span
    down = Fraction((span.start * rate) // 1) / rate
    up = down + 1 / rate
    for start in sorted((down, up), key=lambda s: abs(s - span.start)):
        moved = TimeRange(start, start + span.duration)
        if room.contains(moved):
            return moved
    return span


def growth(clips: Sequence[Clip], dailies: Dailies) -> dict[str, TimeRange]:
    """How far each clip can grow: inside its shots, and not over what other clips show."""
    rooms: dict[str, TimeRange] = {}
    for clip in clips:
        shots = [s.range for s in dailies.shots(clip.footage_id) if s.range.overlap(clip.source)]
        first = min((s.start for s in shots), default=clip.available.start)
        last = max((s.end for s in shots), default=clip.available.end)
        wide = TimeRange(min(first, clip.source.start), max(last, clip.source.end))
        wide = wide.clamp(clip.available)
        others = [
            rooms.get(o.id, o.source)
            for o in clips
            if o.id != clip.id and o.footage_id == clip.footage_id
        ]
        others = [o for o in others if o.overlap(clip.source) <= 0]
        pieces = [p for p in free(wide, others) if p.contains(clip.source)]
        rooms[clip.id] = pieces[0] if pieces else clip.source
    return rooms
