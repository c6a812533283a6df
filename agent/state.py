"""The agent's pending state in the store: plans, steps, proposals, decisions, messages.

Every function that writes joins the caller's transaction, so a state and the edit it goes with
are committed together or not at all.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agent.values import (
    DecisionWord,
    Goal,
    Message,
    PlannedStep,
    PlanStatus,
    PlanView,
    Shown,
    Step,
    StepStatus,
)
from project.store import Project, now
from tools.proposal import Proposal

ProposalStatus = Literal[
    "shown", "approved", "changed", "skipped", "stale", "stopped", "applied", "failed"
]
Role = Literal["creator", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A proposal row. `work` is what slow work left: see `agent.approval`."""

    id: int
    step_id: int
    nonce: str
    revision: int
    action_hash: str
    proposal: Proposal
    work: dict[str, Any] | None
    status: ProposalStatus


def _row(project: Project, table: Literal["plan", "step", "proposal"], number: int) -> sqlite3.Row:
    row = project.row(f"SELECT * FROM {table} WHERE id = ?", number)
    if row is None:
        raise LookupError(f"{table} {number} is not in the store")
    return row


# --- plans


def open_plan(
    project: Project, words: str, goal: Goal, brain: str, steps: Sequence[PlannedStep]
) -> int:
    """A new open plan with its steps; a plan that was open is replaced. Returns its id."""
    with project.transaction() as db:
        for row in db.execute("SELECT id FROM plan WHERE status = 'open'").fetchall():
            close_plan(project, row["id"], "replaced")
        found = db.execute(
            "INSERT INTO plan (goal_text, goal, brain, status, created_at)"
            " VALUES (?, ?, ?, 'open', ?) RETURNING id",
            (words, goal.model_dump_json(), brain, now()),
        ).fetchone()
        plan_id = int(found["id"])
        for ordinal, step in enumerate(steps):
            _insert_step(db, plan_id, ordinal, step)
        return plan_id


def close_plan(project: Project, plan_id: int, status: PlanStatus) -> None:
    """The plan ended: what still waits in it is stopped."""
    with project.transaction() as db:
        db.execute("UPDATE plan SET status = ? WHERE id = ?", (status, plan_id))
        db.execute(
            "UPDATE proposal SET status = 'stopped' WHERE status IN ('shown', 'approved')"
            " AND step_id IN (SELECT id FROM step WHERE plan_id = ?)",
            (plan_id,),
        )
        db.execute(
            "UPDATE step SET status = 'stopped' WHERE plan_id = ?"
            " AND status IN ('waiting', 'proposed', 'working')",
            (plan_id,),
        )


def newest_plan(project: Project) -> int | None:
    """The id of the open plan, else of the last one there was, else None."""
    row = project.row("SELECT id FROM plan ORDER BY status = 'open' DESC, id DESC LIMIT 1")
    return int(row["id"]) if row else None


def plan_words(project: Project, plan_id: int) -> str:
    """What the creator typed for this plan."""
    row = project.row("SELECT goal_text FROM plan WHERE id = ?", plan_id)
    return str(row["goal_text"]) if row else ""


def last_goal(project: Project) -> Goal | None:
    """The goal of the film that was cut last, or None."""
    row = project.row(
        "SELECT plan.goal FROM plan JOIN step ON step.plan_id = plan.id"
        " WHERE step.tool = 'storyboard' AND step.status = 'applied' ORDER BY plan.id DESC LIMIT 1"
    )
    return Goal.model_validate_json(row["goal"]) if row else None


def view(project: Project, plan_id: int) -> PlanView:
    """The plan as it stands, with the proposal that waits for a decision, if any."""
    row = _row(project, "plan", plan_id)
    found = steps(project, plan_id)
    return PlanView(
        id=plan_id,
        goal=Goal.model_validate_json(row["goal"]),
        brain=row["brain"],
        steps=found,
        shown=_shown(project, found) if row["status"] == "open" else None,
        status=row["status"],
    )


def shown_edit(project: Project) -> Proposal | None:
    """The proposal that waits for a decision, where it would change the timeline; else None."""
    plan_id = newest_plan(project)
    shown = view(project, plan_id).shown if plan_id is not None else None
    return shown.proposal if shown is not None and shown.proposal.timeline else None


