"""Flat shapes laid over a shown frame: discs, regular polygons, and their outlines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape in pixels. sides 0 is a disc; band above 0 leaves only an outline that wide.

    soft: how many pixels its edge takes. turn: radians.
    """

    x: float
    y: float
    radius: float
    sides: int = 0
    turn: float = 0.0
    soft: float = 1.5
    band: float = 0.0


def lay(picture: Tensor, shape: Shape, shade: Tensor, opacity: float) -> None:
    """Blend `shape` over picture (H, W, 3), 0 to 255, in place. shade: (3,) as shown."""
    height, width = picture.shape[:2]
    reach = shape.radius + shape.soft + shape.band
    top, bottom = max(0, int(shape.y - reach)), min(height, int(shape.y + reach) + 2)
    left, right = max(0, int(shape.x - reach)), min(width, int(shape.x + reach) + 2)
    if top >= bottom or left >= right:
        return
    dx = torch.arange(left, right, device=picture.device)[None, :] + 0.5 - shape.x
    dy = torch.arange(top, bottom, device=picture.device)[:, None] + 0.5 - shape.y
    inside = _inside(dx, dy, shape)
    if shape.band:
        inside = shape.band / 2 - (inside - shape.band / 2).abs()
    share = (inside / shape.soft + 0.5).clamp(0, 1)
    share = share * share * (3 - 2 * share) * opacity
    picture[top:bottom, left:right].lerp_(shade, share[..., None])


def _inside(dx: Tensor, dy: Tensor, shape: Shape) -> Tensor:
    """How deep each place lies inside the outline, in pixels; below 0 outside."""
    if not shape.sides:
        return shape.radius - torch.sqrt(dx * dx + dy * dy)
    worst: Tensor | None = None
    for side in range(shape.sides):
        angle = shape.turn + 2 * math.pi * side / shape.sides
        away = dx * math.cos(angle) + dy * math.sin(angle)
        worst = away if worst is None else torch.maximum(worst, away)
    assert worst is not None
    return shape.radius * math.cos(math.pi / shape.sides) - worst
