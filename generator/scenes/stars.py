"""A clear night: the Milky Way, stars that twinkle, now and then a meteor, dark hills below."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from generator.scenes.plates import read, read_line, smooth
from generator.scenes.sprites import splat
from generator.scenes.stage import Draw, Stage, cover, ramp, tone

GROUND = -0.78


def painter(stage: Stage) -> Callable[[Tensor], Tensor]:
    """The sky is soft; the hills have a sharp edge."""
    low, mid, top, glow = stage.pick(
        blue=("27435f", "0f1f3c", "050a18", "9db4e0"),
        violet=("4a3358", "1d1638", "070614", "c9a6e0"),
        teal=("1f5258", "0c2633", "040c14", "9fe0d8"),
    )
    band, dust = stage.plate(1, slope=1.7), stage.plate(2, slope=1.75, lowest=3)
    land = Land(stage)

    def paint(times: Tensor) -> Tensor:
        x, y = stage.grid(times, depth=0.6)
        up = y - GROUND
        sky = ramp(up, ((0.0, low), (0.5, mid), (1.6, top)))
        across = (y - 0.15) * 0.80 - x * 0.60 + 0.10 * read(band, x * 0.2, y * 0.2)
        cloud = read(band, x * 0.28 + 0.2, y * 0.28) * 0.5 + 0.9
        murk = read(dust, x * 0.21 + 0.02 * cloud, y * 0.21) + 0.9 * torch.exp(-((across * 8) ** 2))
        lane = smooth(-0.5, 2.2, murk)
        river = torch.exp(-((across * 2.6) ** 2)) * cloud.clamp(0.1, 2) * (1 - 0.72 * lane)
        light = sky + glow * (0.20 * river)[:, None]
        light = stage.enlarge(light)
        for tint, mask, first in land.ridges(times):
            cover(light, tint, mask, first)
        return light

    return paint


def crisp(stage: Stage) -> Draw:
    """The stars, over any picture but where the hills stand."""
    stars, land = Stars(stage, int(stage.level(700, 1600, 3200))), Land(stage)

    def draw(film: Tensor, times: Tensor) -> None:
        hidden = list(land.ridges(times))
        first = hidden[0][2]
        before = film[:, first:].clone()
        for picture, at in zip(film, times, strict=True):
            stars.draw(picture, at[None])
        for _, mask, _ in hidden:
            rows = film[:, first : first + mask.shape[1]]
            rows.lerp_(before[:, : rows.shape[1]], mask[..., None].expand_as(rows))

    return draw


class Stars:
    """A catalogue of stars on the sky plane, and the meteors of one shot."""

    def __init__(self, stage: Stage, count: int) -> None:
        self.stage = stage
        place = stage.random(20, 5, count)
        spread = 2.2 * max(1.0, stage.width / stage.height)
        self.x, self.y = (place[0] * 2 - 1) * spread, place[1] * 3.2 - 1.2
        size = place[2] ** 9  # a few bright ones, many faint
        self.radius = (0.75 + 2.0 * size) * stage.height / 720
        warm = place[3][:, None]
        tint = torch.tensor([1.0, 0.86, 0.70], device=stage.device) * warm
        tint = tint + torch.tensor([0.72, 0.84, 1.0], device=stage.device) * (1 - warm)
        self.light = tint * (0.12 + 0.5 * place[2][:, None] ** 3 + 3.2 * size[:, None])
        self.phase = place[4] * 6.28

    def draw(self, picture: Tensor, time: Tensor) -> None:
        """Add the stars of one time (1,) to picture (H, W, 3)."""
        px, py = self.stage.pixels(time, self.x, self.y, depth=0.6)
        twinkle = 0.8 + 0.2 * torch.sin(self.phase + time * (2 + self.phase) * self.stage.pace)
        splat(picture, px[0], py[0], self.radius, tone(self.light) * twinkle[:, None])
        self._meteor(picture, float(time[0]))

    def _meteor(self, picture: Tensor, time: float) -> None:
        turn = int(time // 4.0)
        chance, at_x, at_y, late = self.stage.random(40 + turn, 4).tolist()
        age = time - turn * 4.0 - 1.0 - 2.0 * late
        if chance > 0.7 or not 0 <= age <= 0.7:
            return
        h, w = self.stage.height, self.stage.width
        x = (0.2 + 0.6 * at_x) * w + age * h * 0.55
        y = (0.1 + 0.3 * at_y) * h + age * h * 0.22
        head = torch.tensor([[x, y]], device=picture.device)
        radius = torch.full((1,), 1.1 * h / 720, device=picture.device)
        tail = torch.tensor([[h * 0.055, h * 0.022]], device=picture.device)
        light = torch.full((1, 3), 1.4 * (1 - age / 0.7), device=picture.device)
        stretch = (tail[:, 0], tail[:, 1])
        splat(picture, head[:, 0], head[:, 1], radius, light, stretch=stretch)


class Land:
    """Hills in front of the sky, at full size so that their edge is sharp."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.shape = stage.plate(3, slope=2.3, highest=30)
        self.wood = stage.plate(4, slope=1.2, lowest=6)

    def ridges(self, times: Tensor) -> Iterator[tuple[Tensor, Tensor, int]]:
        """Each ridge, far one first: its shade, where it stands (F, R, W), and the first row."""
        x, y, first = self.stage.edges(times, (GROUND + 0.42, -4.0))
        for far, (dark, rise) in enumerate(((17.0, 0.06), (7.0, -0.06))):
            line = read_line(self.shape, x * 0.11 + 0.3 * far, 0.3 + 0.3 * far)
            height = GROUND + rise + 0.085 * line
            height = height + 0.007 * read_line(self.wood, x * 0.9, 0.7 - 0.3 * far).abs()
            tint = torch.tensor([0.55, 0.75, 1.0], device=x.device) * dark
            yield tint, smooth(-0.004, 0.004, height[:, None, :] - y), first
