"""All vectors of one level in memory, or mapped from a file: compared exactly, row by row."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.vectors import truth
from index.vectors.listing import Listing
from project.footage import Level
from project.store import Project

GATHERED = 4_096  # rows that are copied together where those to compare lie scattered
COMPARED = 1_024  # rows compared together: of many more NumPy would wake a thread, which costs more
SCATTERED = 8  # mean length of a stretch of rows below which copying them first is quicker
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Near:
    """One neighbour of a question: whose it is, and the cosine between the two."""

    footage_id: str
    ordinal: int
    cosine: float


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """All vectors of one level, float32 of length 1, footage by footage.

    They lie in two blocks, and rows are counted through both: `first`, which may be mapped from a
    file, and `later` with the footage that changed since. What it was before stays in `first`, in
    rows that no footage has any more.
    """

    listing: Listing
    first: NDArray[np.float32]  # (n, width)
    later: NDArray[np.float32]  # (m, width)
    alive: Rows = field(init=False)  # the rows that footage has, in order
    footage: tuple[str, ...] = field(init=False)  # that has rows, in their order
    _starts: Rows = field(init=False)

    def __post_init__(self) -> None:
        spans = sorted((s.start, s.stop, name) for name, s in self.listing.rows.items())
        parts = [np.arange(start, stop) for start, stop, _ in spans]
        object.__setattr__(self, "alive", np.concatenate(parts or [np.arange(0)]))
        object.__setattr__(self, "footage", tuple(name for _, _, name in spans))
        object.__setattr__(self, "_starts", np.array([start for start, _, _ in spans], np.intp))

    def __len__(self) -> int:
        return len(self.alive)

    @property
    def width(self) -> int:
        """Numbers in a vector; 0 where there is none."""
        return int(self.first.shape[1])

    @property
    def rows(self) -> Mapping[str, range]:
        """Where each piece of footage lies."""
        return self.listing.rows

    @property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """(footage id, ordinal) of each vector, in order."""
        return tuple(self.keys_of(self.alive))

    @property
    def vectors(self) -> NDArray[np.float32]:
        """(N, width) float32: every vector, in the order of `keys`."""
        whole = not len(self.later) and len(self.alive) == len(self.first)
        return self.first if whole else self.take(self.alive)

    def key(self, row: int) -> tuple[str, int]:
        """Whose vector a row is."""
        at = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self.footage[at], int(self.listing.ordinals[row])

    def keys_of(self, rows: Rows) -> list[tuple[str, int]]:
        """Whose vector each of these rows is."""
        names = [self.footage[at] for at in self.owners(rows).tolist()]
        return list(zip(names, self.listing.ordinals[rows].tolist(), strict=True))

    def cosines(
        self, question: NDArray[np.float32], footage_ids: Sequence[str]
    ) -> dict[str, dict[int, float]]:
        """How near each vector of this footage comes to `question`: by footage, by ordinal."""
        here = [each for each in footage_ids if each in self.rows]
        rows = self.of(here)
        near, ordinals = self.compare(question, rows), self.listing.ordinals[rows]
        out: dict[str, dict[int, float]] = {}
        at = 0
        for each in sorted(here, key=lambda one: self.rows[one].start):
            end = at + len(self.rows[each])
            out[each] = dict(zip(ordinals[at:end].tolist(), near[at:end].tolist(), strict=True))
            at = end
        return out

    def owners(self, rows: Rows) -> Rows:
        """Where in `footage` that of each row stands."""
        return np.searchsorted(self._starts, rows, side="right") - 1

    def row(self, footage_id: str, ordinal: int) -> int | None:
        """Where the vector of one moment, shot or piece of footage lies; None without one."""
        span = self.rows.get(footage_id, range(0))
        own = self.listing.ordinals[span.start : span.stop]
        at = int(np.searchsorted(own, ordinal))
        return span.start + at if at < len(own) and own[at] == ordinal else None

    def of(self, footage_ids: Sequence[str]) -> Rows:
        """The rows of this footage, in order."""
        spans = [self.rows[each] for each in footage_ids if each in self.rows]
        found = np.concatenate([np.arange(s.start, s.stop) for s in spans] or [np.arange(0)])
        return np.sort(found)

    def take(self, rows: Rows) -> NDArray[np.float32]:
        """(len(rows), width) float32, copied; rows in order."""
        border = int(np.searchsorted(rows, len(self.first)))
        parts = (self.first[rows[:border]], self.later[rows[border:] - len(self.first)])
        return np.concatenate([part for part in parts if len(part)] or [self.first[:0]])

    def sample(self, most: int) -> NDArray[np.float32]:
        """At most about `most` vectors spread evenly over all."""
        step = max(1, len(self) // most)
        return self.vectors if step == 1 else self.take(self.alive[::step])

    def compare(self, question: NDArray[np.float32], rows: Rows) -> NDArray[np.float32]:
        """The cosines of these rows, which are in order, to `question`."""
        ends = np.flatnonzero(np.diff(rows) != 1) + 1
        if len(ends) * SCATTERED > len(rows):
            places: list[Rows] = np.split(rows, range(GATHERED, len(rows), GATHERED))
            return np.concatenate([self.take(some) @ question for some in places])
        out = np.empty(len(rows), np.float32)
        border = np.searchsorted(rows, len(self.first))
        edges = np.unique(np.concatenate([[0], ends, [border], [len(rows)]]))
        for a, b in pairwise(edges):
            block, start = self.first, int(rows[a])
            if start >= len(self.first):
                block, start = self.later, start - len(self.first)
            for at in range(0, int(b - a), COMPARED):
                some = block[start + at : start + min(at + COMPARED, int(b - a))]
                out[a + at : a + at + len(some)] = some @ question
        return out


_matrices: weakref.WeakKeyDictionary[Project, dict[tuple[str, str], tuple[str, Matrix]]] = (
    weakref.WeakKeyDictionary()
)


def matrix(project: Project, level: Level, model: str) -> Matrix:
    """All vectors of one level; of footage that changed since the last call they are read again."""
    from index.vectors import mapped

    now, held = truth.generation(project), _matrices.setdefault(project, {})
    known = held.get((level, model))
    if known is None or known[0] != now:
        states = truth.states(project)
        before = known[1] if known else mapped.find(project, level, model)
        found = follow(project, level, model, before, states) if before else None
        if found is None:
            found = whole(project, level, model, states)
        held[(level, model)] = known = (now, found)
    return known[1]


def swap(project: Project, level: Level, model: str, old: Matrix, new: Matrix) -> None:
    """Let `new`, which holds the same elsewhere, stand for `old` where that is still the latest."""
    held = _matrices.setdefault(project, {})
    known = held.get((level, model))
    if known is not None and known[1] is old:
        held[(level, model)] = (known[0], new)


def whole(project: Project, level: Level, model: str, states: Mapping[str, str]) -> Matrix:
    """Every vector of one level read from the store."""
    block: NDArray[np.float32] | None = None
    rows: dict[str, range] = {}
    ordinals = np.zeros(truth.count(project, level, model), np.int32)
    at = 0
    for footage_id, own, vectors in truth.read(project, level, model, sorted(states)):
        if block is None:
            block = np.empty((len(ordinals), vectors.shape[1]), np.float32)
        rows[footage_id] = range(at, at + len(own))
        ordinals[at : at + len(own)], block[at : at + len(own)] = own, vectors
        at += len(own)
    none = np.zeros((0, 0), np.float32)
    return Matrix(
        Listing(dict(states), rows, ordinals[:at]),
        none if block is None else block[:at],
        none if block is None else block[:0],
    )


def follow(
    project: Project, level: Level, model: str, before: Matrix, states: Mapping[str, str]
) -> Matrix | None:
    """`before` with the footage that changed read again; None where that is most of it."""
    old = before.listing
    changed = old.changed(states)
    if not changed:
        return before
    stale = sum(len(old.rows.get(each, ())) for each in changed)
    if len(changed) * 2 > len(states) or stale * 2 > len(before):
        return None
    rows = {f: s for f, s in old.rows.items() if f not in changed}
    ordinals, blocks = [old.ordinals], [before.later]
    at = len(old.ordinals)
    for footage_id, own, vectors in truth.read(
        project, level, model, sorted(changed & states.keys())
    ):
        rows[footage_id] = range(at, at + len(own))
        ordinals.append(own)
        blocks.append(vectors)
        at += len(own)
    if at - len(before.first) > len(before.first):  # more came later than there was
        return None
    filled = [block for block in blocks if len(block)] or blocks[:1]
    listing = Listing(dict(states), rows, np.concatenate(ordinals))
    return Matrix(listing, before.first, np.concatenate(filled))


def brute_force(
    held: Matrix,
    question: NDArray[np.float32],
    limit: int,
    footage_ids: Sequence[str] | None = None,
    rows: Rows | None = None,
) -> list[Near]:
    """The exact neighbours of `question` among all vectors, those of `footage_ids`, or `rows`."""
    if rows is None:
        rows = held.alive if footage_ids is None else held.of(footage_ids)
    if not len(rows):
        return []
    cosines = held.compare(question, rows)
    best = places_of_best(cosines, limit)
    return [
        Near(*key, cosine)
        for key, cosine in zip(held.keys_of(rows[best]), cosines[best].tolist(), strict=True)
    ]


def places_of_best(cosines: NDArray[np.float32], limit: int) -> Rows:
    """The places of the `limit` largest, best first, ties in order of place."""
    if 0 < limit < len(cosines):
        least = np.partition(cosines, len(cosines) - limit)[len(cosines) - limit]
        among = np.flatnonzero(cosines >= least)
    else:
        among = np.arange(len(cosines))
    return among[np.argsort(-cosines[among], kind="stable")][:limit]
