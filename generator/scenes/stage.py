"""The stage a scene is painted on: coordinates, camera, colour, grain, and the finished bytes.

Soft layers are painted small in linear light, planes first, (F, 3, h, w) float32; `enlarge` turns
them into what is shown, (F, H, W, 3) from 0 to 255, and sharp things are drawn over that. x runs
over [-aspect, aspect] and y over [-1, 1] with y up, before the camera moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.scenes.params import SceneParams, scale
from generator.scenes.plates import make_plate
from generator.values import Frames

if TYPE_CHECKING:
    from generator.scenes.registry import Scene

# "plate" leaves sprites, scratches and grain out; "crisp" draws only them, over black
Layer = Literal["all", "plate", "crisp"]
Draw = Callable[[Tensor, Tensor], None]  # (shown frames (F, H, W, 3), (F,) seconds), in place

SOFT_ROWS = 320  # height of a soft layer at 720p and above; 4K doubles it
SOFT_PLATE = 40  # cycles per tile
PAN_SPEED = 0.12  # picture half-heights per second
# painted at once: what a processor's cache holds, what fills a graphics card
RUN_PIXELS = {"cpu": 55_000, "cuda": 4_000_000}
ZOOM_SPEED = 0.06  # natural log of the scale per second


@dataclass(frozen=True)
class Stage:
    """One scene at one size. No slots: plates are cached on it."""

    scene: Scene
    params: SceneParams
    width: int
    height: int
    rate: float
    frames: int
    seed: int
    device: torch.device
    layer: Layer = "all"

    @staticmethod
    def make(
        scene: Scene, params: SceneParams, size: tuple[int, int],
        time: tuple[Fraction, int], seed: int, device: str, layer: Layer = "all",
    ) -> Stage:  # fmt: skip
        """A stage. size: (width, height); time: (rate, frames)."""
        return Stage(
            scene, params, size[0], size[1], float(time[0]), time[1], seed,
            torch.device(device), layer,
        )  # fmt: skip

    @cached_property
    def soft_size(self) -> tuple[int, int]:
        """(h, w) of soft layers."""
        rows = min(self.height, SOFT_ROWS if self.height < 1440 else 2 * SOFT_ROWS)
        return rows, max(2, round(rows * self.width / self.height))

    @property
    def pace(self) -> float:
        return scale(self.params.pace, 0.55, 1.0, 1.8)

    def level(self, low: float, medium: float, high: float) -> float:
        """The number for the density asked for."""
        return scale(self.params.density, low, medium, high)

    def pick(self, **palettes: tuple[str, ...]) -> tuple[Tensor, ...]:
        """The asked palette's colours in linear light, each (3, 1, 1)."""
        return tuple(colour(text).to(self.device) for text in palettes[self.params.palette])

    def plate(self, number: int, **shape: float) -> Tensor:
        """Noise plate `number` of this seed, on the device."""
        slope = shape.pop("slope", 1.8)
        limits = {name: int(value) for name, value in shape.items()}
        if 0 < limits.get("highest", 0) <= SOFT_PLATE:
            limits["pixels"] = 256  # a plate without fine detail needs no more
        return make_plate(self.seed * 7919 + number, slope=slope, **limits).to(self.device)

    def random(self, number: int, *shape: int) -> Tensor:
        """Uniform numbers 0 to 1 that belong to this seed."""
        source = torch.Generator().manual_seed((self.seed * 104729 + number) & 0x7FFFFFFF)
        return torch.rand(*shape, generator=source).to(self.device)

    def camera(self, times: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Offset x, offset y and scale of the camera at each time, each (F,)."""
        speed = scale(self.params.camera_speed, 0.5, 1.0, 2.2)
        middle = self.frames / self.rate / 2
        run = (times - middle) * speed
        zero = torch.zeros_like(run)
        move = self.params.camera
        if move == "drift":
            return 0.05 * speed * torch.sin(times * 0.31), 0.02 * torch.cos(times * 0.23), zero + 1
        sign = -1.0 if move in ("pan left", "tilt down", "zoom in") else 1.0
        if move.startswith("pan"):
            return run * PAN_SPEED * sign, zero, zero + 1
        if move.startswith("tilt"):
            # past a limit the horizon would leave the picture: ease towards it
            return zero, 0.5 * torch.tanh(run * PAN_SPEED * sign / 0.5), zero + 1
        if move.startswith("zoom"):
            return zero, zero, torch.exp(0.6 * torch.tanh(run * ZOOM_SPEED * sign / 0.6))
        return zero, zero, zero + 1

    def grid(
        self, times: Tensor, *, depth: float = 1.0, size: tuple[int, int] | None = None
    ) -> tuple[Tensor, Tensor]:
        """x and y seen on a soft layer, (F, 1, w) and (F, h, 1). depth scales the camera.

        Left apart because whatever depends on one of the two costs next to nothing.
        """
        h, w = size or self.soft_size
        aspect = self.width / self.height
        x = torch.linspace(-aspect, aspect, w, device=self.device)
        y = torch.linspace(1, -1, h, device=self.device)
        dx, dy, zoom = (value[:, None, None] for value in self.camera(times))
        return x[None, None, :] * zoom + depth * dx, y[None, :, None] * zoom + depth * dy

    def columns(self, times: Tensor, *, depth: float = 1.0) -> Tensor:
        """x seen at each column, (F, w): for what does not change with y."""
        return self.grid(times, depth=depth, size=(2, self.soft_size[1]))[0][:, 0]

    def pixels(
        self, times: Tensor, x: Tensor, y: Tensor, *, depth: float = 1.0
    ) -> tuple[Tensor, Tensor]:
        """Pixel positions of points. x, y: (N,) or (F, N) -> each (F, N)."""
        dx, dy, zoom = (value[:, None] for value in self.camera(times))
        half = self.height / 2
        return (
            (x - depth * dx) / zoom * half + self.width / 2,
            half - (y - depth * dy) / zoom * half,
        )

    def frame(
        self, times: Tensor, x: Tensor, y: Tensor, radius: Tensor | float, *, depth: float = 1.0
    ) -> Tensor:
        """Boxes round things: (F, N, 4) left, top, right, bottom as shares of the picture.

        x, y: (F, N) middles; radius in half-heights. A box may lie partly or wholly outside.
        """
        px, py = self.pixels(times, x, y, depth=depth)
        reach = radius * self.height / 2 / self.camera(times)[2][:, None]
        left, right = (px - reach) / self.width, (px + reach) / self.width
        return torch.stack(
            (left, (py - reach) / self.height, right, (py + reach) / self.height), -1
        )

    def edges(
        self, times: Tensor, span: tuple[float, float], *, depth: float = 1.0
    ) -> tuple[Tensor, Tensor, int]:
        """Full-size coordinates between two heights: x (F, W), y (F, R, 1), and the first row.

        For sharp outlines that lie in one band of the picture; span: (upper y, lower y).
        """
        aspect, half = self.width / self.height, self.height / 2
        dx, dy, zoom = (value[:, None] for value in self.camera(times))
        top = half - float(((span[0] - depth * dy) / zoom).max()) * half
        bottom = half - float(((span[1] - depth * dy) / zoom).min()) * half
        first, last = max(0, int(top)), min(self.height, int(bottom) + 2)
        x = torch.linspace(-aspect, aspect, self.width, device=self.device)
        y = torch.linspace(1, -1, self.height, device=self.device)[first : max(first, last)]
        return x * zoom + depth * dx, (y * zoom + depth * dy)[..., None], first

    def enlarge(self, soft: Tensor) -> Tensor:
        """Linear light (F, 3, h, w) to what is shown, (F, H, W, 3) from 0 to 255."""
        shown = tone(soft) * self._vignette
        # this kernel is several times faster with channels last in memory
        shown = shown.contiguous(memory_format=torch.channels_last)
        if soft.shape[2:] != (self.height, self.width):
            shown = F.interpolate(shown, size=(self.height, self.width), mode="bilinear")
        return shown.permute(0, 2, 3, 1).contiguous()

    @cached_property
    def _grain(self) -> Tensor:
        source = torch.Generator().manual_seed(self.seed & 0x7FFFFFFF)
        noise = torch.randn(1, 1, self.height + 64, self.width + 64, generator=source)
        beside = noise + noise.roll(1, 3) + noise.roll(-1, 3)
        noise = 0.5 * noise + (beside + beside.roll(1, 2) + beside.roll(-1, 2)) / 6
        return (
            (noise[0, 0, ..., None] * (255 * self.scene.grain))
            .expand(-1, -1, 3)
            .contiguous()
            .to(self.device)
        )

    @cached_property
    def _vignette(self) -> Tensor:
        h, w = self.soft_size
        y = torch.linspace(-1, 1, h, device=self.device)[:, None]
        x = torch.linspace(-1, 1, w, device=self.device)[None]
        return (1 - 0.16 * (x * x + y * y) ** 1.3 / 2) * 255

    def develop(self, film: Tensor, first: int) -> Frames:
        """Shown frames (F, H, W, 3) numbered from `first` with grain, as bytes. In place."""
        for row, picture in enumerate(film if self.layer == "all" else ()):
            # the offset depends on the frame's number only, so runs of any length agree
            top, left = (first + row) * 37 % 64, (first + row) * 23 % 64
            picture.add_(self._grain[top : top + self.height, left : left + self.width])
        pixels = film.clamp_(0, 255).to(torch.uint8)
        result: Frames = pixels.cpu().numpy()
        return result

    def stream(self) -> Iterator[Frames]:
        """The scene's frames in short runs, (f, H, W, 3) uint8, so that memory stays small."""
        paint = self.scene.painter(self)
        limit = RUN_PIXELS.get(self.device.type, RUN_PIXELS["cpu"])
        run = max(1, limit // (self.soft_size[0] * self.soft_size[1]))
        for first in range(0, self.frames, run):
            numbers = torch.arange(first, min(first + run, self.frames), device=self.device)
            with torch.no_grad():
                yield self.develop(paint(numbers / self.rate), first)


def tone(light: Tensor) -> Tensor:
    """Linear light to display 0 to 1: a film shoulder, then gamma 2."""
    shown = light.clamp(min=0).mul_(-1.25).exp_()  # several times faster than expm1
    return shown.neg_().add_(1).sqrt_()


def colour(text: str) -> Tensor:
    """ "rrggbb" as shown -> (3,) linear light that `tone` brings back to it."""
    shown = torch.tensor([int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    return (-torch.log1p(-(shown**2).clamp(max=0.985)) / 1.25)[:, None, None]


def ramp(position: Tensor, stops: tuple[tuple[float, Tensor], ...]) -> Tensor:
    """Colours along a gradient: position (F, h, w) -> (F, 3, h, w), held beyond the ends."""
    first, last = stops[0][0], stops[-1][0]
    along = torch.linspace(first, last, 256, device=position.device)
    table = stops[0][1].reshape(3, 1).expand(3, 256)
    for (left, a), (right, b) in pairwise(stops):
        share = ((along - left) / max(right - left, 1e-6)).clamp(0, 1)
        share = share * share * (3 - 2 * share)
        start, end = a.reshape(3, 1), b.reshape(3, 1)
        table = torch.where(along >= left, start + (end - start) * share, table)
    across = (position - first) * (2 / (last - first)) - 1
    place = torch.stack((across, torch.zeros_like(across)), -1)
    rows = table[None, :, None].expand(len(position), -1, -1, -1)
    return F.grid_sample(rows, place, padding_mode="border", align_corners=True)


def mix(a: Tensor, b: Tensor, share: Tensor) -> Tensor:
    """a where share is 0, b where it is 1. share: (F, h, w); colours (3, 1, 1) or (F, 3, h, w)."""
    if a.numel() == b.numel() == 3:  # lerp is slow where two of its three are one value each
        return ((b - a) * share[:, None]).add_(a)
    return torch.lerp(a, b, share[:, None])


def cover(film: Tensor, shade: Tensor, mask: Tensor, first_row: int) -> None:
    """Paint a shown colour over rows of film (F, H, W, 3) in place; mask: (F, R, W)."""
    rows = film[:, first_row : first_row + mask.shape[1]]
    rows.lerp_(shade.expand_as(rows), mask[..., None].expand_as(rows))


def rows_between(y: Tensor, top: Tensor, lowest: Tensor | None, *, soft: float = 0.01) -> slice:
    """The rows of a layer that lie below `top` and not wholly below `lowest`.

    y: (F, h, w) heights; top, lowest: outlines (F, w), None for the foot of the picture. At least
    one row: what is painted there is nothing, or hidden later.
    """
    heights = y[:, :, 0]
    seen = heights.amin(0) <= top.amax() + soft
    if lowest is not None:
        seen = seen & (heights.amax(0) >= lowest.amin() - soft)
    rows = torch.nonzero(seen)[:, 0].tolist()
    return slice(rows[0], rows[-1] + 1) if rows else slice(0, 1)
