"""Goals, plans, steps, decisions: what the agent keeps in the store and shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from project.store import Project
from tools.outline import BeatWanted
from tools.proposal import Proposal

DecisionWord = Literal["approve", "change", "skip", "replan", "stop"]
StepStatus = Literal["waiting", "proposed", "working", "applied", "skipped", "failed", "stopped"]
PlanStatus = Literal["open", "done", "stopped", "replaced"]


class Goal(BaseModel):
    """What the film should be, as far as the sentence says. None: not said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    length_s: float | None = None
    aspect: Literal["16:9", "9:16", "1:1", "4:5"] | None = None
    mood: tuple[str, ...] = ()
    pace: Literal["slow", "medium", "fast"] | None = None
    subjects: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    everything: bool | None = None  # all usable footage is to be in it
    order: Literal["story", "chronological", "day to night"] | None = None
    opening: str = ""
    ending: str = ""
    generate: tuple[str, ...] = ()  # what is to be made, not looked for
    title: str = ""
    music: str | None = None  # words for a bed, None: no music asked
    speech: Literal["keep", "mute"] | None = None
    beats: tuple[BeatWanted, ...] = ()  # what is to be shown, in order; empty: found from the rest


class PlannedStep(BaseModel):
    """One step of a plan: which tool, and what it should do, in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool: str = Field(description="name of a tool that exists")
    intent: str = Field(description="what this step should do, as a creator would say it")


class Plan(BaseModel):
    """The brain's answer to a goal. With `question` set it understood too little to plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    goal: Goal
    steps: tuple[PlannedStep, ...] = ()
    question: str = ""
    notes: SkipJsonSchema[tuple[str, ...]] = ()  # what else the creator is to be told of it


class Brain(Protocol):
    """Thinks; never acts. Three verbs."""

    name: str

    def plan(self, words: str, project: Project) -> Plan:
        """A goal and ordered steps for what the creator typed, or a question."""
        ...

    def bind(self, step: PlannedStep, goal: Goal, project: Project, problem: str) -> dict[str, Any]:
        """Arguments for the step's tool, from the project as it is now.

        `problem` is why the last answer was not accepted, "" at first. Raises BrainError.
        """
        ...

    def write(self, request: str, facts: dict[str, Any]) -> str:
        """Words for people: a summary, a logline, an answer; from the facts given only."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the store has it."""

    id: int
    ordinal: int
    tool: str
    intent: str
    status: StepStatus
    arguments: dict[str, Any] | None
    answer: str
    guest: bool = False  # another program asked for it: a person decides, whatever the settings


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal waiting for a decision. Deciding must name nonce, hash and revision.

    When `step.status` is "failed" no proposal could be made: its answer says why, and the
    creator may change, skip, replan or stop. Approving it means "seen, go on"; nothing runs.
    """

    id: int
    step: Step
    proposal: Proposal
    nonce: str
    action_hash: str
    revision: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """The open plan: its goal, its steps, and the proposal that waits, if any."""

    id: int
    goal: Goal
    brain: str
    steps: tuple[Step, ...]
    shown: Shown | None
    question: str = ""
    status: PlanStatus = "open"

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do or decide: `advance` would change nothing."""
        return self.status != "open"

    @property
    def running(self) -> Step | None:
        """The step whose slow work was approved and is not applied yet."""
        return next((step for step in self.steps if step.status == "working"), None)


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the conversation as the store keeps it; `data` says what it belongs to."""

    id: int
    role: Literal["creator", "assistant", "tool"]
    text: str
    data: dict[str, Any]
    created_at: str
