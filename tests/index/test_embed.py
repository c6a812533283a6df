"""Texts become unit vectors by checked files only; nothing with code in it is opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import embed
from index.embed import MINILM_PACKAGE, embedder
from project.errors import CreatorError
from project.settings import Settings


def test_vectors_have_length_one_and_near_meanings_are_near() -> None:
    vectors = embedder(Settings()).embed(["a small dog", "a puppy", "quarterly tax report"])
    assert vectors.shape == (3, 384) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.6 > 0.3 > vectors[0] @ vectors[2]


def test_the_order_and_company_of_texts_do_not_change_their_vectors() -> None:
    model = embedder(Settings())
    texts = [f"text number {n} " + "long " * (n % 17) for n in range(130)] + ["twice", "twice"]
    together = model.embed(texts)
    alone = model.embed([texts[77]])[0]
    assert float(together[77] @ alone) > 0.999
    assert np.array_equal(together[-1], together[-2])


def test_no_text_makes_no_vector() -> None:
    assert embedder(Settings()).embed([]).shape == (0, 384)


def test_one_model_serves_the_whole_process() -> None:
    assert embedder(Settings()) is embedder(Settings())


def test_naming_an_embedder_loads_neither_torch_nor_the_packages_code() -> None:
    code = (
        "import sys; from index import search, library; from index.embed import embedder;"
        "from project.settings import Settings; embedder(Settings());"
        f"print([m for m in ('torch', 'chromadb', '{MINILM_PACKAGE}') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_weights_that_are_not_the_pinned_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "MINILM_SHA256", "0" * 64)
    with pytest.raises(CreatorError, match="not the ones expected"):
        embed.minilm_folder()


def test_a_model_folder_with_code_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "modeling.py").write_text("raise SystemExit")
    with pytest.raises(CreatorError, match="program code"):
        embedder(Settings(embedder=str(tmp_path)))


def test_a_model_folder_with_pickled_weights_only_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(CreatorError, match="safetensors"):
        embedder(Settings(embedder=str(tmp_path)))


def test_a_model_name_is_not_downloaded_unasked() -> None:
    with pytest.raises(CreatorError, match="allow downloads"):
        embedder(Settings(embedder="nobody/no-such-model")).embed(["x"])


def test_a_question_has_the_vector_of_its_text_and_leaves_the_threads_to_others() -> None:
    import torch

    model, before = embedder(Settings()), torch.get_num_threads()
    asked = model.question("a tram in the rain, at dusk")
    assert torch.get_num_threads() == before
    assert float(asked @ model.embed(["a tram in the rain, at dusk"])[0]) > 0.999
    assert float(asked @ asked) == pytest.approx(1, abs=1e-5)
