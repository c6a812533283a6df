"""Flat geometric shapes that turn and travel over a plain ground, as in a motion graphic."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.flat import Shape, lay
from generator.scenes.stage import Stage, ramp, tone

SIDES = (3, 4, 6, 0, 5, 3, 4, 0, 6)


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Large shapes below, small ones above; every third is an outline."""
    low, top, *inks = stage.pick(
        violet=("241048", "3c1a78", "ff5ab0", "5a8cff", "ffd24a", "f4f0ff"),
        teal=("06363c", "0c565a", "ffb03a", "f4f0e0", "20d0b4", "ff6a4a"),
        golden=("f0b840", "f4cc68", "28243c", "e84a3a", "fff4d8", "2a7a8c"),
        pink=("f4a8b4", "f8c8c8", "7a2a6a", "fff2e8", "e8485a", "3a64b0"),
    )
    figures = Figures(stage, int(stage.level(5, 9, 15)), 0.16, 0.46)
    shades = [tone(ink[:, 0, 0]) * 255 for ink in inks]

    def paint(times: Tensor) -> Tensor:
        light = stage.enlarge(ramp(stage.grid(times)[1], ((-1.0, low), (1.0, top))))
        x, y, radius = figures.where(times)
        px, py = stage.pixels(times, x, y)
        size = (radius * stage.height / 2 / stage.camera(times)[2][:, None]).tolist()
        turns = (figures.turn + figures.spin * times[:, None] * stage.pace).tolist()
        for frame, picture in enumerate(light):
            rows = zip(
                px[frame].tolist(), py[frame].tolist(), size[frame], turns[frame], strict=True
            )
            for number, (at_x, at_y, reach, turn) in enumerate(rows):
                band = reach * 0.22 if number % 3 == 2 else 0.0
                soft = max(1.2, stage.height / 700)
                shape = Shape(at_x, at_y, reach, SIDES[number % len(SIDES)], turn, soft, band)
                lay(picture, shape, shades[(number * 5 + stage.seed) % len(shades)], 0.92)
        return light

    return paint


class Figures:
    """Where shapes are: each travels along its own slow closed path."""

    def __init__(self, stage: Stage, count: int, smallest: float, largest: float) -> None:
        self.stage = stage
        place = stage.random(9, 7, count)
        aspect = stage.width / stage.height
        rank = torch.arange(count, device=stage.device)
        # spread over the width by number, so that shapes do not lie in one heap
        self.x = ((rank * 0.618034 + place[0] * 0.25) % 1.0 * 2 - 1) * (aspect + 0.1)
        self.y = (place[1] * 2 - 1) * 0.85
        self.radius = smallest + (largest - smallest) * (1 - (rank + place[2]) / count) ** 1.5
        self.phase, self.turn = place[3] * 6.28, place[4] * 6.28
        self.speed = 0.30 + 0.45 * place[5]
        self.spin = (0.25 + 0.6 * place[6]) * torch.where(rank % 2 == 0, 1.0, -1.0)

    def where(self, times: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Middle x, middle y and radius of each shape, each (F, N)."""
        run = times[:, None] * self.stage.pace * self.speed + self.phase
        x = self.x + 0.30 * torch.sin(run)
        y = self.y + 0.22 * torch.cos(run * 0.8 + self.turn)
        return x, y, self.radius.expand_as(x)


def places(stage: Stage, times: Tensor) -> Tensor:
    """The box round each shape: (F, N, 4) left, top, right, bottom as shares of the picture."""
    x, y, radius = Figures(stage, int(stage.level(5, 9, 15)), 0.16, 0.46).where(times)
    return stage.frame(times, x, y, radius)
