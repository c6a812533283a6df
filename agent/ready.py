"""Plans that need no thinking, whatever the brain: what they are to do stands written already."""

from __future__ import annotations

from agent import scripted, state, taking
from agent.binding import arguments_for
from agent.values import Plan
from project.store import Project


def plan(words: str, project: Project) -> Plan | None:
    """The plan for an idea that is taken or a script; None where the brain is to plan."""
    return scripted.scripted(words) or taking.taken(words, project)


def bind(project: Project, plan_id: int, plan: Plan) -> None:
    """A cut whose goal names its beats is bound by them: no brain could know better."""
    if not plan.goal.beats:
        return
    for planned, step in zip(plan.steps, state.steps(project, plan_id), strict=True):
        if planned.tool == "storyboard":
            arguments = arguments_for(planned, plan.goal, project)
            state.set_step(project, step.id, "waiting", arguments=arguments)
