"""Trimming and moving a clip while everything else stays where it is (ripple off)."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from timeline.edits.ordering import lift
from timeline.edits.placing import overwrite
from timeline.edits.tracks import fresh_id, require_clip, require_media, with_items
from timeline.errors import EditError
from timeline.model import Gap, Item, Timeline, Transition
from timeline.time import TimeRange


def trim_alone(tl: Timeline, clip_id: str, source: TimeRange) -> Timeline:
    """A clip playing `source`; a gap beside it takes or gives the difference.

    | A      | B |  ->  | A  |gap| B |
         <---*

    Crossfades on a side that is trimmed are dropped. Raises NoSuchItem, OutOfMedia, and
    EditError where the clip would grow over a neighbour that is no gap.
    """
    track, place, clip = require_clip(tl, clip_id)
    require_media(clip, source)
    if source.duration <= 0:
        raise EditError(f"{clip.name} would be trimmed to nothing; use delete to take it away")
    free_before = (source.start - clip.source.start) / clip.speed
    free_after = (clip.source.end - source.end) / clip.speed
    before, after = list(track.items[:place]), list(track.items[place + 1 :])
    if free_before:
        before = _beside(tl, before[::-1], free_before, (clip.name, clip_id, "in"))[::-1]
    if free_after:
        at_end = not any(not isinstance(item, Transition) for item in after)
        if not at_end:
            after = _beside(tl, after, free_after, (clip.name, clip_id, "out"))
    trimmed = dataclasses.replace(clip, source=source)
    return with_items(tl, track.name, (*before, trimmed, *after))


def move_alone(tl: Timeline, clip_id: str, at_s: Fraction) -> Timeline:
    """A clip at another time, over what plays there; a gap stays where it was.

    | A | B | C  |  ->  |gap| B | A | C |
      *----------^

    Crossfades that touched it, and those it comes to lie on, are dropped. A gap that nobody wants
    filled is not left at the end of the track. Raises NoSuchItem, EditError.
    """
    track, _, clip = require_clip(tl, clip_id)
    if tl.start_of(clip_id) == at_s:
        return tl
    bare = dataclasses.replace(tl, titles=(), markers=())  # words ride once, over the whole move
    over = overwrite(lift(bare, clip_id), clip, at_s, track=track.name)
    row = list(over.track(track.name).items)
    while row and isinstance(row[-1], Gap) and not row[-1].wanted:
        row.pop()
    return with_items(tl, track.name, row)


def _beside(
    tl: Timeline, row: list[Item], free_s: Fraction, who: tuple[str, str, str]
) -> list[Item]:
    """What lies beside a trimmed edge, nearest first, with `free_s` more gap in front of it."""
    name, clip_id, edge = who
    rest = row[1:] if row and isinstance(row[0], Transition) else list(row)
    near = rest[0] if rest else None
    if isinstance(near, Gap):
        left = near.duration + free_s
        if left < 0:
            raise EditError(
                f"{name} can grow by {float(near.duration):.2f} s into the gap beside it"
            )
        return [dataclasses.replace(near, duration=left), *rest[1:]] if left else rest[1:]
    if free_s < 0:
        raise EditError(
            f"no gap is beside {name} to grow into; turn ripple on to move what follows"
        )
    return [Gap(fresh_id(tl, "g", "trim", clip_id, edge), free_s), *rest]
