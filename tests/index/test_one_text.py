"""One text alone has the vector that `encode` gives it, whoever's model it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.embed import embedder
from index.one_text import ALIKE, one_text
from project.settings import Settings
from tests.index.tiny_readers import averaged

TEXTS = (
    "waves",
    "A man, with TWO dogs: on the beach?",
    "zoë läuft über die Straße 日本語 🎬",
    "‘quoted’ and  spaced\tout -- never-before-seen-wörds 123456789",
    "the sea " * 300,  # longer than what the model reads
)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_question_has_the_numbers_of_encode(text: str) -> None:
    model = embedder(Settings())
    alone, by_encode = model.question(text), model._encode([text], bf16=False)[0]
    assert alone.dtype == np.float32 and alone.shape == (384,)
    assert np.abs(alone - by_encode).max() <= ALIKE


def test_the_built_in_model_goes_the_short_way() -> None:
    model = embedder(Settings())
    model.question("anything")
    assert model._alone is not None


def test_a_creators_bert_of_another_size_goes_the_short_way_too(tmp_path: Path) -> None:
    model = embedder(Settings(embedder=str(averaged(tmp_path / "mine", deep=3))))
    asked = model.question("a red dog")
    assert model._alone is not None and asked.shape == (16,) and model.width == 16
    assert np.abs(asked - model._encode(["a red dog"], bf16=False)[0]).max() <= ALIKE


@pytest.mark.parametrize("pooling", ["cls", "max"])
def test_a_model_of_another_kind_is_left_to_encode(tmp_path: Path, pooling: str) -> None:
    folder = averaged(tmp_path / "other", pooling=pooling)
    model = embedder(Settings(embedder=str(folder)))
    asked = model.question("a red dog")
    assert one_text(model._loaded()) is None
    assert np.array_equal(asked, model._encode(["a red dog"], bf16=False)[0])
