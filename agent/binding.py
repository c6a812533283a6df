"""Arguments for each tool from a step's words, its goal and the timeline, by rule."""

# ruff: noqa: ARG001 - every rule has the same signature

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from agent.found import footage_for
from agent.grammar import read
from agent.made import last_place, look_in, step_for, take_wish
from agent.requests import requests
from agent.values import Goal, PlannedStep
from project import footage as store
from project import history
from project.errors import BrainError
from project.store import Project
from timeline.time import clock
from tools.filling import asking

Rule = Callable[[PlannedStep, Goal, Project], dict[str, Any]]
_FIELDS = (
    "length_s", "aspect", "pace", "order", "opening", "ending", "mood", "subjects", "exclude",
    "generate", "everything", "beats",
)  # fmt: skip
AGAIN = "Cut it again"  # how the intent to cut the standing film anew begins
NOTE = "; "  # stands between a step's intent and what the creator wants different


def arguments_for(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
    """Arguments for the step's tool. Raises BrainError where its words say too little."""
    rule = _RULES.get(step.tool)
    if rule is None:
        raise BrainError(f"the embedded brain does not know how to use {step.tool!r}")
    return rule(step, goal, project)


def merged(goal: Goal, other: Goal) -> Goal:
    """A goal with what another one says over it; moods give way, exclusions add up."""
    said = {
        name: value
        for name, value in other.model_dump().items()
        if name != "text" and value not in (None, "", ())
    }
    if "exclude" in said:
        said["exclude"] = tuple(dict.fromkeys((*goal.exclude, *said["exclude"])))
    if "generate" in said or {"opening", "ending"} & set(said):
        gone = {getattr(goal, edge) for edge in ("opening", "ending") if edge in said}
        kept = [words for words in goal.generate if words not in gone]
        said["generate"] = tuple(dict.fromkeys((*kept, *said.get("generate", ()))))
    if "mood" in said and "pace" not in said:
        said["pace"] = None  # a new mood brings its own pace
    if "subjects" in said and "beats" not in said:
        said["beats"] = ()  # another subject: what was to be shown in order is another too
    return Goal.model_validate({**goal.model_dump(), **said})


def _storyboard(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
    for note in step.intent.split(NOTE)[1:]:
        goal = merged(goal, read(note).goal)
    wanted: dict[str, Any] = {
        name: getattr(goal, name) for name in _FIELDS if getattr(goal, name) not in (None, "", ())
    }
    if goal.speech is not None:
        wanted["keep_speech"] = goal.speech == "keep"
    if not step.intent.startswith(AGAIN):
        wanted["keep_rest"] = False
    found = footage_for(step.intent, project)
    if found:
        wanted["footage_ids"] = found
    wanted = {k: list(v) if isinstance(v, tuple) else v for k, v in wanted.items()}
    if goal.beats:
        wanted["beats"] = [b.model_dump(mode="json", exclude_defaults=True) for b in goal.beats]
    return wanted


def _requested(tool: str) -> Rule:
    """The arguments that the step's own words carry, as the request grammar reads them."""

    def bind(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
        for words in reversed(step.intent.split(NOTE)):
            for request in requests(words) or ():
                if request.tool != tool:
                    continue
                arguments = dict(request.arguments)
                if arguments.get("action") == "length" and "length_s" not in arguments:
                    now = float(history.current(project).duration)
                    arguments["length_s"] = max(0.5, now * request.factor + request.plus_s)
                return {k: list(v) if isinstance(v, tuple) else v for k, v in arguments.items()}
        raise BrainError(
            f"I do not understand {step.intent!r} well enough to {tool}; say it another way"
        )

    return bind


def _search(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
    return _read("search")(step, goal, project) or {"query": step.intent}


def _read(tool: str) -> Rule:
    def bind(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
        for request in requests(step.intent) or ():
            if request.tool == tool:
                return dict(request.arguments)
        return {}

    return bind


def _fill(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
    """The hole at the time the words say, or that wants what they say; else the first one.

    Words about takes mean the made shot, and a look that is named goes with either.
    """
    parts = [look_in(part) for part in step.intent.split(NOTE)]
    look = next((look for look, _ in reversed(parts) if look), "")
    (_, intent), *later = parts
    notes = [told for _, told in later if told]
    said = (take_wish(notes[-1]) if notes else None) or take_wish(intent)
    if said is not None:
        arguments = step_for(said, project)[1]
        if notes and take_wish(notes[-1]) is None:
            arguments["words"] = notes[-1]
    else:
        arguments = _in_hole(intent, notes, project)
    return {**arguments, "look": look} if look else arguments


def _in_hole(intent: str, notes: list[str], project: Project) -> dict[str, Any]:
    way = asking.way_in(intent)
    if asking.told(way).mode == "restyle":
        words = notes[-1] if notes else way
        return {"words": words, "mode": asking.told(words).mode or "restyle"}
    placed = history.current(project).holes()
    holes = [gap for _, gap in placed]
    if not holes:
        raise BrainError(_no_hole(project))
    at = re.search(r"\bhole at (\d+:[\d:.]+)", intent)
    named = next((gap for start, gap in placed if at and clock(start) == at[1]), None)
    words = notes[-1] if notes else way
    wish = next((w.words for w in read(intent).generate), "")
    if named is None:
        wished = set(re.findall(r"\w{3,}", (wish or intent).lower()))
        named = max(
            holes, key=lambda gap: len(wished & set(re.findall(r"\w{3,}", gap.wanted.lower())))
        )
    return {"gap": named.id, "words": words or ("" if wish == named.wanted else wish)}


def _no_hole(project: Project) -> str:
    made = last_place(project)
    if made is not None:
        return (
            "the cut has no hole left to fill: a made shot stands at"
            f' {clock(made.at_s)}; say "another take" to have it made anew'
        )
    return (
        "the cut has no hole to fill: footage was found for every part of it;"
        " skip this step, or drop a shot and ask for a hole"
    )


def _title(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
    for words in reversed(step.intent.split(NOTE)):
        for request in requests(words) or ():
            if request.tool == "title":
                return dict(request.arguments)
    intent, *notes = step.intent.split(NOTE)
    if re.search(r"\bsubtitles?\b", intent, re.IGNORECASE):
        return {"kind": "subtitles"}
    said = notes[-1] if notes else intent
    whole = goal.title if not notes and f'"{goal.title}"' in intent else ""
    text = whole or read(said).goal.title or (said.strip('" ') if notes else goal.title)
    if not text:
        raise BrainError(f"{step.intent!r} does not say which words the title should have")
    arguments: dict[str, Any] = {"text": text}
    if re.search(r"\b(?:at|over|on) the (?:end|ending|last)\b|\bend title\b", intent):
        arguments["at"] = "end"
    if re.search(r"\b(?:change|replace|rename|instead)\b", intent, re.IGNORECASE):
        arguments["replace"] = True
    return arguments


def _music(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
    intent, *notes = step.intent.split(NOTE)
    said = notes[-1] if notes else intent
    if any(r.tool == "music" and r.arguments.get("remove") for r in requests(said) or ()):
        return {"remove": True}
    if re.search(r"\b(?:remove|drop|without|no|delete|take (?:away|out))\b", said, re.IGNORECASE):
        return {"remove": True}
    for piece in store.all_footage(project, usable=True):
        stem = piece.name.rsplit(".", 1)[0].lower()
        if piece.technical.has_sound and len(stem) > 3 and stem in said.lower():
            return {"footage_id": piece.id}
    asked = read(said).goal.music
    mood = asked or (goal.music or "") or " ".join(goal.mood)
    return {"mood": mood} if mood else {}


def _export(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
    asked = _read("export")(step, goal, project)
    return asked or {"kind": read(step.intent).export or "mp4"}


def _undo(step: PlannedStep, goal: Goal, project: Project) -> dict[str, Any]:
    return {}


_RULES: dict[str, Rule] = {
    "overview": _read("overview"),
    "ideas": _read("ideas"),
    "search": _search,
    "storyboard": _storyboard,
    "trim": _requested("trim"),
    "sound": _requested("sound"),
    "speed": _requested("speed"),
    "tighten": _requested("tighten"),
    "reframe": _requested("reframe"),
    "look": _requested("look"),
    "stabilise": _requested("stabilise"),
    "rhythm": _requested("rhythm"),
    "transcript": _requested("transcript"),
    "arrange": _requested("arrange"),
    "fill": _fill,
    "title": _title,
    "music": _music,
    "export": _export,
    "undo": _undo,
    "redo": _undo,
    "contents": _read("contents"),
    "why": _read("why"),
    "preferences": _read("preferences"),
    "prefer": _requested("prefer"),
}
