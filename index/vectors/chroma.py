"""Chroma's answer to "what is near": trusted only while it holds what the store holds.

Where its collections lie is a `Home`'s business: a folder of the project, or a server.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.vectors import neighbours, truth
from index.vectors.levels import Matrix, Near, matrix
from index.vectors.listing import Listing
from project.footage import Level
from project.store import Project

REBUILD_FROM = 20_000  # vectors at one level; below, a search compares with all and waits for
# the next `settle` to rebuild Chroma: until then that is as fast, and starts no thread
AT_ONCE = 2_000  # vectors that a search brings up to date itself before it is answered
WORN = 0.5  # share of vectors changed since a rebuild above which the next one starts afresh

log = logging.getLogger(__name__)
Matrices = Mapping[Level, Matrix]


@dataclass(frozen=True, slots=True)
class Held:
    """What collections hold: the store's generation, what of each level, how much was changed.

    listings: empty where only the generation is known, as of a server somebody else fills.
    """

    generation: str
    listings: Mapping[str, Listing]
    changed: int = 0


class Home(Protocol):
    """Where collections lie. Every method may raise what `neighbours.mishap` passes over."""

    name: str  # as the log calls it
    may_write: bool
    retry_s: float  # how long it is left alone after something went wrong

    def places(self) -> Sequence[str]:
        """Where something may be held."""
        ...

    def open(self, place: str) -> Held | None:
        """What is held there, its collections open from now on; None for nothing whole."""
        ...

    def collection(self, level: Level) -> Any:
        """The open collection of one level."""
        ...

    def current(self, level: Level, generation: str) -> bool:
        """Whether the open collection still is the one that held this generation."""
        ...

    def clear(self, sizes: Mapping[Level, int]) -> None:
        """Empty collections, made for so many vectors, in place of those there; nothing is held."""
        ...

    def begin(self) -> None:
        """From now on what is held is not to be trusted, by anybody."""
        ...

    def keep(self, held: Held) -> None:
        """From now on `held` is held."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class Cache:
    """Chroma's collections for one project: opened and checked on first use, then kept level.

    What little changed is brought up to date by the next search. The rest is done by `settle`, or
    in a thread of its own when a search finds a large cache stale; meanwhile nothing is answered.
    """

    def __init__(self, project: Project, model: str, home: Home) -> None:
        self.model, self._home = model, home
        self._project = weakref.ref(project)
        self._lock = threading.Lock()
        self._held: Held | None = None  # what the open collections hold
        self._building: threading.Thread | None = None
        self._again_at = 0.0  # by the monotonic clock
        weakref.finalize(self, home.close).atexit = False

    def nearest(self, question: NDArray[np.float32], level: Level, limit: int) -> list[Near] | None:
        """Neighbours by Chroma, or None while the cache cannot be trusted."""
        with self._lock:
            held = self._ready()
            if held is None:
                return None
            with neighbours.mishap(self._home.name, "answer"):
                if self._home.current(level, held.generation):
                    return neighbours.ask(self._home.collection(level), question, limit)
                self._held = None  # another process filled it; the next search looks again
                return None
            self._let_go()
            return None

    def settle(self) -> None:
        """Bring it up to date if that is needed, and come back when no rebuild is under way."""
        with self._lock:
            self._ready(settling=True)
        if self._building is not None:
            self._building.join()

    def _ready(self, *, settling: bool = False) -> Held | None:
        """What is held, where that is what the store holds."""
        project, busy = self._project(), self._building is not None and self._building.is_alive()
        if project is None or busy or (time.monotonic() < self._again_at and not settling):
            return None
        now = truth.generation(project)
        if self._held is not None and self._held.generation == now:
            return self._held
        levels = {level: matrix(project, level, self.model) for level in truth.LEVELS}
        if self._held is None or not self._home.may_write:  # others bring it up to date
            self._held = None
            self._open(now, levels)
        if self._held is not None and self._held.generation == now:
            return self._held
        if not self._home.may_write:
            return None
        if self._held is not None and _behind(self._held, levels) <= AT_ONCE:
            self._bring(now, levels)
            return self._held
        if settling or max(map(len, levels.values())) >= REBUILD_FROM:
            self._building = threading.Thread(target=self._bring, args=(now, levels), daemon=True)
            self._building.start()
        return None

    def _open(self, now: str, levels: Matrices) -> None:
        """Open what is there, if it holds what the store holds, or can be brought to it."""
        for place in self._places():
            with neighbours.mishap(self._home.name, "open"):
                held = self._home.open(place)
                if held is not None and held.generation == now:
                    if self._matches(levels):
                        self._held = held
                        return
                    log.warning("%s does not hold what the store does", self._home.name)
                elif held is not None and held.listings and self._home.may_write:
                    self._held = held
                    return
        self._home.close()

    def _places(self) -> Sequence[str]:
        with neighbours.mishap(self._home.name, "be found"):
            return self._home.places()
        self._let_go()
        return ()

    def _matches(self, levels: Matrices) -> bool:
        """Whether counts agree and 50 vectors spread over each level find themselves."""
        return all(
            neighbours.matches(self._home.collection(level), held) for level, held in levels.items()
        )

    def _bring(self, now: str, levels: Matrices) -> None:
        """Let the collections hold `levels`: by what changed, else by all of it."""
        held, self._held = self._held, None
        ways = [held, None] if held is not None and not _worn(held, levels) else [None]
        for way in ways:
            with neighbours.mishap(self._home.name, "be brought up to date"):
                changed = self._fill(levels) if way is None else self._catch_up(way, levels)
                if self._matches(levels):
                    listings: dict[str, Listing] = {
                        level: each.listing for level, each in levels.items()
                    }
                    new = Held(now, listings, changed)
                    self._home.keep(new)
                    self._held, self._again_at = new, 0.0
                    return
                log.warning("%s does not hold what it was given", self._home.name)
        self._let_go()

    def _fill(self, levels: Matrices) -> int:
        self._home.clear({level: len(held) for level, held in levels.items()})
        for level, held in levels.items():
            neighbours.fill(self._home.collection(level), held)
        return 0

    def _catch_up(self, known: Held, levels: Matrices) -> int:
        """Write and take out what differs from `known`; how much was, since the last rebuild."""
        self._home.begin()
        for level, held in levels.items():
            before, collection = known.listings[level], self._home.collection(level)
            changed = sorted(before.changed(held.listing.states))
            keys = {key for each in changed for key in held.listing.keys(each)}
            gone = [k for each in changed for k in before.keys(each) if k not in keys]
            neighbours.drop(collection, gone)
            neighbours.fill(collection, held, changed)
        return known.changed + _behind(known, levels)

    def _let_go(self) -> None:
        self._held = None
        self._again_at = time.monotonic() + self._home.retry_s
        self._home.close()


def _behind(held: Held, levels: Matrices) -> int:
    """How many vectors differ from what is held, at most."""
    count = 0
    for level, now in levels.items():
        before = held.listings[level]
        for each in before.changed(now.listing.states):
            count += max(len(before.rows.get(each, ())), len(now.rows.get(each, ())))
    return count


def _worn(held: Held, levels: Matrices) -> bool:
    """Whether so much was changed since the last rebuild that another one is due."""
    whole = sum(map(len, levels.values()))
    return held.changed + _behind(held, levels) > WORN * whole
