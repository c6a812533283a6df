"""Ink unfolding in clear water, bright paper behind it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.stage import Stage, mix


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Twice-warped noise sinks and folds; light is absorbed as by depth of dye."""
    paper, main, other = stage.pick(
        blue=("f4f7fa", "1238a0", "20b0c8"), crimson=("faf4f0", "b01030", "f08040"),
        violet=("f6f2fa", "5a1a9c", "e0489c"), black=("f2f1ee", "16161a", "4a5460"),
    )  # fmt: skip
    plume = Plume(stage, stage.level(0.75, 0.25, -0.35))

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        dye, fold, hue = plume.at(x, y, times)
        tint = mix(main, other, 0.6 * smooth(-0.6, 1.2, hue))
        depth = dye * (0.55 + 1.15 * smooth(-0.8, 1.2, fold)) * 2.3
        absorbed = torch.exp(-depth[:, None] * (1.15 - tint.clamp(0, 1.1)))
        shade = 1.0 - 0.10 * (x * x * 0.3 + y * y)
        return stage.enlarge(paper * absorbed * shade[:, None])

    return paint


class Plume:
    """A cloud of something that billows downwards: how much of it, its folds, its hue."""

    def __init__(
        self, stage: Stage, cover: float, *, rise: float = -1.0, softness: float = 0.0
    ) -> None:
        self.stage, self.cover, self.rise, self.softness = stage, cover, rise, softness
        self.slow = stage.plate(1, slope=2.1, highest=40)
        self.fine = stage.plate(2, slope=1.75, lowest=4)

    def at(self, x: Tensor, y: Tensor, times: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Amount 0 to 1, fold and hue about -1 to 1, each (F, h, w)."""
        t = times[:, None, None] * self.stage.pace
        u, v = 0.085 * x, 0.095 * y - self.rise * 0.012 * t
        a = read(self.slow, u + 0.2, v + 0.006 * t)
        b = read(self.slow, u * 0.9 + 0.6, v * 0.9 - 0.007 * t + 0.1)
        wu, wv = u + 0.030 * a, v + 0.030 * b
        c = read(self.slow, wu * 1.8 + 0.31 - 0.004 * t, wv * 1.8 + 0.004 * t)
        d = read(self.slow, wu * 1.7 + 0.77, wv * 1.7 - 0.005 * t)
        fu, fv = wu + 0.016 * c, wv + 0.016 * d
        body = read(self.fine, fu, fv)
        vein = read(self.fine, fu * 2.1 + 0.4, fv * 2.1 + 0.003 * t)
        grow = 0.25 * torch.tanh(t * 0.16)
        value = body + 0.30 * vein + 0.30 * a - 0.22 * (x * x * 0.55 + y * y) + grow
        amount = smooth(self.cover, self.cover + 1.15 + self.softness, value)
        return amount, vein + 0.5 * c, 0.8 * d + 0.5 * b
