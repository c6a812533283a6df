"""Learning a look, tiny: it lowers the loss on its footage, is kept, applied, listed, removed."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from generator.builtin import BuiltinBackend
from generator.checkpoint import load_weights, save_config, save_weights
from generator.dit import DiT
from generator.look import LOOK_WORDS, LookClip, apply, caption_of, learn, looks, read, remove
from generator.sizes import MODELS
from generator.training.autoencoder import train_autoencoder
from generator.training.run import Limits, Run
from generator.values import GenerationCancelled, GeneratorError, ShotRequest
from ui.cli import app

TINY = MODELS["tiny"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny weights: an autoencoder that is hardly more than a PCA, a transformer that is new."""
    folder = tmp_path_factory.mktemp("weights")
    train_autoencoder(Run("tiny", folder, say=lambda _: None), Limits(steps=1))
    torch.manual_seed(0)
    dit = DiT(TINY)
    torch.nn.init.normal_(dit.out.weight, std=0.02)
    save_config(folder, TINY)
    save_weights(folder, "dit", dit.state_dict())
    return folder


def clip(words: str = "") -> LookClip:
    """A red stripe that moves over green."""
    frames = np.full((22, 40, 60, 3), (20, 120, 40), np.uint8)
    for number, frame in enumerate(frames):
        frame[:, number : number + 12] = (220, 30, 30)
    return LookClip(frames, Fraction(25, 2), words)


@pytest.fixture(scope="module")
def learned(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("looks") / "stripes.safetensors"
    learn(weights, [clip("a sunset at the beach")], out, steps=40)
    return out


def test_a_look_lowers_the_loss_on_its_footage_and_is_small(weights: Path, learned: Path) -> None:
    look = read(learned)
    assert look.steps == 40 and look.loss[1] < 0.95 * look.loss[0]
    whole = sum(file.stat().st_size for file in weights.glob("dit*"))
    assert learned.stat().st_size < 0.5 * whole
    assert looks(learned.parent) == (look,)


def test_an_applied_look_changes_the_blocks_and_nothing_else(weights: Path, learned: Path) -> None:
    plain, dressed = DiT(TINY), DiT(TINY)
    for model in (plain, dressed):
        model.load_state_dict(load_weights(weights, "dit"))
    apply(dressed, learned, weights)
    changed = {
        name for name, value in dressed.state_dict().items()
        if not torch.equal(value, plain.state_dict()[name])
    }  # fmt: skip
    assert changed == {
        f"blocks.{n}.{place}.weight" for n in range(TINY.depth)
        for place in ("attention.qkv", "attention.out", "feed.0", "feed.2")
    }  # fmt: skip


def test_shots_are_made_in_a_look_and_say_so(weights: Path, learned: Path) -> None:
    asked = ShotRequest(
        "golden sunset", duration_s=Fraction(8, 25), width=48, height=32, rate=Fraction(25, 2),
        steps=2, seed=3,
    )  # fmt: skip
    plain, dressed = (
        BuiltinBackend(weights, look=look).generate(asked, lambda *_: None, lambda: False)
        for look in (None, learned)
    )
    assert dressed.frames.shape == plain.frames.shape
    assert (dressed.frames != plain.frames).any()
    assert dressed.provenance.settings["look"] == "stripes"
    assert LOOK_WORDS in dressed.provenance.settings["read as"]
    assert "look" not in plain.provenance.settings


def test_only_the_built_in_model_draws_in_a_look(learned: Path, tmp_path: Path) -> None:
    def told(*words: str) -> tuple[int, str]:
        asked = ["generate", "clouds", "--out", str(tmp_path / "a.mp4"), *words]
        done = CliRunner().invoke(app, asked)
        return done.exit_code, " ".join(done.output.split())

    code, said = told("--look", str(learned), "--backend", "scenes")
    assert code == 2 and "--look is for the builtin backend" in said
    code, said = told("--look", str(tmp_path / "none.safetensors"))
    assert code == 1 and "is no look" in said
    code, said = told("--look", str(learned))
    assert code == 1 and "no trained weights" in said, "never drawn by another one"


def test_a_look_of_other_weights_is_refused(weights: Path, learned: Path, tmp_path: Path) -> None:
    save_weights(tmp_path, "dit", {"other": torch.zeros(3)})
    with pytest.raises(GeneratorError, match="other weights"):
        apply(DiT(TINY), learned, tmp_path)


def test_captions_come_from_the_grammar_where_it_can_read_the_words() -> None:
    assert caption_of("a calm sunset over the sea").endswith(f", {LOOK_WORDS}")
    assert "sunset over the sea" in caption_of("a calm sunset over the sea")
    assert caption_of("grandmother baking") == LOOK_WORDS


def test_a_removed_look_is_gone(weights: Path, learned: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.safetensors").write_bytes(learned.read_bytes())
    remove(tmp_path, "mine")
    assert looks(tmp_path) == ()
    with pytest.raises(GeneratorError, match="no look 'mine'"):
        remove(tmp_path, "mine")


def test_a_stopped_lesson_keeps_nothing(weights: Path, tmp_path: Path) -> None:
    out = tmp_path / "never.safetensors"
    with pytest.raises(GenerationCancelled):
        learn(weights, [clip()], out, steps=3, cancel=lambda: True)
    assert not out.exists()


def test_without_weights_or_footage_it_says_so(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="no model config"):
        learn(tmp_path, [clip()], tmp_path / "a.safetensors")
    still = LookClip(np.zeros((1, 32, 48, 3), np.uint8), Fraction(25))
    with pytest.raises(GeneratorError, match="nothing to learn from"):
        learn(weights, [still], tmp_path / "a.safetensors")


def test_the_command_learns_from_a_file_lists_and_removes(
    weights: Path, clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "project")
    runner = CliRunner()
    assert runner.invoke(app, ["new", folder]).exit_code == 0
    untaught = runner.invoke(app, ["look", "learn", "bars.mp4", "-p", folder])
    assert untaught.exit_code == 1 and "no trained weights" in " ".join(untaught.output.split())
    monkeypatch.setattr("generator.builtin.WEIGHTS", weights)

    def said(*words: str) -> dict[str, Any]:
        done = runner.invoke(app, ["look", *words, "-p", folder, "--json"])
        assert done.exit_code == 0, done.output
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    look = said("learn", str(clips / "pan.mp4"), "--minutes", "0.01")["look"]
    assert look["name"] == "mine" and look["steps"] > 0 and look["captions"] == [LOOK_WORDS]
    assert [one["name"] for one in said("list")["looks"]] == ["mine"]
    again = runner.invoke(app, ["look", "learn", "bars.mp4", "-p", folder])
    assert again.exit_code == 2 and "--force" in again.output
    said("remove", "mine")
    assert said("list")["looks"] == []
