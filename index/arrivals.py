"""Which file is which: found again by its content, moved, brought twice, or new."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.analyse import VERSION
from index.scan import Candidate, shown
from index.sidecars import Folder, Sidecars
from media.errors import MediaError
from media.probe import fingerprint
from project import footage as store
from project.footage import Footage
from project.store import Project


@dataclass(slots=True)
class Arrival:
    """One file of this ingest on its way into the store."""

    candidate: Candidate
    footage: Footage  # its row as it will be, before anything is watched
    known: Footage | None  # the row the store has of it, perhaps at another path
    beside: Sidecars
    watched: bool = False  # the store's analysis of this very content can be used
    extra: list[str] = field(default_factory=list)

    @property
    def current(self) -> bool:
        """Whether the store already holds all of it, the sidecars included."""
        return self.watched and self.known == self.footage


def stamp(read_text: bool, beside: Sidecars) -> str:
    """What an analysis was made by: version, with or without text, what lay beside it."""
    return f"{_made_by(read_text)}/{beside.digest}"


def _made_by(read_text: bool) -> str:
    return f"{VERSION}/{'text' if read_text else 'no text'}"


def made_alike(footage: Footage, read_text: bool) -> bool:
    """Whether `footage` was watched by the analysers of today."""
    return footage.analysed_by.rpartition("/")[0] == _made_by(read_text)


def arrivals(
    project: Project, candidates: Sequence[Candidate], cancel: Callable[[], bool] | None = None
) -> list[Arrival]:
    """Each candidate with its place in the store: its id, and whether it must be watched."""
    read_text = project.settings.read_text
    prints = {}
    for candidate in candidates:
        if cancel is not None and cancel():
            break
        prints[candidate.path] = _print(project, candidate.path)
    rows = _Rows(project, prints)
    folders: dict[Path, Folder] = {}
    out = []
    for candidate in candidates:
        if candidate.path not in prints:
            continue
        beside = _beside(candidate.path, folders)
        known = rows.take(candidate.path)
        row = _row(candidate.path, prints[candidate.path], known, rows)
        row = replace(row, analysed_by=stamp(read_text, beside))
        watched = known is not None and known.fingerprint == row.fingerprint
        watched = watched and made_alike(known, read_text) if known else False
        out.append(Arrival(candidate, row, known, beside, watched))
    return out


class _Rows:
    """The store's rows handed out to files, each row to one file only."""

    def __init__(self, project: Project, prints: dict[Path, str]) -> None:
        self._prints = prints
        rows = store.all_footage(project)
        self._by_path = {row.path: row for row in rows}
        self._ids = {row.id for row in rows}
        self._lost: dict[str, list[Footage]] = {}
        for row in rows:
            if prints.get(row.path) != row.fingerprint and not _still_there(row, prints):
                self._lost.setdefault(row.fingerprint, []).append(row)
        self._moved: dict[Path, Footage] = {}
        for path, mark in prints.items():
            here = self._by_path.get(path)
            if (here is None or here.fingerprint != mark) and self._lost.get(mark):
                self._moved[path] = self._lost[mark].pop(0)
        self._gone = {row.id for row in self._moved.values()}

    def take(self, path: Path) -> Footage | None:
        """The row for `path`: the one moved here, else the one that was here."""
        if path in self._moved:
            return self._moved[path]
        here = self._by_path.get(path)
        return here if here is not None and here.id not in self._gone else None

    def fresh_id(self, mark: str) -> str:
        """An id from the content, the same for the same content in any project."""
        for number in range(1_000_000):
            name = "f" + hashlib.sha256(f"{mark}:{number}".encode()).hexdigest()[:8]
            if name not in self._ids:
                self._ids.add(name)
                return name
        raise RuntimeError("a million copies of one file are more than the ids can tell apart")


def _still_there(row: Footage, prints: dict[Path, str]) -> bool:
    """Whether a row outside this ingest still has its file, so that ours is another copy."""
    return row.path not in prints and row.path.is_file()


def _print(project: Project, path: Path) -> str:
    """The content's fingerprint; the store's where size and time of change are the same."""
    known = store.by_path(project, path)
    try:
        facts = path.stat()
        same = known and (known.bytes, known.mtime_ns) == (facts.st_size, facts.st_mtime_ns)
        return known.fingerprint if known and same else fingerprint(path)
    except (OSError, MediaError):
        return "unreadable-" + hashlib.sha256(os.fsencode(path)).hexdigest()


def _row(path: Path, mark: str, known: Footage | None, rows: _Rows) -> Footage:
    try:
        facts = path.stat()
        size, changed = facts.st_size, facts.st_mtime_ns
    except OSError:
        size, changed = 0, 0
    if known is not None:
        return replace(
            known, path=path, name=shown(path.name), folder=shown(path.parent),
            fingerprint=mark, bytes=size, mtime_ns=changed,
        )  # fmt: skip
    return Footage(
        id=rows.fresh_id(mark), path=path, name=shown(path.name), folder=shown(path.parent),
        fingerprint=mark, bytes=size, mtime_ns=changed, status="rejected",
    )  # fmt: skip


def _beside(path: Path, folders: dict[Path, Folder]) -> Sidecars:
    try:
        if path.parent not in folders:
            folders[path.parent] = Folder(path.parent)
        return folders[path.parent].beside(path)
    except OSError as error:
        return Sidecars(notes=(f"what lies beside it cannot be read: {error.strerror}",))
