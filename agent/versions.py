"""Several versions of a film: asked for, compared beside the plan, and one of them picked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from agent import state, writing
from agent.binding import AGAIN, NOTE
from agent.spans import ORDINALS
from agent.values import Brain, Goal, Plan, PlannedStep, Shown
from project.store import Project
from tools.dailies import listed

_NUMBERS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "a couple of": 2,
    "a few": 3,
    "several": 3,
}
_MANY = r"(?P<many>\d+|two|three|four|five|a couple of|a few|several)"
_VERSION = (
    r"(?:versions?|alternatives?|variants?|variations?|options?|(?<=different )cuts"
    r"|cuts(?= of\b))"
)
_ASKS = re.compile(
    r"^(?:(?:please|now|ok(?:ay)?|and|then|can you|could you|i(?:'d| would) like(?: to see)?"
    r"|i want(?: to see)?|let me see|give|show|make|cut|create|build|me|us|propose|suggest|try|do"
    r"|compare|can i see)"
    rf"[\s,]+)*{_MANY} (?:(?:different|other|more|alternative|possible|new|rough|whole) )*"
    rf"{_VERSION}\b"
    r"\s*(?:of|for|from|about)?\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_BEHIND = re.compile(
    rf"[\s,;.:]*\b(?:in|as|and (?:give|show) me|give me|show me|with)?\s*{_MANY}"
    rf" (?:(?:different|alternative) )*{_VERSION}(?: please)?[.! ]*$",
    re.IGNORECASE,
)
_ORDINAL = "|".join(ORDINALS)
_LEAD = (
    r"^(?:(?:please|now|ok(?:ay)?|yes|great|and|then|let(?:'s| us)|i(?:'d| would)?"
    r" (?:like|prefer|want|take|love|choose|pick)|i think|rather|instead|go|do|make|take|use"
    r"|cut|try|pick|choose|show|propose|prefer|with|for|me|switch to|back to|go back to|it's|it is)"
    r"[\s,]+)*"
)
_PICKS = re.compile(
    rf"{_LEAD}(?:(?:the )?(?P<word>{_ORDINAL}|last|other) (?:version|alternative|variant|option)"
    r"|(?:the )?(?:version|alternative|variant|option) (?:number |no\.? |#)?"
    r"(?P<digit>\d+|one|two|three|four|five))[\s,]*(?:please|instead|then)?[.! ]*$",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_LEAD}(?:(?:the )?(?P<word>{_ORDINAL}|last)(?: one)?|(?:number |no\.? |#)?(?P<digit>[1-5]))"
    r"[\s,]*(?:please|instead|then)?[.! ]*$",
    re.IGNORECASE,
)
_DIGITS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_IT = re.compile(
    r"^(?:(?:it|this|that|the|my|film|cut|video|reel|edit|one|please|to choose from"
    r"|to pick from)\b[\s.,!?]*)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A plan whose steps are bound already; None where the brain binds one when it comes to it."""

    plan: Plan
    arguments: tuple[dict[str, Any] | None, ...] = ()


def asked(words: str) -> tuple[int, str] | None:
    """How many versions are asked for, and of which film ("" for the one that stands)."""
    plain = words.replace("’", "'").strip()
    found = _ASKS.match(plain)
    if found:
        rest = found["rest"].strip(" .,;:")
    else:
        found = _BEHIND.search(plain)
        rest = plain[: found.start()].strip() if found else ""
        if found is None or not rest:
            return None
    many = found["many"].lower()
    count = int(many) if many.isdigit() else _NUMBERS[many]
    return max(2, min(5, count)), "" if _IT.match(rest) else rest


def planned(words: str, brain: Brain, project: Project) -> Ready | None:
    """The plan for several versions that words ask for; None where they ask for none."""
    found = asked(words)
    return plan_for(*found, brain, project) if found is not None else None


