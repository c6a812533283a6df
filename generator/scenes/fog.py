"""Fog that rolls over a dark plain, and the beams of a hidden sun above it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, read_line, smooth
from generator.scenes.stage import Stage, mix, ramp

HORIZON = -0.18


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Beams fan down from above the picture; the fog lies on the ground in perspective."""
    ground, mist, top, sun = stage.pick(
        golden=("1e1a14", "c8a878", "5a5868", "ffe0a0"),
        blue=("0a121a", "8aa4bc", "24405c", "dcecff"),
        grey=("14171a", "a4aab0", "4c545c", "eef2f4"),
        violet=("120e1c", "a08cb8", "3a2c58", "f0d8ff"),
    )  # fmt: skip
    bank, spokes = (
        stage.plate(1, slope=2.0, highest=40),
        stage.plate(2, slope=1.3, lowest=3, highest=40),
    )
    thick = stage.level(0.9, 0.2, -0.6)
    where = (stage.random(3, 1).item() - 0.5) * 1.6

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        up = y - HORIZON
        light = ramp(up, ((0.0, mist), (1.2, top)))
        angle = (x - where) / (1.75 - y)  # a fan from a point above the picture
        flat = (angle * 0.30 + 0.004 * t).reshape(len(times), -1)
        beam = read_line(spokes, flat, 0.6).reshape(angle.shape)
        beam = smooth(-0.2, 1.6, beam) * torch.exp(-0.9 * angle.abs() * 1.4) * smooth(-0.7, 0.5, y)
        light = light + sun * (0.42 * beam)[:, None]
        down = (-up).clamp(min=0)
        z = 1.0 / (down + 0.22)
        furrow = 0.5 + 0.5 * read(bank, 0.10 * x * z, 0.05 * z + 0.3)
        field = mix(ground, mist * 0.5, (0.25 * furrow * torch.exp(-down)).clamp(0, 1))
        light = mix(light, field, smooth(-0.01, 0.02, -up))
        low = read(bank, 0.10 * x * z + 0.020 * t, 0.30 * z + 0.006 * t)
        body = low + 0.16 * read(bank, 0.24 * x * z + 0.035 * t, 0.7 * z)
        lies = smooth(thick - 0.9, thick + 2.2, body + 1.5 * torch.exp(-7 * down)) * smooth(
            1.0, 0.0, down
        )
        roll = read(bank, 0.14 * x + 0.022 * t, 0.34 * y - 0.004 * t)
        rises = smooth(0.42, -0.02, up - 0.10 * roll) * smooth(-0.3, 0.0, up)
        lit = 0.82 + 0.22 * torch.exp(-((x - where) ** 2)) + 0.10 * roll
        amount = torch.maximum(lies * (down > 0), rises * (0.85 - 0.20 * thick)).clamp(0, 0.97)
        return stage.enlarge(mix(light, (mist + 0.12 * sun) * lit[:, None], amount))

    return paint
