"""Northern lights in curtains over mountains and their mirror in a lake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from generator.scenes.plates import read, read_line, smooth
from generator.scenes.stage import Stage, cover, ramp, tone
from generator.scenes.stars import Stars

SHORE = -0.52
DEPTH = 0.5  # of the camera: all of this is far away


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """Curtains are columns with a sharp foot and a long fading height."""
    foot, head, low, top = stage.pick(
        green=("5cf0a0", "8a4ad0", "16364a", "050b1c"),
        violet=("b070ff", "ff5aa8", "2a1f4c", "080618"),
        teal=("48e8e0", "3f6cf0", "12384e", "040c1e"),
    )
    fold, ray, ridges = (
        stage.plate(1, slope=2.2, highest=24), stage.plate(2, slope=1.0, lowest=3, highest=90),
        (stage.plate(3, slope=1.9), stage.plate(4, slope=1.5, lowest=5)),
    )  # fmt: skip
    strength = stage.level(0.55, 0.95, 1.5)
    stars = Stars(stage, 700)

    def curtains(x: Tensor, y: Tensor, t: Tensor) -> Tensor:
        light = torch.zeros(len(y), 3, *y.shape[1:], device=y.device)
        for number in range(3):
            row = 0.17 + 0.31 * number
            sway = read(fold, 0.11 * x + 0.010 * t + row, torch.zeros_like(x) + row + 0.012 * t)
            base = -0.12 + 0.22 * number + 0.16 * sway + 0.05 * x * (number - 1)
            rays = read(ray, 0.16 * x + 0.05 * sway + 0.013 * t, row + 0.03 * t + 0.02 * y)
            rise = y - base
            tall = (0.26 + 0.07 * number + 0.09 * rays).clamp(min=0.08)
            shape = smooth(-0.05, 0.04, rise) * torch.exp(-rise.clamp(min=0) / tall)
            patch = smooth(-1.1, 0.9, read(fold, 0.07 * x - 0.012 * t, 0.5 + row - 0.02 * t))
            power = shape * patch * (0.62 + 0.38 * rays).clamp(min=0.06) * strength
            light = (
                light
                + ramp(rise, ((-0.05, foot), (0.28, foot * 0.8), (0.75, head)))
                * (power * (1.0 - 0.22 * number))[:, None]
            )
        return light

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times, depth=DEPTH)
        t = times[:, None, None] * stage.pace
        below = (SHORE - y).clamp(min=0)
        ripple = read(ray, 0.2 * x, 0.5 / (below + 0.08) + 0.08 * t) * (0.01 + 0.10 * below)
        mirrored = torch.where(below > 0, SHORE + below * 1.15 + ripple, y)
        sky = ramp(mirrored - SHORE, ((0.0, low), (1.5, top))) + curtains(x, mirrored, t)
        light = sky * torch.where(below > 0, 0.52, 1.0)[:, None]
        light = stage.enlarge(light)
        for picture, at in zip(light, times, strict=True):
            stars.draw(picture[: _shore(stage, at[None])], at[None])
        return _peaks(stage, light, ridges, times, 255 * tone(low[:, 0, 0]))

    return paint


def _shore(stage: Stage, time: Tensor) -> int:
    """The first row of the lake at one time (1,)."""
    at = torch.tensor([SHORE], device=stage.device)
    row = stage.pixels(time, torch.zeros_like(at), at, depth=DEPTH)[1]
    return max(0, min(stage.height, int(row[0, 0])))


def _peaks(
    stage: Stage, film: Tensor, ridges: tuple[Tensor, Tensor], times: Tensor, haze: Tensor
) -> Tensor:
    """Two ranges of mountains and their mirror."""
    x, y, first = stage.edges(times, (SHORE + 0.45, SHORE - 0.45), depth=DEPTH)
    away = (y - SHORE).abs()
    for far, (height, row, dark) in enumerate(((0.22, 0.2, 0.55), (0.11, 0.6, 0.25))):
        shape = 1.0 - read_line(ridges[0], x * (0.12 + 0.04 * far) + row, row).abs() * 0.8
        jag = 0.05 * read_line(ridges[1], x * 0.6 + row, row + 0.1)
        top = (height * (shape + jag)).clamp(min=0.004)
        cover(film, haze * dark, smooth(-0.004, 0.004, top[:, None, :] - away), first)
    return film
