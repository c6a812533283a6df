"""The scenes: shapes, sameness, captions, the gate, and sound."""

from fractions import Fraction

import numpy as np
import pytest

from generator.scenes import SCENES, SceneParams, ScenesBackend
from generator.scenes.sound import ambience
from generator.values import Condition, GenerationCancelled, GeneratorError, Refused, ShotRequest

SMALL = (160, 96)
RATE = Fraction(25)


@pytest.mark.parametrize("name", list(SCENES))
def test_scene_moves_has_contrast_and_fills_the_frame(name: str) -> None:
    frames = SCENES[name].render(None, SMALL, Fraction(2), 4, 3)
    assert frames.shape == (4, 96, 160, 3) and frames.dtype == np.uint8
    assert frames.std() > 8  # not a flat picture
    moved = np.abs(frames[0].astype(int) - frames[-1]).mean()
    assert moved > 0.8  # 1.5 s apart


@pytest.mark.parametrize("name", ["sunset", "rain", "stars", "snow"])
def test_same_request_gives_the_same_bytes_and_another_seed_does_not(name: str) -> None:
    first, again, other = (SCENES[name].render(None, SMALL, RATE, 3, s) for s in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any()


def test_scene_runs_joined_are_the_whole_at_any_size_and_orientation() -> None:
    runs = list(SCENES["hills"].stage(None, (90, 160), RATE, 7, 1).stream())
    assert sum(len(run) for run in runs) == 7
    assert {run.shape[1:] for run in runs} == {(160, 90, 3)}


def test_a_longer_shot_of_a_locked_camera_starts_with_the_same_frames() -> None:
    locked = SceneParams("clouds", camera="still")
    short = SCENES["clouds"].render(locked, SMALL, RATE, 3, 1)
    long = SCENES["clouds"].render(locked, SMALL, RATE, 30, 1)
    assert (short == long[:3]).all()


def test_pan_left_moves_the_picture_right() -> None:
    pan = SceneParams("hills", camera="pan left", camera_speed="high", pace="low")
    frames = SCENES["hills"].render(pan, (192, 96), Fraction(4), 4, 2).astype(float).mean(3)
    lower = frames[:, 60:]
    errors = {
        shift: np.abs(lower[0, :, 8:184] - lower[-1, :, 8 + shift : 184 + shift]).mean()
        for shift in range(-8, 9)
    }
    assert min(errors, key=lambda shift: errors[shift]) > 0


def test_unknown_palette_is_refused_with_those_there_are() -> None:
    with pytest.raises(GeneratorError, match="golden, crimson, violet"):
        SCENES["sunset"].render(SceneParams("sunset", "plaid"), SMALL, RATE, 1, 0)


def test_backend_paints_what_the_words_say_and_tells_its_provenance() -> None:
    told: list[float] = []
    request = ShotRequest("calm golden sunset, slow pan left", duration_s=Fraction(1, 5),
                          width=160, height=90, seed=9)  # fmt: skip
    shot = ScenesBackend().generate(request, lambda share, _: told.append(share), lambda: False)
    assert shot.frames.shape == (5, 90, 160, 3)
    assert told[-1] == 1.0 and not shot.provenance.ai
    assert shot.provenance.settings["scene"] == "sunset"
    assert shot.provenance.settings["camera"] == "pan left"


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        ("a dog on the beach at sunset", "cannot draw dog"),
        ("quantum blockchain", "no scene matches"),
        ("", "no scene matches"),
    ],
)
def test_gate_is_closed_for_what_no_scene_shows(prompt: str, why: str) -> None:
    gate = ScenesBackend().gate(ShotRequest(prompt))
    assert not gate.open and why in gate.reason


def test_gate_refuses_given_frames_and_says_what_takes_them() -> None:
    given = Condition(np.zeros((1, 9, 16, 3), np.uint8), Fraction(0))
    request = ShotRequest("sunset", conditions=(given,))
    gate = ScenesBackend().gate(request)
    assert not gate.open and "motion" in gate.reason
    with pytest.raises(Refused, match="given frames"):
        ScenesBackend().generate(request, lambda *_: None, lambda: False)


def test_unknown_words_are_reported_with_an_open_gate() -> None:
    gate = ScenesBackend().gate(ShotRequest("sunset over the sea by a lighthouse"))
    assert gate.open and gate.unknown_words == ("lighthouse",)


def test_backend_stops_when_told() -> None:
    request = ShotRequest("snow", width=160, height=90)
    with pytest.raises(GenerationCancelled):
        ScenesBackend().generate(request, lambda *_: None, lambda: True)


@pytest.mark.parametrize("prompt", [scene.noun for scene in SCENES.values()])
def test_a_loop_ends_where_it_begins(prompt: str) -> None:
    request = ShotRequest(prompt, duration_s=Fraction(2), width=160, height=90, rate=Fraction(12),
                          seed=4, loop=True)  # fmt: skip
    shot = ScenesBackend().generate(request, lambda *_: None, lambda: False)
    assert len(shot.frames) == 24
    shown = shot.frames.astype(np.int16)
    steps = np.abs(np.diff(shown, axis=0)).mean((1, 2, 3))
    seam = np.abs(shown[0] - shown[-1]).mean()
    assert seam <= 1.5 * np.median(steps)
    assert steps.max() <= 3 * np.median(steps)  # and no jump was moved elsewhere
    assert any("loop" in note for note in shot.notes)


def test_a_loop_of_one_frame_and_a_stopped_one_are_fine() -> None:
    request = ShotRequest("waves", duration_s=Fraction(1, 25), width=64, height=36, loop=True)
    assert len(ScenesBackend().generate(request, lambda *_: None, lambda: False).frames) == 1
    with pytest.raises(GenerationCancelled):
        ScenesBackend().generate(request, lambda *_: None, lambda: True)


@pytest.mark.parametrize("name", [*SCENES, "wind", "night"])
def test_ambience_is_the_asked_length_quiet_enough_and_the_same_again(name: str) -> None:
    sound = ambience(name, 1.5, 4)
    assert sound.shape == (72000,) and sound.dtype == np.float32
    assert 0 < np.abs(sound).max() <= 0.5
    assert np.array_equal(sound, ambience(name, 1.5, 4))
    assert sound[0] == 0 and abs(sound[-1]) < 1e-6


def test_ambience_of_nothing_known_is_refused() -> None:
    with pytest.raises(GeneratorError, match="there is"):
        ambience("opera", 1, 1)
