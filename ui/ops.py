"""What the page may ask of the timeline by hand: closed, typed ops, each one undo step.

Times are decimal text and are snapped to whole frames where they are run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Seconds = Annotated[str, Field(pattern=r"^\d{1,7}(\.\d{1,9})?$")]
Name = Annotated[str, Field(min_length=1, max_length=64)]


class Op(BaseModel):
    """One edit by hand. `key` is the page's own id of the operation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str = Field(min_length=8, max_length=64)


class Insert(Op):
    """A span of footage put on V1, in front of what starts at or after `at_s`."""

    op: Literal["insert"]
    footage_id: Name
    in_s: Seconds
    out_s: Seconds
    at_s: Seconds | None = None


class Move(Op):
    """A clip moved to another place in its track; `index` counts what stays."""

    op: Literal["move"]
    id: Name
    index: int = Field(ge=0, le=100_000)


class MoveAlone(Op):
    """A clip moved to another time, over what plays there; a gap stays where it was."""

    op: Literal["move-alone"]
    id: Name
    at_s: Seconds


class Trim(Op):
    """A clip's in and out point in source seconds; the one not given stays.

    ripple: what is later moves along; else a gap beside the clip takes or gives the difference.
    """

    op: Literal["trim"]
    id: Name
    in_s: Seconds | None = None
    out_s: Seconds | None = None
    ripple: bool = True


class Split(Op):
    """The V1 clip under `at_s` cut in two."""

    op: Literal["split"]
    at_s: Seconds


class Delete(Op):
    """A clip or gap taken out; `lift` leaves a gap where it was."""

    op: Literal["delete"]
    id: Name
    lift: bool = False


class Fill(Op):
    """A hole filled with the start of a span of footage."""

    op: Literal["fill"]
    id: Name
    footage_id: Name
    in_s: Seconds


class Take(Op):
    """A made shot, or its hole, given another of the takes that were made for the place."""

    op: Literal["take"]
    id: Name
    footage_id: Name


class Swap(Op):
    """Another moment in the place of a clip; it stands for the same beat."""

    op: Literal["swap"]
    id: Name
    footage_id: Name
    in_s: Seconds
    out_s: Seconds


class Reshoot(Op):
    """A hole put on the list of what is to be filmed, as a note that leaves with the timeline."""

    op: Literal["reshoot"]
    id: Name


class AddNote(Op):
    """A remark at a place of the timeline."""

    op: Literal["note"]
    text: str = Field(min_length=1, max_length=300)
    at_s: Seconds


class RemoveNote(Op):
    """A marker taken away."""

    op: Literal["unnote"]
    id: Name


class Sound(Op):
    """A clip's own sound: level and silence."""

    op: Literal["sound"]
    id: Name
    gain_db: float = Field(ge=-60, le=12)
    muted: bool = False


class Crossfade(Op):
    """A crossfade over the cut behind a clip."""

    op: Literal["crossfade"]
    id: Name
    fade_s: Seconds


class AddTitle(Op):
    """Words over the picture from `at_s` on."""

    op: Literal["title"]
    text: str = Field(min_length=1, max_length=200)
    at_s: Seconds
    length_s: Seconds = "3"
    style: Literal["title", "lower-third", "subtitle"] = "title"


class RemoveTitle(Op):
    """A title taken off."""

    op: Literal["untitle"]
    id: Name


class Walk(Op):
    """Undo or redo of one step."""

    op: Literal["undo", "redo"]


class KeepVersion(Op):
    """The edit as it stands kept under a name."""

    op: Literal["keep"]
    name: str = Field(min_length=1, max_length=60)


class Restore(Op):
    """The head moved to a kept version; moving on undoes it."""

    op: Literal["restore"]
    edit_id: int


AnyOp = Annotated[
    Insert | Move | MoveAlone | Trim | Split | Delete | Fill | Take | Swap | Reshoot
    | AddNote | RemoveNote | Sound | Crossfade | AddTitle | RemoveTitle | Walk | KeepVersion
    | Restore,
    Field(discriminator="op"),
]  # fmt: skip
_READ: TypeAdapter[AnyOp] = TypeAdapter(AnyOp)


@dataclass(frozen=True, slots=True)
class Unread:
    """What came in place of an op and cannot be read as one, told in words."""

    told: str


def read(value: object) -> AnyOp | Unread:
    """What the page sent as one op."""
    try:
        return _READ.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "edit"
        return Unread(f"an edit could not be read and was left out ({place}: {first['msg']})")
