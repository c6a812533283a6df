"""The project's SQLite file: opened under a lock, migrated, written in whole transactions."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from project.errors import CreatorError, NotAProject, ProjectBusy, RoughcutError, StoreError
from project.schema import MIGRATIONS
from project.settings import Settings, load_settings

DATABASE = "roughcut.db"
LOCK = "roughcut.lock"
log = logging.getLogger(__name__)


def now() -> str:
    """The time in UTC as ISO 8601 to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Project:
    """A project folder that is open: its store, its folders, its settings.

    One process writes at a time, held by a file lock; any number may read with
    `write=False`. Every method may be called from any thread: one connection, one lock.
    """

    def __init__(self, folder: Path, settings: Settings, *, write: bool) -> None:
        self.folder, self.settings, self.write = folder, settings, write
        self._mutex = threading.RLock()
        self._depth = 0
        self._lock_file: IO[str] | None = _take_lock(folder) if write else None
        try:
            self._db = _connect(folder / DATABASE, write=write)
            _migrate(self._db, folder, write=write)
        except BaseException:
            self._release()
            raise

    @classmethod
    def create(cls, folder: Path, settings: Settings | None = None) -> Project:
        """A new project in `folder`, made if needed. Raises CreatorError if one is there."""
        folder = folder.expanduser().resolve()
        if (folder / DATABASE).exists():
            raise CreatorError(f"{folder} already holds a project; open it instead")
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, settings or load_settings(folder), write=True)

    @classmethod
    def open(cls, folder: Path, settings: Settings | None = None, *, write: bool = True) -> Project:
        """The project in `folder`. Raises NotAProject, ProjectBusy, StoreError."""
        folder = folder.expanduser().resolve()
        if not (folder / DATABASE).is_file():
            raise NotAProject(f"{folder} holds no project; make one with: roughcut new {folder}")
        return cls(folder, settings or load_settings(folder), write=write)

    def close(self) -> None:
        """The store closed, a backup made first when one is due."""
        with self._mutex:
            if self._lock_file is not None:
                self._back_up_if_due()
            self._db.close()
            self._release()

    def back_up(self) -> Path:
        """Where a fresh, checked copy of the store lies. Raises StoreError, CreatorError."""
        from project import backup  # it opens stores itself

        return backup.back_up(self).path

    def _back_up_if_due(self) -> None:
        from project import backup

        try:
            if backup.due(self):
                backup.back_up(self)
        except (RoughcutError, OSError, sqlite3.Error) as error:
            # the work itself is committed; closing must not fail for the want of a copy
            log.warning("no backup of %s was made: %s", self.folder, error)

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _release(self) -> None:
        if self._lock_file is not None:
            self._lock_file.close()  # closing drops the flock
            self._lock_file = None

    # --- reading and writing

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: commits at the end, or leaves nothing. Inner ones join."""
        if not self.write:
            raise CreatorError("this project was opened for reading only")
        with self._mutex:
            if self._depth:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            else:
                self._db.execute("COMMIT")
            finally:
                self._depth = 0

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a question to the store."""
        with self._mutex:
            found: list[sqlite3.Row] = self._db.execute(sql, values).fetchall()
            return found

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row of a question to the store, or None."""
        with self._mutex:
            found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return found

    @property
    def revision(self) -> int:
        """Counts every change of what a proposal can depend on; see `bump`."""
        found = self.row("SELECT value FROM meta WHERE key = 'revision'")
        return int(found["value"]) if found else 0

    def bump(self) -> int:
        """The next revision, set inside the caller's transaction."""
        with self.transaction() as db:
            db.execute(
                "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
                " WHERE key = 'revision'"
            )
        return self.revision

    # --- folders beside the store, made when first asked for

    def _sub(self, *parts: str) -> Path:
        path = self.folder.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def cache(self) -> Path:
        """Everything here can be made again: parts, thumbnails, proxies."""
        return self._sub("cache")

    @property
    def generated(self) -> Path:
        """Generated footage; as dear as the store itself."""
        return self._sub("generated")

    @property
    def vectors(self) -> Path:
        return self._sub("vectors")

    @property
    def backups(self) -> Path:
        return self._sub("backups")


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """The right to write in a project folder while its store is closed. Raises ProjectBusy."""
    with _take_lock(folder):
        yield


def _take_lock(folder: Path) -> IO[str]:
    handle = (folder / LOCK).open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.seek(0)
        holder = handle.read().strip() or "unknown"
        handle.close()
        raise ProjectBusy(
            f"{folder} is open for writing in another Roughcut (process {holder});"
            " close that one first, or use its window"
        ) from error
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def _connect(path: Path, *, write: bool) -> sqlite3.Connection:
    uri = f"{path.as_uri()}?mode={'rwc' if write else 'ro'}"
    try:
        db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA busy_timeout = 5000")
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA foreign_keys = ON")
        if write:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path} cannot be read as a project store ({error});"
            " a copy from its backups folder can take its place"
        ) from error
    return db


def _migrate(db: sqlite3.Connection, folder: Path, *, write: bool) -> None:
    try:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"the store in {folder} is damaged ({error});"
            " a copy from its backups folder can take its place"
        ) from error
    if version > len(MIGRATIONS):
        raise StoreError(
            f"this project was written by a newer Roughcut (store version {version},"
            f" this one knows {len(MIGRATIONS)}); update Roughcut"
        )
    if version == len(MIGRATIONS):
        return
    if not write:
        raise StoreError("this project is from an older Roughcut; open it for writing once")
    if version > 0:
        copy = folder / "backups" / f"before-migration-{version}.db"
        copy.parent.mkdir(exist_ok=True)
        with contextlib.closing(sqlite3.connect(copy)) as target:
            db.backup(target)
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
