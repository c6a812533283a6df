"""The scenes: shapes, sameness, captions, the gate, and sound."""

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from generator.scenes import SCENES, SceneParams, ScenesBackend
from generator.scenes.backend import TIMED_PIXELS
from generator.scenes.params import CameraMove
from generator.scenes.plates import make_plate, read
from generator.scenes.sound import ambience
from generator.scenes.stage import Stage
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


@pytest.mark.parametrize("name", list(SCENES))
@pytest.mark.parametrize(
    ("one", "other"),
    [("pan left", "pan right"), ("tilt up", "tilt down"), ("zoom in", "zoom out")],
)
def test_a_camera_move_can_be_seen_in_the_picture(
    name: str, one: CameraMove, other: CameraMove
) -> None:
    """Between the first frames of opposite moves lies nothing but the camera."""
    firsts = [
        next(_set_up(name, move).stream())[0].astype(float).mean(2) for move in (one, other, one)
    ]
    assert np.abs(firsts[0] - firsts[1]).mean() > 2.0
    assert (firsts[0] == firsts[2]).all()


@pytest.mark.parametrize("name", [name for name in SCENES if name != "hills"])
@pytest.mark.parametrize(("moves", "axis"), [(("pan left", "pan right"), 1),
                                             (("tilt up", "tilt down"), 0)])  # fmt: skip
def test_which_way_the_camera_moves_can_be_read_from_the_picture(
    name: str, moves: tuple[CameraMove, CameraMove], axis: int
) -> None:
    """Hills move at many depths at once, so no single shift fits them."""
    one, other = (
        next(_set_up(name, move).stream())[0].astype(float).mean(2) for move in moves
    )  # fmt: skip
    inner = (slice(20, -20), slice(20, -20))
    errors = {
        shift: np.abs(one - np.roll(other, shift, axis))[inner].mean() for shift in range(-18, 19)
    }
    assert -16 <= min(errors, key=lambda shift: errors[shift]) <= -4


def _set_up(name: str, move: CameraMove) -> Stage:
    params = SceneParams(name, camera=move)
    return SCENES[name].stage(params, (192, 112), Fraction(25, 2), 24, 3)


@pytest.mark.parametrize("name", [scene.name for scene in SCENES.values() if scene.thing])
def test_boxes_lie_in_the_picture_in_order_and_follow_the_camera(name: str) -> None:
    params = SceneParams(name, camera="pan right", camera_speed="high", pace="low")
    stage = SCENES[name].stage(params, SMALL, Fraction(10), 30, 2)
    boxes = SCENES[name].boxes(stage)
    assert boxes[0].at_s == 0 and boxes[-1].at_s == Fraction(29, 10)
    assert all(0 <= b.left < b.right <= 1 and 0 <= b.top < b.bottom <= 1 for b in boxes)
    assert {box.words for box in boxes} == {SCENES[name].thing}

    def middle(at_s: Fraction) -> float:
        return float(np.median([b.left + b.right for b in boxes if b.at_s == at_s]))

    assert middle(Fraction(29, 10)) < middle(Fraction(0))  # what is seen goes left


@pytest.mark.parametrize(("name", "palette"), [("flare", "blue"), ("sunset", "golden")])
def test_the_box_of_the_sun_holds_the_brightest_place(name: str, palette: str) -> None:
    params = SceneParams(name, palette, camera="zoom in", density="low")
    stage = SCENES[name].stage(params, (192, 112), Fraction(10), 1, 5)
    box = SCENES[name].boxes(stage)[0]
    picture = next(stage.stream())[0].astype(float).sum(2)
    inside = picture[int(box.top * 112) : int(box.bottom * 112) + 1,
                     int(box.left * 192) : int(box.right * 192) + 1]  # fmt: skip
    assert inside.mean() > np.percentile(picture, 97)


def test_a_scene_without_places_has_no_boxes() -> None:
    assert SCENES["marble"].boxes(_set_up("marble", "still")) == ()


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


