"""Flames from below the frame, embers rising."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, smooth
from generator.scenes.sprites import splat
from generator.scenes.stage import Draw, Stage, ramp


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Heat is noise that rises and tears; a gradient turns heat into light."""
    dark, red, main, hot = _colours(stage)
    body, tear = stage.plate(1, slope=1.7, lowest=2), stage.plate(2, slope=1.35, lowest=5)
    high = stage.level(0.55, 1.0, 1.45)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        up = y + 1.12
        sway = 0.10 * read(body, 0.10 * x, 0.18 * y - 0.16 * t) * up
        u = (x + sway) * 0.20
        v = 0.13 * y - 0.30 * t
        warp = read(tear, u * 0.9 + 0.2, v * 0.8 - 0.10 * t)
        tongue = read(body, u * 1.25 + 0.020 * warp, v * 0.72 + 0.03 * warp)
        lick = read(tear, u * 1.5 + 0.02 * tongue, v * 1.1 - 0.16 * t)
        root = read(body, 0.08 * x + 0.02 * t, torch.zeros_like(x) + 0.3 + 0.03 * t)
        tall = high * (1.15 + 0.22 * root) * torch.exp(-0.28 * x * x / (0.6 + 0.2 * high))
        heat = 1.15 - up / tall.clamp(min=0.1) * 0.95 + 0.42 * tongue + 0.24 * lick
        heat = smooth(0.18, 1.6, heat)
        light = ramp(
            heat,
            ((0.0, dark), (0.22, red * 0.30), (0.45, red), (0.68, main * 1.3), (1.0, hot * 2.4)),
        )
        breath = 1 + 0.08 * torch.sin(t * 7.3) * torch.sin(t * 3.1 + 1)
        glow = torch.exp(-((up / (0.9 * high + 0.4)) ** 1.5)) * torch.exp(-0.3 * x * x) * breath
        light = light + main * (0.10 * glow)[:, None]
        return stage.enlarge(light)

    return paint


def crisp(stage: Stage) -> Draw:
    """The embers, over any picture."""
    light = _colours(stage)[2]
    embers = stage.random(4, 5, int(stage.level(45, 80, 130)))

    def draw(film: Tensor, times: Tensor) -> None:
        for picture, at in zip(film, times, strict=True):
            _embers(stage, picture, at[None], embers, light)

    return draw


def _colours(stage: Stage) -> tuple[Tensor, ...]:
    return stage.pick(
        orange=("050302", "b02a08", "ff8a1e", "ffe9b0"),
        blue=("02040a", "1038b0", "2a9cff", "e0f6ff"),
        green=("020604", "0a7038", "4ae070", "f0ffe0"),
    )


def _embers(stage: Stage, picture: Tensor, time: Tensor, place: Tensor, light: Tensor) -> None:
    """Sparks that rise, sway and die."""
    t = time * stage.pace
    life = (place[0] + t * (0.16 + 0.20 * place[1])) % 1.0
    x = (place[2] * 2 - 1) * 1.1 + 0.16 * torch.sin(life * 7 + place[3] * 6.28) * (0.4 + life)
    y = -1.1 + 2.3 * life
    px, py = stage.pixels(time, x, y)
    unit = stage.height / 720
    speed_x = (
        0.16 * 7 * torch.cos(life * 7 + place[3] * 6.28) * (0.4 + life) * (0.16 + 0.2 * place[1])
    )
    stretch = (speed_x * 5 * unit, -(3.0 + 5.0 * place[1]) * unit)
    bright = (1.6 * (1 - life) ** 1.3 * (0.4 + place[4]))[:, None]
    splat(
        picture,
        px[0],
        py[0],
        (0.9 + 1.5 * place[4] ** 2) * unit,
        light[:, 0, 0] * bright,
        stretch=stretch,
    )
