"""The light match: each clip moved part of the way towards the look of its neighbours."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from timeline.model import Grade
from tools.grading.measuring import Measured

PART = 0.4  # of the way to its neighbours; both of two go, so a fifth of the difference is left
ALL_THE_WAY = 0.8  # of the way to a clip that is named
MOST_LIGHT, MOST_CAST = 0.08, 0.02  # shares of full scale, at the most
MOST_CONTRAST, MOST_COLOUR = 1.2, 1.3  # factors, at the most
OTHER_LIGHT = 0.28  # difference of light above which it is another time of day, no mismatch
NIGHT, DAY = 0.18, 0.35  # the same, told by the levels themselves
LIGHT_SEEN, CAST_SEEN, FACTOR_SEEN = 0.008, 0.003, 0.02  # less is not worth a change


@dataclass(frozen=True, slots=True)
class Match:
    """The grade that a match gives a clip, and why it holds back, where it does."""

    grade: Grade
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return self.grade != Grade()


def towards(own: Measured, others: Sequence[Measured], part: float = PART) -> Match:
    """The grade that brings a look part of the way to the mean of others."""
    alike = [other for other in others if not _other_time(own, other)]
    if not alike:
        return Match(Grade(), ("it is night beside day, and stays so",) if others else ())
    grade = _light(own, alike, part)
    if own.grey:
        return Match(grade, ("it is black and white, and stays so",))
    coloured = [other for other in alike if not other.grey]
    if coloured:
        grade = _colour(grade, own, coloured, part)
    return Match(grade)


def _other_time(own: Measured, other: Measured) -> bool:
    low, high = sorted((own.light, other.light))
    return high - low > OTHER_LIGHT or (low < NIGHT and high > DAY)


def _light(own: Measured, alike: Sequence[Measured], part: float) -> Grade:
    light = part * (statistics.fmean(o.light for o in alike) - own.light)
    light = max(-MOST_LIGHT, min(MOST_LIGHT, light))
    spread = statistics.fmean(o.contrast for o in alike)
    contrast = _factor(own.contrast, spread, part, MOST_CONTRAST)
    return Grade(
        light=round(light, 3) if abs(light) >= LIGHT_SEEN else 0.0,
        contrast=round(contrast, 3) if abs(contrast - 1) >= FACTOR_SEEN else 1.0,
    )


def _colour(grade: Grade, own: Measured, alike: Sequence[Measured], part: float) -> Grade:
    mean = statistics.fmean(o.colour for o in alike)
    factor = _factor(own.colour, mean, part, MOST_COLOUR)
    if abs(factor - 1) >= FACTOR_SEEN:
        grade = replace(grade, saturation=round(factor, 3))
    casts = [(o.blue, o.red) for o in alike if o.blue is not None and o.red is not None]
    if own.blue is None or own.red is None or not casts:
        return grade
    blue = part * (statistics.fmean(b for b, _ in casts) - own.blue)
    red = part * (statistics.fmean(r for _, r in casts) - own.red)
    if max(abs(blue), abs(red)) < CAST_SEEN:
        return grade
    blue, red = (max(-MOST_CAST, min(MOST_CAST, cast)) for cast in (blue, red))
    return replace(grade, blue=round(blue, 4), red=round(red, 4))


def _factor(own: float, wanted: float, part: float, most: float) -> float:
    """The factor that goes part of the way from one positive level to another."""
    if own <= 0.01 or wanted <= 0.01:
        return 1.0
    return float(max(1 / most, min(most, (wanted / own) ** part)))
