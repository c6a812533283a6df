"""A tunnel of neon lines that flies past."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.stage import Stage, mix


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """A six-sided tube in polar coordinates; rings and edges glow, the end fades to light."""
    dark, one, two, far = stage.pick(
        violet=("05030f", "c040ff", "2ad0ff", "f0d0ff"),
        teal=("020a0e", "20e8d0", "3a78ff", "d8fff8"),
        amber=("0a0503", "ff8a20", "ffc848", "fff0d0"),
    )
    texture = stage.plate(1, slope=1.6, lowest=4)
    rings = stage.level(1.1, 1.8, 2.8)
    sides = 6

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        x = x - 0.16 * torch.sin(t * 0.5)
        y = y - 0.10 * torch.sin(t * 0.37 + 1)
        turn = torch.atan2(y, x) + 0.12 * t + 0.25 * torch.sin(t * 0.21)
        radius = torch.sqrt(x * x + y * y).clamp(min=1e-3)
        sector = 2 * math.pi / sides
        local = torch.remainder(turn, sector) - sector / 2
        wall = radius * torch.cos(local) / math.cos(sector / 2)  # the same on all of one ring
        depth = 0.55 / wall.clamp(min=0.012)
        z = depth * rings * 0.55 + t * 1.1
        line = (torch.frac(z) - 0.5).abs() - 0.5
        width = 0.035 + 0.012 * depth
        ring = torch.exp(-((line / width) ** 2) * 0.9) + 0.35 * torch.exp(-line.abs() * 9)
        corner = (sector / 2 - local.abs()) * radius
        edge = torch.exp(-((corner / 0.012) ** 2)) + 0.35 * torch.exp(-corner * 18)
        number = z.floor()
        lit = 0.35 + 0.65 * torch.frac(torch.sin(number * 17.31 + stage.seed) * 437.5).abs()
        fade = torch.exp(-0.16 * depth)
        hue = 0.5 + 0.5 * torch.sin(0.55 * z + turn)
        tint = mix(one, two, hue)
        panel = smooth(0.2, 1.6, read(texture, turn / (2 * math.pi) * 3, z * 0.21))
        light = dark + tint * ((1.5 * ring * lit + 0.9 * edge) * fade)[:, None]
        light = light + tint * (0.10 * panel * fade)[:, None]
        end = torch.exp(-((wall / 0.10) ** 2)) + 0.30 * torch.exp(-wall * 5)
        return stage.enlarge(light + far * (0.9 * end)[:, None] + one * (0.25 * end)[:, None])

    return paint
