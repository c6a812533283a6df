import sqlite3
from fractions import Fraction
from pathlib import Path

import pytest

from project import jobs, understood
from project.errors import ProjectBusy
from project.schema import MIGRATIONS
from project.store import DATABASE, Project, writing
from project.understood import Described, Heard, Transcript
from timeline.time import TimeRange


def span(start: int, end: int) -> TimeRange:
    return TimeRange(Fraction(start, 3), Fraction(end, 3))


def test_what_models_said_comes_back_as_it_was(tmp_path: Path) -> None:
    words = (Heard(span(0, 1), "hello", "anna", 0.9), Heard(span(1, 2), "there"))
    seen = (Described(span(0, 3), "a dog runs", "model"), Described(span(3, 6), "a cat", "model"))
    with Project.create(tmp_path / "p") as project:
        understood.describe(project, "mark", seen)
        understood.transcribe(project, "mark", Transcript("whisper", "en", words))
        understood.transcribe(project, "silent", Transcript("whisper", "", ()))
        assert understood.described(project, "mark") == seen
        assert understood.transcript(project, "mark") == Transcript("whisper", "en", words)
        assert understood.transcript(project, "silent") == Transcript("whisper", "", ())
        assert understood.transcript(project, "never heard") is None


def test_a_second_pass_takes_the_place_of_the_first(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        for text in ("first", "second"):
            understood.describe(project, "mark", [Described(span(0, 3), text, text)])
            heard = Transcript(text, "en", (Heard(span(0, 1), text),))
            understood.transcribe(project, "mark", heard)
            understood.keep_answers(project, "model", [("key", text)])
        assert [d.text for d in understood.described(project, "mark")] == ["second"]
        assert understood.transcript(project, "mark") == heard
        assert understood.answer(project, "key") == "second"
        assert understood.answer(project, "other") is None


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """The folder of a project as the first version wrote it, with a job that waits."""
    folder = tmp_path / "p"
    Project.create(folder).close()
    (folder / DATABASE).unlink()
    for beside in folder.glob(f"{DATABASE}-*"):
        beside.unlink()
    old = sqlite3.connect(folder / DATABASE)
    old.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    old.execute(
        "INSERT INTO job (kind, arguments, status, key, created_at, updated_at)"
        " VALUES ('render', '{}', 'waiting', 'k', '', '')"
    )
    old.commit()
    old.close()
    return folder


def test_a_project_of_the_first_version_keeps_its_jobs(first_version: Path) -> None:
    with Project.open(first_version) as project:
        kept = jobs.claim(project)
        assert kept is not None and kept.kind == "render"
        assert jobs.enqueue(project, "caption", {}, key="c").kind == "caption"
    assert list((first_version / "backups").glob("before-migration-1.db"))


def test_who_only_reads_an_older_project_has_it_brought_up_to_date(first_version: Path) -> None:
    with Project.open(first_version, write=False) as reader:
        assert [row["status"] for row in reader.rows("SELECT status FROM job")] == ["waiting"]
        assert not reader.write
    assert list((first_version / "backups").glob("before-migration-1.db"))


def test_an_older_project_that_another_has_open_is_left_alone(first_version: Path) -> None:
    with writing(first_version), pytest.raises(ProjectBusy, match="close that one first"):
        Project.open(first_version, write=False)
