"""Clouds drifting across the sky, lit from one side."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.stage import Stage, mix, ramp


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Cumulus by domain-warped noise; a second look towards the sun gives the shading."""
    low, top, bright, dark, sun = stage.pick(
        blue=("bcd9ef", "2f6db5", "ffffff", "8fa3bd", "fff6e0"),
        golden=("ffd9a0", "5a7fae", "ffe9c4", "9a7f8c", "ffc873"),
        stormy=("8f9aa3", "39434f", "b9c0c6", "3b424c", "d8dde0"),
        pink=("ffc9b8", "6a6fb5", "ffdfe0", "9a7aa6", "ffb0a0"),
    )
    big, small = stage.plate(1, slope=1.9), stage.plate(2, slope=1.45, lowest=5)
    cover = stage.level(0.75, 0.05, -0.75)
    aspect = stage.width / stage.height

    def density(u: Tensor, v: Tensor, t: Tensor) -> Tensor:
        wu = read(big, u * 0.9 + 0.37, v * 0.9 + 0.004 * t)
        shape = read(big, u + 0.045 * wu, v + 0.030 * wu)
        puff = read(small, u * 1.7 - 0.010 * t, v * 1.7 + 0.05 * wu)
        return shape + 0.38 * puff + 0.18 * read(small, u * 4.3 + 0.02 * t, v * 4.3)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        z = 1.0 / (0.55 * (y + 1.0) + 0.62)  # a low ceiling seen from below
        u, v = 0.17 * x * z + 0.009 * t, 0.42 * z + 0.003 * t
        here = density(u, v, t)
        lit = density(u + 0.030, v - 0.030, t)
        body = smooth(cover, cover + 0.75, here)
        thick = smooth(cover, cover + 2.6, here)
        shade = torch.exp(-0.95 * (lit - cover).clamp(min=0)) * (1 - 0.35 * thick)
        sky = ramp(y, ((-1.0, low), (1.1, top)))
        far = torch.sqrt((x - 0.75 * aspect) ** 2 + (y - 0.85) ** 2)
        sky = sky + sun * (0.55 * torch.exp(-far * 2.2))[:, None]
        lined = sun * (0.30 * torch.exp(-far * 1.6) * (1 - thick))[:, None]
        cloud = mix(dark, bright * 1.15, shade.clamp(0, 1)) + lined
        haze = smooth(0.0, -1.1, y) * 0.55
        return stage.enlarge(mix(mix(sky, cloud, body), low, haze))

    return paint
