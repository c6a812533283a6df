"""The judge: movement is measured right, and what is painted is read back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from generator.judge import MOTIONS, Judge, Seen, looks, motion_of
from generator.judging.examples import (
    CHECK_WITH,
    COMPARE_WITH,
    LEARN_FROM,
    examples,
    flipped,
    painted,
    worn,
)
from generator.judging.movement import FIT_NUMBERS, LAGS, looked_at, movement
from generator.judging.train import accuracy, fit
from generator.scenes.params import CAMERA_MOVES, SceneParams
from generator.sizes import TRAINING
from generator.values import GeneratorError

RATE = Fraction(25, 2)
SCENES = ("sunset", "bokeh", "gradient")


def filmed(*, x: float = 0.0, y: float = 0.0, growth: float = 0.0, frames: int = 16) -> Tensor:
    """A rough picture that moves: half-heights a second right and down, growth in 1/s.

    (1, 3, F, 64, 112) from -1 to 1.
    """
    random = torch.Generator().manual_seed(4)
    rough = F.interpolate(torch.randn(1, 3, 24, 42, generator=random), (192, 336), mode="bicubic")
    times = torch.arange(frames) / float(RATE)
    theta = torch.zeros(frames, 2, 3)
    shrunk = torch.exp(-growth * times) / 3  # the picture is a third of the canvas
    theta[:, 0, 0] = theta[:, 1, 1] = shrunk
    theta[:, 0, 2], theta[:, 1, 2] = -x * times / 3 * 64 / 112, -y * times / 3
    grid = F.affine_grid(theta, [frames, 3, 64, 112], align_corners=False)
    seen = F.grid_sample(rough.expand(frames, -1, -1, -1), grid, align_corners=False)
    return seen.transpose(0, 1)[None].clamp(-3, 3) / 3


def fitted(clip: Tensor) -> Tensor:
    """The fits of all lags, (lags, 3), in half-heights a second."""
    _, fit = movement(*looked_at(clip, RATE))
    return fit.reshape(len(LAGS), FIT_NUMBERS // len(LAGS)) / 6


@pytest.mark.parametrize(
    ("moved", "which"),
    [({"x": 0.06}, 0), ({"x": -0.12}, 0), ({"y": 0.10}, 1), ({"growth": 0.05}, 2),
     ({"growth": -0.03}, 2)],
)  # fmt: skip
def test_a_movement_far_under_a_pixel_a_frame_is_measured(
    moved: dict[str, float], which: int
) -> None:
    true = next(iter(moved.values()))
    for found in fitted(filmed(**moved)):
        assert float(found[which]) == pytest.approx(true, rel=0.2)
        others = [float(v) for n, v in enumerate(found) if n != which]
        assert max(map(abs, others)) < abs(true) / 4


def test_a_still_picture_and_a_single_frame_do_not_move() -> None:
    assert float(fitted(filmed()).abs().max()) < 1e-3
    assert float(fitted(filmed(x=0.2, frames=1)).abs().max()) == 0


def test_a_clip_at_twice_the_rate_moves_as_fast() -> None:
    clip = filmed(x=0.1)
    slow, _ = looked_at(clip, RATE)
    doubled, now = looked_at(clip.repeat_interleave(2, 2), 2 * RATE)
    assert now == RATE
    assert torch.equal(slow, doubled)


def test_mirroring_looks_is_looking_at_the_mirrored_clip() -> None:
    params, clip, rate = painted(LEARN_FROM, ["hills"])
    one = examples(range(LEARN_FROM, LEARN_FROM + 1), ["hills"], wear=False)
    there, back = flipped(one), looks(clip.flip(4), rate)
    assert torch.allclose(there.looks.stills, back.stills, atol=1e-5)
    assert torch.allclose(there.looks.field, back.field, atol=1e-2)
    assert torch.allclose(there.looks.fit, back.fit, atol=1e-2)
    left, right = MOTIONS.index("pan left"), MOTIONS.index("pan right")
    swapped = flipped(replace(one, motion=torch.tensor([left]))).motion
    assert swapped.tolist() == [right], params


def test_every_camera_move_has_a_motion_and_drifting_is_still() -> None:
    assert {motion_of(move) for move in CAMERA_MOVES} == set(MOTIONS)
    assert motion_of("drift") == "still"


def test_a_reading_agrees_part_by_part() -> None:
    seen = Seen("clouds", "blue", "pan left")
    assert seen.agrees(SceneParams("clouds", "", "pan left")) == (True, True, True)
    assert seen.agrees(SceneParams("clouds", "pink", "drift")) == (True, False, False)


def test_no_clip_of_the_judge_is_one_the_generator_learns_from() -> None:
    learned = max(
        1_000_003 * (seed + 1) + max(stage.clips for stage in plan.stages)
        for seed in range(100) for plan in TRAINING.values()
    )  # fmt: skip
    assert learned < LEARN_FROM < CHECK_WITH < COMPARE_WITH
    assert CHECK_WITH - LEARN_FROM > 1_000_000


def test_worn_clips_are_other_clips_of_the_same_shape_and_range() -> None:
    _, clip, rate = painted(LEARN_FROM, ["clouds"])
    small, _ = looked_at(clip, rate)
    old = worn(small, torch.Generator().manual_seed(1))
    assert old.shape == small.shape
    assert 0 <= float(old.min()) <= float(old.max()) <= 1
    assert 0.002 < float((old - small).abs().mean()) < 0.2


def test_the_palette_is_one_of_the_scene_that_was_read() -> None:
    judge = Judge(SCENES)
    scores = torch.full((1, len(judge.kinds)), -9.0)
    # gradient has the best single kind, sunset the most chance over its palettes
    for kind, score in {("sunset", "golden"): 1.0, ("sunset", "violet"): 1.2}.items():
        scores[0, judge.kinds.index(kind)] = score
    scores[0, judge.kinds.index(("gradient", "teal"))] = 1.5
    assert judge.kinds[int(judge._kind(scores))] == ("sunset", "violet")


@pytest.fixture(scope="module")
def taught() -> Judge:
    seen = examples(range(LEARN_FROM, LEARN_FROM + 60), SCENES, shape=(RATE, 8))
    return fit(SCENES, seen, epochs=30, batch=24)


def test_a_judge_taught_for_seconds_reads_scenes_it_never_saw(taught: Judge) -> None:
    held = examples(range(CHECK_WITH, CHECK_WITH + 24), SCENES, wear=False, shape=(RATE, 8))
    scene, palette, _ = accuracy(taught, held)
    assert scene > 0.8
    assert palette > 0.55


def test_a_saved_judge_reads_the_same_and_is_small(taught: Judge, tmp_path: Path) -> None:
    file = taught.save(tmp_path)
    assert file.stat().st_size < 2_000_000
    again = Judge.load(tmp_path)
    assert again.scenes == SCENES
    clips = [painted(CHECK_WITH + n, SCENES, shape=(RATE, 8))[1] for n in range(4)]
    seen, features = taught.read(torch.cat(clips), RATE)
    seen_again, features_again = again.read(torch.cat(clips), RATE)
    assert seen == seen_again
    assert torch.allclose(features, features_again, atol=0.05)


def test_a_missing_judge_says_how_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"generator\.judging\.train"):
        Judge.load(tmp_path)
