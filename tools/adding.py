"""One more moment in the cut: found by words or named, at a place or in place of a clip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from index.search import search
from index.values import Filters
from project.errors import BadArguments
from project.store import Project
from timeline import edits
from timeline.model import Clip, Gap, Timeline
from timeline.time import TimeRange, clock, exact
from tools.beats import Beat
from tools.canvas import rate_for, reframe_for
from tools.casting import cast
from tools.coverage import Brief, cover
from tools.dailies import Dailies, made_id
from tools.proposal import Evidence, Reason
from tools.ranges import SHORTEST_S, around, on_frames
from tools.search import reason_of

ADDED_S = Fraction(3)  # how long a moment stands when no length is said

Found = tuple[str, TimeRange, Reason]  # footage, what of it, and why


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be added: words for it, or a span of named footage. length_s: None for usual."""

    query: str = ""
    footage_id: str = ""
    in_s: float | None = None
    out_s: float | None = None
    length_s: float | None = None


def added(
    wanted: Wanted, before: Timeline, project: Project, *, place: int | None
) -> tuple[Timeline, str, list[Reason]]:
    """The moment inserted at `place` from 0 on V1; None is the end. Raises BadArguments.

    | A | B |  ->  | A | new | B |
    """
    dailies = Dailies(project)
    found = _found(wanted, before, exact(wanted.length_s or ADDED_S), dailies)
    timeline = before if before.clips() else replace(before, rate=_rate(found, dailies))
    clip = _clip(found, timeline, wanted.query, dailies)
    after = _inserted(timeline, clip, place)
    answer = f"{clip.name} {clip.source} is added at {clock(after.start_of(clip.id))}."
    return after, answer, [found[2]]


def replaced(
    wanted: Wanted, before: Timeline, clip_id: str, project: Project
) -> tuple[Timeline, str, list[Reason]]:
    """Another moment where a clip stood, as long as it; without words, what it does not show.

    | A | B | C |  ->  | A | new | C |

    Raises BadArguments where nothing is found.
    """
    dailies, old = Dailies(project), before.item(clip_id)
    assert isinstance(old, Clip)  # only clips are pointed at
    length = exact(wanted.length_s) if wanted.length_s else old.duration
    if wanted.query.strip() or wanted.footage_id:
        found = _found(wanted, before, length, dailies)
    else:
        found = _else(old, length, before, dailies)
    new = replace(_clip(found, before, wanted.query, dailies), muted=old.muted)
    ids = [i.id for i in before.track("V1").items if isinstance(i, Clip | Gap)]
    after = _inserted(edits.delete(before, clip_id), new, ids.index(clip_id))
    answer = f"{new.name} {new.source} stands at {clock(after.start_of(new.id))} instead of"
    return after, f"{answer} {old.name} {old.source}.", [found[2]]


def _rate(found: Found, dailies: Dailies) -> Fraction:
    """The rate of an empty timeline: that of its first footage."""
    return rate_for([dailies.footage(found[0])])


def _inserted(timeline: Timeline, clip: Clip, place: int | None) -> Timeline:
    starts = [at for at, i in timeline.track("V1").placed() if isinstance(i, Clip | Gap)]
    if place is not None and place < len(starts):
        return edits.insert(timeline, clip, starts[place])
    return edits.append(timeline, clip)


def _clip(found: Found, timeline: Timeline, beat: str, dailies: Dailies) -> Clip:
    """The found span as a clip of whole timeline frames."""
    footage_id, span, reason = found
    footage = dailies.footage(footage_id)
    room = footage.picture_range
    frames = max(1, int(span.clamp(room).duration * timeline.rate))
    span = around(span.clamp(room), frames / timeline.rate, room)
    span = on_frames(span, room, Fraction(footage.technical.rate))
    return Clip(
        id=made_id("c", timeline, footage_id, span),
        footage_id=footage_id,
        name=footage.name,
        source=span,
        available=room,
        origin=footage.origin,
        reframe=reframe_for(footage, timeline.width, timeline.height, asked=False),
        reasons=(reason.text,),
        beat=beat,
    )


