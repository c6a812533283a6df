"""A sun low over the sea, clouds lit from below, a glitter path on the water."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.stage import Stage, mix, ramp

HORIZON = -0.22
SUN_Y, RADIUS = 0.16, 0.08  # above the horizon, and of the disc


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Paints at soft size: nothing here is sharper than a wave."""
    low, mid, high, top, sun, shade = stage.pick(
        golden=("ffb35c", "f08a4b", "a06a80", "31456f", "fff0c0", "5a3a52"),
        crimson=("ff8a4a", "d9483f", "7c2f52", "1f2148", "ffd9a0", "3a1c38"),
        violet=("ffa98f", "d9739a", "7d5aa6", "2a2c66", "ffe6d0", "4a3568"),
    )
    cloud, wave = stage.plate(1, slope=1.75), stage.plate(2, slope=1.25, lowest=4)
    where = _side(stage)
    cover = stage.level(1.15, 0.35, -0.35)

    def sky(x: Tensor, y: Tensor, times: Tensor) -> Tensor:
        t = times[:, None, None] * stage.pace
        up = y - HORIZON
        sun_y = SUN_Y - 0.006 * t
        base = ramp(up, ((0.0, low), (0.22, mid), (0.62, high), (1.25, top)))
        far = torch.sqrt((x - where) ** 2 + (up - sun_y) ** 2)
        base = base + sun * (0.9 * torch.exp(-far * 5.5) + 0.35 * torch.exp(-far * 1.7))[:, None]
        # clouds lie on a plane overhead, so they flatten towards the horizon
        z = 1.0 / (up + 0.22)
        u, v = 0.16 * x * z + 0.008 * t, 0.34 * z + 0.004 * t
        warp = read(cloud, u * 0.7 + 0.3, v * 0.7) * 0.02
        here = read(cloud, u + warp, v - warp) + 0.35 * read(cloud, u * 3.1 + 0.01 * t, v * 3.1)
        body = smooth(cover, cover + 1.5, here) * smooth(0.02, 0.16, up)
        toward = read(cloud, u + warp + 0.012 * (where - x), v - warp + 0.016)
        rim = smooth(-0.5, 1.0, here - toward)
        lit = (0.3 + 0.75 * rim) * torch.exp(-far * 0.9)
        base = mix(base, mix(shade, 1.25 * low + 0.2 * sun, lit), body * 0.85)
        disc = smooth(0.082, 0.068, far) * (1 - 0.75 * body)
        return base + sun * (disc * 6.0)[:, None]

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        depth = (HORIZON - y).clamp(min=0)
        z = 1.0 / (depth + 0.035)
        rough = read(wave, 0.10 * x * z + 0.010 * t, 0.30 * z + 0.06 * t)
        fine = read(wave, 0.23 * x * z - 0.017 * t, 0.66 * z - 0.05 * t + 0.4)
        slope = 0.6 * rough + 0.4 * fine
        water = smooth(-0.002, 0.004, HORIZON - y)
        seen_y = torch.where(
            depth > 0, HORIZON + depth * 0.9 + (0.02 + 0.30 * depth) * slope.abs(), y
        )
        seen_x = torch.where(depth > 0, x + 0.05 * slope * depth.clamp(min=0.08), x)
        light = sky(seen_x, seen_y, times)
        reach = 0.045 + 0.32 * depth
        path = torch.exp(-(((x - where) / reach) ** 2))
        glitter = smooth(0.35, 1.5, slope + 0.5 * path) * path * torch.exp(-depth * 1.1)
        sea = light * (0.58 - 0.22 * depth)[:, None] * (0.86 + 0.14 * slope)[:, None].clamp(0.3)
        sea = sea + (sun * 0.6 + low * 0.9) * (2.4 * glitter)[:, None]
        haze = torch.exp(-(y - HORIZON).abs() * 22)
        light = mix(light, sea, water)
        return stage.enlarge(light + low * (0.22 * haze)[:, None])

    return paint


def _side(stage: Stage) -> float:
    """How far to the right the sun stands."""
    return float(stage.random(3, 1).item() - 0.5) * 0.7


def places(stage: Stage, times: Tensor) -> Tensor:
    """The sun's box: (F, 1, 4) left, top, right, bottom as shares of the picture."""
    y = HORIZON + SUN_Y - 0.006 * times[:, None] * stage.pace
    return stage.frame(times, torch.full_like(y, _side(stage)), y, RADIUS)
