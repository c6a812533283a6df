"""Edits that bring something onto a track: append, insert, overwrite, replace."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from timeline.edits.tracks import (
    fresh_id,
    kind_of,
    parted,
    require_media,
    require_new,
    with_items,
)
from timeline.errors import EditError
from timeline.model import ZERO, Clip, Gap, Item, Timeline
from timeline.time import TimeRange


def append(tl: Timeline, item: Clip | Gap, *, track: str = "V1") -> Timeline:
    """`item` behind the last one of `track`.

    | A      | B |  ->  | A      | B | item |

    Raises NoSuchItem, OutOfMedia, EditError.
    """
    require_new(tl, item)
    return with_items(tl, track, (*tl.track(track).items, item))


def insert(tl: Timeline, item: Clip | Gap, at_s: Fraction, *, track: str = "V1") -> Timeline:
    """`item` at `at_s`; what is later moves on. Past the end a gap fills the way there.

    | A      | B |  ->  | A  |item| A'  | B |
         ^at

    A clip across `at_s` is cut in two, a crossfade on a cut at `at_s` is dropped.
    Raises NoSuchItem, OutOfMedia, EditError.
    """
    require_new(tl, item)
    _require_time(at_s)
    items = tl.track(track).items
    before, after = parted(items, at_s, lambda cut: fresh_id(tl, cut.id[:1], cut.id, at_s))
    return with_items(tl, track, (*before, *_filler(tl, track, at_s), item, *after))


def overwrite(tl: Timeline, item: Clip | Gap, at_s: Fraction, *, track: str = "V1") -> Timeline:
    """`item` over what plays from `at_s` on; nothing else moves.

    | A      | B     |  ->  | A  |item   | B |
         ^at

    Crossfades on cuts from `at_s` to the item's end are dropped, those next to it fitted.
    Raises NoSuchItem, OutOfMedia, EditError.
    """
    require_new(tl, item)
    _require_time(at_s)
    items, end = tl.track(track).items, at_s + item.duration
    before, _ = parted(items, at_s, lambda cut: cut.id)
    kept = {left.id for left in before}

    def name_right(cut: Item) -> str:
        return fresh_id(tl, cut.id[:1], cut.id, end) if cut.id in kept else cut.id

    _, after = parted(items, end, name_right)
    return with_items(tl, track, (*before, *_filler(tl, track, at_s), item, *after))


def replace(tl: Timeline, item_id: str, new_item: Clip | Gap) -> Timeline:
    """`new_item` in the place of a clip or gap; what is later moves by the difference.

    | A | old | B |  ->  | A | new_item | B |

    Crossfades beside it stay as long as the new clip has handles for, and go beside a gap.
    Raises NoSuchItem, OutOfMedia, EditError.
    """
    track, place = tl.find(item_id)
    require_new(tl, new_item, instead_of=item_id)
    if not isinstance(track.items[place], Clip | Gap):
        raise EditError(f"{item_id!r} is a transition; use remove_transition or crossfade")
    items = (*track.items[:place], new_item, *track.items[place + 1 :])
    return with_items(tl, track.name, items)


def replace_gap(tl: Timeline, gap_id: str, clip: Clip) -> Timeline:
    """`clip` in the gap; the track keeps its length.

    | A |  gap   | B |  ->  | A | clip   | B |     or     | A | clip |gap| B |

    A longer clip ends with the gap; a shorter one plays on into its handles, and what is still
    missing stays a gap. Less than a frame is not left over: there the track gets shorter.
    Raises NoSuchItem, OutOfMedia, EditError.
    """
    gap = tl.item(gap_id)
    if not isinstance(gap, Gap):
        raise EditError(f"{gap_id!r} is a {kind_of(gap)}, not a gap; use replace for it")
    require_new(tl, clip, instead_of=gap_id)
    reach = min(clip.source.start + gap.duration * clip.speed, clip.available.end)
    filled = dataclasses.replace(clip, source=TimeRange(clip.source.start, reach))
    require_media(filled, filled.source)
    track, place = tl.find(gap_id)
    items: list[Item] = [*track.items[:place], filled]
    rest = gap.duration - filled.duration
    if rest >= 1 / tl.rate:
        items.append(dataclasses.replace(gap, duration=rest))
        if filled.id == gap_id:
            raise EditError(f"the clip for gap {gap_id!r} needs an id of its own")
    return with_items(tl, track.name, (*items, *track.items[place + 1 :]))


def _require_time(at_s: Fraction) -> None:
    if at_s < 0:
        raise EditError(f"an item was to be placed at {at_s} s; a timeline starts at 0 s")


def _filler(tl: Timeline, track: str, at_s: Fraction) -> list[Item]:
    missing = max(ZERO, at_s - tl.track(track).duration)
    return [Gap(fresh_id(tl, "g", track, at_s), missing)] if missing else []
