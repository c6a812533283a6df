"""Scored runs gathered into hits: neighbours as good join, footage takes turns on top."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from index.asked import Reach
from index.fuse import Scored
from index.runs import Run, Watched
from index.values import Hit, Why
from index.words import stems
from timeline.time import TimeRange

MERGE = 0.8  # a neighbouring run this close to the best joins its hit
BRIDGE_S = 1  # and so does what lies between two such runs, if it is no longer
SNAP_S = Fraction(1, 2)  # a caption's border this near to a hit's edge is the edge
SAID = 0.5  # how strongly speech has to be the reason for a hit to span the line
MET = 0.5  # how well what is asked has to be met for a neighbour to join for that
TOP = 5  # the first page of hits, in which one footage takes at most PER_FOOTAGE places
PER_FOOTAGE = 2


def hits(ordered: Sequence[Scored], limit: int, reach: Reach = "alike") -> list[Hit]:
    """At most `limit` hits of runs in order of score, best first; none overlaps another."""
    of: dict[str, list[Scored]] = {}
    for each in ordered:
        of.setdefault(each.run.footage_id, []).append(each)
    taken: set[tuple[str, int]] = set()
    found: list[Hit] = []
    later: list[Hit] = []
    count: dict[str, int] = {}
    for best in ordered:
        key = best.run.footage_id
        if (key, best.run.moments[0].ordinal) in taken:
            continue
        joined, span = _gathered(best, of[key], taken, reach)
        taken.update((key, run.moments[0].ordinal) for run in joined)
        hit = _hit(best, span)
        count[key] = count.get(key, 0) + 1
        if len(found) < TOP and count[key] > PER_FOOTAGE:
            later.append(hit)
        else:
            found.append(hit)
        if len(found) >= max(limit, TOP):
            break
    found = found[:TOP] + sorted(found[TOP:] + later, key=lambda h: -h.score)
    return found[:limit]


def _gathered(
    best: Scored, beside: Sequence[Scored], taken: set[tuple[str, int]], reach: Reach
) -> tuple[list[Run], TimeRange]:
    """The runs of one hit and its in and out point; `beside`: all runs of its footage."""
    lines = _lines(best)
    if lines is None:
        joined = _joined(best, beside, taken, reach)
        return joined, _edges(best.watched, joined)
    said = [run for run in best.watched.runs if run.range.overlap(lines) > 0]
    return said, lines.clamp(best.watched.footage.range)


def _joined(
    best: Scored, beside: Sequence[Scored], taken: set[tuple[str, int]], reach: Reach
) -> list[Run]:
    """The run with its neighbours, of the same shot unless files are asked for, that belong."""
    good = {s.run.moments[0].ordinal for s in beside if _belongs(s, best, reach)}
    runs = best.watched.runs
    at = runs.index(best.run)

    def free(place: int) -> bool:
        run = runs[place]
        same = reach == "file" or run.shot == best.run.shot
        return same and (run.footage_id, run.moments[0].ordinal) not in taken

    def last_one(way: int) -> int:
        """The last place in one direction that belongs to the hit."""
        last = place = at
        while 0 <= place + way < len(runs) and free(place + way):
            place += way
            if runs[place].moments[0].ordinal in good:
                last = place
            elif sum(r.range.duration for r in runs[place:last:-way]) > BRIDGE_S:
                break
        return last

    return list(runs[last_one(-1) : last_one(1) + 1])


def _belongs(scored: Scored, best: Scored, reach: Reach) -> bool:
    """Whether a run that lies beside the best one belongs to its hit."""
    if reach == "met" and min(scored.asked_of_senses, best.asked_of_senses) >= MET:
        return True
    return reach == "shot" or scored.score >= MERGE * best.score


def _lines(best: Scored) -> TimeRange | None:
    """The span of the lines that were said, where speech is why the run matched most of all."""
    why = max(best.why, key=lambda w: w.strength, default=None)
    if why is None or why.kind != "speech" or why.strength < SAID:
        return None
    wanted = stems(why.quote)
    said = [s.range for s in best.run.speech if s.text == why.quote or stems(s.text) <= wanted]
    return TimeRange(min(r.start for r in said), max(r.end for r in said)) if said else None


def _edges(watched: Watched, joined: Sequence[Run]) -> TimeRange:
    """In and out point of neighbouring runs: on the cuts, or the captions' borders, if near."""
    first, last = joined[0], joined[-1]
    start, end = first.range.start, last.range.end
    if watched.shots:
        before = next((r for r in reversed(watched.runs) if r.range.end == start), None)
        after = next((r for r in watched.runs if r.range.start == end), None)
        if before is None or before.shot != first.shot:
            start = watched.shots[first.shot].start
        else:
            start = _snapped(start, watched)
        if after is None or after.shot != last.shot:
            end = watched.shots[last.shot].end
        else:
            end = _snapped(end, watched)
    span = TimeRange(start, end) if start < end else TimeRange(first.range.start, last.range.end)
    return span.clamp(watched.footage.range)


def _snapped(edge: Fraction, watched: Watched) -> Fraction:
    near = min(watched.borders, key=lambda b: abs(b - edge), default=edge)
    return near if abs(near - edge) <= SNAP_S else edge


def _hit(best: Scored, span: TimeRange) -> Hit:
    footage = best.watched.footage
    value = float(min(1.0, max(0.0, best.score)))
    caption, near = best.run.caption, min(1.0, max(0.0, best.meaning))
    meant = Why("meaning", caption, near) if caption else Why("title", footage.title, near)
    why = best.why or (meant,)
    return Hit(footage.id, footage.name, span, value, why, footage.title)
