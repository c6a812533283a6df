"""The agent's turns as the page asks for them: a goal, a decision, a fill, the walk onwards."""

from __future__ import annotations

from typing import Any

from agent.session import Session
from agent.values import PlannedStep, PlanView
from media.values import Cancel
from project import history
from project.errors import CreatorError
from timeline.model import Clip
from timeline.time import clock
from tools.filling.place import place_of
from ui.payloads import Decide, MakeShot
from ui.studio import Desk, Say, Turn

MAX_STEPS = 60  # of one plan, walked without a person in between


def takes_time(desk: Desk) -> bool:
    """Whether what waits for approval is slow or costs money."""
    view = desk.session.view()
    return bool(view and view.shown and view.shown.proposal.effect in ("slow", "paid"))


def _fill_step(desk: Desk, asked: MakeShot) -> tuple[PlannedStep, dict[str, Any]]:
    """The fill of a hole or made shot, in words and arguments. Raises EditError, CreatorError."""
    place = place_of(asked.item_id, history.current(desk.project))
    if not isinstance(place.item, Clip):
        wanted = asked.words.strip() or place.wanted
        what = f" with: {wanted}" if wanted else ""
        intent = f"fill the hole at {clock(place.at_s)}{what}"
        return PlannedStep(tool="fill", intent=intent), {"gap": place.item.id, "words": asked.words}
    if place.item.origin is None:
        raise CreatorError(f"{place.item.name} was filmed; only made shots have takes")
    intent = f"another take of the made shot at {clock(place.at_s)}"
    return PlannedStep(tool="fill", intent=intent), {"gap": place.item.id, "another": True}


def filling(desk: Desk, asked: MakeShot) -> Turn:
    """The turn that proposes it. Raises EditError, CreatorError."""
    planned, arguments = _fill_step(desk, asked)
    return lambda session, say, cancel: walk(
        session, session.add_step(planned, arguments), say, cancel
    )


def ask(words: str, session: Session, say: Say, cancel: Cancel) -> PlanView | None:
    """The goal or answer taken, then on to what a person must see."""
    say(0.0, "")
    return walk(session, session.ask(words, cancel), say, cancel)


def decide(said: Decide, session: Session, say: Say, cancel: Cancel) -> PlanView | None:
    """The decision carried out, then on to what a person must see."""
    view = session.decide(
        said.decision,
        nonce=said.nonce,
        action_hash=said.action_hash,
        revision=said.revision,
        arguments=said.arguments,
        note=said.note,
        progress=say,
        cancel=cancel,
    )
    return walk(session, view, say, cancel)


def go_on(session: Session, say: Say, cancel: Cancel) -> PlanView | None:
    """On with the open plan, after a restart or a stop."""
    return walk(session, None, say, cancel)


def walk(session: Session, view: PlanView | None, say: Say, cancel: Cancel) -> PlanView | None:
    """On to the next proposal a person must see, through the steps that only read."""
    view = view or session.view()
    for _ in range(MAX_STEPS):
        if view is None or view.finished or view.shown is not None or cancel():
            return view
        view = session.advance(progress=say, cancel=cancel)
        if view.running is not None:
            return view  # another turn is at it
    return view
