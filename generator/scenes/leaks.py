"""Light leaking into a film camera: warm fields that swell and sweep across a dark frame."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.stage import Stage, mix

LEAKS = 4


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Tall soft bands of light; each burns through red and yellow towards white."""
    base, red, main, hot = stage.pick(
        amber=("140a08", "a01c08", "ff8418", "fff0b8"),
        crimson=("14060c", "8c0624", "ff3a3a", "ffd8b0"),
        violet=("0c0818", "5a14a0", "e848b8", "ffe0f4"),
        teal=("04100f", "045a70", "20c8b0", "e8fff0"),
    )
    cloud = stage.plate(1, slope=2.4, highest=12)
    power = stage.level(0.55, 0.85, 1.25)
    start, row, wide, phase = stage.random(8, 4, LEAKS).tolist()
    aspect = stage.width / stage.height

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        heat = 0.10 + 0.10 * read(cloud, 0.10 * x + 0.3, 0.10 * y)
        for number in range(LEAKS):
            reach = (0.22 + 0.40 * wide[number]) * (0.8 + 0.3 * aspect)
            path = 0.6 * torch.sin(0.35 * t + 6.28 * phase[number])
            middle = ((number + start[number]) / LEAKS * 2 - 1) * (aspect + 0.2) + path
            bend = read(cloud, 0.05 * y + 0.02 * t, torch.full_like(y, row[number]))
            away = (x - middle - 0.30 * bend - 0.25 * (row[number] - 0.5) * y) / reach
            breath = 0.62 + 0.38 * torch.sin(t * (0.5 + 0.5 * wide[number]) + 9 * phase[number])
            heat = heat + power * breath * torch.exp(-away * away)
        heat = heat * (0.9 + 0.22 * read(cloud, 0.16 * x - 0.02 * t, 0.16 * y + 0.5))
        light = mix(base, red, smooth(0.05, 0.55, heat))
        light = mix(light, main, smooth(0.40, 1.05, heat))
        return stage.enlarge(mix(light, hot, smooth(0.95, 1.9, heat)))

    return paint
