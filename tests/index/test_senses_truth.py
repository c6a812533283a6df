"""Every sense against pictures and sounds made so that the right number is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from index.captions import caption_words
from index.hearing import Heard, Hearing
from index.moments import moment_ranges
from index.senses import senses_of
from index.senses_faces import FaceSense, People
from index.senses_light import LightSense, Look
from index.senses_motion import MotionSense, Movement
from media.stills import still
from media.values import Picture, Sound, Still
from project.footage import Senses, _dump, _load
from timeline.time import TimeRange

Frame = NDArray[np.uint8]
RATE = 25
WIDE, HIGH = 256, 144


@pytest.fixture(scope="module")
def world() -> Frame:
    noise = np.random.default_rng(1).integers(0, 255, (700, 1400, 3), dtype=np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.asarray(cv2.normalize(soft, soft.copy(), 0, 255, cv2.NORM_MINMAX), np.uint8)


def filmed(
    world: Frame,
    camera: Callable[[float], tuple[float, float]] = lambda t: (0.0, 0.0),
    *,
    scale: Callable[[float], float] = lambda t: 1.0,
    roll: Callable[[float], float] = lambda t: 0.0,
    grain: float = 0.0,
) -> Movement:
    """What is said of the second of two seconds filmed by a camera that moves as told.

    camera(t): frame widths to the right and up; roll(t): degrees clockwise; grain: of 255.
    """
    sense, dice = MotionSense(), np.random.default_rng(2)
    for number in range(2 * RATE):
        t = number / RATE
        right, up = camera(t)
        angle, zoom = np.radians(roll(t)), scale(t)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / zoom
        middle = np.array([700 + right * WIDE, 350 - up * WIDE])
        shift = middle - turn @ np.array([WIDE / 2, HIGH / 2])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        seen = cv2.warpAffine(world, np.column_stack([turn, shift]), (WIDE, HIGH), flags=flags)
        noisy = np.clip(seen + dice.normal(0, grain, seen.shape), 0, 255).astype(np.uint8)
        sense.picture(Picture(Fraction(number, RATE), number, noisy))
    found = sense.movements(moment_ranges(Fraction(2)))[1]
    assert found is not None
    return found


@pytest.mark.parametrize("speed", [-0.8, -0.25, -0.06, 0.06, 0.25, 0.8])
def test_pan_and_tilt_are_the_speed_of_the_camera_and_its_direction(
    world: Frame, speed: float
) -> None:
    pan = filmed(world, lambda t: (speed * (t - 1), 0))
    assert pan.pan == pytest.approx(speed, rel=0.05, abs=0.004)
    assert (abs(pan.tilt) < 0.01) and (abs(pan.zoom) < 0.02) and (abs(pan.roll) < 1)
    assert pan.motion == pytest.approx(abs(speed), rel=0.12, abs=0.005)
    tilt = filmed(world, lambda t: (0, speed * (t - 1)))
    assert tilt.tilt == pytest.approx(speed, rel=0.05, abs=0.004)
    assert abs(tilt.pan) < 0.01


@pytest.mark.parametrize("speed", [-0.3, -0.08, 0.08, 0.3])
def test_zoom_is_the_growth_of_the_picture_in_a_second(world: Frame, speed: float) -> None:
    found = filmed(world, scale=lambda t: float(np.exp(speed * (t - 1))))
    assert found.zoom == pytest.approx(speed, rel=0.1, abs=0.005)
    assert max(abs(found.pan), abs(found.tilt)) < 0.01
    assert abs(found.roll) < 1


@pytest.mark.parametrize("speed", [-30.0, -5.0, 5.0, 30.0])
def test_roll_is_told_in_degrees_per_second_clockwise(world: Frame, speed: float) -> None:
    found = filmed(world, roll=lambda t: speed * t)
    assert found.roll == pytest.approx(speed, rel=0.08, abs=0.3)
    assert max(abs(found.pan), abs(found.tilt), abs(found.zoom)) < 0.03


def test_shake_is_the_rms_acceleration_of_the_camera(world: Frame) -> None:
    swing, turns = 0.05, 2 * np.pi * 1.5
    found = filmed(world, lambda t: (swing * float(np.sin(turns * t)), 0))
    assert found.shake == pytest.approx(swing * turns**2 / np.sqrt(2), rel=0.2)
    assert filmed(world, lambda t: (0.3 * (t - 1), 0)).shake < 0.3


def test_a_camera_on_a_tripod_is_still_though_the_picture_is_grainy(world: Frame) -> None:
    found = filmed(world, grain=6)
    assert max(abs(found.pan), abs(found.tilt), abs(found.zoom)) < 0.005
    assert abs(found.roll) < 1
    senses = Senses(light=0.5, motion=found.motion, roll=found.roll, shake=found.shake)
    assert "still camera" in caption_words(senses)


def looks(frames: Callable[[float], Frame], *, rate: int = RATE, seconds: int = 2) -> list[Look]:
    sense = LightSense()
    for number in range(seconds * rate):
        sense.picture(Picture(Fraction(number, rate), number, frames(number / rate)))
    found = sense.looks(moment_ranges(Fraction(seconds)))
    assert all(found)
    return [look for look in found if look]


def steady(picture: Frame, time_s: float) -> Frame:
    """The same picture at any time."""
    return picture


def stripes(low: float, high: float) -> Frame:
    """Half the columns at one luma and half at the other, 0 to 1: contrast is half between."""
    picture = np.empty((HIGH, WIDE, 3), np.uint8)
    picture[:, ::2], picture[:, 1::2] = round(low * 255), round(high * 255)
    return picture


@pytest.mark.parametrize("rate", [10, 24, 25, 60])
@pytest.mark.parametrize("slope", [-0.3, 0.2])
def test_light_and_contrast_change_by_what_they_were_made_to(rate: int, slope: float) -> None:
    shown = looks(lambda t: stripes(0.4 + slope * t / 2, 0.5 + slope * t / 2), rate=rate)
    for second, look in enumerate(shown):
        change = slope / 2 * (1 - 1 / rate)  # from the first picture to the last
        assert look.light_change == pytest.approx(change, abs=0.005)
        assert look.light == pytest.approx(0.45 + slope / 2 * (second + 0.45), abs=0.02)
        assert look.contrast == pytest.approx(0.05, abs=0.003)
        assert abs(look.contrast_change) < 0.005
    wider = looks(lambda t: stripes(0.5 - 0.2 * t, 0.5 + 0.2 * t), rate=rate)[1]
    assert wider.contrast_change == pytest.approx(0.2 * (1 - 1 / rate), abs=0.005)
    assert abs(wider.light_change) < 0.005


def test_a_cut_between_two_seconds_changes_the_light_of_neither() -> None:
    dark, bright = stripes(0.1, 0.2), stripes(0.8, 0.9)
    assert [k.light_change for k in looks(lambda t: dark if t < 1 else bright)] == [0, 0]
    within = looks(lambda t: dark if t < 0.5 else bright)[0]
    assert within.light_change == pytest.approx(0.7, abs=0.005)


def test_a_softer_lens_is_always_less_sharp(world: Frame) -> None:
    near = world[200:344, 400:656]
    crisp = np.random.default_rng(3).integers(0, 255, near.shape, dtype=np.uint8)
    soft = [cv2.GaussianBlur(crisp, (0, 0), s) for s in (0.5, 1, 2, 4, 8)]
    numbers = [looks(partial(steady, np.asarray(p)))[0].sharpness for p in (crisp, *soft)]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] == 1 and numbers[-1] < 0.12


def test_a_face_keeps_its_share_of_the_picture_as_the_picture_widens(real_footage: Path) -> None:
    path = real_footage / "VID_20220318_090412.mp4"
    if not path.is_file():
        pytest.skip("the clip with a face is not here")
    near = still(path, Fraction(3))
    found = [framed(near, part) for part in (1.0, 0.7, 0.5)]
    heights = [people.face_size for people in found]
    assert [people.faces for people in found] == [1, 1, 1]
    assert heights[1] == pytest.approx(0.7 * heights[0], rel=0.1)
    assert heights[2] == pytest.approx(0.5 * heights[0], rel=0.1)


def framed(picture: Frame, part: float) -> People:
    """The people seen where the picture fills only `part` of each edge of a grey one."""
    high, wide = picture.shape[:2]
    small = cv2.resize(picture, (round(wide * part), round(high * part)))
    room = np.full_like(picture, 110)
    top, left = (high - small.shape[0]) // 2, (wide - small.shape[1]) // 2
    room[top : top + small.shape[0], left : left + small.shape[1]] = small
    sense = FaceSense()
    sense.still(Still(Fraction(0), 0, room))
    (found,) = sense.people([TimeRange(Fraction(0), Fraction(1))])
    assert found is not None
    return found


def heard(samples: NDArray[np.float64], *, start_s: float = 0.0) -> list[Heard]:
    sense, start = Hearing(speech=False), Fraction(start_s)
    for at in range(0, len(samples), 4000):
        block = samples[at : at + 4000].astype(np.float32)
        sense.sound(Sound(start + Fraction(at, 16000), block))
    end = start + Fraction(len(samples), 16000)
    sense.finish(end)
    return [m for m in sense.moments(moment_ranges(end)) if m is not None]


@pytest.mark.parametrize("level", [-60.0, -40.0, -20.0, -3.01])
def test_a_sine_is_as_loud_as_its_rms(level: float) -> None:
    tone = np.sqrt(2) * 10 ** (level / 20) * np.sin(2 * np.pi * 997 * np.arange(32000) / 16000)
    assert [m.loudness_db for m in heard(tone)] == pytest.approx([level, level], abs=0.02)


def test_silence_is_the_share_of_the_second_under_minus_sixty() -> None:
    time = np.arange(48000) / 16000
    loud = np.random.default_rng(0).normal(0, 0.1, len(time))
    hiss = np.random.default_rng(1).normal(0, 10 ** (-72 / 20), len(time))
    found = heard(np.where(time < 1.5, loud, hiss))
    assert [m.silence for m in found] == pytest.approx([0, 0.5, 1], abs=0.04)
    for each, words in ((found[2], ("silent",)), (found[1], ())):
        senses = senses_of([None], [None], [each], [None])[0]
        assert senses.words == ("no picture, sound only", *words)


def test_new_senses_come_back_from_the_store_and_old_ones_still_load() -> None:
    senses = Senses(roll=-3.5, contrast_change=0.1, silence=0.5, tempo_bpm=120.0, beats=(0.5, 1.0))
    assert _load(Senses, _dump(senses)) == senses
    assert _load(Senses, '{"light": 0.5, "words": ["dark"]}') == Senses(light=0.5, words=("dark",))


def test_turning_and_changing_contrast_are_said_in_words() -> None:
    calm = Senses(light=0.5, contrast=0.2, sharpness=0.5, saturation=0.2, loudness_db=-30)
    assert "camera roll clockwise" in caption_words(replace(calm, roll=12))
    assert "camera roll anticlockwise" in caption_words(replace(calm, roll=-12))
    turning = caption_words(replace(calm, roll=-4))
    assert "slow camera roll anticlockwise" in turning and "still camera" not in turning
    assert "losing contrast" in caption_words(replace(calm, contrast_change=-0.1))
    assert "music, 120 bpm" in ", ".join(caption_words(replace(calm, music=0.9, tempo_bpm=120.2)))
    assert "steady beat, 98 bpm" in ", ".join(caption_words(replace(calm, tempo_bpm=97.6)))
