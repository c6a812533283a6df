"""What a hole could be filled with by generation, before anything is proposed."""

from __future__ import annotations

from typing import Any

from project.store import Project
from tools.fill import Fill, backends_from
from tools.filling.reading import FillArguments
from ui import fill_view


def ways_of(project: Project, item_id: str, words: str) -> dict[str, Any]:
    """The ways to make a shot for a hole with their estimates, and what each backend says.

    Raises BadArguments, NoSuchItem.
    """
    arguments = FillArguments.model_validate({"gap": item_id, "words": words})
    proposal = Fill().propose(arguments, project)
    data = proposal.data
    return {
        "answer": proposal.answer,
        "can": "ways" in data,
        "how": data.get("how", ""),
        "warnings": data.get("warnings", []),
        "draft": fill_view.draft_name(str(data.get("preview", ""))),
        "cost": proposal.cost.model_dump(),
        "ways": [
            {**way, "chosen": (way["mode"], way["backend"]) == (data["mode"], data["backend"])}
            for way in data.get("ways", ())
        ],
        "backends": backends(project),
    }


def backends(project: Project) -> list[dict[str, Any]]:
    """Every backend: whether it works here, and what it says of itself."""
    found = [(one.name, one.available()) for one in backends_from(project.settings)]
    return [{"name": name, "ok": gate.open, "reason": gate.reason} for name, gate in found]
