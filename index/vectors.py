"""Vectors: SQLite holds the truth; Chroma is a cache of it that can always be rebuilt.

Only the process that may write the project opens Chroma. Whoever cannot, or finds the cache
missing, damaged or behind, compares with every vector in memory: exact, and fast enough.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import sqlite3
import sys
import threading
import uuid
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from project.footage import Level
from project.store import Project

LEVELS: tuple[Level, ...] = get_args(Level)
GENERATION = "vectors"  # the meta key that counts changes
REBUILD_FROM = 20_000  # vectors at one level; below, a search compares with all and waits for
# the next `settle` to rebuild Chroma: until then that is as fast, and starts no thread
SELF_QUERIES = 50
BATCH = 2_000
PICTURE = "picture:"  # how the name of a model of pictures begins; all others are of texts
MARK = "generation"  # the file that says what a folder of Chroma's holds
# the levels are named because the index begins with them; without, every vector is looked at
_OF_FOOTAGE = f"level IN ({', '.join(map(repr, LEVELS))}) AND footage_id = ?"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """One vector to keep, and the hash of the text it stands for."""

    level: Level
    ordinal: int
    text_hash: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All vectors of one level. vectors: (N, width) float32 of length 1, one row a key."""

    keys: tuple[tuple[str, int], ...]  # (footage id, ordinal)
    rows: Mapping[str, range]  # where each piece of footage lies
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Near:
    """One neighbour of a question: whose it is, and the cosine between the two."""

    footage_id: str
    ordinal: int
    cosine: float


_matrices: weakref.WeakKeyDictionary[Project, dict[tuple[str, str], tuple[str, Matrix]]] = (
    weakref.WeakKeyDictionary()
)
_caches: weakref.WeakKeyDictionary[Project, Cache] = weakref.WeakKeyDictionary()


def generation(project: Project) -> str:
    """Changes whenever a vector does; what was computed under another one is stale."""
    found = project.row("SELECT value FROM meta WHERE key = ?", GENERATION)
    return found["value"] if found else "0"


def hashes(project: Project, footage_id: str, model: str) -> dict[tuple[Level, int], str]:
    """The hash of the text behind each vector of one piece of footage."""
    rows = project.rows(
        f"SELECT level, ordinal, text_hash FROM vector WHERE {_OF_FOOTAGE} AND model = ?",
        footage_id, model,
    )  # fmt: skip
    return {(r["level"], r["ordinal"]): r["text_hash"] for r in rows}


def replace(
    project: Project,
    footage_id: str,
    model: str,
    *,
    keep: set[tuple[Level, int]],
    new: Sequence[Stored],
) -> None:
    """Vectors of one piece of footage: those in `keep` stay, `new` are written, others go.

    Another model's go too, where it is of the same kind: texts and pictures leave each other be.
    """
    known = set(hashes(project, footage_id, model))
    gone = known - keep
    with project.transaction() as db:
        db.execute(
            f"DELETE FROM vector WHERE {_OF_FOOTAGE} AND model != ? AND (model GLOB ?) = ?",
            (footage_id, model, f"{PICTURE}*", model.startswith(PICTURE)),
        )
        db.executemany(
            "DELETE FROM vector WHERE level = ? AND footage_id = ? AND ordinal = ? AND model = ?",
            [(level, footage_id, ordinal, model) for level, ordinal in gone],
        )
        db.executemany(
            "INSERT INTO vector (level, footage_id, ordinal, model, text_hash, vector)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (level, footage_id, ordinal, model) DO UPDATE SET"
            " text_hash = excluded.text_hash, vector = excluded.vector",
            [
                (s.level, footage_id, s.ordinal, model, s.text_hash,
                 s.vector.astype("<f4").tobytes())
                for s in new
            ],
        )  # fmt: skip
        if gone or new:
            touch(project)


def touch(project: Project) -> None:
    """Say that what is searched changed, inside the caller's transaction."""
    with project.transaction() as db:
        db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (GENERATION, uuid.uuid4().hex),
        )


def matrix(project: Project, level: Level, model: str) -> Matrix:
    """All vectors of one level, kept in memory until one of them changes."""
    now, held = generation(project), _matrices.setdefault(project, {})
    known = held.get((level, model))
    if known is None or known[0] != now:
        known = held[(level, model)] = (now, _read(project, level, model))
    return known[1]


