"""Copies of the store: made while it is in use, checked, kept in tiers, put back when asked.

The last five are kept, and the newest of each of the last seven days that have one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from project.errors import CreatorError, StoreError
from project.schema import MIGRATIONS
from project.store import DATABASE, Project, writing

LAST, DAYS = 5, 7
_STAMP = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """A checked copy of the store and when it was made, in UTC."""

    path: Path
    made_at: datetime
    bytes: int


def back_up(project: Project, *, at: datetime | None = None) -> Backup:
    """A checked copy of the store as it is now; older ones outside the tiers go.

    The copy has its final name only after it was opened and checked. Raises StoreError when
    the copy is not whole, CreatorError when it cannot be written.
    """
    made_at = at or datetime.now(UTC)
    final = project.backups / f"{made_at.strftime(_STAMP)}.db"
    part = final.with_name(f".{uuid.uuid4().hex}.part")
    try:
        _copy(project.folder / DATABASE, part)
        verify(part)
        _to_disk(part)
        part.replace(final)
        _to_disk(final.parent)
    except (OSError, sqlite3.OperationalError) as error:
        raise CreatorError(
            f"the backup {final} could not be written ({error}); make room or check the folder"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    for old in outdated(backups(project.folder)):
        old.path.unlink(missing_ok=True)
    return Backup(final, made_at, final.stat().st_size)


def backups(folder: Path) -> list[Backup]:
    """The backups in a project folder, newest first; other files there are left out."""
    found = []
    for path in (folder / "backups").glob("*.db"):
        with contextlib.suppress(ValueError):
            made_at = datetime.strptime(path.stem, _STAMP).replace(tzinfo=UTC)
            found.append(Backup(path, made_at, path.stat().st_size))
    return sorted(found, key=lambda b: b.made_at, reverse=True)


def outdated(known: Iterable[Backup]) -> list[Backup]:
    """Those that are neither among the last five nor the newest of one of the last seven days."""
    newest_first = sorted(known, key=lambda b: b.made_at, reverse=True)
    daily: dict[str, Backup] = {}
    for backup in newest_first:
        daily.setdefault(backup.made_at.date().isoformat(), backup)
    keep = [*newest_first[:LAST], *list(daily.values())[:DAYS]]
    return [backup for backup in newest_first if backup not in keep]


def due(project: Project, *, every: timedelta = timedelta(hours=1)) -> bool:
    """Whether the project changed since its newest backup, and that is old enough to follow."""
    known = backups(project.folder)
    if not known:
        return project.revision > 0
    if datetime.now(UTC) - known[0].made_at < every:
        return False
    with contextlib.closing(_read_only(known[0].path)) as db:
        row = db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    return row is None or int(row[0]) != project.revision


def verify(path: Path) -> None:
    """Nothing for a whole project store; raises StoreError for anything else."""
    try:
        with contextlib.closing(_read_only(path)) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            version: int = db.execute("PRAGMA user_version").fetchone()[0]
            answer = [row[0] for row in db.execute("PRAGMA integrity_check")]
            orphans = db.execute("PRAGMA foreign_key_check").fetchall()
            db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} is not a whole project store ({error})") from error
    if answer != ["ok"] or orphans:
        raise StoreError(f"{path} is damaged: {'; '.join(answer)}, {len(orphans)} loose rows")
    if version > len(MIGRATIONS):
        raise StoreError(f"{path} was written by a newer Roughcut (store version {version})")


def restore(folder: Path, backup: Backup) -> Path:
    """The project in `folder` as `backup` has it; returns where the store it replaced lies.

    The replaced store is kept beside the backups, so a restore can itself be taken back.
    The project must be closed. Raises StoreError, ProjectBusy.
    """
    folder = folder.expanduser().resolve()
    verify(backup.path)
    with writing(folder):
        set_aside = folder / "backups" / f"replaced-{datetime.now(UTC).strftime(_STAMP)}"
        set_aside.mkdir(parents=True)
        part = folder / f".{uuid.uuid4().hex}.part"
        try:
            shutil.copyfile(backup.path, part)
            verify(part)
            _to_disk(part)
            for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
                if (folder / name).exists():
                    shutil.copyfile(folder / name, set_aside / name)
                    _to_disk(set_aside / name)
            # the old log must be gone before the new store stands: it would be played into it
            for name in (f"{DATABASE}-wal", f"{DATABASE}-shm"):
                (folder / name).unlink(missing_ok=True)
            part.replace(folder / DATABASE)
            _to_disk(folder)
        finally:
            part.unlink(missing_ok=True)
    return set_aside


def _read_only(copy: Path) -> sqlite3.Connection:
    """A copy nobody writes, opened without leaving a log or lock file beside it."""
    return sqlite3.connect(f"{copy.as_uri()}?immutable=1", uri=True)


def _copy(store: Path, copy: Path) -> None:
    """The committed state of a store in use; its own connection, so no open transaction is in."""
    with (
        contextlib.closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
