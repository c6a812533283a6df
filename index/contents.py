"""Footage by its content: files that are the same are understood once."""

from __future__ import annotations

from collections.abc import Sequence

from project import footage as store
from project.footage import Footage
from project.store import Project


def contents(project: Project, ids: Sequence[str] | None) -> list[list[Footage]]:
    """The footage asked for, all where `ids` is None: each content once, with all its copies.

    The one that was asked for comes first of them. Raises CreatorError where an id is unknown.
    """
    groups: dict[str, list[Footage]] = {}
    if ids is None:
        for each in store.all_footage(project):
            groups.setdefault(each.fingerprint, []).append(each)
        return list(groups.values())
    for each in (store.find(project, one) for one in dict.fromkeys(ids)):
        if each.fingerprint not in groups:
            alike = store.by_fingerprint(project, each.fingerprint)
            groups[each.fingerprint] = sorted(alike, key=lambda one: one.id != each.id)
    return list(groups.values())
