"""More like this moment: elsewhere, of the same kind, with words that say why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from index.alike import alike, senses_alike
from index.library import refresh
from index.values import Filters
from project import footage as store
from project.errors import CreatorError
from project.footage import Senses
from project.settings import Settings
from project.store import Project
from tests.index import made_library


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.create(tmp_path_factory.mktemp("made") / "p", Settings()) as project:
        made_library.build(project)
        refresh(project)
        yield project


ALIKE = (  # footage and second, another that is most like it
    ("made-011", 6, "A014.mp4"),  # friends around flames, a burner's flame
    ("made-019", 1, "A004.mp4"),  # a speaker before a slide, a chart drawn on a whiteboard
    ("made-000", 8, "A010.mp4"),  # bread on a rack, a fruit stall
    ("made-004", 1, "A017.mp4"),  # a rider in traffic, night traffic on a bridge
)


def test_what_is_like_a_moment_is_among_the_first(made: Project) -> None:
    missed = []
    for footage_id, second, wanted in ALIKE:
        found = alike(made, footage_id, Fraction(second), limit=5)
        if wanted not in {hit.name for hit in found.hits}:
            missed.append((footage_id, wanted, [h.name for h in found.hits]))
    assert len(missed) <= 1, missed


def test_nothing_of_its_own_shot_comes_back_and_filters_hold(made: Project) -> None:
    found = alike(made, "made-011", Fraction(6), limit=50)
    assert found.hits and all(hit.footage_id != "made-011" for hit in found.hits)
    upright = alike(made, "made-011", Fraction(6), filters=Filters(orientation="portrait"))
    assert {hit.name for hit in upright.hits} == {"A005.mp4", "A008.mp4"}


def test_what_both_have_in_common_is_said_in_words_of_the_index(made: Project) -> None:
    for hit in alike(made, "made-010", Fraction(1)).hits:
        lines = {m.caption for m in store.moments(made, hit.footage_id)}
        assert hit.why and all(w.quote in lines and 0 <= w.strength <= 1 for w in hit.why)


def test_what_is_only_heard_is_like_nothing_that_is_seen(project: Project) -> None:
    made_library.build(project)
    memo = store.find(project, "made-001")
    store.save(project, replace(memo, technical=replace(memo.technical, has_picture=False)))
    refresh(project)
    heard = alike(project, "made-000", Fraction(1), limit=50)
    assert heard.hits and "made-001" not in {hit.footage_id for hit in heard.hits}
    assert alike(project, "made-001", Fraction(1), limit=50).hits == ()


def test_the_senses_tell_apart_what_captions_do_not(project: Project) -> None:
    made_library.build(project)
    dark = Senses(light=0.05, colours=("black",), words=("very dark", "still camera"))
    lit = Senses(light=0.8, pan=0.4, colours=("green",), words=("bright", "fast pan right"))
    for number in range(24):
        footage_id = f"made-{number:03}"
        moments = store.moments(project, footage_id)
        look = dark if number in (3, 20) else lit
        plain = [replace(m, senses=look, caption=", ".join(look.words), caption_source="embedded")
                 for m in moments]  # fmt: skip
        store.write_moments(project, plain)
    refresh(project)
    found = alike(project, "made-003", Fraction(2))
    assert found.confident and found.hits[0].footage_id == "made-020"
    assert ("senses", "very dark") in [(w.kind, w.quote) for w in found.hits[0].why]


def test_alike_senses_are_alike_and_unknown_ones_nothing() -> None:
    dark, dim = Senses(light=0.1, contrast=0.1), Senses(light=0.15, contrast=0.1)
    lit = Senses(light=0.9, contrast=0.3, pan=0.5, faces=1, shot_size="close-up")
    assert senses_alike(dark, dark) == 1 > senses_alike(dark, dim) > senses_alike(dark, lit)
    assert senses_alike(dark, Senses()) == 0


def test_a_time_or_footage_that_is_not_there_is_refused(made: Project) -> None:
    with pytest.raises(CreatorError, match="known from 0 to 10 s"):
        alike(made, "made-000", Fraction(99))
    with pytest.raises(CreatorError):
        alike(made, "nothing", Fraction(0))
