"""Small steps of light and colour that a creator asks for in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from timeline.model import Grade

Amount = Literal["little", "some", "much"]
Step = Literal[
    "brighter", "darker", "warmer", "cooler", "more contrast", "less contrast", "more colour",
    "less colour", "black and white",
]  # fmt: skip
SIZES: dict[Amount, float] = {"little": 0.5, "some": 1.0, "much": 2.0}
LIGHT, WARMTH = 0.05, 0.012  # shares of full scale
CONTRAST, COLOUR = 1.1, 1.2  # factors
MOST_LIGHT, MOST_WARMTH = 0.25, 0.06
LEAST_FACTOR, MOST_FACTOR = 0.4, 2.0


def stepped(grade: Grade | None, step: Step, amount: Amount = "some") -> Grade | None:
    """A grade with one more step; None where it then changes nothing."""
    now, by = grade or Grade(), SIZES[amount]
    after = {
        "brighter": lambda: replace(now, light=_held(now.light + by * LIGHT, MOST_LIGHT)),
        "darker": lambda: replace(now, light=_held(now.light - by * LIGHT, MOST_LIGHT)),
        "warmer": lambda: _warmed(now, by * WARMTH),
        "cooler": lambda: _warmed(now, -by * WARMTH),
        "more contrast": lambda: replace(now, contrast=_times(now.contrast, CONTRAST**by)),
        "less contrast": lambda: replace(now, contrast=_times(now.contrast, CONTRAST**-by)),
        "more colour": lambda: replace(now, saturation=_times(now.saturation, COLOUR**by)),
        "less colour": lambda: replace(now, saturation=_times(now.saturation, COLOUR**-by)),
        "black and white": lambda: replace(now, saturation=0.0, blue=0.0, red=0.0),
    }[step]()
    return None if after == Grade() else after


def _warmed(grade: Grade, by: float) -> Grade:
    return replace(
        grade, red=_held(grade.red + by, MOST_WARMTH), blue=_held(grade.blue - by, MOST_WARMTH)
    )


def _held(value: float, most: float) -> float:
    return round(max(-most, min(most, value)), 4)


def _times(value: float, factor: float) -> float:
    """A factor of a factor; what is 0, black and white, stays so."""
    if not value:
        return 0.0
    return round(max(LEAST_FACTOR, min(MOST_FACTOR, value * factor)), 3)


def composed(first: Grade | None, then: Grade) -> Grade:
    """One grade that does what two do one after the other."""
    now = first or Grade()
    return Grade(
        light=round(now.light * then.contrast + then.light, 4),
        contrast=round(now.contrast * then.contrast, 4),
        saturation=round(now.saturation * then.saturation, 4),
        blue=round(now.blue * then.saturation + then.blue, 4),
        red=round(now.red * then.saturation + then.red, 4),
    )
