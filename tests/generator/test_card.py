"""The model card says what the log and the figures say; int8 weights are small and near."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from generator.autoencoder import VideoAutoencoder
from generator.card import read_log, write_card
from generator.checkpoint import load_weights, save_config, save_weights
from generator.dit import DiT
from generator.judge import Judge
from generator.quantise import packed, quantise, relative_error, unpacked
from generator.sizes import MODELS

TINY = MODELS["tiny"]
LOG = """| stage | step | minutes | loss |
|---|---|---|---|
| autoencoder | 100 | 1.1 | 0.1810 |
| autoencoder | 1100 | 11.1 | 0.1534 |
autoencoder: 27.31 dB on held-out scenes, PCA floor 26.69 dB
stills: 1000 of 12288 clips are latents
| dit-stills | 200 | 6.0 | 0.9215 |
stills: held-out flow loss 0.8123
"""


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    folder = tmp_path / "weights"
    dit = DiT(TINY)
    torch.nn.init.normal_(dit.out.weight, std=0.1)
    save_config(folder, TINY)
    save_weights(folder, "autoencoder", VideoAutoencoder(TINY).state_dict())
    save_weights(folder, "dit", dit.state_dict())
    return folder


def test_log_is_read_as_each_stage_ended() -> None:
    stages, said = read_log(LOG)
    assert [(s.name, s.steps, s.loss) for s in stages] == [
        ("autoencoder", 1100, 0.1534), ("dit-stills", 200, 0.9215),
    ]  # fmt: skip
    assert said == (
        "autoencoder: 27.31 dB on held-out scenes, PCA floor 26.69 dB",
        "stills: held-out flow loss 0.8123",
    )


def test_card_holds_figures_data_limits_and_licence(weights: Path) -> None:
    card = write_card(
        weights, log=LOG, figures={"accuracy": 0.91, "seams": {"loop": 1.25}}, scenes=("sunset",)
    ).read_text()
    for words in (
        "| autoencoder | 1100 | 11.1 | 0.1534 |", "| accuracy | 0.91 |", "### seams",
        "27.31 dB", "cannot draw people", "Apache-2.0", "sunset over the sea",
    ):  # fmt: skip
        assert words in card


def test_int8_weights_are_a_quarter_of_the_bytes_and_answer_nearly_alike(
    weights: Path, tmp_path: Path
) -> None:
    figures = quantise(weights, tmp_path / "int8")
    sizes = [
        sum(f.stat().st_size for f in folder.glob("dit*"))
        for folder in (weights, tmp_path / "int8")
    ]
    assert sizes[1] < 0.3 * sizes[0]
    assert figures["relative error of the weights"] < 0.02
    assert figures["relative error of the velocity"] < 0.05
    DiT(TINY).load_state_dict(load_weights(tmp_path / "int8", "dit"))


def test_packing_keeps_vectors_and_errs_by_half_a_step_at_most() -> None:
    torch.manual_seed(0)
    weights = {
        "matrix": torch.randn(64, 128),
        "vector": torch.randn(64),
        "zero": torch.zeros(64, 128),
    }
    back = unpacked(packed(weights))
    assert torch.equal(back["vector"], weights["vector"]) and not back["zero"].any()
    step = weights["matrix"].abs().amax(1, keepdim=True) / 127
    assert ((back["matrix"] - weights["matrix"]).abs() <= step * 0.501).all()
    assert relative_error(weights) < 0.01


def test_the_card_says_how_well_the_judge_beside_the_weights_reads(weights: Path) -> None:
    assert "The judge" not in write_card(weights).read_text()
    judge = Judge(("clouds",))
    judge.notes = {"12 painted clips": "scene 100.0%"}
    judge.save(weights)
    assert "| 12 painted clips | scene 100.0% |" in write_card(weights).read_text()
