"""The tool that makes the film another shape: each clip's frame follows what is seen in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import Field

from media.errors import Cancelled
from media.standing import Standing, kept_ready
from media.stills import LIMITS
from project import history
from project.errors import BadArguments
from project.footage import Footage
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Reframe, Timeline
from timeline.time import TimeRange
from tools.canvas import WHOLE, Aspect, kept_share, size_for
from tools.changes import changes
from tools.dailies import Dailies, count
from tools.kinds import people_in
from tools.pointing import point_all
from tools.proposal import Change, Cost, Effect, Proposal
from tools.reasons import check_all
from tools.reframing.framing import Framed, barred, by_hand, framed, span_of
from tools.reframing.opening import Follow
from tools.reframing.telling import reason_for, shape, told
from tools.reframing.watching import kept, look, seconds_for, unseen
from tools.shape import Arguments, Cancel, Progress

QUICK_S = 4.0  # looks that take longer than this are slow work, asked for first


class ReframeArguments(Arguments):
    """Which shape, and what the frame follows."""

    aspect: Aspect | None = Field(
        None, description="the film's new shape; empty: the shape stays, only the frames move"
    )
    follow: Follow = Field(
        "auto",
        description="what the frame follows: face, motion, centre, or auto: a face, else what"
        " moves, else where most is going on",
    )
    subject: str = Field(
        "", max_length=80, description="who or what to follow in words: 'the dog', 'the speaker'"
    )
    clips: tuple[str, ...] = Field(
        ("all",), description="clip ids, numbers from 1, 'last', 'all', or words for the clips"
    )
    fit: bool = Field(False, description="true: the whole picture between bars, nothing cropped")
    centre_x: float | None = Field(
        None, ge=0, le=1, description="hold the frame by hand: 0 is the left edge, 1 the right one"
    )
    centre_y: float | None = Field(None, ge=0, le=1, description="0 is the top, 1 the bottom")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One clip to frame: its footage, what to look at, and what to follow."""

    clip: Clip
    footage: Footage
    span: TimeRange
    follow: Follow
    meant: bool = True  # False: it is only fitted into the film's new shape

    @property
    def looks(self) -> bool:
        """Whether its pictures have to be looked at."""
        return self.follow != "centre"


class SetFrame:
    """Sets the film's shape and lets each clip's frame follow what is seen."""

    name: ClassVar[str] = "reframe"
    summary: ClassVar[str] = "Make the film 9:16, 1:1, 4:5 or 16:9; each frame follows its subject"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = ReframeArguments

    def propose(self, arguments: ReframeArguments, project: Project) -> Proposal:
        """An edit where the clips were looked at before or soon are; else slow work."""
        before = history.current(project)
        if not before.clips():
            raise BadArguments("there is no film to reframe yet; make a storyboard first")
        dailies = Dailies(project)
        after = resized(before, arguments.aspect, dailies)
        wanted = _wanted(arguments, after, dailies)
        seconds = sum(
            seconds_for(w.footage, w.span)
            for w in wanted
            if w.looks and kept(project, w.footage, w.span) is None
        )
        if seconds > QUICK_S:
            return self._slow(arguments, before, after, wanted, seconds)
        found = _found(arguments, wanted, after, dailies)
        after = _with(after, {w.clip.id: f.reframe for w, f in found})
        stays = ["Nothing changes by that."] if after == before else []
        frames = [(w.clip, f) for w, f in found]
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=" ".join([shape(before, after), *told(frames, arguments.subject), *stays]),
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all([reason_for(c, f, dailies) for c, f in frames], project),
        )

    def _slow(
        self,
        arguments: ReframeArguments,
        before: Timeline,
        after: Timeline,
        wanted: Sequence[Wanted],
        seconds: float,
    ) -> Proposal:
        many = sum(w.looks for w in wanted)
        what = f"{count(many, 'clip')} framed by what is seen in {'it' if many == 1 else 'them'}"
        sized = changes(before, after)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="slow",
            answer=f"{shape(before, after)} {what}: faces, else what moves, else where most is"
            f" going on. Looking takes about {seconds:.0f} s, once for each clip.",
            changes=(*sized, Change(verb="replace", item_id="", what=what)),
            cost=Cost(seconds=round(seconds, 1)),
            data={"frame": [after.width, after.height], "clips": [w.clip.id for w in wanted]},
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """Every clip looked at and framed. Raises Cancelled, MediaError."""
        if proposal.effect != "slow":
            return {}
        arguments = ReframeArguments.model_validate(proposal.arguments)
        before, dailies = history.current(project), Dailies(project)
        after = resized(before, arguments.aspect, dailies)
        wanted = _wanted(arguments, after, dailies)
        whole = sum(seconds_for(w.footage, w.span) for w in wanted if w.looks)
        done = 0.0
        with kept_ready(LIMITS) as standing:
            for each in (w for w in wanted if w.looks):
                if cancel():
                    raise Cancelled("stopped while the clips were looked at; nothing was changed")
                progress(done / whole, f"looking at {each.clip.name}")
                _look(each, dailies, standing, cancel)
                done += seconds_for(each.footage, each.span)
        found = _found(arguments, wanted, after, dailies)
        progress(1.0, "done")
        made = [replace(w.clip, reframe=f.reframe) for w, f in found]
        return {
            "clips": {clip.id: document.part_document(clip) for clip in made},
            "answer": " ".join(told([(w.clip, f) for w, f in found], arguments.subject)),
        }

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        """The proposed timeline, or the current one with the frames that were found."""
        if proposal.effect != "slow":
            return document.from_document(proposal.timeline) if proposal.timeline else None
        timeline = history.current(project)
        width, height = proposal.data["frame"]
        frames: dict[str, Reframe | None] = {}
        for key, body in work["clips"].items():
            clip = document.item_from(body)
            assert isinstance(clip, Clip)  # `work` wrote clips only
            frames[key] = clip.reframe
        return _with(replace(timeline, width=width, height=height), frames)


