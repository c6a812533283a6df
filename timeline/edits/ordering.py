"""Edits that take items away or put them in another order: delete, lift, move."""

from __future__ import annotations

from timeline.edits.tracks import fresh_id, kind_of, with_items, without
from timeline.edits.transitions import remove_transition
from timeline.errors import EditError
from timeline.model import Gap, Timeline, Transition


def delete(tl: Timeline, item_id: str) -> Timeline:
    """The timeline without a clip or gap; what is later moves up (ripple delete).

    | A | B | C |  ->  | A | C |

    Crossfades that touched it are dropped. Raises NoSuchItem.
    """
    track, place = tl.find(item_id)
    if isinstance(track.items[place], Transition):
        return remove_transition(tl, item_id)
    before, after = without(track.items, place)
    return with_items(tl, track.name, (*before, *after))


def lift(tl: Timeline, item_id: str, *, wanted: str = "") -> Timeline:
    """A gap of the same length in the place of a clip; nothing moves.

    | A | B | C |  ->  | A |gap| C |

    Crossfades that touched it are dropped. `wanted` makes the gap a hole to fill.
    Raises NoSuchItem, EditError.
    """
    track, place = tl.find(item_id)
    item = track.items[place]
    if isinstance(item, Transition):
        raise EditError(f"{item_id!r} is a transition; use remove_transition")
    gap = Gap(fresh_id(tl, "g", "lift", item_id), item.duration, wanted)
    before, after = without(track.items, place)
    return with_items(tl, track.name, (*before, gap, *after))


def move(tl: Timeline, item_id: str, to_index: int) -> Timeline:
    """A clip or gap at place `to_index` among the clips and gaps of its track, from 0.

    | A | B | C |  ->  | B | C | A |     move(A, 2)

    Crossfades at the cuts it leaves and at the cut it comes to are dropped; moving it to where
    it is changes nothing. Raises NoSuchItem, EditError.
    """
    track, place = tl.find(item_id)
    item = track.items[place]
    if isinstance(item, Transition):
        raise EditError(f"{item_id!r} is a {kind_of(item)}; move the clips beside it instead")
    real = [n for n, i in enumerate(track.items) if not isinstance(i, Transition)]
    if not 0 <= to_index < len(real):
        raise EditError(
            f"{item_id!r} was to be moved to place {to_index}, but {track.name} has places 0 to"
            f" {len(real) - 1}"
        )
    if real[to_index] == place:
        return tl
    before, after = without(track.items, place)
    rest = [*before, *after]
    places = [n for n, i in enumerate(rest) if not isinstance(i, Transition)]
    to = places[to_index] if to_index < len(places) else len(rest)
    if to and isinstance(rest[to - 1], Transition):
        rest.pop(to - 1)
        to -= 1
    return with_items(tl, track.name, (*rest[:to], item, *rest[to:]))
