"""Pixels measured for reframing: what moves by itself, what stands out, mouths, black bars.

Salience is Hou and Zhang's spectral residual (2007). Profiles run along an edge of the picture in
`BINS` bins, so that one look serves frames of any shape.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from index.senses_faces import Box
from index.senses_motion import CELL_PX, FEWEST_CELLS, camera_fit

BINS = 48
MOVES = 0.06  # picture widths per second; slower against the camera is no movement
CAMERA = 0.008  # picture widths per second from which the camera moves
DEPTH = 0.7  # of the camera's speed: what is nearer or farther seems to move as much against it
ALONG = 0.7  # cosine: what only goes farther the way the camera's movement has it is near, no mover
FASTEST = 1.0
FEW_CELLS = 0.2  # of the grid with texture; with less there is no telling how the camera moves
SALIENT_PX = 64
BAR_LEVEL, BAR_LEAST, BAR_ALIKE = 16, 0.02, 0.02
Floats = NDArray[np.float64]
Profiles = tuple[Floats, Floats]  # along x and along y


def own_movement(points: Floats, moves: Floats, size: tuple[int, int], gap_s: float) -> Profiles:
    """Profiles along x and y of what moves against the camera.

    points, moves: (n, 2) px of textured cells, from the picture's middle; size: width, height.
    """
    width, height = size
    nothing = np.zeros(BINS), np.zeros(BINS)
    cells = (width // CELL_PX) * (height // CELL_PX)
    if not len(points):
        return nothing
    camera = np.zeros_like(moves)
    per_s = 1 / (width * gap_s)
    if len(points) >= max(FEWEST_CELLS, FEW_CELLS * cells):
        shift_x, shift_y, scale, turn, _ = camera_fit(points, moves)
        right, down = points[:, 0], points[:, 1]
        across = shift_x + scale * right - turn * down
        camera = np.column_stack([across, shift_y + scale * down + turn * right])
    rest = moves - camera
    speed, filmed = np.hypot(*rest.T) * per_s, np.hypot(*camera.T) * per_s
    energy = np.clip(speed - MOVES, 0.0, FASTEST)
    energy[speed < DEPTH * filmed] = 0.0
    along = (rest * camera).sum(axis=1) * per_s**2 > ALONG * speed * filmed
    energy[along & (filmed > CAMERA)] = 0.0
    x, y = (points[:, 0] + width / 2) / width, (points[:, 1] + height / 2) / height
    return _binned(x, energy, CELL_PX / width), _binned(y, energy, CELL_PX / height)


def _binned(place: Floats, energy: Floats, wide: float) -> Floats:
    """Energy shared out over the bins that each cell (its middle at `place`) covers."""
    steps = (np.arange(4) + 0.5) / 4 - 0.5
    spots = (place[:, None] + steps[None, :] * wide).ravel()
    bins = np.clip((spots * BINS).astype(int), 0, BINS - 1)
    return np.bincount(bins, np.repeat(energy / 4, 4), BINS)[:BINS].astype(np.float64)


def salience(gray: NDArray[np.uint8]) -> Floats:
    """How much each place stands out, (64, 64), summing up to 1: the spectral residual."""
    small = cv2.resize(gray, (SALIENT_PX, SALIENT_PX), interpolation=cv2.INTER_AREA)
    spectrum = np.fft.fft2(small.astype(np.float64))
    level = np.log(np.abs(spectrum) + 1e-9)
    residual = level - cv2.blur(level, (3, 3))
    back = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    soft = np.asarray(cv2.GaussianBlur(back, (0, 0), 3.0), np.float64)
    soft[:2], soft[-2:], soft[:, :2], soft[:, -2:] = 0, 0, 0, 0  # the transform's own edges
    whole = float(soft.sum())
    return soft / whole if whole > 0 else soft


def profiles(image: Floats) -> Profiles:
    """Sums of an image along x and along y, in `BINS` bins each."""
    flat = np.asarray(cv2.resize(image, (BINS, BINS), interpolation=cv2.INTER_AREA), np.float64)
    whole = float(flat.sum()) or 1.0
    return flat.sum(axis=0) / whole, flat.sum(axis=1) / whole


def mouth(change: NDArray[np.uint8], box: Box) -> float:
    """How much more the lower third of a face changes than its upper part, in grey levels.

    change: (h, w) uint8, how much each place of the picture changed since the last look.
    """
    height, width = change.shape
    x, y, w, h = box
    left, right = round(x * width), round((x + w) * width)
    top, lips, chin = round(y * height), round((y + 0.65 * h) * height), round((y + h) * height)
    low, high = change[lips:chin, left:right], change[top:lips, left:right]
    return float(low.mean() - high.mean()) if low.size and high.size else 0.0


def bars_in(rows: Floats, columns: Floats) -> Box:
    """Black bars (left, top, right, bottom) as shares, by the brightest each row and column got.

    Bars come in pairs of one width; what is dark on one side only is a dark part of the picture.
    """

    def pair(levels: Floats) -> tuple[float, float]:
        lit = np.flatnonzero(levels > BAR_LEVEL)
        if not len(lit):
            return 0.0, 0.0
        low, high = lit[0] / len(levels), 1 - (lit[-1] + 1) / len(levels)
        if min(low, high) < BAR_LEAST or abs(low - high) > BAR_ALIKE:
            return 0.0, 0.0
        return round(float(low), 4), round(float(high), 4)

    top, bottom = pair(rows)
    left, right = pair(columns)
    return left, top, right, bottom
