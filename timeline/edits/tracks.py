"""What every edit shares: a track's items replaced, cut in two, and named."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import count

from timeline.edits.fitting import fitted
from timeline.edits.riding import ridden
from timeline.errors import EditError, OutOfMedia
from timeline.model import ZERO, Clip, Gap, Item, Timeline, Track, Transition
from timeline.time import TimeRange


def with_items(tl: Timeline, track: str, items: Iterable[Item]) -> Timeline:
    """`tl` with the items of `track` replaced, its crossfades fitted, its words ridden along."""
    old = tl.track(track)
    new = Track(old.name, old.kind, fitted(items, tl.rate))
    after = dataclasses.replace(tl, tracks=tuple(new if t is old else t for t in tl.tracks))
    return ridden(tl, after) if track == "V1" else after


def all_ids(tl: Timeline) -> list[str]:
    """The ids of all items, titles and markers, in order; a twice used one stands twice."""
    items = [item.id for track in tl.tracks for item in track.items]
    return items + [title.id for title in tl.titles] + [marker.id for marker in tl.markers]


def fresh_id(tl: Timeline, prefix: str, *made_from: object) -> str:
    """An id not on the timeline yet, made from the edit itself so that it can be repeated."""
    taken = set(all_ids(tl))
    for attempt in count():
        text = "\x1f".join(map(str, (prefix, attempt, *made_from)))
        name = f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        if name not in taken:
            return name
    raise AssertionError("count() never ends")


def require_new(tl: Timeline, item: Item, *, instead_of: str = "") -> None:
    """Raises EditError unless `item` can come onto the timeline: sound, and its id not taken."""
    require_sound(item)
    if item.id != instead_of and item.id in all_ids(tl):
        raise EditError(
            f"{item.id!r} was to be put on the timeline, but it already is there;"
            " give the new item an id of its own, or use move"
        )


def require_sound(item: Item) -> None:
    """Raises EditError, OutOfMedia unless `item` by itself is a clip or gap that can play."""
    if isinstance(item, Transition):
        raise EditError(
            f"transition {item.id!r} cannot be placed by itself; use crossfade on two clips"
        )
    if isinstance(item, Clip):
        if item.speed <= 0:
            raise EditError(f"clip {item.id!r} was given speed {item.speed}; it must be above 0")
        require_media(item, item.source)
    if item.duration <= 0:
        raise EditError(f"{item.id!r} would last {item.duration} s; it must be longer than 0")


def require_media(clip: Clip, wanted: TimeRange) -> None:
    """Raises OutOfMedia unless `wanted` source seconds lie in the clip's footage."""
    if not clip.available.contains(wanted):
        raise OutOfMedia(
            f"clip {clip.id!r} of {clip.name!r} was asked for source {wanted.start} s to"
            f" {wanted.end} s, but its footage covers {clip.available.start} s to"
            f" {clip.available.end} s only; ask for a span inside that"
        )


def require_clip(tl: Timeline, item_id: str) -> tuple[Track, int, Clip]:
    """The clip called `item_id`, its track and place. Raises NoSuchItem, EditError."""
    track, place = tl.find(item_id)
    item = track.items[place]
    if not isinstance(item, Clip):
        raise EditError(f"{item_id!r} is a {kind_of(item)}; this edit works on clips only")
    return track, place, item


def kind_of(item: Item) -> str:
    """The word "clip", "gap" or "transition", for messages."""
    return type(item).__name__.lower()


def halves(item: Clip | Gap, after_s: Fraction, right_id: str) -> tuple[Item, Item]:
    """`item` cut `after_s` track seconds from its start; the right half is called `right_id`."""
    if isinstance(item, Gap):
        return (
            dataclasses.replace(item, duration=after_s),
            dataclasses.replace(item, id=right_id, duration=item.duration - after_s),
        )
    cut = item.source.start + after_s * item.speed
    return (
        dataclasses.replace(item, source=TimeRange(item.source.start, cut), sound_cut_s=ZERO),
        dataclasses.replace(item, id=right_id, source=TimeRange(cut, item.source.end)),
    )


def parted(
    items: Sequence[Item], at_s: Fraction, name_right: Callable[[Item], str]
) -> tuple[list[Item], list[Item]]:
    """What ends by `at_s` and what starts from it; an item across it is cut in two.

    A transition on a cut at `at_s` is in neither. `name_right` names a right half.
    """
    before: list[Item] = []
    after: list[Item] = []
    start = ZERO
    for item in items:
        end = start + item.duration
        if isinstance(item, Transition):
            if start != at_s:
                (before if start < at_s else after).append(item)
        elif end <= at_s:
            before.append(item)
        elif start >= at_s:
            after.append(item)
        else:
            left, right = halves(item, at_s - start, name_right(item))
            before.append(left)
            after.append(right)
        start = end
    return before, after


def without(items: Sequence[Item], place: int) -> tuple[list[Item], list[Item]]:
    """What stands before and after `place`, less the transitions that touch it."""
    before, after = list(items[:place]), list(items[place + 1 :])
    if before and isinstance(before[-1], Transition):
        before.pop()
    if after and isinstance(after[0], Transition):
        after.pop(0)
    return before, after
