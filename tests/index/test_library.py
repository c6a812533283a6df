"""Refresh writes titles, words and vectors, embeds only what changed, and forgets what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from index import embed, library, vectors, words
from index.embed import SentenceEmbedder
from index.library import refresh
from project import footage as store
from project.store import Project
from tests.index import made_library


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts embedded from now on."""
    seen: list[str] = []
    true = SentenceEmbedder.embed

    def watch(self: SentenceEmbedder, texts: list[str]) -> object:
        seen.extend(texts)
        return true(self, texts)

    monkeypatch.setattr(embed.SentenceEmbedder, "embed", watch)
    return seen


def test_refresh_fills_every_level_and_a_second_one_embeds_nothing(
    project: Project, embedded: list[str]
) -> None:
    made_library.build(project)
    shares: list[float] = []
    refresh(project, progress=shares.append)
    assert shares[-1] == 1.0 and embedded
    for level in vectors.LEVELS:
        wanted = project.rows(f"SELECT * FROM {level}")
        assert len(vectors.matrix(project, level, "minilm").keys) == len(wanted)
    assert store.find(project, "made-006").title == "Brown cows graze on a green meadow"
    assert store.shots(project, "made-006")[0].caption.startswith("brown cows")
    embedded.clear()
    before = vectors.generation(project)
    refresh(project)
    assert embedded == [] and vectors.generation(project) != before


def test_only_texts_that_changed_are_embedded(project: Project, embedded: list[str]) -> None:
    made_library.build(project)
    refresh(project)
    embedded.clear()
    first = store.moments(project, "made-002")[0]
    store.write_moments(project, [replace(first, caption="a cellist tunes her instrument")])
    refresh(project, ["made-002"])
    assert 1 <= len(embedded) <= 3
    assert all("cellist" in text for text in embedded)
    assert words.footage_with(project, "cellist") == ["made-002"]


def test_footage_that_is_rejected_later_is_not_found_any_more(project: Project) -> None:
    made_library.build(project)
    refresh(project)
    gone = replace(store.find(project, "made-005"), status="rejected", reason="damaged")
    store.save(project, gone)
    store.replace_knowledge(project, gone.id, shots=[], moments=[], speech=[], captions=[])
    refresh(project, [gone.id])
    assert words.footage_with(project, "lighthouse") == []
    for level in vectors.LEVELS:
        assert gone.id not in vectors.matrix(project, level, "minilm").rows


def test_a_refresh_that_fails_leaves_the_footage_as_it_was(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_library.build(project)
    refresh(project)
    first = store.moments(project, "made-002")[0]
    store.write_moments(project, [replace(first, caption="a cellist tunes her instrument")])

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(library.vectors, "replace", fail)
    with pytest.raises(RuntimeError):
        refresh(project, ["made-002"])
    assert words.footage_with(project, "cellist") == []
    assert words.footage_with(project, "violinist") == ["made-002"]


@pytest.fixture
def documents(monkeypatch: pytest.MonkeyPatch) -> list[words.Document]:
    """What is known of moments, shots and footage as it is handed to the index of words."""
    seen: list[words.Document] = []
    keeping = words.replace

    def noting(project: Project, footage_id: str, new: Sequence[words.Document]) -> None:
        seen.extend(new)
        keeping(project, footage_id, new)

    monkeypatch.setattr(library.words, "replace", noting)
    return seen


def heard(documents: Sequence[words.Document], word: str) -> set[int]:
    """The moments in which a word is said."""
    return {d.ordinal for d in documents if d.level == "moment" and word in d.speech}


def test_an_empty_project_refreshes_to_nothing(project: Project) -> None:
    refresh(project)
    assert project.rows("SELECT * FROM topic") == []


def test_speech_is_known_at_the_second_it_is_said(
    project: Project, documents: list[words.Document]
) -> None:
    made_library.build(project)
    refresh(project, ["made-003"])
    moments = store.moments(project, "made-003")
    there = {m.ordinal for m in moments if Fraction(5) <= m.range.start < Fraction(8)}
    assert heard(documents, "revenue") == there