@pytest.mark.parametrize("name", sorted(SCENES))
@pytest.mark.parametrize("camera", ["tilt up", "tilt down", "zoom in"])
def test_a_long_fast_camera_move_may_leave_things_out_of_the_picture(
    name: str, camera: CameraMove
) -> None:
    params = SceneParams(name, camera=camera, camera_speed="high")
    shown = SCENES[name].render(params, (48, 32), Fraction(1, 2), 12, 3)
    assert shown.shape == (12, 32, 48, 3)
    assert shown.std() > 0


def test_a_plate_read_where_nothing_is_seen_has_no_rows() -> None:
    plate = make_plate(1, pixels=32)
    assert read(plate, torch.zeros(2, 1, 9), torch.zeros(2, 0, 1)).shape == (2, 0, 9)


SPRITES = ("stars", "snow", "dust", "fire", "caustics", "rain", "film")


@pytest.mark.parametrize("name", SPRITES)
def test_a_plate_with_its_sprites_drawn_over_is_the_whole_scene(name: str) -> None:
    scene = SCENES[name]
    grainless = replace(scene, grain=0.0)
    whole = grainless.render(None, SMALL, Fraction(5), 4, 3)
    plate = scene.render(None, SMALL, Fraction(5), 4, 3, layer="plate")
    stage = scene.stage(None, SMALL, Fraction(5), 4, 3)
    draw = scene.crisp(stage)
    assert draw is not None
    film = torch.from_numpy(plate).float()
    draw(film, torch.arange(4) / 5)
    over = film.clamp(0, 255).numpy()
    assert np.abs(over - whole).mean() < 0.6 < np.abs(plate.astype(float) - whole).max()


@pytest.mark.parametrize("name", SPRITES)
def test_sprites_alone_stand_on_black(name: str) -> None:
    crisp = SCENES[name].render(None, SMALL, Fraction(5), 2, 3, layer="crisp")
    assert crisp.max() > 15 and np.median(crisp) == 0


def test_stars_are_not_drawn_over_the_hills() -> None:
    crisp = SCENES["stars"].render(None, SMALL, Fraction(5), 2, 3, layer="crisp")
    assert crisp[:, -6:].max() == 0


def test_a_scene_without_sprites_draws_nothing_over_a_picture() -> None:
    assert SCENES["waves"].crisp(_set_up("waves", "still")) is None
    assert SCENES["waves"].render(None, SMALL, RATE, 1, 3, layer="crisp").max() == 0


def painting(prompt: str, *, width: int = 320, seconds: int = 2) -> ShotRequest:
    return ShotRequest(prompt, duration_s=Fraction(seconds), width=width, height=width * 9 // 16)


def test_the_time_told_is_near_the_time_taken() -> None:
    backend, request = ScenesBackend(), painting("aurora over mountains")
    told = backend.estimate(request).seconds
    began = time.perf_counter()
    backend.generate(request, lambda *_: None, lambda: False)
    taken = time.perf_counter() - began
    assert taken / 4 < told < taken * 4  # other work may come and go on the machine


def test_longer_and_larger_shots_are_told_longer_times_and_closed_ones_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = []

    def paces(params: SceneParams, size: tuple[int, int], device: str) -> tuple[float, float]:
        sizes.append(size)
        return 1.0, 0.1

    monkeypatch.setattr("generator.scenes.backend.paces", paces)
    backend = ScenesBackend()
    assert backend.estimate(painting("sunset")).seconds == pytest.approx(1 + 50 * 0.1)
    assert backend.estimate(painting("sunset", seconds=8)).seconds == pytest.approx(1 + 200 * 0.1)
    large = backend.estimate(painting("sunset", width=3840)).seconds
    assert sizes[-1][0] * sizes[-1][1] <= TIMED_PIXELS * 1.01  # no slow timing of large frames
    assert large == pytest.approx(1 + 50 * 0.1 * 3840 * 2160 / (sizes[-1][0] * sizes[-1][1]))
    assert backend.estimate(painting("a running horse")).seconds == 0
