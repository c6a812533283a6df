"""A timeline put on whole frames, as players, renderers and exchange files need it."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from timeline.edits.fitting import fitted
from timeline.edits.riding import ridden
from timeline.model import ZERO, Clip, Item, Timeline, Track, Transition
from timeline.time import TimeRange, snap


def snapped(tl: Timeline) -> Timeline:
    """The timeline with every cut, fade, title and marker on a whole frame of its rate.

    Each cut goes to the nearest frame, so roundings do not add up. Out points move inside the
    footage; a clip whose footage ends too early starts earlier, or is a frame shorter. What
    lasts less than half a frame gets one frame, or goes when its footage has not even that.
    """
    tracks = tuple(
        Track(t.name, t.kind, fitted(_whole(t, tl.rate), tl.rate, whole_frames=True))
        for t in tl.tracks
    )
    after = ridden(tl, dataclasses.replace(tl, tracks=tracks))
    return dataclasses.replace(
        after,
        titles=tuple(
            dataclasses.replace(t, span=_whole_span(t.span, tl.rate, 1)) for t in after.titles
        ),
        markers=tuple(
            dataclasses.replace(m, span=_whole_span(m.span, tl.rate, 0)) for m in after.markers
        ),
    )


def _whole(track: Track, rate: Fraction) -> list[Item]:
    out: list[Item] = []
    at = 0  # the frame the next item starts at
    short = 0  # frames lost so far where footage ended too early
    for start, item in track.placed():
        if isinstance(item, Transition):
            out.append(_rounded(item, rate))
            continue
        goal = int(snap(start + item.duration, rate) * rate) - short
        frames = max(1, goal - at)
        if isinstance(item, Clip):
            played = _resized(item, frames, rate)
            lost = frames - (int(played.duration * rate) if played else 0)
            short, frames = short + lost, frames - lost
            if played:
                out.append(played)
        else:
            out.append(dataclasses.replace(item, duration=frames / rate))
        at += frames
    return out


def _rounded(fade: Transition, rate: Fraction) -> Transition:
    """The fade and its start on whole frames; `fitted` cuts down what has no room."""
    before = snap(fade.in_offset, rate)
    after = max(ZERO, snap(fade.fade, rate) - before)
    return dataclasses.replace(fade, in_offset=before, out_offset=after)


def _resized(clip: Clip, frames: int, rate: Fraction) -> Clip | None:
    """`clip` lasting `frames`, or as many whole frames as its footage has; None for none."""
    most = int(clip.available.duration / clip.speed * rate // 1)
    frames = min(frames, most)
    if frames < 1:
        return None
    needed = frames / rate * clip.speed
    start = max(clip.available.start, min(clip.source.start, clip.available.end - needed))
    return dataclasses.replace(clip, source=TimeRange(start, start + needed))


def _whole_span(span: TimeRange, rate: Fraction, least: int) -> TimeRange:
    start = max(ZERO, snap(span.start, rate))
    return TimeRange(start, max(snap(span.end, rate), start + least / rate))