def resized(timeline: Timeline, aspect: Aspect | None, dailies: Dailies) -> Timeline:
    """The timeline in the frame size of an aspect; as it is where that is its own already."""
    if aspect is None:
        return timeline
    wide, high = (int(part) for part in aspect.split(":"))
    if timeline.width * high == timeline.height * wide:
        return timeline
    used = [dailies.footage(clip.footage_id) for _, clip in timeline.clips()]
    width, height = size_for(aspect, used)
    return replace(timeline, width=width, height=height)


def _wanted(arguments: ReframeArguments, after: Timeline, dailies: Dailies) -> list[Wanted]:
    """Every clip whose frame is set, with what it follows. Raises BadArguments."""
    ids = point_all(arguments.clips, after, dailies.project)
    named = _showing(arguments.subject, after, dailies)
    by_rule = arguments.fit or arguments.centre_x is not None or arguments.centre_y is not None
    every = [clip for t in after.tracks if t.kind == "video" for _, clip in after.clips(t.name)]
    main, whole_film = {clip.id for _, clip in after.clips()}, arguments.clips == ("all",)
    found = []
    for clip in every:
        meant = clip.id in ids or (whole_film and clip.id not in main)
        if not meant and arguments.aspect is None:
            continue
        footage, follow = dailies.footage(clip.footage_id), arguments.follow
        if arguments.subject and follow == "auto":
            follow = _by_words(arguments.subject, clip, named)
        whole = kept_share(footage, after.width, after.height) > WHOLE
        if by_rule or whole or not meant:
            follow = "centre"
        span = span_of(clip, dailies.shots(footage.id))
        found.append(Wanted(clip, footage, span, follow, meant))
    return found


def _showing(subject: str, timeline: Timeline, dailies: Dailies) -> tuple[str, ...]:
    """The clips that are known to show a subject; none where nothing says so."""
    if not subject.strip():
        return ()
    try:
        return point_all((subject,), timeline, dailies.project)
    except BadArguments:
        return ()


def _by_words(subject: str, clip: Clip, named: Sequence[str]) -> Follow:
    """People are followed by their faces; all else by its movement, where it is known to be."""
    if people_in(subject):
        return "face"
    return "motion" if clip.id in named else "auto"


def _look(
    wanted: Wanted, dailies: Dailies, standing: Standing | None, cancel: Cancel | None = None
) -> None:
    moments = dailies.within(wanted.footage.id, wanted.span)
    faces = not moments or any(m.senses.faces for m in moments)
    look(
        dailies.project, wanted.footage, wanted.span,
        faces=faces, cancel=cancel, standing=standing,
    )  # fmt: skip


def _found(
    arguments: ReframeArguments, wanted: Sequence[Wanted], after: Timeline, dailies: Dailies
) -> list[tuple[Wanted, Framed]]:
    """The frame of each clip; what was not looked at yet is looked at now."""
    with kept_ready(LIMITS) as standing:
        return [(each, _frame(arguments, each, after, dailies, standing)) for each in wanted]


def _frame(
    arguments: ReframeArguments,
    wanted: Wanted,
    after: Timeline,
    dailies: Dailies,
    standing: Standing | None,
) -> Framed:
    footage, size = wanted.footage, (after.width, after.height)
    if arguments.fit and wanted.meant:
        return barred(footage, size)
    if wanted.meant and (arguments.centre_x is not None or arguments.centre_y is not None):
        x, y = arguments.centre_x, arguments.centre_y
        return by_hand(0.5 if x is None else x, 0.5 if y is None else y)
    looks = kept(dailies.project, footage, wanted.span) if wanted.looks else None
    if looks is None and wanted.looks:
        _look(wanted, dailies, standing)
        looks = kept(dailies.project, footage, wanted.span)
    return framed(
        wanted.clip,
        footage,
        looks or unseen(wanted.clip.source.start),
        after,
        shots=dailies.shots(footage.id),
        follow=wanted.follow,
    )


def _with(timeline: Timeline, frames: dict[str, Reframe | None]) -> Timeline:
    """The timeline with these frames, where their clips still stand."""
    here = {item.id for track in timeline.tracks for item in track.items}
    for key, reframe in frames.items():
        if key in here:
            timeline = edits.set_clip(timeline, key, reframe=reframe)
    edits.check(timeline)
    return timeline
