"""Smoke curling in the dark, lit from the side."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.ink import Plume
from generator.scenes.plates import smooth
from generator.scenes.stage import Stage, mix


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """The same billows as ink, but they rise and give light back instead of taking it."""
    dark, lit, cold = stage.pick(
        grey=("060708", "d8dcde", "5a6268"), blue=("03060c", "a8d0f0", "28486c"),
        amber=("0a0604", "ffca88", "7a4428"),
    )  # fmt: skip
    plume = Plume(stage, stage.level(0.2, -0.4, -1.0), rise=1.6, softness=1.3)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        amount, fold, hue = plume.at(x, y, times)
        amount = amount * (0.55 + 0.45 * smooth(-1.4, 1.0, fold))
        side = torch.exp(-((x - 0.9) ** 2) * 0.45) * (0.75 + 0.25 * smooth(-1, 1, y))
        body = mix(cold, lit, (0.45 * side + 0.30 * smooth(-0.6, 1.3, fold)).clamp(0, 1))
        light = mix(dark, body, (amount**1.2 * (0.30 + 0.70 * side)).clamp(0, 1))
        edge = amount * (1 - amount) * 4
        light = light + lit * (0.18 * edge * side * smooth(-1.2, 1.2, hue))[:, None]
        beam = torch.exp(-((x - 1.3) ** 2) * 0.6 - (y - 0.3) ** 2 * 0.5)
        return stage.enlarge(light + cold * (0.10 * beam)[:, None])

    return paint
