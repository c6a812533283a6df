"""Edits inside clips and over their cuts: trim, split, slip, roll, slide, and clip settings."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TypedDict, Unpack

from timeline.edits.fitting import sound_room
from timeline.edits.tracks import (
    fresh_id,
    halves,
    require_clip,
    require_media,
    require_sound,
    with_items,
)
from timeline.errors import EditError, OutOfMedia
from timeline.model import ZERO, Clip, Gap, Grade, Item, Origin, Reframe, Timeline, Transition
from timeline.time import TimeRange


class ClipFields(TypedDict, total=False):
    """What `set_clip` can set."""

    name: str
    speed: Fraction
    gain_db: float
    muted: bool
    reframe: Reframe | None
    origin: Origin | None
    reasons: tuple[str, ...]
    beat: str
    grade: Grade | None


def trim(tl: Timeline, item_id: str, source: TimeRange) -> Timeline:
    """A clip playing `source`, a gap lasting as long; what is later moves (ripple).

    | A      | B |  ->  | A  | B |
         <---*

    Crossfades beside it are fitted to the handles and the length that are left.
    Raises NoSuchItem, OutOfMedia, EditError.
    """
    track, place = tl.find(item_id)
    item = track.items[place]
    if isinstance(item, Transition):
        raise EditError(f"{item_id!r} is a transition; use crossfade with another length")
    if source.duration <= 0:
        raise EditError(
            f"{item_id!r} was to be trimmed to {source.start} s - {source.end} s, which is"
            " nothing; use delete to take it away"
        )
    if isinstance(item, Gap):
        return _with_item(tl, item_id, dataclasses.replace(item, duration=source.duration))
    require_media(item, source)
    return _with_item(tl, item_id, dataclasses.replace(item, source=source))


def split(tl: Timeline, item_id: str, at_s: Fraction) -> Timeline:
    """A clip or gap cut in two at timeline second `at_s`; the right half gets a new id.

    | A      | B |  ->  | A  | A' | B |
         ^at

    A crossfade that reached over `at_s` is shortened to end there.
    Raises NoSuchItem, EditError.
    """
    track, place = tl.find(item_id)
    item, start = track.items[place], tl.start_of(item_id)
    if isinstance(item, Transition):
        raise EditError(f"{item_id!r} is a transition and cannot be split")
    if not start < at_s < start + item.duration:
        raise EditError(
            f"{item_id!r} was to be split at {at_s} s, but it plays from {start} s to"
            f" {start + item.duration} s; split strictly inside that"
        )
    pair = halves(item, at_s - start, fresh_id(tl, item.id[:1], item.id, at_s))
    return with_items(tl, track.name, (*track.items[:place], *pair, *track.items[place + 1 :]))


def slip(tl: Timeline, item_id: str, by_s: Fraction) -> Timeline:
    """A clip showing source `by_s` seconds later (earlier if negative); its place stays.

    source  --|in===out|------  ->  ------|in===out|--

    Crossfades beside it are fitted to the handles that are left.
    Raises NoSuchItem, OutOfMedia, EditError.
    """
    _, _, clip = require_clip(tl, item_id)
    require_media(clip, clip.source.shift(by_s))
    return _with_item(tl, item_id, dataclasses.replace(clip, source=clip.source.shift(by_s)))


def roll(tl: Timeline, left_id: str, right_id: str, by_s: Fraction) -> Timeline:
    """The cut between two clips moved by `by_s` timeline seconds; the length stays.

    | A    | B    |  ->  | A      | B  |
           *->

    A crossfade on the cut is fitted. Raises NoSuchItem, OutOfMedia, EditError.
    """
    left, right = neighbours(tl, left_id, right_id)
    longer = TimeRange(left.source.start, max(left.source.start, _end(left, by_s)))
    later = TimeRange(min(right.source.end, _start(right, by_s)), right.source.end)
    for clip, wanted in ((left, longer), (right, later)):
        require_media(clip, wanted)
        if wanted.duration <= 0:
            raise EditError(
                f"the cut between {left_id!r} and {right_id!r} was to roll by {by_s} s, which"
                f" leaves nothing of {clip.id!r} ({clip.duration} s long); roll it by less"
            )
    swap: dict[str, Item] = {
        left_id: dataclasses.replace(left, source=longer),
        right_id: dataclasses.replace(right, source=later),
    }
    track, _ = tl.find(left_id)
    return with_items(tl, track.name, [swap.get(item.id, item) for item in track.items])


def slide(tl: Timeline, item_id: str, by_s: Fraction) -> Timeline:
    """A clip moved by `by_s` between its neighbours, which give and take; its source stays.

    | A    | B | C    |  ->  | A      | B | C  |
           *-->

    Crossfades on both cuts are fitted. Raises NoSuchItem, OutOfMedia, EditError.
    """
    track, place, _ = require_clip(tl, item_id)
    real = [i for i in track.items if not isinstance(i, Transition)]
    place = next(n for n, i in enumerate(real) if i.id == item_id)
    if place in (0, len(real) - 1):
        raise EditError(f"{item_id!r} cannot slide: it needs a clip or gap on both sides")
    swap = {
        real[place - 1].id: _longer_end(real[place - 1], by_s),
        real[place + 1].id: _later_start(real[place + 1], by_s),
    }
    for item in swap.values():
        require_sound(item)
    return with_items(tl, track.name, [swap.get(i.id, i) for i in track.items])


def split_sound(tl: Timeline, left_id: str, right_id: str, by_s: Fraction) -> Timeline:
    """The sound between two clips cut `by_s` after their pictures: an L-cut; below 0 a J-cut.

    picture  | A      | B      |  ->  | A      | B      |
    sound    | A      | B      |      | A         | B   |    by_s above 0

    Raises NoSuchItem, OutOfMedia, EditError.
    """
    left, right = neighbours(tl, left_id, right_id)
    track, place = tl.find(left_id)
    before, after = track.items[place - 1] if place else None, track.items[place + 1]
    if isinstance(after, Transition):
        raise EditError(
            f"a crossfade stands between {left_id!r} and {right_id!r}; its sound fades with it."
            " Take the crossfade away first"
        )
    taken = before.sound_cut_s if isinstance(before, Clip) else ZERO
    least, most = sound_room(left, right, max(ZERO, taken))
    if not least <= by_s <= most:
        raise OutOfMedia(
            f"the sound between {left_id!r} and {right_id!r} was to be cut {by_s} s after the"
            f" picture; handles and lengths allow {least} s to {most} s"
        )
    return _with_item(tl, left_id, dataclasses.replace(left, sound_cut_s=by_s))


def set_clip(tl: Timeline, item_id: str, **fields: Unpack[ClipFields]) -> Timeline:
    """A clip with other settings; another speed changes its length and moves what is later.

    | A      | B |  ->  | A  | B |     set_clip(A, speed=2)

    Crossfades beside it are fitted, since handles last shorter at a higher speed.
    Raises NoSuchItem, EditError.
    """
    _, _, clip = require_clip(tl, item_id)
    unknown = set(fields) - ClipFields.__optional_keys__
    if unknown:
        raise EditError(
            f"clip {item_id!r} was to get {', '.join(sorted(unknown))}; what can be set is"
            f" {', '.join(sorted(ClipFields.__optional_keys__))} (trim sets source)"
        )
    changed = dataclasses.replace(clip, **fields)
    require_sound(changed)
    return _with_item(tl, item_id, changed)


def neighbours(tl: Timeline, left_id: str, right_id: str) -> tuple[Clip, Clip]:
    """Two clips that stand side by side, a transition between them or not. Raises EditError."""
    track, place, left = require_clip(tl, left_id)
    _, _, right = require_clip(tl, right_id)
    rest = [item for item in track.items[place + 1 :] if not isinstance(item, Transition)]
    if not rest or rest[0].id != right_id:
        follower = repr(rest[0].id) if rest else "nothing"
        raise EditError(
            f"{right_id!r} was expected right behind {left_id!r} on {track.name}, but {follower}"
            " stands there; name two clips side by side"
        )
    return left, right


def _with_item(tl: Timeline, item_id: str, item: Item) -> Timeline:
    track, _ = tl.find(item_id)
    return with_items(tl, track.name, [item if i.id == item_id else i for i in track.items])


def _end(clip: Clip, by_s: Fraction) -> Fraction:
    return clip.source.end + by_s * clip.speed


def _start(clip: Clip, by_s: Fraction) -> Fraction:
    return clip.source.start + by_s * clip.speed


def _longer_end(item: Item, by_s: Fraction) -> Item:
    if isinstance(item, Clip):
        start = item.source.start
        return dataclasses.replace(item, source=TimeRange(start, max(start, _end(item, by_s))))
    assert isinstance(item, Gap)  # transitions were left out
    return dataclasses.replace(item, duration=item.duration + by_s)


def _later_start(item: Item, by_s: Fraction) -> Item:
    if isinstance(item, Clip):
        end = item.source.end
        return dataclasses.replace(item, source=TimeRange(min(end, _start(item, by_s)), end))
    assert isinstance(item, Gap)
    return dataclasses.replace(item, duration=item.duration - by_s)
