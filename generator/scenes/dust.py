"""Beams of light across a dark room, and the dust that drifts through them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, read_line, smooth
from generator.scenes.sprites import splat
from generator.scenes.stage import Draw, Stage

Shine = Callable[[Tensor, Tensor, Tensor], Tensor]  # (x, y, seconds) -> light, like x


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """The beams fan out from a window beyond the upper left corner."""
    dark, wall, beam = _colours(stage)
    air, shine = stage.plate(2, slope=1.9), _beams(stage)
    aspect = stage.width / stage.height

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None] * stage.pace
        light = shine(x, y, t)
        haze = 0.75 + 0.25 * read(air, 0.16 * x + 0.008 * t, 0.2 * y - 0.005 * t)
        haze = haze + 0.12 * read(air, 0.45 * x - 0.012 * t, 0.5 * y)
        corner = torch.exp(-1.1 * torch.sqrt((x + aspect) ** 2 + (y - 1) ** 2))
        room = dark + wall * (0.30 + 0.10 * read(air, 0.3 * x, 0.3 * y + 0.5))[:, None]
        room = room + beam * (0.62 * light * haze + 0.45 * corner)[:, None]
        return stage.enlarge(room)

    return paint


def crisp(stage: Stage) -> Draw:
    """The motes, over any picture, bright where the beams are."""
    lamp = _beams(stage), _colours(stage)[2]
    motes = stage.random(7, 6, int(stage.level(140, 320, 600)))

    def draw(film: Tensor, times: Tensor) -> None:
        for picture, at in zip(film, times, strict=True):
            _motes(stage, picture, at[None], motes, lamp)

    return draw


def _colours(stage: Stage) -> tuple[Tensor, ...]:
    return stage.pick(
        golden=("070504", "2a1a10", "ffc878"), white=("060708", "22262a", "f0f4f6"),
        blue=("03060c", "12243c", "90c4ff"),
    )  # fmt: skip


def _beams(stage: Stage) -> Shine:
    streak = stage.plate(1, slope=1.5, lowest=3, highest=60)
    aspect = stage.width / stage.height

    def shine(x: Tensor, y: Tensor, t: Tensor) -> Tensor:
        """How much light falls at a place: (..., ) like x."""
        dx, dy = x + aspect + 0.55, 1.5 - y
        angle = torch.atan2(dy, dx)
        far = torch.sqrt(dx * dx + dy * dy)
        flat = angle.reshape(angle.shape[0], -1)
        bars = read_line(streak, flat * 0.42 + 0.0025 * t.reshape(-1, 1), 0.37).reshape(angle.shape)
        fan = smooth(0.16, 0.36, angle) * smooth(1.05, 0.72, angle)
        return fan * smooth(-0.7, 1.5, bars) * torch.exp(-0.30 * far) * 1.7

    return shine


def _motes(
    stage: Stage, picture: Tensor, time: Tensor, place: Tensor,
    lamp: tuple[Shine, Tensor],
) -> None:  # fmt: skip
    """Dust of one frame; each mote is as bright as the light where it is."""
    shine, beam = lamp
    t = time * stage.pace
    span = stage.width / stage.height + 0.2
    curl = 0.10 * torch.sin(t * (0.18 + 0.3 * place[0]) + place[1] * 6.28)
    x = (place[2] * 2 * span + 0.035 * t * (0.4 + place[0]) + curl) % (2 * span) - span
    y = (place[3] * 2.4 - 0.028 * t * (0.3 + place[1]) + curl * 0.7) % 2.4 - 1.2
    near = place[4] ** 3
    twinkle = 0.65 + 0.35 * torch.sin(t * (0.8 + 2 * place[5]) + place[0] * 6.28)
    lit = shine(x[None, None], y[None, None], t[:, None, None])[0, 0]
    px, py = stage.pixels(time, x, y, depth=1.0)
    radius = (1.1 + 1.4 * place[5] + 14 * near) * stage.height / 720
    bright = (0.06 + 3.6 * lit) * twinkle * (0.35 + 0.65 * place[1]) / (1 + 6 * near)
    splat(picture, px[0], py[0], radius, beam[:, 0, 0] * bright[:, None])
