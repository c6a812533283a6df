"""The tool that arranges clips: order, drop, one length for the whole, one more moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from index.listening.cuts import clear_of_words
from index.search import search
from index.values import Filters
from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Gap, Timeline
from timeline.time import TimeRange, clock, exact
from tools.canvas import rate_for, reframe_for
from tools.changes import changes
from tools.dailies import Dailies, count, listed, made_id
from tools.lengths import deal
from tools.pointing import inventory, point_all
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.ranges import SHORTEST_S, around, free, on_frames
from tools.reasons import check_all, length_evidence
from tools.search import reason_of
from tools.shape import Arguments, Edits

Action = Literal["order", "move", "swap", "reverse", "drop", "length", "add"]


class ArrangeArguments(Arguments):
    """What to do with the clips."""

    action: Action = Field(
        description="order: clips, in this order, come first; move: clips go to position; swap"
        " the two clips; reverse all; drop clips; length: the whole lasts length_s; add: the"
        " moment of query (or footage_id with in_s and out_s) at position"
    )
    clips: tuple[str, ...] = Field(
        (), description="clip ids, numbers from 1, 'last', or words for the clips"
    )
    position: int | None = Field(None, ge=1, description="place from 1; empty: at the end")
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
        return _added(arguments, before, project)
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
    return _moved(arguments, before, chosen)


def _in_order(timeline: Timeline, ids: Sequence[str]) -> Timeline:
    """The items called `ids` in this order."""
    for place, item_id in enumerate(ids):
        timeline = edits.move(timeline, item_id, place)
    return timeline


def _moved(arguments: ArrangeArguments, before: Timeline, chosen: Sequence[str]) -> Done:
    ids = [i.id for i in before.track("V1").items if isinstance(i, Clip | Gap)]
    names = listed([_name(before, i) for i in chosen])
    if arguments.action == "swap":
        if len(chosen) != 2:
            raise BadArguments(f"swap takes two clips and {len(chosen)} were named")
        one, other = (ids.index(i) for i in chosen)
        ids[one], ids[other] = ids[other], ids[one]
        return _in_order(before, ids), f"{names} change places.", []
    left = [i for i in ids if i not in chosen]
    default = 1 if arguments.action == "order" else len(left) + 1
    at = min((arguments.position or default) - 1, len(left))
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
    rooms = _rooms(clips, dailies)
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


def _rooms(clips: Sequence[Clip], dailies: Dailies) -> dict[str, TimeRange]:
    """How far each clip can grow: inside its shots, and not over what other clips show."""
    rooms: dict[str, TimeRange] = {}
    for clip in clips:
        shots = [s.range for s in dailies.shots(clip.footage_id) if s.range.overlap(clip.source)]
        first = min((s.start for s in shots), default=clip.available.start)
        last = max((s.end for s in shots), default=clip.available.end)
        wide = TimeRange(min(first, clip.source.start), max(last, clip.source.end))
        wide = wide.clamp(clip.available)
        others = [
            rooms.get(o.id, o.source)
            for o in clips
            if o.id != clip.id and o.footage_id == clip.footage_id
        ]
        others = [o for o in others if o.overlap(clip.source) <= 0]
        pieces = [p for p in free(wide, others) if p.contains(clip.source)]
        rooms[clip.id] = pieces[0] if pieces else clip.source
    return rooms


def _resized(clip: Clip, length: Fraction, room: TimeRange, dailies: Dailies) -> TimeRange:
    span = around(clip.source, length * clip.speed, room)
    words = () if clip.muted else dailies.said(clip.footage_id)
    span = clear_of_words(words, span, room)
    return on_frames(span, room, Fraction(dailies.footage(clip.footage_id).technical.rate))


# --- one more moment


def _added(arguments: ArrangeArguments, before: Timeline, project: Project) -> Done:
    dailies = Dailies(project)
    footage_id, span, reason = _wanted(arguments, before, dailies)
    footage = dailies.footage(footage_id)
    span = span.clamp(footage.picture_range)
    timeline = before if before.clips() else _fresh(before, footage_id, dailies)
    rate = timeline.rate
    frames = max(1, int(span.duration * rate))
    room = footage.picture_range
    span = around(span, frames / rate, room)
    span = on_frames(span, room, Fraction(footage.technical.rate))
    clip = Clip(
        id=made_id("c", before, footage_id, span),
        footage_id=footage_id,
        name=footage.name,
        source=span,
        available=footage.picture_range,
        origin=footage.origin,
        reframe=reframe_for(footage, timeline.width, timeline.height, asked=False),
        reasons=(reason.text,),
        beat=arguments.query,
    )
    starts = [at for at, i in timeline.track("V1").placed() if isinstance(i, Clip | Gap)]
    place = (arguments.position or len(starts) + 1) - 1
    if place < len(starts):
        after = edits.insert(timeline, clip, starts[place])
    else:
        after = edits.append(timeline, clip)
    answer = f"{footage.name} {span} is added at {clock(after.start_of(clip.id))}."
    return after, answer, [reason]


def _fresh(before: Timeline, footage_id: str, dailies: Dailies) -> Timeline:
    """An empty timeline at the rate of its first footage."""
    from dataclasses import replace

    return replace(before, rate=rate_for([dailies.footage(footage_id)]))


def _wanted(
    arguments: ArrangeArguments, before: Timeline, dailies: Dailies
) -> tuple[str, TimeRange, Reason]:
    """Which span to add: the one given, or the best answer to the query not shown yet."""
    if arguments.footage_id:
        footage = dailies.footage(arguments.footage_id)
        start = exact(arguments.in_s or 0)
        end = exact(arguments.out_s) if arguments.out_s else footage.picture_range.end
        span = TimeRange(min(start, end), end)
        if not footage.picture_range.contains(span) or span.duration <= 0:
            raise BadArguments(
                f"{footage.name} has pictures at {footage.picture_range}; {start} s to {end} s"
                " is not inside that"
            )
        cited = Evidence(
            kind="name",
            footage_id=footage.id,
            start_s=str(span.start),
            end_s=str(span.end),
            quote=footage.name,
        )
        return footage.id, span, Reason(text=f"{footage.name} {span}, as asked", evidence=(cited,))
    if not arguments.query.strip():
        raise BadArguments("say in query what to add, or give footage_id with in_s and out_s")
    filters = Filters(has_picture=True)
    found = search(dailies.project, arguments.query, filters=filters, limit=20)
    if not found.confident or not found.hits:
        raise BadArguments(f"nothing in the footage is like {arguments.query!r}: {found.reason}")
    shown = [(c.footage_id, c.source) for _, c in before.clips()]
    fresh = [
        h
        for h in found.hits
        if not any(i == h.footage_id and s.overlap(h.range) > 0 for i, s in shown)
    ]
    hit = (fresh or list(found.hits))[0]
    footage = dailies.footage(hit.footage_id)
    length = exact(arguments.length_s or 3.0)
    shots = [s.range for s in dailies.shots(footage.id) if s.range.overlap(hit.range) > 0]
    room = max(shots, key=hit.range.overlap) if shots else footage.picture_range
    room = room.clamp(footage.picture_range)
    return footage.id, around(hit.range.clamp(room), length, room), reason_of(hit, dailies)
