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


class _Older(StoreError):
    """The store has to be brought up to date first, and only a writer may do that."""


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
        except BaseException:  # an interrupt too must not keep the lock
            self._release()
            raise

    @classmethod
    def create(cls, folder: Path, settings: Settings | None = None) -> Project:
        """A new project in `folder`, made if needed. Raises CreatorError if one is there."""
        folder = folder.expanduser().resolve()
        if (folder / DATABASE).exists():
            raise CreatorError(f"{folder} already holds a project; open it instead")
        if folder.is_dir() and any(each.name != "roughcut.toml" for each in folder.iterdir()):
            raise CreatorError(f"{folder} is not empty; a project wants a folder of its own")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CreatorError(f"{folder} cannot be made ({error.strerror})") from error
        return cls(folder, settings or load_settings(folder), write=True)

    @classmethod
    def open(cls, folder: Path, settings: Settings | None = None, *, write: bool = True) -> Project:
        """The project in `folder`, brought up to date where an older Roughcut wrote it.

        Raises NotAProject, ProjectBusy, StoreError.
        """
        folder = folder.expanduser().resolve()
        if not (folder / DATABASE).is_file():
            raise NotAProject(f"{folder} holds no project; make one with: roughcut new {folder}")
        chosen = settings or load_settings(folder)
        try:
            return cls(folder, chosen, write=write)
        except _Older:
            cls(folder, chosen, write=True).close()
            return cls(folder, chosen, write=False)

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
            try:
                with self._in_words():
                    self._db.execute("BEGIN IMMEDIATE")
                    self._depth = 1
                    yield self._db
                    self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:  # broken off; after some errors SQLite is out by itself
                    with contextlib.suppress(sqlite3.Error):
                        self._db.execute("ROLLBACK")
                self._depth = 0

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        """What a creator can do something about is raised as StoreError."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _code(error) in _PROBLEMS:
                raise _problem(error, self.folder) from error
            raise

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a question to the store. Raises StoreError."""
        with self._mutex, self._in_words():
            found: list[sqlite3.Row] = self._db.execute(sql, values).fetchall()
            return found

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row of a question to the store, or None. Raises StoreError."""
        with self._mutex, self._in_words():
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
    try:
        handle = (folder / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise CreatorError(
            f"{folder} cannot be written to ({error.strerror}); allow writing there, or copy the"
            " project to a place where you may"
        ) from error
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
    with contextlib.suppress(OSError):  # on a full disk the lock still holds, only unsigned
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
    return handle


_PROBLEMS = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space and try again, nothing was lost",
    sqlite3.SQLITE_READONLY: "it may not be written to; allow writing in the project's folder",
    sqlite3.SQLITE_CANTOPEN: "it may not be opened; allow reading and writing in its folder",
    sqlite3.SQLITE_IOERR: "the disk would not read or write; check it, nothing was committed",
    sqlite3.SQLITE_BUSY: "another program is writing to it; close that one, nothing was committed",
    sqlite3.SQLITE_CORRUPT: "it is damaged; a copy from its backups folder can take its place",
    sqlite3.SQLITE_NOTADB: "it is damaged; a copy from its backups folder can take its place",
}


def _code(error: sqlite3.DatabaseError) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _problem(error: sqlite3.DatabaseError, folder: Path) -> StoreError:
    """What an error of SQLite's means for the creator."""
    told = _PROBLEMS.get(_code(error), f"SQLite says: {error}")
    return StoreError(f"the project store in {folder}: {told}")


def _connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """The store opened. A store in a folder nobody may write to is read as it lies there."""
    mode = "rwc" if write else "ro"
    log_file = path.with_name(f"{path.name}-wal")
    if not write and not os.access(path.parent, os.W_OK) and not log_file.exists():
        mode = "ro&immutable=1"  # reading a WAL store otherwise makes files beside it
    try:
        db = sqlite3.connect(
            f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA busy_timeout = 5000")
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA foreign_keys = ON")
        if write:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
    except sqlite3.DatabaseError as error:
        raise _problem(error, path.parent) from error
    return db


def _migrate(db: sqlite3.Connection, folder: Path, *, write: bool) -> None:
    try:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise _problem(error, folder) from error
    if version > len(MIGRATIONS):
        raise StoreError(
            f"this project was written by a newer Roughcut (store version {version},"
            f" this one knows {len(MIGRATIONS)}); update Roughcut"
        )
    if version == len(MIGRATIONS):
        return
    if not write:
        raise _Older("this project is from an older Roughcut")
    if version > 0:
        copy = folder / "backups" / f"before-migration-{version}.db"
        copy.parent.mkdir(exist_ok=True)
        with contextlib.closing(sqlite3.connect(copy)) as target:
            db.backup(target)
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
