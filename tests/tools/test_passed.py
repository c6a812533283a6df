"""What came near and was not taken, and why."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from timeline.time import TimeRange
from tools import passed


@pytest.mark.parametrize(
    ("score", "worst", "why"),
    [
        (0.45, 0.5, "it answered less well, by 10 % of what was taken"),
        (-0.9, 0.5, "it answered less well, by 100 % of what was taken"),
        (-0.02, 0.0, "it answered less well"),
        (-0.9, -0.2, "it answered less well"),
        (0.5, 0.5, "the length had no room for one more"),
    ],
)
def test_how_much_less_well_it_answered_is_a_share_of_what_was_taken(
    score: float, worst: float, why: str
) -> None:
    span = TimeRange(Fraction(0), Fraction(1))
    near: Any = SimpleNamespace(core=span, score=score, quality=0.0, mood=0.0)
    assert passed._why_not(near, 0, worst, []) == why
