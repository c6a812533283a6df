"""From what is followed to a clip's own frame: its opening over the picture, and its aims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from project.footage import Footage, Shot
from timeline.model import Aim, Clip, Reframe, Timeline
from timeline.time import TimeRange
from tools.canvas import WHOLE, kept_share
from tools.reframing.opening import Follow, Opening, Subject
from tools.reframing.operating import calmest, few, stands, tube
from tools.reframing.subjects import centred, joined, subject_of
from tools.reframing.watching import Looks

HANDLE_S = Fraction(1, 2)  # looked at beyond a clip's ends, for fades and small trims
MARGIN = 0.06  # of the frame, kept clear between what is followed and the edge
ZONE = (0.04, 0.22)  # of the frame: half of the dead zone, at least and at most
JUMP_S = Fraction(2, 1000)  # how long a frame takes to jump where the footage cuts: no picture
SAME = 0.004  # shares of the picture that nobody tells apart
FIXED = ("activity", "salience", "centre")  # what has one place for a whole shot


@dataclass(frozen=True, slots=True)
class Framed:
    """A clip's frame and what it follows. low, high: where its middle goes while it plays."""

    reframe: Reframe | None
    subject: Subject
    axis: int
    low: float
    high: float


def barred(footage: Footage, size: tuple[int, int]) -> Framed:
    """The whole picture between bars."""
    whole = kept_share(footage, *size) > WHOLE
    return Framed(None if whole else Reframe(fit="fit"), Subject("bars", ()), 0, 0.5, 0.5)


def by_hand(x: float, y: float) -> Framed:
    """A frame held where the creator says."""
    return Framed(Reframe(_rounded(x), _rounded(y), 1.0, "fill"), Subject("hand", (x,)), 0, x, x)


def span_of(clip: Clip, shots: Sequence[Shot]) -> TimeRange:
    """What to look at for a clip: whole seconds around it, inside the shots it is cut from.

    Whole, so that a clip trimmed by a little is not looked at again.
    """
    inside = [s.range for s in shots if s.range.overlap(clip.source) > 0] or [clip.available]
    room = TimeRange(inside[0].start, inside[-1].end).clamp(clip.available)
    start, end = clip.source.start - HANDLE_S, clip.source.end + HANDLE_S
    wide = TimeRange(max(Fraction(0), Fraction(start // 1)), Fraction(-(-end // 1)))
    return wide.clamp(room)


def opening_for(
    footage: Footage, size: tuple[int, int], bars: tuple[float, float, float, float]
) -> Opening | None:
    """The frame of that size over the footage's picture, bars left out; None where all fits."""
    technical = footage.technical
    if technical.width <= 0 or technical.height <= 0:
        return None
    left, top, right, bottom = bars
    wide, high = 1 - left - right, 1 - top - bottom
    shown = Fraction(technical.width, technical.height) * Fraction(wide / high)
    wanted = Fraction(*size)
    if shown > wanted * Fraction(101, 100):
        return Opening(0, wide * float(wanted / shown), (left, 1 - right))
    if wanted > shown * Fraction(101, 100):
        return Opening(1, high * float(shown / wanted), (top, 1 - bottom))
    return None


def framed(
    clip: Clip,
    footage: Footage,
    looks: Looks,
    timeline: Timeline,
    *,
    shots: Sequence[Shot],
    follow: Follow,
) -> Framed:
    """How a clip fills the timeline's frame, following what is seen in it."""
    opening = opening_for(footage, (timeline.width, timeline.height), looks.bars)
    if opening is None:
        middle = centred(looks, Opening(0, 1.0, (0.0, 1.0)))
        return Framed(_over(footage, timeline, looks, opening, ()), middle, 0, 0.5, 0.5)
    span = TimeRange(Fraction(looks.times_s[0]), Fraction(looks.times_s[-1]) + 1)
    parts = [s.range.clamp(span) for s in shots if s.range.overlap(span) > 0] or [span]
    frame_s = clip.speed / timeline.rate
    subjects: list[Subject] = []
    aims: list[tuple[Fraction, float]] = []
    for part in parts:
        seen = looks.within(part)
        still = follow == "centre"
        subject = centred(seen, opening) if still else subject_of(seen, opening, follow)
        subjects.append(subject)
        places = _aims(seen, subject, opening)
        if aims and abs(aims[-1][1] - places[0][1]) > SAME:
            jump = part.start - frame_s / 2
            aims = [a for a in aims if a[0] < jump - JUMP_S]
            aims += [(jump - JUMP_S, aims[-1][1] if aims else places[0][1]), (jump, places[0][1])]
            places = [p for p in places if p[0] > jump]
        aims += places
    values = _while_playing(aims, clip.source)
    reframe = _over(footage, timeline, looks, opening, aims)
    return Framed(reframe, joined(subjects), opening.axis, min(values), max(values))


def _while_playing(aims: Sequence[tuple[Fraction, float]], span: TimeRange) -> list[float]:
    """Where the frame's middle is at the ends of the clip and at the aims between."""
    times, places = [float(at) for at, _ in aims], [place for _, place in aims]
    ends = [float(np.interp(float(at), times, places)) for at in (span.start, span.end)]
    return [*ends, *(place for at, place in aims if span.start < at < span.end)]


def _aims(seen: Looks, subject: Subject, opening: Opening) -> list[tuple[Fraction, float]]:
    """The few places of the frame's middle through one shot, with their source seconds."""
    low, high = opening.middles
    start, end = Fraction(str(seen.times_s[0])), Fraction(str(seen.times_s[-1]))
    if len(seen.times_s) < 2 or subject.kind in FIXED:
        return [(start, min(max(subject.places[0], low), high))]
    least, most = (share * opening.share for share in ZONE)
    zone = min(max(opening.share / 2 - subject.half - MARGIN * opening.share, least), most)
    inside = tube(seen.times_s, subject.places, zone=zone, room=(low, high), frame=opening.share)
    path = calmest(inside)
    if stands(path):
        return [(start, float(path.mean()))]
    step = (end - start) / (len(path) - 1)
    return [(start + n * step, float(path[n])) for n in few(inside.times_s, path)]


def _over(
    footage: Footage,
    timeline: Timeline,
    looks: Looks,
    opening: Opening | None,
    aims: Sequence[tuple[Fraction, float]],
) -> Reframe | None:
    """The frame with these aims; None where the whole picture fits as it is."""
    left, top, right, bottom = looks.bars
    across = (0.5 + (left - right) / 2, 0.5 + (top - bottom) / 2)
    source = Fraction(footage.technical.width or 1, footage.technical.height or 1)
    wanted = Fraction(timeline.width, timeline.height)
    wide, high = float(min(Fraction(1), wanted / source)), float(min(Fraction(1), source / wanted))
    if opening is None:
        zoom = max(1.0, min(wide / (1 - left - right), high / (1 - top - bottom)))
        plain = zoom < 1.01 and wide > 0.99 and high > 0.99
        x, y = map(_rounded, across)
        return None if plain else Reframe(x, y, _rounded(zoom), "fill")
    zoom = max(1.0, (wide, high)[opening.axis] / opening.share)

    def at(place: float) -> tuple[float, float]:
        x, y = (place, across[1]) if opening.axis == 0 else (across[0], place)
        return _rounded(x), _rounded(y)

    middle = sum(place for _, place in aims) / len(aims)
    path = tuple(Aim(at_s, *at(place)) for at_s, place in aims) if len(aims) > 1 else ()
    return Reframe(*at(middle), _rounded(zoom), "fill", path)


def _rounded(value: float) -> float:
    return round(value, 4)