def _read(project: Project, level: Level, model: str) -> Matrix:
    rows = project.rows(
        "SELECT footage_id, ordinal, vector FROM vector WHERE level = ? AND model = ?"
        " ORDER BY footage_id, ordinal",
        level, model,
    )  # fmt: skip
    keys = tuple((r["footage_id"], int(r["ordinal"])) for r in rows)
    width = len(rows[0]["vector"]) // 4 if rows else 0
    flat = np.frombuffer(b"".join(r["vector"] for r in rows), "<f4")
    spans: dict[str, range] = {}
    for place, (footage_id, _) in enumerate(keys):
        first = spans[footage_id].start if footage_id in spans else place
        spans[footage_id] = range(first, place + 1)
    return Matrix(keys, spans, flat.reshape(len(keys), width).astype(np.float32))


def nearest(
    project: Project,
    question: NDArray[np.float32],
    level: Level,
    *,
    model: str,
    limit: int = 200,
    footage_ids: Sequence[str] | None = None,
) -> list[Near]:
    """The vectors nearest to `question`, best first; exact where `footage_ids` are given."""
    if footage_ids is None:
        held = cache(project, model)
        if held is not None:
            found = held.nearest(question, level, limit)
            if found is not None:
                return found
    return brute_force(matrix(project, level, model), question, limit, footage_ids)


def brute_force(
    held: Matrix,
    question: NDArray[np.float32],
    limit: int,
    footage_ids: Sequence[str] | None = None,
) -> list[Near]:
    """The exact neighbours of `question` among all vectors, or those of `footage_ids`."""
    if not held.keys:
        return []
    if footage_ids is None:
        places, cosines = np.arange(len(held.keys)), held.vectors @ question
    else:
        spans = [held.rows[each] for each in footage_ids if each in held.rows]
        places = np.concatenate([np.arange(s.start, s.stop) for s in spans] or [np.arange(0)])
        cosines = held.vectors[places] @ question
    order = _best(cosines, limit)
    out = []
    for at in order:
        footage_id, ordinal = held.keys[places[at]]
        out.append(Near(footage_id, ordinal, float(cosines[at])))
    return out


def _best(cosines: NDArray[np.float32], limit: int) -> NDArray[np.intp]:
    """The places of the `limit` largest, best first, ties in order of place."""
    if 0 < limit < len(cosines):
        least = np.partition(cosines, len(cosines) - limit)[len(cosines) - limit]
        among = np.flatnonzero(cosines >= least)
    else:
        among = np.arange(len(cosines))
    return among[np.argsort(-cosines[among], kind="stable")][:limit]


def settle(project: Project, model: str) -> None:
    """Chroma brought level with the store before this returns; what ingest does last."""
    held = cache(project, model)
    if held is not None:
        held.settle()


def cache(project: Project, model: str) -> Cache | None:
    """The project's Chroma cache if there are vectors and this process may hold it."""
    if not project.write:
        return None
    if project.row("SELECT 1 FROM vector WHERE model = ? LIMIT 1", model) is None:
        return None
    held = _caches.get(project)
    if held is None or held.model != model:
        held = _caches[project] = Cache(project, model)
    return held


