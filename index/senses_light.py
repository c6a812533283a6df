"""Light, contrast, sharpness and colour of the picture, sampled five times a second.

Change is measured from the first picture of each second to its last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

from index.moments import Floats, rows_within
from index.senses_colour import accents, named_colours, saturation, term_shares, warmth
from media.values import Picture, Sound, Still
from timeline.time import TimeRange

EVERY_S = Fraction(1, 5)
_LUMA, _SPREAD, _SHARP, _SATURATION, _WARMTH, _TERMS = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Look:
    """How one moment looks; the fields are those of `project.footage.Senses`."""

    light: float
    light_change: float
    contrast: float
    contrast_change: float
    sharpness: float
    saturation: float
    warmth: float
    colours: tuple[str, ...]
    accents: tuple[str, ...]


class LightSense:
    """Watches light and colour. One row per sample: time, luma, spread, sharpness, colour."""

    name = "light"
    version = 1

    def __init__(self) -> None:
        self._times: list[float] = []
        self._rows: list[list[float]] = []
        self._next = Fraction(-1)
        self._before: Picture | None = None
        self._edge_times: list[float] = []
        self._edge_rows: list[list[float]] = []  # luma and spread where seconds begin and end

    def picture(self, picture: Picture) -> None:
        before, self._before = self._before, picture
        if before is None or int(before.time_s) != int(picture.time_s):
            for edge in (before, picture):
                self._edge(edge)
        if picture.time_s < self._next:
            return
        self._next = picture.time_s + EVERY_S
        gray = cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY)
        height, width = gray.shape
        small = cv2.resize(
            picture.rgb, (64, max(1, round(64 * height / width))), interpolation=cv2.INTER_AREA
        )
        mean, spread = cv2.meanStdDev(gray)
        self._times.append(float(picture.time_s))
        self._rows.append(
            [
                float(mean[0, 0]) / 255,
                float(spread[0, 0]) / 255,
                sharpness_of(gray),
                saturation(small),
                warmth(small),
                *term_shares(small),
            ]
        )

    def _edge(self, picture: Picture | None) -> None:
        if picture is None:
            return
        mean, spread = cv2.meanStdDev(cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY))
        self._edge_times.append(float(picture.time_s))
        self._edge_rows.append([float(mean[0, 0]) / 255, float(spread[0, 0]) / 255])

    def still(self, still: Still) -> None:
        """Nothing: the analysis pictures are enough."""

    def sound(self, sound: Sound) -> None:
        """Nothing: light makes no sound."""

    def finish(self, duration_s: Fraction) -> list[Look | None]:  # noqa: ARG002 - the protocol's
        """Not used: `looks` is asked with the moments instead."""
        return []

    def looks(self, ranges: Sequence[TimeRange]) -> list[Look | None]:
        """One look per range; None where no picture was seen in it."""
        if not self._rows:
            return [None] * len(ranges)
        self._edge(self._before)
        self._before = None
        rows = rows_within(self._times, self._rows, ranges)
        edges = rows_within(self._edge_times, self._edge_rows, ranges)
        return [_look(inside, ends) for inside, ends in zip(rows, edges, strict=True)]


def sharpness_of(gray: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    """0 blurred to 1 crisp: log of the Laplacian's variance, 3 (soft) to 3000 (crisp)."""
    spread = cv2.meanStdDev(cv2.Laplacian(gray, cv2.CV_16S))[1][0, 0]
    return float(np.clip(np.log10(max(float(spread) ** 2, 1.0) / 3) / 3, 0, 1))


def _look(rows: Floats, ends: Floats) -> Look | None:
    if not len(rows):
        return None
    mean = rows.mean(axis=0)
    change = ends[-1] - ends[0] if len(ends) else np.zeros(_SPREAD + 1)
    shares = mean[_TERMS:]
    return Look(
        light=round(float(mean[_LUMA]), 4),
        light_change=round(float(change[_LUMA]), 4),
        contrast=round(float(mean[_SPREAD]), 4),
        contrast_change=round(float(change[_SPREAD]), 4),
        sharpness=round(float(mean[_SHARP]), 4),
        saturation=round(float(mean[_SATURATION]), 4),
        warmth=round(float(mean[_WARMTH]), 4),
        colours=named_colours(shares),
        accents=accents(shares),
    )
