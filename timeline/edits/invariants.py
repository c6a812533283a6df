"""What is true of every timeline. `check` says all that is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from timeline.edits.fitting import head_handle, sound_room, tail_handle
from timeline.edits.tracks import all_ids
from timeline.errors import EditError
from timeline.model import ZERO, Clip, Item, Timeline, Track, Transition


def check(tl: Timeline) -> None:
    """Nothing, or EditError naming every rule that the timeline breaks.

    - the rate and the frame size are above 0; V1 is there and a video track; names are unique
    - ids are unique over items, titles and markers
    - clips play from inside their footage, at a speed above 0; clips and gaps last longer than 0
    - a transition stands between two clips, lasts a frame or more and has handles for its
      offsets, and two of them do not meet inside one clip
    - a sound cut has handles and lies inside the two clips; none beside a gap or a transition
    - titles last longer than 0 and start at 0 or later; markers start at 0 or later
    """
    broken = list(problems(tl))
    if broken:
        raise EditError(f"this timeline breaks {len(broken)} rule(s): " + "; ".join(broken))


def problems(tl: Timeline) -> Iterator[str]:
    """Every broken rule in words; nothing for a timeline that can be played."""
    if tl.rate <= 0 or tl.width <= 0 or tl.height <= 0:
        yield f"{tl.width}x{tl.height} at {tl.rate} frames per second cannot be shown"
    yield from _names(tl)
    for track in tl.tracks:
        for place, item in enumerate(track.items):
            if isinstance(item, Transition):
                yield from _transition(track, place, item, tl)
            else:
                yield from _item(track, place, item)
    for title in tl.titles:
        if title.span.start < 0 or title.span.duration <= 0:
            yield f"title {title.id!r} shows from {title.span.start} s to {title.span.end} s"
    for marker in tl.markers:
        if marker.span.start < 0:
            yield f"marker {marker.id!r} stands at {marker.span.start} s, before the start"


def _names(tl: Timeline) -> Iterator[str]:
    if not any(t.name == "V1" and t.kind == "video" for t in tl.tracks):
        yield "there is no video track V1"
    for name, uses in Counter(t.name for t in tl.tracks).items():
        if uses > 1:
            yield f"{uses} tracks are called {name!r}"
    for name, uses in Counter(all_ids(tl)).items():
        if uses > 1:
            yield f"the id {name!r} is used {uses} times"


def _item(track: Track, place: int, item: Item) -> Iterator[str]:
    if isinstance(item, Clip) and item.speed <= 0:
        yield f"clip {item.id!r} has speed {item.speed}"
        return
    if item.duration <= 0:
        yield f"{item.id!r} on {track.name} lasts {item.duration} s"
    if not isinstance(item, Clip):
        return
    if not item.available.contains(item.source):
        yield (
            f"clip {item.id!r} plays {item.source.start} s to {item.source.end} s of footage that"
            f" covers {item.available.start} s to {item.available.end} s"
        )
    before = track.items[place - 1] if place else None
    after = track.items[place + 1] if place + 1 < len(track.items) else None
    head = before.out_offset if isinstance(before, Transition) else ZERO
    tail = after.in_offset if isinstance(after, Transition) else ZERO
    if item.sound_cut_s:
        taken = before.sound_cut_s if isinstance(before, Clip) else ZERO
        least, most = sound_room(item, after, max(ZERO, taken))
        if not least <= item.sound_cut_s <= most:
            yield (
                f"the sound of clip {item.id!r} is cut {item.sound_cut_s} s after its picture;"
                f" {least} s to {most} s is what there is room for"
            )
    if head + tail > item.duration:
        yield (
            f"the fades at both ends of clip {item.id!r} take {head} s and {tail} s of its"
            f" {item.duration} s"
        )


def _transition(track: Track, place: int, fade: Transition, tl: Timeline) -> Iterator[str]:
    if fade.in_offset < 0 or fade.out_offset < 0 or fade.fade * tl.rate < 1:
        yield f"transition {fade.id!r} has offsets {fade.in_offset} s and {fade.out_offset} s"
    left = track.items[place - 1] if place else None
    right = track.items[place + 1] if place + 1 < len(track.items) else None
    if not isinstance(left, Clip) or not isinstance(right, Clip):
        yield f"transition {fade.id!r} on {track.name} does not stand between two clips"
        return
    if left.speed > 0 and fade.out_offset > tail_handle(left):
        yield (
            f"transition {fade.id!r} needs {fade.out_offset} s after the out point of"
            f" {left.id!r}, which has {tail_handle(left)} s there"
        )
    if right.speed > 0 and fade.in_offset > head_handle(right):
        yield (
            f"transition {fade.id!r} needs {fade.in_offset} s before the in point of"
            f" {right.id!r}, which has {head_handle(right)} s there"
        )
