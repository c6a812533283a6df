"""A low sun straight into the lens: glow, rays, a streak, and ghosts across the frame."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, read_line, smooth
from generator.scenes.stage import Stage, ramp

GHOSTS = ((-0.45, 0.16, 0.22), (-0.8, 0.09, 0.30), (-1.25, 0.26, 0.16), (0.45, 0.07, 0.30))
RADIUS = 0.11  # of the sun's disc


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Ghosts lie mirrored on the line from the sun through the middle of the picture."""
    low, top, sun, tint, other = stage.pick(
        golden=("c87840", "4a3a58", "ffe8b8", "ff9a3a", "58c890"),
        blue=("6ea4cc", "17355e", "f4faff", "58a0f0", "60e0d0"),
        pink=("d88a98", "54386e", "ffeae4", "ff6aa0", "8aa0ff"),
        teal=("58a8a0", "0e3844", "f0fff4", "30d0b0", "f0d070"),
    )
    haze = stage.plate(1, slope=2.2, highest=20)
    spokes = stage.plate(2, slope=0.9, lowest=3, highest=26)
    power = stage.level(0.5, 0.9, 1.4)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        sx, sy = _sun(stage, times)
        dx, dy = x - sx[:, None, None], y - sy[:, None, None]
        far = torch.sqrt(dx * dx + dy * dy)
        air = read(haze, 0.12 * x + 0.010 * t, 0.20 * y)
        light = ramp(y + 0.10 * air, ((-1.0, low), (1.1, top)))
        turn = torch.atan2(dy, dx) / 6.2832 + 0.004 * t
        flat = turn.reshape(len(times), -1)
        beam = read_line(spokes, flat, 0.4).reshape(far.shape)
        beam = smooth(-0.3, 1.8, beam) * torch.exp(-1.1 * far)
        glow = 0.75 * torch.exp(-2.4 * far) + smooth(RADIUS + 0.02, RADIUS - 0.02, far) * 4
        streak = torch.exp(-22 * dy.abs() - 0.9 * dx.abs())
        ring = torch.exp(-(((far - 0.62) / 0.05) ** 2))
        light = light + sun * (glow * (0.5 + 0.5 * power))[:, None]
        light = light + tint * (power * (0.55 * beam + 0.55 * streak + 0.10 * ring))[:, None]
        for place, size, strength in GHOSTS:
            gx, gy = x - place * sx[:, None, None], y - place * sy[:, None, None]
            disc = smooth(size, size * 0.82, torch.sqrt(gx * gx + gy * gy))
            shade = tint if size < 0.12 else other
            light = light + shade * (disc * (strength * power * 0.45))[:, None]
        return stage.enlarge(light)

    return paint


def _sun(stage: Stage, times: Tensor) -> tuple[Tensor, Tensor]:
    """Where the sun is, in the scene, at each time: each (F,)."""
    side, up, turn = stage.random(3, 3).tolist()
    t = times * stage.pace
    aspect = stage.width / stage.height
    x = (side * 1.1 - 0.55) * aspect + 0.16 * torch.sin(0.35 * t + 6.28 * turn)
    return x, 0.10 + 0.45 * up + 0.05 * torch.cos(0.27 * t + 6.28 * turn)


def places(stage: Stage, times: Tensor) -> Tensor:
    """The sun's box: (F, 1, 4) left, top, right, bottom as shares of the picture."""
    x, y = _sun(stage, times)
    return stage.frame(times, x[:, None], y[:, None], RADIUS)