def _shown(project: Project, found: Sequence[Step]) -> Shown | None:
    for step in found:
        if step.status in ("proposed", "failed"):
            stored = last_proposal(project, step.id)
            if stored is not None and stored.status == "shown":
                return Shown(
                    stored.id,
                    step,
                    stored.proposal,
                    stored.nonce,
                    stored.action_hash,
                    stored.revision,
                )
    return None


def close_if_done(project: Project, plan_id: int) -> bool:
    """Marks the plan done when no step waits for anything. Returns whether it is."""
    found = steps(project, plan_id)
    if _shown(project, found) or any(s.status in ("waiting", "proposed", "working") for s in found):
        return False
    with project.transaction() as db:
        db.execute("UPDATE plan SET status = 'done' WHERE id = ? AND status = 'open'", (plan_id,))
    return True


# --- steps


def _insert_step(db: sqlite3.Connection, plan_id: int, ordinal: int, step: PlannedStep) -> None:
    db.execute(
        "INSERT INTO step (plan_id, ordinal, tool, intent, status) VALUES (?, ?, ?, ?, 'waiting')",
        (plan_id, ordinal, step.tool, step.intent),
    )


def _step(row: sqlite3.Row) -> Step:
    return Step(
        id=row["id"],
        ordinal=row["ordinal"],
        tool=row["tool"],
        intent=row["intent"],
        status=row["status"],
        arguments=json.loads(row["arguments"]) if row["arguments"] else None,
        answer=row["answer"],
        guest=bool(row["guest"]),
    )


def steps(project: Project, plan_id: int) -> tuple[Step, ...]:
    """The plan's steps in order."""
    rows = project.rows("SELECT * FROM step WHERE plan_id = ? ORDER BY ordinal", plan_id)
    return tuple(_step(row) for row in rows)


def step(project: Project, step_id: int) -> Step:
    """One step as the store has it now."""
    return _step(_row(project, "step", step_id))


def insert_after(
    project: Project,
    plan_id: int,
    ordinal: int,
    planned: Sequence[tuple[PlannedStep, dict[str, Any]]],
) -> None:
    """More steps behind the one at `ordinal`, with their arguments; later ones move back."""
    count = len(planned)
    with project.transaction() as db:
        db.execute(  # through negative numbers, since (plan_id, ordinal) is unique row by row
            "UPDATE step SET ordinal = -(ordinal + ?) WHERE plan_id = ? AND ordinal > ?",
            (count, plan_id, ordinal),
        )
        db.execute(
            "UPDATE step SET ordinal = -ordinal WHERE plan_id = ? AND ordinal < 0", (plan_id,)
        )
        for place, (one, arguments) in enumerate(planned, start=ordinal + 1):
            _insert_step(db, plan_id, place, one)
            db.execute(
                "UPDATE step SET arguments = ? WHERE plan_id = ? AND ordinal = ?",
                (json.dumps(arguments), plan_id, place),
            )


def set_step(
    project: Project,
    step_id: int,
    status: StepStatus,
    *,
    answer: str | None = None,
    arguments: dict[str, Any] | None = None,
) -> None:
    """A step's new status; answer and arguments stay where they are not given."""
    with project.transaction() as db:
        db.execute(
            "UPDATE step SET status = ?, answer = coalesce(?, answer),"
            " arguments = coalesce(?, arguments) WHERE id = ?",
            (status, answer, json.dumps(arguments) if arguments is not None else None, step_id),
        )


def bind_steps(project: Project, plan_id: int, arguments: Sequence[dict[str, Any] | None]) -> None:
    """The arguments of a plan's steps, where they are known before the steps' turn."""
    with project.transaction():
        for one, found in zip(steps(project, plan_id), arguments, strict=True):
            if found is not None:
                set_step(project, one.id, "waiting", arguments=found)


def mark_guest(project: Project, found: Sequence[Step]) -> None:
    """These steps are another program's: no setting approves them."""
    with project.transaction() as db:
        db.executemany("UPDATE step SET guest = 1 WHERE id = ?", [(step.id,) for step in found])


