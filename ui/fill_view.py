"""A fill as the page sees it: the ways to choose from, its draft, the takes that exist."""

from __future__ import annotations

import re
from typing import Any

from agent import state
from agent.values import Shown, Step
from project import history
from project.errors import CreatorError
from project.footage import Footage
from project.store import Project
from tools.filling import looks, takes, watching
from tools.filling.joining import MAY_LOOP
from tools.filling.place import place_of
from ui.views import View

_DRAFT = re.compile(r"[0-9a-f]{16}")
ANY = ("auto", "auto")  # mode and backend left to the tool


class WayView(View):
    """One mode by one backend."""

    mode: str
    backend: str
    called: str
    seconds: float
    money_usd: float
    why: str
    chosen: bool


class TakeView(View):
    """A shot that was made for a place."""

    number: int
    footage_id: str
    called: str  # what made it, with which seed
    middle_ms: int  # where its picture is taken
    stamp: str


class FillView(View):
    """What a creator can choose of a fill that waits for approval."""

    item_id: str
    how: str
    warnings: list[str]
    details: list[str]
    draft: str  # the name of its picture, "" where none was drawn
    ways: list[WayView]
    free: bool  # the way was left to the tool
    look: str
    looks: list[str]
    loop: bool | None  # whether it ends where it begins; None where it cannot
    by_chance: bool  # another seed would make another shot
    next_seed: int
    takes: list[TakeView]


def fill_part(project: Project, shown: Shown) -> FillView | None:
    """The choices of the fill that is shown; None for any other step."""
    data, asked = shown.proposal.data, shown.proposal.arguments
    if shown.step.tool != "fill" or "ways" not in data:
        return None
    return FillView(
        item_id=str(data["gap_id"]),
        how=str(data["how"]),
        warnings=list(data["warnings"]),
        details=list(data["details"]),
        draft=draft_name(str(data["preview"])),
        ways=_ways(project, shown),
        free=(asked.get("mode"), asked.get("backend")) == ANY,
        look=str(data["look"]),
        looks=list(looks.known(project)),
        loop=bool(data["loop"]) if data["mode"] in MAY_LOOP else None,
        by_chance=bool(data["by_chance"]),
        next_seed=int(data["next_seed"]),
        takes=_takes(project, str(data["take_key"])),
    )


def _ways(project: Project, shown: Shown) -> list[WayView]:
    """The ways that this step's proposals found, so that one can be gone back to."""
    here = shown.proposal.data
    rows = project.rows(
        "SELECT id FROM proposal WHERE step_id = ? AND id <= ? ORDER BY id", shown.step.id, shown.id
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        data = state.proposal_at(project, row["id"]).proposal.data
        if data.get("gap_id") == here["gap_id"] and data.get("look") == here["look"]:
            found |= {(way["mode"], way["backend"]): way for way in data.get("ways", ())}
    chosen = (here["mode"], here["backend"])
    return [WayView(**way, chosen=key == chosen) for key, way in found.items()]


def taken(project: Project, steps: tuple[Step, ...]) -> dict[int, tuple[str, list[TakeView]]]:
    """Step id -> its place and takes; of several fills of one place only the last has them."""
    last: dict[str, tuple[int, str]] = {}
    for step in steps:
        if step.tool != "fill" or step.status != "applied":
            continue
        stored = state.last_proposal(project, step.id)
        data = stored.proposal.data if stored else {}
        if data.get("take_key"):
            last[str(data["take_key"])] = (step.id, str(data["gap_id"]))
    found = {step: (place, _takes(project, key)) for key, (step, place) in last.items()}
    return {step: (place, made) for step, (place, made) in found.items() if made}


def takes_of(project: Project, item_id: str) -> list[TakeView]:
    """The takes of the made shot or hole with this id. Raises NoSuchItem, BadArguments."""
    place = place_of(item_id, history.current(project))
    return _takes(project, takes.place_key(place, project))


def _takes(project: Project, key: str) -> list[TakeView]:
    return [_take(number, made) for number, made in enumerate(takes.takes(key, project), 1)]


def _take(number: int, made: Footage) -> TakeView:
    return TakeView(
        number=number,
        footage_id=made.id,
        called=takes.called(made.origin) if made.origin else "made",
        middle_ms=int(made.picture_range.duration * 500),
        stamp=made.fingerprint[:10],
    )


# --- pictures


def draft(project: Project, name: str) -> bytes:
    """The JPEG of a draft by its name. Raises CreatorError."""
    return _picture(project, name, "")


def making(project: Project) -> str:
    """The name of the picture of the shot that is being made, with its age; "" for none."""
    row = project.row(
        "SELECT action_hash FROM proposal WHERE status = 'approved' ORDER BY id DESC LIMIT 1"
    )
    if row is None:
        return ""
    try:
        stamp = watching.picture(project, row["action_hash"]).stat().st_mtime_ns
    except FileNotFoundError:
        return ""
    return f"{row['action_hash'][:16]}?v={stamp}"


def under_way(project: Project, name: str) -> bytes:
    """The newest JPEG of the shot that is being made. Raises CreatorError."""
    return _picture(project, name, "now-")


def draft_name(path: str) -> str:
    """The name of a draft's picture by where it lies; "" where there is none."""
    name = path.rpartition("/")[2].removesuffix(".jpg")
    return name if _DRAFT.fullmatch(name) else ""


def _picture(project: Project, name: str, prefix: str) -> bytes:
    if not _DRAFT.fullmatch(name):
        raise CreatorError("that is no name of a draft")
    try:
        return (project.cache / "drafts" / f"{prefix}{name}.jpg").read_bytes()
    except FileNotFoundError as error:
        raise CreatorError("this picture is gone; propose the step again") from error
