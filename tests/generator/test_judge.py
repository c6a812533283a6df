"""The judge: movement is measured right, and what is painted is read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from generator.builtin import WEIGHTS
from generator.dataset import scene_of
from generator.judge import MOTIONS, Judge, Seen, looks, motion_of
from generator.judging import movement as measured
from generator.judging.examples import (
    CHECK_WITH,
    COMPARE_WITH,
    LEARN_FROM,
    Examples,
    clips,
    examples,
    flipped,
    painted,
    refilmed,
    worn,
)
from generator.judging.movement import FIT_NUMBERS, SCALES, USUAL, looked_at, movement
from generator.judging.train import accuracy, find_legible, fit, illegible
from generator.scenes.params import CAMERA_MOVES, SceneParams
from generator.scenes.registry import SCENES as ALL_SCENES
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
    """What most of the picture does, of all scales, (scales, 3), in half-heights a second."""
    fits = measured.fit(movement(*looked_at(clip, RATE)))
    return fits.reshape(len(SCALES), FIT_NUMBERS // len(SCALES))[:, 6:9] / USUAL


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


def test_a_lamp_that_flickers_and_a_patch_that_moves_otherwise_are_not_the_camera() -> None:
    clip = filmed(x=0.06)
    lamp = 1 + 0.1 * torch.sin(torch.arange(16) * 2.1)[:, None, None]
    passing = filmed(x=-0.3, y=0.2)
    clip[..., 8:32, 10:50] = passing[..., 8:32, 10:50]
    for found in fitted((clip + 1) * lamp * 0.9 - 1)[:2]:
        assert float(found[0]) == pytest.approx(0.06, abs=0.02)
        assert float(found[1:].abs().max()) < 0.03


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
    one = learned(1, ["hills"], wear=False, anew=0)
    there, back = flipped(one), looks(clip.flip(4), rate)
    assert torch.allclose(there.looks.stills.float(), back.stills, atol=2e-3)
    assert torch.allclose(there.looks.cells, back.cells, rtol=1e-3, atol=1e-6)
    left, right = MOTIONS.index("pan left"), MOTIONS.index("pan right")
    swapped = flipped(replace(one, motion=torch.tensor([left]))).motion
    assert swapped.tolist() == [right], params


def test_a_clip_filmed_anew_moves_as_its_new_camera_does() -> None:
    number = next(
        n for n in range(LEARN_FROM, LEARN_FROM + 99) if scene_of(n, ["marble"]).camera == "drift"
    )
    one = next(clips(range(number, number + 1), ["marble"], shape=(RATE, 16)))
    seen: dict[str, Tensor] = {}
    for seed in range(300):
        small, asked = refilmed(one, torch.Generator().manual_seed(seed))
        assert small.shape == one.small.shape
        assert (asked.scene, asked.palette) == (one.params.scene, one.params.palette)
        if asked.camera_speed == "high" and asked.camera not in seen:
            fits = measured.fit(movement(small, one.rate)).reshape(len(SCALES), -1)
            seen[asked.camera] = fits[1, 6:9]
    # what is filmed goes the other way than the camera
    assert float(seen["pan left"][0]) > 0.5 > -0.5 > float(seen["pan right"][0])
    assert float(seen["tilt up"][1]) > 0.5 > -0.5 > float(seen["tilt down"][1])
    assert float(seen["zoom in"][2]) > 0.2 > -0.2 > float(seen["zoom out"][2])


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


def learned(count: int, scenes: Sequence[str] = SCENES, **how: Any) -> Examples:
    numbers = range(LEARN_FROM, LEARN_FROM + count)
    return examples(clips(numbers, scenes, shape=how.pop("shape", None)), scenes, **how)


@pytest.fixture(scope="module")
def taught() -> Judge:
    seen = learned(60, shape=(RATE, 8))
    return fit(SCENES, seen, kind_steps=120, motion_steps=120, batch=24)


def test_a_judge_taught_for_seconds_reads_scenes_it_never_saw(taught: Judge) -> None:
    numbers = range(CHECK_WITH, CHECK_WITH + 24)
    held = examples(clips(numbers, SCENES, shape=(RATE, 8)), SCENES, wear=False, anew=0)
    scene, palette, _ = accuracy(taught, held)
    assert scene > 0.8
    assert palette > 0.55


def test_only_cameras_that_are_read_right_on_held_out_clips_count(
    taught: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        SceneParams("sunset", "", "pan left", "high"), SceneParams("sunset", "", "still", "low"),
        SceneParams("bokeh", "", "tilt up", "low"), SceneParams("bokeh", "", "drift", "low"),
    ]  # fmt: skip
    right = [True, True, False, True]
    monkeypatch.setattr("generator.judging.train.motions_right", lambda *_: right)
    found = find_legible(taught, learned(4, anew=0, wear=False), asked)
    # a still clip stands for every speed: it must not be taken for a move of that speed
    assert found == {("sunset", speed) for speed in ("low", "medium", "high")} | {
        ("bokeh", "medium"), ("bokeh", "high"),
    }  # fmt: skip
    monkeypatch.setattr(taught, "legible", found)
    assert [taught.tells(params) for params in asked] == [True, True, False, False]
    assert illegible(taught) == "bokeh (slow), gradient"


def test_the_judge_of_the_package_reads_what_is_painted() -> None:
    judge = Judge.load(WEIGHTS)
    assert judge.scenes == tuple(ALL_SCENES)
    assert (WEIGHTS / "judge.safetensors").stat().st_size < 2_000_000
    held = examples(
        clips(range(COMPARE_WITH - 48, COMPARE_WITH), judge.scenes), judge.scenes, wear=False,
        anew=0,
    )  # fmt: skip
    scene, palette, _ = accuracy(judge, held)
    assert scene >= 0.93 and palette >= 0.93
    assert 0.3 < len(judge.legible) / (3 * len(judge.scenes)) <= 1
    assert "trained on" in judge.notes


def test_a_saved_judge_reads_the_same_and_is_small(taught: Judge, tmp_path: Path) -> None:
    file = taught.save(tmp_path)
    assert file.stat().st_size < 2_000_000
    again = Judge.load(tmp_path)
    assert again.scenes == SCENES
    assert (again.legible, again.notes) == (taught.legible, taught.notes)
    clips = [painted(CHECK_WITH + n, SCENES, shape=(RATE, 8))[1] for n in range(4)]
    seen, features = taught.read(torch.cat(clips), RATE)
    seen_again, features_again = again.read(torch.cat(clips), RATE)
    assert seen == seen_again
    assert torch.allclose(features, features_again, atol=0.05)


def test_a_missing_judge_says_how_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"generator\.judging\.train"):
        Judge.load(tmp_path)
