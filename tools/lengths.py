"""Lengths that add up to the frame: whole frames dealt out by weight between floor and ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def deal(
    total: int, weights: Sequence[Fraction], floors: Sequence[int], ceilings: Sequence[int]
) -> list[int]:
    """`total` frames dealt out by weight; each share lies between its floor and ceiling.

    The sum is `total` exactly, or all ceilings where those are too low, or as even a cut
    below the floors as there is where those are too high. Left-over frames go to the shares
    that were rounded down most, the first of equals first.
    """
    if not weights:
        return []
    if sum(ceilings) <= total:
        return list(ceilings)
    lows = [min(f, c) for f, c in zip(floors, ceilings, strict=True)]
    if sum(lows) > total:
        return deal(total, [Fraction(max(f, 1)) for f in lows], [0] * len(lows), lows)
    fixed: dict[int, int] = {}
    while True:
        open_ = [i for i in range(len(weights)) if i not in fixed]
        rest = Fraction(total - sum(fixed.values()))
        whole = sum((weights[i] for i in open_), Fraction(0)) or Fraction(len(open_))
        ideal = {i: rest * (weights[i] or Fraction(0)) / whole for i in open_}
        over = {i: ideal[i] - ceilings[i] for i in open_ if ideal[i] > ceilings[i]}
        under = {i: lows[i] - ideal[i] for i in open_ if ideal[i] < lows[i]}
        if not over and not under:
            return _whole(total, fixed, ideal, len(weights), ceilings)
        if sum(over.values()) >= sum(under.values()):
            fixed |= {i: ceilings[i] for i in over}
        else:
            fixed |= {i: lows[i] for i in under}


def fit(wanted: Sequence[int], allowed: Sequence[Sequence[int]]) -> list[int] | None:
    """One of the allowed numbers for each wanted one, their sum kept; None where none adds up.

    Each is as near to what was wanted as the rest still lets it be, the last first. Sums that
    can be reached are the bits of one number, so that hundreds of places take no time.
    """
    reached = [1]
    for numbers in allowed:
        sums = 0
        for number in numbers:
            sums |= reached[-1] << number
        reached.append(sums)
    left, fitted = sum(wanted), []
    for place in reversed(range(len(allowed))):
        able = [n for n in allowed[place] if n <= left and reached[place] >> (left - n) & 1]
        if not able:
            return None
        fitted.append(min(able, key=lambda n: (abs(n - wanted[place]), n)))
        left -= fitted[-1]
    return fitted[::-1] if left == 0 else None


def _whole(
    total: int,
    fixed: dict[int, int],
    ideal: dict[int, Fraction],
    many: int,
    ceilings: Sequence[int],
) -> list[int]:
    out = [fixed[i] if i in fixed else int(ideal[i]) for i in range(many)]
    spare = total - sum(out)
    by_loss = sorted(ideal, key=lambda i: (int(ideal[i]) - ideal[i], i)) + sorted(fixed)
    while spare > 0:
        takers = [i for i in by_loss if out[i] < ceilings[i]]
        for i in takers[:spare]:
            out[i] += 1
        spare -= len(takers[:spare])
    return out
