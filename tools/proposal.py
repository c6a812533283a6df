"""A proposal as data: what a tool would change, why, and what it costs. Nothing is done yet."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Effect = Literal["read", "edit", "slow", "paid"]


class Value(BaseModel):
    """Frozen, and strict about unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Value):
    """Where a reason can be checked. Times are rational text in source seconds."""

    kind: Literal[
        "caption", "speech", "screen text", "looks like", "senses", "technical", "title", "name",
        "length", "pause", "preference",
    ]  # fmt: skip
    footage_id: str = ""
    start_s: str = "0"
    end_s: str = "0"
    quote: str = ""  # stands word for word in the index; for senses one of its words, for a pause
    # nothing: there is none, for a preference its sentence


class Reason(Value):
    """Why, in words a creator reads, with evidence a program checks."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    verified: bool | None = None  # None: not checked yet
    problem: str = ""  # what the check found wrong


class Change(Value):
    """One thing that would change on the timeline. Times are rational text."""

    verb: Literal[
        "add", "move", "remove", "trim", "replace", "split", "transition", "title", "music",
        "resize", "sound", "speed", "grade",
    ]  # fmt: skip
    item_id: str
    what: str  # in words: "C0002.MP4 1.6-4.6 at 0:03.0"
    footage_id: str = ""
    in_s: str | None = None
    out_s: str | None = None
    start_s: str | None = None  # on the timeline


class Cost(Value):
    """The estimate a creator sees before approving."""

    seconds: float = 0.0
    money_usd: float = 0.0
    disk_bytes: int = 0


class Hole(Value):
    """A beat no footage fits. The gap stands on the timeline for it."""

    gap_id: str
    wanted: str
    start_s: str
    duration_s: str
    near_misses: tuple[str, ...] = ()  # in words, best first


class Proposal(Value):
    """What a tool proposes. `timeline` is the document of the edit after it, None if unchanged."""

    tool: str
    arguments: dict[str, Any]
    effect: Effect
    answer: str
    changes: tuple[Change, ...] = ()
    timeline: dict[str, Any] | None = None
    reasons: tuple[Reason, ...] = ()
    cost: Cost = Cost()
    holes: tuple[Hole, ...] = ()
    data: dict[str, Any] = {}  # what a read tool found, what a slow tool must make

    def action_hash(self) -> str:
        """SHA-256 over what approving would do: the tool, its arguments, the edit, the data."""
        body = self.model_dump(include={"tool", "arguments", "effect", "timeline", "data"})
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
