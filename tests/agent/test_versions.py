"""Versions are compared beside the plan; the one that is picked is what is proposed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.session import Session
from agent.versions import asked, compared, picked
from project import history
from project.store import Project
from tests.agent.film import decide, filmed
from ui.alternatives_view import alternatives
from ui.cli import app

REEL = "give me three versions of a 9 s film about the beach"


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Project]:
    with filmed(tmp_path) as project:
        yield project


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("give me three versions", (3, "")),
        ("three versions of a calm reel of the sea", (3, "a calm reel of the sea")),
        ("Show me 2 different cuts of it", (2, "")),
        ("a calm reel of the sea, give me three alternatives", (3, "a calm reel of the sea")),
        ("a few options to choose from, please", (3, "")),
        ("a calm reel of the sea", None),
        ("drop the second version", None),
    ],
)
def test_versions_are_asked_for_in_words(words: str, found: tuple[int, str] | None) -> None:
    assert asked(words) == found


def test_the_first_version_is_proposed_and_another_one_takes_its_place_when_picked(
    film: Project,
) -> None:
    session = Session(film)
    view = session.ask(REEL)
    assert [s.tool for s in view.steps] == ["alternatives", "storyboard"]
    view = session.advance()
    assert view.shown is not None and "Side by side" in view.steps[0].answer
    rows = compared(film).rows
    assert [one.proposed for one in alternatives(film).versions] == [True, False, False]
    assert view.shown.proposal.arguments["unlike"] == []
    assert picked("the second one", film, view.shown) == 2
    view = session.ask("I prefer the third version")
    assert view.shown is not None
    for name in ("unlike", "pace", "order"):
        assert view.shown.proposal.arguments[name] == rows[2]["arguments"][name]
    listed = alternatives(film)
    assert "beach" in listed.film and [one.number for one in listed.versions] == [1, 2, 3]
    assert [one.proposed for one in listed.versions] == [False, False, True]
    assert listed.versions[2].differs and len(listed.versions[2].clips) == rows[2]["shots"]
    assert not history.current(film).clips()
    view = session.ask("version 9")
    assert view.shown is not None  # it goes on waiting; there is no version 9
    decide(session, view, "approve")
    assert not any(one.proposed for one in alternatives(film).versions)
    shown = [(c.footage_id, str(c.source.start)) for _, c in history.current(film).clips()]
    assert shown == [(c["footage_id"], c["start_s"]) for c in rows[2]["clips"]]
    view = session.ask("go back to version 1")
    view = session.advance()
    assert view.shown is not None and view.shown.proposal.arguments["unlike"] == []


def test_picking_without_versions_is_not_understood_as_one(film: Project) -> None:
    assert picked("version 2", film) is None
    assert alternatives(film).versions == []


def test_versions_of_nothing_are_a_question(film: Project) -> None:
    assert "Say which film" in Session(film).ask("give me three versions").question


def test_the_command_line_compares_takes_and_lists_versions(film: Project) -> None:
    folder = str(film.folder)
    film.close()
    run = ["make", "a 9 s film about the beach", "--alternatives", "3", "--take", "2"]
    done = CliRunner().invoke(app, [*run, "--yes", "--json", "-p", folder])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    rows = told["steps"][0]["data"]["alternatives"]
    assert [c["in_s"] for c in told["timeline"]["clips"]] == [
        c["start_s"] for c in rows[1]["clips"]
    ]
    done = CliRunner().invoke(app, ["alternatives", "-p", folder, "--json"])
    assert json.loads(done.stdout)["alternatives"] == rows
    done = CliRunner().invoke(app, ["alternatives", "--take", "1", "--yes", "--json", "-p", folder])
    assert done.exit_code == 0, done.output
    assert [c["in_s"] for c in json.loads(done.stdout)["timeline"]["clips"]] == [
        c["start_s"] for c in rows[0]["clips"]
    ]
    bad = CliRunner().invoke(app, ["make", "a film", "--take", "2", "-p", folder])
    assert bad.exit_code == 2
