"""What is seen in a run of moments, clause by clause, without saying anything twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

from index.titles import runs, told
from index.words import stems
from project.footage import Moment
from timeline.exchange import plain_line

_Item = TypeVar("_Item")


def clauses(moments: Sequence[Moment]) -> list[tuple[Fraction, str]]:
    """(start in seconds, words) of what each told caption adds to those before it."""
    known: set[str] = set()
    kept: list[tuple[Fraction, str]] = []
    for caption, group in runs(told(moments)):
        added: list[str] = []
        for clause in re.split(r";\s+", plain_line(caption)):
            fresh = stems(clause) - known
            known |= fresh
            if clause and (len(fresh) >= 2 or not (kept or added)):
                added.append(clause.rstrip(";, "))
        if added:
            kept.append((group[0].range.start, "; ".join(added)))
    return kept


def spread(items: Sequence[_Item], most: int) -> list[_Item]:
    """At most `most` of `items` (two or more), spread evenly and in order."""
    if len(items) <= most:
        return list(items)
    return [items[round(n * (len(items) - 1) / (most - 1))] for n in range(most)]
