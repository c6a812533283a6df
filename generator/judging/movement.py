"""How a clip moves: least squares over gradients, summed in a coarse grid of cells.

Lucas & Kanade 1981: where the picture only moves, I_x u + I_y v = -I_t at every pixel. The squares
are summed over cells and over the whole clip, so that movements far below a pixel a frame, which is
what slow cameras make, stand out of quantisation and of what stirs inside the scene. Brightness
and one colour difference are looked at, and a lamp that flickers is taken out. Nothing here is
learned.
"""

from __future__ import annotations

from fractions import Fraction

import torch
import torch.nn.functional as F
from torch import Tensor

RATE = Fraction(25, 2)  # every clip is looked at near this rate
HEIGHT, WIDTH, CELL = 64, 112, 8
ROWS, COLUMNS = HEIGHT // CELL, WIDTH // CELL
# seconds between two pictures, how often they are halved before, blur in pixels after that
SCALES = ((0.08, 0, 1.0), (0.24, 1, 0.8), (0.64, 1, 1.4), (1.2, 2, 1.0))
SUMS = 5  # of a cell: xx, xy, yy, xt, yt
CELL_NUMBERS = SUMS * len(SCALES)
REGIONS = (4, 4)
FIELD_CHANNELS = 3 * len(SCALES)
FIT_NUMBERS = (6 + 4 + 3 * REGIONS[0] * REGIONS[1] + 2 * ROWS) * len(SCALES)
NOISE = 2e-6  # squared levels per squared pixel under which a gradient says nothing
PLANES = ((0.299, 0.587, 0.114), (0.5, 0.0, -0.5))  # brightness, and warm against cold
USUAL = 6.0  # velocities are given in sixths of a half-height a second
MOST = 4.0  # and bend softly towards this
ROUNDS = 4  # of the fit that lets go of what moves otherwise


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


def movement(small: Tensor, rate: Fraction) -> Tensor:
    """The cells of what `looked_at` gives: (B, CELL_NUMBERS, ROWS, COLUMNS).

    For each scale the sums xx, xy, yy, xt, yt, times so scaled that velocities come out in
    half-heights a second. A clip of one frame does not move: zeros.
    """
    mixing = torch.tensor(PLANES, device=small.device)
    flat = torch.einsum("pc,bcthw->btphw", mixing, small)
    count = flat.shape[1]
    cells = []
    for lag_s, halved, blur in SCALES:
        part = 2**halved
        lag = min(max(1, round(lag_s * float(rate))), max(1, count - 2), count - 1)
        if not lag:
            cells.append(small.new_zeros(len(small), SUMS, ROWS, COLUMNS))
            continue
        less = F.avg_pool2d(flat.flatten(0, 1), part) if halved else flat.flatten(0, 1)
        soft = blurred(less, blur).reshape(*flat.shape[:2], *less.shape[1:])
        cells.append(_cells(soft, lag, CELL // part, float(rate) / lag * part / (HEIGHT / 2)))
    return torch.cat(cells, 1)


def blurred(frames: Tensor, sigma: float) -> Tensor:
    """Frames (..., h, w) after a Gaussian of `sigma` pixels; edges repeat."""
    across, down = (_gaussian(n, sigma).to(frames.device) for n in frames.shape[:-3:-1])
    return down @ (frames @ across.T)


def _gaussian(size: int, sigma: float) -> Tensor:
    """What softens a line of `size` pixels, (size, size): faster than small kernels are."""
    reach = int(3 * sigma + 0.5)
    line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    own = torch.arange(size)[:, None]
    others = (own + torch.arange(-reach, reach + 1)).clamp(0, size - 1)
    return torch.zeros(size, size).scatter_add_(1, others, (line / line.sum()).expand(size, -1))


def _cells(planes: Tensor, lag: int, cell: int, to_units: float) -> Tensor:
    """Sums of gradient products in each cell: (B, SUMS, ROWS, COLUMNS). planes: (B, T, P, h, w)."""
    before, after = planes[:, :-lag], planes[:, lag:]
    middle, change = (before + after) / 2, after - before
    change = _steady(middle, change) * to_units
    x = F.pad((middle[..., 2:] - middle[..., :-2]) / 2, (1, 1))
    y = F.pad((middle[..., 2:, :] - middle[..., :-2, :]) / 2, (0, 0, 1, 1))
    pairs = ((x, x), (x, y), (y, y), (x, change), (y, change))
    products = torch.stack([(a * b).sum(2).mean(1) for a, b in pairs], 1)
    return F.avg_pool2d(products, cell)


def _steady(middle: Tensor, change: Tensor) -> Tensor:
    """`change` without what is only the whole picture growing brighter or darker."""
    axes = (-2, -1)
    own = middle - middle.mean(axes, keepdim=True)
    change = change - change.mean(axes, keepdim=True)
    power = (own * own).mean(axes, keepdim=True) + 1e-5
    return change - own * ((own * change).mean(axes, keepdim=True) / power)


def mirrored(cells: Tensor) -> Tensor:
    """The cells of the same clip with left and right exchanged."""
    sign = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0], device=cells.device).repeat(len(SCALES))
    return cells.flip(3) * sign[:, None, None]


