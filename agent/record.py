"""What the store kept about a clip: the reasons it was proposed with, and every edit since."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from project.store import Project
from timeline import document
from timeline.model import Clip, Timeline
from timeline.time import TimeRange
from tools.changes import changes
from tools.proposal import Evidence, Proposal, Reason
from tools.reasons import check

LOOKED_AT = 400  # edits back from the one that stands; what lies before is not told

_CHAIN = """
    WITH RECURSIVE line (id, parent_id, depth) AS (
        SELECT edit.id, edit.parent_id, 0 FROM edit
        WHERE edit.id = (SELECT edit_id FROM head ORDER BY id DESC LIMIT 1)
        UNION ALL
        SELECT edit.id, edit.parent_id, depth + 1 FROM edit JOIN line ON edit.id = line.parent_id
        WHERE depth < ?
    )
    SELECT edit.* FROM line JOIN edit USING (id) ORDER BY depth
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The proposal behind an edit: what it was for, and who approved it."""

    proposal: Proposal
    tool: str
    intent: str
    goal: str  # as the creator typed it
    approval: str  # "you approved it" ..., "" while nobody has


@dataclass(frozen=True, slots=True)
class Touch:
    """One edit that changed a clip, in words."""

    edit_id: int
    label: str
    actor: str
    what: str
    came: bool  # the clip was not there before
    at: str


@dataclass(frozen=True, slots=True)
class Kept:
    """All there is about a clip. `touches` are newest first."""

    reasons: tuple[Reason, ...]  # the stored ones, checked again now
    asked: Asked | None
    touches: tuple[Touch, ...]


def line(project: Project) -> list[sqlite3.Row]:
    """The edits that led to the timeline as it stands, newest first."""
    return project.rows(_CHAIN, LOOKED_AT)


def kept(clip: Clip, project: Project, shown: Proposal | None = None) -> Kept:
    """What is kept about a clip of the timeline that stands, or of the proposal that is shown."""
    edits = line(project)
    touches = tuple(_touches(clip.id, edits))
    asked = None
    if shown is not None and _given(clip, shown):
        asked = Asked(shown, shown.tool, "", "", "")
    else:
        asked = next((a for a in behind(edits, project) if _given(clip, a.proposal)), None)
        if asked is None and touches and touches[-1].came:  # made shots carry what made them
            [came] = [edit for edit in edits if edit["id"] == touches[-1].edit_id]
            asked = next(behind([came], project), None)
    stored = _given(clip, asked.proposal) if asked else ()
    if not stored:
        stored = tuple(Reason(text=text) for text in clip.reasons)
    return Kept(tuple(_now(reason, project) for reason in stored), asked, touches)


def _given(clip: Clip, proposal: Proposal) -> tuple[Reason, ...]:
    """The reasons of a proposal that the clip carries."""
    return tuple(reason for reason in proposal.reasons if reason.text in clip.reasons)


def _now(reason: Reason, project: Project) -> Reason:
    return check(reason, project) if reason.evidence else reason


def plays(evidence: Evidence, clip: Clip) -> bool:
    """Whether any of what a reason cites lies inside what the clip plays now."""
    if evidence.footage_id != clip.footage_id:
        return False
    cited = TimeRange(Fraction(evidence.start_s), Fraction(evidence.end_s))
    return cited.overlap(clip.source) > 0


def behind(edits: Sequence[sqlite3.Row], project: Project) -> Iterator[Asked]:
    """The proposals behind edits of the agent, in their order."""
    for edit in edits:
        if edit["actor"] != "agent":
            continue
        row = project.row(
            "SELECT proposal.document, step.tool, step.intent, plan.goal_text,"
            " (SELECT note FROM decision WHERE proposal_id = proposal.id AND decision = 'approve')"
            " AS note FROM proposal JOIN step ON step.id = proposal.step_id"
            " JOIN plan ON plan.id = step.plan_id WHERE proposal.nonce = ?",
            edit["key"],
        )
        if row is not None:
            by = f"approved {row['note']}" if row["note"] else "you approved it"
            yield Asked(
                Proposal.model_validate_json(row["document"]),
                row["tool"],
                row["intent"],
                row["goal_text"],
                by,
            )


def _touches(clip_id: str, edits: Sequence[sqlite3.Row]) -> Iterator[Touch]:
    """The edits that changed the clip, back to the one that it came with, newest first."""
    for place, edit in enumerate(edits):
        if clip_id not in edit["document"]:
            return
        parent = edits[place + 1] if place + 1 < len(edits) else None
        told = _difference(clip_id, parent, edit)
        if told is not None:
            what, came = told
            yield Touch(edit["id"], edit["label"], edit["actor"], what, came, edit["created_at"])
            if came:
                return


def _difference(
    clip_id: str, parent: sqlite3.Row | None, edit: sqlite3.Row
) -> tuple[str, bool] | None:
    """What an edit did to the clip, in words; None where it did nothing to it."""
    if parent is not None and _item(clip_id, parent) == _item(clip_id, edit):
        return None
    before = document.loads(parent["document"]) if parent else Timeline()
    after = document.loads(edit["document"])
    told = next((c for c in changes(before, after) if c.item_id == clip_id), None)
    came = clip_id not in {i.id for t in before.tracks for i in t.items}
    return (told.what if told else "", came)


def _item(clip_id: str, edit: sqlite3.Row) -> Any:
    """The clip as the edit's document has it, without making a timeline of it."""
    if clip_id not in edit["document"]:
        return None
    for track in json.loads(edit["document"])["tracks"]:
        for item in track["items"]:
            if item.get("id") == clip_id:
                return item
    return None
