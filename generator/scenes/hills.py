"""Ridges behind ridges in mist, each paler than the one before it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, read_line, smooth
from generator.scenes.stage import Stage, mix, ramp, rows_between

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
        tops = [_top(stage, (shape, wood), ridge, times) for ridge in range(RIDGES)]
        for ridge, (line, top_line) in enumerate(tops):
            share, row = _share(ridge), _row(ridge)
            # only the band between this ridge's top and the next one's is ever seen
            lowest = tops[ridge + 1][1] if ridge + 1 < RIDGES else None
            heights = stage.grid(times, depth=_depth(ridge))[1]
            band = rows_between(heights, top_line, lowest)
            y, x = heights[:, band], line[:, None, :]
            below = top_line[:, None, :] - y
            body = mist + (near - mist) * (0.10 + 0.86 * share**1.25)
            body = body + sun * (torch.exp(-16 * below.abs()) * (0.06 * (1 - share)))[:, None]
            drift = read(fog, 0.13 * x - (0.006 + 0.006 * share) * t + row, 0.30 * y + row)
            veil = (
                smooth(0.0, 0.42, below) * (0.62 + 0.30 * drift) * (thick * (1.05 - 0.80 * share))
            )
            body = mix(body, mist * (1.0 - 0.18 * share), veil.clamp_(0, 0.96))
            light[:, :, band].lerp_(body, smooth(-0.004, 0.004, below)[:, None])
        x, y = stage.grid(times, depth=_depth(RIDGES - 1))
        wisps = smooth(0.5, 2.0, read(fog, 0.16 * x - 0.018 * t, 0.42 * y + 0.1))
        light = mix(light, mist * 0.9, wisps * 0.28 * thick * smooth(0.2, -0.7, y))
        return stage.enlarge(light)

    return paint


def _share(ridge: int) -> float:
    """How near a ridge is, from 0 to 1."""
    return ridge / (RIDGES - 1)


def _depth(ridge: int) -> float:
    return 0.25 + 1.15 * _share(ridge)


def _row(ridge: int) -> float:
    return 0.07 + 0.13 * ridge


def _top(
    stage: Stage, plates: tuple[Tensor, Tensor], ridge: int, times: Tensor
) -> tuple[Tensor, Tensor]:
    """Along one ridge: x seen at each column, and the height of its outline; each (F, w)."""
    shape, wood = plates
    share, row = _share(ridge), _row(ridge)
    line = stage.columns(times, depth=_depth(ridge))
    rise = read_line(shape, line * (0.10 + 0.03 * share) + row * 3, row)
    trees = read_line(wood, line * (0.35 + 0.25 * share) + row, row + 0.45)
    top = 0.24 - 0.22 * ridge + (0.10 + 0.05 * share) * rise
    return line, top + 0.010 * (0.25 + share) * trees


def _side(stage: Stage) -> float:
    """How far to the right the sun stands."""
    return float(stage.random(3, 1).item() - 0.5) * 1.4


def places(stage: Stage, times: Tensor) -> Tensor:
    """The sun's box: (F, 1, 4) left, top, right, bottom as shares of the picture."""
    y = torch.full((len(times), 1), SUN_Y, device=times.device)
    x = torch.full_like(y, _side(stage))
    return stage.frame(times, x, y, SUN_RADIUS, depth=SUN_DEPTH)
