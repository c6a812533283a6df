"""The looks that a project has learned: which there are, and which one a fill is drawn in."""

from __future__ import annotations

import re
from pathlib import Path

from project.errors import BadArguments
from project.store import Project
from timeline.model import Origin
from tools.dailies import listed

USUAL = "mine"  # the name of a look that was given none
NONE = "none"  # asks for no look, not even that of the take before
DRAWS = "builtin"  # the only backend that draws in a look
_MADE_IN = re.compile(r", look ([\w-]+)$")


def folder(project: Project) -> Path:
    """Where the looks of a project lie, whether there are any or not."""
    return project.folder / "looks"


def known(project: Project) -> dict[str, Path]:
    """The looks by name."""
    return {file.stem: file for file in sorted(folder(project).glob("*.safetensors"))}


def named(asked: str, project: Project) -> tuple[str, Path]:
    """The look that is asked for; "mine" is also the only one there is, whatever it is called.

    Raises BadArguments with the looks there are.
    """
    have = known(project)
    told = asked.strip()
    if told not in have and told.casefold() == USUAL and len(have) == 1:
        told = next(iter(have))
    if told in have:
        return told, have[told]
    if not have:
        raise BadArguments(
            f"the look {told!r} was asked for and none is learned yet; teach one with:"
            f" roughcut look learn FOOTAGE --name {told}"
        )
    raise BadArguments(f"there is no look {told!r}; there are: {listed(list(have))}")


def model_in(model: str, look: str) -> str:
    """What a shot's origin says of the model that made it: "S, look beach"."""
    return f"{model}, look {look}" if look else model


def look_of(origin: Origin) -> str:
    """The look a shot was made in; "" for none."""
    found = _MADE_IN.search(origin.model)
    return found[1] if found else ""
