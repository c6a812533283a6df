"""A cross-encoder reads the best hits again; what facts and exclusions took stays taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import rerank
from index import search as searching
from index.fuse import Weights
from index.library import refresh
from index.rerank import Rereader, rereader
from index.search import search
from project.errors import CreatorError
from project.settings import Settings
from project.store import Project
from tests.index import made_library, tiny_readers


class Fond(Rereader):
    """Sure of the texts with one word in them."""

    def __init__(self, word: str) -> None:
        super().__init__("fond", "nowhere")
        self.word, self.read = word, list[str]()

    def judge(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        return np.array([self.word in text for text in texts], np.float32)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.create(tmp_path_factory.mktemp("made") / "p", Settings()) as project:
        made_library.build(project)
        refresh(project)
        yield project


def best(project: Project, question: str) -> str:
    return search(project, question).hits[0].name


def test_what_the_reader_is_sure_of_comes_first(
    made: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert best(made, "burning flames") == "A012.mp4"
    fond = Fond("balloon")
    monkeypatch.setattr(searching, "rereader", lambda settings: fond)
    assert best(made, "burning flames") == "A014.mp4"
    assert 0 < len(fond.read) <= rerank.READ
    assert len(set(fond.read)) == len(fond.read), "nothing is read twice"
    assert any("roast marshmallows" in text for text in fond.read)
    off = search(made, "burning flames", weights=Weights(reread=0))
    assert off.hits[0].name == "A012.mp4"


def test_a_sure_reader_cannot_undo_what_the_file_is(
    made: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "rereader", lambda settings: Fond("balloon"))
    assert best(made, "vertical clip of a baby") == "A008.mp4"


def test_a_question_about_facts_alone_is_not_read(
    made: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fond = Fond("x")
    monkeypatch.setattr(searching, "rereader", lambda settings: fond)
    search(made, "vertical clips")
    assert fond.read == []


def test_a_tiny_model_made_here_is_loaded_and_asked(tmp_path: Path) -> None:
    folder = tiny_readers.cross_encoder(tmp_path / "reader")
    found = rereader(Settings(cross_encoder=str(folder)))
    assert found is not None and rereader(Settings()) is None
    one = found.judge("red dog", ["a red dog", "blue cat", "z"])
    assert one.shape == (3,) and ((one > 0) & (one < 1)).all() and len(set(one.tolist())) == 3
    assert np.allclose(found.judge("red dog", ["z"]), one[2:], atol=1e-4)
    assert not np.allclose(found.judge("blue cat", ["z"]), one[2:], atol=1e-6), "question is read"
    assert found.judge("red dog", []).shape == (0,)


def test_a_model_of_many_figures_or_with_code_is_refused(tmp_path: Path) -> None:
    many = tiny_readers.cross_encoder(tmp_path / "many", labels=3)
    found = rereader(Settings(cross_encoder=str(many)))
    assert found is not None
    with pytest.raises(CreatorError, match="3 figures"):
        found.judge("a", ["b", "c"])
    (many / "code.py").write_text("")
    rerank._rereader.cache_clear()
    with pytest.raises(CreatorError, match="program code"):
        rereader(Settings(cross_encoder=str(many)))
