"""Which frames go to a model: those that look different from the last one that went.

Two frames are compared as thumbnails of 64 pixels. Three numbers, each from 0 to 1, must all
stay small for a frame to count as the same: the mean difference (light, a moved camera), the
largest difference of one cell of a grid (something small came in, went or moved), and the
distance of the colour histograms (another thing of the same light).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

THUMB_PX = 64  # longest edge
CELL_PX = 4  # a sixteenth of the frame: a car far off, a figure in the background
# On 38 clips of all kinds, 568 frames of which 100 stand where a person began another caption,
# these let 27 % be taken over, and 1 in 20 of them from before such a place (mouths and typed
# words apart). Cells of 8 px at the same share let twice as many pass: cars on an empty road.
MEAN, CELL, HISTOGRAM = 0.035, 0.15, 0.12

RGB = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Look:
    """A frame as small as it is compared. thumb: (h, w, 3) float32 from 0 to 1."""

    thumb: NDArray[np.float32]
    cells: NDArray[np.float32]  # (rows, columns, 3) means of the grid's cells
    histogram: NDArray[np.float32]  # (64,) shares of 4 x 4 x 4 colours


@dataclass(frozen=True, slots=True)
class Change:
    """How far one look is from another, each number from 0 to 1."""

    mean: float
    cell: float
    histogram: float

    @property
    def seen(self) -> bool:
        """Whether a viewer would say something else of the two."""
        return self.mean > MEAN or self.cell > CELL or self.histogram > HISTOGRAM


def look(rgb: RGB) -> Look:
    """The look of a frame, (H, W, 3) uint8."""
    import cv2

    height, width = rgb.shape[:2]
    scale = THUMB_PX / max(height, width)
    size = (max(CELL_PX, round(width * scale)), max(CELL_PX, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    thumb = np.asarray(small, np.float32) / 255.0
    grid = (max(1, size[0] // CELL_PX), max(1, size[1] // CELL_PX))
    cells = cv2.resize(thumb, grid, interpolation=cv2.INTER_AREA)
    bins = np.minimum(small // 64, 3).reshape(-1, 3).astype(np.int64)
    counts = np.bincount(bins @ np.array([16, 4, 1]), minlength=64)
    return Look(thumb, np.asarray(cells, np.float32), (counts / len(bins)).astype(np.float32))


def change(a: Look, b: Look) -> Change:
    """How far `b` is from `a`; as far as can be where their shapes differ."""
    if a.thumb.shape != b.thumb.shape:
        return Change(1.0, 1.0, 1.0)
    return Change(
        mean=float(np.abs(a.thumb - b.thumb).mean()),
        cell=float(np.abs(a.cells - b.cells).mean(axis=2).max()),
        histogram=float(np.abs(a.histogram - b.histogram).sum() / 2),
    )


class Watch:
    """Told each frame of a file in order of time; says which look like the last one that went."""

    def __init__(self) -> None:
        self._last: Look | None = None
        self._shot = -1

    def same(self, rgb: RGB, shot: int) -> bool:
        """Whether this frame, in the `shot` with that ordinal, can take over the last caption.

        Never across a cut. A frame that cannot is the one that later ones are compared with.
        """
        now = look(rgb)
        if self._last is not None and shot == self._shot and not change(self._last, now).seen:
            return True
        self._last, self._shot = now, shot
        return False


def frame_hash(rgb: RGB) -> str:
    """The hash of a frame's pixels and size."""
    digest = hashlib.sha256(repr(rgb.shape).encode())
    digest.update(np.ascontiguousarray(rgb).tobytes())
    return digest.hexdigest()
