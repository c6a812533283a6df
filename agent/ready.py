"""Plans that need no thinking, whatever the brain: what they are to do stands written already."""

from __future__ import annotations

from agent import scripted, taking, versions
from agent.binding import arguments_for
from agent.values import Brain, Plan
from agent.versions import Ready
from project.store import Project


def plan(words: str, brain: Brain, project: Project) -> Ready | None:
    """The plan for a script, an idea that is taken, or versions; None where the brain plans."""
    made = scripted.scripted(words) or taking.taken(words, project)
    if made is not None:
        return bound(made, project)
    number = versions.picked(words, project)
    if number is not None:
        return versions.again(number, words, project)
    return versions.planned(words, brain, project)


def bound(plan: Plan, project: Project) -> Ready:
    """A plan whose cut is bound by the beats that its goal names: no brain could know better."""
    arguments = [
        arguments_for(step, plan.goal, project) if step.tool == "storyboard" else None
        for step in plan.steps
    ]
    return Ready(plan, tuple(arguments))
