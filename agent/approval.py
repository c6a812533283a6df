"""Approval is data: what was shown is what runs, once, in one transaction with its edit.

A quick step is applied in the transaction that takes its approval. A slow one is marked
approved first; its work is kept with the proposal as {"head": digest before, "made": result}
so that a killed process resumes without doing it twice.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agent import caps, state
from agent.proposing import Tools
from agent.values import PlannedStep, Step
from generator.values import GeneratorError
from media.errors import MediaError
from project import history
from project.errors import CreatorError, NothingToDo, RoughcutError, StaleProposal
from project.store import Project
from timeline.errors import EditError
from timeline.time import clock, exact
from tools.preferences import preferences
from tools.proposal import Hole, Proposal
from tools.shape import Cancel, Progress, Tool

_mutex = threading.Lock()
_running: set[str] = set()  # nonces whose work runs in this process; the file lock bars others


def check(stored: state.Stored, nonce: str, action_hash: str, revision: int) -> None:
    """Raises StaleProposal unless the decision names exactly what is shown."""
    named = (
        hmac.compare_digest(stored.nonce.encode(), nonce.encode())
        and hmac.compare_digest(stored.action_hash.encode(), action_hash.encode())
        and stored.revision == revision
    )
    if not named or stored.status != "shown":
        raise StaleProposal(
            "the decision names a proposal that is not the one shown now;"
            " look at the one shown and decide again"
        )
    if not hmac.compare_digest(stored.proposal.action_hash(), stored.action_hash):
        raise StaleProposal("the stored proposal is not the one that was shown; it will not run")


def label(step: Step) -> str:
    """How the step's edit is called in the history."""
    return step.intent[:120] or step.tool


def slow(proposal: Proposal) -> bool:
    """Whether approving starts work that takes time or money."""
    return proposal.effect in ("slow", "paid")


def accept(
    project: Project,
    tools: Tools,
    plan_id: int,
    stored: state.Stored,
    *,
    note: str = "",
    progress: Progress,
    cancel: Cancel,
) -> None:
    """The approved proposal applied; slow work is done first. `check` came before this.

    Raises CapReached before anything is begun; a failure of the work ends in a failed step.
    """
    step, tool = state.step(project, stored.step_id), tools[stored.proposal.tool]
    if not slow(stored.proposal):
        with project.transaction():
            _still(project, stored, "shown")
            _fresh(project, stored)
            _apply(project, tool, plan_id, stored, {}, note=note)
        return
    caps.before_work(project, stored.proposal.cost)
    with project.transaction():
        _still(project, stored, "shown")
        _fresh(project, stored)
        begun = {"head": _head(project), **(stored.work or {})}
        state.set_proposal(project, stored.id, "approved", work=begun)
        state.set_step(project, step.id, "working")
        state.add_decision(project, stored.id, "approve", note=note)
    finish(project, tools, plan_id, step.id, progress=progress, cancel=cancel)


def finish(
    project: Project,
    tools: Tools,
    plan_id: int,
    step_id: int,
    *,
    progress: Progress,
    cancel: Cancel,
) -> None:
    """The work of an approved step done, if it is not yet, and the step applied."""
    stored = state.last_proposal(project, step_id)
    if stored is None or stored.status != "approved":
        raise NothingToDo("this step has no approved proposal to finish")
    with _alone(stored.nonce) as free:
        if not free:
            return  # another thread is at it
        tool = tools[stored.proposal.tool]
        made = _made(project, tool, stored, progress, cancel)
        if made is not None:
            _finish(project, tool, plan_id, stored, made)
        state.close_if_done(project, plan_id)


def _made(
    project: Project, tool: Tool, stored: state.Stored, progress: Progress, cancel: Cancel
) -> dict[str, Any] | None:
    """What the slow work made, kept in the store; None when it failed or was cancelled."""
    work = stored.work or {}
    if "made" in work:
        kept: dict[str, Any] = work["made"]
        return kept
    try:
        made = tool.work(stored.proposal, project, progress, cancel)
    except (RoughcutError, EditError, MediaError, GeneratorError) as error:
        _give_up(project, stored, str(error), cancelled=cancel())
        return None
    with project.transaction():
        _still(project, stored, "approved")
        state.set_proposal(project, stored.id, "approved", work={**work, "made": made})
        caps.add(project, money_usd=stored.proposal.cost.money_usd)
    return made


def _finish(
    project: Project, tool: Tool, plan_id: int, stored: state.Stored, made: dict[str, Any]
) -> None:
    try:
        with project.transaction():
            _still(project, stored, "approved")
            if (stored.work or {}).get("head") != _head(project):
                _outdated(project, stored, made)
                return
            _apply(project, tool, plan_id, stored, made)
    except (CreatorError, EditError, MediaError, GeneratorError) as error:
        _give_up(project, stored, str(error), cancelled=False)


