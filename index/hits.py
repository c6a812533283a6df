"""Scored runs gathered into hits: neighbours nearly as good join, footage takes turns on top."""

from __future__ import annotations

from collections.abc import Sequence

from index.fuse import Scored
from index.runs import Run
from index.values import Hit, Why
from timeline.time import TimeRange

MERGE = 0.92  # a neighbouring run this close to the best joins its hit
TOP = 5  # the first page of hits, in which one footage takes at most PER_FOOTAGE places
PER_FOOTAGE = 2


def hits(ordered: Sequence[Scored], limit: int) -> list[Hit]:
    """At most `limit` hits of runs in order of score, best first; none overlaps another."""
    taken: set[tuple[str, int]] = set()
    found: list[Hit] = []
    later: list[Hit] = []
    count: dict[str, int] = {}
    for best in ordered:
        key = best.run.footage_id
        if (key, best.run.moments[0].ordinal) in taken:
            continue
        joined = _joined(best, ordered, taken)
        taken.update((key, run.moments[0].ordinal) for run in joined)
        hit = _hit(best, joined)
        count[key] = count.get(key, 0) + 1
        if len(found) < TOP and count[key] > PER_FOOTAGE:
            later.append(hit)
        else:
            found.append(hit)
        if len(found) >= max(limit, TOP):
            break
    found = found[:TOP] + sorted(found[TOP:] + later, key=lambda h: -h.score)
    return found[:limit]


def _joined(best: Scored, ordered: Sequence[Scored], taken: set[tuple[str, int]]) -> list[Run]:
    """The run with its neighbours of the same shot that are nearly as good."""
    good = {
        s.run.moments[0].ordinal
        for s in ordered
        if s.run.footage_id == best.run.footage_id and s.score >= MERGE * best.score
    }
    runs = best.watched.runs
    at = runs.index(best.run)

    def joins(run: Run) -> bool:
        first = run.moments[0].ordinal
        return run.shot == best.run.shot and first in good and (run.footage_id, first) not in taken

    low = high = at
    while low > 0 and joins(runs[low - 1]):
        low -= 1
    while high + 1 < len(runs) and joins(runs[high + 1]):
        high += 1
    return list(runs[low : high + 1])


def _hit(best: Scored, joined: Sequence[Run]) -> Hit:
    footage = best.watched.footage
    value = float(min(1.0, max(0.0, best.score)))
    caption, near = best.run.caption, min(1.0, max(0.0, best.meaning))
    meant = Why("meaning", caption, near) if caption else Why("title", footage.title, near)
    why = best.why or (meant,)
    span = TimeRange(joined[0].range.start, joined[-1].range.end)
    return Hit(footage.id, footage.name, span, value, why, footage.title)
