"""Vectors: SQLite holds the truth; Chroma is a cache of it that can always be rebuilt.

Chroma runs in the process that may write the project, or on a server the settings name. Whoever
has neither, or finds it missing, damaged or behind, compares with every vector: exact, and fast
enough.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.vectors import mapped, server
from index.vectors.chroma import Cache as Cache
from index.vectors.folder import Folder
from index.vectors.levels import Matrix as Matrix
from index.vectors.levels import Near as Near
from index.vectors.levels import Rows as Rows
from index.vectors.levels import brute_force as brute_force
from index.vectors.levels import matrix as matrix
from index.vectors.truth import LEVELS as LEVELS
from index.vectors.truth import PICTURE as PICTURE
from index.vectors.truth import Stored as Stored
from index.vectors.truth import generation as generation
from index.vectors.truth import hashes as hashes
from index.vectors.truth import replace as replace
from index.vectors.truth import states as states
from index.vectors.truth import touch as touch
from project.footage import Level
from project.store import Project

SPARE = 1.3  # how many more neighbours are fetched than should pass a filter
FETCHED_COST = 40  # rows compared in the time Chroma takes to find one neighbour more
_caches: weakref.WeakKeyDictionary[Project, Cache] = weakref.WeakKeyDictionary()


def nearest(
    project: Project,
    question: NDArray[np.float32],
    level: Level,
    *,
    model: str,
    limit: int = 200,
    footage_ids: Sequence[str] | None = None,
    within: tuple[Matrix, Rows] | None = None,
) -> list[Near]:
    """The vectors nearest to `question`, best first, of this footage or of rows of the matrix.

    Where few rows pass they are compared one by one. Where many do, Chroma is asked for so many
    more that enough of what it finds will pass.
    """
    if within is None:
        held = matrix(project, level, model)
        within = (held, held.alive if footage_ids is None else held.of(footage_ids))
    held, rows = within
    if not len(rows):
        return []
    cached = cache(project, model)
    found = None if cached is None else _fetched(cached, question, level, held, rows, limit)
    return brute_force(held, question, limit, rows=rows) if found is None else found


def _fetched(
    cached: Cache,
    question: NDArray[np.float32],
    level: Level,
    held: Matrix,
    rows: Rows,
    limit: int,
) -> list[Near] | None:
    """The first `limit` of Chroma's neighbours among `rows`; None where comparing is better."""
    if len(rows) == len(held):
        return cached.nearest(question, level, limit)
    wanted = int(SPARE * limit * len(held) / len(rows)) + 1
    if wanted * FETCHED_COST > len(rows):
        return None
    found = cached.nearest(question, level, wanted)
    if found is None:
        return None
    may = np.zeros(len(held.listing.ordinals), bool)
    may[rows] = True
    places = [held.row(near.footage_id, near.ordinal) for near in found]
    good = [near for near, at in zip(found, places, strict=True) if at is not None and may[at]]
    return good[:limit] if len(good) >= limit else None


def settle(project: Project, model: str) -> None:
    """Every cache brought level with the store before this returns; what ingest does last."""
    if project.write:
        mapped.settle(project, model)
    held = cache(project, model)
    if held is not None:
        held.settle()


def cache(project: Project, model: str) -> Cache | None:
    """The project's Chroma if there are vectors of texts and this process may ask it."""
    url, text = project.settings.chroma_url, not model.startswith(PICTURE)
    if not text or not (url or project.write):
        return None
    held = _caches.get(project)
    if held is not None and held.model == model:
        return held
    if project.row("SELECT 1 FROM vector WHERE model = ? LIMIT 1", model) is None:
        return None
    if not url:
        held = Cache(project, model, Folder(project.vectors))
    elif called := server.project_id(project):
        held = Cache(project, model, server.Server(project, model, called))
    else:
        return None
    _caches[project] = held
    return held
