"""The projects that were opened last, kept in the user's own state folder and nowhere else."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from platformdirs import user_state_path

from project.errors import CreatorError
from project.store import DATABASE
from ui.view import View
from ui.views import folder_id

log = logging.getLogger(__name__)
MOST = 12


class RecentView(View):
    """A project for the first screen; the page names it by `id` and never sees its path.

    place: the name of the folder it lies in; there: whether it still is where it was.
    """

    id: str
    name: str
    place: str
    there: bool


def recent() -> list[RecentView]:
    """Those opened last, newest first; also those that are not where they were."""
    return [
        RecentView(
            id=folder_id(folder),
            name=folder.name,
            place=folder.parent.name,
            there=(folder / DATABASE).is_file(),
        )
        for folder in _kept()
    ]


def found(project_id: str) -> Path:
    """The folder of the recent project with this id. Raises CreatorError where none has it."""
    for folder in _kept():
        if folder_id(folder) == project_id:
            return folder
    raise CreatorError("that project is not on the list any more; open it by its folder")


def remember(folder: Path) -> None:
    """`folder` as the newest. A list that cannot be written costs a warning, no project."""
    _write([folder, *(other for other in _kept() if other != folder)])


def forget(folder: Path) -> None:
    """`folder` off the list; the project itself stays as it is."""
    _write([other for other in _kept() if other != folder])


def _file() -> Path:
    return user_state_path("roughcut") / "recent.json"


def _kept() -> list[Path]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
        return [Path(folder) for folder in found if isinstance(folder, str)][:MOST]
    except (OSError, ValueError, TypeError):
        return []


def _write(folders: list[Path]) -> None:
    out = _file()
    part = out.with_suffix(f".{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps([str(folder) for folder in folders[:MOST]]), encoding="utf-8")
        part.replace(out)
    except OSError as error:
        log.warning("the list of recent projects was not written: %s", error)
