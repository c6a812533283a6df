"""Bars of flat colour that wipe diagonally across the frame, one after another."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import smooth
from generator.scenes.stage import Stage, mix

SLANT = 0.5  # radians from upright


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Bars run over a dotted ground, which stays where it is and shows the camera's own move."""
    inks = stage.pick(
        violet=("2a1458", "6a30d0", "e04aa8", "f8d8f0"),
        teal=("04343c", "0c7c80", "30d0b8", "f0fff0"),
        golden=("3c1c14", "d0582a", "f8b038", "fff0c8"),
        blue=("0a1c4c", "1c4cb8", "48a0f0", "e4f4ff"),
    )  # fmt: skip
    bars = stage.level(0.55, 0.9, 1.5)
    cos, sin = math.cos(SLANT), math.sin(SLANT)
    start = stage.random(4, 1).item() * len(inks)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        run = 0.55 * t + 0.25 * torch.sin(1.4 * t)  # quick, slow, quick
        place = bars * (x * cos + y * sin) + start - run
        number = place.floor()
        within = place - number
        soft = 0.03 * bars
        light = inks[0].expand(len(times), -1, *place.shape[1:])
        for turn in range(1, len(inks)):
            mine = torch.remainder(number, len(inks)) == turn
            before = torch.remainder(number, len(inks)) == (turn - 1)
            share = torch.where(mine, 1.0, 0.0) * smooth(1.0, 1 - soft, within)
            share = share + torch.where(before, 1.0, 0.0) * smooth(1 - soft, 1.0, within)
            light = mix(light, inks[turn], share)
        first = torch.remainder(number, len(inks)) == len(inks) - 1
        light = mix(light, inks[0], torch.where(first, 1.0, 0.0) * smooth(1 - soft, 1.0, within))
        shadow = 1 - 0.30 * torch.exp(-7.0 * within / bars)
        return stage.enlarge(light * (shadow * _dots(x, y))[:, None])

    return paint


def _dots(x: Tensor, y: Tensor) -> Tensor:
    """A slight darkening in a grid of large discs that lie still."""
    across = torch.remainder(x, 0.4) - 0.2
    down = torch.remainder(y, 0.4) - 0.2
    return 1 - 0.14 * smooth(0.13, 0.10, torch.sqrt(across * across + down * down))
