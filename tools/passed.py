"""What came near and was not taken: for each beat the next best footage, and why it is not in it.

Worked out while the cut is chosen and kept with its proposal, so that "why not that one?" is
answered from what was weighed then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from timeline.time import TimeRange
from tools.casting import Cast
from tools.coverage import Candidate, Covered, merit

NEAR = 3  # kept for each beat
MOST = 60  # beats told of; a film of more shows nearly everything anyway

Place = tuple[str, TimeRange, int]  # footage id, window, beat


def passed_over(
    covered: Sequence[Covered], chosen: Sequence[Sequence[Cast]]
) -> list[dict[str, Any]]:
    """One entry a beat: its words, how many spans could show it, and the best not taken."""
    places = [
        (cast.candidate.footage.id, cast.window, beat)
        for beat, casts in enumerate(chosen)
        for cast in casts
    ]
    told = []
    for beat, (one, casts) in enumerate(zip(covered[:MOST], chosen[:MOST], strict=True)):
        worst = min((merit(cast.candidate) for cast in casts), default=0.0)
        passed = list(_passed(one, beat, worst, places))
        passed.sort(key=lambda p: any(p[0].footage.id == place[0] for place in places))
        near = [{**_span(candidate), "why_not": why} for candidate, why in passed]
        told.append(
            {
                "beat": one.beat.words,
                "asked": one.beat.asked,
                "could_show": len(one.candidates),
                "near": near[:NEAR],
            }
        )
    return told


def _span(candidate: Candidate) -> dict[str, Any]:
    return {
        "footage_id": candidate.footage.id,
        "name": candidate.footage.name,
        "start_s": str(candidate.core.start),
        "end_s": str(candidate.core.end),
        "worth": round(merit(candidate), 3),
        "quotes": [why.quote for why in candidate.why[:2]],
    }


def _passed(
    covered: Covered, beat: int, worst: float, places: Sequence[Place]
) -> Iterator[tuple[Candidate, str]]:
    """The candidates of a beat that are not in the film, best first, one for each footage."""
    told: set[str] = set()
    for candidate in covered.candidates:
        footage_id = candidate.footage.id
        mine = [place for place in places if place[0] == footage_id]
        if footage_id in told or any(
            r.overlap(candidate.core) > 0 for _, r, b in mine if b == beat
        ):
            continue
        told.add(footage_id)
        yield candidate, _why_not(candidate, beat, worst, mine)


def _why_not(candidate: Candidate, beat: int, worst: float, mine: Sequence[Place]) -> str:
    if any(r.overlap(candidate.core) > 0 for _, r, b in mine if b != beat):
        return "that moment is in the cut already, for another part of it"
    if mine:
        return f"{candidate.footage.name} is in the cut already, with another moment"
    if merit(candidate) < worst - 0.0005:
        if worst <= 0:
            return "it answered less well"
        less = min(100, max(1, round(100 * (1 - merit(candidate) / worst))))
        return f"it answered less well, by {less} % of what was taken"
    return "the length had no room for one more"
