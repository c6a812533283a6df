"""Soft discs and squares that drift over a gradient: a calm ground for words."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from generator.scenes.flat import Shape, lay
from generator.scenes.geometry import Figures
from generator.scenes.stage import Stage, ramp, tone

SMALLEST, LARGEST = 0.14, 0.42


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Every edge is wide and every shape lets light through, so nothing here is busy."""
    low, top, *inks = stage.pick(
        blue=("dcecf8", "a8ccf0", "5a8cdc", "f4faff", "78c8e0"),
        pink=("fce4e4", "f8c0cc", "e86a90", "fff4f0", "c08ae0"),
        green=("e4f4e0", "b4dcbc", "4aa878", "f8fff0", "d8d060"),
        violet=("1c1438", "34205c", "8a5ae8", "e070c0", "5090f0"),
    )
    figures = Figures(stage, _count(stage), SMALLEST, LARGEST)
    shades = [tone(ink[:, 0, 0]) * 255 for ink in inks]

    def paint(times: Tensor) -> Tensor:
        light = stage.enlarge(ramp(stage.grid(times)[1], ((-1.0, low), (1.0, top))))
        x, y, radius = figures.where(times)
        px, py = stage.pixels(times, x, y)
        size = (radius * stage.height / 2 / stage.camera(times)[2][:, None]).tolist()
        for frame, picture in enumerate(light):
            rows = zip(px[frame].tolist(), py[frame].tolist(), size[frame], strict=True)
            for number, (at_x, at_y, reach) in enumerate(rows):
                sides, turn = (4, 0.0) if number % 3 == 1 else (0, 0.0)
                shape = Shape(at_x, at_y, reach, sides, turn, reach * 0.35)
                lay(picture, shape, shades[(number + stage.seed) % len(shades)], 0.62)
        return light

    return paint


def _count(stage: Stage) -> int:
    return int(stage.level(3, 6, 11))


def places(stage: Stage, times: Tensor) -> Tensor:
    """The box round each shape: (F, N, 4) left, top, right, bottom as shares of the picture."""
    figures = Figures(stage, _count(stage), SMALLEST, LARGEST)
    x, y, radius = figures.where(times)
    return stage.frame(times, x, y, radius)
