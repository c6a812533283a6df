"""Vectors shared out into groups that lie together: the same vectors, the same groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STARTS = 4  # the best of so many is taken
STEPS = 15
SAMPLE = 2_000  # rows that the centres are found on; all rows then go to the nearest

Points = NDArray[np.float32]


def clusters(points: Points, wanted: int) -> NDArray[np.intp]:
    """The group of each row, 0 to `wanted` - 1; some groups may stay empty.

    points: (N, width) float32. Spherical k-means about their common mean: texts of one library
    all lie in one corner, and what they share says nothing about how they differ.
    """
    if wanted <= 1 or len(points) <= 1:
        return np.zeros(len(points), np.intp)
    rows = _unit(points - points.mean(axis=0))
    some = rows[:: max(1, len(rows) // SAMPLE)]
    tries = [_settled(some, _start(some, wanted, seed), STEPS) for seed in range(STARTS)]
    best = max(tries, key=lambda centres: float((some @ centres.T).max(axis=1).sum()))
    owner: NDArray[np.intp] = np.argmax(rows @ _settled(rows, best, 2).T, axis=1)
    return owner


def _start(rows: Points, wanted: int, seed: int) -> Points:
    """(wanted, width) rows far from each other (k-means++: Arthur & Vassilvitskii 2007)."""
    dice = np.random.default_rng(seed)
    taken = [int(dice.integers(len(rows)))]
    far = 1 - rows @ rows[taken[0]]
    while len(taken) < wanted:
        weight = np.maximum(far, 0).astype(np.float64)
        whole = weight.sum()
        if whole <= 1e-6:  # fewer different rows than groups
            break
        taken.append(int(dice.choice(len(rows), p=weight / whole)))
        far = np.minimum(far, 1 - rows @ rows[taken[-1]])
    return rows[taken]


def _settled(rows: Points, centres: Points, steps: int) -> Points:
    """The centres once no row changes its group, or after so many steps."""
    owner = np.full(len(rows), -1, np.intp)
    for _ in range(steps):
        now = np.argmax(rows @ centres.T, axis=1)
        if np.array_equal(now, owner):
            break
        owner = now
        member = (owner[:, None] == np.arange(len(centres))).astype(np.float32)
        sums = member.T @ rows
        centres = np.where(np.linalg.norm(sums, axis=1, keepdims=True) > 1e-6, _unit(sums), centres)
    return centres


def _unit(rows: Points) -> Points:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)
