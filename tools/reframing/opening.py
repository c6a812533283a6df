"""The frame over a picture, and what it is to follow there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tools.reframing.measuring import Floats

Follow = Literal["auto", "face", "motion", "centre"]
Kind = Literal[
    "face", "faces", "speaker", "movement", "activity", "salience", "centre", "bars", "hand"
]
FITS = 0.9  # of the frame, what is to be held inside it may fill


@dataclass(frozen=True, slots=True)
class Opening:
    """The frame over the picture: which way it moves, its share of that edge, and its room.

    axis: 0 moves sideways, 1 upright; room: the shares of the edge that show a picture, no bars.
    """

    axis: int
    share: float
    room: tuple[float, float]

    @property
    def middles(self) -> tuple[float, float]:
        """Where the frame's middle may be."""
        low, high = self.room
        half = self.share / 2
        return (low + half, high - half) if high - low > self.share else ((low + high) / 2,) * 2


@dataclass(frozen=True, slots=True)
class Subject:
    """What is followed in a shot: its place at each look, and half of what must stay in frame."""

    kind: Kind
    places: tuple[float, ...]
    half: float = 0.0
    seen: float = 1.0  # share of the looks in which it is seen
    notes: tuple[str, ...] = ()


def filled(places: Floats) -> Floats:
    """Places with a straight line over the looks that lack one; the ends hold."""
    known = np.flatnonzero(~np.isnan(places))
    return np.asarray(np.interp(np.arange(len(places)), known, places[known]))