def field(cells: Tensor) -> Tensor:
    """(B, FIELD_CHANNELS, ROWS, COLUMNS): x, y of each cell and the log of its detail.

    x to the right, y downwards, in half-heights a second times USUAL.
    """
    parts = []
    for own in _scales(cells):
        # a cell that is smooth by itself leans on its neighbours
        shared = own + 0.15 * F.avg_pool2d(F.pad(own, (1,) * 4, mode="replicate"), 3, 1)
        parts.append(_solved(shared))
    return torch.cat(parts, 1)


def fit(cells: Tensor) -> Tensor:
    """(B, FIT_NUMBERS): for each scale the affine movement of the whole picture, the movement and
    growth that most of it shares, and the movement of its regions and rows."""
    parts = []
    for own in _scales(cells):
        regions = _solved(F.adaptive_avg_pool2d(own, REGIONS)).flatten(1)
        rows = _solved(own.mean(3, keepdim=True))[:, :2].flatten(1)
        parts += [_affine(own), _shared(own), regions, rows]
    return torch.cat(parts, 1)


def _scales(cells: Tensor) -> tuple[Tensor, ...]:
    return torch.tensor_split(cells, len(SCALES), 1)


def _bent(velocity: Tensor) -> Tensor:
    scaled = velocity * USUAL
    return scaled / (1 + (scaled / MOST) ** 2).sqrt()


def _velocity(cells: Tensor) -> tuple[Tensor, Tensor]:
    """Movement of each cell in half-heights a second, (B, h, w) each."""
    xx, xy, yy, xt, yt = cells.unbind(1)
    xx, yy = xx + NOISE, yy + NOISE
    area = xx * yy - xy * xy
    return (xy * yt - yy * xt) / area, (xy * xt - xx * yt) / area


def _solved(cells: Tensor) -> Tensor:
    """(B, 3, h, w): x and y movement of each place, and the log of its detail."""
    sure = (torch.log(cells[:, 0] + cells[:, 2] + 2 * NOISE) + 12) / 6
    return torch.cat((_bent(torch.stack(_velocity(cells), 1)), sure[:, None]), 1)


def _places(like: Tensor) -> tuple[Tensor, Tensor]:
    """x and y of the cells' middles in half-heights from the picture's middle, each (h, w)."""
    y, x = torch.meshgrid(
        (torch.arange(ROWS, device=like.device) + 0.5) * CELL / (HEIGHT / 2) - 1,
        ((torch.arange(COLUMNS, device=like.device) + 0.5) * CELL - WIDTH / 2) / (HEIGHT / 2),
        indexing="ij",
    )
    return x, y


def _bases(like: Tensor, *, affine: bool) -> tuple[Tensor, Tensor]:
    """What u and v are sums of, each (K, h, w): move x, y, then growth or the four slopes."""
    x, y = _places(like)
    one, none = torch.ones_like(x), torch.zeros_like(x)
    if affine:
        return (
            torch.stack((one, none, x, y, none, none)), torch.stack((none, one, none, none, x, y))
        )  # fmt: skip
    return torch.stack((one, none, x)), torch.stack((none, one, y))


def _least(cells: Tensor, weight: Tensor, bases: tuple[Tensor, Tensor]) -> Tensor:
    """(B, K): the sum of `bases` that fits the cells best, each cell by its weight (B, h, w)."""
    xx, xy, yy, xt, yt = (value * weight for value in cells.unbind(1))
    u, v = (base.flatten(1) for base in bases)

    def form(weights: Tensor, a: Tensor, b: Tensor) -> Tensor:
        return torch.einsum("bn,in,jn->bij", weights.flatten(1), a, b)

    crossed = form(xy, u, v)
    left = form(xx, u, u) + crossed + crossed.transpose(1, 2) + form(yy, v, v)
    right = -(xt.flatten(1) @ u.T + yt.flatten(1) @ v.T)
    still = NOISE / 4 * weight.sum((1, 2))[:, None, None] * torch.eye(len(u), device=cells.device)
    found: Tensor = torch.linalg.solve(left + still, right[..., None])[..., 0]
    return found


def _affine(cells: Tensor) -> Tensor:
    """(B, 6): the affine movement that fits all cells."""
    bases = _bases(cells, affine=True)
    return _bent(_least(cells, torch.ones_like(cells[:, 0]), bases))


def _shared(cells: Tensor) -> Tensor:
    """(B, 4): movement x, y and growth of what most cells share, and what share that is.

    Cells that move otherwise lose their weight round by round (Black & Anandan 1996).
    """
    bases = _bases(cells, affine=False)
    xx, xy, yy = cells[:, :3].unbind(1)
    own = _velocity(cells)
    detail = (xx + yy + NOISE).log()
    even = torch.exp(-0.5 * (detail - detail.mean((1, 2), keepdim=True)))  # strong edges less
    found = _least(cells, even, bases)
    for _ in range(ROUNDS):
        u, v = (torch.einsum("bk,khw->bhw", found, base) for base in bases)
        du, dv = own[0] - u, own[1] - v
        away = (xx * du * du + 2 * xy * du * dv + yy * dv * dv) / (xx + yy + NOISE)
        usual = away.flatten(1).median(1).values[:, None, None] + 1e-4
        found = _least(cells, even / (1 + away / usual) ** 2, bases)
    share = (away < 0.02**2).float().mean((1, 2))
    return torch.cat((_bent(found), share[:, None]), 1)
