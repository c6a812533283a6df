"""Training clips: scenes painted small, with the grammar's captions. Clip n is always clip n."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import torch
from torch import Tensor

from generator.grammar import describe
from generator.leaves import leaves
from generator.scenes.params import CAMERA_MOVES, LEVELS, CameraMove, SceneParams
from generator.scenes.registry import SCENES
from generator.sizes import Stage, TrainConfig

RATES = (Fraction(25, 2), Fraction(25))  # clips of a stage have one of these by turns
HELD_OUT = 8  # every eighth clip is kept from training, for the figures
_MIRROR: dict[CameraMove, CameraMove] = {"pan left": "pan right", "pan right": "pan left"}


def scene_of(number: int, scenes: Sequence[str] = tuple(SCENES)) -> SceneParams:
    """The parameters of clip `number`, drawn from `scenes`, palettes, moves and levels."""
    random = torch.Generator().manual_seed(number)

    def pick(count: int) -> int:
        return int(torch.randint(count, (1,), generator=random))

    scene = SCENES[scenes[pick(len(scenes))]]
    return SceneParams(
        scene.name, scene.palettes[pick(len(scene.palettes))],
        CAMERA_MOVES[pick(len(CAMERA_MOVES))],
        *(LEVELS[pick(3)] for _ in range(3)),
    )  # fmt: skip


def mirrored(params: SceneParams) -> SceneParams:
    """What the clip shows when left and right change places."""
    return replace(params, camera=_MIRROR.get(params.camera, params.camera))


def paint(
    params: SceneParams, seed: int, size: tuple[int, int], time: tuple[Fraction, int], device: str
) -> Tensor:
    """A clip, (3, F, H, W) uint8, without sprites and grain: both are drawn over what is made.

    size: (width, height); time: (rate, frames).
    """
    shown = SCENES[params.scene].render(params, size, *time, seed, device=device, layer="plate")
    return torch.from_numpy(shown).permute(3, 0, 1, 2)


def to_float(clip: Tensor) -> Tensor:
    """Bytes to -1 to 1."""
    return clip.float() / 127.5 - 1


def rate_of(number: int) -> Fraction:
    """The rate of clip `number` of a stage."""
    return RATES[number % len(RATES)]


@dataclass
class ClipPool:
    """The autoencoder's clips: scenes at two sizes and dead leaves, painted when asked for."""

    config: TrainConfig
    seed: int = 0
    device: str = "cpu"
    scenes: tuple[str, ...] = tuple(SCENES)
    _kept: dict[int, Tensor] = field(default_factory=dict)

    def clip(self, number: int) -> Tensor:
        """(3, F, H, W) uint8: every other one large, so that blocks are smooth as well as busy."""
        if number not in self._kept:
            c = self.config
            own = self.seed * 100_003 + number
            edge = c.crop * (number % 2 + 1)
            size = (-(-edge * 5 // 3 // 16) * 16, edge)
            if number >= c.clips:
                made = ((leaves(own, size, c.frames) + 1) * 127.5).round().to(torch.uint8)
            else:
                time = RATES[number // 2 % len(RATES)], c.frames
                made = paint(scene_of(own, self.scenes), own, size, time, self.device)
            self._kept[number] = made
        return self._kept[number]

    def batch(self, step: int) -> Tensor:
        """Crops (B, 3, F, crop, crop) from -1 to 1; a pure function of seed and step."""
        random = torch.Generator().manual_seed(self.seed * 7919 + step)
        count = self.config.clips + self.config.leaves
        numbers = torch.randint(count, (self.config.batch,), generator=random).tolist()
        return torch.stack([
            self._crop(self.clip(n + 1 if n % HELD_OUT == 0 else n), random) for n in numbers
        ])  # fmt: skip

    def held_out(self, count: int) -> Tensor:
        """Whole small scene clips that training never sees, (B, 3, F, H, W)."""
        numbers = [n for n in range(0, self.config.clips, HELD_OUT) if n % 2 == 0][:count]
        return torch.stack([to_float(self.clip(n)) for n in numbers])

    def _crop(self, clip: Tensor, random: torch.Generator) -> Tensor:
        edge = self.config.crop
        top = int(torch.randint(clip.shape[2] - edge + 1, (1,), generator=random))
        left = int(torch.randint(clip.shape[3] - edge + 1, (1,), generator=random))
        cut = to_float(clip[:, :, top : top + edge, left : left + edge])
        return cut.flip(3) if torch.rand(1, generator=random) < 0.5 else cut


@dataclass(frozen=True, slots=True)
class Latents:
    """One stage's clips as latents. data: (N, C, F, h, w) bfloat16, seconds: (N,) per latent."""

    data: Tensor
    captions: list[str]
    seconds: list[float]

    def batch(
        self, size: int, random: torch.Generator, *, held_out: bool = False
    ) -> tuple[Tensor, list[str], float]:
        """Latents (B, C, F, h, w), captions, and the seconds that one latent lasts."""
        own = [n for n in range(len(self.captions)) if (n // 4 % HELD_OUT == 0) == held_out]
        rate = self.seconds[own[int(torch.randint(len(own), (1,), generator=random))]]
        same = [n for n in own if self.seconds[n] == rate]
        chosen = [same[n] for n in torch.randint(len(same), (size,), generator=random).tolist()]
        return self.data[chosen].float(), [self.captions[n] for n in chosen], rate


@torch.no_grad()
def make_latents(
    stage: Stage, encode: Callable[[Tensor], Tensor], *, seed: int, device: str,
    scenes: Sequence[str], say: Callable[[str], None],
) -> Latents:  # fmt: skip
    """Paint and encode all clips of `stage`, each as it is and mirrored."""
    from generator.autoencoder import TIME

    data, captions, seconds = [], [], []
    for number in range(stage.clips // 2):
        own = (seed + 1) * 1_000_003 + number
        rate = rate_of(number)
        params = scene_of(own, scenes)
        size = stage.width, stage.height
        clip = to_float(paint(params, own, size, (rate, stage.frames), device))
        pair = torch.stack((clip, clip.flip(3))).to(device)
        data.append(encode(pair).to("cpu", torch.bfloat16))
        captions += [describe(params), describe(mirrored(params))]
        seconds += [float(TIME / rate)] * 2
        if number % 500 == 499:
            say(f"{stage.name}: {2 * number + 2} of {stage.clips} clips are latents")
    return Latents(torch.cat(data), captions, seconds)
