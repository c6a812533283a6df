"""A pasted script becomes a plan: beats in its order and lengths, holes named, lines told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent import state
from agent.scripted import plan_for, scripted
from agent.session import Session
from project import history
from project.store import Project
from tests.agent.film import decide, filmed
from ui.cli import app

SCRIPT = """1. A hand pours coffee (4s)
2. A rocket launch in space (2s)
3. ???
4. Waves on the beach (6s)
"""


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Project]:
    with filmed(tmp_path) as project:
        yield project


def test_a_script_is_cut_in_order_with_its_lengths_and_a_named_hole(film: Project) -> None:
    session = Session(film)
    view = session.ask(SCRIPT)
    assert [step.tool for step in view.steps] == ["storyboard"]
    assert [note[:6] for note in state.notes(film, view.id)] == ["Line 3"]
    view = session.advance()
    decide(session, view, "approve")
    cut = history.current(film)
    assert float(cut.duration) == 12
    shown = [clip.footage_id for _, clip in cut.clips()]
    assert (shown[0], shown[-1]) == ("f-coffee", "f-beach")
    [(at, gap)] = cut.holes()
    assert gap.wanted == "A rocket launch in space" and (at, gap.duration) == (4, 2)


def test_a_line_above_the_script_holds_over_it() -> None:
    plan = scripted("A 30 s portrait film from this script:\n" + SCRIPT)
    assert plan is not None
    assert (plan.goal.length_s, plan.goal.aspect, len(plan.goal.beats)) == (30, "9:16", 3)
    assert sum(beat.share or 0 for beat in plan.goal.beats) == pytest.approx(1)


def test_a_script_without_anything_to_show_is_a_question_that_names_the_lines() -> None:
    question = plan_for("CUT TO:\n???\n").question
    assert "Line 1" in question and "Line 2" in question


def test_a_wish_in_two_lines_is_no_script() -> None:
    assert scripted("a calm film\nof the sea") is None


def test_the_command_line_cuts_a_script_from_a_file_or_says_why_not(
    film: Project, tmp_path: Path
) -> None:
    folder = str(film.folder)
    film.close()
    path = tmp_path / "script.txt"
    path.write_text("\ufeff1. A hand pours coffee\n2. Waves on the beach\nMUSIC: drums\n", "utf-8")
    run = ["make", "--yes", "--json", "-p", folder, "--script"]
    done = CliRunner().invoke(app, [*run, str(path), "10 s, portrait"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["timeline"]["duration_s"] == 10 and told["timeline"]["height"] > 1000
    assert [n[:6] for n in told["plan"]["notes"]] == ["Line 3"]
    path.write_bytes(b"\xff\xfe\x00 no text")
    assert CliRunner().invoke(app, [*run, str(path)]).exit_code == 2
    assert CliRunner().invoke(app, [*run, str(tmp_path / "none.txt")]).exit_code == 2
