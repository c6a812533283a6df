"""A script that a creator pastes becomes a goal whose beats are its lines, and a plan to cut it."""

from __future__ import annotations

from agent.binding import merged
from agent.grammar import length_text, read
from agent.values import Goal, Plan, PlannedStep
from tools.dailies import count, listed
from tools.outline import BeatWanted
from tools.script import Script, is_script, parse

LONGEST_S = 36000.0
TOLD = 12  # lines that could not be read are named one by one up to here


def scripted(words: str) -> Plan | None:
    """The plan for a text of several lines that is a script; None for any other text.

    A first line that asks for a film ("a 30 s film from this script:") holds over the script.
    """
    lead, body = _lead(words)
    return plan_for(body, lead) if is_script(body) else None


def _lead(words: str) -> tuple[str, str]:
    first, _, rest = words.strip().partition("\n")
    asks = first.rstrip().endswith(":") and bool(read(first).said or read(first).names_film)
    return (first.strip(" :"), rest) if asks and rest.strip() else ("", words)


def plan_for(text: str, lead: str = "") -> Plan:
    """The goal and the steps of a script, with a note for every line that makes no beat."""
    script = parse(text)
    notes = tuple(_notes(script))
    if not script.beats:
        told = " ".join(notes)
        return Plan(
            goal=Goal(text=text[:200]),
            question=f"No line of this script says what is to be seen. {told}".strip(),
        )
    goal = _goal(script)
    if lead:
        said = read(lead).goal
        goal = merged(goal, said.model_copy(update={"text": "", "subjects": ()}))
    long = length_text(goal.length_s or float(script.length_s))
    intent = f"Cut the script of {count(len(script.beats), 'beat')}, {long}"
    steps = [PlannedStep(tool="storyboard", intent=intent)]
    if goal.title:
        steps.append(PlannedStep(tool="title", intent=f'add the title "{goal.title}"'))
    if goal.music is not None:
        steps.append(PlannedStep(tool="music", intent=f"lay {goal.music} music under it"))
    return Plan(goal=goal, steps=tuple(steps), notes=notes)


def _goal(script: Script) -> Goal:
    whole = script.length_s
    beats = tuple(
        BeatWanted(words=beat.words, share=float(beat.length_s / whole)) for beat in script.beats
    )
    named = listed([beat.words for beat in script.beats], limit=4)
    return Goal(
        text=f"a script of {count(len(beats), 'beat')}: {named}",
        length_s=min(LONGEST_S, round(float(whole), 2)),
        title=script.title,
        beats=beats,
    )


def _notes(script: Script) -> list[str]:
    lines = [f"Line {one.line}, {one.text!r}: {one.why}." for one in script.unread[:TOLD]]
    more = len(script.unread) - TOLD
    return [*lines, f"{more} more lines could not be read."] if more > 0 else lines
