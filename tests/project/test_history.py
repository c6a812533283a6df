"""The history: append-only, undo and redo across restarts, idempotent by key."""

from __future__ import annotations

import sqlite3
from fractions import Fraction
from pathlib import Path

import pytest

from project import history
from project.errors import NothingToDo, ProjectBusy, StoreError
from project.store import Project
from timeline.model import Gap, Timeline, Track


def cut(seconds: int) -> Timeline:
    return Timeline(tracks=(Track("V1", "video", (Gap("g-1", Fraction(seconds), "sea"),)),))


def test_undo_and_redo_survive_a_restart(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        history.commit(project, cut(1), "one", actor="hand")
        history.commit(project, cut(2), "two", actor="agent")
        history.undo(project)
    with Project.open(tmp_path / "p") as project:
        assert history.current(project) == cut(1)
        history.redo(project)
        assert history.current(project) == cut(2)
        history.undo(project)
        history.undo(project)
        assert history.current(project) == Timeline()
        with pytest.raises(NothingToDo):
            history.undo(project)


def test_the_same_key_is_the_same_edit(project: Project) -> None:
    first = history.commit(project, cut(1), "one", actor="hand", key="k")
    again = history.commit(project, cut(9), "nine", actor="hand", key="k")
    assert again == first
    assert history.current(project) == cut(1)


def test_an_edit_after_undo_starts_a_branch_and_nothing_is_lost(project: Project) -> None:
    first = history.commit(project, cut(1), "one", actor="hand")
    history.commit(project, cut(2), "two", actor="hand")
    history.undo(project)
    history.commit(project, cut(3), "three", actor="hand")
    with pytest.raises(NothingToDo):
        history.redo(project)
    assert [edit.label for edit in history.edits(project)][1:] == ["one", "two", "three"]
    history.restore(project, first.id)
    assert history.current(project) == cut(1)


def test_a_second_writer_is_told_who_holds_the_project(project: Project) -> None:
    with pytest.raises(ProjectBusy, match="open for writing"):
        Project.open(project.folder)
    with Project.open(project.folder, write=False) as reader:
        assert history.current(reader) == Timeline()


def test_a_failed_transaction_leaves_nothing(project: Project) -> None:
    with pytest.raises(RuntimeError), project.transaction():
        history.commit(project, cut(1), "one", actor="hand")
        raise RuntimeError("power cut")
    assert history.head(project) is None


def test_a_commit_that_fails_leaves_the_store_as_it_was_and_usable(project: Project) -> None:
    with project.transaction() as db:
        db.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT")
        db.execute(
            "CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
            " STRICT"
        )
    with pytest.raises(sqlite3.IntegrityError), project.transaction() as db:
        db.execute("INSERT INTO child VALUES (7)")
    history.commit(project, cut(1), "after", actor="hand")
    assert history.current(project) == cut(1)
    assert project.rows("SELECT * FROM child") == []


def test_a_full_disk_is_said_and_nothing_of_the_edit_stays(project: Project) -> None:
    history.commit(project, cut(1), "one", actor="hand")
    [[pages]] = [tuple(row) for row in project.rows("PRAGMA page_count")]
    project.rows(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StoreError, match="disk is full"), project.transaction() as db:
        db.execute("INSERT INTO message (role, text, created_at) VALUES ('tool', ?, '')",
                   ("x" * 100_000,))  # fmt: skip
    project.rows("PRAGMA max_page_count = 1000000")
    history.commit(project, cut(2), "two", actor="hand")
    assert history.current(project) == cut(2)
