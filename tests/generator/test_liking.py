"""Of several takes the one that shows what was asked for is kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from generator.autoencoder import VideoAutoencoder
from generator.builtin import WEIGHTS, BuiltinBackend
from generator.checkpoint import save_config, save_weights
from generator.dataset import paint
from generator.dit import DiT
from generator.judge import FILE, Judge
from generator.liking import SEEDS_APART, Liking, judged
from generator.pipeline import ShotPipeline
from generator.scenes.params import SceneParams
from generator.sizes import MODELS
from generator.values import Condition, Frames, ShotRequest

TINY = MODELS["tiny"]
ASKED = ShotRequest(
    "golden sunset", duration_s=Fraction(8, 25), width=48, height=32, rate=Fraction(25, 2),
    steps=2, seed=3,
)  # fmt: skip


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny weights, untaught: every seed is another noise."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    model = DiT(TINY)
    torch.nn.init.normal_(model.out.weight, std=0.3)
    save_config(folder, TINY)
    save_weights(folder, "autoencoder", VideoAutoencoder(TINY).state_dict())
    save_weights(folder, "dit", model.state_dict())
    return folder


def made(pipeline: ShotPipeline, seed: int, liking: Liking | None = None) -> Frames:
    return pipeline(replace(ASKED, seed=seed), prompt=ASKED.prompt, liking=liking)


def test_the_best_of_all_takes_is_kept_and_it_is_the_one_of_its_seed(weights: Path) -> None:
    pipeline = ShotPipeline.load(weights)
    liking = Liking(lambda worked, _: float(worked.mean()) / 1000, tries=3)
    best = made(pipeline, 3, liking)
    takes = [made(pipeline, 3 + n * SEEDS_APART) for n in range(3)]
    chosen = int(np.argmax(liking.scores))
    assert len(liking.scores) == 3 == len(set(liking.scores))
    assert np.array_equal(best, takes[chosen])
    assert f"take {chosen + 1} of 3" in liking.note and "not all" in liking.note
    again = Liking(liking.score, tries=3)
    assert np.array_equal(made(pipeline, 3, again), best)


def test_no_other_take_is_made_once_one_is_right(weights: Path) -> None:
    pipeline = ShotPipeline.load(weights)
    scores = iter((0.3, 1.0, 0.5))
    liking = Liking(lambda *_: next(scores))
    best = made(pipeline, 3, liking)
    assert liking.scores == [0.3, 1.0]
    assert np.array_equal(best, made(pipeline, 3 + SEEDS_APART))
    assert liking.note == "take 2 of 2 was kept, read back by the judge"
    right = Liking(lambda *_: 1.0)
    assert np.array_equal(made(pipeline, 3, right), made(pipeline, 3))
    assert right.note == ""


def test_the_judge_likes_what_was_asked_for_better_than_anything_else() -> None:
    judge = Judge.load(WEIGHTS)
    asked = SceneParams("sunset", "golden", "pan left", camera_speed="high")

    def score(params: SceneParams) -> float:
        clip = paint(params, 5, (160, 96), (Fraction(25, 2), 20), "cpu")
        worked = clip.permute(1, 2, 3, 0).numpy().astype(np.float16)
        return judged(judge, asked).score(worked, Fraction(25, 2))

    assert score(asked) == 1
    assert score(replace(asked, palette="violet")) == pytest.approx(0.75)
    assert score(SceneParams("stars", "blue", "pan left", camera_speed="high")) < 0.5


def test_takes_are_made_for_words_alone(weights: Path, tmp_path: Path) -> None:
    for file in weights.iterdir():
        shutil.copy(file, tmp_path)
    alone = BuiltinBackend(tmp_path)

    def notes(request: ShotRequest) -> str:
        return " ".join(alone.generate(request, lambda *_: None, lambda: False).notes)

    assert "judge" not in notes(ASKED), "there is none in this folder"
    shutil.copy(WEIGHTS / FILE, tmp_path)
    assert "take" in notes(ASKED) and "judge" in notes(ASKED)
    frame = np.zeros((1, 32, 48, 3), np.uint8)
    given = replace(ASKED, conditions=(Condition(frame, Fraction(0)),))
    backend = BuiltinBackend(tmp_path)
    assert backend._liking(given, "a golden sunset") is None