def plan_for(count: int, film: str, brain: Brain, project: Project) -> Ready:
    """The plan of a film with a comparison of `count` versions before its cut, or a question."""
    goal = state.last_goal(project)
    if film:
        plan = brain.plan(film, project)
    elif goal is not None:
        intent = f"{AGAIN}: {writing.described(goal)}"
        plan = Plan(goal=goal, steps=(PlannedStep(tool="storyboard", intent=intent),))
    else:
        return _ask("Say which film the versions are to be of, for example: 'three versions of a"
                    " calm 30 s reel of the sea'.")  # fmt: skip
    if plan.question:
        return Ready(plan)
    place = next((n for n, step in enumerate(plan.steps) if step.tool == "storyboard"), None)
    if place is None:
        return _ask(f"There can be versions of a film, and {film!r} asks for none; say what the"
                    " film should be.")  # fmt: skip
    cut = plan.steps[place]
    arguments = brain.bind(cut, plan.goal, project, "")
    compare = PlannedStep(tool="alternatives", intent=f"Compare {count} versions: {cut.intent}")
    steps = (*plan.steps[:place], compare, *plan.steps[place:])
    bound: list[dict[str, Any] | None] = [None] * len(steps)
    bound[place], bound[place + 1] = {"film": arguments, "count": count}, arguments
    return Ready(plan.model_copy(update={"steps": steps}), tuple(bound))


def _ask(question: str) -> Ready:
    return Ready(Plan(goal=Goal(text=""), question=question))


@dataclass(frozen=True, slots=True)
class Compared:
    """The versions that were compared last: of which film, each as it was told, all in words."""

    goal: Goal
    rows: tuple[dict[str, Any], ...] = ()
    answer: str = ""


def compared(project: Project) -> Compared:
    """What was compared last; no rows where nothing was."""
    row = project.row(
        "SELECT proposal.id, step.plan_id FROM proposal JOIN step ON step.id = proposal.step_id"
        " WHERE step.tool = 'alternatives' AND proposal.status = 'applied'"
        " ORDER BY proposal.id DESC LIMIT 1"
    )
    if row is None:
        return Compared(Goal(text=""))
    proposal = state.proposal_at(project, row["id"]).proposal
    goal = state.view(project, row["plan_id"]).goal
    return Compared(goal, tuple(proposal.data["alternatives"]), proposal.answer)


def picked(words: str, project: Project, shown: Shown | None = None) -> int | None:
    """The number of the version that words pick; None where they pick none.

    "the second one" is a version only while the cut of a comparison is shown.
    """
    plain = " ".join(words.replace("’", "'").split())
    rows = compared(project).rows
    found = _PICKS.match(plain) if rows else None
    if not found and rows and shown is not None and number_of(shown, rows):
        found = _BARE.match(plain)
    if not found:
        return None
    word = (found["word"] or found["digit"]).lower()
    if word == "last":
        return len(rows)
    if word == "other":
        return 2
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else ORDINALS.get(word) or _DIGITS[word]


def number_of(shown: Shown, rows: tuple[dict[str, Any], ...]) -> int | None:
    """Which of the versions that were compared the shown proposal is; None where it is none."""
    if shown.step.tool != "storyboard":
        return None
    arguments = shown.proposal.arguments
    return next(
        (row["number"] for row in rows if row["arguments"] == _as_row(arguments, row)), None
    )


def _as_row(arguments: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """Arguments without what a cut of its own says beside the film: what else it keeps."""
    return {**arguments, "keep_rest": row["arguments"]["keep_rest"]}


def arguments_of(number: int, project: Project) -> dict[str, Any] | str:
    """The storyboard arguments of a version, or what to say where there is none of that number."""
    rows = compared(project).rows
    if not 1 <= number <= len(rows):
        have = listed([str(row["number"]) for row in rows])
        return f"There is no version {number}; there are {have}." if rows else (
            "There are no versions yet; ask for some: 'three versions of a calm reel of the sea'."
        )  # fmt: skip
    found: dict[str, Any] = rows[number - 1]["arguments"]
    return found


def again(number: int, words: str, project: Project) -> Ready:
    """The plan that cuts a version anew, after its comparison ended; titles and music stay."""
    found = arguments_of(number, project)
    if isinstance(found, str):
        return Ready(Plan(goal=Goal(text=words), question=found))
    goal = compared(project).goal
    told = writing.described(goal).replace(NOTE, ", ")
    step = PlannedStep(tool="storyboard", intent=f"{AGAIN}, version {number}: {told}")
    return Ready(Plan(goal=goal, steps=(step,)), ({**found, "keep_rest": True},))
