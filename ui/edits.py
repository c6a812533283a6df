"""Edits by hand: what the page may ask of the timeline, each one op and one undo step.

Ops are closed and typed; times are decimal text and are snapped to whole frames here. The
key of an op makes it idempotent: the same batch sent twice changes nothing twice.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from project import footage, history
from project.errors import CreatorError
from project.store import Project
from timeline import edits
from timeline.errors import EditError
from timeline.model import Clip, Gap, Marker, Timeline, Title, Transition, new_id
from timeline.time import TimeRange, clock, snap
from tools.filling import takes
from tools.filling.place import place_of, put
from ui.marks import reshoot_text
from ui.ops import (
    AddNote,
    AddTitle,
    AnyOp,
    Crossfade,
    Delete,
    Fill,
    Insert,
    KeepVersion,
    Move,
    MoveAlone,
    RemoveNote,
    RemoveTitle,
    Reshoot,
    Restore,
    Sound,
    Split,
    Swap,
    Take,
    Trim,
    Walk,
)


def run(project: Project, op: AnyOp) -> None:
    """`op` done, committed as one undo step; once it is, again does nothing.

    Raises EditError, CreatorError.
    """
    with project.transaction():  # nobody else's edit comes between reading and committing
        if history.made(project, op.key):
            return
        if isinstance(op, Walk):
            step = history.undo if op.op == "undo" else history.redo
            step(project, key=op.key)
        elif isinstance(op, KeepVersion):
            history.name_version(project, op.name)
        elif isinstance(op, Restore):
            history.restore(project, op.edit_id, key=op.key)
        else:
            before = history.current(project)
            after, label = _edited(project, before, op)
            if after != before:
                edits.check(after)
                history.commit(project, after, label, actor="hand", key=op.key)


def _edited(project: Project, tl: Timeline, op: AnyOp) -> tuple[Timeline, str]:
    """The timeline after `op`, and the label of the step in words."""
    match op:
        case Insert():
            return _insert(project, tl, op)
        case Move():
            return edits.move(tl, op.id, op.index), f"Move {_name(tl, op.id)}"
        case MoveAlone():
            at = snap(Fraction(op.at_s), tl.rate)
            return edits.move_alone(tl, op.id, at), f"Move {_name(tl, op.id)}"
        case Trim():
            return _trim(tl, op)
        case Split():
            return _split(tl, op)
        case Delete():
            take = edits.lift if op.lift else edits.delete
            return take(tl, op.id), f"{'Lift' if op.lift else 'Delete'} {_name(tl, op.id)}"
        case Fill():
            return _fill(project, tl, op)
        case Take():
            return _take(project, tl, op)
        case Swap():
            return _swap(project, tl, op)
        case Reshoot():
            return _reshoot(tl, op)
        case AddNote():
            return _note(tl, op)
        case RemoveNote():
            return edits.remove_marker(tl, op.id), "Remove marker"
        case Sound():
            changed = edits.set_clip(tl, op.id, gain_db=op.gain_db, muted=op.muted)
            return changed, f"Sound of {_name(tl, op.id)}"
        case Crossfade():
            return _crossfade(tl, op)
        case AddTitle():
            return _title(tl, op)
        case RemoveTitle():
            return edits.remove_title(tl, op.id), "Remove title"
    raise CreatorError("this edit is not one the page can ask for")


def _name(tl: Timeline, item_id: str) -> str:
    item = tl.item(item_id)
    if isinstance(item, Clip):
        return item.name
    return "hole" if isinstance(item, Gap) else "crossfade"


def _insert(project: Project, tl: Timeline, op: Insert) -> tuple[Timeline, str]:
    clip = _new_clip(project, tl, op.footage_id, Fraction(op.in_s), Fraction(op.out_s))
    label = f"Add {clip.name} {clip.source}"
    at = tl.duration if op.at_s is None else snap(Fraction(op.at_s), tl.rate)
    v1 = tl.track("V1")
    if at >= v1.duration:
        return edits.append(tl, clip), label
    starts = [start for start, item in v1.placed() if not isinstance(item, Transition)]
    nearest = min([*starts, v1.duration], key=lambda start: abs(start - at))
    if nearest >= v1.duration:
        return edits.append(tl, clip), label
    return edits.insert(tl, clip, nearest), label


def _new_clip(
    project: Project, tl: Timeline, footage_id: str, start: Fraction, end: Fraction
) -> Clip:
    """A clip of footage on whole frames. Raises CreatorError where nothing can be cut."""
    item = footage.find(project, footage_id)
    if item.status == "rejected":
        raise CreatorError(f"{item.name} cannot be used: {item.reason}")
    available = item.picture_range if item.technical.has_picture else item.range
    if available.duration <= 0:
        available = item.range
    if end <= start:
        raise CreatorError(f"the out point {clock(end)} of {item.name} is not after its in point")
    start = min(max(start, available.start), available.end)
    frames = max(1, int((min(end, available.end) - start) * tl.rate + Fraction(1, 2)))
    if start + frames / tl.rate > available.end:
        frames -= 1
    if frames < 1:
        raise CreatorError(f"{item.name} has no whole frame at {clock(start)}")
    return Clip(
        id=new_id("c"),
        footage_id=item.id,
        name=item.title or item.name,
        source=TimeRange(start, start + frames / tl.rate),
        available=available,
        origin=item.origin,
    )


def _trim(tl: Timeline, op: Trim) -> tuple[Timeline, str]:
    clip = tl.item(op.id)
    if not isinstance(clip, Clip):
        raise EditError("only clips have in and out points to trim")
    frame = clip.speed / tl.rate  # one timeline frame in source seconds
    start, end = clip.source.start, clip.source.end
    if op.in_s is not None:
        start = end - _whole(end - max(Fraction(op.in_s), clip.available.start), frame)
    if op.out_s is not None:
        end = start + _whole(min(Fraction(op.out_s), clip.available.end) - start, frame)
    if start < clip.available.start:
        start += frame
    if end > clip.available.end:
        end -= frame
    if end - start < frame:
        raise EditError(f"{clip.name} would be shorter than one frame")
    trim = edits.trim if op.ripple else edits.trim_alone
    return trim(tl, op.id, TimeRange(start, end)), f"Trim {clip.name}"


def _whole(span: Fraction, frame: Fraction) -> Fraction:
    return max(1, int(span / frame + Fraction(1, 2))) * frame


def _split(tl: Timeline, op: Split) -> tuple[Timeline, str]:
    at = snap(Fraction(op.at_s), tl.rate)
    for start, clip in tl.clips("V1"):
        if start < at < start + clip.duration:
            return edits.split(tl, clip.id, at), f"Split {clip.name} at {clock(at)}"
    raise EditError(f"no clip lies under {clock(at)}; move the playhead inside one to split it")


def _fill(project: Project, tl: Timeline, op: Fill) -> tuple[Timeline, str]:
    gap = tl.item(op.id)
    if not isinstance(gap, Gap):
        raise EditError("this place is filled already")
    start = Fraction(op.in_s)
    item = footage.find(project, op.footage_id)
    start = max(Fraction(0), min(start, item.duration_s - gap.duration))
    clip = _new_clip(project, tl, op.footage_id, start, start + gap.duration)
    clip = replace(clip, beat=gap.wanted)
    return edits.replace_gap(tl, gap.id, clip), f"Fill hole with {clip.name}"


def _swap(project: Project, tl: Timeline, op: Swap) -> tuple[Timeline, str]:
    old = tl.item(op.id)
    if not isinstance(old, Clip):
        raise EditError("only a clip can be swapped for another moment; a hole is filled")
    new = _new_clip(project, tl, op.footage_id, Fraction(op.in_s), Fraction(op.out_s))
    new = replace(new, beat=old.beat, gain_db=old.gain_db, muted=old.muted)
    return edits.replace(tl, op.id, new), f"Swap {old.name} for {new.name}"


def _reshoot(tl: Timeline, op: Reshoot) -> tuple[Timeline, str]:
    gap = tl.item(op.id)
    if not isinstance(gap, Gap) or not gap.wanted:
        raise EditError("only a hole that wants something can go on the reshoot list")
    text = reshoot_text(gap.wanted)
    there = next((m for m in tl.markers if m.text == text), None)
    if there is not None:
        return edits.remove_marker(tl, there.id), f"Off the reshoot list: {gap.wanted}"
    start = tl.start_of(gap.id)
    marker = Marker(new_id("m"), TimeRange(start, start + gap.duration), text)
    return edits.add_marker(tl, marker), f"On the reshoot list: {gap.wanted}"


def _note(tl: Timeline, op: AddNote) -> tuple[Timeline, str]:
    at = snap(Fraction(op.at_s), tl.rate)
    marker = Marker(new_id("m"), TimeRange(at, at + 1 / tl.rate), op.text)
    return edits.add_marker(tl, marker), f"Note {op.text[:30]!r}"


def _take(project: Project, tl: Timeline, op: Take) -> tuple[Timeline, str]:
    place = place_of(op.id, tl)
    number, made = takes.chosen_by_id(op.footage_id, place, project)
    return put(place, made, tl), f"Take {number} of {made.title or made.name}"


def _crossfade(tl: Timeline, op: Crossfade) -> tuple[Timeline, str]:
    track, place = tl.find(op.id)
    after = track.items[place + 1] if place + 1 < len(track.items) else None
    if isinstance(after, Transition):
        return edits.remove_transition(tl, after.id), "Remove crossfade"
    if not isinstance(after, Clip):
        raise EditError("a crossfade stands between two clips; nothing follows this one")
    return edits.crossfade(tl, op.id, after.id, snap(Fraction(op.fade_s), tl.rate)), "Crossfade"


def _title(tl: Timeline, op: AddTitle) -> tuple[Timeline, str]:
    start = snap(Fraction(op.at_s), tl.rate)
    end = start + max(Fraction(1) / tl.rate, snap(Fraction(op.length_s), tl.rate))
    title = Title(new_id("t"), op.text, TimeRange(start, end), op.style)
    return edits.add_title(tl, title), f"Title {op.text[:30]!r}"
