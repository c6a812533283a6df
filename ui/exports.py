"""Where exports are written and how the page finds them: by name, never by path."""

from __future__ import annotations

import re
from pathlib import Path

from project import history
from project.errors import CreatorError
from project.store import Project

KINDS = {
    "mp4": "video/mp4",
    "otio": "application/json",
    "fcpxml": "application/xml",
    "edl": "text/plain",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,120}\.(mp4|otio|fcpxml|edl|srt|vtt)")


def folder(project: Project) -> Path:
    """The project's exports, made when first asked for."""
    path = project.folder / "exports"
    path.mkdir(exist_ok=True)
    return path


def place(project: Project, kind: str) -> Path:
    """The name of an export of the edit as it stands: the project's, with the edit's number."""
    head = history.head(project)
    if head is None:
        raise CreatorError("the timeline is empty; there is nothing to export yet")
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", project.folder.name).strip("-.") or "rough-cut"
    return folder(project) / f"{stem[:60]}-{head.id:04}.{kind}"


def found(project: Project, name: str) -> Path:
    """The export called `name`. Raises CreatorError for anything that is not one."""
    path = folder(project) / name
    inside = _NAME.fullmatch(name) and path.resolve().parent == folder(project).resolve()
    if not inside or not path.is_file():
        raise CreatorError("there is no such export; export it again")
    return path