class Cache:
    """Chroma's collections for one project: opened and checked on first use, else rebuilt.

    It is rebuilt by `settle`, or in a thread of its own when a search finds a large one stale;
    meanwhile nothing is answered from it. Each rebuild
    goes into a new folder, because Chroma keeps open what it once opened; a file in the folder
    says which generation it holds, written last, so a rebuild that was killed counts for nothing.
    """

    def __init__(self, project: Project, model: str) -> None:
        self.model = model
        self._project = weakref.ref(project)
        self._lock = threading.Lock()
        self._client: Any = None
        self._generation = ""  # the one the collections match
        self._building: threading.Thread | None = None

    def nearest(self, question: NDArray[np.float32], level: Level, limit: int) -> list[Near] | None:
        """Neighbours by Chroma, or None while the cache cannot be trusted."""
        with self._lock:
            if not self._ready():
                return None
            with _mishap("search"):
                found = self._collection(level).query(
                    query_embeddings=[question.tolist()], n_results=limit, include=["distances"]
                )
                pairs = zip(found["ids"][0], found["distances"][0], strict=True)
                return [_near(each, 1.0 - float(distance)) for each, distance in pairs]
            self._client = None
            return None

    def settle(self) -> None:
        """Rebuild if that is needed, and come back when no rebuild is under way."""
        with self._lock:
            self._ready(rebuild=True)
        if self._building is not None:
            self._building.join()

    def _collection(self, level: Level) -> Any:
        return self._client.get_or_create_collection(
            level, metadata={"hnsw:space": "cosine"}, embedding_function=None
        )

    def _ready(self, *, rebuild: bool = False) -> bool:
        project = self._project()
        if project is None or (self._building is not None and self._building.is_alive()):
            return False
        now = generation(project)
        if self._client is not None and now == self._generation:
            return True
        if self._client is None and self._open(project, now):
            self._generation = now
            return True
        levels = {level: matrix(project, level, self.model) for level in LEVELS}
        self._client = None
        if not rebuild and max(len(held.keys) for held in levels.values()) < REBUILD_FROM:
            return False
        self._building = threading.Thread(
            target=self._rebuild, args=(project.vectors, now, levels), daemon=True
        )
        self._building.start()
        return False

    def _open(self, project: Project, now: str) -> bool:
        """Whether the folder on disk could be opened and holds what SQLite holds."""
        for folder in sorted(project.vectors.glob("chroma-*")):
            with _mishap("open"):
                if (folder / MARK).read_text(encoding="ascii") == now:
                    self._client = _client(folder)
                    if self._matches(project):
                        return True
        self._client = None
        return False

    def _matches(self, project: Project) -> bool:
        """Whether counts agree and 50 vectors spread over each level find themselves."""
        if self._client is None:
            return False
        with _mishap("check"):
            return all(self._level_matches(project, level) for level in LEVELS)
        return False

    def _level_matches(self, project: Project, level: Level) -> bool:
        held, collection = matrix(project, level, self.model), self._collection(level)
        if collection.count() != len(held.keys):
            return False
        if not held.keys:
            return True
        step = max(1, len(held.keys) // SELF_QUERIES)
        sample = list(range(0, len(held.keys), step))[:SELF_QUERIES]
        ids = [_id(held.keys[at]) for at in sample]
        back = collection.get(ids=ids, include=["embeddings"])
        place = {each: n for n, each in enumerate(back["ids"])}
        if set(ids) != set(place):
            return False
        theirs = np.asarray(back["embeddings"], np.float32)[[place[each] for each in ids]]
        near = collection.query(
            query_embeddings=held.vectors[sample].tolist(), n_results=1, include=["distances"]
        )
        first = np.array([d[0] if d else 1.0 for d in near["distances"]])
        return bool(np.abs(theirs - held.vectors[sample]).max() < 1e-3 and first.max() < 1e-2)

    def _rebuild(self, home: Path, now: str, levels: dict[Level, Matrix]) -> None:
        for old in home.iterdir():
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink()
        with _mishap("rebuild"):
            folder = home / f"chroma-{uuid.uuid4().hex[:12]}"
            self._client = _client(folder)
            for level, held in levels.items():
                collection = self._collection(level)
                for at in range(0, len(held.keys), BATCH):
                    collection.add(
                        ids=[_id(key) for key in held.keys[at : at + BATCH]],
                        embeddings=held.vectors[at : at + BATCH],
                    )
            (folder / MARK).write_text(now, encoding="ascii")
            self._generation = now
            return
        self._client = None


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))


# Chroma lets these through from a folder that is damaged, locked or of another version
_DAMAGE = (OSError, sqlite3.Error, ValueError, KeyError, RuntimeError, AttributeError)


@contextlib.contextmanager
def _mishap(doing: str) -> Iterator[None]:
    """What goes wrong inside Chroma is logged and leads to brute force; all else goes further."""
    try:
        yield
    except BaseException as error:  # a panic of Chroma's engine is no Exception; see _is_chromas
        if not isinstance(error, _DAMAGE) and not _is_chromas(error):
            raise
        _log(doing, error)


def _is_chromas(error: BaseException) -> bool:
    """Whether it is an error of Chroma's own, or a panic of its Rust core.

    The class of a panic is a BaseException that can be imported from nowhere.
    """
    theirs = sys.modules.get("chromadb.errors")  # where that is not loaded, nothing raised one
    panic = type(error).__module__ == "pyo3_runtime" and type(error).__name__ == "PanicException"
    return panic or (theirs is not None and isinstance(error, theirs.ChromaError))


def _log(doing: str, error: BaseException) -> None:
    log.warning("the vector cache could not %s (%s); comparing with all", doing, error)


def _id(key: tuple[str, int]) -> str:
    return f"{key[0]}/{key[1]}"


def _near(text: str, cosine: float) -> Near:
    footage_id, _, ordinal = text.rpartition("/")
    return Near(footage_id, int(ordinal), cosine)
