"""Redo as a step of a plan, and films of what the last search found."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from agent import state
from agent.brain import all_tools
from agent.found import footage_for, last_found, those
from agent.undo import Redo, Undo
from agent.values import Goal, PlannedStep
from project import history
from project.errors import BadArguments
from project.store import Project
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from tools.proposal import Proposal


def film(seconds: int) -> Timeline:
    span = TimeRange(Fraction(0), Fraction(seconds))
    clip = Clip("c-1", "f1", "dog.mp4", span, TimeRange(Fraction(0), Fraction(60)))
    return Timeline(tracks=(Track("V1", "video", (clip,)),))


def done(tool: Any, project: Project) -> Proposal:
    proposal: Proposal = tool.propose(tool.arguments(), project)
    with project.transaction():
        assert tool.apply(proposal, {}, project) is None
    return proposal


def test_what_was_taken_back_is_done_again(project: Project) -> None:
    for seconds in (4, 8):
        history.commit(project, film(seconds), f"cut to {seconds} s", actor="agent")
    done(Undo(), project)
    assert history.current(project) == film(4)
    told = done(Redo(), project)
    assert "cut to 8 s" in told.answer and told.changes
    assert history.current(project) == film(8)


def test_nothing_is_done_again_where_nothing_was_taken_back(project: Project) -> None:
    history.commit(project, film(4), "a cut", actor="agent")
    with pytest.raises(BadArguments, match="nothing to redo"):
        Redo().propose(Redo.arguments(), project)
    assert "redo" in all_tools()


@pytest.mark.parametrize(
    ("words", "rest", "many"),
    [
        ("make a 10 second film of those two clips", "make a 10 second film", 2),
        ("use the above in a 6 second film", "in a 6 second film", 0),
        ("a 20 second film with what you found", "a 20 second film", 0),
        ("cut a film from these 3 shots, calm", "cut a film , calm", 3),
        ("a film of the first three results", "a film", 3),
    ],
)
def test_a_sentence_points_at_what_was_found(words: str, rest: str, many: int) -> None:
    found = those(words)
    assert found is not None and (found.rest, found.many) == (rest, many)


@pytest.mark.parametrize("words", ["a film of the first shot", "drop the first two shots"])
def test_clips_of_the_cut_are_not_what_was_found(words: str) -> None:
    assert those(words) is None


def searched(project: Project, hits: list[dict[str, Any]], *, confident: bool = True) -> None:
    plan = state.open_plan(
        project, "find", Goal(text="find"), "embedded", [PlannedStep(tool="search", intent="find")]
    )
    proposal = Proposal(
        tool="search", arguments={}, effect="read", answer="",
        data={"hits": hits, "confident": confident},
    )  # fmt: skip
    state.add_proposal(project, state.steps(project, plan)[0].id, proposal, project.revision)


def hit(footage_id: str, score: float, kind: str) -> dict[str, Any]:
    return {"footage_id": footage_id, "score": score, "why": [{"kind": kind, "quote": "dog"}]}


def test_what_has_the_words_itself_is_what_was_found(project: Project) -> None:
    assert last_found(project) == ()
    searched(project, [hit("f1", 0.8, "caption"), hit("f2", 0.7, "caption"),
                       hit("f1", 0.6, "caption"), hit("f3", 0.6, "meaning")])  # fmt: skip
    assert last_found(project) == ("f1", "f2")
    assert footage_for("Cut a film from what was found, the first 1", project) == ("f1",)
    assert footage_for("Cut a film about what was lost", project) == ()
    searched(project, [hit("f4", 0.1, "meaning")], confident=False)
    assert last_found(project) == ()
