"""Ideas are taken: one of those told becomes a goal and a plan of its own footage, approved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.session import Session
from agent.taking import fresh, plan_for, taken
from project import footage as store
from project import history
from project.store import Project
from tests.agent.film import decide, filmed, made
from ui.cli import app


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Project]:
    with filmed(tmp_path) as project:
        yield project


def test_every_id_of_an_idea_exists_and_coverage_is_how_much_of_a_film_there_is(
    film: Project,
) -> None:
    known = {footage.id for footage in store.all_footage(film, usable=True)}
    ideas = fresh(film)
    assert len(ideas) == 3
    for idea in ideas:
        assert set(idea["footage_ids"]) <= known and idea["title"] and idea["logline"]
        shares = [beat["coverage"] for beat in idea["beats"]]
        assert all(0 <= share <= 1 for share in shares)
        assert idea["coverage"] == pytest.approx(sum(shares) / len(shares), abs=0.002)
        assert {i for beat in idea["beats"] for i in beat["footage_ids"]} == set(
            idea["footage_ids"]
        )


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("make the second idea", 2), ("take idea 3", 3), ("I'd like the first idea", 1),
        ("let's go with idea two", 2), ("the last idea, please", 3), ("use your 2nd idea", 2),
    ],
)  # fmt: skip
def test_words_take_an_idea(film: Project, words: str, number: int) -> None:
    plan = taken(words, film)
    assert plan is not None and fresh(film)[number - 1]["title"] in plan.steps[0].intent


@pytest.mark.parametrize(
    "words",
    ["give me three ideas", "drop the second one", "an idea of the sea", "2", "the second one"],
)
def test_other_words_take_none(film: Project, words: str) -> None:
    assert taken(words, film) is None


def test_a_taken_idea_is_proposed_from_its_own_footage_and_waits_for_approval(
    film: Project,
) -> None:
    session = Session(film)
    ideas = made(session, "give me three ideas")
    assert "2." in ideas.steps[0].answer
    view = session.ask("the second one, please")
    idea = fresh(film)[1]
    assert view.goal.beats and [b.words for b in view.goal.beats] == [
        b["words"] for b in idea["beats"]
    ]
    view = session.advance()
    assert view.shown is not None and not history.current(film).clips()
    decide(session, view, "approve")
    used = {clip.footage_id for _, clip in history.current(film).clips()}
    assert used and used <= set(idea["footage_ids"])


def test_what_else_is_said_holds_over_the_idea(film: Project) -> None:
    plan = taken("make the first idea in 8 seconds, portrait", film)
    assert plan is not None
    assert (plan.goal.length_s, plan.goal.aspect) == (8, "9:16") and plan.goal.beats


def test_an_idea_that_there_is_not_is_a_question_and_one_whose_footage_is_gone_too(
    film: Project,
) -> None:
    assert "There is no idea 9" in plan_for(9, fresh(film), film, "idea 9").question
    ideas = fresh(film)
    lost = ideas[0]["footage_ids"][0]
    with film.transaction() as db:
        db.execute("DELETE FROM footage WHERE id = ?", (lost,))
    question = plan_for(1, ideas, film, "idea 1").question
    assert "is not in the project any more" in question


def test_a_cut_idea_made_again_shorter_keeps_its_beats(film: Project) -> None:
    session = Session(film)
    made(session, "take idea 1")
    before = [clip.beat for _, clip in history.current(film).clips()]
    view = session.ask("make it portrait")
    assert [b.words for b in view.goal.beats] and {b.words for b in view.goal.beats} >= set(before)


def test_the_command_line_takes_an_idea_and_refuses_one_that_there_is_not(film: Project) -> None:
    folder = str(film.folder)
    film.close()
    done = CliRunner().invoke(app, ["ideas", "--take", "1", "--yes", "--json", "-p", folder])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["steps"][0]["tool"] == "storyboard" and told["timeline"]["clips"]
    done = CliRunner().invoke(app, ["ideas", "--take", "9", "--yes", "--json", "-p", folder])
    assert done.exit_code == 1 and "There is no idea 9" in json.loads(done.stdout)["error"]
