"""An idea that a creator takes becomes a goal and a plan; every step is proposed as any other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agent import state
from agent.binding import NOTE, merged
from agent.grammar import read
from agent.spans import ORDINALS
from agent.values import Goal, Plan, PlannedStep
from project.errors import BadArguments
from project.store import Project
from tools.dailies import listed
from tools.ideas import Ideas, IdeasArguments
from tools.outline import BeatWanted

_LEAD = (
    r"^(?:(?:please|now|ok(?:ay)?|yes|great|nice|and|then|let(?:'s| us)"
    r"|i(?:'d| would)? like(?: to)?|i want(?: to)?|i love|can you|could you|go|do|make|take|use"
    r"|cut|try|build|create|turn|pick|choose|with|for|from|me|a film|the film"
    r"|a video|the video|of|out of|into a film)[\s,]+)*"
)
_NUMBER = "|".join(ORDINALS)
_IDEA = re.compile(
    rf"{_LEAD}(?:(?:the |your |that |my )?(?P<word>{_NUMBER}|last|\d+(?:st|nd|rd|th)) idea"
    r"|(?:the |your )?idea (?:number |no\.? |#)?(?P<digit>\d+|one|two|three|four|five|six))\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_LEAD}(?:(?:the )?(?P<word>{_NUMBER}|last)(?: one)?|(?:number |no\.? |#)?(?P<digit>\d+))"
    r"[\s,]*(?:please)?[.! ]*$",
    re.IGNORECASE,
)
_DIGITS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
LAST = 0  # "the last idea"


def taken(words: str, project: Project) -> Plan | None:
    """The plan for an idea that words take; None where they take none.

    "the second one" is an idea only right after ideas were told. What else is said ("in 20
    seconds, vertical") holds over the idea. A number that there is not is a question.
    """
    plain = " ".join(words.replace("’", "'").split())
    found = _IDEA.match(plain)
    ideas = told(project)
    if not found and ideas and _just_told(project):
        found = _BARE.match(plain)
    if not found:
        return None
    return plan_for(_number(found), ideas or fresh(project), project, plain, plain[found.end() :])


def _number(found: re.Match[str]) -> int:
    word = (found["word"] or found["digit"]).lower()
    if word == "last":
        return LAST
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else ORDINALS.get(word) or _DIGITS[word]


def told(project: Project) -> list[dict[str, Any]]:
    """The ideas told last in the conversation; none where there were none."""
    row = project.row(
        "SELECT proposal.id FROM proposal JOIN step ON step.id = proposal.step_id"
        " WHERE step.tool = 'ideas' AND proposal.status = 'applied'"
        " ORDER BY proposal.id DESC LIMIT 1"
    )
    if row is None:
        return []
    ideas: list[dict[str, Any]] = state.proposal_at(project, row["id"]).proposal.data["ideas"]
    return ideas


def _just_told(project: Project) -> bool:
    """Whether the last thing the assistant said were ideas."""
    row = project.row(
        "SELECT step.tool FROM message JOIN step ON step.id = json_extract(message.data, '$.step')"
        " WHERE message.id = (SELECT max(id) FROM message WHERE role != 'creator')"
    )
    return row is not None and row["tool"] == "ideas"


def fresh(project: Project, guidance: str = "") -> list[dict[str, Any]]:
    """The ideas there are for some guidance, as `roughcut ideas` tells them."""
    found = Ideas().propose(IdeasArguments(guidance=guidance), project)
    ideas: list[dict[str, Any]] = found.data["ideas"]
    return ideas


def plan_for(
    number: int, ideas: Sequence[dict[str, Any]], project: Project, words: str, more: str = ""
) -> Plan:
    """The goal and the steps of idea `number` (from 1; LAST is the last one), or a question."""
    if not ideas:
        return Plan(
            goal=Goal(text=words),
            question="There are no ideas to take from: there is no footage with pictures yet.",
        )
    if not 0 <= number <= len(ideas):
        have = listed([f"{n}. {idea['title']}" for n, idea in enumerate(ideas, 1)])
        return Plan(
            goal=Goal(text=words), question=f"There is no idea {number}; there are: {have}."
        )
    try:
        goal = goal_of(ideas[number - 1], project)
    except BadArguments as error:
        return Plan(goal=Goal(text=words), question=str(error))
    said = read(more.strip(" ,.;:")).goal if more.strip(" ,.;:!") else Goal(text="")
    goal = merged(goal, said.model_copy(update={"text": "", "subjects": ()}))
    title = ideas[number - 1]["title"]
    line = str(ideas[number - 1]["logline"]).replace(NOTE, ", ")
    steps = [PlannedStep(tool="storyboard", intent=f'Cut the idea "{title}": {line}')]
    if goal.title:
        steps.append(PlannedStep(tool="title", intent=f'add the title "{goal.title}"'))
    if goal.music is not None:
        steps.append(PlannedStep(tool="music", intent=f"lay {goal.music} music under it"))
    return Plan(goal=goal, steps=tuple(steps))


def goal_of(idea: dict[str, Any], project: Project) -> Goal:
    """The film an idea means. Raises BadArguments where footage of it is gone."""
    from project import footage as store

    usable = {footage.id for footage in store.all_footage(project, usable=True)}
    gone = [n for i, n in zip(idea["footage_ids"], idea["names"], strict=True) if i not in usable]
    if gone:
        raise BadArguments(
            f"{listed(gone)} of the idea {idea['title']!r} is not in the project any more;"
            " ask for ideas again"
        )
    beats = tuple(
        BeatWanted(words=beat["words"], footage_ids=tuple(beat["footage_ids"]))
        for beat in idea["beats"]
    )
    mood = (idea["mood"],) if idea["mood"] else ()
    return Goal(text=f"{idea['title']}: {idea['logline']}", mood=mood, beats=beats)
