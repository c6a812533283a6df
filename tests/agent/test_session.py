"""The loop: plan, propose, decide."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from agent import state
from agent.session import Session
from agent.values import PlanView, Shown
from project import history
from project.errors import BadArguments, CapReached, NothingToDo, StaleProposal
from project.settings import Settings
from project.store import Project
from tests.fakes import Add, Fill, Look, ScriptedBrain
from timeline.model import Timeline

Build = Callable[[ScriptedBrain], Session]


def shown(view: PlanView) -> Shown:
    assert view.shown is not None
    return view.shown


def begun(session: Session) -> tuple[Session, PlanView]:
    """The session after a goal, with its first step shown."""
    session.ask("a film")
    return session, session.advance()


def say(session: Session, decision: str, view: PlanView, **more: object) -> PlanView:
    what = shown(view)
    return session.decide(
        decision,  # type: ignore[arg-type]
        nonce=what.nonce,
        action_hash=what.action_hash,
        revision=what.revision,
        **more,  # type: ignore[arg-type]
    )


def test_a_goal_becomes_a_plan_whose_read_steps_run_by_themselves(
    session_with: Build, brain: ScriptedBrain, project: Project
) -> None:
    session = session_with(brain)
    view = session.ask("a beach film")
    assert [s.status for s in view.steps] == ["waiting"] * 3
    view = session.advance()
    assert [s.status for s in view.steps] == ["applied", "proposed", "waiting"]
    assert shown(view).step.tool == "add"
    answers = [m for m in state.messages(project) if m.data.get("kind") == "answer"]
    assert [m.text for m in answers] == ["I looked for everything."]
    assert history.current(project) == Timeline()  # nothing approved, nothing changed


def test_a_whole_plan_approved_step_by_step_ends_done(
    session_with: Build, brain: ScriptedBrain, project: Project, made: Path
) -> None:
    session = session_with(brain)
    session.ask("a beach film")
    say(session, "approve", session.advance())
    assert history.current(project).duration == 3
    view = say(session, "approve", session.advance())
    assert view.finished and view.status == "done" and view.shown is None
    assert history.current(project).duration == 5
    assert made.read_text() == "made\n"
    rows = project.rows("SELECT decision, edit_id FROM decision ORDER BY id")
    assert [r["decision"] for r in rows] == ["approve", "approve"]
    assert all(r["edit_id"] for r in rows)
    assert session.advance() == view


def test_a_reason_that_cites_what_is_not_there_is_shown_as_unverified(
    session_with: Build, brain: ScriptedBrain
) -> None:
    _, view = begun(session_with(brain))
    reason = shown(view).proposal.reasons[0]
    assert reason.verified is False and "nowhere" in reason.problem


@pytest.mark.parametrize("wrong", ["nonce", "action_hash", "revision"])
def test_a_decision_that_names_anything_wrong_does_nothing(
    session_with: Build, brain: ScriptedBrain, project: Project, wrong: str
) -> None:
    session, view = begun(session_with(brain))
    what = shown(view)
    named = {"nonce": what.nonce, "action_hash": what.action_hash, "revision": what.revision}
    named[wrong] = 99 if wrong == "revision" else "x" * 24
    with pytest.raises(StaleProposal):
        session.decide("approve", **named)  # type: ignore[arg-type]
    assert history.head(project) is None
    assert shown(session.advance()).nonce == what.nonce  # still the one that is shown


def test_an_approval_sent_twice_runs_once(
    session_with: Build, brain: ScriptedBrain, project: Project
) -> None:
    session, view = begun(session_with(brain))
    say(session, "approve", view)
    with pytest.raises((StaleProposal, NothingToDo)):
        say(session, "approve", view)
    session.advance()  # the next step is shown: the old nonce is not its nonce
    with pytest.raises(StaleProposal):
        say(session, "approve", view)
    assert len(history.edits(project)) == 2  # the empty one and the approved one


def test_an_edit_by_hand_makes_the_proposal_stale_and_it_is_shown_again(
    session_with: Build, brain: ScriptedBrain, project: Project
) -> None:
    session, view = begun(session_with(brain))
    history.commit(project, Timeline(name="by hand"), "renamed", actor="hand")
    with pytest.raises(StaleProposal):
        say(session, "approve", view)
    again = session.view()
    assert again is not None and shown(again).nonce != shown(view).nonce
    assert shown(again).revision == project.revision
    assert history.current(project).name == "by hand"
    say(session, "approve", again)
    assert history.current(project).duration == 3


def test_a_proposal_altered_in_the_store_does_not_run(
    session_with: Build, brain: ScriptedBrain, project: Project
) -> None:
    session, view = begun(session_with(brain))
    with project.transaction() as db:
        db.execute("UPDATE proposal SET document = replace(document, '\"f1\"', '\"f2\"')")
    with pytest.raises(StaleProposal):
        say(session, "approve", view)
    assert history.head(project) is None


def test_an_invalid_answer_goes_back_to_the_brain_with_the_error_twice(
    session_with: Build,
) -> None:
    answers = [
        {"footage_id": "f1"},
        {"footage_id": "unknown", "length_s": 3},
        {"footage_id": "f1", "length_s": 3},
    ]
    brain = ScriptedBrain([("add", "add")], {"add": answers})
    _, view = begun(session_with(brain))
    assert shown(view).step.status == "proposed"
    assert brain.asked[0][1] == ""
    assert "length_s" in brain.asked[1][1]
    assert "there is no footage 'unknown'" in brain.asked[2][1]


def test_after_three_invalid_answers_the_step_fails_with_the_reason_and_can_be_changed(
    session_with: Build, project: Project
) -> None:
    answers = [{"length_s": n} for n in (1, 2, 3, 4)]
    brain = ScriptedBrain([("add", "add")], {"add": answers})
    session, view = begun(session_with(brain))
    assert len(brain.asked) == 3
    assert shown(view).step.status == "failed"
    assert "footage_id" in shown(view).proposal.answer
    assert session.advance() == view  # it waits for the creator
    view = say(session, "change", view, arguments={"footage_id": "f1", "length_s": 4})
    assert shown(view).step.status == "proposed"
    say(session, "approve", view)
    assert history.current(project).duration == 4


def test_a_failed_step_can_be_skipped_and_the_plan_goes_on(session_with: Build) -> None:
    brain = ScriptedBrain([("dance", "dance"), ("look", "look")])
    session, view = begun(session_with(brain))
    assert "no tool 'dance'" in shown(view).step.answer
    say(session, "skip", view)
    view = session.advance()
    assert [s.status for s in view.steps] == ["skipped", "applied"] and view.finished


def test_approving_a_failed_step_runs_nothing_and_goes_on(
    session_with: Build, project: Project
) -> None:
    session, view = begun(session_with(ScriptedBrain([("dance", "dance"), ("look", "look")])))
    say(session, "approve", view)
    view = session.advance()
    assert [s.status for s in view.steps] == ["failed", "applied"] and view.finished
    assert history.head(project) is None


def test_changed_arguments_are_proposed_anew_and_bad_ones_leave_what_was_shown(
    session_with: Build, brain: ScriptedBrain, project: Project
) -> None:
    session, view = begun(session_with(brain))
    with pytest.raises(BadArguments):
        say(session, "change", view, arguments={"length_s": -1})
    with pytest.raises(BadArguments):
        say(session, "change", view, arguments={"path": "/etc/passwd"})
    assert session.view() == view
    new = say(session, "change", view, arguments={"length_s": 8})
    assert shown(new).nonce != shown(view).nonce
    assert shown(new).proposal.arguments == {"footage_id": "f1", "length_s": 8.0, "hole": ""}
    with pytest.raises(StaleProposal):
        say(session, "approve", view)
    say(session, "approve", new)
    assert history.current(project).duration == 8


def test_a_note_changes_a_step_through_the_brain(session_with: Build) -> None:
    brain = ScriptedBrain(
        [("add", "add the beach")],
        {"add": [{"footage_id": "f1", "length_s": 3}, {"footage_id": "f1", "length_s": 2}]},
    )
    session, view = begun(session_with(brain))
    view = say(session, "change", view, note="only two seconds")
    assert shown(view).proposal.arguments["length_s"] == 2
    assert shown(view).step.intent == "add the beach; only two seconds"


def test_skip_replan_and_stop_leave_the_timeline_alone(
    session_with: Build, brain: ScriptedBrain, project: Project
) -> None:
    session, view = begun(session_with(brain))
    say(session, "skip", view)
    view = session.advance()
    assert shown(view).step.tool == "fill"
    view = say(session, "replan", view, note="without stars")
    assert "without stars" in brain.planned[1] and "look: see what there is" in brain.planned[1]
    assert [s.status for s in view.steps] == ["waiting"] * 3
    view = say(session, "stop", session.advance())
    assert view.status == "stopped" and view.shown is None
    assert history.head(project) is None


def test_a_question_opens_no_plan(session_with: Build) -> None:
    session = session_with(ScriptedBrain(question="What should it show?"))
    view = session.ask("hm")
    assert view.question == "What should it show?" and view.finished
    kept = session.view()
    assert kept is not None and kept.question == view.question and kept.shown is None
    with pytest.raises(NothingToDo):
        session.advance()


def test_a_new_goal_replaces_the_open_plan(session_with: Build, brain: ScriptedBrain) -> None:
    session, old = begun(session_with(brain))
    session.ask("another film")
    view = session.advance()
    with pytest.raises(StaleProposal):
        say(session, "approve", old)
    assert view.id != old.id and shown(view).nonce != shown(old).nonce


def test_each_hole_becomes_a_fill_step_that_asks(session_with: Build, project: Project) -> None:
    brain = ScriptedBrain(
        [("add", "cut it"), ("look", "look")],
        {"add": [{"footage_id": "f1", "length_s": 3, "hole": "waves at night"}]},
    )
    session, view = begun(session_with(brain))
    view = say(session, "approve", view)
    assert [s.tool for s in view.steps] == ["add", "fill", "look"]
    assert view.steps[1].intent == "fill the hole at 0:03.0 (2.0 s) with: waves at night"
    assert view.steps[1].arguments == {"gap": "g-1"}
    assert shown(session.advance()).step.tool == "fill"


def test_work_that_fails_ends_in_a_failed_step_with_the_reason(
    session_with: Build, project: Project
) -> None:
    brain = ScriptedBrain([("fill", "make")], {"fill": [{"fails": True}]})
    session, view = begun(session_with(brain))
    view = say(session, "approve", view)
    assert shown(view).step.status == "failed"
    assert "it could not be made" in shown(view).step.answer
    assert history.head(project) is None
    assert say(session, "skip", view).finished


def test_a_timeline_changed_during_slow_work_is_not_overwritten(
    project: Project, made: Path
) -> None:
    class Interrupted(Fill):
        def work(self, proposal, project, progress, cancel):  # type: ignore[no-untyped-def]
            work = super().work(proposal, project, progress, cancel)
            history.commit(project, Timeline(name="by hand"), "by hand", actor="hand")
            return work

    tools = {"fill": Interrupted(made)}
    session = Session(project, ScriptedBrain([("fill", "make")], {"fill": [{}]}), tools)
    session.ask("a film")
    view = say(session, "approve", session.advance())
    assert history.current(project).name == "by hand"
    assert view.steps[0].status == "waiting"
    view = Session(project, ScriptedBrain(), {"fill": Fill(made)}).advance()
    say(session, "approve", view)
    assert history.current(project).duration == 2
    assert made.read_text() == "made\n"  # what was made is used, not made twice


@pytest.mark.parametrize(("way", "shown_between"), [("auto", False), ("show", True)])
def test_the_approval_setting_holds_for_edits_and_never_for_slow_work(
    tmp_path: Path, made: Path, way: str, shown_between: bool
) -> None:
    settings = Settings(approve_edit=way)  # type: ignore[arg-type]
    steps = [("add", "one"), ("add", "two"), ("fill", "make")]
    brain = ScriptedBrain(steps, {"add": [{"footage_id": "f1", "length_s": 3}], "fill": [{}]})
    with Project.create(tmp_path / "p", settings) as project:
        session = Session(project, brain, {"add": Add(), "fill": Fill(made)})
        session.ask("a film")
        first = session.advance()
        assert ([s.status for s in first.steps][1] == "waiting") is shown_between
        view = first
        while view.shown is None:
            view = session.advance()
        assert shown(view).step.tool == "fill"
        assert history.current(project).duration == 6
        assert not made.exists()


def test_a_runaway_plan_is_stopped_at_the_cap_of_tool_calls(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p", Settings(max_tool_calls=4)) as project:
        looks = {"look": [{"what": str(number)} for number in range(50)]}
        session = Session(project, ScriptedBrain([("look", "look")] * 50, looks), {"look": Look()})
        session.ask("look a lot")
        with pytest.raises(CapReached, match="max_tool_calls"):
            session.advance()
        view = session.view()
        assert view is not None
        assert [s.status for s in view.steps].count("applied") == 4


def test_the_same_thing_is_asked_three_times_at_most_while_nothing_changes(
    project: Project,
) -> None:
    brain = ScriptedBrain([("look", "look")] * 9)
    session = Session(project, brain, {"look": Look()})
    for _ in range(2):  # a new goal starts the count anew
        session.ask("look a lot")
        with pytest.raises(CapReached, match="same thing 3 times"):
            session.advance()
        view = session.view()
        assert view is not None
        assert [s.status for s in view.steps].count("applied") == 3
    adds = ScriptedBrain([("add", "add")] * 5, {"add": [{"footage_id": "f1", "length_s": 1}]})
    again = Session(project, adds, {"add": Add()})
    again.ask("add it five times")
    for _ in range(5):  # each one changes the film, so none is the same
        view = again.advance()
        assert shown(view).step.status == "proposed"
        say(again, "approve", view)
    assert history.current(project).duration == 5


def test_a_title_with_a_length_check_keeps_exact_time(session_with: Build) -> None:
    brain = ScriptedBrain([("add", "add")], {"add": [{"footage_id": "f1", "length_s": 0.1}]})
    session, view = begun(session_with(brain))
    say(session, "approve", view)
    assert history.current(session.project).duration == Fraction(1, 10)
