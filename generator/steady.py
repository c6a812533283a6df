"""The light of a long shot held at that of its beginning, as a camera with its exposure locked.

Each window of a long shot goes on from the end of the one before, and a small error of its light
adds up. What flickers or moves within a window stays; only the slow change is taken out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DARKEST = 16.0  # grey levels: under this a channel is moved rather than multiplied
MOST = 1.5  # at most this much brighter or darker


def steadied(
    frames: NDArray[np.float16], window: int, *, loop: bool = False
) -> NDArray[np.float16]:
    """Frames (F, h, w, 3) from 0 to 255 whose running mean of each channel stays the same.

    window: frames of the running mean, and of the beginning whose mean is held. The first half
    of the beginning is left as it is, since it may have been given; a loop has no beginning, and
    all of it comes to its whole mean.
    """
    levels = frames.mean((1, 2), dtype=np.float32) + DARKEST  # (F, 3)
    held = levels.mean(0) if loop else levels[:window].mean(0)
    gain = np.clip(held / _running(levels, window, loop=loop), 1 / MOST, MOST)
    if not loop:
        half = max(1, window // 2)
        rise = np.clip(np.arange(len(frames)) / half - 1, 0, 1)[:, None]
        gain = 1 + (gain - 1) * rise
    out = np.empty_like(frames)
    for at, frame in enumerate(frames):
        lit = (frame.astype(np.float32) + DARKEST) * gain[at] - DARKEST
        out[at] = np.clip(lit, 0, 255)
    return out


def _running(levels: NDArray[np.float32], window: int, *, loop: bool) -> NDArray[np.float32]:
    """The mean of each `window` rows around a row; at the ends of an open row, of those there."""
    before = window // 2
    padded = np.pad(
        levels, ((before, window - 1 - before), (0, 0)), mode="wrap" if loop else "reflect"
    )
    sums = np.cumsum(np.pad(padded, ((1, 0), (0, 0))), 0, dtype=np.float64)
    mean: NDArray[np.float32] = ((sums[window:] - sums[:-window]) / window).astype(np.float32)
    return mean
