"""Old film: toned paper-like stock with stains, a flickering lamp, scratches and dirt."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.flat import Shape, lay
from generator.scenes.plates import read, smooth
from generator.scenes.stage import Draw, Stage, mix

CHANGES = 8.0  # how often dirt is another speck, in hertz


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Stains lie on the stock and move with the camera."""
    stock, stain, edge = stage.pick(
        sepia=("d8b884", "a87c48", "3c2410"), grey=("b8b6b0", "7c7a76", "1c1c1e"),
        white=("f0ebdf", "d0c6b0", "6c6048"), blue=("a8bcc8", "6c8498", "14222e"),
    )  # fmt: skip
    blot, fibre = (
        stage.plate(1, slope=2.0, highest=40),
        stage.plate(2, slope=1.3, lowest=12, highest=90),
    )

    def paint(times: Tensor) -> Tensor:
        t = times[:, None, None] * stage.pace
        x, y = stage.grid(times)
        weave = 0.006 * torch.sin(t * 9.1) * torch.sin(t * 5.3)  # the gate lets the film shake
        cloud = read(blot, 0.13 * x + weave, 0.13 * y + 0.4)
        grain = read(fibre, 0.55 * x, 0.22 * y + weave)
        light = mix(stock, stain, smooth(-1.0, 1.8, cloud + 0.18 * grain))
        aspect = stage.width / stage.height
        rim = smooth(0.75, 1.45, torch.sqrt((x / aspect) ** 2 + y * y + 0.1 * cloud.abs()))
        lamp = 1 + 0.07 * torch.sin(t * 11.3) * torch.sin(t * 3.7) + 0.05 * torch.sin(t * 1.9)
        light = mix(light, edge, rim * 0.85) * lamp[:, None]
        return stage.enlarge(light)

    return paint


def crisp(stage: Stage) -> Draw:
    """Scratches and dirt, over any picture."""
    return Wear(stage, int(stage.level(2, 4, 8))).over


class Wear:
    """Scratches that wander from side to side, and dirt that is elsewhere every few frames."""

    def __init__(self, stage: Stage, count: int) -> None:
        self.stage, self.count = stage, count
        self.place = stage.random(13, 4, count)

    def over(self, film: Tensor, times: Tensor) -> None:
        """Draw on shown frames (F, H, W, 3) in place."""
        stage = self.stage
        across = torch.arange(stage.width, device=film.device) + 0.5
        for picture, time in zip(film, (times * stage.pace).tolist(), strict=True):
            wander = torch.sin(time * (0.4 + self.place[1]) + self.place[2] * 6.28)
            middle = (self.place[0] + 0.06 * wander) * stage.width
            thick = (0.7 + 0.6 * self.place[3]) * max(1.0, stage.height / 540)
            strength = 0.30 * smooth(-0.6, 0.8, torch.sin(time * 2.1 + self.place[3] * 40))
            lines = torch.exp(-(((across - middle[:, None]) / thick[:, None]) ** 2))
            lines = (lines * strength[:, None]).sum(0).clamp(max=0.6)
            picture.lerp_(torch.full((3,), 245.0, device=film.device), lines[None, :, None])
            self._dirt(picture, int(time * CHANGES))

    def _dirt(self, picture: Tensor, turn: int) -> None:
        dark = torch.full((3,), 18.0, device=picture.device)
        for x, y, size in self.stage.random(100 + turn, self.count, 3).tolist():
            radius = (0.004 + 0.010 * size * size) * self.stage.height
            shape = Shape(x * self.stage.width, y * self.stage.height, radius, 0, 0.0, radius + 1)
            lay(picture, shape, dark, 0.7)
