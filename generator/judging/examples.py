"""What the judge learns from: painted clips as they are, worn, and through the autoencoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.dataset import mirrored, paint, scene_of, to_float
from generator.judge import MOTIONS, Looks, kinds, looks_of, motion_of
from generator.judging.movement import FIELD_CHANNELS, FIT_NUMBERS, LAGS, blurred, looked_at
from generator.scenes.params import SceneParams
from generator.scenes.registry import SCENES

# clip numbers far from those that the generator is trained on (see dataset.make_latents)
LEARN_FROM, CHECK_WITH, COMPARE_WITH = 900_000_000, 950_000_000, 970_000_000
SIZE = (160, 96)
SHAPES = ((Fraction(25, 2), 20), (Fraction(25), 20), (Fraction(25), 32))  # by turns
REBUILT = 3  # one clip of so many goes through the autoencoder
Rebuild = Callable[[Tensor], Tensor]  # clips through the autoencoder and back


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


def worn(small: Tensor, random: torch.Generator) -> Tensor:
    """Small clips (see `looked_at`) softer, noisier, smeared over time, a little brighter or
    darker, as generated and compressed clips are."""

    def some(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand(1, generator=random))

    def rough(*shape: int) -> Tensor:
        return torch.randn(*small.shape[:2], *shape, generator=random)

    frames, height, width = small.shape[2:]
    out = blurred(small, some(0.3, 1.6))
    if some(0, 1) < 0.4:  # blocks lose their detail
        coarse = F.interpolate(F.avg_pool3d(out, (1, 4, 4)), out.shape[2:], mode="trilinear")
        out = torch.lerp(out, coarse, some(0, 1))
    if some(0, 1) < 0.4 and frames > 4:  # a latent frame covers four
        slow = F.interpolate(F.avg_pool3d(out, (4, 1, 1)), out.shape[2:], mode="trilinear")
        out = torch.lerp(out, slow, some(0, 0.8))
    grain = rough(frames, height, width) * some(0, 0.015)
    patches = F.interpolate(rough(frames, height // 10, width // 10), out.shape[2:])
    flicker = rough(frames, 1, 1) * some(0, 0.008)
    light = some(0.92, 1.08) * out + some(-0.025, 0.025)
    return (light + grain + patches * some(0, 0.015) + flicker).clamp(0, 1)


@torch.no_grad()
def examples(
    numbers: range, scenes: Sequence[str], *, rebuild: Rebuild | None = None, wear: bool = True,
    shape: tuple[Fraction, int] | None = None,
) -> Examples:  # fmt: skip
    """A row for each clip of `numbers` as painted, and one worn, every third rebuilt before."""
    table = {kind: n for n, kind in enumerate(kinds(scenes))}
    rows: list[Looks] = []
    kind, motion = [], []
    for number in numbers:
        params, clip, rate = painted(number, scenes, shape=shape)
        small, now = looked_at(clip, rate)
        if wear:
            again = small
            if rebuild is not None and number % REBUILT == 0:
                again, _ = looked_at(rebuild(clip).clamp(-1, 1), rate)
            random = torch.Generator().manual_seed(number)
            small = torch.cat((small, worn(again, random)))
        rows.append(looks_of(small, now))
        palette = SCENES[params.scene].params(params).palette
        kind += [table[params.scene, palette]] * len(small)
        motion += [MOTIONS.index(motion_of(params.camera))] * len(small)
    every = Looks(*(torch.cat([getattr(row, name) for row in rows]) for name in Looks.__slots__))
    return Examples(every, torch.tensor(kind), torch.tensor(motion))


def flipped(one: Examples) -> Examples:
    """The same clips with left and right exchanged."""
    side_field = torch.ones(FIELD_CHANNELS)
    side_field[:: FIELD_CHANNELS // len(LAGS)] = -1
    side_fit = torch.ones(FIT_NUMBERS)
    side_fit[:: FIT_NUMBERS // len(LAGS)] = -1
    swapped = torch.tensor([MOTIONS.index(_mirror(name)) for name in MOTIONS])
    mirrored_looks = Looks(
        one.looks.stills.flip(3), one.looks.field.flip(3) * side_field[:, None, None],
        one.looks.fit * side_fit,
    )  # fmt: skip
    return replace(one, looks=mirrored_looks, motion=swapped[one.motion])


def _mirror(motion: str) -> str:
    params = mirrored(SceneParams("clouds", camera=motion))  # type: ignore[arg-type]
    return params.camera
