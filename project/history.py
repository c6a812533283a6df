"""The edit's history in the store: append-only, with a head that undo and redo move."""

from __future__ import annotations

import functools
import sqlite3
import uuid
from dataclasses import dataclass
from typing import Literal

from project.errors import CreatorError, NothingToDo
from project.store import Project, now
from timeline import document
from timeline.model import Timeline

Actor = Literal["agent", "hand", "import"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One state the timeline was in, and what led to it."""

    id: int
    parent_id: int | None
    digest: str
    label: str
    actor: Actor
    created_at: str


def _edit(row: sqlite3.Row) -> Edit:
    return Edit(
        row["id"], row["parent_id"], row["digest"], row["label"], row["actor"], row["created_at"]
    )


def _head_row(project: Project) -> sqlite3.Row | None:
    return project.row(
        "SELECT edit.* FROM head JOIN edit ON edit.id = head.edit_id ORDER BY head.id DESC LIMIT 1"
    )


def head(project: Project) -> Edit | None:
    """The edit the timeline stands at; None before the first one."""
    row = _head_row(project)
    return _edit(row) if row else None


def current(project: Project) -> Timeline:
    """The timeline as it stands; an empty one before the first edit."""
    row = _head_row(project)
    return _read(row["document"]) if row else Timeline()


@functools.lru_cache(maxsize=4)
def _read(text: str) -> Timeline:
    """The timeline of a document; several ask for the same one around an edit."""
    return document.loads(text)


def commit(
    project: Project, timeline: Timeline, label: str, *, actor: Actor, key: str | None = None
) -> Edit:
    """`timeline` as the new head, one undo step. The same key again changes nothing."""
    key = key or uuid.uuid4().hex
    with project.transaction() as db:
        known = db.execute("SELECT * FROM edit WHERE key = ?", (key,)).fetchone()
        if known:
            return _edit(known)
        parent = head(project)
        if parent is None:
            parent = _append(db, None, Timeline(), "Empty timeline", "import", f"root-{key}")
        edit = _append(db, parent.id, timeline, label, actor, key)
        project.bump()
        return edit


def _append(
    db: sqlite3.Connection,
    parent: int | None,
    timeline: Timeline,
    label: str,
    actor: Actor,
    key: str,
) -> Edit:
    text = document.dumps(timeline)
    row = db.execute(
        "INSERT INTO edit (parent_id, document, digest, label, actor, key, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (parent, text, document.digest_of(text), label, actor, key, now()),
    ).fetchone()
    _move(db, row["id"], "edit", f"edit-{key}")
    return _edit(row)


def made(project: Project, key: str) -> bool:
    """Whether something was done under this key already: an edit, or a step through them."""
    return bool(
        project.row("SELECT 1 FROM edit WHERE key = ?", key)
        or project.row("SELECT 1 FROM head WHERE key = ?", key)
    )


def is_newest(project: Project, key: str) -> bool:
    """Whether what was done last was done under this key."""
    row = project.row("SELECT key FROM head ORDER BY id DESC LIMIT 1")
    return row is not None and row["key"] in (key, f"edit-{key}")


def _move(db: sqlite3.Connection, edit_id: int, move: str, key: str) -> None:
    db.execute(
        "INSERT INTO head (edit_id, move, key, created_at) VALUES (?, ?, ?, ?)",
        (edit_id, move, key, now()),
    )


def undo(project: Project, *, key: str | None = None) -> Edit:
    """The head moved one edit back. Raises NothingToDo at the first state."""
    with project.transaction() as db:
        here = head(project)
        if key and db.execute("SELECT 1 FROM head WHERE key = ?", (key,)).fetchone() and here:
            return here
        if here is None or here.parent_id is None:
            raise NothingToDo("there is nothing to undo: the timeline is at its first state")
        _move(db, here.parent_id, "undo", key or uuid.uuid4().hex)
        project.bump()
        return _require(project, here.parent_id)


def newer(project: Project) -> Edit | None:
    """The edit that `redo` would go to: made from here, and last stood at; None without one."""
    here = head(project)
    if here is None:
        return None
    row = project.row(
        "SELECT edit.* FROM edit JOIN head ON head.edit_id = edit.id"
        " WHERE edit.parent_id = ? ORDER BY head.id DESC LIMIT 1",
        here.id,
    )
    return _edit(row) if row else None


def redo(project: Project, *, key: str | None = None) -> Edit:
    """The head moved forward to the edit made from here that it last stood at.

    Raises NothingToDo.
    """
    with project.transaction() as db:
        here = head(project)
        if key and db.execute("SELECT 1 FROM head WHERE key = ?", (key,)).fetchone() and here:
            return here
        child = newer(project)
        if child is None:
            raise NothingToDo("there is nothing to redo: the timeline is at its newest state")
        _move(db, child.id, "redo", key or uuid.uuid4().hex)
        project.bump()
        return child


def _require(project: Project, edit_id: int) -> Edit:
    row = project.row("SELECT * FROM edit WHERE id = ?", edit_id)
    if row is None:
        raise CreatorError(f"there is no edit {edit_id} in this project's history")
    return _edit(row)


def at(project: Project, edit_id: int) -> Timeline:
    """The timeline as edit `edit_id` left it. Raises CreatorError."""
    _require(project, edit_id)
    row = project.row("SELECT document FROM edit WHERE id = ?", edit_id)
    assert row is not None  # _require raised otherwise
    return document.loads(row["document"])


def edits(project: Project) -> list[Edit]:
    """Every edit ever made, oldest first."""
    return [_edit(row) for row in project.rows("SELECT * FROM edit ORDER BY id")]


def name_version(project: Project, name: str) -> Edit:
    """The head kept under `name`. Raises NothingToDo before the first edit."""
    with project.transaction() as db:
        here = head(project)
        if here is None:
            raise NothingToDo("there is no edit yet to name a version of")
        db.execute(
            "INSERT INTO version VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET edit_id = excluded.edit_id,"
            " created_at = excluded.created_at",
            (name, here.id, now()),
        )
        return here


def versions(project: Project) -> dict[str, Edit]:
    """Named versions, oldest first."""
    found = project.rows(
        "SELECT version.name AS version_name, edit.* FROM version"
        " JOIN edit ON edit.id = version.edit_id ORDER BY version.created_at"
    )
    return {row["version_name"]: _edit(row) for row in found}


def restore(project: Project, edit_id: int, *, key: str | None = None) -> Edit:
    """The head moved to `edit_id`, itself undone by moving on. Raises CreatorError."""
    with project.transaction() as db:
        edit = _require(project, edit_id)
        _move(db, edit.id, "restore", key or uuid.uuid4().hex)
        project.bump()
        return edit
