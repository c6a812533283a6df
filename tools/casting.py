"""Which span stands for which beat: the best and most different, with room for the length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import ceil
from typing import Literal

from project.store import Project
from timeline.time import TimeRange
from tools.beats import Beat
from tools.canvas import Aspect
from tools.coverage import Brief, Candidate, Covered, cover, merit
from tools.ranges import SHORTEST_S, free, placed

Order = Literal["story", "chronological", "day to night"]

ENOUGH = Fraction(1, 3)  # of the length must show the beats before the rest is filled up
_MORE = (Fraction(1), Fraction(3, 2), Fraction(2), Fraction(3), Fraction(5))
_WINDOWS = (Fraction(1), Fraction(8, 5), Fraction(3), Fraction(5))
LONGEST_HOLE_S = Fraction(10)  # a hole is stretched no further for want of footage


@dataclass(frozen=True, slots=True)
class Look:
    """How the edit is made: what was asked of its frame, length, order and sound."""

    length_s: Fraction
    aspect: Aspect | None
    order: Order
    muted: bool
    hole_s: Fraction | None = None  # holes no longer than this; None: their beat's share
    floor_s: Fraction = SHORTEST_S  # clips no shorter, as far as their footage allows


def hole_s(beat: Beat, look: Look) -> Fraction:
    """How long a beat without footage stands as a hole, before the footage turns out short."""
    share = beat.share * look.length_s
    return share if look.hole_s is None else min(share, look.hole_s)


@dataclass(frozen=True, slots=True)
class Cast:
    """A candidate taken for a beat, with the window no other clip may touch."""

    candidate: Candidate
    window: TimeRange


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the film: a cast span, or a hole for a beat without one."""

    covered: Covered
    beat: int
    cast: Cast | None


def cast(
    covered: Sequence[Covered],
    slots: Sequence[int],
    windows: Sequence[Fraction],
    floor_s: Fraction,
    *,
    spread: bool = False,
    taken: Mapping[str, Sequence[TimeRange]] | None = None,
) -> list[list[Cast]]:
    """For each beat up to its number of slots, best and most diverse first.

    `windows` are how long they are wished for each beat. Beats with the fewest candidates
    choose first. No footage is used twice while there is other footage for the beat, none more
    than its fair part of the slots if they are to be spread, and no two windows ever share
    source time, nor any of them what is taken.
    """
    chosen: list[list[Cast]] = [[] for _ in covered]
    used = {key: list(spans) for key, spans in (taken or {}).items()}
    for turn in range(max(slots, default=0)):
        order = [n for n in range(len(covered)) if slots[n] > turn]
        for n in sorted(order, key=lambda n: (_breadth(covered[n]), n)):
            part = ceil(slots[n] / max(1, _breadth(covered[n]))) if spread else slots[n]
            pick = _pick(covered[n], used, (windows[n], floor_s), chosen[n], part)
            if pick is not None:
                chosen[n].append(pick)
                used.setdefault(pick.candidate.footage.fingerprint, []).append(pick.window)
    return chosen


def _breadth(covered: Covered) -> int:
    return len({c.footage.fingerprint for c in covered.candidates})


def _pick(
    covered: Covered,
    taken: Mapping[str, Sequence[TimeRange]],
    lengths: tuple[Fraction, Fraction],
    mates: Sequence[Cast],
    part: int,
) -> Cast | None:
    """The worthiest candidate whose footage the beat's other clips use less than `part` times."""
    window_s, floor_s = lengths
    often = Counter(mate.candidate.footage.fingerprint for mate in mates)
    least = max(floor_s, SHORTEST_S) if mates else Fraction(0)  # a first clip may be short
    best: tuple[float, Cast] | None = None
    for candidate in covered.candidates:
        used = taken.get(candidate.footage.fingerprint, [])
        if often[candidate.footage.fingerprint] >= part:
            continue
        window = _window(candidate, used, window_s)
        if window is None or window.duration < min(least, window_s):
            continue
        worth = merit(candidate) - 0.8 * min(len(used), 2) - 0.1 * len(used)
        worth -= 0.1 * any(m.candidate.framing == candidate.framing != "" for m in mates[-1:])
        worth -= 0.3 * (window.duration < min(window_s, floor_s))
        if best is None or worth > best[0]:
            best = (worth, Cast(candidate, window))
    return best[1] if best else None


def _window(
    candidate: Candidate, taken: Iterable[TimeRange], window_s: Fraction
) -> TimeRange | None:
    """The part of the room to reserve: `window_s` around the core, clear of what is taken."""
    pieces = [p for p in free(candidate.room, taken) if p.duration >= SHORTEST_S / 2]
    if not pieces:
        return None
    piece = max(pieces, key=lambda p: (p.overlap(candidate.core), p.duration))
    there = piece.overlap(candidate.core)
    if candidate.why and (there <= 0 or there * 2 < min(window_s, candidate.core.duration)):
        return None  # what matched is used up; the rest of the room may show something else
    return placed(piece.clamp(candidate.core), window_s, piece, worded=bool(candidate.why))


def chosen_for(covered: tuple[Covered, ...], look: Look, clip_s: Fraction) -> list[list[Cast]]:
    """Casts for each beat, with room for the whole length where its footage has it."""
    return _enough(covered, _need(covered, look), clip_s, look.floor_s)


