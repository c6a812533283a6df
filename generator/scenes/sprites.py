"""Small bright things over a shown frame: stars, flakes, embers, drops, lamps out of focus."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Shape = Literal["glow", "disc", "soft disc"]
REACHES = (1.2, 4.0, 18.0, 48.0, 400.0)  # pixels


def _profile(shape: Shape, squared: Tensor) -> Tensor:
    """Brightness at a distance from the middle, given squared and in radii."""
    if shape == "glow":
        return torch.exp(-2.5 * squared)
    distance = squared.sqrt()
    if shape == "soft disc":
        return ((1.0 - distance) * 2.2).clamp(0, 1) ** 1.5
    edge = ((1.0 - distance) * 6).clamp(0, 1)
    return edge * (0.72 + 0.28 * squared.clamp(max=1) ** 2)  # a lens leaves the rim brighter


def splat(
    canvas: Tensor, x: Tensor, y: Tensor, radius: Tensor, light: Tensor, *,
    shape: Shape = "glow", stretch: tuple[Tensor, Tensor] | None = None,
) -> None:  # fmt: skip
    """Add N sprites to canvas (H, W, 3) in place.

    x, y, radius: (N,) pixels. light: (N, 3), white is 1. stretch: a vector (N,), (N,) in
    pixels along which each sprite is smeared, as by its motion while the shutter is open.
    """
    height, width = canvas.shape[:2]
    reach = radius + (stretch[0].abs().maximum(stretch[1].abs()) if stretch else 0)
    seen = (x > -reach) & (x < width + reach) & (y > -reach) & (y < height + reach)
    # sprites of about one size share one patch size
    kinds = torch.bucketize(reach, torch.tensor(REACHES, device=x.device)).masked_fill_(~seen, -1)
    for kind in range(len(REACHES)):
        group = torch.nonzero(kinds == kind)[:, 0]
        if len(group):
            smear = (stretch[0][group], stretch[1][group]) if stretch else None
            _splat_group(canvas, (x[group], y[group], radius[group]), light[group], shape, smear)


def _splat_group(
    canvas: Tensor, where: tuple[Tensor, Tensor, Tensor], light: Tensor, shape: Shape,
    smear: tuple[Tensor, Tensor] | None,
) -> None:  # fmt: skip
    height, width = canvas.shape[:2]
    x, y, radius = (value[:, None, None] for value in where)
    wide = tall = float(where[2].max()) * (1.6 if shape == "glow" else 1.05)
    if smear is not None:
        wide, tall = wide + float(smear[0].abs().max()), tall + float(smear[1].abs().max())
    across = torch.arange(-int(wide) - 1, int(wide) + 2, device=canvas.device)[None, None, :]
    down = torch.arange(-int(tall) - 1, int(tall) + 2, device=canvas.device)[None, :, None]
    column, row = x.floor().long() + across, y.floor().long() + down
    dx, dy = column - x, row - y
    if smear is not None:
        sx, sy = smear[0][:, None, None], smear[1][:, None, None]
        along = ((dx * sx + dy * sy) / (sx * sx + sy * sy).clamp(min=1e-6)).clamp(-1, 1)
        dx, dy = dx - along * sx, dy - along * sy
    value = _profile(shape, (dx * dx + dy * dy) / (radius * radius))
    value = value * ((column >= 0) & (column < width) & (row >= 0) & (row < height))
    index = row.clamp_(0, height - 1) * width + column.clamp_(0, width - 1)
    glow = value[..., None] * (light * 255)[:, None, None, :]
    canvas.view(-1, 3).index_add_(0, index.flatten(), glow.view(-1, 3))
