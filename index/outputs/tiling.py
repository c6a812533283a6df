"""Where talk and pictures change: likeness across each gap, its depth, the best places to part.

TextTiling (Hearst 1997) over moments: the moments before a gap are compared with those after it;
a deep valley of likeness is a change of subject. Which valleys are taken is decided for all of
them at once, so that no part is shorter than asked.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from project.footage import Senses

Floats = NDArray[np.float64]
LOWEST_DB = -60.0  # below, all is equally quiet


def likeness(rows: Floats, width: int) -> Floats:
    """The cosine between the `width` rows before and after each gap: (N, W) to (N - 1,)."""
    before, after = _blocks(rows, width)
    sizes = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    cosines = (before * after).sum(axis=1) / np.maximum(sizes, 1e-12)
    return _neutral(np.where(sizes > 1e-9, cosines, np.nan))


def senses_likeness(senses: Sequence[Senses], width: int) -> Floats:
    """How alike both sides of each gap look and sound, 1 for the same: (len(senses) - 1,)."""
    before, after = _blocks(np.array([_features(s) for s in senses], np.float64), width)
    likely: Floats = np.exp(-np.sqrt(((before - after) ** 2).mean(axis=1)))
    return likely


def _features(senses: Senses) -> tuple[float, ...]:
    """What one second looks and sounds like; a step of 1 in any of them is plain to see or hear."""
    return (
        senses.light / 0.25,
        senses.contrast / 0.15,
        senses.saturation / 0.25,
        senses.warmth / 0.5,
        senses.motion / 0.25,
        senses.loudness_db / 20 if senses.loudness_db > LOWEST_DB else LOWEST_DB / 20,
        senses.speech / 0.5,
        senses.music / 0.5,
        float(min(senses.faces, 2)),
    )


def _blocks(rows: Floats, width: int) -> tuple[Floats, Floats]:
    """The mean of up to `width` rows before and after each gap, two of (N - 1, W)."""
    count = len(rows)
    sums = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    gaps = np.arange(1, count)
    low, high = np.maximum(0, gaps - width), np.minimum(count, gaps + width)
    before = (sums[gaps] - sums[low]) / (gaps - low)[:, None]
    return before, (sums[high] - sums[gaps]) / (high - gaps)[:, None]


def words_likeness(bags: Sequence[Counter[str]], width: int) -> Floats:
    """The cosine between the words before and after each gap, rare ones weighing more.

    bags: the stems of each moment; (len(bags) - 1,).
    """
    have: Counter[str] = Counter(stem for bag in bags for stem in bag)
    weight = {stem: math.log(1 + len(bags) / n) for stem, n in have.items()}
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for bag in bags[:width]:
        after.update(bag)
    found = []
    for gap in range(1, len(bags)):
        before.update(bags[gap - 1])
        after.subtract(bags[gap - 1])
        if gap > width:
            before.subtract(bags[gap - 1 - width])
        if gap - 1 + width < len(bags):
            after.update(bags[gap - 1 + width])
        found.append(_cosine(+before, +after, weight))
    return _neutral(np.array(found, np.float64))


def _cosine(one: Counter[str], other: Counter[str], weight: dict[str, float]) -> float:
    if not one or not other:
        return math.nan
    sizes = [math.sqrt(sum((n * weight[s]) ** 2 for s, n in bag.items())) for bag in (one, other)]
    shared = sum(n * other[s] * weight[s] ** 2 for s, n in one.items() if s in other)
    return shared / (sizes[0] * sizes[1])


def _neutral(values: Floats) -> Floats:
    """`values` with the mean where a side had nothing to compare."""
    known = values[~np.isnan(values)]
    return np.nan_to_num(values, nan=float(known.mean()) if len(known) else 1.0)


def depths(curve: Floats) -> Floats:
    """How deep each gap lies under the peaks on its two sides, 0 on a peak: (N,) to (N,)."""
    if not len(curve):
        return curve
    smooth = np.convolve(np.pad(curve, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    left = _climb(smooth)
    right = _climb(smooth[::-1])[::-1]
    return (left - smooth) + (right - smooth)


def _climb(curve: Floats) -> Floats:
    """The peak reached from each place by walking left while it does not go down."""
    peaks = curve.copy()
    for at in range(1, len(curve)):
        if curve[at - 1] >= curve[at]:
            peaks[at] = peaks[at - 1]
    return peaks


def threshold(depth: Floats) -> float:
    """The depth from which a valley counts: between shallow and deep ones, as Otsu (1979) parts."""
    inner = np.pad(depth, 1)
    valleys = np.sort(depth[(depth > 1e-6) & (depth >= inner[:-2]) & (depth >= inner[2:])])
    if len(valleys) < 2:
        return 0.0
    sums, low = np.cumsum(valleys), np.arange(1, len(valleys))
    high = len(valleys) - low
    apart = low * high * (sums[:-1] / low - (sums[-1] - sums[:-1]) / high) ** 2
    at = int(np.argmax(apart))
    return float(valleys[at] + valleys[at + 1]) / 2


def places(
    times_s: Floats, values: Floats, *, whole_s: float, shortest_s: float, counts: range
) -> list[int]:
    """Which of `times_s` to part at: the largest sum of `values`, no part shorter than asked.

    times_s: ascending, inside [0, whole_s]; `counts`: how many places there may be. Where
    there is no room for the fewest of them, as many as there is room for.
    """
    allowed = np.flatnonzero((times_s >= shortest_s) & (times_s <= whole_s - shortest_s))
    times, worth = times_s[allowed], values[allowed]
    if not len(times) or counts.stop <= 1:
        return []
    # the last place that may come before each one; -1 where there is none
    earlier = np.searchsorted(times, times - shortest_s, side="right") - 1
    reached: list[tuple[Floats, NDArray[np.intp]]] = []
    best: list[tuple[float, int]] = [(0.0, -1)]  # by count: the sum, and its last place
    for count in range(1, counts.stop):
        sums = worth if count == 1 else worth + _up_to(reached[-1][0], earlier)
        if not np.isfinite(sums).any():
            break
        last = int(np.argmax(sums))
        reached.append((np.maximum.accumulate(sums), _argmax_so_far(sums)))
        best.append((float(sums[last]), last))
    wanted = [n for n in counts if n < len(best)] or [len(best) - 1]
    count = max(wanted, key=lambda n: best[n][0])
    chosen, at = [], best[count][1]
    for step in range(count - 1, -1, -1):
        chosen.append(int(allowed[at]))
        if step:
            at = int(reached[step - 1][1][earlier[at]])
    return chosen[::-1]


def _up_to(sums: Floats, ends: NDArray[np.intp]) -> Floats:
    return np.where(ends >= 0, sums[np.maximum(ends, 0)], -np.inf)


def _argmax_so_far(sums: Floats) -> NDArray[np.intp]:
    best = np.maximum.accumulate(sums)
    fresh = np.concatenate([[True], sums[1:] > best[:-1]])
    return np.maximum.accumulate(np.where(fresh, np.arange(len(sums)), 0))
