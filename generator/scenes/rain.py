"""Rain on a window: drops bend the lights of the street behind it, some run down."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.scenes.bokeh import Lights
from generator.scenes.plates import read
from generator.scenes.sprites import splat
from generator.scenes.stage import Draw, Stage, ramp


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """The street behind the pane, out of focus."""
    dark, glow, *lamps = stage.pick(
        amber=("080a10", "40301f", "ffb14a", "ff7a2a", "fff0c8", "ff4a3a", "ffd080"),
        blue=("040a14", "1c3a58", "a8d8ff", "e8f4ff", "58a8ff", "ffca80", "70e0e0"),
        grey=("20262b", "78848c", "ffffff", "d8e0e6", "ffe0b0", "c0ccd6", "e8eef2"),
    )
    street = Lights(stage, int(stage.level(30, 42, 55)), torch.stack(lamps)[..., 0, 0], blur=1.7)
    haze = stage.plate(1, slope=1.9)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times)
        t = times[:, None, None]
        light = ramp(y, ((-1.0, dark), (-0.1, glow * 0.6), (1.0, dark + glow * 0.12)))
        light = light + glow * (0.10 * read(haze, 0.1 * x + 0.003 * t, 0.14 * y))[:, None]
        return stage.enlarge(street.over(light, times))

    return paint


def crisp(stage: Stage) -> Draw:
    """The drops, over any picture: each is a small lens that shows it upside down."""
    glass = Glass(stage)

    def draw(film: Tensor, times: Tensor) -> None:
        for picture, time in zip(film, times.tolist(), strict=True):
            glass.look_through(picture, time)

    return draw


class Glass:
    """Drops on the pane: those that stay, made once, and those that run."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.unit = stage, stage.height / 720
        count = int(stage.level(350, 650, 1000))
        place = stage.random(11, 3, count)
        radius = (2.0 + 13.0 * place[2] ** 4) * self.unit
        self.resting = self._field(
            place[0] * stage.width, place[1] * stage.height, radius, radius * 0
        )
        self.runners = stage.random(12, 5, int(stage.level(10, 18, 30)))

    def _field(self, x: Tensor, y: Tensor, radius: Tensor, tail: Tensor) -> Tensor:
        """Lens height of drops, (H, W): 0 on clear glass."""
        layer = torch.zeros(self.stage.height, self.stage.width, 3, device=self.stage.device)
        light = (radius / radius.max().clamp(min=1))[:, None].expand(-1, 3).contiguous()
        splat(layer, x, y, radius, light, shape="soft disc", stretch=(tail * 0, tail))
        return layer[..., 0] * (radius.max().clamp(min=1) / 255)

    def _running(self, time: float) -> Tensor:
        """Drops that stick and slip on their way down, each with a thin tail."""
        place, stage = self.runners, self.stage
        t = time * stage.pace * (0.05 + 0.10 * place[1]) + place[0]
        slip = t + 0.022 * torch.sin(t * 60 + place[3] * 6.28)
        y = (slip % 1.25 - 0.1) * stage.height
        wander = 0.012 * torch.sin(y / stage.height * 19 + place[4] * 6.28)
        x = (place[2] + wander) * stage.width
        radius = (5.0 + 5.5 * place[3]) * self.unit
        lens = self._field(x, y, radius, radius * 0.35)
        tail = self._field(x, y - radius * 3.2, radius * 0.34, radius * 3.0)
        return lens + tail

    def look_through(self, street: Tensor, time: float) -> None:
        """Bend the street (H, W, 3), as shown, in the drops of one time, in place."""
        height = self.resting + self._running(time)
        dy = torch.zeros_like(height)
        dx = torch.zeros_like(height)
        dy[1:-1] = height[2:] - height[:-2]
        dx[:, 1:-1] = height[:, 2:] - height[:, :-2]
        wet = torch.nonzero((dx != 0) | (dy != 0))
        rows, columns = wet[:, 0], wet[:, 1]
        bend_x, bend_y = dx[rows, columns].clamp(-6, 6), dy[rows, columns].clamp(-6, 6)
        h, w = self.stage.height, self.stage.width
        u = columns / w * 2 - 1 - bend_x * 0.13
        v = rows / h * 2 - 1 - bend_y * 0.20
        soft = street.permute(2, 0, 1)[None]
        if soft.shape[2:] != self.stage.soft_size:  # a drop shows nothing finer than this
            soft = F.interpolate(soft, size=self.stage.soft_size, mode="area")
        seen = F.grid_sample(
            soft, torch.stack((u, v), -1)[None, None],
            padding_mode="reflection", align_corners=False,
        )[0, :, 0].T  # fmt: skip
        shade = 0.92 + 0.10 * bend_y.clamp(-4, 4)
        glint = ((-bend_y - 0.4 * bend_x - 2.2) * 0.10).clamp(0, 0.35)
        street[rows, columns] = seen * shade[:, None] * 1.06 + glint[:, None] * 110
