"""The open sea to the horizon: swell, reflected sky, sun on the crests."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.stage import Stage, mix, ramp

HORIZON = 0.42


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Wave slopes bend what is mirrored; steep faces show the water's own colour."""
    deep, body, sky_low, sky_top, sun = stage.pick(
        blue=("06243f", "14557d", "c4dcec", "4c86bd", "fff6dc"),
        teal=("033238", "0f7f80", "c9ece4", "4aa6b8", "fffbe6"),
        grey=("141d24", "3c4c56", "b4bec4", "707d86", "e8ecee"),
        golden=("241a2c", "7a4a48", "ffc98a", "8a6f92", "ffe2a8"),
    )
    swell, chop = (
        stage.plate(1, slope=2.0, lowest=3, highest=40),
        stage.plate(2, slope=1.3, lowest=6),
    )
    rough = stage.level(0.55, 1.0, 1.6)
    where = (stage.random(3, 1).item() - 0.5) * 1.2

    def height(u: Tensor, v: Tensor, t: Tensor) -> Tensor:
        big = read(swell, u * 0.16 + 0.006 * t, v * 0.22 + 0.040 * t)
        mid = read(chop, u * 0.11 - 0.012 * t, v * 0.14 + 0.030 * t + 0.3)
        fine = read(chop, u * 0.42 + 0.02 * t, v * 0.50 + 0.07 * t)
        return big + 0.55 * mid + 0.22 * fine

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        depth = (HORIZON - y).clamp(min=0)
        z = 1.0 / (depth + 0.05)
        u, v = x * z, 2.2 * z
        here = height(u, v, t)
        slope = (height(u, v + 0.10, t) - here) * 1.6
        side = read(swell, u * 0.16 + 0.016, v * 0.22 + 0.040 * t) * 0.5
        near = smooth(0.0, 0.5, depth)
        tilt = rough * slope * (0.25 + 0.75 * near)
        glance = torch.exp(-depth * 2.2) * 0.75 + 0.10
        fresnel = (glance + 0.22 * tilt).clamp(0.04, 0.95)
        mirrored = ramp((depth * 0.8 + 0.35 * tilt).abs(), ((0.0, sky_low), (1.2, sky_top)))
        own = mix(
            deep, body, (0.42 + 0.30 * rough * here * (0.4 + near) - 0.25 * tilt).clamp(0, 1.3)
        )
        sea = mix(own, mirrored, fresnel)
        path = torch.exp(-(((x - where + 0.22 * side) / (0.16 + 0.55 * depth)) ** 2))
        fleck = read(chop, u * 1.9 + 0.03 * t, v * 2.6 + 0.05 * t)
        spark = smooth(0.9, 2.3, tilt + 0.55 * path + 0.10 * here + 0.55 * fleck) * path
        sea = sea + sun * (1.9 * spark * torch.exp(-depth * 0.9))[:, None]
        foam = smooth(2.2, 3.6, here * rough + 0.9 * read(chop, u * 1.3, v * 1.3 + 0.02 * t)) * near
        sea = mix(sea, sky_low * 0.9, foam * 0.35)
        up = (y - HORIZON).clamp(min=0)
        sky = ramp(up, ((0.0, sky_low), (0.9, sky_top)))
        far = torch.sqrt((x - where) ** 2 + (up - 0.30) ** 2)
        sky = sky + sun * (0.55 * torch.exp(-far * 2.8))[:, None]
        light = mix(sky, sea, smooth(-0.003, 0.003, HORIZON - y))
        haze = torch.exp(-(y - HORIZON).abs() * 16) * 0.55
        return stage.enlarge(mix(light, sky_low, haze))

    return paint
