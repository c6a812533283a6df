"""Footage as search sees it: runs of neighbouring moments that show, say and read the same."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from index import corrections, titles, vectors
from index.words import stems
from project import footage as store
from project.footage import Footage, Moment, Speech, Thing
from project.store import Project
from timeline.time import TimeRange

REMEMBERED = 100_000  # moments kept in memory, of the footage that was looked at last


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring moments of one shot with the same caption, speech and on-screen text."""

    footage_id: str
    moments: tuple[Moment, ...]
    speech: tuple[Speech, ...]
    names: str
    shown: frozenset[str]  # stems of the caption
    said: frozenset[str]
    written: frozenset[str]
    named: frozenset[str]  # of people and places
    sensed: frozenset[str]  # of the words of the senses
    ordinals: tuple[int, ...]  # of its moments
    range: TimeRange
    pictured: tuple[bool, ...]  # of each moment, whether there is a picture
    things: tuple[Thing, ...] = ()  # that count beside its caption, each as sure as it is at best

    @property
    def caption(self) -> str:
        return self.moments[0].caption

    @property
    def screen_text(self) -> str:
        return self.moments[0].screen_text

    @property
    def shot(self) -> int:
        return self.moments[0].shot_ordinal


@dataclass(frozen=True, slots=True)
class Watched:
    """One piece of footage with its runs in order, and all words it is known by."""

    footage: Footage
    runs: tuple[Run, ...]
    moments: tuple[Moment, ...]
    words: frozenset[str]  # stems of everything shown, said, written and named
    titled: frozenset[str]
    named: frozenset[str]  # of the file's name and its people and places
    shots: tuple[TimeRange, ...] = ()
    borders: tuple[Fraction, ...] = ()  # where captions that were brought begin and end


def in_picture(footage: Footage, span: TimeRange) -> bool:
    """Whether footage has a picture in this span: sound may begin before it and go on after."""
    if not footage.technical.has_picture:
        return False
    shown = footage.picture_range
    return shown.start < span.end and span.start < shown.end


@dataclass(slots=True)
class _Known:
    """What is kept of one project: each piece of footage with the state it was read in."""

    generation: str = ""
    fresh: set[str] = field(default_factory=set)  # footage known to be in that state still
    footage: OrderedDict[str, tuple[str, Watched]] = field(default_factory=OrderedDict)
    moments: int = 0
    reading: threading.Lock = field(default_factory=threading.Lock)


_held: weakref.WeakKeyDictionary[Project, _Known] = weakref.WeakKeyDictionary()


def watched(project: Project, footage_ids: Sequence[str]) -> list[Watched]:
    """These pieces of footage as search sees them; each is kept in memory until it changes."""
    now, held = vectors.generation(project), _held.setdefault(project, _Known())
    with held.reading:
        if held.generation != now:
            held.generation = now
            held.fresh.clear()
        out = []
        for footage_id in footage_ids:
            if footage_id not in held.fresh:
                _follow(project, held, footage_id)
            held.footage.move_to_end(footage_id)
            out.append(held.footage[footage_id][1])
        while held.moments > REMEMBERED and len(held.footage) > 1:
            gone, (_, seen) = held.footage.popitem(last=False)
            held.fresh.discard(gone)
            held.moments -= len(seen.moments)
    return out


def _follow(project: Project, held: _Known, footage_id: str) -> None:
    """Read one piece of footage where it is not known as it is now."""
    row = project.row("SELECT indexed FROM footage WHERE id = ?", footage_id)
    state, known = row["indexed"] if row else "", held.footage.get(footage_id)
    if known is None or known[0] != state:
        seen = _watch(project, store.find(project, footage_id))
        held.moments += len(seen.moments) - (len(known[1].moments) if known else 0)
        held.footage[footage_id] = (state, seen)
    held.fresh.add(footage_id)


def _watch(project: Project, footage: Footage) -> Watched:
    moments = store.moments(project, footage.id)
    speech = store.speech(project, footage.id)
    kept = corrections.corrections(project, footage.fingerprint)

    def alike(moment: Moment) -> tuple[object, ...]:
        return (
            moment.shot_ordinal,
            moment.caption,
            moment.screen_text,
            tuple(n for n, s in enumerate(speech) if s.range.overlap(moment.range) > 0),
            tuple(thing.word for thing in titles.looks_like(moment)),
            corrections.names(kept, moment.range),
        )

    runs = tuple(
        _run(footage, tuple(group), tuple(speech[n] for n in key[3]), str(key[5]))  # type: ignore[attr-defined]
        for key, group in groupby(moments, alike)
    )
    titled = stems(footage.title)
    named = stems(" ".join(titles.name_words(footage.name)))
    named |= stems(corrections.names(kept, footage.range))
    everything = frozenset().union(
        titled, named, *(r.shown | r.said | r.written | r.sensed for r in runs)
    )
    shots = tuple(shot.range for shot in store.shots(project, footage.id))
    told = store.captions(project, footage.id)
    borders = sorted({edge for c in told for edge in (c.range.start, c.range.end)})
    return Watched(footage, runs, tuple(moments), everything, titled, named, shots, tuple(borders))


def _run(
    footage: Footage, moments: tuple[Moment, ...], speech: tuple[Speech, ...], names: str
) -> Run:
    first = moments[0]
    return Run(
        first.footage_id,
        moments,
        speech,
        names,
        shown=stems(first.caption) if titles.told([first]) else frozenset(),
        said=stems(" ".join(s.text for s in speech)),
        written=stems(first.screen_text),
        named=stems(names),
        sensed=stems(" ".join(w for m in moments for w in m.senses.words)),
        ordinals=tuple(moment.ordinal for moment in moments),
        range=TimeRange(first.range.start, moments[-1].range.end),
        pictured=tuple(in_picture(footage, moment.range) for moment in moments),
        things=_things(moments),
    )


def _things(moments: Sequence[Moment]) -> tuple[Thing, ...]:
    """The things of neighbouring moments, each as sure as it is at best."""
    best: dict[str, Thing] = {}
    for thing in (thing for moment in moments for thing in titles.looks_like(moment)):
        best[thing.word] = max(thing, best.get(thing.word, thing), key=lambda t: t.chance)
    return tuple(sorted(best.values(), key=lambda t: -t.chance))