def reword_step(project: Project, step_id: int, intent: str) -> None:
    """A step's new intent; its arguments are forgotten, so that it is bound anew."""
    with project.transaction() as db:
        db.execute("UPDATE step SET intent = ?, arguments = NULL WHERE id = ?", (intent, step_id))


# --- proposals and decisions


def _stored(row: sqlite3.Row) -> Stored:
    return Stored(
        id=row["id"],
        step_id=row["step_id"],
        nonce=row["nonce"],
        revision=row["revision"],
        action_hash=row["action_hash"],
        proposal=Proposal.model_validate_json(row["document"]),
        work=json.loads(row["work"]) if row["work"] else None,
        status=row["status"],
    )


def add_proposal(
    project: Project,
    step_id: int,
    proposal: Proposal,
    revision: int,
    *,
    status: ProposalStatus = "shown",
    work: dict[str, Any] | None = None,
) -> Stored:
    """A proposal kept with a fresh nonce and its action hash."""
    with project.transaction() as db:
        row = db.execute(
            "INSERT INTO proposal (step_id, nonce, revision, action_hash, document, work, status,"
            " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
            (
                step_id,
                secrets.token_urlsafe(18),
                revision,
                proposal.action_hash(),
                proposal.model_dump_json(),
                json.dumps(work) if work is not None else None,
                status,
                now(),
            ),
        ).fetchone()
        return _stored(row)


def last_proposal(project: Project, step_id: int) -> Stored | None:
    """The newest proposal for a step, or None."""
    row = project.row("SELECT * FROM proposal WHERE step_id = ? ORDER BY id DESC LIMIT 1", step_id)
    return _stored(row) if row else None


def proposal_at(project: Project, proposal_id: int) -> Stored:
    """A proposal as the store has it now."""
    return _stored(_row(project, "proposal", proposal_id))


def set_proposal(
    project: Project,
    proposal_id: int,
    status: ProposalStatus,
    *,
    work: dict[str, Any] | None = None,
) -> None:
    """A proposal's new status; its work stays where none is given."""
    with project.transaction() as db:
        db.execute(
            "UPDATE proposal SET status = ?, work = coalesce(?, work) WHERE id = ?",
            (status, json.dumps(work) if work is not None else None, proposal_id),
        )


def add_decision(
    project: Project,
    proposal_id: int,
    decision: DecisionWord,
    *,
    note: str = "",
    edit_id: int | None = None,
) -> None:
    """What was decided about a proposal, and the edit it led to."""
    with project.transaction() as db:
        db.execute(
            "INSERT INTO decision (proposal_id, decision, note, edit_id, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (proposal_id, decision, note, edit_id, now()),
        )


# --- the conversation


def say(project: Project, role: Role, text: str, data: dict[str, Any] | None = None) -> None:
    """One line of the conversation."""
    with project.transaction() as db:
        db.execute(
            "INSERT INTO message (role, text, data, created_at) VALUES (?, ?, ?, ?)",
            (role, text, json.dumps(data or {}, ensure_ascii=False), now()),
        )


def messages(project: Project, *, after: int = 0) -> list[Message]:
    """The conversation behind message `after`, oldest first."""
    rows = project.rows("SELECT * FROM message WHERE id > ? ORDER BY id", after)
    return [
        Message(r["id"], r["role"], r["text"], json.loads(r["data"]), r["created_at"]) for r in rows
    ]


def notes(project: Project, plan_id: int) -> list[str]:
    """What was told beside a plan when it was made, line by line."""
    rows = project.rows(
        "SELECT text FROM message WHERE json_extract(data, '$.kind') = 'note'"
        " AND json_extract(data, '$.plan') = ?",
        plan_id,
    )
    return [line for row in rows for line in row["text"].splitlines()]


def open_question(project: Project) -> str:
    """The question the assistant asked last, "" once the conversation went on."""
    row = project.row("SELECT text, data FROM message ORDER BY id DESC LIMIT 1")
    asked = row is not None and json.loads(row["data"]).get("kind") == "question"
    return str(row["text"]) if row is not None and asked else ""
