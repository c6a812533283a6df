"""A calm hand on a moving frame: still where it may be, eased where it must move, never hasty.

The path is the calmest one in a tube: within a dead zone around what is followed, the sums of its
speeds, accelerations and jerks are least. So it stands, moves evenly and eases in between
(Grundmann et al. 2011, section 3), found by the method of multipliers (Boyd et al. 2011,
section 6.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEP_S = 0.1  # between places of a path
MOST_PLACES = 600  # solved at once; longer paths get longer steps
FASTEST = 1.5  # frame widths per second
SOFT_S = 0.25  # jitter of what is followed that is smoothed away first
WEIGHTS = (10.0, 1.0, 100.0)  # of speed, acceleration and jerk, as in the paper
SHARE = 1e-4  # of the weights that a round takes off; small, for places are shares of an edge
PULL = 1e-4  # weight of the tube's middle, where nothing else decides
ROUNDS = 300
TOLERANCE = 0.005  # of the picture's edge: how far aims may lie from the path
STILL = 0.006  # a path that moves less than this does not move


@dataclass(frozen=True, slots=True)
class Tube:
    """Where the frame's middle may be at each step: shares of the picture's edge."""

    times_s: Floats
    middle: Floats
    low: Floats
    high: Floats


def tube(
    times_s: Sequence[float],
    wanted: Sequence[float],
    *,
    zone: float,
    room: tuple[float, float],
    frame: float,
) -> Tube:
    """The tube around what is followed. zone: half the dead zone; room: where the middle may be.

    frame: the frame's own share of the edge, which its speed is measured by.
    """
    begin, end = float(times_s[0]), float(times_s[-1])
    count = min(MOST_PLACES, max(2, round((end - begin) / STEP_S) + 1))
    times = np.linspace(begin, end, count)
    middle = np.interp(times, np.asarray(times_s), np.asarray(wanted))
    step = (end - begin) / (count - 1)
    middle = np.clip(unhurried(smoothed(middle, SOFT_S, step), FASTEST * frame * step), *room)
    return Tube(times, middle, np.clip(middle - zone, *room), np.clip(middle + zone, *room))


def smoothed(values: Floats, sigma_s: float, step_s: float) -> Floats:
    """Outliers of one step taken out, then a Gaussian of `sigma_s`; the ends hold."""
    if len(values) < 3 or step_s <= 0:
        return values
    wide = np.pad(values, 1, mode="edge")
    middle = np.median(np.stack([wide[:-2], wide[1:-1], wide[2:]]), axis=0)
    reach = max(1, round(3 * sigma_s / step_s))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step_s / sigma_s) ** 2)
    out = np.convolve(np.pad(middle, reach, mode="edge"), weights / weights.sum(), mode="valid")
    return np.asarray(out, np.float64)


def unhurried(values: Floats, most: float) -> Floats:
    """Values that change by `most` a step at the most: those limited forwards and backwards."""
    ahead, back = values.copy(), values.copy()
    for n in range(1, len(values)):
        ahead[n] = min(max(values[n], ahead[n - 1] - most), ahead[n - 1] + most)
    for n in range(len(values) - 2, -1, -1):
        back[n] = min(max(values[n], back[n + 1] - most), back[n + 1] + most)
    return np.asarray((ahead + back) / 2)


def calmest(inside: Tube) -> Floats:
    """The path in the tube that moves, turns and jerks least: held, eased, held."""
    count = len(inside.middle)
    if float(inside.low.max()) <= float(inside.high.min()):  # one place does for all of it
        low, high = float(inside.low.max()), float(inside.high.min())
        return np.full(count, min(max(float(np.median(inside.middle)), low), high))
    changes, solve = _solver(count)
    path = np.clip(inside.middle, inside.low, inside.high)
    held, slack = path.copy(), np.zeros(count)
    parts = [change @ path for change in changes]
    slacks = [np.zeros(len(part)) for part in parts]
    for _ in range(ROUNDS):
        right = PULL * inside.middle + held - slack
        for change, part, own in zip(changes, parts, slacks, strict=True):
            right = right + change.T @ (part - own)
        path = solve @ right
        held = np.clip(path + slack, inside.low, inside.high)
        slack += path - held
        for n, (change, weight) in enumerate(zip(changes, WEIGHTS, strict=True)):
            now = change @ path
            parts[n] = _shrunk(now + slacks[n], weight * SHARE)
            slacks[n] += now - parts[n]
    return np.asarray(held, np.float64)


def _shrunk(values: Floats, by: float) -> Floats:
    return np.asarray(np.sign(values) * np.maximum(np.abs(values) - by, 0))


@lru_cache(maxsize=8)
def _solver(count: int) -> tuple[tuple[Floats, ...], Floats]:
    """The first three differences of a path, and the inverse that each round multiplies by."""
    whole = np.eye(count)
    changes = tuple(np.asarray(np.diff(whole, n=n, axis=0), np.float64) for n in (1, 2, 3))
    normal = (1 + PULL) * whole + sum(c.T @ c for c in changes)
    return changes, np.asarray(np.linalg.inv(normal), np.float64)


def few(times_s: Floats, path: Floats, *, tolerance: float = TOLERANCE) -> list[int]:
    """The places that tell the path within `tolerance`, its ends among them.

    Douglas and Peucker's way (1973), measured along the path's own axis.
    """
    keep, left = {0, len(path) - 1}, [(0, len(path) - 1)]
    while left:
        first, last = left.pop()
        if last - first < 2:
            continue
        inner = np.arange(first + 1, last)
        line = np.interp(times_s[inner], times_s[[first, last]], path[[first, last]])
        away = np.abs(path[inner] - line)
        worst = int(np.argmax(away))
        if away[worst] > tolerance:
            place = first + 1 + worst
            keep.add(place)
            left += [(first, place), (place, last)]
    return sorted(keep)


def stands(path: Floats) -> bool:
    """Whether a path hardly moves, so that one place tells all of it."""
    return float(path.max() - path.min()) < STILL


def hastiest(times_s: Sequence[float], places: Sequence[float]) -> float:
    """The highest speed between neighbouring places, per second."""
    pairs = pairwise(zip(times_s, places, strict=True))
    return max((abs(b - a) / (t - s) for (s, a), (t, b) in pairs if t > s), default=0.0)
