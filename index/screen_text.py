"""Words seen in the picture over time: which stills are read, and what each moment shows.

Reading one still costs as much as decoding some seconds, so a still is read only where its edges
look like lines of text and where those lines changed since the last reading; and a long file is
read in fewer places. `screen_text_reader` reads a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from index.screen_text_reader import ENOUGH, LineReader
from index.words import SEAM
from media.values import Picture, Sound, Still
from timeline.time import TimeRange

GATE_PX = 480  # longest edge of the picture the gate looks at
SAME_LINES = 0.80  # overlap of two text masks above which the text is the same
NEW_PLACE = 0.25  # overlap of two masks below which the text stands elsewhere now
REREAD_S = 3  # seconds between readings of text that changes where it stands
LONGEST_REST_S = 12  # after readings in vain, unless much more than before looks like text
MUCH_MORE = 60  # cells of the grid
MOST_READINGS = 240  # in one file; from there on only where the shot's text changed wholly
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines seen at one time, from top to bottom."""

    time_s: Fraction
    lines: tuple[str, ...]


class ScreenText:
    """Watches stills for text; reads those that have some and that changed."""

    name = "screen text"
    version = 1

    def __init__(self) -> None:
        self._reader = LineReader()
        self._readings: list[Reading] = []
        self._mask: Mask | None = None
        self._look: NDArray[np.uint8] | None = None
        self._read_s = Fraction(0)
        self._empty = 0  # readings in a row that found nothing
        self.read = 0
        self.seen = 0

    def picture(self, picture: Picture) -> None:
        """Nothing: analysis pictures are too small to read."""

    def sound(self, sound: Sound) -> None:
        """Nothing."""

    def still(self, still: Still) -> None:
        self.seen += 1
        mask, look = text_mask(still.rgb)
        if not mask.any():
            self._mask = self._look = None
            self._empty = 0
            self._readings.append(Reading(still.time_s, ()))
            return
        if self._same(mask, look):
            self._readings.append(Reading(still.time_s, self._readings[-1].lines))
            return
        if self._too_soon(mask, still.time_s):
            self._readings.append(Reading(still.time_s, self._readings[-1].lines))
            return
        self._mask, self._look, self._read_s = mask, look, still.time_s
        lines: tuple[str, ...] = ()
        if self.read < MOST_READINGS:
            self.read += 1
            lines = self._reader.lines(still.rgb, mask)
        self._empty = 0 if lines else self._empty + 1
        self._readings.append(Reading(still.time_s, lines))

    def finish(self, duration_s: Fraction) -> tuple[Reading, ...]:  # noqa: ARG002
        """Every reading in order of time."""
        return tuple(self._readings)

    def _too_soon(self, mask: Mask, time_s: Fraction) -> bool:
        """Whether to wait: text still stands about where it did, or leaves were read in vain."""
        if self._mask is None or self._mask.shape != mask.shape or not self._readings:
            return False
        if self._empty:
            more = int((mask & ~self._mask).sum()) > max(MUCH_MORE, int(self._mask.sum()))
            return not more and time_s - self._read_s < min(LONGEST_REST_S, 3**self._empty)
        kept = (mask & self._mask).sum() / max(1, (mask | self._mask).sum())
        return kept >= NEW_PLACE and time_s - self._read_s < REREAD_S

    def _same(self, mask: Mask, look: NDArray[np.uint8]) -> bool:
        """Whether the text areas and what stands in them are those of the last reading."""
        if self._mask is None or self._look is None or self._mask.shape != mask.shape:
            return False
        either = int((mask | self._mask).sum())
        if (mask & self._mask).sum() < SAME_LINES * either:
            return False
        change = cv2.absdiff(look, self._look)[mask | self._mask]
        return float(change.mean()) < 12


def texts(readings: Sequence[Reading], ranges: Sequence[TimeRange]) -> list[str]:
    """The text seen in each moment, lines joined by " / ", "" where there is none."""
    out = []
    for span in ranges:
        lines = [line for r in readings if span.start <= r.time_s < span.end for line in r.lines]
        out.append(SEAM.join(dict.fromkeys(lines))[:ENOUGH].strip())
    return out


def text_mask(rgb: NDArray[np.uint8]) -> tuple[Mask, NDArray[np.uint8]]:
    """Where lines of text may stand, on a small grid, and the grey picture on that grid.

    Text is many strong vertical strokes close together in a low, wide block that is dense and
    even along its length; leaves and fur give ragged blocks, edges of things give thin ones.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, GATE_PX / max(height, width))
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        size = (max(16, round(width * scale)), max(16, round(height * scale)))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    mask = _lines_in(gray)
    half = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    large = _lines_in(np.asarray(half, np.uint8))  # strokes of big letters stand too far apart
    mask |= (
        cv2.resize(large.astype(np.uint8), mask.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    )
    grid = (mask.shape[1] // 4, mask.shape[0] // 4)
    coarse = cv2.resize(mask.astype(np.uint8), grid, interpolation=cv2.INTER_NEAREST) > 0
    look: NDArray[np.uint8] = cv2.resize(gray, grid, interpolation=cv2.INTER_AREA)
    return coarse, look


def _lines_in(gray: NDArray[np.uint8]) -> Mask:
    """Where blocks stand in a grey picture that look like lines of text."""
    strokes = cv2.morphologyEx(gray, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    cross = np.abs(cv2.Sobel(gray, cv2.CV_16S, 1, 0)).astype(np.uint16)
    strong = ((strokes > 60) & (cross > 90)).astype(np.uint8)
    closed = cv2.morphologyEx(strong, cv2.MORPH_CLOSE, np.ones((1, 11), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, 7), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened)
    mask = np.zeros(opened.shape, bool)
    for label in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[label][:5])
        box = (slice(y, y + high), slice(x, x + wide))
        if _like_text(wide, high, area, strong[box], strokes[box]):
            mask[box] = True
    return mask


def _like_text(
    wide: int, high: int, area: int, strong: NDArray[np.uint8], strokes: NDArray[np.uint8]
) -> bool:
    if not (5 <= high <= 90 and wide >= 1.8 * high and wide >= 16):
        return False
    if area < 0.5 * wide * high:
        return False
    middle = strong[high // 4 : max(high // 4 + 1, 3 * high // 4)]
    turns = int(np.abs(np.diff(middle.astype(np.int8), axis=1)).sum()) / max(1, len(middle))
    return turns >= 1.2 * wide / high and float(strokes.mean()) > 45
