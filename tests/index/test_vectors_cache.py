"""Chroma in the project's folder is a cache that is distrusted, kept level and never needed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import vectors
from index.vectors import Stored, chroma, neighbours
from index.vectors.chroma import Cache
from index.vectors.folder import LISTING, MARK, Folder
from project.settings import Settings
from project.store import Project
from tests.index.made_vectors import MODEL, WIDTH, fill, put, right


def opened(project: Project) -> Cache:
    """The cache as a new process would open it."""
    return Cache(project, MODEL, Folder(project.vectors))


def test_what_chroma_is_given_lies_in_its_index_when_it_is_settled(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "LEAST", 10)
    fill(project)
    vectors.settle(project, MODEL)
    (folder,) = project.vectors.glob("chroma-*")
    store = sqlite3.connect(folder / "chroma.sqlite3")
    (given,) = store.execute("SELECT count(*) FROM embeddings").fetchone()
    (waiting,) = store.execute("SELECT count(*) FROM embeddings_queue").fetchone()
    store.close()
    assert given == 24 * 31 and waiting < 30, "else the next process would begin by indexing"


def test_chroma_searches_wider_in_larger_levels() -> None:
    small, large = neighbours.settings(100_000), neighbours.settings(1_000_000)
    assert (small["ef_search"], large["ef_search"]) == (200, 1_000)


def test_a_reader_compares_with_all_and_never_opens_chroma(project: Project) -> None:
    fill(project)
    vectors.settle(project, MODEL)
    with Project.open(project.folder, Settings(), write=False) as reader:
        assert vectors.cache(reader, MODEL) is None
        assert vectors.matrix(reader, "moment", MODEL).keys


def test_settling_lets_chroma_answer_and_little_that_changed_is_caught_up(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert vectors.cache(project, MODEL) is None  # nothing to hold yet
    fill(project)
    cache = vectors.cache(project, MODEL)
    question = vectors.matrix(project, "moment", MODEL).vectors[7]
    assert cache is not None and cache.nearest(question, "moment", 5) is None
    vectors.settle(project, MODEL)
    assert right(project, cache)
    (folder,) = project.vectors.glob("chroma-*")
    put(project, "made-003", seed=2, count=30)  # the same moments, others
    put(project, "made-004", seed=2, count=4)
    put(project, "made-005", seed=2, count=44)
    with project.transaction() as db:
        db.execute("DELETE FROM footage WHERE id = 'made-006'")
        vectors.touch(project)
    assert right(project, cache)
    monkeypatch.setattr(chroma, "AT_ONCE", 10)
    put(project, "made-009", seed=2, count=30)
    assert cache.nearest(question, "moment", 5) is None  # too much: waits for the next settling
    assert vectors.nearest(project, question, "moment", model=MODEL, limit=1)
    cache.settle()
    assert right(project, cache) and right(project, opened(project))
    assert list(project.vectors.glob("chroma-*")) == [folder], "nothing was built anew"


def test_one_that_was_changed_through_and_through_is_built_anew(project: Project) -> None:
    fill(project)
    vectors.settle(project, MODEL)
    (folder,) = project.vectors.glob("chroma-*")
    for number in range(14):
        put(project, f"made-{number:03}", seed=3, count=30)
        assert right(project, opened(project))
    assert list(project.vectors.glob("chroma-*")) != [folder]


def test_a_large_one_is_brought_up_to_date_beside_the_searches(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project)
    monkeypatch.setattr(chroma, "REBUILD_FROM", 100)
    cache = opened(project)
    question = vectors.matrix(project, "moment", MODEL).vectors[7]
    assert cache.nearest(question, "moment", 5) is None
    assert cache._building is not None
    cache._building.join()
    assert right(project, cache)


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def garble(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"not what it was " * 64)


def truncate(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file.name not in (MARK, LISTING):
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def forget(folder: Path) -> None:
    (folder / MARK).unlink()


def unlist(folder: Path) -> None:
    (folder / LISTING).write_bytes((folder / LISTING).read_bytes()[:-200])


def swap(folder: Path) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(folder), chromadb.Settings(anonymized_telemetry=False))
    collection = client.get_collection("moment", embedding_function=None)
    ids = collection.get(include=[])["ids"]
    noise = np.random.default_rng(9).normal(size=(len(ids), WIDTH)).astype(np.float32)
    collection.update(ids=ids, embeddings=noise)
    client.close()


def behind(folder: Path) -> None:
    """Said to hold what it held before, though it holds more."""
    _, changed = (folder / MARK).read_text().split()
    (folder / MARK).write_text(f"0 {changed}")
    swap(folder)


@pytest.mark.parametrize("harm", [delete, garble, truncate, forget, unlist, swap, behind])
def test_a_harmed_cache_is_found_out_and_rebuilt(
    project: Project, harm: Callable[[Path], None]
) -> None:
    fill(project)
    vectors.settle(project, MODEL)
    (folder,) = project.vectors.glob("chroma-*")
    harm(folder)
    cache = opened(project)
    cache.settle()
    assert right(project, cache)


def test_one_killed_while_it_is_changed_is_not_believed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project)
    vectors.settle(project, MODEL)
    put(project, "made-003", seed=2, count=30)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Folder, "keep", killed)
        question = vectors.matrix(project, "moment", MODEL).vectors[7]
        opened(project).nearest(question, "moment", 5)
    cache = opened(project)
    assert cache.nearest(question, "moment", 5) is None
    cache.settle()
    assert right(project, cache)


def test_the_cache_follows_when_a_single_vector_changes(project: Project) -> None:
    fill(project)
    vectors.settle(project, MODEL)
    question = np.eye(WIDTH, dtype=np.float32)[5]
    keep = set(vectors.hashes(project, "made-004", MODEL))
    vectors.replace(
        project, "made-004", MODEL, keep=keep, new=[Stored("moment", 9, "other", question)]
    )
    cache = vectors.cache(project, MODEL)
    assert cache is not None
    found = cache.nearest(question, "moment", 1)
    assert found is not None and (found[0].footage_id, found[0].ordinal) == ("made-004", 9)


def test_a_wide_filter_asks_chroma_for_more_and_answers_as_comparing_does(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project)
    vectors.settle(project, MODEL)
    monkeypatch.setattr(vectors, "FETCHED_COST", 0)
    fetched: list[int] = []
    asking = Cache.nearest

    def noting(self: Cache, *asked: object) -> object:
        fetched.append(asked[2])  # type: ignore[arg-type]
        return asking(self, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(Cache, "nearest", noting)
    held = vectors.matrix(project, "moment", MODEL)
    half = [f"made-{number:03}" for number in range(0, 24, 2)]
    for question in held.vectors[::90]:
        near = vectors.nearest(project, question, "moment", model=MODEL, limit=9, footage_ids=half)
        exact = vectors.brute_force(held, question, 9, half)
        assert [(n.footage_id, n.ordinal) for n in near] == [
            (n.footage_id, n.ordinal) for n in exact
        ]
    assert fetched and set(fetched) == {24}
    third = vectors.nearest(
        project, held.vectors[5], "moment", model=MODEL, limit=9,
        within=(held, held.alive[held.listing.ordinals[held.alive] % 3 == 0]),
    )  # fmt: skip
    assert len(third) == 9 and all(near.ordinal % 3 == 0 for near in third)


@pytest.mark.parametrize(("lost", "believed"), [(1, True), (5, True), (6, False), (50, False)])
def test_a_graph_that_leads_to_nearly_every_vector_is_believed(
    project: Project, monkeypatch: pytest.MonkeyPatch, lost: int, believed: bool
) -> None:
    fill(project)
    vectors.settle(project, MODEL)
    home = Folder(project.vectors)
    (place,) = home.places()
    assert home.open(place) is not None
    held, collection = vectors.matrix(project, "moment", MODEL), home.collection("moment")
    query = collection.query

    def short_of_some(**asked: Any) -> Any:
        found = query(**asked)
        for near in found["distances"][:lost]:
            near[0] = 0.19
        return found

    monkeypatch.setattr(collection, "query", short_of_some)
    assert neighbours.matches(collection, held) is believed


def test_only_what_goes_wrong_in_chroma_is_passed_over() -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    for theirs in (panic("core"), OSError("disk"), sqlite3.OperationalError("locked")):
        with neighbours.mishap("it", "open"):
            raise theirs
    for ours in (KeyboardInterrupt(), MemoryError(), TypeError("a mistake of ours")):
        with pytest.raises(type(ours)), neighbours.mishap("it", "open"):
            raise ours
