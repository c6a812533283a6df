"""A city at night out of focus: discs of light, some passing by."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.sprites import splat
from generator.scenes.stage import Stage, ramp


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Discs are drawn at soft size: out of focus means no sharp edge to lose."""
    dark, glow, *lamps = stage.pick(
        amber=("05060c", "3a2416", "ffb14a", "ff8a2a", "fff0c8", "ff4a3a", "ffd080"),
        neon=("07040f", "2c1440", "ff3aa8", "38d8ff", "8a5aff", "ffb040", "40ffb0"),
        cool=("03070e", "122a40", "a8d8ff", "e8f4ff", "58a8ff", "ffd8a0", "70e0e0"),
    )
    field = Lights(stage, int(stage.level(46, 90, 150)), torch.stack(lamps)[..., 0, 0])
    haze = stage.plate(1, slope=1.9)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None]
        light = ramp(y, ((-1.0, dark), (-0.15, glow * 0.55), (1.0, dark)))
        cloud = 0.5 + 0.25 * read(haze, 0.12 * x + 0.004 * t, 0.16 * y)
        light = light + glow * (0.22 * cloud * torch.exp(-((y + 0.1) ** 2) * 3))[:, None]
        wet = smooth(-0.35, -0.9, y) * (0.5 + 0.5 * read(haze, 0.5 * x, 0.1 * y + 0.02 * t))
        light = light + glow * (0.25 * wet.clamp(min=0))[:, None]
        return stage.enlarge(field.over(light, times))

    return paint


class Lights:
    """Lamps and the lights of cars, each at its own distance."""

    def __init__(self, stage: Stage, count: int, lamps: Tensor, *, blur: float = 1.0) -> None:
        self.stage, self.aspect = stage, stage.width / stage.height
        place = stage.random(10, 6, count)
        self.x = (place[0] * 2 - 1) * (self.aspect + 0.4)
        band = place[1] * 2 - 1
        self.y = -0.12 + 0.62 * band * band.abs() ** 0.6
        self.depth = 0.5 + 0.9 * place[2]
        self.radius = (0.022 + 0.085 * place[2] ** 1.7) * blur
        lamp = lamps[(place[3] * len(lamps)).long().clamp(max=len(lamps) - 1)]
        self.light = (
            lamp * (0.06 + 0.75 * place[4][:, None] ** 2) / (0.5 + 8 * self.radius[:, None])
        )
        self.phase = place[5] * 6.28
        car = place[4] > 0.72
        way = torch.where(place[5] > 0.5, 1.0, -1.0)
        self.speed = torch.where(car, way * (0.10 + 0.14 * place[2]), torch.zeros_like(way))
        self.y = torch.where(car, -0.28 - 0.30 * place[2], self.y)
        self.flicker = torch.where(place[3] > 0.8, 0.35, 0.07)

    def over(self, light: Tensor, times: Tensor) -> Tensor:
        """Soft light (F, 3, h, w) with the lamps of each time added."""
        last = light.permute(0, 2, 3, 1).contiguous()
        for picture, at in zip(last, times, strict=True):
            self.draw(picture, at[None])
        return last.permute(0, 3, 1, 2)

    def draw(self, picture: Tensor, time: Tensor) -> None:
        """Add the lights of one time (1,) to a soft picture (h, w, 3)."""
        span = 2 * (self.aspect + 0.4)
        t = time * self.stage.pace
        x = (self.x + self.speed * t + span / 2) % span - span / 2
        dx, dy, zoom = self.stage.camera(time)
        half = picture.shape[0] / 2
        px = (x - dx * self.depth) / zoom * half + picture.shape[1] / 2
        py = half - (self.y - dy * self.depth) / zoom * half
        wave = 1 + self.flicker * torch.sin(self.phase + t * (1.5 + self.phase))
        splat(
            picture,
            px,
            py,
            self.radius * half / zoom,
            self.light * wave[:, None] / 255,
            shape="disc",
        )
