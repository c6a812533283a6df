"""Cuts and dissolves by difference, histogram and a line fit on 48x27 pictures.

Nearly free beside decoding. What it cannot decide is left to the network in `shots_network`:
each find is `sure` or not, and `doubtful` spans hold everything that may be a transition.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH_PX, HEIGHT_PX = 48, 27
Small = NDArray[np.uint8]  # (N, 27, 48, 3) RGB

NEAR = 8  # neighbours on each side that a cut is weighed against
SURE_JUMP, SURE_RATIO, SURE_HISTOGRAM = 0.085, 5.0, 0.30
MAYBE_JUMP, MAYBE_RATIO = 0.035, 2.5
SPANS = (5, 9, 15, 24)  # half lengths of dissolves, in pictures
SURE_SPAN, MAYBE_SPAN = 0.12, 0.055
MAYBE_BEND = 0.30
ALIKE = 0.80  # correlation of two ends from which they show the same
DARK = 0.045  # mean brightness of the black between two fades


@dataclass(frozen=True, slots=True)
class Marks:
    """What the cheap pass thinks of each picture; all arrays are (N,).

    cut: sure that a new shot starts with this picture; black: because it fades to black there.
    doubtful: may be, ask the network.
    """

    cut: NDArray[np.bool_]
    black: NDArray[np.bool_]
    doubtful: NDArray[np.bool_]
    jump: NDArray[np.float32]


def small_picture(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`rgb` as (27, 48, 3)."""
    small: NDArray[np.uint8] = cv2.resize(rgb, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    return small


def marks(frames: Small) -> Marks:
    """The cheap pass over pictures in order; at least one."""
    count = len(frames)
    values = frames.reshape(count, -1).astype(np.int16)
    jump = np.zeros(count, np.float32)
    jump[1:] = np.abs(np.diff(values, axis=0)).mean(axis=1) / 255
    bins = _histograms(frames)
    change = np.zeros(count, np.float32)
    change[1:] = np.abs(np.diff(bins, axis=0)).sum(axis=1) / 2
    ratio = jump / (_around(jump) + 0.004)
    flash = _flashes(values, jump)
    sure = (jump >= SURE_JUMP) & (ratio >= SURE_RATIO) & (change >= SURE_HISTOGRAM) & ~flash
    maybe = (jump >= MAYBE_JUMP) & (ratio >= MAYBE_RATIO) & ~sure
    black = _black_ends(values, jump)
    sure |= black
    doubtful = maybe | _bends(values.reshape(count, HEIGHT_PX, WIDTH_PX, 3), sure)
    return Marks(sure, black, doubtful & ~sure, jump)


def _histograms(frames: Small) -> NDArray[np.float32]:
    """Share of pixels in each of 64 colours, 4 levels a channel: (N, 64) float32."""
    level = (frames >> 6).astype(np.uint8)
    code = (level[..., 0] << 4 | level[..., 1] << 2 | level[..., 2]).reshape(len(frames), -1)
    out = np.empty((len(frames), 64), np.float32)
    for place, row in enumerate(code):
        out[place] = np.bincount(row, minlength=64)
    share: NDArray[np.float32] = out / np.float32(code.shape[1])
    return share


def _around(jump: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of the second to sixth largest jump among the neighbours of each picture."""
    padded = np.pad(jump, NEAR, mode="reflect" if len(jump) > NEAR else "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEAR + 1)
    others = np.delete(windows, NEAR, axis=1)
    top = np.sort(others, axis=1)[:, -6:-1]
    mean: NDArray[np.float32] = top.mean(axis=1).astype(np.float32)
    return mean


def _flashes(values: NDArray[np.int16], jump: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Jumps after which the picture soon looks again as it did before: a flash, no cut."""
    flash = np.zeros(len(jump), bool)
    for place in np.flatnonzero(jump >= SURE_JUMP).tolist():
        before = values[place - 1]
        for later in range(place + 1, min(place + 5, len(values))):
            if np.abs(values[later] - before).mean() / 255 < 0.4 * jump[place]:
                flash[place] = True
        after = values[place]
        for earlier in range(max(0, place - 5), place - 1):
            if np.abs(values[earlier] - after).mean() / 255 < 0.4 * jump[place]:
                flash[place] = True
    return flash


def _black_ends(values: NDArray[np.int16], jump: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The middle of each run of black pictures that light stands on both sides of."""
    dark = values.mean(axis=1) / 255 < DARK
    out = np.zeros(len(jump), bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dark.astype(np.int8), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if start > 0 and end < len(dark) and end - start <= 75:
            before, after = values[max(0, start - 6)], values[min(len(values) - 1, end + 5)]
            if np.abs(before - after).mean() / 255 > 0.02:
                out[(start + end) // 2] = True
    return out


def _bends(values: NDArray[np.int16], sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the picture may be a mix of the one before and the one after it.

    In a dissolve the picture half way is the mean of the two ends, and the ends differ much;
    a moving camera makes ends that differ as much, but nothing half way looks like their mean;
    and where light alone changes, or the camera moves a little, the ends still look alike.
    """
    count = len(values)
    small = values[:, ::2, ::2].reshape(count, -1).astype(np.float32) / 255
    shape = small - small.mean(axis=1, keepdims=True)
    shape /= np.linalg.norm(shape, axis=1, keepdims=True) + 1e-6
    out = np.zeros(count, bool)
    cuts = np.cumsum(sure)
    for half in SPANS:
        if count <= 2 * half:
            continue
        first, middle, last = small[: -2 * half], small[half:-half], small[2 * half :]
        span = np.abs(last - first).mean(axis=1)
        rest = np.abs(middle - (first + last) / 2).mean(axis=1)
        alike = (shape[: -2 * half] * shape[2 * half :]).sum(axis=1)
        whole = cuts[2 * half :] == cuts[: -2 * half]  # no sure cut inside
        found = whole & (span >= MAYBE_SPAN) & (rest < MAYBE_BEND * span) & (alike < ALIKE)
        out[half:-half] |= found
    return out
