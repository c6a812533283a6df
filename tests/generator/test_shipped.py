"""The weights that come with the package: small enough, described, and able to draw."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from generator.builtin import WEIGHTS, BuiltinBackend
from generator.choose import choose
from generator.grammar import read_prompt
from generator.judge import Judge
from generator.scenes.params import SceneParams
from generator.values import Condition, Frames, Shot, ShotRequest

pytestmark = pytest.mark.trained

SMALL = ShotRequest(
    "", duration_s=Fraction(8, 5), width=160, height=96, rate=Fraction(25, 2), steps=8, seed=5
)
PROMPTS = (
    "a calm golden sunset over the sea, slow pan right",
    "green underwater light",
    "a blue night sky full of stars, tilt up",
    "grey snow falling in a forest",
)


def made(request: ShotRequest) -> Shot:
    return BuiltinBackend().generate(request, lambda *_: None, lambda: False)


def unit(frames: Frames) -> torch.Tensor:
    return torch.from_numpy(frames.copy()).permute(3, 0, 1, 2)[None].float() / 127.5 - 1


def asked(prompt: str) -> SceneParams:
    params = read_prompt(prompt).params
    assert params is not None
    return params


def test_they_fit_and_say_what_they_are() -> None:
    files = list(WEIGHTS.glob("*.safetensors"))
    assert sum(f.stat().st_size for f in files) < 48_000_000
    assert max(f.stat().st_size for f in files) <= 15_100_000
    card = next(WEIGHTS.glob("*.md")).read_text("utf-8")
    for word in ("Apache-2.0", "held-out flow loss", "cannot draw people"):
        assert word in card


def test_a_shot_from_words_shows_the_scene_and_palette_that_were_asked_for() -> None:
    judge = Judge.load(WEIGHTS)
    right = 0
    for prompt in PROMPTS:
        shot = made(replace(SMALL, prompt=prompt))
        seen = judge.read(unit(shot.frames), SMALL.rate)[0][0]
        right += sum(seen.agrees(asked(prompt))[:2])
    assert right >= 6, "of eight"


def test_words_go_to_it_and_a_still_picture_of_its_kind_is_set_in_motion() -> None:
    assert choose(replace(SMALL, prompt=PROMPTS[0])).generator.name == "builtin"
    shot = made(replace(SMALL, prompt=PROMPTS[0]))
    given = replace(
        SMALL, prompt=PROMPTS[0], seed=8, conditions=(Condition(shot.frames[:1], Fraction(0)),)
    )
    moved = made(given).frames
    assert np.array_equal(moved[0], shot.frames[0])
    apart = np.abs(moved[1:].astype(int) - moved[0].astype(int)).mean((1, 2, 3))
    assert 0.5 < apart[-1] < 60


def test_the_same_seed_is_the_same_shot_and_another_seed_another() -> None:
    few = replace(SMALL, prompt=PROMPTS[1], steps=4)
    one, again, other = made(few), made(few), made(replace(few, seed=6))
    assert np.array_equal(one.frames, again.frames)
    assert np.abs(one.frames.astype(int) - other.frames.astype(int)).mean() > 3
