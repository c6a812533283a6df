"""A step becomes a proposal: arguments from the brain, checked, proposed, its reasons checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from agent import caps
from agent.values import Brain, Goal, PlannedStep, Step
from generator.values import GeneratorError
from media.errors import MediaError
from project.errors import BadArguments, BrainError, CapReached, CreatorError
from project.store import Project
from timeline import document
from timeline.errors import EditError
from tools import reasons
from tools.proposal import Proposal
from tools.shape import Tool

Tools = Mapping[str, Tool]
ANSWERS = 3  # the first answer and two more with the error


@dataclass(frozen=True, slots=True)
class Outcome:
    """A proposal against a revision of the project, or with `failed` why there is none."""

    proposal: Proposal
    revision: int
    failed: bool = False


def explain(error: ValidationError) -> str:
    """A pydantic error in one line a person or a model can act on."""
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in problem["loc"]) or "arguments"
        parts.append(f"{place}: {problem['msg']}")
    return "; ".join(parts)


def propose(
    project: Project, tool: Tool, raw: Mapping[str, Any], *, metered: bool = True
) -> Outcome:
    """The tool's proposal for these arguments, reasons checked.

    Without `metered` it does not count as a call of the goal at hand. Raises BadArguments,
    EditError, and what the tool says only a creator can mend.
    """
    try:
        arguments = tool.arguments.model_validate(dict(raw))
    except ValidationError as error:
        raise BadArguments(f"{tool.name} cannot use these arguments: {explain(error)}") from error
    if metered:
        caps.before_tool_call(project)
        caps.add(project, tool_calls=1)
    revision = project.revision
    proposal = tool.propose(arguments, project)
    after = document.from_document(proposal.timeline) if proposal.timeline is not None else None
    checked = reasons.check_all(proposal.reasons, project, timeline=after)
    return Outcome(proposal.model_copy(update={"reasons": checked}), revision)


def propose_step(project: Project, brain: Brain, tools: Tools, goal: Goal, step: Step) -> Outcome:
    """The step's proposal, or why it cannot be made; an invalid answer goes back twice.

    Raises CapReached, and CreatorError when the brain cannot be reached: the step then waits.
    """
    tool = tools.get(step.tool)
    if tool is None:
        have = ", ".join(sorted(tools))
        return _failure(project, step, f"there is no tool {step.tool!r}; there are: {have}")
    problem, last = "", None
    for _ in range(ANSWERS):
        if last is None and step.arguments is not None:
            raw: dict[str, Any] = step.arguments
        else:
            try:
                raw = brain.bind(
                    PlannedStep(tool=step.tool, intent=step.intent), goal, project, problem
                )
            except CapReached:
                raise
            except BrainError as error:
                if str(error) == problem:
                    break  # it has nothing else to say
                problem = str(error)
                continue
        if raw == last:
            break  # the same answer again would fail the same way
        last = raw
        caps.before_repeat(project, tool.name, raw)
        try:
            return propose(project, tool, raw)
        except CapReached:
            raise
        except (BrainError, EditError) as error:
            problem = str(error)
        except (CreatorError, MediaError, GeneratorError) as error:
            return _failure(project, step, str(error), last)
    return _failure(project, step, problem, last)


def _failure(
    project: Project, step: Step, reason: str, arguments: dict[str, Any] | None = None
) -> Outcome:
    proposal = Proposal(
        tool=step.tool,
        arguments=arguments or step.arguments or {},
        effect="read",
        answer=f"This step could not be proposed: {reason}",
    )
    return Outcome(proposal, project.revision, failed=True)
