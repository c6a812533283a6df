"""What the senses measured of a span, as figures that a reason cites and a program checks."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Literal

from project.footage import Moment
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.proposal import Evidence
from tools.spoken import cite

Level = Literal["light", "contrast", "saturation", "warmth", "shake", "motion"]
LEVELS: tuple[Level, ...] = ("light", "contrast", "saturation", "warmth", "shake", "motion")


def level(name: Level, moments: Sequence[Moment]) -> float:
    """The mean of one measure over moments; 0 without any."""
    return statistics.fmean(getattr(m.senses, name) for m in moments) if moments else 0.0


def figures(moments: Sequence[Moment]) -> tuple[str, ...]:
    """Every measure of these moments in words: "light 0.42", "shake 1.30"."""
    return tuple(_said(name, moments) for name in LEVELS) if moments else ()


def cite_level(name: Level, footage_id: str, span: TimeRange, dailies: Dailies) -> Evidence:
    """Evidence of what was measured over a span; the file's name where nothing was."""
    moments = dailies.within(footage_id, span)
    if not moments:
        return cite("name", footage_id, span, dailies.footage(footage_id).name)
    return cite("senses", footage_id, span, _said(name, moments))


def _said(name: Level, moments: Sequence[Moment]) -> str:
    return f"{name} {level(name, moments):.2f}"
