"""The light of a long shot: slow change goes, what happens within a window stays."""

from __future__ import annotations

import numpy as np
import pytest

from generator.steady import steadied

WINDOW = 20


def film(light: np.ndarray) -> np.ndarray:
    """Frames (F, 8, 12, 3) of one noisy picture, each channel at light (F,) times its own share."""
    picture = np.random.default_rng(4).uniform(0.6, 1.4, (8, 12, 3)) * (1.0, 0.7, 0.4)
    return (light[:, None, None, None] * picture).astype(np.float16)


def stretches(frames: np.ndarray) -> np.ndarray:
    """The mean of each channel in each stretch of a window, (K, 3)."""
    whole = frames.astype(float).mean((1, 2))
    return whole.reshape(-1, WINDOW, 3).mean(1)


def test_a_long_shot_that_grows_darker_stays_as_light_as_it_began() -> None:
    drifting = film(np.linspace(120, 80, 5 * WINDOW))
    begun, after = stretches(drifting), stretches(steadied(drifting, WINDOW))
    assert abs(begun[-1] / begun[0] - 1).min() > 0.2
    assert abs(after / begun[0] - 1).max() < 0.03


def test_its_first_frames_are_left_bit_for_bit() -> None:
    drifting = film(np.linspace(120, 80, 5 * WINDOW))
    half = WINDOW // 2
    assert np.array_equal(steadied(drifting, WINDOW)[:half], drifting[:half])


def test_what_flickers_within_a_window_goes_on_flickering() -> None:
    frames = np.arange(5 * WINDOW)
    lit = film(100 + 20 * np.sin(2 * np.pi * frames / 10))
    made = steadied(lit, WINDOW)
    assert made.astype(float).mean((1, 2)).std(0) == pytest.approx(
        lit.astype(float).mean((1, 2)).std(0), rel=0.05
    )


def test_no_step_is_put_between_two_frames() -> None:
    drifting = film(np.linspace(120, 80, 5 * WINDOW))
    steps = np.abs(np.diff(steadied(drifting, WINDOW).astype(float).mean((1, 2, 3))))
    usual = np.abs(np.diff(drifting.astype(float).mean((1, 2, 3)))).max()
    assert steps.max() < 3 * usual


def test_a_loop_comes_to_its_whole_mean_and_its_ends_still_meet() -> None:
    turns = 2 * np.pi * np.arange(6 * WINDOW) / (6 * WINDOW)
    lit = film(100 + 30 * np.cos(turns))
    made = steadied(lit, WINDOW, loop=True).astype(float).mean((1, 2, 3))
    before = lit.astype(float).mean((1, 2, 3))
    assert made.std() < before.std() / 5
    assert abs(made[0] - made[-1]) < 1


def test_a_gain_has_its_bounds_and_black_stays_black() -> None:
    black = np.zeros((3 * WINDOW, 4, 4, 3), np.float16)
    assert not steadied(black, WINDOW).any()
    sunk = film(np.concatenate([np.full(WINDOW, 200.0), np.full(3 * WINDOW, 20.0)]))
    assert steadied(sunk, WINDOW).astype(float).mean((1, 2, 3))[-1] < 60
