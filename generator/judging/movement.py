"""How the picture moves: least squares over gradients, a coarse field and one affine fit.

Lucas & Kanade 1981: where the picture only moves, I_x u + I_y v = -I_t at every pixel. The squares
are summed over cells and over the whole clip, so that movements far below a pixel a frame, which is
what slow cameras make, stand out of quantisation and of what stirs inside the scene. Nothing here
is learned.
"""

from __future__ import annotations

from fractions import Fraction

import torch
import torch.nn.functional as F
from torch import Tensor

RATE = Fraction(25, 2)  # every clip is looked at near this rate
HEIGHT, WIDTH, CELL = 64, 112, 8
LAGS = ((0.08, 1.0), (0.24, 1.6), (0.64, 2.4))  # seconds between two pictures, blur in pixels
FIELD_CHANNELS = 4 * len(LAGS)
FIT_NUMBERS = 3 * len(LAGS)
NOISE = 2e-6  # squared luma per squared pixel under which a gradient says nothing
LUMA = (0.299, 0.587, 0.114)


def looked_at(clip: Tensor, rate: Fraction) -> tuple[Tensor, Fraction]:
    """The clip small and thin: (B, 3, T, HEIGHT, WIDTH) from 0 to 1, and its rate now.

    clip: (B, 3, F, H, W) from -1 to 1.
    """
    every = max(1, round(rate / RATE))
    thin = clip[:, :, ::every]
    flat = thin.transpose(1, 2).flatten(0, 1) * 0.5 + 0.5
    if flat.shape[2:] != (HEIGHT, WIDTH):
        flat = F.interpolate(flat, (HEIGHT, WIDTH), mode="bilinear", antialias=True)
    return flat.reshape(len(clip), -1, *flat.shape[1:]).transpose(1, 2), rate / every


def movement(small: Tensor, rate: Fraction) -> tuple[Tensor, Tensor]:
    """What `looked_at` gives, as a field (B, FIELD_CHANNELS, h, w) and a fit (B, FIT_NUMBERS).

    The field has, for each lag, x, y and outward movement and how sure they are; the fit has
    x, y and growth. In half-heights a second, x to the right and y downwards; growth in 1/s.
    A clip of one frame does not move.
    """
    weights = torch.tensor(LUMA, device=small.device)[:, None, None, None]
    luma = (small * weights).sum(1)
    fields, fits = [], []
    for lag_s, blur in LAGS:
        lag = min(max(1, round(lag_s * float(rate))), luma.shape[1] - 1)
        cells = _cells(blurred(luma, blur), lag) if lag else luma.new_zeros(
            len(luma), 5, HEIGHT // CELL, WIDTH // CELL
        )  # fmt: skip
        to_units = float(rate) / max(1, lag) / (HEIGHT / 2)
        fields.append(_field(cells, to_units))
        fits.append(_fit(cells, to_units))
    return torch.cat(fields, 1), torch.cat(fits, 1)


def blurred(frames: Tensor, sigma: float) -> Tensor:
    """Frames (..., h, w) after a Gaussian of `sigma` pixels; edges repeat."""
    reach = int(3 * sigma + 0.5)
    line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, device=frames.device) / sigma) ** 2)
    line = line / line.sum()
    flat = frames.reshape(-1, 1, *frames.shape[-2:])
    padded = F.pad(flat, (reach,) * 4, mode="replicate")
    once = F.conv2d(padded, line[None, None, None, :])
    return F.conv2d(once, line[None, None, :, None]).reshape(frames.shape)


def _cells(luma: Tensor, lag: int) -> Tensor:
    """Sums of gradient products in each cell: (B, 5, h, w) of xx, xy, yy, xt, yt."""
    before, after = luma[:, :-lag], luma[:, lag:]
    middle, change = (before + after) / 2, after - before
    x = F.pad((middle[..., 2:] - middle[..., :-2]) / 2, (1, 1))
    y = F.pad((middle[..., 2:, :] - middle[..., :-2, :]) / 2, (0, 0, 1, 1))
    products = torch.stack((x * x, x * y, y * y, x * change, y * change), 1).mean(2)
    return F.avg_pool2d(products, CELL)


def _places(like: Tensor) -> tuple[Tensor, Tensor]:
    """x and y of the cells' middles in half-heights from the picture's middle, each (h, w)."""
    h, w = like.shape[-2:]
    y, x = torch.meshgrid(
        (torch.arange(h, device=like.device) + 0.5) * CELL / (HEIGHT / 2) - 1,
        ((torch.arange(w, device=like.device) + 0.5) * CELL - WIDTH / 2) / (HEIGHT / 2),
        indexing="ij",
    )
    return x, y


def _field(cells: Tensor, to_units: float) -> Tensor:
    """(B, 4, h, w): x, y and outward movement of each cell, and the log of its detail."""
    # a cell that is smooth by itself leans on its neighbours
    shared = cells + 0.15 * F.avg_pool2d(F.pad(cells, (1,) * 4, mode="replicate"), 3, 1)
    xx, xy, yy, xt, yt = shared.unbind(1)
    xx, yy = xx + NOISE, yy + NOISE
    area = xx * yy - xy * xy
    u, v = (xy * yt - yy * xt) / area, (xy * xt - xx * yt) / area
    sure = (torch.log(xx + yy) + 12) / 6
    x, y = _places(cells)
    outward = (u * x + v * y) / (x * x + y * y).sqrt().clamp(min=0.3)
    moved = torch.stack((u, v, outward), 1) * (to_units * 6)
    return torch.cat((moved.clamp(-4, 4), sure[:, None]), 1)


def _fit(cells: Tensor, to_units: float) -> Tensor:
    """(B, 3): the movement x, y and growth of the whole picture that fits its cells best."""
    xx, xy, yy, xt, yt = cells.unbind(1)
    x, y = _places(cells)
    # unknown (a, b, s): u = a + s x, v = b + s y; x, y in half-heights, u, v in pixels
    grow_x, grow_y = xx * x + xy * y, xy * x + yy * y
    rows = (
        (xx, xy, grow_x), (xy, yy, grow_y), (grow_x, grow_y, grow_x * x + grow_y * y),
    )  # fmt: skip
    left = torch.stack([torch.stack([v.mean((1, 2)) for v in row], 1) for row in rows], 1)
    right = torch.stack([-v.mean((1, 2)) for v in (xt, yt, xt * x + yt * y)], 1)
    left = left + NOISE / 4 * torch.eye(3, device=cells.device)
    found: Tensor = torch.linalg.solve(left, right[..., None])[..., 0]
    return (found * (to_units * 6)).clamp(-4, 4)
