"""Marble whose veins flow slowly, as if it were still molten."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.stage import Stage, mix


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Veins are where a warped noise passes zero; a few of them carry metal."""
    stone, cloud, vein, metal = stage.pick(
        white=("f4f1ea", "c9c4bc", "57544f", "c8a050"),
        black=("0b0b0d", "2c2c33", "e6e2da", "d0a04c"),
        green=("07301f", "1d6a50", "d4ecd6", "e0bc64"),
        blue=("0c2148", "2d62a4", "e4eef6", "e0b860"),
    )
    slow = stage.plate(1, slope=2.2, highest=24)
    fine = stage.plate(2, slope=1.9, lowest=3, highest=60)
    many = stage.level(0.055, 0.085, 0.13)
    width = stage.level(9.0, 7.0, 5.0)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        u, v = many * (x + 0.5 * y), many * (y - 0.35 * x)
        a = read(slow, u + 0.008 * t, v + 0.3)
        b = read(slow, u * 0.9 + 0.5, v * 0.9 - 0.009 * t)
        u, v = u + 0.055 * a, v + 0.055 * b
        large = read(fine, u, v + 0.004 * t)
        small = read(fine, u * 1.9 + 0.3 - 0.005 * t, v * 1.9)
        line = torch.exp(-width * large.abs()) + 0.45 * torch.exp(-2.2 * width * small.abs())
        light = mix(stone, cloud, smooth(-1.2, 1.6, a + 0.5 * large))
        light = mix(light, vein, (line * smooth(-1.3, 0.8, b)).clamp(0, 1) * 0.9)
        gold = torch.exp(-1.6 * width * (large - 0.16).abs()) * smooth(0.0, 1.2, small + 0.6 * a)
        return stage.enlarge(mix(light, metal, gold.clamp(0, 1)))

    return paint
