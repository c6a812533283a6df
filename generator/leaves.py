"""Moving dead leaves: overlapping textured shapes of all sizes, as in natural pictures.

Lee, Mumford & Huang 2001. The scenes are soft; these clips teach the autoencoder the edges and
textures that camera footage has, without a single picture from outside.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

LEAVES = 90
MARGIN = 1.5  # the canvas is this much larger than the picture, for the camera to move over


def leaves(number: int, size: tuple[int, int], frames: int) -> Tensor:
    """Clip `number`: (3, frames, height, width) from -1 to 1. size: (width, height)."""
    random = torch.Generator().manual_seed(number)
    canvas = _canvas(size, random)
    return _filmed(canvas, size, frames, random).clamp(-1, 1)


def _canvas(size: tuple[int, int], random: torch.Generator) -> Tensor:
    """One large still, (1, 3, H, W)."""
    width, height = (round(edge * MARGIN) for edge in size)
    aspect = width / height
    y, x = torch.meshgrid(
        torch.linspace(-1, 1, height), torch.linspace(-aspect, aspect, width), indexing="ij"
    )
    out = torch.zeros(3, height, width) + _colour(torch.rand(3, generator=random))
    for values in torch.rand(LEAVES, 12, generator=random):
        radius = 0.10 / (0.03 + 0.97 * float(values[0])) ** 0.75
        turn = float(values[1]) * math.tau
        dx, dy = x - (float(values[2]) * 2 - 1) * aspect, y - (float(values[3]) * 2 - 1)
        u = (dx * math.cos(turn) + dy * math.sin(turn)) / radius
        v = (dy * math.cos(turn) - dx * math.sin(turn)) / (radius * (0.3 + 0.7 * float(values[4])))
        power = 2.0 if values[5] < 0.6 else 8.0  # an ellipse or a rounded box
        soft = 0.02 + 0.5 * float(values[6]) ** 4  # most edges are sharp, some out of focus
        inside = ((1 - (u.abs() ** power + v.abs() ** power)) / soft).clamp(0, 1)
        stripes = torch.sin(u * (2 + 14 * float(values[7])) + turn) * float(values[8]) ** 2 * 0.5
        shade = _colour(values[9:12]) + stripes + 0.25 * v * float(values[8])
        out = torch.lerp(out, shade, inside)
    rough = F.interpolate(
        torch.randn(1, 3, height // 2, width // 2, generator=random), (height, width)
    )
    return out[None] + 0.03 * rough


def _colour(values: Tensor) -> Tensor:
    """Three numbers 0 to 1 as a colour (3, 1, 1), greyer than not, as most things are."""
    wide = values * 1.8 - 0.9
    return (wide.mean() * 1.3 + 0.35 * (wide - wide.mean()))[:, None, None]


def _filmed(canvas: Tensor, size: tuple[int, int], frames: int, random: torch.Generator) -> Tensor:
    """A camera that pans, zooms and turns a little over the canvas."""
    width, height = size
    pan_x, pan_y, zoom, spin = ((torch.rand(4, generator=random) - 0.5) * 2).tolist()
    run = torch.linspace(-0.5, 0.5, frames)
    scale = torch.exp(0.15 * zoom * run) / MARGIN
    angle = 0.1 * spin * run
    theta = torch.zeros(frames, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = scale * angle.cos(), scale * angle.cos()
    theta[:, 0, 1] = -scale * angle.sin() * height / width
    theta[:, 1, 0] = scale * angle.sin() * width / height
    theta[:, 0, 2], theta[:, 1, 2] = 0.25 * pan_x * run, 0.25 * pan_y * run
    grid = F.affine_grid(theta, [frames, 3, height, width], align_corners=False)
    seen = F.grid_sample(
        canvas.expand(frames, -1, -1, -1), grid, padding_mode="reflection", align_corners=False
    )
    return seen.transpose(0, 1)
