"""Killed at any point and opened again: the plan stands, nothing is applied twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.session import Session
from project import history
from project.store import Project
from tests.agent.conftest import STEPS
from tests.fakes import Add, Fill, Look, ScriptedBrain

ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import os, signal, sys
from pathlib import Path
from agent import state
from project import history
from project.store import Project
from tests.agent.test_killed import drive, fresh_brain, tools

folder, made, place = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
project = Project.open(folder)
left = place if place >= 0 else 10**6

def die():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

for name in ("set_step", "set_proposal", "add_proposal", "add_decision", "say", "close_if_done"):
    def wrap(inner):
        def run(*a, **k):
            die()
            out = inner(*a, **k)
            die()
            return out
        return run
    setattr(state, name, wrap(getattr(state, name)))
commit = history.commit
commits = 0
def killed_commit(*a, **k):
    global commits
    commits += 1
    if commits == -place:  # a negative place: at the start of that commit
        os.kill(os.getpid(), signal.SIGKILL)
    die()
    edit = commit(*a, **k)
    die()
    return edit
history.commit = killed_commit
drive(project, made)
print("finished")
"""


def fresh_brain() -> ScriptedBrain:
    return ScriptedBrain(
        STEPS, {"add": [{"footage_id": "f1", "length_s": 3}], "fill": [{"words": "stars"}]}
    )


def tools(made: Path) -> dict[str, object]:
    return {"add": Add(), "look": Look(), "fill": Fill(made)}


def drive(project: Project, made: Path) -> None:
    """The plan gone through to its end, every step approved."""
    session = Session(project, fresh_brain(), tools(made))  # type: ignore[arg-type]
    if session.view() is None:
        session.ask("a beach film")
    while not (view := session.advance()).finished:
        assert view.shown is not None
        session.decide(
            "approve",
            nonce=view.shown.nonce,
            action_hash=view.shown.action_hash,
            revision=view.shown.revision,
        )


def killed_at(folder: Path, made: Path, place: int) -> int:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", CHILD, str(folder), str(made), str(place)]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True).returncode


@pytest.mark.parametrize("place", range(0, 62, 6))
def test_a_plan_killed_anywhere_ends_as_if_it_never_was(tmp_path: Path, place: int) -> None:
    folder, made = tmp_path / "p", tmp_path / "made.txt"
    Project.create(folder).close()
    assert killed_at(folder, made, place) in (-9, 0)
    with Project.open(folder) as project:
        before = history.current(project)
        assert before.duration in (0, 3, 5)
        drive(project, made)
        after = history.current(project)
        assert [clip.footage_id for _, clip in after.clips()] == ["f1", "stars"]
        labels = [edit.label for edit in history.edits(project)]
        assert labels == ["Empty timeline", "add the beach", "make the stars"]
        assert made.read_text().count("made") in (1, 2)  # twice only where work was cut off
        rows = project.rows("SELECT decision FROM decision WHERE edit_id IS NOT NULL")
        assert len(rows) == 2


def test_work_that_was_kept_is_not_done_again_after_a_kill(tmp_path: Path) -> None:
    folder, made = tmp_path / "p", tmp_path / "made.txt"
    with Project.create(folder) as project:
        session = Session(project, fresh_brain(), tools(made))  # type: ignore[arg-type]
        session.ask("a film")
    assert killed_at(folder, made, -2) == -9  # at the commit of the fill
    with Project.open(folder, write=False) as project:
        row = project.row("SELECT work FROM proposal WHERE status = 'approved'")
        assert row is not None and "made" in row["work"]
        assert history.current(project).duration == 3
    with Project.open(folder) as project:
        drive(project, made)
        assert history.current(project).duration == 5
    assert made.read_text() == "made\n"
