"""The versions of a film that the assistant compared last, for the window of versions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from agent import state, writing
from agent.binding import NOTE
from agent.versions import compared, number_of
from project.store import Project
from ui.view import View


class AlternativeView(View):
    """One of them. `clips` are spans of footage: footage_id, name, in_s, out_s."""

    number: int
    length_s: float
    clips: list[dict[str, Any]]
    holes: list[str]
    differs: str  # from the first, in words; "" of the first
    proposed: bool  # it is what waits for a decision now


class AlternativesView(View):
    """What was compared; no versions where nothing was."""

    film: str
    versions: list[AlternativeView]


def alternatives(project: Project) -> AlternativesView:
    """The versions as they were compared, in their order."""
    found = compared(project)
    if not found.rows:
        return AlternativesView(film="", versions=[])
    plan_id = state.newest_plan(project)
    shown = state.view(project, plan_id).shown if plan_id is not None else None
    now = number_of(shown, found.rows) if shown is not None else None
    return AlternativesView(
        film=writing.described(found.goal).replace(NOTE, ", "),
        versions=[_version(row, proposed=row["number"] == now) for row in found.rows],
    )


def _version(row: dict[str, Any], *, proposed: bool) -> AlternativeView:
    return AlternativeView(
        number=row["number"],
        length_s=float(Fraction(row["length_s"])),
        clips=[
            {
                "footage_id": clip["footage_id"],
                "name": clip["name"],
                "in_s": float(Fraction(clip["start_s"])),
                "out_s": float(Fraction(clip["end_s"])),
            }
            for clip in row["clips"]
        ],
        holes=row["holes"],
        differs=row["differs"],
        proposed=proposed,
    )
