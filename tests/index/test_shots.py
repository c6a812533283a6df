from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from index.shots import ShotFinder, cuts_in
from index.shots_cheap import marks, small_picture
from media.values import Picture
from timeline.time import TimeRange


def scene(seed: int) -> NDArray[np.uint8]:
    """A still picture unlike those of other seeds, in brightness, colour and shape."""
    chance = np.random.default_rng(seed)
    blocks = chance.integers(20, 235, (4, 6, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(blocks, (256, 144), interpolation=cv2.INTER_CUBIC), np.uint8)


def shots(frames: list[NDArray[np.uint8]], *, network: bool) -> tuple[TimeRange, ...]:
    finder = ShotFinder() if network else ShotFinder(judge=None)
    for number, frame in enumerate(frames):
        finder.picture(Picture(Fraction(number, 25), number, frame))
    return finder.finish(Fraction(len(frames), 25))


def test_hard_cuts_are_found_to_the_frame_without_the_network() -> None:
    frames = [scene(1)] * 40 + [scene(2)] * 60 + [scene(3)] * 30
    starts = [s.start for s in shots(frames, network=False)]
    assert starts == [0, Fraction(40, 25), Fraction(100, 25)]


def test_a_flash_is_not_a_cut() -> None:
    bright = np.full((144, 256, 3), 250, np.uint8)
    frames = [scene(1)] * 40 + [bright] * 2 + [scene(1)] * 40
    assert len(shots(frames, network=False)) == 1


def test_a_dissolve_is_found_by_the_network_where_the_cheap_pass_doubts() -> None:
    first, last = scene(4).astype(np.float32), scene(5).astype(np.float32)
    mix = [(first * (1 - k / 16) + last * (k / 16)).astype(np.uint8) for k in range(1, 16)]
    found = shots([scene(4)] * 50 + mix + [scene(5)] * 50, network=True)
    assert len(found) == 2
    assert 48 / 25 <= found[1].start <= 67 / 25


def test_light_that_changes_is_not_in_doubt_and_a_dissolve_is() -> None:
    first, last = scene(4).astype(np.float32), scene(5).astype(np.float32)
    ramp = np.linspace(0, 1, 24)
    darker = np.stack([small_picture((first * (1 - k / 2)).astype(np.uint8)) for k in ramp])
    mixed = np.stack([small_picture((first * (1 - k) + last * k).astype(np.uint8)) for k in ramp])
    assert not marks(darker).doubtful.any()
    assert marks(mixed).doubtful.any()


def test_a_fade_through_black_is_one_transition_though_the_network_sees_two() -> None:
    ramp = np.linspace(1, 0, 14)
    out, back = [scene(7) * k for k in ramp], [scene(8) * k for k in ramp[::-1]]
    frames = [scene(7)] * 40 + [f.astype(np.uint8) for f in (*out, *back)] + [scene(8)] * 40
    small = np.stack([small_picture(frame) for frame in frames])
    seen = marks(small)
    middle = int(np.flatnonzero(seen.black)[0])
    likely = np.zeros(len(small), np.float32)
    likely[[middle - 10, middle + 10]] = 0.9
    everywhere = replace(seen, doubtful=np.ones(len(small), bool))
    assert cuts_in(small, everywhere, lambda part: likely[: len(part)]) == [middle]


def test_shots_cover_the_picture_without_holes_over_long_footage() -> None:
    frames = [scene(n // 70) for n in range(1400)]
    found = shots(frames, network=False)
    assert len(found) == 20
    assert all(a.end == b.start for a, b in pairwise(found))
    assert found[-1].end == Fraction(1400, 25)


def test_the_network_says_what_its_package_says() -> None:
    import torch

    from index.shots_network import CONTEXT, _network, chances

    frames = np.stack([cv2.resize(scene(n // 9), (48, 27)) for n in range(40)])
    ends = np.repeat(frames[:1], CONTEXT, axis=0), np.repeat(frames[-1:], CONTEXT, axis=0)
    padded = torch.from_numpy(np.concatenate([ends[0], frames, ends[1]]))
    with torch.inference_mode():
        single, _ = _network()(padded[None])
        theirs = torch.sigmoid(single)[0, CONTEXT:-CONTEXT, 0].numpy()
    assert theirs.max() > 0.5
    assert np.abs(chances(frames) - theirs).max() < 0.03
