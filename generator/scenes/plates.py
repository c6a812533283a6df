"""Tileable noise plates: made once by FFT, then read anywhere with one texture look-up.

A plate is (P, P) float32, mean 0 and deviation 1, and repeats every 1.0 in both directions.
Its amplitude falls with frequency as k^-slope: 1.8 is soft cloud, 1.2 is rough.
"""

from __future__ import annotations

import functools

import torch
import torch.nn.functional as F
from torch import Tensor


def make_plate(
    seed: int, *, pixels: int = 512, slope: float = 1.8, lowest: int = 2, highest: int = 0
) -> Tensor:
    """A plate for `read`: (1, 1, P + 1, P + 1), its first row and column repeated at the end.

    lowest, highest: cycles per tile let through (0: no upper limit).
    """
    random = torch.Generator().manual_seed(seed & 0x7FFFFFFF)
    white = torch.randn(pixels, pixels, generator=random)
    spectrum = torch.fft.rfft2(white) * _gain(pixels, slope, lowest, highest)
    plate = torch.fft.irfft2(spectrum, s=(pixels, pixels))
    plate = (plate - plate.mean()) / plate.std()
    return F.pad(plate[None, None], (0, 1, 0, 1), mode="circular").contiguous()


@functools.lru_cache(maxsize=64)
def _gain(pixels: int, slope: float, lowest: int, highest: int) -> Tensor:
    """How much of each frequency is let through, (P, P // 2 + 1)."""
    down = torch.fft.fftfreq(pixels) * pixels
    across = torch.fft.rfftfreq(pixels) * pixels
    radius = torch.sqrt(down[:, None] ** 2 + across[None, :] ** 2)
    gain = radius.clamp(min=1.0) ** -slope * (radius >= lowest)
    return gain * torch.exp(-((radius / highest) ** 4)) if highest else gain


def read(plate: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """The plate's value at (u, v), (F, h, w) or 1 for h or w; one tile is 1.0 wide."""
    shape = [a if b == 1 else b for a, b in zip(u.shape, v.shape, strict=True)]
    if 0 in shape:  # a ridge that the camera does not see has no rows
        return torch.zeros(shape, device=u.device)
    u, v = u.expand(shape), v.expand(shape)
    grid = torch.empty(*shape, 2, device=u.device)
    torch.sub(u, u.floor(), out=grid[..., 0])
    torch.sub(v, v.floor(), out=grid[..., 1])
    grid.mul_(2).sub_(1)
    out = F.grid_sample(plate.expand(u.shape[0], -1, -1, -1), grid, align_corners=True)
    return out[:, 0]


def read_line(plate: Tensor, u: Tensor, row: float) -> Tensor:
    """The plate read along one row. u: (F, w) -> (F, w)."""
    line = u[:, None, :]
    return read(plate, line, torch.full_like(line, row))[:, 0]


def smooth(low: float, high: float, value: Tensor) -> Tensor:
    """0 below `low`, 1 above `high`, and a soft S between."""
    s = (value - low).mul_(1 / (high - low)).clamp_(0, 1)
    return (3 - 2 * s).mul_(s).mul_(s)
