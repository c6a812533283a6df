"""Training clips: scenes painted small, with the grammar's captions. Clip n is always clip n."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

import torch
from torch import Tensor

from generator.grammar import describe
from generator.leaves import leaves
from generator.scenes.params import CAMERA_MOVES, LEVELS, CameraMove, SceneParams
from generator.scenes.registry import SCENES
from generator.sizes import Stage, TrainConfig

RATES = (Fraction(25, 2), Fraction(25))  # clips of a stage have one of these by turns
T = TypeVar("T")
GROUP = 16  # clips encoded at once where other processes paint
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


def occupied(
    params: SceneParams, seed: int, size: tuple[int, int], time: tuple[Fraction, int]
) -> Tensor:
    """Where the scene's things are, (1, F, H/16, W/16) uint8: 1 where one is in a latent.

    For a scene whose things have no place all zeros. Arguments as for `paint`.
    """
    from generator.autoencoder import SPACE, TIME

    scene, (rate, frames) = SCENES[params.scene], time
    width, height = size[0] // SPACE, size[1] // SPACE
    out = torch.zeros(1, -(-frames // TIME), height, width, dtype=torch.uint8)
    for box in scene.boxes(scene.stage(params, size, rate, frames, seed)):
        at, inside = divmod(round(box.at_s * rate), TIME)
        if inside != min(TIME // 2, frames - 1 - at * TIME):
            continue  # a latent has its things where they are in its middle
        top, left = int(box.top * height), int(box.left * width)
        rows = slice(top, max(top + 1, round(box.bottom * height)))
        columns = slice(left, max(left + 1, round(box.right * width)))
        out[0, at, rows, columns] = 1
    return out


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

    def fill(self, workers: int) -> None:
        """Paint all clips now in `workers` processes; with none, each when it is asked for."""
        if workers and not self._kept:
            everything = range(self.config.clips + self.config.leaves)
            bare = replace(self)
            self._kept = dict(enumerate(in_order(bare.clip, everything, workers)))

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


def in_order(job: Callable[[int], T], numbers: Iterable[int], workers: int) -> Iterator[T]:
    """`job` of each number in order, ahead of time in `workers` processes (here with none)."""
    if not workers:
        yield from map(job, numbers)
        return
    with get_context("spawn").Pool(workers, torch.set_num_threads, (1,)) as pool:
        yield from pool.imap(job, numbers, chunksize=4)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some clips as latents. data: (B, C, F, h, w), boxes: (B, 1, F, h, w), both float32.

    seconds: how long one latent lasts, the same for all of them.
    """

    data: Tensor
    captions: list[str]
    seconds: float
    boxes: Tensor


@dataclass(frozen=True, slots=True)
class Latents:
    """One stage's clips as latents. data: (N, C, F, h, w) bfloat16, seconds: (N,) per latent.

    boxes: (N, 1, F, h, w) uint8, 1 where a thing of the scene is.
    """

    data: Tensor
    captions: list[str]
    seconds: list[float]
    boxes: Tensor

    def batch(self, size: int, random: torch.Generator, *, held_out: bool = False) -> Batch:
        """`size` clips of one rate, drawn by `random`."""
        seconds = torch.tensor(self.seconds)
        own = (torch.arange(len(seconds)) // 4 % HELD_OUT == 0) == held_out
        some = torch.nonzero(own)[:, 0]
        rate = seconds[some[int(torch.randint(len(some), (1,), generator=random))]]
        same = torch.nonzero(own & (seconds == rate))[:, 0]
        chosen = same[torch.randint(len(same), (size,), generator=random)].tolist()
        captions = [self.captions[n] for n in chosen]
        return Batch(self.data[chosen].float(), captions, float(rate), self.boxes[chosen].float())


@dataclass(frozen=True, slots=True)
class _Painting:
    """The job of painting clip `number` of a stage; it travels to the painting processes."""

    stage: Stage
    seed: int
    device: str
    scenes: tuple[str, ...]

    def params(self, number: int) -> SceneParams:
        return scene_of(self.own(number), self.scenes)

    def own(self, number: int) -> int:
        return (self.seed + 1) * 1_000_003 + number

    def __call__(self, number: int) -> tuple[Tensor, Tensor]:
        size = self.stage.width, self.stage.height
        what = self.params(number), self.own(number), size, (rate_of(number), self.stage.frames)
        return paint(*what, self.device), occupied(*what)


@torch.no_grad()
def make_latents(
    stage: Stage, encode: Callable[[Tensor], Tensor], *, seed: int, device: str,
    scenes: Sequence[str], say: Callable[[str], None], workers: int = 0,
) -> Latents:  # fmt: skip
    """Paint and encode all clips of `stage`, each as it is and mirrored.

    With workers the clips are painted in as many processes while those before are encoded.
    """
    from generator.autoencoder import TIME

    data, boxes, captions, seconds = [], [], [], []
    job = _Painting(stage, seed, "cpu" if workers else device, tuple(scenes))
    painted = enumerate(in_order(job, range(stage.clips // 2), workers))
    while group := list(islice(painted, GROUP if workers else 1)):
        clips = to_float(torch.stack([clip for _, (clip, _) in group]).to(device))
        both = torch.stack((clips, clips.flip(4)), 1).flatten(0, 1)
        data.append(encode(both).to("cpu", torch.bfloat16))
        for number, (_, places) in group:
            params = job.params(number)
            boxes += [places, places.flip(3)]
            captions += [describe(params), describe(mirrored(params))]
            seconds += [float(TIME / rate_of(number))] * 2
            if number % 500 == 499:
                say(f"{stage.name}: {2 * number + 2} of {stage.clips} clips are latents")
    return Latents(torch.cat(data), captions, seconds, torch.stack(boxes))
