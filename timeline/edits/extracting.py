"""Extract: spans of the film taken out, picture and sound, and what is later moved up."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from fractions import Fraction

from timeline.edits.fitting import fitted
from timeline.edits.riding import with_the_film
from timeline.edits.tracks import fresh_id
from timeline.errors import EditError
from timeline.model import ZERO, Clip, Gap, Item, Marker, Timeline, Title, Track, Transition
from timeline.time import TimeRange


def extract(tl: Timeline, spans: Iterable[TimeRange], *, track: str = "V1") -> Timeline:
    """The timeline without these spans of its own seconds; what is later moves up.

    | A      | B     |  ->  | A  | B  |
          xxxxxx

    The first part left of a clip keeps its id, others get new ones. Crossfades on cuts inside a
    span are dropped. Subtitles, lower thirds and markers keep what is left of their own span.
    Spans may overlap and reach beyond the track. Raises NoSuchItem, EditError.
    """
    old = tl.track(track)
    gone = joined(spans, TimeRange(ZERO, old.duration))
    if not gone:
        return tl
    items: list[Item] = []
    for at, item in old.placed():
        if isinstance(item, Transition):
            if items and not any(span.start <= at <= span.end for span in gone):
                items.append(item)
            continue
        items += _left(tl, at, item, gone)
    if not items:
        raise EditError(f"nothing of {track} would be left; delete its clips instead")
    new = Track(old.name, old.kind, fitted(items, tl.rate))
    after = dataclasses.replace(tl, tracks=tuple(new if t is old else t for t in tl.tracks))
    return _closed_up(tl, after, gone) if track == "V1" else after


def joined(spans: Iterable[TimeRange], within: TimeRange) -> tuple[TimeRange, ...]:
    """The spans inside `within`, in order; those that overlap or touch are one."""
    found: list[TimeRange] = []
    for span in sorted(s.clamp(within) for s in spans):
        if span.duration <= 0:
            continue
        if found and span.start <= found[-1].end:
            found[-1] = TimeRange(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def _left(tl: Timeline, at: Fraction, item: Clip | Gap, gone: Sequence[TimeRange]) -> list[Item]:
    """What is left of an item that starts at `at`."""
    whole = TimeRange(at, at + item.duration)
    kept: list[TimeRange] = []
    start = whole.start
    for span in gone:
        if span.end <= whole.start or span.start >= whole.end:
            continue
        if span.start > start:
            kept.append(TimeRange(start, span.start))
        start = max(start, span.end)
    if start < whole.end:
        kept.append(TimeRange(start, whole.end))
    if kept == [whole]:
        return [item]
    parts: list[Item] = []
    for span in kept:
        new = item.id if not parts else fresh_id(tl, item.id[:1], item.id, span.start)
        parts.append(_part(item, span.shift(-at), new))
    return parts


def _part(item: Clip | Gap, span: TimeRange, item_id: str) -> Item:
    """`span` of an item, counted from its start; its sound is cut late only at its own end."""
    if isinstance(item, Gap):
        return dataclasses.replace(item, id=item_id, duration=span.duration)
    first = item.source.start
    source = TimeRange(first + span.start * item.speed, first + span.end * item.speed)
    late = item.sound_cut_s if span.end == item.duration else ZERO
    return dataclasses.replace(item, id=item_id, source=source, sound_cut_s=late)


def _closed_up(before: Timeline, after: Timeline, gone: Sequence[TimeRange]) -> Timeline:
    """`after` with the words of `before` where the closing up put them."""
    titles: list[Title] = []
    for title in before.titles:
        if title.style == "title":
            span = with_the_film(title.span, before.duration, after.duration)
        else:
            span = TimeRange(_moved(title.span.start, gone), _moved(title.span.end, gone))
        if span.duration > 0:
            titles.append(dataclasses.replace(title, span=span))
    markers: list[Marker] = []
    for marker in before.markers:
        span = TimeRange(_moved(marker.span.start, gone), _moved(marker.span.end, gone))
        inside = any(s.start <= marker.span.start and marker.span.end <= s.end for s in gone)
        if marker.kind == "note" or not inside:
            markers.append(dataclasses.replace(marker, span=span))
    return dataclasses.replace(after, titles=tuple(titles), markers=tuple(markers))


def _moved(at: Fraction, gone: Sequence[TimeRange]) -> Fraction:
    """Where the second `at` stands afterwards; one that is gone stands at the cut."""
    return at - sum((max(ZERO, min(at, s.end) - s.start) for s in gone), ZERO)
