"""What a fill is given to hold on to beside its neighbours: pictures, placed things, a region."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from generator.values import Box, Condition, ShotRequest
from media.stills import still
from project import footage as store
from project.errors import BadArguments
from project.footage import Footage
from project.store import Project
from timeline.model import Reframe
from timeline.time import exact
from tools.filling.framing import framed
from tools.shape import Arguments


class Area(Arguments):
    """A part of the picture, its edges as shares of it."""

    left: float = Field(ge=0, le=1)
    top: float = Field(ge=0, le=1)
    right: float = Field(ge=0, le=1)
    bottom: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Area:
        if not (self.left < self.right and self.top < self.bottom):
            raise ValueError("left must be less than right, and top less than bottom")
        return self


class PlacedThing(Area):
    """Something that is to be in one part of the picture."""

    words: str = Field(min_length=1, max_length=80, description="what is there")
    at_s: float = Field(0.0, ge=0, description="from this second of the shot on")


class KeyPicture(Arguments):
    """A picture of the footage that the shot shows at one moment."""

    footage: str = Field(min_length=1, description="footage id or name: a photo, or a clip")
    at_s: float = Field(ge=0, description="the second of the shot that shows it")
    picture_s: float = Field(0.0, ge=0, description="of a clip, the second that is meant")


@dataclass(frozen=True, slots=True)
class Departure:
    """How a shot that stands is drawn anew: `strength` of it stays, or the region `keep` whole."""

    strength: float = 0.5
    keep: Area | None = None

    def condition(self, frames: NDArray[np.uint8]) -> Condition:
        """The frames (F, H, W, 3) of the shot that stands as what the new one departs from."""
        if self.keep is None:
            return Condition(frames, Fraction(0), self.strength)
        return Condition(frames, Fraction(0), mask=mask_of(self.keep, frames.shape[1:3]))


def mask_of(area: Area, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """(H, W), 1 inside the area."""
    height, width = shape
    mask = np.zeros((height, width), np.float32)
    rows = slice(round(area.top * height), max(1, round(area.bottom * height)))
    mask[rows, round(area.left * width) : max(1, round(area.right * width))] = 1
    return mask


def boxes(things: tuple[PlacedThing, ...]) -> tuple[Box, ...]:
    """The things as the generator's boxes."""
    return tuple(
        Box(one.words, exact(one.at_s), one.left, one.top, one.right, one.bottom) for one in things
    )


def key_frames(
    pictures: tuple[KeyPicture, ...], base: ShotRequest, project: Project
) -> tuple[Condition, ...]:
    """The pictures at the request's size. Raises BadArguments for one that is not there."""
    return tuple(_key_frame(one, base, project) for one in pictures)


def _key_frame(one: KeyPicture, base: ShotRequest, project: Project) -> Condition:
    at_s = exact(one.at_s)
    if at_s >= base.duration_s:
        raise BadArguments(
            f"a picture was given for second {one.at_s:g} of a shot of"
            f" {float(base.duration_s):g} s; give an earlier one"
        )
    footage = _named(one.footage, project)
    rgb = still(footage.path, footage.picture_range.start + exact(one.picture_s))
    return Condition(framed(rgb, Reframe(fit="fill"), (base.width, base.height))[None], at_s)


def _named(told: str, project: Project) -> Footage:
    """The footage with this id or name. Raises BadArguments."""
    found = [
        one
        for one in store.all_footage(project, usable=True)
        if told in (one.id, one.name, one.title) and one.technical.width
    ]
    if len(found) != 1:
        many = f"{len(found)} pieces of footage are" if found else "no footage with a picture is"
        raise BadArguments(f"{many} called {told!r}; name one by its id or file name")
    return found[0]
