"""Crossfades and sound cuts fitted to what the clips around them have: handles, and room."""

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
    left. Two fades that would meet inside one clip share it in proportion. Sound cuts are moved
    towards their picture cuts where handles or clips are too short, and onto them where no clip
    follows or a fade does. With `whole_frames` offsets are cut down to whole frames of `rate`.
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
    kept = [i for i in kept if not isinstance(i, Transition) or i.fade >= 1 / rate]
    return tuple(_sound_fitted(kept, rate if whole_frames else None))


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


def _sound_fitted(row: list[Item], rate: Fraction | None) -> list[Item]:
    taken = ZERO  # how far the sound before reaches into the clip at hand
    for place, item in enumerate(row):
        if not isinstance(item, Clip):
            taken = ZERO
            continue
        wanted = item.sound_cut_s
        if wanted:
            after = row[place + 1] if place + 1 < len(row) else None
            least, most = sound_room(item, after, taken)
            wanted = min(max(wanted, least), most)
            if rate is not None:
                wanted = Fraction(int(wanted * rate)) / rate
            row[place] = dataclasses.replace(item, sound_cut_s=wanted)
        taken = max(ZERO, wanted)
    return row


def sound_room(clip: Clip, after: Item | None, taken: Fraction = ZERO) -> tuple[Fraction, Fraction]:
    """The earliest and the latest sound cut, in track seconds from the picture's.

    after: what follows `clip`; taken: how far the sound before it reaches into it.
    """
    if not isinstance(after, Clip):
        return ZERO, ZERO
    early = min(head_handle(after), max(ZERO, clip.duration - taken))
    return -early, min(tail_handle(clip), after.duration)


def _floored(fade: Transition, rate: Fraction) -> Transition:
    def whole(seconds: Fraction) -> Fraction:
        return Fraction(seconds * rate // 1) / rate

    return dataclasses.replace(
        fade, in_offset=whole(fade.in_offset), out_offset=whole(fade.out_offset)
    )
