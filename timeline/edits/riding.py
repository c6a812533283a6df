"""Words that ride: subtitles, lower thirds and markers stay over the footage they are about.

A span is tied to the clip of V1 under its start, by source time. After an edit it stands where
that source time now plays: moved with a moved clip, cut where the clip was cut, stretched with
its speed, and gone with footage that no longer plays. Titles of style "title" belong to the
film, not to a clip: they keep their time, and one that ends with the film stays at its end.
Notes by hand are never dropped; without their clip they keep their time.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from timeline.model import ZERO, Clip, Item, Marker, Timeline, Title
from timeline.time import TimeRange

Placed = tuple[tuple[Fraction, Item], ...]


def ridden(before: Timeline, after: Timeline) -> Timeline:
    """`after` with the words of `before` where the edit of V1 put them."""
    if not before.titles and not before.markers:
        return after
    old, new = before.track("V1").placed(), after.track("V1").placed()
    known = {item.id for _, item in old}
    titles: list[Title] = []
    for title in before.titles:
        if title.style == "title":
            span: TimeRange | None = with_the_film(title.span, before.duration, after.duration)
        else:
            span = _ride(title.span, old, new, known)
        if span is not None:
            titles.append(dataclasses.replace(title, span=span))
    markers: list[Marker] = []
    for marker in before.markers:
        span = _ride(marker.span, old, new, known)
        if span is None and marker.kind == "note":
            span = marker.span
        if span is not None:
            markers.append(dataclasses.replace(marker, span=span))
    return dataclasses.replace(after, titles=tuple(titles), markers=tuple(markers))


def with_the_film(span: TimeRange, old_end: Fraction, new_end: Fraction) -> TimeRange:
    """Where a film's title stands when the film ends elsewhere: with it, if it ended with it."""
    if span.end != old_end or span.start == 0 or new_end <= 0:
        return span
    return TimeRange(max(ZERO, new_end - span.duration), new_end)


def _ride(span: TimeRange, old: Placed, new: Placed, known: set[str]) -> TimeRange | None:
    """Where `span` stands after the edit, or None when what it was over no longer plays."""
    under = next(
        ((at, i) for at, i in old if i.duration and at <= span.start < at + i.duration), None
    )
    if under is None:
        return span
    at, item = under
    if not isinstance(item, Clip):
        now = next((start for start, other in new if other.id == item.id), at)
        return span.shift(now - at)
    inside_end = min(span.end, at + item.duration)
    wanted = TimeRange(_source(item, span.start - at), _source(item, inside_end - at))
    extra = span.end - inside_end  # what hung over the clip's end keeps its length
    for start, clip in _heirs(item, new, known):
        shown = wanted.clamp(clip.source)
        alone = wanted.duration == 0 and clip.source.start <= wanted.start < clip.source.end
        if shown.duration > 0 or alone:
            begin = start + (shown.start - clip.source.start) / clip.speed
            return TimeRange(begin, begin + shown.duration / clip.speed + extra)
    return None


def _heirs(item: Clip, new: Placed, known: set[str]) -> list[tuple[Fraction, Clip]]:
    """The clip itself, then clips the edit made of the same footage (the halves of a split)."""
    clips = [
        (start, i) for start, i in new if isinstance(i, Clip) and i.footage_id == item.footage_id
    ]
    same = [(start, i) for start, i in clips if i.id == item.id]
    return same + [(start, i) for start, i in clips if i.id not in known]


def _source(clip: Clip, offset: Fraction) -> Fraction:
    return clip.source.start + offset * clip.speed
