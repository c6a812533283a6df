"""Which footage any search has brought so far: ids in the cache, written when one is new."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from pathlib import Path

from project.store import Project

_writing = threading.Lock()


def note(project: Project, footage_ids: Iterable[str]) -> None:
    """Footage that a search brought, remembered."""
    with _writing:
        before = seen(project)
        now = before | set(footage_ids)
        if now == before:
            return
        place = _place(project)
        part = place.with_suffix(".part")
        part.write_text(json.dumps(sorted(now)), encoding="utf-8")
        part.replace(place)


def seen(project: Project) -> set[str]:
    """The ids noted so far; none where the cache was emptied."""
    try:
        return set(json.loads(_place(project).read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError):
        return set()


def _place(project: Project) -> Path:
    return project.cache / "returned.json"
