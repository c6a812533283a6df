"""The seconds of a piece of footage: where its moments lie, and samples gathered into them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from timeline.time import TimeRange

SHORTEST_S = Fraction(1, 4)  # a last moment shorter than this joins the one before it
Floats = NDArray[np.float64]


def moment_ranges(duration_s: Fraction) -> tuple[TimeRange, ...]:
    """The moments [k, k+1) of `duration_s` seconds; the last one ends where the footage ends."""
    if duration_s <= 0:
        return ()
    whole = int(duration_s)
    count = whole if duration_s - whole < SHORTEST_S else whole + 1
    count = max(1, count)
    ends = [*(Fraction(k + 1) for k in range(count - 1)), duration_s]
    return tuple(TimeRange(Fraction(k), end) for k, end in enumerate(ends))


def rows_within(
    times_s: Sequence[float], values: Sequence[Sequence[float]], ranges: Sequence[TimeRange]
) -> list[Floats]:
    """The rows of `values` sampled inside each range: (n, width) float64, n may be 0.

    The first column of each row is its time in seconds.
    """
    width = len(values[0]) if values else 0
    table = np.array(values, np.float64).reshape(len(values), width)
    table = np.column_stack([np.array(times_s, np.float64), table])
    edges = [float(r.start) for r in ranges] + [float("inf")]
    cuts = np.searchsorted(table[:, 0], edges)
    return [table[cuts[k] : cuts[k + 1]] for k in range(len(ranges))]
