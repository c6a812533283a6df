"""Camera and subject motion from dense optical flow on small grey pictures, ten times a second.

The flow (DIS; Kroeger et al. 2016) is read at the textured cells of a grid, and a similarity
(shift, scale, turn) is fitted by iteratively reweighted least squares, so that things moving
through the picture do not count as the camera moving. Speeds are in frame widths per second; roll
is in degrees per second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from index.moments import Floats, rows_within
from media.values import Picture, Sound, Still
from timeline.time import TimeRange

EVERY_S = Fraction(1, 10)
FAST = 0.5  # widths per second above which neighbouring pictures are measured instead
LONGEST_GAP_S = Fraction(1, 2)  # pictures further apart say nothing about motion
WIDTH_PX = 128
CELL_PX = 8
TEXTURE = 6.0  # mean gradient a cell needs before its flow is believed
FEWEST_CELLS = 8
CUT_DIFFERENCE = 0.16  # mean picture difference above which two pictures do not belong together
STILL_DIFFERENCE = 0.0008
ROUNDS, SETTLED_PX = 6, 0.01  # of the fit, at most; a round that moves less is its last
_MOTION, _PAN, _TILT, _ZOOM, _AGREE, _ROLL = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Movement:
    """How one moment moves; the fields are those of `project.footage.Senses`."""

    motion: float
    pan: float
    tilt: float
    zoom: float
    shake: float
    roll: float = 0.0


class MotionSense:
    """Watches motion between pictures a tenth of a second apart."""

    name = "motion"
    version = 1

    def __init__(self) -> None:
        self._flow: Any = None
        self._before: NDArray[np.uint8] | None = None
        self._before_s = Fraction(0)
        self._fast = self._pair = False
        self._times: list[float] = []
        self._rows: list[list[float]] = []

    def picture(self, picture: Picture) -> None:
        gap = picture.time_s - self._before_s
        due = gap >= EVERY_S * Fraction(4, 5)
        if self._before is not None and not due and not self._pair:
            return
        gray = small_gray(picture.rgb)
        before, self._before, self._before_s = self._before, gray, picture.time_s
        if self._fast and not self._pair:
            self._pair = True  # this picture is the first of a pair of neighbours
            return
        self._pair = False
        if before is None or before.shape != gray.shape or gap > LONGEST_GAP_S:
            return
        row = self._measure(before, gray, float(gap))
        self._fast = row is None or row[_MOTION - 1] > FAST or row[_AGREE - 1] < 0.5
        if row is not None:
            self._times.append(float(picture.time_s))
            self._rows.append(row)

    def still(self, still: Still) -> None:
        """Nothing: motion needs the pictures in between."""

    def sound(self, sound: Sound) -> None:
        """Nothing."""

    def finish(self, duration_s: Fraction) -> list[Movement | None]:  # noqa: ARG002
        """Not used: `movements` is asked with the moments instead."""
        return []

    def movements(self, ranges: Sequence[TimeRange]) -> list[Movement | None]:
        """One movement per range; None where fewer than two pictures were seen in it."""
        if not self._rows:
            return [None] * len(ranges)
        return [_movement(rows) for rows in rows_within(self._times, self._rows, ranges)]

    def _measure(
        self, before: NDArray[np.uint8], after: NDArray[np.uint8], gap_s: float
    ) -> list[float] | None:
        """A row of this sense without its time; None where the two do not belong together."""
        difference = cv2.mean(cv2.absdiff(before, after))[0] / 255
        if difference > CUT_DIFFERENCE:
            return None
        if difference < STILL_DIFFERENCE:
            return [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]
        if self._flow is None:
            self._flow = dense_flow()
        flow = self._flow.calc(before, after, None)
        per_s = 1 / (before.shape[1] * gap_s)
        points, moves = textured_cells(before, flow)
        size = cv2.magnitude(np.ascontiguousarray(flow[..., 0]), np.ascontiguousarray(flow[..., 1]))
        everywhere = cv2.mean(size)[0] * per_s
        if len(points) < FEWEST_CELLS:
            return [everywhere, 0.0, 0.0, 0.0, 0.0, 0.0]
        shift_x, shift_y, scale, turn, agree = camera_fit(points, moves)
        # what is seen moves against the camera: content to the left is a turn to the right
        roll = -float(np.degrees(turn)) / gap_s
        return [everywhere, -shift_x * per_s, shift_y * per_s, scale / gap_s, agree, roll]


def dense_flow() -> Any:
    """The flow at half of the small picture's size; a quarter takes a fifth off zoom and roll."""
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    flow.setFinestScale(1)
    flow.setPatchStride(6)
    return flow


