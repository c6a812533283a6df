"""What the judge learns from: painted clips as they are, filmed anew, and worn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.dataset import paint, scene_of, to_float
from generator.judge import MIRRORED, MOTIONS, Looks, kinds, looks_of, motion_of
from generator.judging.movement import HEIGHT, WIDTH, blurred, looked_at
from generator.scenes.params import CAMERA_MOVES, LEVELS, SceneParams
from generator.scenes.registry import SCENES

# clip numbers far from those that the generator is trained on (see dataset.make_latents)
LEARN_FROM, CHECK_WITH, COMPARE_WITH = 900_000_000, 950_000_000, 970_000_000
SIZE = (160, 96)
SIZES = (SIZE, SIZE, (144, 80))  # by turns; all are looked at small
# by turns: 20 frames at 12.5 a second, and what is looked at of 20 and of 32 frames at 25
SHAPES = ((Fraction(25, 2), 20), (Fraction(25, 2), 10), (Fraction(25, 2), 16))
REBUILT = 3  # one clip of so many goes through the autoencoder
REFILMED = 1  # how often each clip is filmed anew by another camera
CROPS = (0.9, 0.82, 0.74)  # how much of a clip another camera may show
GRIDS = ((6, 10), (9, 16))  # blocks of 16 pixels in clips of 160x96 and 256x144
Rebuild = Callable[[Tensor], Tensor]  # clips through the autoencoder and back


@dataclass(frozen=True, slots=True)
class Painted:
    """One painted clip as it is looked at. small: (1, 3, T, HEIGHT, WIDTH) from 0 to 1."""

    number: int
    params: SceneParams
    small: Tensor
    rate: Fraction
    worn_from: Tensor | None = None  # the same through the autoencoder


@dataclass(frozen=True, slots=True)
class Examples:
    """Looks with the numbers of what they show: kind (N,), motion (N,)."""

    looks: Looks
    kind: Tensor
    motion: Tensor

    def __getitem__(self, which: Tensor) -> Examples:
        return Examples(self.looks[which], self.kind[which], self.motion[which])


def painted(
    number: int, scenes: Sequence[str], *, size: tuple[int, int] = SIZE,
    shape: tuple[Fraction, int] | None = None,
) -> tuple[SceneParams, Tensor, Fraction]:  # fmt: skip
    """Clip `number`: its parameters, (1, 3, F, H, W) from -1 to 1, and its rate."""
    params = scene_of(number, scenes)
    rate, frames = shape or SHAPES[number % len(SHAPES)]
    clip = to_float(paint(params, number, size, (rate, frames), "cpu"))
    return params, clip[None], rate


def clips(
    numbers: range, scenes: Sequence[str], *, rebuild: Rebuild | None = None,
    shape: tuple[Fraction, int] | None = None,
) -> Iterator[Painted]:  # fmt: skip
    """The clips of `numbers`, every third one also through the autoencoder."""
    for number in numbers:
        size = SIZES[number // len(SHAPES) % len(SIZES)]
        params, clip, rate = painted(number, scenes, size=size, shape=shape)
        small, now = looked_at(clip, rate)
        again = None
        if rebuild is not None and number % REBUILT == 0:
            again, _ = looked_at(rebuild(clip).clamp(-1, 1), rate)
        yield Painted(number, params, small, now, again)


def worn(small: Tensor, random: torch.Generator) -> Tensor:
    """Small clips (see `looked_at`) as generated and compressed clips are: softer, in blocks,
    smeared over time, noisier, a little brighter or darker."""

    def some(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand(1, generator=random))

    frames = small.shape[2]
    out = blurred(small, some(0.3, 1.5))
    if some(0, 1) < 0.3:  # blocks lose their detail
        coarse = F.interpolate(F.avg_pool3d(out, (1, 4, 4)), out.shape[2:], mode="trilinear")
        out = torch.lerp(out, coarse, some(0, 1))
    if some(0, 1) < 0.3 and frames > 4:  # a latent frame covers four
        slow = F.interpolate(F.avg_pool3d(out, (4, 1, 1)), out.shape[2:], mode="trilinear")
        out = torch.lerp(out, slow, some(0, 0.8))
    if some(0, 1) < 0.6:
        out = out + _grid(small, random, (some(0, 0.02), some(0, 0.015)))
    noise = torch.randn(out.shape, generator=random) * some(0, 0.012)
    flicker = torch.randn(*small.shape[:2], frames, 1, 1, generator=random) * some(0, 0.008)
    light = some(0.92, 1.08) * out + some(-0.025, 0.025)
    film = (light + noise + flicker).clamp(0, 1)
    return _compressed(film, round(some(40, 90))) if some(0, 1) < 0.3 else film


def _grid(small: Tensor, random: torch.Generator, much: tuple[float, float]) -> Tensor:
    """Noise that is even in each block of the autoencoder: one part stands still for the whole
    clip, the other changes with every latent frame."""
    frames, grid = small.shape[2], GRIDS[int(torch.randint(len(GRIDS), (1,), generator=random))]
    held = torch.randn(*small.shape[:2], 1, *grid, generator=random) * much[0]
    turns = -(-frames // 4)
    turning = torch.randn(*small.shape[:2], turns, *grid, generator=random) * much[1]
    each = (held + turning).repeat_interleave(4, 2)[:, :, :frames]
    return F.interpolate(each.flatten(0, 1), (HEIGHT, WIDTH)).reshape(small.shape)


def _compressed(film: Tensor, quality: int) -> Tensor:
    """Each frame once through JPEG."""
    import cv2
    import numpy as np

    out = torch.empty_like(film)
    for number, clip in enumerate((film * 255 + 0.5).to(torch.uint8).permute(0, 2, 3, 4, 1)):
        for at, frame in enumerate(clip.contiguous().numpy()):
            _, packed = cv2.imencode(".jpg", frame, (cv2.IMWRITE_JPEG_QUALITY, quality))
            shown = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))
            out[number, :, at] = torch.from_numpy(shown).permute(2, 0, 1) / 255
    return out


def refilmed(one: Painted, random: torch.Generator) -> tuple[Tensor, SceneParams]:
    """A part of the clip seen by another camera, and the parameters it would have been asked by.

    The move that was painted is taken back and another one made, inside the picture: the same
    scene tells many moves. (Things at other depths than the ground's move along with it.)
    """

    def pick(count: int) -> int:
        return int(torch.randint(count, (1,), generator=random))

    while True:
        camera, speed = CAMERA_MOVES[pick(len(CAMERA_MOVES))], LEVELS[pick(len(LEVELS))]
        asked = replace(one.params, camera=camera, camera_speed=speed)
        for crop in CROPS:
            grid = _views(one, asked, crop)
            if float(grid.abs().max()) <= 1:
                flat = one.small[0].transpose(0, 1)
                shown = F.grid_sample(flat, grid, align_corners=False)
                return shown.transpose(0, 1)[None], asked


def _views(one: Painted, asked: SceneParams, crop: float) -> Tensor:
    """Where each place of the new picture lies in the old one, (T, HEIGHT, WIDTH, 2)."""
    frames = one.small.shape[2]
    times = torch.arange(frames) / float(one.rate)
    (x0, y0, zoom0), (x1, y1, zoom1) = (
        SCENES[params.scene].stage(params, (WIDTH, HEIGHT), one.rate, frames, 0).camera(times)
        for params in (one.params, asked)
    )
    theta = torch.zeros(frames, 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = crop * zoom1 / zoom0
    theta[:, 0, 2] = (crop * x1 - x0) / zoom0 * (HEIGHT / WIDTH)
    theta[:, 1, 2] = -(crop * y1 - y0) / zoom0
    return F.affine_grid(theta, [frames, 3, HEIGHT, WIDTH], align_corners=False)


@torch.no_grad()
def examples(
    painted_clips: Iterator[Painted], scenes: Sequence[str], *, wear: bool = True,
    anew: int = REFILMED,
) -> Examples:  # fmt: skip
    """Rows for each clip: as painted, one worn, and as many as `anew` refilmed and worn."""
    table = {kind: n for n, kind in enumerate(kinds(scenes))}
    rows: list[Looks] = []
    kind, motion = [], []

    def note(small: Tensor, rate: Fraction, params: SceneParams) -> None:
        seen = looks_of(small, rate)
        rows.append(Looks(seen.stills.half(), seen.cells))
        palette = SCENES[params.scene].params(params).palette
        kind.append(table[params.scene, palette])
        motion.append(MOTIONS.index(motion_of(params.camera)))

    for one in painted_clips:
        note(one.small, one.rate, one.params)
        random = torch.Generator().manual_seed(one.number)
        if wear:
            source = one.small if one.worn_from is None else one.worn_from
            note(worn(source, random), one.rate, one.params)
        for _ in range(anew):
            small, asked = refilmed(one, random)
            note(worn(small, random) if wear else small, one.rate, asked)
    every = Looks(*(torch.cat([getattr(row, name) for row in rows]) for name in Looks.__slots__))
    return Examples(every, torch.tensor(kind), torch.tensor(motion))


def flipped(one: Examples) -> Examples:
    """The same clips with left and right exchanged."""
    return Examples(one.looks.flipped(), one.kind, torch.tensor(MIRRORED)[one.motion])
