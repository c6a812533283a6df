"""`kill -9` at random moments: what was acknowledged is there, nothing is torn."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from project import backup, history, jobs
from project.store import DATABASE, Project
from tests.project.killing import killed
from timeline import document

EDITING = """
import sys
from fractions import Fraction
from pathlib import Path
from project import history, jobs
from project.store import Project
from timeline import edits
from timeline.model import Clip
from timeline.time import TimeRange

project = Project.open(Path(sys.argv[1]))
start = int(sys.argv[2]) * 100_000
for number in range(start, start + 100_000):
    key = f"edit-{number}"
    whole = TimeRange(Fraction(0), Fraction(10))
    clip = Clip(f"c-{number}", "f-1", "x.mp4", TimeRange(Fraction(1), Fraction(2)), whole)
    if number % 7 == 6:
        edit = history.undo(project, key=key)
    else:
        # the effect and its bookkeeping in one transaction, as an approved step does
        with project.transaction():
            edit = history.commit(
                project, edits.append(history.current(project), clip), key, actor="agent", key=key
            )
            jobs.enqueue(project, "render", {"edit": edit.id}, key=key)
    print(key, edit.id, edit.digest, project.revision)
"""

WORKING = """
import sys
from pathlib import Path
from project import jobs
from project.store import Project

project = Project.open(Path(sys.argv[1]))
for job in jobs.interrupted(project):
    pass
for number in range(100_000):
    jobs.enqueue(project, "ingest", {"n": number}, key=f"{sys.argv[2]}-{number}")
    job = jobs.claim(project)
    jobs.report(project, job.id, 0.5, "half")
    jobs.finish(project, job.id, {"n": job.arguments["n"]})
    print(job.id)
"""

BACKING_UP = """
import sys
from pathlib import Path
from project import backup
from project.store import Project

project = Project.open(Path(sys.argv[1]))
while True:
    project.bump()
    print(backup.back_up(project).path.name)
"""


def require_whole(folder: Path) -> None:
    """The store is sound, and every edit hangs together from the root to the head."""
    with Project.open(folder) as project:
        answer = project.row("PRAGMA integrity_check")
        assert answer is not None and answer[0] == "ok"
        assert project.rows("PRAGMA foreign_key_check") == []
        rows = project.rows("SELECT * FROM edit ORDER BY id")
        ids = {row["id"] for row in rows}
        for row in rows:
            assert document.digest(document.loads(row["document"])) == row["digest"]
            assert row["parent_id"] is None or row["parent_id"] in ids
        if rows:
            assert history.current(project) is not None


@pytest.mark.parametrize("seed", range(6))
def test_edits_that_were_acknowledged_survive_a_kill(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "p"
    Project.create(folder).close()
    told: dict[str, tuple[int, str]] = {}
    last_revision = 0
    for run in range(2):
        lines = killed(
            EDITING,
            str(folder),
            str(run),
            after_lines=chance.randint(1, 40),
            then_s=chance.random() * 0.05,
        )
        for line in lines:
            key, edit_id, digest, revision = line.split()
            told[key] = (int(edit_id), digest)
            last_revision = int(revision)
        began = time.monotonic()
        require_whole(folder)
        assert time.monotonic() - began < 5
        with Project.open(folder) as project:
            there = {edit.id: edit.digest for edit in history.edits(project)}
            heads = {row["key"] for row in project.rows("SELECT key FROM head")}
            for key, (edit_id, digest) in told.items():
                assert there[edit_id] == digest
                assert key in heads or f"edit-{key}" in heads
            assert project.revision >= last_revision
            # an edit and the job made with it are both there or neither is
            made = {r["key"] for r in project.rows("SELECT key FROM edit WHERE actor = 'agent'")}
            assert made == {job.key for job in jobs.jobs(project, limit=10_000)}


def test_a_key_used_again_after_a_kill_does_nothing_twice(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    Project.create(folder).close()
    lines = killed(EDITING, str(folder), "0", after_lines=5, then_s=0.01)
    key = lines[3].split()[0]
    with Project.open(folder) as project:
        before = len(history.edits(project))
        history.commit(project, history.current(project), "again", actor="agent", key=key)
        assert len(history.edits(project)) == before


@pytest.mark.parametrize("seed", range(3))
def test_jobs_survive_a_kill_and_the_one_under_way_is_tried_again(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "p"
    Project.create(folder).close()
    lines = killed(
        WORKING, str(folder), "a", after_lines=chance.randint(1, 30), then_s=chance.random() * 0.03
    )
    with Project.open(folder) as project:
        for line in lines:
            job = jobs.find(project, int(line))
            assert (job.status, job.result) == ("done", job.arguments)
        left = [job for job in jobs.jobs(project, limit=1000) if job.status == "running"]
        assert len(left) <= 1
        assert [job.status for job in jobs.interrupted(project)] == ["waiting"] * len(left)
        assert json.dumps([job.arguments for job in jobs.waiting(project)])


def test_a_kill_during_backups_leaves_only_whole_ones(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    Project.create(folder).close()
    for pause in (0.0, 0.007):
        lines = killed(BACKING_UP, str(folder), after_lines=3, then_s=pause)
        kept = backup.backups(folder)
        assert kept and kept[0].path.name >= lines[-1]
        for copy in kept:
            backup.verify(copy.path)
    require_whole(folder)


def test_a_torn_store_is_named_and_not_opened_as_if_it_were_whole(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    Project.create(folder).close()
    (folder / DATABASE).write_bytes(b"SQLite format 3\0" + b"\xa5" * 5000)
    with pytest.raises(Exception, match="backups folder"):
        Project.open(folder)
