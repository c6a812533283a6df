from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.beats import BeatSense, Pulse, band_levels
from index.hearing import Hearing
from index.moments import moment_ranges
from media.values import Sound

RATE_HZ = 16000
Samples = NDArray[np.float64]


def struck(times_s: NDArray[np.float64], length_s: float, *, noise: float = 0.001) -> Samples:
    """Short knocks at the times, over a little noise."""
    out = np.random.default_rng(0).normal(0, noise, round(length_s * RATE_HZ))
    time = np.arange(480) / RATE_HZ
    knock = 0.5 * np.sin(2 * np.pi * 1000 * time) * np.exp(-time / 0.006)
    for at in (times_s * RATE_HZ).astype(int):
        part = out[at : at + len(knock)]
        part += knock[: len(part)]
    return out


def pulses(samples: Samples, *, start_s: float = 0.0, block: int = 131072) -> tuple[Pulse, ...]:
    sense = BeatSense()
    for at in range(0, len(samples), block):
        part = samples[at : at + block].astype(np.float32)
        sense.listen(part, start_s + at / RATE_HZ)
    return sense.pulses()


def errors_s(found: tuple[float, ...], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([min(abs(t - f) for f in found) for t in truth])


@pytest.mark.parametrize("bpm", [62.0, 75.0, 98.7, 120.0, 128.0, 174.0])
def test_knocks_are_found_within_ten_milliseconds_at_their_tempo(bpm: float) -> None:
    truth = np.arange(0.37, 19.9, 60 / bpm)
    (found,) = pulses(struck(truth, 20))
    assert found.tempo_bpm == pytest.approx(bpm, abs=0.3)
    assert len(found.beats_s) == len(truth)
    assert errors_s(found.beats_s, truth).max() < 0.010


def test_noise_and_short_sounds_do_not_move_the_beats() -> None:
    truth = np.arange(0.3, 5.9, 0.5)
    (found,) = pulses(struck(truth, 6, noise=0.03))
    assert found.tempo_bpm == pytest.approx(120, abs=1)
    assert errors_s(found.beats_s, truth).max() < 0.030


def test_a_band_that_drifts_is_followed() -> None:
    bpm = np.linspace(112, 124, 60)
    truth = 0.2 + np.concatenate([[0], np.cumsum(60 / bpm)])
    found = [t for p in pulses(struck(truth, float(truth[-1]) + 0.5)) for t in p.beats_s]
    assert np.mean(errors_s(tuple(found), truth) < 0.030) > 0.95
    assert len(found) == pytest.approx(len(truth), abs=2)


def test_soft_notes_with_a_bass_between_them_have_their_beat() -> None:
    time, truth = np.arange(16 * RATE_HZ) / RATE_HZ, np.arange(0, 16, 0.6)
    out = np.zeros(len(time))
    for number, at in enumerate(truth):
        since = np.maximum(time - at, 0) * (time >= at)
        for hz in (110 * [1, 1.5, 1.25, 1.5][number % 4], 440 * [1, 1.125, 1.25][number % 3]):
            rise = np.minimum(since / 0.012, 1) * np.exp(-since / 0.25)
            out += 0.15 * rise * np.sin(2 * np.pi * hz * since)
    (found,) = pulses(out)
    assert found.tempo_bpm == pytest.approx(100, abs=1)
    assert errors_s(found.beats_s, truth[1:-1]).max() < 0.030


def spoken(seed: int, length_s: float = 25.0) -> Samples:
    """Syllables of uneven length with a gliding pitch, hissing consonants, and pauses."""
    dice, at = np.random.default_rng(seed), 0.2
    out = dice.normal(0, 0.001, round(length_s * RATE_HZ))
    while at < length_s - 0.6:
        if dice.random() < 0.12:
            at += dice.uniform(0.2, 0.8)
            continue
        long, pitch = dice.uniform(0.09, 0.28), dice.uniform(95, 150)
        time = np.arange(round(long * RATE_HZ)) / RATE_HZ
        first = round(at * RATE_HZ)
        voice = sum(np.sin(2 * np.pi * pitch * h * time * (1 + 0.2 * time)) / h
                    for h in range(1, 20))  # fmt: skip
        out[first : first + len(time)] += (
            dice.uniform(0.04, 0.1) * voice * np.sin(np.pi * time / long)
        )
        if dice.random() < 0.5:
            out[first : first + 800] += dice.normal(0, 0.05, 800)
        at += long + dice.uniform(0, 0.08)
    return out


@pytest.mark.parametrize("seed", range(6))
def test_speech_has_no_beats(seed: int) -> None:
    assert pulses(spoken(seed)) == ()


def test_noise_silence_a_hum_and_uneven_knocks_have_no_beats() -> None:
    dice, time = np.random.default_rng(5), np.arange(20 * RATE_HZ) / RATE_HZ
    assert pulses(dice.normal(0, 0.1, len(time))) == ()
    assert pulses(np.zeros(len(time))) == ()
    for hertz in (28, 50, 60, 87, 100, 120):  # a hum, and a buzz with all its harmonics
        assert pulses(0.3 * np.sin(2 * np.pi * hertz * time)) == ()
        harmonics = [0.05 * np.sin(2 * np.pi * hertz * h * time) for h in range(1, 20)]
        assert pulses(np.sum(harmonics, axis=0)) == ()
    uneven = np.cumsum(dice.exponential(0.5, 36) + 0.1)
    assert pulses(struck(uneven[uneven < 19], 20)) == ()
    assert pulses(struck(np.arange(0.3, 2.9, 0.5), 3)) == ()  # too short to tell


def test_beats_begin_and_end_with_the_music_and_a_hole_begins_afresh() -> None:
    truth = np.arange(10.25, 22, 0.5)
    quiet = struck(truth, 32)
    (found,) = pulses(quiet)
    assert found.beats_s[0] == pytest.approx(10.25, abs=0.03)
    assert found.beats_s[-1] == pytest.approx(truth[-1], abs=0.03)
    sense, part = BeatSense(), struck(np.arange(0.25, 10, 0.5), 10).astype(np.float32)
    sense.listen(part, 0.0)
    sense.listen(part, 13.1)
    first, second = sense.pulses()
    assert first.beats_s[-1] < 10 and second.beats_s[0] == pytest.approx(13.35, abs=0.03)


def test_how_the_sound_arrives_does_not_change_the_beats() -> None:
    samples = struck(np.arange(0.37, 11.9, 0.47), 12)
    assert pulses(samples, block=131072) == pulses(samples, block=1000)
    levels = band_levels(samples[:RATE_HZ].astype(np.float32))
    assert levels.shape == (122, 8) and levels.dtype == np.float32 and levels.min() >= 0


def test_moments_hold_the_beats_within_them() -> None:
    samples, sense = struck(np.arange(0.25, 9.9, 0.5), 10), Hearing(speech=False)
    for at in range(0, len(samples), 4000):
        block = samples[at : at + 4000].astype(np.float32)
        sense.sound(Sound(Fraction(at, RATE_HZ), block))
    sense.finish(Fraction(10))
    found = sense.moments(moment_ranges(Fraction(10)))
    for second, heard in enumerate(found):
        assert heard is not None and heard.tempo_bpm == pytest.approx(120, abs=1)
        assert heard.beats == pytest.approx((second + 0.25, second + 0.75), abs=0.03)


@pytest.mark.parametrize("name", ["audio_memo_03.webm", "agency_feed_02.mp4", "GH010233.MP4"])
def test_real_speech_and_walking_have_no_beats(real_footage: Path, name: str) -> None:
    from media.sound import samples

    if not (real_footage / name).is_file():
        pytest.skip(f"{name} is not here")
    sound = samples(real_footage / name, Fraction(0), Fraction(12))
    assert pulses(sound.astype(np.float64)) == ()