def small_gray(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, 128) uint8 grey, h at least 16, for flow."""
    height, width = rgb.shape[:2]
    size = (WIDTH_PX, max(16, round(WIDTH_PX * height / width)))
    small: NDArray[np.uint8] = cv2.resize(
        cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA
    )
    return small


def textured_cells(
    gray: NDArray[np.uint8], flow: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres (n, 2) of cells with texture, from the picture's middle, and their flow (n, 2)."""
    height, width = gray.shape
    rows, columns = height // CELL_PX, width // CELL_PX
    tall, wide = rows * CELL_PX, columns * CELL_PX
    strength = np.zeros((tall, wide), np.uint8)
    strength[:, : wide - 1] = cv2.absdiff(gray[:tall, 1:wide], gray[:tall, : wide - 1])
    drop = cv2.absdiff(gray[1:tall, :wide], gray[: tall - 1, :wide])
    strength[: tall - 1] = cv2.add(strength[: tall - 1], drop)
    cells = cv2.resize(strength, (columns, rows), interpolation=cv2.INTER_AREA)
    found_y, found_x = np.nonzero(cells > TEXTURE)
    if not len(found_y):
        return np.zeros((0, 2)), np.zeros((0, 2))
    body = cv2.resize(flow[:tall, :wide], (columns, rows), interpolation=cv2.INTER_AREA)
    points = np.empty((len(found_x), 2))
    points[:, 0] = (found_x + 0.5) * CELL_PX - width / 2
    points[:, 1] = (found_y + 0.5) * CELL_PX - height / 2
    return points, body[found_y, found_x].astype(np.float64)


def camera_fit(
    points: NDArray[np.float64], moves: NDArray[np.float64]
) -> tuple[float, float, float, float, float]:
    """(shift x, shift y, scale change, turn, share that agrees) of what most points share.

    points: (n, 2) px from the middle; moves: (n, 2) px; turn: radians, positive: what is seen
    turns clockwise. The least-squares similarity
    move = shift + scale * p + turn * p rotated, reweighted by Geman and McClure's function;
    about the weighted means of both it has a closed form, here in complex numbers.
    """
    place = points[:, 0] + 1j * points[:, 1]
    move = moves[:, 0] + 1j * moves[:, 1]
    shift, turn = complex(_middle(moves[:, 0]), _middle(moves[:, 1])), 0j
    away = np.abs(move - shift)
    for _ in range(ROUNDS):
        was = shift, turn
        scale = max(0.25, 1.5 * _middle(away))
        weight = (1 + (away / scale) ** 2) ** -2.0
        weight /= weight.sum()
        mean_place, mean_move = complex(weight @ place), complex(weight @ move)
        arm = place - mean_place
        spread = float(weight @ (arm.real**2 + arm.imag**2))
        turn = complex((weight * arm.conj()) @ (move - mean_move)) / spread if spread else 0j
        shift = mean_move - turn * mean_place
        away = np.abs(move - shift - turn * place)
        if abs(shift - was[0]) < SETTLED_PX and abs(turn - was[1]) * WIDTH_PX < SETTLED_PX:
            break
    agree = float((away < np.maximum(0.4, 0.35 * np.abs(move))).mean())
    return shift.real, shift.imag, turn.real, turn.imag, agree


def _middle(values: NDArray[np.float64]) -> float:
    """The upper median; np.median costs more than all else here."""
    half = len(values) // 2
    return float(np.partition(values, half)[half])


def _movement(rows: Floats) -> Movement | None:
    if not len(rows):
        return None
    motion = float(rows[:, _MOTION].mean())
    sure = rows[rows[:, _AGREE] >= 0.5]
    if len(sure) * 2 < len(rows):  # most of the second shows no common motion
        return Movement(round(motion, 4), 0.0, 0.0, 0.0, 0.0)
    pan, tilt, zoom, roll = (float(np.median(sure[:, k])) for k in (_PAN, _TILT, _ZOOM, _ROLL))
    return Movement(round(motion, 4), round(pan, 4), round(tilt, 4), round(zoom, 4),
                    round(_shake(sure), 4), round(roll, 2))  # fmt: skip


def _shake(rows: Floats) -> float:
    """Rms change of camera speed between samples, in frame widths per second per second."""
    if len(rows) < 3:
        return 0.0
    gaps = np.diff(rows[:, 0])
    turns = np.diff(rows[:, [_PAN, _TILT]], axis=0) / np.maximum(gaps, 0.05)[:, None]
    return float(np.sqrt((turns**2).sum(axis=1).mean()))
