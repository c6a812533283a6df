"""The tool that arranges clips: order, drop, one length for the whole, one more moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from index.listening.cuts import clear_of_words
from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Gap, Timeline
from timeline.time import TimeRange, clock, exact
from tools.adding import Wanted, added, replaced
from tools.changes import changes
from tools.dailies import Dailies, count, listed
from tools.lengths import deal
from tools.pointing import inventory, point, point_all
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.ranges import SHORTEST_S, around, growth, on_frames
from tools.reasons import check_all, length_evidence
from tools.shape import Arguments, Edits

Action = Literal["order", "move", "swap", "reverse", "drop", "length", "add", "replace"]


class ArrangeArguments(Arguments):
    """What to do with the clips."""

    action: Action = Field(
        description="order: clips, in this order, come first; move: clips go to position; swap"
        " the two clips; reverse all; drop clips; length: the whole lasts length_s; add: the"
        " moment of query (or footage_id with in_s and out_s) at position; replace: that moment"
        " in place of the clip, as long as it; without a query, something else than it shows"
    )
    clips: tuple[str, ...] = Field(
        (), description="clip ids, numbers from 1, 'last', or words for the clips"
    )
    position: int | None = Field(None, ge=1, description="place from 1; empty: at the end")
    before: str = Field("", description="the clip to move to, or to add in front of")
    after: str = Field("", description="the clip to move to, or to add, behind")
    length_s: float | None = Field(
        None, gt=0, description="length of the whole, or of what is added"
    )
    query: str = Field("", description="what to add, in words")
    footage_id: str = Field("", description="footage to add from")
    in_s: float | None = Field(None, ge=0)
    out_s: float | None = Field(None, gt=0)


class Arrange(Edits):
    """Reorders, drops, lengthens or shortens the whole, adds one moment."""

    name: ClassVar[str] = "arrange"
    summary: ClassVar[str] = (
        "Reorder, swap, reverse, drop or add clips, or fit the whole to a length"
    )
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = ArrangeArguments

    def propose(self, arguments: ArrangeArguments, project: Project) -> Proposal:
        """The arranged timeline. Raises BadArguments, EditError."""
        before = history.current(project)
        after, answer, reasons = _done(arguments, before, project)
        after = edits.snapped(after)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=answer,
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all(reasons, project, timeline=after),
        )


Done = tuple[Timeline, str, list[Reason]]


def _done(arguments: ArrangeArguments, before: Timeline, project: Project) -> Done:
    if arguments.action == "add":
        place = _beside(arguments, before, project)
        return added(_wanted(arguments), before, project, place=place)
    if not before.clips():
        raise BadArguments("the timeline has no clips to arrange; make a storyboard first")
    if arguments.action == "length":
        return _fitted(arguments, before, project)
    if arguments.action == "reverse":
        ids = [i.id for i in before.track("V1").items if isinstance(i, Clip | Gap)]
        return _in_order(before, ids[::-1]), "The cut plays in reverse order.", []
    chosen = point_all(arguments.clips, before, project)
    if not chosen:
        raise BadArguments(f"say which clips; the timeline has {inventory(before)}")
    if arguments.action == "drop":
        return _dropped(before, chosen, arguments, project)
    if arguments.action == "replace":
        if len(chosen) != 1:
            raise BadArguments(
                f"replace takes one clip, and {listed(list(arguments.clips))} means"
                f" {listed([_name(before, i) for i in chosen])}; say which of them"
            )
        return replaced(_wanted(arguments), before, chosen[0], project)
    return _moved(arguments, before, chosen, project)


def _wanted(arguments: ArrangeArguments) -> Wanted:
    return Wanted(
        arguments.query, arguments.footage_id, arguments.in_s, arguments.out_s, arguments.length_s
    )


def _beside(
    arguments: ArrangeArguments, before: Timeline, project: Project, gone: Sequence[str] = ()
) -> int | None:
    """The place from 0 that position, before or after mean, without the clips that are gone."""
    words = arguments.before or arguments.after
    if not words:
        return arguments.position - 1 if arguments.position else None
    beside = [i for i in point(words, before, project) if i not in gone]
    if not beside:
        raise BadArguments(f"{words!r} means the clip that is to be moved itself; name another")
    left = [i.id for i in before.track("V1").items if isinstance(i, Clip | Gap)]
    left = [i for i in left if i not in gone]
    return left.index(beside[0]) if arguments.before else left.index(beside[-1]) + 1


def _in_order(timeline: Timeline, ids: Sequence[str]) -> Timeline:
    """The items called `ids` in this order."""
    for place, item_id in enumerate(ids):
        timeline = edits.move(timeline, item_id, place)
    return timeline


def _moved(
    arguments: ArrangeArguments, before: Timeline, chosen: Sequence[str], project: Project
) -> Done:
    ids = [i.id for i in before.track("V1").items if isinstance(i, Clip | Gap)]
    names = listed([_name(before, i) for i in chosen])
    if arguments.action == "swap":
        if len(chosen) != 2:
            raise BadArguments(f"swap takes two clips and {len(chosen)} were named")
        one, other = (ids.index(i) for i in chosen)
        ids[one], ids[other] = ids[other], ids[one]
        return _in_order(before, ids), f"{names} change places.", []
    left = [i for i in ids if i not in chosen]
    place = _beside(arguments, before, project, chosen)
    default = 0 if arguments.action == "order" else len(left)
    at = min(default if place is None else place, len(left))
    order = [*left[:at], *chosen, *left[at:]]
    verb = "comes" if len(chosen) == 1 else "come"
    where = "first" if at == 0 else "last" if at == len(left) else f"at place {at + 1}"
    return _in_order(before, order), f"{names} {verb} {where}.", []


def _name(timeline: Timeline, item_id: str) -> str:
    item = timeline.item(item_id)
    place = [c.id for _, c in timeline.clips()].index(item_id) + 1
    return f"{item.name} (clip {place})" if isinstance(item, Clip) else item_id


def _dropped(
    before: Timeline, chosen: Sequence[str], arguments: ArrangeArguments, project: Project
) -> Done:
    if len(chosen) == len(before.clips()) and arguments.clips == ("all",):
        return _emptied(before)
    if len(chosen) == len(before.clips()):
        raise BadArguments(
            f"{listed(list(arguments.clips))} means every clip on the timeline;"
            " name the ones to drop"
        )
    after = before
    for item_id in chosen:
        after = edits.delete(after, item_id)
    names = listed([_name(before, i) for i in chosen])
    answer = f"{names} dropped; the cut is {clock(after.duration)} now."
    dailies = Dailies(project)
    reasons = [
        Reason(
            text=f"{_name(before, i)} is what {listed(list(arguments.clips))} means",
            evidence=(_named(before.item(i), dailies),),
        )
        for i in chosen
    ]
    return after, answer, reasons


def _emptied(before: Timeline) -> Done:
    """Nothing on V1 and no titles; the other tracks stay."""
    video = replace(before.track("V1"), items=())
    tracks = tuple(video if t.name == "V1" else t for t in before.tracks)
    markers = tuple(m for m in before.markers if m.kind == "note")
    after = replace(before, tracks=tracks, titles=(), markers=markers)
    dropped = count(len(before.clips()), "clip")
    return after, f"{dropped} dropped: nothing is left of the cut. Undo brings it back.", []


def _named(item: object, dailies: Dailies) -> Evidence:
    assert isinstance(item, Clip)  # only clips are pointed at
    footage = dailies.footage(item.footage_id)
    return Evidence(
        kind="name",
        footage_id=footage.id,
        start_s=str(item.source.start),
        end_s=str(item.source.end),
        quote=footage.name,
    )


# --- one length for the whole


def _fitted(arguments: ArrangeArguments, before: Timeline, project: Project) -> Done:
    """Clips longer or shorter in proportion, inside their shots, holes as they are."""
    if arguments.length_s is None:
        raise BadArguments("say in length_s how long the whole is to be, in seconds")
    rate, dailies = before.rate, Dailies(project)
    asked = exact(arguments.length_s)
    holes = sum((g.duration for _, g in before.holes()), Fraction(0))
    total = int(asked * rate + Fraction(1, 2)) - int(holes * rate + Fraction(1, 2))
    clips = [clip for _, clip in before.clips()]
    if total < len(clips):
        raise BadArguments(
            f"{clock(asked)} leaves less than a frame for each of {len(clips)} clips"
            + (f" beside {clock(holes)} of holes" if holes else "")
        )
    rooms = growth(clips, dailies)
    ceilings = [int(rooms[c.id].duration / c.speed * rate) for c in clips]
    floors = [min(int(SHORTEST_S * rate), int(c.duration * rate)) for c in clips]
    frames = deal(total, [c.duration for c in clips], floors, ceilings)
    after = before
    for clip, many in zip(clips, frames, strict=True):
        after = edits.trim(after, clip.id, _resized(clip, many / rate, rooms[clip.id], dailies))
    missing = (total - sum(frames)) / rate
    kept = Reason(
        text=f"The cut lasts {clock(after.duration)} of the {clock(asked)} asked for",
        evidence=(length_evidence(asked, after),),
    )
    answer = f"The cut goes from {clock(before.duration)} to {clock(after.duration)}."
    if missing > 0:
        answer += f" {clock(missing)} are missing: the clips have no more handles in their shots."
    return after, answer, [kept]


def _resized(clip: Clip, length: Fraction, room: TimeRange, dailies: Dailies) -> TimeRange:
    span = around(clip.source, length * clip.speed, room)
    words = () if clip.muted else dailies.said(clip.footage_id)
    span = clear_of_words(words, span, room)
    return on_frames(span, room, Fraction(dailies.footage(clip.footage_id).technical.rate))
