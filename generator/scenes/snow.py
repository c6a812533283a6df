"""Snow falling before a dim forest, large soft flakes near, fine ones far."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, read_line, smooth
from generator.scenes.sprites import splat
from generator.scenes.stage import Draw, Stage, mix, ramp, rows_between

ROWS = 4  # of trees


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Four rows of firs fade into the haze."""
    haze, top, fir, ground = _colours(stage)
    shape, mist = stage.plate(1, slope=1.6), stage.plate(2, slope=1.9)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times, depth=0.2)
        t = times[:, None, None] * stage.pace
        light = ramp(y, ((-0.5, haze), (1.1, top))).expand(-1, -1, *stage.soft_size).contiguous()
        lines = [_line(stage, shape, row, times) for row in range(ROWS)]
        for row, (line, edge) in enumerate(lines):
            share = row / (ROWS - 1)
            tall = 0.13 + 0.16 * share
            heights = stage.grid(times, depth=_depth(row))[1]
            # a row's trees stand above its edge; below the next row's edge nothing is seen
            lowest = lines[row + 1][1] if row + 1 < ROWS else None
            band = rows_between(heights, edge + 1.3 * tall, lowest)
            y, x = heights[:, band], line[:, None, :]
            below = firs(line, y, edge, tall, 0.37 * row + stage.seed % 17)
            tint = haze + (fir - haze) * (0.22 + 0.68 * share)
            drift = read(mist, 0.12 * x + 0.008 * t + 0.3 * row, 0.25 * y)
            veil = smooth(0.05, 0.60, edge[:, None, :] - y) * (0.78 - 0.42 * share) + 0.08 * drift
            body = mix(tint, haze, veil.clamp_(0, 1))
            light[:, :, band].lerp_(body, below[:, None])
        x, y = stage.grid(times, depth=_depth(ROWS - 1))
        bank = -0.78 + 0.05 * read_line(shape, x[:, 0] * 0.12, 0.9)
        snow = mix(haze, ground, smooth(0.0, 0.25, bank[:, None, :] - y))
        light = mix(light, snow, smooth(-0.02, 0.05, bank[:, None, :] - y))
        return stage.enlarge(light)

    return paint


def crisp(stage: Stage) -> Draw:
    """The flakes, over any picture."""
    light = _colours(stage)[3]
    flakes = stage.random(6, 6, int(stage.level(220, 480, 900)))

    def draw(film: Tensor, times: Tensor) -> None:
        for picture, at in zip(film, times, strict=True):
            _flakes(stage, picture, at[None], flakes, light)

    return draw


def _colours(stage: Stage) -> tuple[Tensor, ...]:
    return stage.pick(
        blue=("8fa8c4", "4a6488", "0c1826", "c4d6e8"),
        grey=("b0b8be", "808a92", "1a2024", "dde2e6"),
        violet=("a498bc", "5c5486", "161226", "d4cce4"),
    )


def _depth(row: int) -> float:
    return 0.3 + 0.7 * row / (ROWS - 1)


def _line(stage: Stage, shape: Tensor, row: int, times: Tensor) -> tuple[Tensor, Tensor]:
    """Along one row of trees: x seen at each column, and the ground's height; each (F, w)."""
    line = stage.columns(times, depth=_depth(row))
    ground = 0.07 * read_line(shape, line * 0.13 + 0.2 * row, 0.1 + 0.2 * row)
    return line, 0.34 - 0.17 * row + ground


def firs(line: Tensor, y: Tensor, edge: Tensor, tall: float, start: float) -> Tensor:
    """1 where a row of fir trees stands, 0 elsewhere. line, edge: (F, w); y: (F, h, w)."""
    out = smooth(-0.01, 0.01, edge[:, None, :] - y)
    for layer in range(2):
        place = line / (tall * 0.42) + start + 0.5 * layer
        number = place.floor()
        chance = torch.frac(torch.sin(number * 12.9898 + layer * 4.1 + start) * 4375.85).abs()
        middle = (place - number - 0.5 - 0.3 * (chance - 0.5))[:, None, :].abs() * tall * 0.42
        height = tall * (0.55 + 0.75 * chance)[:, None, :]
        up = (y - edge[:, None, :] + 0.05) / height
        step = (up * 7).add_(10 * chance[:, None, :]).frac_()
        half = (1 - up).mul_(step.mul_(-0.45).add_(1.07)).mul_(tall * 0.25)
        tree = smooth(-0.004, 0.006, half.sub_(middle))
        out = torch.maximum(out, tree.masked_fill_((up >= 1) | (up <= -0.5), 0))
    return out


def _flakes(stage: Stage, picture: Tensor, time: Tensor, place: Tensor, light: Tensor) -> None:
    """All flakes of one frame; near ones are larger, faster and out of focus."""
    t = time * stage.pace
    near = place[0] ** 2.5
    span = stage.width / stage.height + 0.3
    fall = (0.16 + 0.50 * near) * (0.8 + 0.4 * place[1])
    sway = 0.05 * torch.sin(t * (0.6 + place[2]) + place[3] * 6.28) * (0.4 + near)
    wind = 0.10 * (0.5 + near)
    x = (place[4] * 2 * span + wind * t) % (2 * span) - span + sway
    y = 1.15 - (place[5] * 2.3 + fall * t) % 2.3
    px, py = stage.pixels(time, x, y, depth=1.0)
    unit = stage.height / 720
    radius = (1.1 + 1.6 * place[1] + 13 * near**2) * unit
    bright = (0.55 / (1 + 3.6 * near)).unsqueeze(1) * (0.35 + 0.65 * place[2][:, None])
    down = fall * stage.height / 2 * 0.010
    splat(picture, px[0], py[0], radius, light[:, 0, 0] * bright, stretch=(down * 0.3, down))
