"""Crossfades fitted to what the clips around them have: handles, and room beside each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from fractions import Fraction

from timeline.model import ZERO, Clip, Item, Transition


def head_handle(clip: Clip) -> Fraction:
    """Track seconds of footage before the in point."""
    return (clip.source.start - clip.available.start) / clip.speed


def tail_handle(clip: Clip) -> Fraction:
    """Track seconds of footage after the out point."""
    return (clip.available.end - clip.source.end) / clip.speed


def fitted(
    items: Iterable[Item], rate: Fraction, *, whole_frames: bool = False
) -> tuple[Item, ...]:
    """`items` with each transition shortened to the room it has, or dropped.

    Dropped: at an edge, beside a gap or another transition, and where less than one frame is
    left. Two fades that would meet inside one clip share it in proportion. With `whole_frames`
    offsets are cut down to whole frames of `rate`.
    """
    row = tuple(items)
    kept = [
        item
        for place, item in enumerate(row)
        if not isinstance(item, Transition) or _between_clips(row, place)
    ]
    for place, item in enumerate(kept):
        if isinstance(item, Transition):
            kept[place] = _within_handles(item, kept[place - 1], kept[place + 1])
    for place, item in enumerate(kept):
        if isinstance(item, Clip):
            _share(kept, place, item)
    if whole_frames:
        kept = [_floored(i, rate) if isinstance(i, Transition) else i for i in kept]
    return tuple(i for i in kept if not isinstance(i, Transition) or i.fade >= 1 / rate)


def _between_clips(row: tuple[Item, ...], place: int) -> bool:
    return (
        0 < place < len(row) - 1
        and isinstance(row[place - 1], Clip)
        and isinstance(row[place + 1], Clip)
    )


def _within_handles(fade: Transition, left: Item, right: Item) -> Transition:
    assert isinstance(left, Clip) and isinstance(right, Clip)  # _between_clips saw to it
    before, after = min(fade.in_offset, head_handle(right)), min(fade.out_offset, tail_handle(left))
    if (before, after) == (fade.in_offset, fade.out_offset):
        return fade
    return dataclasses.replace(fade, in_offset=before, out_offset=after)


def _share(kept: list[Item], place: int, clip: Clip) -> None:
    before = kept[place - 1] if place else None
    after = kept[place + 1] if place + 1 < len(kept) else None
    head = before.out_offset if isinstance(before, Transition) else ZERO
    tail = after.in_offset if isinstance(after, Transition) else ZERO
    if head + tail <= clip.duration:
        return
    share = clip.duration / (head + tail)
    if isinstance(before, Transition):
        kept[place - 1] = dataclasses.replace(before, out_offset=head * share)
    if isinstance(after, Transition):
        kept[place + 1] = dataclasses.replace(after, in_offset=tail * share)


def _floored(fade: Transition, rate: Fraction) -> Transition:
    def whole(seconds: Fraction) -> Fraction:
        return Fraction(seconds * rate // 1) / rate

    return dataclasses.replace(
        fade, in_offset=whole(fade.in_offset), out_offset=whole(fade.out_offset)
    )
