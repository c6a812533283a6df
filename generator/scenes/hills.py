"""Ridges behind ridges in mist, each paler than the one before it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, read_line, smooth
from generator.scenes.stage import Stage, mix, ramp

RIDGES = 6
SUN_Y, SUN_RADIUS, SUN_DEPTH = 0.42, 0.10, 0.15


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Far ridges move less than near ones when the camera moves."""
    mist, top, near, sun = stage.pick(
        golden=("ffd9a8", "8fa3c0", "2c2a38", "fff0cc"),
        blue=("b8cde0", "4a6a94", "101e33", "e8f2ff"),
        green=("dfe8d0", "8fb4b8", "16301f", "fff6d8"),
        grey=("cdd2d6", "97a2aa", "23292e", "f0f2f4"),
    )
    shape, fog = stage.plate(1, slope=2.3, highest=40), stage.plate(2, slope=1.9)
    wood = stage.plate(4, slope=1.1, lowest=8)
    thick = stage.level(0.35, 0.7, 1.15)
    where = _side(stage)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times, depth=SUN_DEPTH)
        t = times[:, None, None] * stage.pace
        light = ramp(y, ((-0.1, mist), (1.15, top)))
        far = torch.sqrt((x - where) ** 2 + (y - SUN_Y) ** 2)
        light = light + sun * (0.75 * torch.exp(-far * 3.2) + smooth(0.10, 0.085, far))[:, None]
        for ridge in range(RIDGES):
            share = ridge / (RIDGES - 1)
            depth = 0.25 + 1.15 * share
            x, y = stage.grid(times, depth=depth)
            line, row = x[:, 0], 0.07 + 0.13 * ridge
            rise = read_line(shape, line * (0.10 + 0.03 * share) + row * 3, row)
            trees = read_line(wood, line * (0.35 + 0.25 * share) + row, row + 0.45)
            top_line = 0.24 - 0.22 * ridge + (0.10 + 0.05 * share) * rise
            top_line = top_line + 0.010 * (0.25 + share) * trees
            below = top_line[:, None, :] - y
            body = mix(mist, near, torch.full_like(y, 0.10 + 0.86 * share**1.25))
            body = body + sun * (0.06 * torch.exp(-below.abs() * 16) * (1 - share))[:, None]
            drift = read(fog, 0.13 * x - (0.006 + 0.006 * share) * t + row, 0.30 * y + row)
            veil = smooth(0.0, 0.42, below) * thick * (0.62 + 0.30 * drift) * (1.05 - 0.80 * share)
            body = mix(body, mist * (1.0 - 0.18 * share), veil.clamp(0, 0.96))
            light = mix(light, body, smooth(-0.004, 0.004, below))
        wisps = smooth(0.5, 2.0, read(fog, 0.16 * x - 0.018 * t, 0.42 * y + 0.1))
        light = mix(light, mist * 0.9, wisps * 0.28 * thick * smooth(0.2, -0.7, y))
        return stage.enlarge(light)

    return paint


def _side(stage: Stage) -> float:
    """How far to the right the sun stands."""
    return float(stage.random(3, 1).item() - 0.5) * 1.4


def places(stage: Stage, times: Tensor) -> Tensor:
    """The sun's box: (F, 1, 4) left, top, right, bottom as shares of the picture."""
    y = torch.full((len(times), 1), SUN_Y, device=times.device)
    x = torch.full_like(y, _side(stage))
    return stage.frame(times, x, y, SUN_RADIUS, depth=SUN_DEPTH)
