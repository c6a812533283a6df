"""What another program asks for waits for a person, whatever the settings approve."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent import state
from agent.session import Session
from agent.values import Goal, PlannedStep, PlanView
from project import history
from project.schema import MIGRATIONS
from project.settings import Settings
from project.store import DATABASE, Project
from tests.agent.test_session import say
from tests.fakes import Add, ScriptedBrain

ADD = {"footage_id": "f1", "length_s": 3}
ASKED = PlannedStep(tool="add", intent="asked by another program")
OWN = PlannedStep(tool="add", intent="the creator's own")


@pytest.fixture(params=["auto", "show"])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """A session of a creator who lets the agent's edits be made by themselves."""
    with Project.create(tmp_path / "p", Settings(approve_edit=request.param)) as project:
        yield Session(project, ScriptedBrain([("add", "one")], {"add": [ADD] * 9}), {"add": Add()})


def _skipped(session: Session) -> PlanView:
    """Of two steps that a program asked for, the one that is shown is skipped."""
    session.suggest(ASKED, {**ADD, "length_s": 2})
    view = session.view()
    assert view is not None
    return say(session, "skip", view)


def _moved_on(session: Session) -> PlanView | None:
    """The creator edits while it is shown."""
    history.commit(session.project, history.current(session.project), "by hand", actor="hand")
    return session.view()


@pytest.mark.parametrize("then", [_skipped, _moved_on])
def test_a_step_of_another_program_is_asked_about_when_its_turn_comes_again(
    session: Session, then: Callable[[Session], PlanView | None]
) -> None:
    session.suggest(ASKED, ADD)
    then(session)
    view = session.advance()
    assert view.shown is not None and view.shown.step.guest
    assert history.current(session.project).duration == 0
    say(session, "approve", view)
    assert history.current(session.project).duration == 3


def test_a_plan_that_another_program_asked_for_waits_step_by_step(session: Session) -> None:
    session.ask("a film", guest=True)
    view = session.advance()
    assert view.shown is not None and view.shown.step.guest
    assert history.current(session.project).duration == 0
    view = say(session, "replan", view, note="shorter")
    view = session.advance()
    assert view.shown is not None and view.shown.step.guest  # the goal is still its
    assert history.current(session.project).duration == 0


def test_a_plan_of_the_creators_own_goes_on_by_itself_beside_it(session: Session) -> None:
    session.suggest(ASKED, ADD)
    session.add_step(OWN, ADD)
    view = session.advance()
    while view.shown is None and not view.finished:
        view = session.advance()
    assert view.shown is not None and view.shown.step.intent == ASKED.intent
    assert [step.status for step in view.steps if not step.guest] == ["applied"]
    assert history.current(session.project).duration == 3


def test_a_step_that_waited_before_anybody_kept_who_asked_is_asked_about(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    with Project.create(folder, Settings(approve_edit="auto")) as project:
        state.open_plan(project, "a film", Goal(text="a film"), "scripted", [ASKED])
    old = sqlite3.connect(folder / DATABASE)
    old.execute("ALTER TABLE step DROP COLUMN guest")
    old.execute("ALTER TABLE moment DROP COLUMN things")  # as is what came after it
    old.executescript("DROP TABLE thing; DROP TABLE looked")
    old.execute(f"PRAGMA user_version = {_before_guests()}")
    old.close()
    with Project.open(folder, Settings(approve_edit="auto")) as project:
        view = Session(project, ScriptedBrain([], {"add": [ADD]}), {"add": Add()}).advance()
        assert view.shown is not None and history.current(project).duration == 0


def _before_guests() -> int:
    return next(n for n, script in enumerate(MIGRATIONS) if "ADD COLUMN guest" in script)
