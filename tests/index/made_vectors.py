"""Random vectors for the footage of the made library, and questions about them."""

from __future__ import annotations

import numpy as np

from index import vectors
from index.vectors import Cache, Stored
from project.store import Project
from tests.index import made_library

MODEL, WIDTH = "test", 16


def put(project: Project, footage_id: str, *, seed: int, count: int) -> None:
    """`count` moments and one vector of the whole for one piece of footage, others gone."""
    number = int(footage_id.removeprefix("made-"))
    rows = np.random.default_rng([seed, number]).normal(size=(count + 1, WIDTH))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    made = rows.astype(np.float32)
    new = [Stored("moment", n, f"{seed}-{n}", row) for n, row in enumerate(made[:count])]
    new.append(Stored("footage", 0, f"{seed}-f", made[count]))
    keep = {(s.level, s.ordinal) for s in new}
    vectors.replace(project, footage_id, MODEL, keep=keep, new=new)


def fill(project: Project, *, seed: int = 0) -> None:
    """24 pieces of footage with 30 moments each, in 16 random dimensions."""
    made_library.build(project)
    for number in range(24):
        put(project, f"made-{number:03}", seed=seed, count=30)


def right(project: Project, cache: Cache) -> bool:
    """Whether the cache answers, and as comparing with every vector does."""
    held = vectors.matrix(project, "moment", MODEL)
    for question in held.vectors[::77]:
        found = cache.nearest(question, "moment", 10)
        exact = vectors.brute_force(held, question, 10)
        if found is None or {(n.footage_id, n.ordinal) for n in found} != {
            (n.footage_id, n.ordinal) for n in exact
        }:
            return False
    return True
