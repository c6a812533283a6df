"""Small honest fakes of the seams: a scripted brain, tools that obey the tool shape."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from agent.values import Goal, Plan, PlannedStep
from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document
from timeline.model import Clip, Gap, Timeline, Track
from timeline.time import TimeRange
from tools.proposal import Change, Cost, Effect, Evidence, Hole, Proposal, Reason
from tools.shape import Arguments, Cancel, Progress


class AddArguments(Arguments):
    """How much of which footage is added behind the last clip."""

    footage_id: str
    length_s: float = Field(gt=0, le=60)
    hole: str = ""


class Add:
    """Adds one clip, and a hole when asked to."""

    name: ClassVar[str] = "add"
    summary: ClassVar[str] = "Adds a clip behind the last one."
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = AddArguments

    def propose(self, arguments: Any, project: Project) -> Proposal:
        if arguments.footage_id == "unknown":
            raise BadArguments("there is no footage 'unknown'; there is 'f1'")
        now = history.current(project)
        at = now.duration
        length = Fraction(str(arguments.length_s))
        whole = TimeRange(Fraction(0), Fraction(60))
        clip = Clip(
            f"c-{len(now.track('V1').items)}", arguments.footage_id, arguments.footage_id,
            TimeRange(Fraction(0), length), whole,
        )  # fmt: skip
        items = (*now.track("V1").items, clip)
        holes: tuple[Hole, ...] = ()
        if arguments.hole:
            items = (*items, Gap(f"g-{len(items)}", Fraction(2), arguments.hole))
            holes = (
                Hole(
                    gap_id=items[-1].id,
                    wanted=arguments.hole,
                    start_s=str(at + length),
                    duration_s="2",
                ),
            )
        after = Timeline(tracks=(Track("V1", "video", items),))
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=f"Adds {arguments.length_s:g} s of {arguments.footage_id}.",
            changes=(Change(verb="add", item_id=clip.id, what="a clip"),),
            timeline=document.to_document(after),
            reasons=(
                Reason(
                    text="it fits",
                    evidence=(Evidence(kind="caption", footage_id="nowhere", quote="a dog"),),
                ),
            ),
            holes=holes,
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        return {}

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        assert proposal.timeline is not None
        return document.from_document(proposal.timeline)


class LookArguments(Arguments):
    what: str = ""


class Look:
    """Answers; changes nothing."""

    name: ClassVar[str] = "look"
    summary: ClassVar[str] = "Says what there is."
    effect: ClassVar[Effect] = "read"
    arguments: ClassVar[type[Arguments]] = LookArguments

    def propose(self, arguments: Any, project: Project) -> Proposal:
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer=f"I looked for {arguments.what or 'everything'}.",
            data={"found": 3},
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        return {}

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        raise AssertionError("a read tool is never applied")


class FillArguments(Arguments):
    words: str = ""
    fails: bool = False


class Fill:
    """Slow: writes a line into a file for each time its work is done, then fills a hole."""

    name: ClassVar[str] = "fill"
    summary: ClassVar[str] = "Makes what is missing."
    effect: ClassVar[Effect] = "slow"
    arguments: ClassVar[type[Arguments]] = FillArguments

    def __init__(self, log: Path) -> None:
        self.log = log

    def propose(self, arguments: Any, project: Project) -> Proposal:
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="slow",
            answer="Makes a shot.",
            cost=Cost(seconds=1.0),
            data={"words": arguments.words, "fails": arguments.fails},
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        progress(0.5, "making")
        if proposal.data["fails"]:
            raise BadArguments("it could not be made")
        with self.log.open("a") as log:
            log.write("made\n")
        return {"clip": proposal.data["words"]}

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        now = history.current(project)
        made = Clip(
            f"c-made-{len(now.track('V1').items)}", work["clip"] or "made", "made",
            TimeRange(Fraction(0), Fraction(2)), TimeRange(Fraction(0), Fraction(2)),
        )  # fmt: skip
        return Timeline(tracks=(Track("V1", "video", (*now.track("V1").items, made)),))


class ScriptedBrain:
    """Plans the given steps; binds the given answers in turn, the last one for ever."""

    name = "scripted"

    def __init__(
        self,
        steps: Sequence[tuple[str, str]] = (),
        answers: dict[str, list[dict[str, Any]]] | None = None,
        question: str = "",
    ) -> None:
        self.steps, self.question = steps, question
        self.answers = answers or {}
        self.asked: list[tuple[str, str]] = []  # (tool, problem) of each bind
        self.planned: list[str] = []

    def plan(self, words: str, project: Project) -> Plan:
        self.planned.append(words)
        steps = tuple(PlannedStep(tool=t, intent=i) for t, i in self.steps)
        return Plan(goal=Goal(text=words), steps=steps, question=self.question)

    def bind(self, step: PlannedStep, goal: Goal, project: Project, problem: str) -> dict[str, Any]:
        self.asked.append((step.tool, problem))
        given = self.answers.get(step.tool, [{}])
        return given.pop(0) if len(given) > 1 else given[0]

    def write(self, request: str, facts: dict[str, Any]) -> str:
        return ""
