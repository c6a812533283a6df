"""The rooms are top-level packages; no installed distribution may own one of their names."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
from pathlib import Path

ROOMS = {"agent", "tools", "generator", "index", "project", "timeline", "media", "ui"}
CHECKOUT = Path(__file__).resolve().parents[2]


@functools.cache
def owners() -> dict[str, set[str]]:
    """Which distributions bring which top-level names, by their record and their file lists."""
    found: dict[str, set[str]] = {}
    for top, names in importlib.metadata.packages_distributions().items():
        found.setdefault(top, set()).update(names)
    for distribution in importlib.metadata.distributions():
        for file in distribution.files or ():
            top = file.parts[0].removesuffix(".py")
            if top in ROOMS:
                found.setdefault(top, set()).add(distribution.name)
    return found


def test_no_installed_distribution_owns_the_name_of_a_room() -> None:
    strangers = {room: owners().get(room, set()) - {"roughcut"} for room in sorted(ROOMS)}
    assert {room: names for room, names in strangers.items() if names} == {}


def test_the_check_sees_what_distributions_bring() -> None:
    assert "pytest" in owners()["_pytest"]


def test_each_room_is_imported_from_this_checkout() -> None:
    for room in ROOMS:
        spec = importlib.util.find_spec(room)
        assert spec is not None and spec.origin is not None
        assert Path(spec.origin).is_relative_to(CHECKOUT / room)
