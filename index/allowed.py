"""What filters let through: footage, the rows of its vectors, and the runs of its moments."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index import looks
from index.fuse import SHAPES
from index.looks import BRIGHT, DARK, FACES, MOVING, SPEECH, STILL
from index.predicates import UNKNOWN, fact
from index.query import Asked
from index.runs import Run
from index.values import Filters
from index.vectors import Matrix, Rows, matrix
from project import footage as store
from project import history
from project.footage import Footage, Level
from project.store import Project
from timeline.model import Clip

REMEMBERED = 8  # sets of filters whose footage and rows are kept
CAPTIONED = frozenset({"high frame rate"})  # what a caption may tell where the file does not


@dataclass(frozen=True, slots=True, eq=False)
class Allowed:
    """The footage that passes filters. Its rows are worked out once for each matrix."""

    filters: Filters
    footage: tuple[Footage, ...]
    all_of_it: bool  # nothing is left out
    ids: tuple[str, ...]
    place: dict[str, int]  # of each in `ids`
    _rows: dict[tuple[Level, str], tuple[Matrix, Rows]] = field(default_factory=dict)
    _places: dict[str, tuple[tuple[str, ...], Rows]] = field(default_factory=dict)
    _lit: dict[str, tuple[Rows, NDArray[np.bool_]]] = field(default_factory=dict)

    def places(self, kind: str, footage_ids: tuple[str, ...]) -> Rows:
        """The places of a list of footage in `ids`, -1 for what is left out; kept by kind."""
        known = self._places.get(kind)
        if known is None or known[0] is not footage_ids:
            found = np.array([self.place.get(each, -1) for each in footage_ids], np.intp)
            known = self._places[kind] = (footage_ids, found)
        return known[1]

    def rows(self, project: Project, level: Level, model: str) -> tuple[Matrix, Rows]:
        """A matrix and its rows of this footage; of moments only those that pass the filters."""
        held, known = matrix(project, level, model), self._rows.get((level, model))
        if known is None or known[0] is not held:
            rows = held.alive if self.all_of_it else held.of(self.ids)
            if level == "moment" and looks.asked(self.filters):
                rows = looks.passing(project, held, self.filters, rows)
            known = self._rows[level, model] = (held, rows)
        return known

    def with_moments(self, project: Project, model: str) -> NDArray[np.bool_]:
        """Of each in `ids`, whether any of its moments passes the filters."""
        held, rows = self.rows(project, "moment", model)
        known = self._lit.get(model)
        if known is None or known[0] is not rows:
            found = np.zeros(len(self.ids), bool)
            places = self.places("moment", held.footage)[np.unique(held.owners(rows))]
            found[places[places >= 0]] = True
            known = self._lit[model] = (rows, found)
        return known[1]


_known: weakref.WeakKeyDictionary[Project, OrderedDict[object, Allowed]] = (
    weakref.WeakKeyDictionary()
)


def allowed(project: Project, filters: Filters, wishes: Sequence[Asked] = ()) -> Allowed:
    """The footage that passes the filters, and could meet wishes about the file at all."""
    used = _used(project) if filters.used is not None else frozenset()
    key = (store.changes(project), filters, used, tuple(wishes))
    known = _known.setdefault(project, OrderedDict())
    if key not in known:
        every = store.all_footage(project, usable=True)
        passing = tuple(f for f in every if _passes(f, filters, used) and _may_meet(f, wishes))
        ids = tuple(f.id for f in passing)
        place = {footage_id: n for n, footage_id in enumerate(ids)}
        known[key] = Allowed(filters, passing, len(passing) == len(every), ids, place)
        while len(known) > REMEMBERED:
            known.popitem(last=False)
    known.move_to_end(key)
    return known[key]


def passing(project: Project, filters: Filters) -> list[Footage]:
    """The footage that passes what the filters ask of whole files."""
    return list(allowed(project, filters).footage)


def _passes(f: Footage, filters: Filters, used: frozenset[str]) -> bool:
    tech = f.technical
    return (
        (filters.orientation is None or tech.orientation == filters.orientation)
        and (filters.min_length_s is None or f.duration_s >= filters.min_length_s)
        and (filters.max_length_s is None or f.duration_s <= filters.max_length_s)
        and (filters.has_sound is None or tech.has_sound == filters.has_sound)
        and (filters.has_picture is None or tech.has_picture == filters.has_picture)
        and (tech.has_picture or (filters.light is None and filters.motion is None))
        and (filters.used is None or (f.id in used) == filters.used)
        and (filters.footage_ids is None or f.id in filters.footage_ids)
        and f.id not in filters.not_footage_ids
    )


def _used(project: Project) -> frozenset[str]:
    timeline = history.current(project)
    return frozenset(
        item.footage_id
        for track in timeline.tracks
        for item in track.items
        if isinstance(item, Clip)
    )


def _may_meet(f: Footage, wishes: Sequence[Asked]) -> bool:
    """Whether the file could meet every wish about it. One shape of several is enough."""
    shapes = [each for each in wishes if each.name in SHAPES and not each.negated]
    if len(shapes) > 1 and not any(fact(f, each)[0] for each in shapes):
        return False
    others = [each for each in wishes if len(shapes) < 2 or each not in shapes]
    return all(each.name in CAPTIONED or fact(f, each)[0] > 0 for each in others)


def run_passes(run: Run, filters: Filters) -> bool:
    """Whether most of a run is what the filters ask of moments. Unknown senses never are."""
    seen = [looks.of_senses(m.senses) for m in run.moments if m.senses != UNKNOWN]

    def mostly(bit: int) -> bool:
        return sum(bool(bits & bit) for bits in seen) * 2 > len(seen)

    if filters.light and not mostly(DARK if filters.light == "dark" else BRIGHT):
        return False
    if filters.motion and not mostly(STILL if filters.motion == "still" else MOVING):
        return False
    speaks = bool(run.speech) or mostly(SPEECH)
    if filters.has_speech is not None and speaks != filters.has_speech:
        return False
    return filters.has_faces is None or mostly(FACES) == filters.has_faces