def _outdated(project: Project, stored: state.Stored, made: dict[str, Any]) -> None:
    """The timeline moved on while the work ran: asked again, with the work kept."""
    state.set_proposal(project, stored.id, "stale", work={"made": made})
    state.set_step(project, stored.step_id, "waiting", arguments=stored.proposal.arguments)
    state.say(
        project,
        "assistant",
        "The timeline was changed while this was made; look at the step once more.",
        {"kind": "stale", "step": stored.step_id},
    )


def _give_up(project: Project, stored: state.Stored, reason: str, *, cancelled: bool) -> None:
    with project.transaction():
        _still(project, stored, "approved")
        if cancelled:
            state.set_proposal(project, stored.id, "stopped")
            state.set_step(
                project,
                stored.step_id,
                "waiting",
                answer="Stopped by you.",
                arguments=stored.proposal.arguments,
            )
            return
        state.set_proposal(project, stored.id, "failed")
        answer = f"This step was approved, but it failed: {reason}"
        failed = stored.proposal.model_copy(
            update={"answer": answer, "changes": (), "timeline": None, "effect": "read"}
        )
        state.add_proposal(project, stored.step_id, failed, project.revision)
        state.set_step(project, stored.step_id, "failed", answer=answer)


def _apply(
    project: Project,
    tool: Tool,
    plan_id: int,
    stored: state.Stored,
    made: dict[str, Any],
    *,
    note: str = "",
) -> None:
    """The edit, its place in the history, the decision and the step, inside a transaction."""
    step = state.step(project, stored.step_id)
    timeline = tool.apply(stored.proposal, made, project)
    edit = None
    if timeline is not None:
        edit = history.commit(project, timeline, label(step), actor="agent", key=stored.nonce)
    state.set_proposal(project, stored.id, "applied")
    if stored.status == "shown":
        state.add_decision(
            project, stored.id, "approve", note=note, edit_id=edit.id if edit else None
        )
    elif edit is not None:
        with project.transaction() as db:
            db.execute(
                "UPDATE decision SET edit_id = ? WHERE proposal_id = ? AND decision = 'approve'",
                (edit.id, stored.id),
            )
    told = str(made.get("answer", ""))  # what slow work says of what it really made
    state.set_step(project, step.id, "applied", answer=told or stored.proposal.answer)
    state.say(
        project,
        "assistant",
        "\n\n".join(filter(None, (_proposed(stored.proposal), told))),
        {"kind": "applied", "plan": plan_id, "step": step.id, "proposal": stored.id, "made": made},
    )
    ask_about_holes(project, plan_id, step, stored.proposal.holes)
    state.close_if_done(project, plan_id)


def _proposed(proposal: Proposal) -> str:
    """What was proposed, as it is said once it is done: a long answer by its first sentence."""
    return str(proposal.data.get("lead") or proposal.answer)


def ask_about_holes(project: Project, plan_id: int, step: Step, holes: tuple[Hole, ...]) -> None:
    """A `fill` step for each hole a storyboard left, behind it; each asks as any step does.

    Its words say where the hole is; the gap's id, which tells people nothing, is an argument.
    """
    if any(one.kind == "holes" for one in preferences(project)):
        return
    standing = {gap.id for _, gap in history.current(project).holes()}
    waiting = [
        s.intent for s in state.steps(project, plan_id) if s.tool == "fill" and s.id != step.id
    ]
    planned = [
        (
            PlannedStep(
                tool="fill",
                intent=f"fill the hole at {clock(exact(hole.start_s))}"
                f" ({float(exact(hole.duration_s)):.1f} s) with: {hole.wanted}",
            ),
            {"gap": hole.gap_id},
        )
        for hole in holes
        if hole.gap_id in standing and not any(hole.wanted.lower() in w.lower() for w in waiting)
    ]
    if planned:
        state.insert_after(project, plan_id, step.ordinal, planned)


@contextmanager
def _alone(nonce: str) -> Iterator[bool]:
    with _mutex:
        free = nonce not in _running
        _running.add(nonce)
    try:
        yield free
    finally:
        if free:
            with _mutex:
                _running.discard(nonce)


def _still(project: Project, stored: state.Stored, status: state.ProposalStatus) -> None:
    if state.proposal_at(project, stored.id).status != status:
        raise StaleProposal("this proposal was decided or replaced meanwhile; nothing was done")


def still_shown(project: Project, stored: state.Stored) -> None:
    """Raises StaleProposal when the proposal is not waiting for a decision any more."""
    _still(project, stored, "shown")


def _fresh(project: Project, stored: state.Stored) -> None:
    if stored.revision != project.revision:
        raise StaleProposal(
            f"the project changed since this was shown (revision {stored.revision}, now"
            f" {project.revision}); it is shown again against the project as it is"
        )


def _head(project: Project) -> str:
    here = history.head(project)
    return here.digest if here else ""
