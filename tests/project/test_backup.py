"""Backups: made in use, checked, kept in tiers, and put back in a drill."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from project import backup, history
from project.errors import ProjectBusy, StoreError
from project.store import DATABASE, Project
from timeline.model import Gap, Timeline, Track


def cut(seconds: int) -> Timeline:
    return Timeline(tracks=(Track("V1", "video", (Gap("g-1", Fraction(seconds)),)),))


def test_a_backup_holds_what_was_committed_and_not_what_is_under_way(project: Project) -> None:
    history.commit(project, cut(1), "one", actor="hand")
    with project.transaction():
        history.commit(project, cut(2), "two", actor="hand")
        copy = backup.back_up(project)
    assert history.current(project) == cut(2)
    project.close()
    backup.restore(project.folder, copy)
    with Project.open(project.folder) as again:
        assert history.current(again) == cut(1)


def test_the_restore_drill_mends_a_damaged_store_and_keeps_it_aside(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        for seconds in range(1, 40):
            history.commit(project, cut(seconds), "edit", actor="hand")
        kept = backup.back_up(project)
    store = tmp_path / "p" / DATABASE
    body = bytearray(store.read_bytes())
    body[:4096] = b"\xff" * 4096
    store.write_bytes(body)
    with pytest.raises(StoreError, match="backups folder"):
        Project.open(tmp_path / "p")
    aside = backup.restore(tmp_path / "p", kept)
    with Project.open(tmp_path / "p") as project:
        assert history.current(project) == cut(39)
    assert (aside / DATABASE).read_bytes() == bytes(body)


def test_a_project_in_use_is_not_restored_over(project: Project) -> None:
    history.commit(project, cut(1), "one", actor="hand")
    copy = backup.back_up(project)
    with pytest.raises(ProjectBusy):
        backup.restore(project.folder, copy)


def test_a_damaged_backup_is_refused_and_the_store_stays(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        history.commit(project, cut(1), "one", actor="hand")
        copy = backup.back_up(project)
    body = bytearray(copy.path.read_bytes())
    body[len(body) // 2 :] = b"\0" * (len(body) - len(body) // 2)
    copy.path.write_bytes(body)
    with pytest.raises(StoreError):
        backup.restore(tmp_path / "p", copy)
    with Project.open(tmp_path / "p") as project:
        assert history.current(project) == cut(1)


def test_the_last_five_and_the_newest_of_seven_days_are_kept() -> None:
    now = datetime(2026, 5, 20, 12, tzinfo=UTC)
    times = [now - timedelta(minutes=10 * n) for n in range(8)]
    times += [now - timedelta(days=d, hours=h) for d in range(1, 12) for h in (0, 3)]
    known = [backup.Backup(Path(f"{n}.db"), at, 1) for n, at in enumerate(times)]
    gone = {b.made_at for b in backup.outdated(known)}
    kept = [at for at in times if at not in gone]
    assert kept == times[:5] + [now - timedelta(days=d) for d in range(1, 7)]


def test_older_backups_go_when_a_new_one_is_made(project: Project) -> None:
    history.commit(project, cut(1), "one", actor="hand")
    start = datetime(2026, 5, 20, 12, tzinfo=UTC)
    for minute in range(8):
        backup.back_up(project, at=start + timedelta(minutes=minute))
    minutes = [b.made_at.minute for b in backup.backups(project.folder)]
    assert minutes == [7, 6, 5, 4, 3]
    assert not [p for p in project.backups.iterdir() if p.suffix != ".db"]


def test_closing_a_changed_project_leaves_a_backup_once(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p"):
        pass
    assert backup.backups(tmp_path / "p") == []
    with Project.open(tmp_path / "p") as project:
        history.commit(project, cut(1), "one", actor="hand")
    with Project.open(tmp_path / "p"):
        pass
    assert len(backup.backups(tmp_path / "p")) == 1


def test_a_backup_is_due_when_the_project_changed_since(project: Project) -> None:
    assert not backup.due(project)
    history.commit(project, cut(1), "one", actor="hand")
    assert backup.due(project)
    backup.back_up(project)
    assert not backup.due(project, every=timedelta(0))
    history.commit(project, cut(2), "two", actor="hand")
    assert not backup.due(project)
    assert backup.due(project, every=timedelta(0))


def test_a_store_that_breaks_while_it_is_open_is_told_in_words_by_reads_too(
    project: Project,
) -> None:
    with project.transaction() as db:
        db.executemany(
            "INSERT INTO meta VALUES (?, ?)", [(f"key {n}", "x" * 500) for n in range(500)]
        )
    project._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    project._db.execute("PRAGMA shrink_memory")
    store = project.folder / DATABASE
    whole = store.read_bytes()
    store.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    for read in (project.rows, project.row):
        with pytest.raises(StoreError, match="damaged"):
            read("SELECT value, count(*) FROM meta GROUP BY value")
    store.write_bytes(whole)