def filled_up(
    covered: tuple[Covered, ...],
    chosen: list[list[Cast]],
    brief: Brief,
    look: Look,
    clip_s: Fraction,
    project: Project,
) -> tuple[tuple[Covered, ...], list[list[Cast]]]:
    """What is too short for the length, longer: by all of its own footage, b-roll, then holes.

    B-roll is about something like the beats; what is about something else is never taken. Where
    next to nothing shows the beats the film stays as short as it is.
    """
    need = _need(covered, look)
    spare = need - _capacity(chosen)
    words = tuple(c.beat.words for c in covered if c.beat.words and c.candidates)
    if spare <= 0 or spare > need * (1 - ENOUGH) or not words:
        return covered, chosen
    covered = tuple(
        replace(c, beat=replace(c.beat, share=_capacity([casts]) / look.length_s)) if casts else c
        for c, casts in zip(covered, chosen, strict=True)
    )
    beat = Beat("", spare / look.length_s, asked=False, near=words)
    (extra,) = cover((beat,), brief, project)
    broll = _enough((extra,), spare, clip_s, look.floor_s, taken=_taken(chosen))
    if broll[0]:
        place = next((n for n, c in enumerate(covered) if c.beat.role == "ending"), len(covered))
        covered = (*covered[:place], extra, *covered[place:])
        chosen = [*chosen[:place], *broll, *chosen[place:]]
        spare -= _capacity(broll)
    return _with_holes(covered, chosen, spare, look)


def _with_holes(
    covered: tuple[Covered, ...], chosen: list[list[Cast]], spare: Fraction, look: Look
) -> tuple[tuple[Covered, ...], list[list[Cast]]]:
    """A hole behind the beats whose footage is all used, for what other holes cannot take up."""
    there = [c for c in covered if not c.candidates and c.beat.words]
    spare -= sum((LONGEST_HOLE_S - hole_s(c.beat, look) for c in there), Fraction(0))
    if spare <= 0:
        return covered, chosen
    open_ = [n for n, c in enumerate(covered) if chosen[n] and c.beat.words]
    open_ = [n for n in open_ if covered[n].beat.role == "body" and not covered[n].beat.by_senses]
    shortest = sorted(open_, key=lambda n: covered[n].beat.share)
    holes = ceil(spare / LONGEST_HOLE_S) if shortest else 0
    after = sorted((shortest[n % len(shortest)] for n in range(holes)), reverse=True)
    for n in after:
        share = max(spare / holes, SHORTEST_S) / look.length_s
        hole = Covered(replace(covered[n].beat, share=share), (), reason="all of it is used")
        covered = (*covered[: n + 1], hole, *covered[n + 1 :])
        chosen = [*chosen[: n + 1], [], *chosen[n + 1 :]]
    return covered, chosen


def _taken(chosen: Sequence[Sequence[Cast]]) -> dict[str, list[TimeRange]]:
    taken: dict[str, list[TimeRange]] = {}
    for casts in chosen:
        for one in casts:
            taken.setdefault(one.candidate.footage.fingerprint, []).append(one.window)
    return taken


def _need(covered: Sequence[Covered], look: Look) -> Fraction:
    """The seconds that footage has to fill: all but the holes."""
    holes = sum((hole_s(c.beat, look) for c in covered if not c.candidates), Fraction(0))
    return max(look.length_s - holes, Fraction(0))


def _enough(
    covered: Sequence[Covered],
    need: Fraction,
    clip_s: Fraction,
    floor_s: Fraction,
    *,
    taken: Mapping[str, Sequence[TimeRange]] | None = None,
) -> list[list[Cast]]:
    """The fewest casts at the asked pace that have room for `need` seconds, if any do.

    There are never so many of them that each would be shorter than the floor. Longer windows
    are tried before more of them, and those before any footage has more than its fair part.
    """
    best: list[list[Cast]] = [[] for _ in covered]
    for spread, more, window in product((True, False), _MORE, _WINDOWS):
        slots = _slots(covered, need, clip_s / more, floor_s)
        windows = [clip_s * min(window, _most(one)) for one in covered]
        chosen = cast(covered, slots, windows, floor_s, spread=spread, taken=taken)
        if _worth(chosen) > _worth(best):
            best = chosen
        if _shown(best) == _shown(chosen) and _capacity(best) >= need + Fraction(1, 2):
            return best
    return best


def _most(covered: Covered) -> Fraction:
    """How many clips' time one clip may take: an opening leaves the rest of it to the film."""
    return _WINDOWS[-1] if covered.beat.role == "body" else _WINDOWS[1]


def _slots(
    covered: Sequence[Covered], need: Fraction, clip_s: Fraction, floor_s: Fraction
) -> list[int]:
    """How many clips each beat is to have, by its share of `need` seconds."""
    whole = sum((c.beat.share for c in covered if c.candidates), Fraction(0)) or Fraction(1)
    slots = []
    for one in covered:
        seconds = need * one.beat.share / whole
        many = min(round(seconds / clip_s), int(seconds / floor_s))
        slots.append(max(1, many) if one.candidates else 0)
    return slots


def _worth(chosen: Sequence[Sequence[Cast]]) -> tuple[int, Fraction, int]:
    """More of the beats shown is better, then more to cut from, then fewer cuts."""
    return _shown(chosen), _capacity(chosen), -sum(map(len, chosen))


def _shown(chosen: Sequence[Sequence[Cast]]) -> int:
    return sum(1 for casts in chosen if casts)


def _capacity(chosen: Sequence[Sequence[Cast]]) -> Fraction:
    return sum((c.window.duration for casts in chosen for c in casts), Fraction(0))
