"""SQLite is the truth: what is compared with every vector is exact, and follows what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.vectors import Stored, levels, mapped, truth
from project.settings import Settings
from project.store import Project
from tests.index.made_vectors import MODEL, WIDTH, fill, put


@pytest.fixture
def mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written for small levels too."""
    monkeypatch.setattr(mapped, "MAPPED_FROM", 1)


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


def test_cosines_of_footage_are_those_of_its_neighbours_also_where_some_changed(
    project: Project,
) -> None:
    fill(project)
    question = vectors.matrix(project, "moment", MODEL).vectors[100]
    put(project, "made-007", seed=2, count=44)
    held, some = vectors.matrix(project, "moment", MODEL), ["made-007", "gone", "made-003"]
    found = vectors.brute_force(held, question, 99, footage_ids=some)
    near = held.cosines(question, some)
    assert {(f, o): c for f, own in near.items() for o, c in own.items()} == {
        (n.footage_id, n.ordinal): n.cosine for n in found
    }
    assert len(found) == 44 + 30 and held.cosines(question, ["gone"]) == {}


def test_vectors_follow_what_is_written_and_what_is_kept(project: Project) -> None:
    fill(project)
    before = vectors.generation(project)
    one = Stored("moment", 3, "new", np.eye(WIDTH, dtype=np.float32)[0])
    vectors.replace(project, "made-000", MODEL, keep={("moment", 2), ("moment", 3)}, new=[one])
    assert vectors.generation(project) != before
    assert vectors.hashes(project, "made-000", MODEL) == {
        ("moment", 2): "0-2",
        ("moment", 3): "new",
    }
    held = vectors.matrix(project, "moment", MODEL)
    assert np.array_equal(held.vectors[held.keys.index(("made-000", 3))], one.vector)


def same(project: Project) -> bool:
    """Whether the matrix at hand holds, places and answers as one read whole from the store."""
    fresh = levels.whole(project, "moment", MODEL, vectors.states(project))
    held = vectors.matrix(project, "moment", MODEL)
    keys, question = held.keys, np.random.default_rng(8).normal(size=WIDTH).astype(np.float32)
    ours = dict(zip(keys, map(bytes, held.vectors), strict=True))
    near, theirs = (vectors.brute_force(each, question, 40) for each in (held, fresh))
    return (
        ours == dict(zip(fresh.keys, map(bytes, fresh.vectors), strict=True))
        and [held.row(*key) for key in keys] == list(held.alive)
        and [(n.footage_id, n.ordinal) for n in near] == [(n.footage_id, n.ordinal) for n in theirs]
    )


@pytest.mark.parametrize("files", [False, True])
def test_only_footage_that_changed_is_read_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, files: bool
) -> None:
    fill(project)
    if files:
        monkeypatch.setattr(mapped, "MAPPED_FROM", 1)
        mapped.settle(project, MODEL)
    vectors.matrix(project, "moment", MODEL)
    asked: list[str] = []
    reading = truth.read

    def noting(project: Project, level: str, model: str, ids: list[str]) -> Iterator[object]:
        asked.extend(ids)
        yield from reading(project, level, model, ids)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(truth, "read", noting)
        put(project, "made-004", seed=7, count=30)  # as many as before, others
        vectors.matrix(project, "moment", MODEL)
        put(project, "made-009", seed=7, count=3)  # fewer
        put(project, "made-010", seed=7, count=45)  # more
        vectors.matrix(project, "moment", MODEL)
        put(project, "made-004", seed=9, count=0)  # none
        with project.transaction() as db:
            db.execute("DELETE FROM footage WHERE id = 'made-011'")
            vectors.touch(project)
        vectors.matrix(project, "moment", MODEL)
    assert asked == ["made-004", "made-009", "made-010", "made-004"]
    assert same(project)
    held = vectors.matrix(project, "moment", MODEL)
    assert "made-004" not in held.rows and "made-011" not in held.rows
    assert len(held) == 21 * 30 + 3 + 45 - 30
    for number in range(24):
        if number != 11:
            put(project, f"made-{number:03}", seed=40, count=30)
    assert same(project)


@pytest.mark.parametrize("together", [levels.COMPARED, 7])
def test_scattered_rows_are_compared_as_exactly_as_those_in_one_stretch(
    project: Project, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(levels, "COMPARED", together)
    fill(project)
    put(project, "made-003", seed=5, count=40)
    vectors.matrix(project, "moment", MODEL)
    put(project, "made-006", seed=6, count=20)
    held = vectors.matrix(project, "moment", MODEL)
    assert len(held.later)
    question = np.random.default_rng(8).normal(size=WIDTH).astype(np.float32)
    for rows in (held.alive, held.alive[::3], held.of(["made-006", "made-002"]), held.alive[-9:]):
        wanted = np.array([held.take(rows[n : n + 1])[0] @ question for n in range(len(rows))])
        assert np.allclose(held.compare(question, rows), wanted, atol=1e-5)
    assert len(held.sample(50)) <= 60 and len(held.sample(10_000)) == len(held)


def test_a_large_level_is_mapped_from_a_file_by_writers_and_readers(
    project: Project, mapping: None
) -> None:
    fill(project)
    mapped.settle(project, MODEL)
    held = vectors.matrix(project, "moment", MODEL)
    assert isinstance(held.first.base, np.memmap) and same(project)
    with Project.open(project.folder, Settings(), write=False) as reader:
        theirs = vectors.matrix(reader, "moment", MODEL)
        assert isinstance(theirs.first.base, np.memmap)
        put(project, "made-005", seed=3, count=31)
        assert same(reader) and same(project)
    path = mapped.place(project, "moment", MODEL)
    before = path.stat().st_ino
    mapped.settle(project, MODEL)
    assert path.stat().st_ino == before, "so little does not pay"
    for number in range(6):
        put(project, f"made-{number:03}", seed=4, count=30)
    mapped.settle(project, MODEL)
    assert path.stat().st_ino != before and same(project)
    assert not list(project.vectors.glob(".*.part"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def blank(path: Path) -> None:
    path.write_bytes(b"\0" * (path.stat().st_size - 4096) + path.read_bytes()[-4096:])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [cut, garble, blank, empty])
def test_a_harmed_file_is_found_out_and_written_anew(
    project: Project, mapping: None, harm: Callable[[Path], None]
) -> None:
    fill(project)
    mapped.settle(project, MODEL)
    harm(mapped.place(project, "moment", MODEL))
    with Project.open(project.folder, Settings(), write=False) as reader:
        assert same(reader) and not isinstance(
            vectors.matrix(reader, "moment", MODEL).first.base, np.memmap
        )
    project.close()
    with Project.open(project.folder, Settings()) as writer:
        mapped.settle(writer, MODEL)
        assert isinstance(vectors.matrix(writer, "moment", MODEL).first.base, np.memmap)
        assert same(writer)


def test_the_best_are_those_of_a_full_sort_also_among_equals() -> None:
    cosines = np.random.default_rng(3).integers(0, 9, 400).astype(np.float32)
    whole = np.argsort(-cosines, kind="stable")
    for limit in (0, 1, 7, 399, 400, 900):
        best = levels.places_of_best(cosines, limit)
        assert best.tolist() == whole[:limit].tolist()
