"""What is done with a collection of Chroma's: filled, thinned, checked against the store, asked."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.vectors.levels import Matrix, Near

SELF_FOUND = 0.9  # of the self-queries
SELF_QUERIES = 50
BATCH = 2_000
# Chroma writes a collection to disk whole after every 1,000 vectors; of a million that would be
# hundreds of gigabytes. It is told to do so fifty times while it is filled, or less often.
SAVES, LEAST = 50, 1_000
# The width of a search, for its share of vectors but at least so many: 200 find all of the best ten
# of 100,000, and 93 in 100 of a million, where the nearest lie close together.
SEARCHED, WIDTH_SHARE = 200, 1_000

log = logging.getLogger(__name__)


def settings(count: int) -> dict[str, object]:
    """How Chroma keeps a collection that is made for so many vectors."""
    width = max(SEARCHED, count // WIDTH_SHARE)
    return {"space": "cosine", "ef_search": width, "sync_threshold": _between_saves(count)}


def _between_saves(count: int) -> int:
    return max(LEAST, count // SAVES)


def fill(collection: Any, held: Matrix, footage_ids: Sequence[str] | None = None) -> None:
    """The vectors of this footage, or all, written over what the collection has of them."""
    rows = held.alive if footage_ids is None else held.of(footage_ids)
    if not len(rows):
        return
    put, saved = collection.upsert, len(rows)
    if footage_ids is None:
        put, saved = collection.add, _between_saves(len(rows))
    for part in np.split(rows, range(saved, len(rows), saved)):  # the last ones are written too
        for some in np.split(part, range(BATCH, len(part), BATCH)):
            put(ids=[*map(_id, held.keys_of(some))], embeddings=held.take(some))


def drop(collection: Any, keys: Sequence[tuple[str, int]]) -> None:
    """These vectors taken out of the collection."""
    for at in range(0, len(keys), BATCH):
        collection.delete(ids=[_id(key) for key in keys[at : at + BATCH]])


def matches(collection: Any, held: Matrix) -> bool:
    """Whether counts agree and 50 vectors spread over the level are held and find themselves.

    A few may not be found: the graph of a million leads to nearly all of them, not to all.
    """
    if collection.count() != len(held):
        return False
    if not len(held):
        return True
    sample = held.alive[:: max(1, len(held) // SELF_QUERIES)][:SELF_QUERIES]
    ids, ours = [*map(_id, held.keys_of(sample))], held.take(sample)
    back = collection.get(ids=ids, include=["embeddings"])
    place = {each: n for n, each in enumerate(back["ids"])}
    if set(ids) != set(place):
        return False
    theirs = np.asarray(back["embeddings"], np.float32)[[place[each] for each in ids]]
    near = collection.query(query_embeddings=ours, n_results=1, include=["distances"])
    first = np.array([d[0] if d else 1.0 for d in near["distances"]])
    found = float((first < 1e-2).mean())
    return bool(np.abs(theirs - ours).max() < 1e-3 and found >= SELF_FOUND)


def ask(collection: Any, question: NDArray[np.float32], limit: int) -> list[Near]:
    """The neighbours the collection finds, best first."""
    found = collection.query(
        query_embeddings=question[None, :], n_results=limit, include=["distances"]
    )
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return [_near(each, 1.0 - float(distance)) for each, distance in pairs]


# Chroma lets these through from a folder that is damaged, locked or of another version
_DAMAGE = (OSError, sqlite3.Error, ValueError, KeyError, RuntimeError, AttributeError)


@contextlib.contextmanager
def mishap(where: str, doing: str) -> Iterator[None]:
    """What goes wrong inside Chroma is logged and leads to brute force; all else goes further."""
    try:
        yield
    except BaseException as error:  # a panic of Chroma's engine is no Exception; see is_chromas
        if not isinstance(error, _DAMAGE) and not is_chromas(error):
            raise
        log.warning("%s could not %s (%s); comparing with all vectors", where, doing, error)


def is_chromas(error: BaseException) -> bool:
    """Whether it is an error of Chroma's own, of its way to a server, or a panic of its Rust core.

    The class of a panic is a BaseException that can be imported from nowhere, and an answer of a
    server that Chroma's client has no class for becomes a bare Exception.
    """
    if type(error) is Exception or _of("httpx", "HTTPError", error):
        return True
    panic = type(error).__module__ == "pyo3_runtime" and type(error).__name__ == "PanicException"
    return panic or _of("chromadb.errors", "ChromaError", error)


def _of(module: str, name: str, error: BaseException) -> bool:
    theirs = sys.modules.get(module)  # where that is not loaded, nothing raised one
    return theirs is not None and isinstance(error, getattr(theirs, name))


def _id(key: tuple[str, int]) -> str:
    return f"{key[0]}/{key[1]}"


def _near(text: str, cosine: float) -> Near:
    footage_id, _, ordinal = text.rpartition("/")
    return Near(footage_id, int(ordinal), cosine)
