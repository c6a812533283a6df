"""Sunlight under water: a dancing net of light below, shafts from above, motes between."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.sprites import splat
from generator.scenes.stage import Draw, Stage, mix, ramp


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """The net is where two slow noises nearly cancel; it lies on a floor in perspective."""
    top, mid, deep, glint = _colours(stage)
    soft = stage.plate(1, slope=2.4, lowest=4, highest=26)
    bend = stage.plate(2, slope=2.2, highest=14)
    power = stage.level(0.7, 1.1, 1.7)

    def net(u: Tensor, v: Tensor, t: Tensor) -> Tensor:
        wu = 0.035 * read(bend, u * 0.7 + 0.012 * t, v * 0.7)
        wv = 0.035 * read(bend, u * 0.7, v * 0.7 - 0.014 * t + 0.5)
        one = read(soft, u + wu + 0.010 * t, v + wv)
        two = read(soft, u * 1.13 - wv - 0.011 * t + 0.4, v * 1.13 + wu + 0.008 * t)
        line = torch.exp(-7.0 * (one - two).abs()) + 0.6 * torch.exp(-7.0 * (one + two).abs())
        return line + 0.8 * torch.exp(-2.2 * (one - two).abs())

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        light = ramp(y, ((-1.0, deep), (0.05, mid * 0.75), (1.05, top * 0.9)))
        down = (-0.12 - y).clamp(min=0)
        z = 1.0 / (down + 0.22)
        floor = smooth(0.0, 0.5, down)
        spots = net(0.17 * x * z, 0.30 * z, t)
        light = mix(light, mid * 0.42 + deep * 0.5, floor * 0.75)
        light = light + glint * (0.62 * power * floor * spots * torch.exp(-0.12 * z * z))[:, None]
        up = (y + 0.02).clamp(min=0)
        zs = 1.0 / (1.25 - y).clamp(min=0.12)
        surface = net(0.10 * x * zs + 0.3, 0.20 * zs, t) * smooth(0.35, 1.0, y)
        light = light + glint * (0.34 * power * surface)[:, None]
        angle = (x - 0.35) / (2.3 - y)
        shaft = read(soft, angle * 0.55 + 0.006 * t, torch.zeros_like(angle) + 0.3 + 0.01 * t)
        shaft = smooth(0.1, 1.9, shaft + 0.3) * smooth(-1.0, 0.8, y)
        light = light + (0.5 * glint + 0.5 * top) * (0.38 * power * shaft * (0.4 + up))[:, None]
        return stage.enlarge(light)

    return paint


def crisp(stage: Stage) -> Draw:
    """The motes, over any picture."""
    light, motes = _colours(stage)[3], stage.random(5, 4, 90)

    def draw(film: Tensor, times: Tensor) -> None:
        for picture, at in zip(film, times, strict=True):
            _motes(stage, picture, at[None], motes, light)

    return draw


def _colours(stage: Stage) -> tuple[Tensor, ...]:
    return stage.pick(
        turquoise=("a8f0e4", "1f9fae", "053848", "eafff4"),
        blue=("9fd8f6", "1a6fb4", "04204a", "eef8ff"),
        green=("c8f0b8", "2f8f6a", "06302c", "f6ffe0"),
    )


def _motes(stage: Stage, picture: Tensor, time: Tensor, place: Tensor, light: Tensor) -> None:
    """Small things floating in the water."""
    t = time * stage.pace
    span = 1.1 * stage.width / stage.height
    x = (place[0] * 2 - 1) * span + 0.05 * torch.sin(t * 0.4 + place[2] * 9)
    y = (place[1] * 2 + 0.03 * t * (0.3 + place[2])) % 2.2 - 1.1
    px, py = stage.pixels(time, x, y, depth=0.6 + 0.6 * float(place[3].mean()))
    radius = (0.8 + 3.5 * place[3] ** 3) * stage.height / 720
    splat(picture, px[0], py[0], radius, light[:, 0, 0] * (0.03 + 0.10 * place[2][:, None]))
