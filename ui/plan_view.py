"""The plan, the proposal that waits and the conversation, as the page sees them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from agent.values import PlanView, Shown, Step
from project.store import Project
from timeline import document
from tools.proposal import Evidence, Proposal, Reason
from tools.registry import tools
from ui import views
from ui.fill_view import FillView, TakeView, fill_part, taken
from ui.views import View

MESSAGES = 200
UNDONE = ("waiting", "proposed", "working")  # working: a process that was killed left it so


class EvidenceView(View):
    """Where a reason can be checked; a click on it plays that place."""

    kind: str
    footage_id: str
    name: str
    start_s: float
    end_s: float
    quote: str


class ReasonView(View):
    """Why, and whether a program found it to be so."""

    text: str
    verified: bool | None
    problem: str
    evidence: list[EvidenceView]


class FieldView(View):
    """One argument a creator can change before approving."""

    name: str
    kind: str  # text, number, integer, boolean, choice, json
    label: str
    value: Any
    choices: tuple[Any, ...] = ()


class ShownView(View):
    """The proposal that waits. Deciding names its nonce, hash and revision."""

    step_id: int
    tool: str
    nonce: str
    action_hash: str
    revision: int
    stale: bool
    effect: str
    answer: str
    changes: list[dict[str, Any]]
    reasons: list[ReasonView]
    holes: list[dict[str, Any]]
    cost: dict[str, Any]
    fields: list[FieldView]
    after: views.TimelineView | None
    fill: FillView | None = None


class StepView(View):
    """A step of the plan."""

    id: int
    ordinal: int
    tool: str
    intent: str
    status: str
    answer: str
    place: str = ""  # the item that a fill made a shot for
    takes: tuple[TakeView, ...] = ()


class PlanPart(View):
    """Everything the assistant's side of the page shows."""

    goal: str
    brain: str
    question: str
    open: bool
    steps: list[StepView]
    shown: ShownView | None
    messages: list[dict[str, Any]]


def plan_part(project: Project, plan: PlanView | None, brain: str) -> PlanPart:
    """The open plan with the conversation around it."""
    made = taken(project, plan.steps) if plan else {}
    return PlanPart(
        goal=plan.goal.text if plan else "",
        brain=plan.brain if plan else brain,
        question=plan.question if plan else "",
        open=plan is not None and any(s.status in UNDONE for s in plan.steps),
        steps=[_step(step, *made.get(step.id, ("", []))) for step in plan.steps] if plan else [],
        shown=_shown(project, plan.shown) if plan and plan.shown else None,
        messages=_messages(project),
    )


def _step(step: Step, place: str, takes: Sequence[TakeView]) -> StepView:
    return StepView(
        id=step.id,
        ordinal=step.ordinal,
        tool=step.tool,
        intent=step.intent,
        status=step.status,
        answer=step.answer,
        place=place,
        takes=tuple(takes),
    )


def _shown(project: Project, shown: Shown) -> ShownView:
    proposal = shown.proposal
    cited = [e.footage_id for reason in proposal.reasons for e in reason.evidence]
    names = views.names(project, [*cited, *(c.footage_id for c in proposal.changes)])
    after = proposal.timeline
    return ShownView(
        step_id=shown.step.id,
        tool=proposal.tool,
        nonce=shown.nonce,
        action_hash=shown.action_hash,
        revision=shown.revision,
        stale=shown.revision != project.revision,
        effect=proposal.effect,
        answer=proposal.answer,
        changes=[change.model_dump() for change in proposal.changes],
        reasons=[_reason(reason, names) for reason in proposal.reasons],
        holes=[hole.model_dump() for hole in proposal.holes],
        cost=proposal.cost.model_dump(),
        fields=_fields(proposal),
        after=views.timeline_view(document.from_document(after)) if after else None,
        fill=fill_part(project, shown),
    )


def _reason(reason: Reason, names: dict[str, str]) -> ReasonView:
    return ReasonView(
        text=reason.text,
        verified=reason.verified,
        problem=reason.problem,
        evidence=[_evidence(e, names) for e in reason.evidence],
    )


def _evidence(evidence: Evidence, names: dict[str, str]) -> EvidenceView:
    return EvidenceView(
        kind=evidence.kind,
        footage_id=evidence.footage_id,
        name=names.get(evidence.footage_id, ""),
        start_s=float(Fraction(evidence.start_s)),
        end_s=float(Fraction(evidence.end_s)),
        quote=evidence.quote,
    )


def _fields(proposal: Proposal) -> list[FieldView]:
    """The tool's arguments as form fields, with the values the proposal stands on."""
    tool = tools().get(proposal.tool)
    if tool is None:
        return []
    properties = tool.arguments.model_json_schema().get("properties", {})
    return [
        _field(name, schema, proposal.arguments.get(name, schema.get("default")))
        for name, schema in properties.items()
    ]


def _field(name: str, schema: dict[str, Any], value: Any) -> FieldView:
    label = str(schema.get("description") or name.replace("_", " "))
    options = [schema, *schema.get("anyOf", [])]
    for option in options:
        if "enum" in option:
            return FieldView(
                name=name, kind="choice", label=label, value=value, choices=tuple(option["enum"])
            )
    kinds = {"string": "text", "number": "number", "integer": "integer", "boolean": "boolean"}
    plain = [kinds[o["type"]] for o in options if o.get("type") in kinds]
    structured = any(o.get("type") in ("array", "object") or "$ref" in o for o in options)
    kind = "json" if structured or not plain else plain[-1 if plain[0] == "text" else 0]
    return FieldView(name=name, kind=kind, label=label, value=value)


def _messages(project: Project) -> list[dict[str, Any]]:
    rows = project.rows("SELECT id, role, text FROM message ORDER BY id DESC LIMIT ?", MESSAGES)
    return [{"id": r["id"], "role": r["role"], "text": r["text"]} for r in reversed(rows)]
