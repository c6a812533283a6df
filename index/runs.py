"""Footage as search sees it: runs of neighbouring moments that show, say and read the same."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from index import corrections, titles, vectors
from index.words import stems
from project import footage as store
from project.footage import Footage, Moment, Speech
from project.store import Project
from timeline.time import TimeRange

REMEMBERED = 2_000  # pieces of footage kept in memory


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

    @property
    def range(self) -> TimeRange:
        return TimeRange(self.moments[0].range.start, self.moments[-1].range.end)

    @property
    def caption(self) -> str:
        return self.moments[0].caption

    @property
    def screen_text(self) -> str:
        return self.moments[0].screen_text

    @property
    def ordinals(self) -> tuple[int, ...]:
        return tuple(moment.ordinal for moment in self.moments)

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


_held: weakref.WeakKeyDictionary[Project, tuple[str, OrderedDict[str, Watched]]] = (
    weakref.WeakKeyDictionary()
)


def watched(project: Project, footage_ids: Sequence[str]) -> list[Watched]:
    """These pieces of footage as search sees them; kept in memory until something changes."""
    now = vectors.generation(project)
    held = _held.get(project)
    if held is None or held[0] != now:
        held = _held[project] = (now, OrderedDict())
    known, out = held[1], []
    for footage_id in footage_ids:
        if footage_id not in known:
            known[footage_id] = _watch(project, store.find(project, footage_id))
        known.move_to_end(footage_id)
        out.append(known[footage_id])
    while len(known) > REMEMBERED:
        known.popitem(last=False)
    return out


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
            corrections.names(kept, moment.range),
        )

    runs = tuple(
        _run(tuple(group), tuple(speech[n] for n in key[3]), str(key[4]))  # type: ignore[attr-defined]
        for key, group in groupby(moments, alike)
    )
    titled = stems(footage.title)
    named = stems(" ".join(titles.name_words(footage.name)))
    named |= stems(corrections.names(kept, footage.range))
    everything = frozenset().union(
        titled, named, *(r.shown | r.said | r.written | r.sensed for r in runs)
    )
    return Watched(footage, runs, tuple(moments), everything, titled, named)


def _run(moments: tuple[Moment, ...], speech: tuple[Speech, ...], names: str) -> Run:
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
    )
