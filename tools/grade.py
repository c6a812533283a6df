"""The tool for light and colour: small steps that are asked for, and a light match of clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Literal

from pydantic import Field

from media.errors import Cancelled
from media.standing import kept_ready
from media.stills import LIMITS
from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Grade, Timeline
from tools.changes import changes
from tools.dailies import Dailies, count
from tools.grading.matching import ALL_THE_WAY, MOST_LIGHT, PART, Match, towards
from tools.grading.measuring import Measured, kept, measure, predicted
from tools.grading.steps import Amount, composed, stepped
from tools.grading.telling import matched_reason, stepped_answer, stepped_reason
from tools.levels import level
from tools.pointing import point, point_all
from tools.proposal import Change, Cost, Effect, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Cancel, Progress

Action = Literal[
    "match", "brighter", "darker", "warmer", "cooler", "more contrast", "less contrast",
    "more colour", "less colour", "black and white", "reset",
]  # fmt: skip
QUICK_S, STILLS_S = 5.0, 0.6  # what is measured at once; the stills of one clip take about
GREY = 0.03  # mean saturation of black-and-white footage, as the senses measure it
Grades = dict[str, Grade | None]


class LookArguments(Arguments):
    """What to do with light and colour, of what."""

    action: Action = Field(
        description="match: light and colour of the clips brought nearer to each other; a small"
        " step brighter, darker, warmer, cooler, of contrast or colour; black and white; reset:"
        " as it was filmed"
    )
    clips: tuple[str, ...] = Field(
        ("all",), description="clip ids, numbers from 1, 'last', 'all', or words for the clips"
    )
    like: str = Field("", max_length=120, description="match only: the clip to look like")
    amount: Amount = Field("some", description="of a step: little, some or much")


class SetLook:
    """Sets the light and colour of clips."""

    name: ClassVar[str] = "look"
    summary: ClassVar[str] = (
        "Match the colours of clips, or make them brighter, warmer, black and white"
    )
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = LookArguments

    def propose(self, arguments: LookArguments, project: Project) -> Proposal:
        """The graded timeline; slow work where many clips must be measured first."""
        before = history.current(project)
        if not before.clips():
            raise BadArguments("there is no film yet whose look could be set")
        dailies = Dailies(project)
        ids = point_all(arguments.clips, before, project)
        clips = [clip for _, clip in before.clips() if clip.id in ids]
        if arguments.action != "match":
            return self._steps(arguments, before, clips, dailies)
        look_like = _like(arguments, before, dailies)
        if not look_like and len(before.clips()) < 2:
            raise BadArguments("one clip alone has no neighbours to match")
        todo = _unmeasured(before, dailies)
        if len(todo) * STILLS_S > QUICK_S:
            return self._slow(arguments, todo)
        found = _matched(before, ids, look_like, _measures(before, dailies))
        return self._edit(
            arguments, before, {key: m.grade for key, m in found.grades.items()},
            found.answer(), found.reasons(dailies), project,
        )  # fmt: skip

    def _steps(
        self, arguments: LookArguments, before: Timeline, clips: Sequence[Clip], dailies: Dailies
    ) -> Proposal:
        action, grades, held = arguments.action, Grades(), []
        for clip in clips:
            grey = _is_grey(clip, dailies)
            if grey and action in ("warmer", "cooler", "more colour"):
                held.append(clip)
            elif action == "reset":
                grades[clip.id] = None
            elif action != "match":
                grades[clip.id] = stepped(clip.grade, action, arguments.amount)
        changed = [clip for clip in clips if clip.id in grades and grades[clip.id] != clip.grade]
        if not changed:
            raise BadArguments(_nothing(action, held))
        made = {clip.id: grades[clip.id] for clip in changed}
        reasons = [stepped_reason(c, grades[c.id], action, dailies) for c in changed]
        answer = stepped_answer(changed, made, action, dailies, held)
        return self._edit(arguments, before, made, answer, reasons, dailies.project)

    def _edit(
        self,
        arguments: LookArguments,
        before: Timeline,
        grades: Mapping[str, Grade | None],
        answer: str,
        reasons: Sequence[Reason],
        project: Project,
    ) -> Proposal:
        after = _with(before, grades)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=answer,
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all(reasons, project),
        )

    def _slow(self, arguments: LookArguments, todo: Sequence[Clip]) -> Proposal:
        seconds = round(len(todo) * STILLS_S, 1)
        what = f"stills of {count(len(todo), 'clip')} are measured, then all are matched"
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="slow",
            answer=f"{what[:1].upper()}{what[1:]}: each goes {PART:.0%} of the way to its"
            f" neighbours, by {MOST_LIGHT:.0%} of full light at the most. That takes about"
            f" {seconds:.0f} s, once.",
            changes=(Change(verb="grade", item_id="", what=what),),
            cost=Cost(seconds=seconds),
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """Every clip measured and matched. Raises Cancelled, MediaError."""
        if proposal.effect != "slow":
            return {}
        arguments = LookArguments.model_validate(proposal.arguments)
        before, dailies = history.current(project), Dailies(project)
        measures = _measures(before, dailies, progress, cancel)
        ids = point_all(arguments.clips, before, project)
        found = _matched(before, ids, _like(arguments, before, dailies), measures)
        progress(1.0, "done")
        after = _with(before, {key: match.grade for key, match in found.grades.items()})
        return {
            "clips": {
                clip.id: document.part_document(clip)
                for _, clip in after.clips()
                if clip.id in found.grades
            },
            "answer": found.answer(),
        }

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        """The proposed timeline, or the current one with the grades that were found."""
        if proposal.effect != "slow":
            return document.from_document(proposal.timeline) if proposal.timeline else None
        grades = Grades()
        for key, body in work["clips"].items():
            clip = document.item_from(body)
            assert isinstance(clip, Clip)  # `work` wrote clips only
            grades[key] = clip.grade
        return _with(history.current(project), grades)


@dataclass(frozen=True, slots=True)
class Matched:
    """A match of clips: the looks before and after, and the grade of each that changes."""

    clips: tuple[Clip, ...]  # all of V1, in order
    before: dict[str, Measured]  # by footage and span, under the grades that stood
    after: dict[str, Measured]
    grades: dict[str, Match]  # the whole grade of each clip that changes
    held: tuple[tuple[Clip, str], ...]  # clips that were held back, and why

    def answer(self) -> str:
        """What the match does, told by the jumps of light at the cuts."""
        jumps = [_jump(self.clips, looks) for looks in (self.before, self.after)]
        if not self.grades:
            said = [f"The clips match already: light jumps by {jumps[0]:.2f} at a cut on average."]
        else:
            said = [
                f"{count(len(self.grades), 'clip')} of {len(self.clips)} moved towards the look"
                f" beside them, by at most {MOST_LIGHT:.0%} of full light. Light jumps by"
                f" {jumps[1]:.2f} at a cut on average; it was {jumps[0]:.2f}."
            ]
        said += [f"{clip.name}: {why}." for clip, why in dict(self.held).items()][:4]
        return " ".join(said)

    def reasons(self, dailies: Dailies) -> list[Reason]:
        return [
            matched_reason(clip, self.before[clip.id], self.after[clip.id], dailies)
            for clip in self.clips
            if clip.id in self.grades
        ]


def _matched(
    timeline: Timeline, ids: Sequence[str], like: str, measures: Mapping[str, Measured]
) -> Matched:
    """Every named clip matched to its neighbours, or to the clip called `like`."""
    clips = [clip for _, clip in timeline.clips()]
    now = {clip.id: predicted(measures[clip.id], clip.grade) for clip in clips}
    after, grades, held = dict(now), dict[str, Match](), list[tuple[Clip, str]]()
    for place, clip in enumerate(clips):
        if clip.id not in ids or clip.id == like:
            continue
        beside = [clips[n] for n in (place - 1, place + 1) if 0 <= n < len(clips)]
        others = [now[like]] if like else [now[c.id] for c in beside]
        match = towards(now[clip.id], others, ALL_THE_WAY if like else PART)
        held += [(clip, note) for note in match.notes]
        if match.changes:
            whole = composed(clip.grade, match.grade)
            grades[clip.id] = Match(whole, match.notes)
            after[clip.id] = predicted(measures[clip.id], whole)
    return Matched(tuple(clips), now, after, grades, tuple(held))


def _jump(clips: Sequence[Clip], looks: Mapping[str, Measured]) -> float:
    """The mean difference of light from one clip to the next."""
    jumps = [abs(looks[a.id].light - looks[b.id].light) for a, b in pairwise(clips)]
    return sum(jumps) / len(jumps) if jumps else 0.0


def _measures(
    timeline: Timeline,
    dailies: Dailies,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> dict[str, Measured]:
    """The look of every clip without its grade, by clip id. Raises Cancelled, MediaError."""
    found: dict[str, Measured] = {}
    clips = [clip for _, clip in timeline.clips()]
    with kept_ready(LIMITS) as standing:
        for number, clip in enumerate(clips):
            if cancel is not None and cancel():
                raise Cancelled("stopped while the clips were measured; nothing was changed")
            if progress is not None:
                progress(number / len(clips), f"measuring {clip.name}")
            footage = dailies.footage(clip.footage_id)
            found[clip.id] = measure(
                dailies.project, clip, footage, standing=standing, cancel=cancel
            )
    return found


def _unmeasured(timeline: Timeline, dailies: Dailies) -> list[Clip]:
    return [
        clip
        for _, clip in timeline.clips()
        if kept(dailies.project, clip, dailies.footage(clip.footage_id)) is None
    ]


def _like(arguments: LookArguments, timeline: Timeline, dailies: Dailies) -> str:
    """The id of the clip that the others shall look like; "" where none is named."""
    return point(arguments.like, timeline, dailies.project)[0] if arguments.like.strip() else ""


def _is_grey(clip: Clip, dailies: Dailies) -> bool:
    """Whether a clip is black and white, by its footage or by its grade."""
    moments = dailies.within(clip.footage_id, clip.source)
    measured = any(m.senses.contrast for m in moments)
    graded_out = clip.grade is not None and not clip.grade.saturation
    return graded_out or (measured and level("saturation", moments) < GREY)


def _nothing(action: Action, held: Sequence[Clip]) -> str:
    if held:
        return f"{held[0].name} is black and white; {action} would colour it, so nothing was done"
    if action == "reset":
        return "nothing is changed in the look of these clips; there is nothing to take back"
    return f"no {action} than this is offered here; the clips are at the limit of the small steps"


def _with(timeline: Timeline, grades: Mapping[str, Grade | None]) -> Timeline:
    """The timeline with these grades, where their clips still stand."""
    here = {item.id for track in timeline.tracks for item in track.items}
    for key, grade in grades.items():
        if key in here:
            timeline = edits.set_clip(timeline, key, grade=None if grade == Grade() else grade)
    return timeline