# --- which moment


def _found(wanted: Wanted, before: Timeline, length: Fraction, dailies: Dailies) -> Found:
    """The span that is named, or the best answer to the words that is not shown yet."""
    if wanted.footage_id:
        return _named(wanted, dailies)
    if not wanted.query.strip():
        raise BadArguments("say in query what to add, or give footage_id with in_s and out_s")
    filters = Filters(has_picture=True)
    found = search(dailies.project, wanted.query, filters=filters, limit=20)
    if not found.confident or not found.hits:
        raise BadArguments(f"nothing in the footage is like {wanted.query!r}: {found.reason}")
    shown = [(_content(c.footage_id, dailies), c.source) for _, c in before.clips()]
    fresh = [
        h
        for h in found.hits
        if not any(
            content == _content(h.footage_id, dailies) and span.overlap(h.range) > 0
            for content, span in shown
        )
    ]
    hit = (fresh or list(found.hits))[0]
    footage = dailies.footage(hit.footage_id)
    shots = [s.range for s in dailies.shots(footage.id) if s.range.overlap(hit.range) > 0]
    room = max(shots, key=hit.range.overlap) if shots else footage.picture_range
    room = room.clamp(footage.picture_range)
    return footage.id, around(hit.range.clamp(room), length, room), reason_of(hit, dailies)


def _content(footage_id: str, dailies: Dailies) -> str:
    """What copies of a file have in common; the id of what the project no longer has."""
    return dailies.footage(footage_id).fingerprint if dailies.has(footage_id) else footage_id


def _named(wanted: Wanted, dailies: Dailies) -> Found:
    footage = dailies.footage(wanted.footage_id)
    start = exact(wanted.in_s or 0)
    end = exact(wanted.out_s) if wanted.out_s else footage.picture_range.end
    span = TimeRange(min(start, end), end)
    if not footage.picture_range.contains(span) or span.duration <= 0:
        raise BadArguments(
            f"{footage.name} has pictures at {footage.picture_range}; {start} s to {end} s"
            " is not inside that"
        )
    reason = Reason(
        text=f"{footage.name} {span}, as asked", evidence=(_name(footage.id, span, dailies),)
    )
    return footage.id, span, reason


def _name(footage_id: str, span: TimeRange, dailies: Dailies) -> Evidence:
    return Evidence(
        kind="name",
        footage_id=footage_id,
        start_s=str(span.start),
        end_s=str(span.end),
        quote=dailies.footage(footage_id).name,
    )


def _else(old: Clip, length: Fraction, before: Timeline, dailies: Dailies) -> Found:
    """What the cut does not show yet: about something like its other beats, else what looks best.

    Raises BadArguments where all footage is in the cut or shows the same.
    """
    used = {_content(c.footage_id, dailies) for _, c in before.clips()}
    free = tuple(f.id for f in dailies.filmed() if f.fingerprint not in used)
    if not free:
        raise BadArguments("all footage is in the cut already; say what should stand there instead")
    brief = Brief(footage_ids=free, exclude=(old.beat,) if old.beat else ())
    others = tuple(c.beat for _, c in before.clips() if c.beat and c.id != old.id)
    whole, floor = Fraction(1), min(length, SHORTEST_S)
    tries = [Beat("", whole, asked=False, near=others)] if others else []
    for beat in (*tries, Beat("", whole, asked=False, by_senses=True)):
        [covered] = cover((beat,), brief, dailies.project)
        [chosen] = cast((covered,), (1,), (length,), floor)
        if chosen:
            return _unseen(chosen[0].candidate.footage.id, chosen[0].window, old, dailies)
    raise BadArguments(
        f"no other footage than what shows {old.beat!r} is left; say what should stand there"
    )


def _unseen(footage_id: str, span: TimeRange, old: Clip, dailies: Dailies) -> Found:
    footage = dailies.footage(footage_id)
    text = f"{footage.name} {span} instead of {old.name}: the cut does not show it yet"
    return footage_id, span, Reason(text=text, evidence=(_name(footage_id, span, dailies),))
