from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from index.captions import caption_text, caption_words
from index.hearing import Hearing
from index.moments import moment_ranges
from index.senses_colour import TERMS, accents, named_colours, term_shares, terms_of
from index.senses_light import LightSense
from index.senses_motion import MotionSense, Movement
from media.values import Picture, Sound
from project.footage import Senses

Frame = NDArray[np.uint8]


def texture() -> Frame:
    noise = np.random.default_rng(1).integers(0, 255, (500, 2400, 3), dtype=np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.asarray(cv2.normalize(soft, soft.copy(), 0, 255, cv2.NORM_MINMAX), np.uint8)


def moved(view: Callable[[float], tuple[float, float, float]]) -> Movement:
    """What MotionSense says of two seconds; view(t) is left, top and scale of a 256x144 window."""
    world, sense = texture(), MotionSense()
    for number in range(50):
        left, top, scale = view(number / 25)
        window = np.array([[1 / scale, 0, left + 128 * (1 - 1 / scale)],
                           [0, 1 / scale, top + 72 * (1 - 1 / scale)]])  # fmt: skip
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        rgb = np.asarray(cv2.warpAffine(world, window, (256, 144), flags=flags), np.uint8)
        sense.picture(Picture(Fraction(number, 25), number, rgb))
    found = sense.movements(moment_ranges(Fraction(2)))[1]
    assert found is not None
    return found


def test_a_camera_turning_right_pans_by_its_speed_in_frame_widths() -> None:
    assert moved(lambda t: (200 + 64 * t, 200, 1)).pan == pytest.approx(0.25, rel=0.1)
    assert moved(lambda t: (900 - 400 * t, 200, 1)).pan == pytest.approx(-400 / 256, rel=0.1)


def test_tilt_zoom_shake_and_stillness_are_told_apart() -> None:
    up = moved(lambda t: (300, 300 - 51.2 * t, 1))
    assert up.tilt == pytest.approx(0.2, rel=0.1)
    assert abs(up.pan) < 0.01
    closer = moved(lambda t: (500, 200, 1.2**t))
    assert 0.12 < closer.zoom < 0.24
    assert abs(closer.pan) < 0.02
    shaking = moved(lambda t: (500 + 8 * np.sin(14.5 * t), 200 + 5 * np.sin(19.5 * t), 1))
    assert shaking.shake > 1.2
    assert moved(lambda t: (500, 200, 1)) == Movement(0, 0, 0, 0, 0)


def test_colours_that_are_looked_up_are_those_that_are_reckoned() -> None:
    chance = np.random.default_rng(5)
    soft = cv2.resize(chance.integers(0, 256, (9, 16, 3), np.uint8), (64, 36))
    reckoned = np.bincount(terms_of(soft.astype(np.float32) / 255), minlength=len(TERMS) + 1)
    found = term_shares(soft)[: len(TERMS)]
    assert np.abs(found - reckoned[: len(TERMS)] / (64 * 36)).max() < 0.02


@pytest.mark.parametrize(
    ("rgb", "term"),
    [
        ((200, 20, 20), "red"), ((255, 140, 0), "orange"), ((110, 65, 25), "brown"),
        ((250, 220, 40), "yellow"), ((20, 60, 20), "green"), ((30, 60, 190), "blue"),
        ((120, 40, 150), "purple"), ((255, 170, 190), "pink"), ((8, 8, 8), "black"),
        ((245, 245, 245), "white"), ((128, 128, 128), "grey"), ((0, 0, 255), "blue"),
        ((0, 0, 128), "blue"), ((65, 105, 225), "blue"), ((147, 112, 219), "purple"),
        ((75, 0, 130), "purple"),
    ],
)  # fmt: skip
def test_plain_colours_get_the_name_a_person_gives_them(
    rgb: tuple[int, int, int], term: str
) -> None:
    assert named_colours(term_shares(np.full((9, 16, 3), rgb, np.uint8))) == (term,)


@pytest.mark.parametrize(
    ("rgb", "share", "found"),
    [
        ((120, 40, 150), 0.05, ("purple",)),  # a lamp in a night street
        ((90, 20, 250), 0.05, ("blue", "purple")),  # what some call purple
        ((20, 40, 250), 0.05, ("blue",)),
        ((255, 140, 0), 0.02, ()),  # a speck
        ((255, 140, 0), 0.2, ()),  # worth naming of the whole picture
        ((245, 245, 245), 0.05, ()),
    ],
)
def test_small_things_have_colours_of_their_own(
    rgb: tuple[int, int, int], share: float, found: tuple[str, ...]
) -> None:
    picture = np.full((40, 50, 3), 8, np.uint8)
    picture.reshape(-1, 3)[: round(2000 * share)] = rgb
    assert accents(term_shares(picture)) == found


def test_accents_of_a_second_are_told_beside_its_colours() -> None:
    frame = np.full((40, 50, 3), 8, np.uint8)
    frame[:2] = (120, 40, 150)
    sense = LightSense()
    for number in range(25):
        sense.picture(Picture(Fraction(number, 25), number, frame))
    [look] = sense.looks(moment_ranges(Fraction(1)))
    assert look is not None
    assert (look.colours, look.accents) == (("black",), ("purple",))


def test_light_is_mean_luma_and_its_change_is_measured_within_the_second() -> None:
    sense = LightSense()
    for number in range(50):
        level = 64 if number < 25 else 64 + 6 * (number - 25)
        frame = np.full((144, 256, 3), level, np.uint8)
        sense.picture(Picture(Fraction(number, 25), number, frame))
    steady, rising = sense.looks(moment_ranges(Fraction(2)))
    assert steady is not None and rising is not None
    assert steady.light == pytest.approx(64 / 255, abs=0.002)
    assert steady.light_change == 0
    assert rising.light_change > 0.3


def heard(samples: NDArray[np.float64]) -> list[tuple[float, float, float]]:
    sense = Hearing()
    for start in range(0, len(samples), 4000):
        block = samples[start : start + 4000].astype(np.float32)
        sense.sound(Sound(Fraction(start, 16000), block))
    duration = Fraction(len(samples), 16000)
    sense.finish(duration)
    out = [m for m in sense.moments(moment_ranges(duration)) if m is not None]
    return [(m.loudness_db, m.speech, m.music) for m in out]


def test_loudness_is_rms_in_dbfs_and_tones_are_not_speech() -> None:
    time = np.arange(32000) / 16000
    loudness, speech, music = heard(0.1 * np.sqrt(2) * np.sin(2 * np.pi * 440 * time))[1]
    assert loudness == pytest.approx(-20, abs=0.05)
    assert speech == 0
    assert music == 0  # one tone that stays is a hum
    noise = np.random.default_rng(0).normal(0, 0.05, 32000)
    loudness, speech, music = heard(noise)[0]
    assert loudness == pytest.approx(-26, abs=0.2)
    assert (speech, music) == (0, 0)
    assert heard(np.zeros(16000)) == [(-100, 0, 0)]


def test_a_tune_is_music_and_a_lone_second_of_it_is_not() -> None:
    time = np.arange(16000 * 6) / 16000
    notes = np.array([262, 330, 392, 523, 440, 349, 294, 494, 392, 587, 330, 262])
    tune = 0.2 * np.sin(2 * np.pi * np.cumsum(notes[(time * 2).astype(int)]) / 16000)
    assert min(m for _, _, m in heard(tune)) > 0.6
    noise = np.random.default_rng(0).normal(0, 0.05, len(time))
    lone = np.where((time >= 3) & (time < 4), tune, noise)
    assert max(m for _, _, m in heard(lone)) < 0.3


def test_moments_are_seconds_and_a_short_tail_joins_the_last() -> None:
    assert [str(r.end) for r in moment_ranges(Fraction("2.2"))] == ["1", "11/5"]
    assert [str(r.end) for r in moment_ranges(Fraction("2.25"))] == ["1", "2", "9/4"]
    assert len(moment_ranges(Fraction(1, 25))) == 1
    assert moment_ranges(Fraction(0)) == ()


def test_captions_read_like_words_a_creator_searches_with() -> None:
    senses = Senses(light=0.2, pan=0.08, contrast=0.2, sharpness=0.5, saturation=0.3,
                    colours=("orange", "black"), loudness_db=-30, speech=0.8)  # fmt: skip
    words = caption_words(senses)
    assert words == ("dark", "slow pan right", "orange and black", "person speaking")
    assert caption_text(words, screen_text="EXIT").endswith("person speaking, text reads EXIT")
    assert "sound only" in caption_words(Senses(loudness_db=-30), has_picture=False)[0]
    assert "silent" in caption_words(Senses(light=0.5, saturation=0.3))
