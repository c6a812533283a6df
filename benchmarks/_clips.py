"""The clips that the generator's benchmark looks at: asked for, painted, rebuilt and made."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from generator.conditioning import from_unit, to_unit
from generator.dataset import paint, scene_of
from generator.finish import Finish
from generator.grammar import describe
from generator.judge import Judge, Seen
from generator.judging import figures
from generator.judging.examples import COMPARE_WITH
from generator.liking import Liking, judged
from generator.pipeline import ShotPipeline
from generator.refine import refined
from generator.scenes.params import SceneParams
from generator.scenes.registry import SCENES
from generator.values import Frames, ShotRequest

COUNT = 64  # clips; a run takes some minutes on two cores
TOLD_EVERY = 8  # clips made between two lines of progress


def silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure and how much of it. size: (width, height).

    footage, sheets: folders; json: a file for the figures; only: groups of figures, all when empty.
    """

    weights: Path
    scenes: tuple[str, ...] = tuple(SCENES)
    count: int = COUNT
    steps: int = 16
    few_steps: int = 4
    guidance: float = 4.0
    size: tuple[int, int] = (160, 96)
    frames: int = 20
    rate: Fraction = Fraction(25, 2)
    full_size: tuple[int, int, int] = (256, 144, 33)  # width, height, frames
    judge: Path | None = None  # where the judge is kept; beside the weights when None
    footage: Path | None = None
    sheets: Path | None = None
    json: Path | None = None
    device: str = "cpu"
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """Clips of one source with what the judge read in them. features: (N, D)."""

    clips: list[Frames]
    seen: list[Seen]
    features: Tensor

    def agreements(self, asked: Sequence[SceneParams]) -> list[tuple[bool, bool, bool]]:
        """Where each clip shows what was asked: scene, palette, motion."""
        return [one.agrees(params) for one, params in zip(self.seen, asked, strict=True)]


@dataclass
class Bench:
    """One run: the networks, the judge, and every set of clips, made when first asked for."""

    options: Options
    pipeline: ShotPipeline
    judge: Judge
    say: Callable[[str], None] = silent
    takes: int = 0  # made while choosing

    @cached_property
    def asked(self) -> list[SceneParams]:
        return [scene_of(n, self.options.scenes) for n in self._numbers(0)]

    @cached_property
    def told(self) -> list[bool]:
        """Of each clip, whether its camera can be told in that scene at all."""
        return [self.judge.tells(params) for params in self.asked]

    def shares(self, read: Read) -> tuple[float, float, float]:
        """Shares of clips whose scene, palette and motion are read as asked."""
        return figures.share_right(read.agreements(self.asked), self.told)

    @cached_property
    def real(self) -> Read:
        """Painted clips with the parameters that were asked for."""
        return self.read([self.painted(n) for n in self._numbers(0)])

    @cached_property
    def other(self) -> Read:
        """As many painted clips again, of other numbers."""
        return self.read([self.painted(n) for n in self._numbers(1)])

    @cached_property
    def rebuilt(self) -> Read:
        """The painted clips through the autoencoder: what a perfect transformer would give."""
        return self.read([self.rebuild(clip) for clip in self.real.clips])

    @cached_property
    def made(self) -> Read:
        return self.read(self._make(self.options.steps))

    @cached_property
    def chosen(self) -> Read:
        """As a creator is given them: the best of some takes, chosen by this very judge."""
        return self.read(self._make(self.options.steps, choosing=True))

    @cached_property
    def made_in_few(self) -> Read:
        return self.read(self._make(self.options.few_steps))

    def painted(
        self, number: int, *, params: SceneParams | None = None,
        size: tuple[int, int] | None = None, frames: int = 0,
    ) -> Frames:  # fmt: skip
        """Clip `number`, in the benchmark's shape unless another is given."""
        o = self.options
        shown = paint(
            params or scene_of(number, o.scenes), number, size or o.size,
            (o.rate, frames or o.frames), "cpu",
        )  # fmt: skip
        found: Frames = shown.permute(1, 2, 3, 0).numpy()
        return found

    @torch.no_grad()
    def rebuild(self, clip: Frames, *, given: bool = False) -> Frames:
        """A clip through the autoencoder and back; given: refined, as given frames are."""
        network = self.pipeline.autoencoder
        x = to_unit(clip).to(self.options.device)
        back = network.decode(refined(network, x) if given else network.encode(x), len(clip))
        return from_unit(back[..., : clip.shape[1], : clip.shape[2]].clamp(-1, 1))

    def read(self, clips: list[Frames]) -> Read:
        """What the judge sees in clips of one shape."""
        seen, features = [], []
        for clip in clips:
            one, feature = self.judge.read(to_unit(clip), self.options.rate)
            seen += one
            features.append(feature)
        return Read(clips, seen, torch.cat(features))

    def request(self, params: SceneParams, seed: int) -> ShotRequest:
        """A shot of the benchmark's shape from the caption of `params`."""
        o = self.options
        return ShotRequest(
            describe(params), duration_s=o.frames / o.rate, width=o.size[0], height=o.size[1],
            rate=o.rate, seed=seed, steps=o.steps, guidance=o.guidance,
        )  # fmt: skip

    def shoot(
        self, request: ShotRequest, *, placed: bool = True, liking: Liking | None = None
    ) -> Frames:
        """The shot worked at the size asked for: no gate, no enlarging, no sprites, no grain.

        placed: given frames are put back into the shot as they were given.
        """
        edge = max(request.width, request.height)
        return self.pipeline(
            request, prompt=request.prompt, edge=edge, finish=Finish(placed=placed), liking=liking
        )

    def _make(self, steps: int, *, choosing: bool = False) -> list[Frames]:
        made, began = [], time.monotonic()
        for seed, params in enumerate(self.asked):
            if seed and seed % TOLD_EVERY == 0:
                spent = time.monotonic() - began
                self.say(f"{seed} of {len(self.asked)} clips in {steps} steps, {spent:.0f} s")
            liking = judged(self.judge, params) if choosing else None
            request = replace(self.request(params, seed), steps=steps)
            made.append(self.shoot(request, liking=liking))
            self.takes += len(liking.scores) if liking else 0
        return made

    def _numbers(self, part: int) -> range:
        first = COMPARE_WITH + part * self.options.count
        return range(first, first + self.options.count)
