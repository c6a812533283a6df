"""Crossfades: put over a cut, played from the handles of both clips, taken away again."""

from __future__ import annotations

from fractions import Fraction

from timeline.edits.fitting import head_handle, tail_handle
from timeline.edits.shaping import neighbours
from timeline.edits.tracks import fresh_id, with_items
from timeline.errors import EditError, OutOfMedia
from timeline.model import ZERO, Clip, Item, Timeline, Transition


def crossfade(tl: Timeline, left_id: str, right_id: str, fade_s: Fraction) -> Timeline:
    """A crossfade of `fade_s` over the cut between two clips; the length stays.

    | A    | B    |  ->  | A   /x/   B |
                             ^ in_offset before the cut, out_offset after it

    It lies evenly over the cut; where one clip has too short a handle it moves to the side of
    the other. One that is there already is replaced. Raises NoSuchItem, OutOfMedia, EditError.
    """
    left, right = neighbours(tl, left_id, right_id)
    if fade_s < 1 / tl.rate:
        raise EditError(
            f"a crossfade of {fade_s} s was asked for; the shortest is one frame, {1 / tl.rate} s"
        )
    most_in, most_out = _room(tl, left, right)
    if fade_s > most_in + most_out:
        raise OutOfMedia(
            f"a crossfade of {fade_s} s was asked for between {left_id!r} and {right_id!r}, but"
            f" their handles and lengths allow {most_in + most_out} s ({most_in} s before the cut"
            f" and {most_out} s after it); trim {left.name!r} at its end or {right.name!r} at its"
            " start to make handles, or ask for less"
        )
    before = max(min(fade_s / 2, most_in), fade_s - most_out)
    fade = Transition(fresh_id(tl, "x", left_id, right_id), before, fade_s - before)
    track, _ = tl.find(left_id)
    items: list[Item] = list(track.items)
    place = next(n for n, item in enumerate(items) if item.id == left_id) + 1
    end = place + 1 if isinstance(items[place], Transition) else place
    return with_items(tl, track.name, (*items[:place], fade, *items[end:]))


def longest_fade(tl: Timeline, left_id: str, right_id: str) -> Fraction:
    """The longest crossfade in seconds that the cut between two clips has room for."""
    left, right = neighbours(tl, left_id, right_id)
    return sum(_room(tl, left, right), ZERO)


def remove_transition(tl: Timeline, transition_id: str) -> Timeline:
    """The timeline with a plain cut where the transition was; the length stays.

    | A   /x/   B |  ->  | A    | B    |

    Raises NoSuchItem, EditError.
    """
    track, place = tl.find(transition_id)
    if not isinstance(track.items[place], Transition):
        raise EditError(f"{transition_id!r} is not a transition; use delete or lift for it")
    return with_items(tl, track.name, (*track.items[:place], *track.items[place + 1 :]))


def _room(tl: Timeline, left: Clip, right: Clip) -> tuple[Fraction, Fraction]:
    """The most a fade can take before and after the cut, other fades left as they are."""
    track, place = tl.find(left.id)
    before = track.items[place - 1] if place else None
    _, place = tl.find(right.id)
    after = track.items[place + 1] if place + 1 < len(track.items) else None
    taken_left = before.out_offset if isinstance(before, Transition) else ZERO
    taken_right = after.in_offset if isinstance(after, Transition) else ZERO
    most_in = min(head_handle(right), left.duration - taken_left)
    most_out = min(tail_handle(left), right.duration - taken_right)
    return most_in, most_out
