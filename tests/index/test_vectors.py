"""SQLite is the truth; Chroma is a cache that is distrusted, rebuilt and never needed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.vectors import Cache, Stored
from project.settings import Settings
from project.store import Project
from tests.index import made_library

MODEL = "test"


def fill(project: Project, *, seed: int = 0) -> None:
    """24 pieces of footage with 30 moments each, in 16 random dimensions."""
    made_library.build(project)
    random = np.random.default_rng(seed)
    for number in range(24):
        rows = random.normal(size=(31, 16)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        new = [Stored("moment", n, f"{seed}-{n}", row) for n, row in enumerate(rows[:30])]
        new.append(Stored("footage", 0, f"{seed}-f", rows[30]))
        keep = {(s.level, s.ordinal) for s in new}
        vectors.replace(project, f"made-{number:03}", MODEL, keep=keep, new=new)


def right(project: Project, cache: Cache) -> bool:
    """Whether the cache, given time to rebuild, answers like brute force for every level."""
    question = vectors.matrix(project, "moment", MODEL).vectors[77]
    if cache.nearest(question, "moment", 10) is None:
        cache.settle()
    found = cache.nearest(question, "moment", 10)
    exact = vectors.brute_force(vectors.matrix(project, "moment", MODEL), question, 10)
    return found is not None and {(n.footage_id, n.ordinal) for n in found} == {
        (n.footage_id, n.ordinal) for n in exact
    }


def test_brute_force_is_exact_and_keeps_to_the_footage_asked_for(project: Project) -> None:
    fill(project)
    held = vectors.matrix(project, "moment", MODEL)
    question = held.vectors[100]
    every = vectors.nearest(project, question, "moment", model=MODEL, limit=3)
    assert (every[0].footage_id, every[0].ordinal) == held.keys[100]
    assert every[0].cosine == pytest.approx(1, abs=1e-5)
    only = vectors.nearest(
        project, question, "moment", model=MODEL, limit=99, footage_ids=["made-007", "gone"]
    )
    assert {n.footage_id for n in only} == {"made-007"} and len(only) == 30
    assert [n.cosine for n in only] == sorted((n.cosine for n in only), reverse=True)


def test_vectors_follow_what_is_written_and_what_is_kept(project: Project) -> None:
    fill(project)
    before = vectors.generation(project)
    one = Stored("moment", 3, "new", np.eye(16, dtype=np.float32)[0])
    vectors.replace(project, "made-000", MODEL, keep={("moment", 2), ("moment", 3)}, new=[one])
    assert vectors.generation(project) != before
    assert vectors.hashes(project, "made-000", MODEL) == {
        ("moment", 2): "0-2",
        ("moment", 3): "new",
    }
    held = vectors.matrix(project, "moment", MODEL)
    assert np.array_equal(held.vectors[held.keys.index(("made-000", 3))], one.vector)


def test_a_reader_compares_with_all_and_never_opens_chroma(project: Project) -> None:
    fill(project)
    vectors.settle(project, MODEL)
    with Project.open(project.folder, Settings(), write=False) as reader:
        assert vectors.cache(reader, MODEL) is None
        assert vectors.matrix(reader, "moment", MODEL).keys


def test_settling_lets_chroma_answer_until_a_vector_changes(project: Project) -> None:
    assert vectors.cache(project, MODEL) is None  # nothing to hold yet
    fill(project)
    vectors.settle(project, MODEL)
    cache = vectors.cache(project, MODEL)
    question = vectors.matrix(project, "moment", MODEL).vectors[7]
    assert cache is not None
    assert cache.nearest(question, "moment", 5) is not None
    vectors.touch(project)
    assert cache.nearest(question, "moment", 5) is None  # small: waits for the next settling
    assert vectors.nearest(project, question, "moment", model=MODEL, limit=1)


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def garble(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"not what it was " * 64)


def truncate(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file.name != vectors.MARK:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def forget(folder: Path) -> None:
    (folder / vectors.MARK).unlink()


def swap(folder: Path) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(folder), chromadb.Settings(anonymized_telemetry=False))
    collection = client.get_collection("moment", embedding_function=None)
    ids = collection.get(include=[])["ids"]
    noise = np.random.default_rng(9).normal(size=(len(ids), 16)).astype(np.float32)
    collection.update(ids=ids, embeddings=noise)


@pytest.mark.parametrize("harm", [delete, garble, truncate, forget, swap])
def test_a_harmed_cache_is_found_out_and_rebuilt(
    project: Project, harm: Callable[[Path], None]
) -> None:
    fill(project)
    assert right(project, Cache(project, MODEL))
    (folder,) = project.vectors.glob("chroma-*")
    harm(folder)
    assert right(project, Cache(project, MODEL))


def test_the_cache_follows_when_a_single_vector_changes(project: Project) -> None:
    fill(project)
    cache = Cache(project, MODEL)
    assert right(project, cache)
    question = np.eye(16, dtype=np.float32)[5]
    keep = set(vectors.hashes(project, "made-004", MODEL))
    vectors.replace(
        project, "made-004", MODEL, keep=keep, new=[Stored("moment", 9, "other", question)]
    )
    assert cache.nearest(question, "moment", 1) is None
    cache.settle()
    found = cache.nearest(question, "moment", 1)
    assert found is not None and (found[0].footage_id, found[0].ordinal) == ("made-004", 9)


def test_only_what_goes_wrong_in_chroma_is_passed_over() -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    for theirs in (panic("core"), OSError("disk"), sqlite3.OperationalError("locked")):
        with vectors._mishap("open"):
            raise theirs
    for ours in (KeyboardInterrupt(), MemoryError(), TypeError("a mistake of ours")):
        with pytest.raises(type(ours)), vectors._mishap("open"):
            raise ours


def test_the_best_are_those_of_a_full_sort_also_among_equals() -> None:
    cosines = np.random.default_rng(3).integers(0, 9, 400).astype(np.float32)
    whole = np.argsort(-cosines, kind="stable")
    for limit in (0, 1, 7, 399, 400, 900):
        assert vectors._best(cosines, limit).tolist() == whole[:limit].tolist()
