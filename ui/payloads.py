"""What the page may send, checked before anything is done: closed pydantic types.

Unknown fields are refused, lengths are bounded, and `project` names the project the page shows.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from agent.values import DecisionWord
from ui.ops import AnyOp, Unread, read


class Payload(BaseModel):
    """Closed; `project` names the project the page shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    project: str = Field(max_length=64)


class Batch(Payload):
    """Edits by hand, in order. `seq` comes back as `ack`."""

    seq: int
    drawn_on: int | None = None  # the edit that the page drew them on, 0 before the first
    ops: list[Annotated[AnyOp | Unread, PlainValidator(read)]] = Field(max_length=200)


class Ask(Payload):
    """A goal, or an answer to a question. selection: the item that "this clip" means."""

    words: str = Field(min_length=1, max_length=4000)
    selection: str = Field(default="", max_length=64)


class Decide(Payload):
    """A decision about the shown proposal, named by nonce, hash and revision."""

    decision: DecisionWord
    nonce: str = Field(max_length=200)
    action_hash: str = Field(max_length=200)
    revision: int
    arguments: dict[str, Any] | None = None
    note: str = Field(default="", max_length=2000)


class MakeShot(Payload):
    """A shot to be proposed for a hole, or another take of a made shot."""

    item_id: str = Field(min_length=1, max_length=64)
    words: str = Field(default="", max_length=500)


class Nothing(BaseModel):
    """Closed and empty: the event says all."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenProject(BaseModel):
    """A project folder typed by the creator."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    folder: str = Field(min_length=1, max_length=4096)
    create: bool = False


class Recent(BaseModel):
    """A project of the list of recent ones, by its id."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(min_length=1, max_length=64)


class Import(Payload):
    """A folder or file on this machine to ingest."""

    folder: str = Field(min_length=1, max_length=4096)


class Correct(Payload):
    """What a creator knows better."""

    footage_id: str = Field(max_length=64)
    field: Literal["title", "summary", "caption", "people", "place", "thing"]
    value: str = Field(max_length=2000)
    start_s: str | None = None
    end_s: str | None = None


class Export(Payload):
    """What the edit should leave as."""

    kind: Literal["mp4", "otio", "fcpxml", "edl", "srt"]
    key: str = Field(min_length=8, max_length=64)


class JobOf(Payload):
    """A job to cancel."""

    job_id: int


class Again(JobOf):
    """A job that failed, to be tried again under a key of the page's own."""

    key: str = Field(min_length=8, max_length=64)


class Change(Payload):
    """Settings that the page changed, by name."""

    changes: dict[str, str | int | float | bool] = Field(max_length=40)


class Preferred(Payload):
    """A preference kept in words, in place of the one with a number, or forgotten."""

    action: Literal["keep", "forget"]
    words: str = Field(default="", max_length=400)
    number: int | None = Field(default=None, ge=1, le=1000)


class TestModel(Change):
    """A model to be called once, with the settings as they stand on the page."""

    part: Literal["brain", "captioner", "transcriber", "vectors", "video"]
