"""Colours that flow into each other, with soft folds of light."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.stage import Stage, mix


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Slow warped fields choose the colour; their slope gives a silk-like sheen."""
    colours = stage.pick(
        violet=("1a1040", "6a2ad0", "e84a9c", "30b8f0", "ffd0e8"),
        golden=("3a1030", "d0482a", "ffb040", "ff6a80", "fff0c0"),
        teal=("04202e", "0a7a8c", "48e0c0", "2a58c8", "e8fff4"),
        pink=("3c1a4a", "d84a90", "ffb0a0", "8a6af0", "fff0f0"),
    )
    dark, a, b, c, sheen = colours
    plate = stage.plate(1, slope=3.0, lowest=1, highest=9)
    size = stage.level(0.075, 0.11, 0.17)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        u, v = x * size, y * size
        one = read(plate, u + 0.010 * t, v + 0.1)
        two = read(plate, u * 1.1 + 0.4 + 0.05 * one, v * 1.1 - 0.011 * t + 0.05 * one)
        three = read(plate, u * 1.3 + 0.06 * two, v * 1.3 + 0.7 + 0.009 * t)
        light = mix(dark, a, smooth(-1.4, 0.6, one))
        light = mix(light, b, smooth(-0.1, 1.5, two))
        light = mix(light, c, smooth(0.1, 1.7, three) * 0.85)
        fold = torch.sin(5.5 * two + 3.0 * three + 0.25 * t)
        silk = smooth(0.35, 1.0, fold) * smooth(-0.8, 1.2, one)
        light = light * (0.86 + 0.16 * fold)[:, None] + sheen * (0.16 * silk)[:, None]
        return stage.enlarge(light)

    return paint
