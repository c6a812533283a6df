"""From a request to frames with our own weights: encode conditions, sample, decode, finish."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generator import flow
from generator.autoencoder import TIME, Memory, VideoAutoencoder
from generator.checkpoint import load_config, load_weights
from generator.conditioning import Known, frame_times, known_of, occupancy
from generator.dit import DiT
from generator.finish import Finish, finished
from generator.liking import SEEDS_APART, Liking
from generator.refine import refined
from generator.sampler import (
    SAMPLERS,
    Velocity,
    Watch,
    anchored,
    channel_statistics,
    guided,
    silent,
)
from generator.sizes import ModelConfig
from generator.steady import steadied
from generator.text import word_rows
from generator.values import Frames, GeneratorError, ShotRequest
from generator.work import Trained, Window, Work, plan, trained_for, worked_size

Stop = Callable[[], None]  # raises once the creator stops the shot
Worked = NDArray[np.float16]  # (F, h, w, 3) from 0 to 255, at the size and rate worked at
MOST_STEPS = 24
MOST_THREADS = 16
FEW_STEPS = 8  # up to which learned step sizes are used, where the weights have them
BEFORE_LOOP = 2  # latents that fill the decoder's memory before a loop begins
PLAIN = Finish()


def never() -> None:
    """Nobody stops it."""


@contextmanager
def same_threads() -> Iterator[None]:
    """As many threads as this machine always uses: sums in other parts are other bytes."""
    before = torch.get_num_threads()
    torch.set_num_threads(min(MOST_THREADS, os.cpu_count() or 1))
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass
class ShotPipeline:
    """The two networks and their config. `load` reads a folder of safetensors."""

    config: ModelConfig
    autoencoder: VideoAutoencoder
    dit: DiT

    @staticmethod
    def load(folder: Path, device: str = "cpu") -> ShotPipeline:
        """The networks in `folder`. Raises GeneratorError where they are missing or do not fit."""
        config = load_config(folder)
        autoencoder, dit = VideoAutoencoder(config), DiT(config)
        try:
            autoencoder.load_state_dict(load_weights(folder, "autoencoder"))
            dit.load_state_dict(load_weights(folder, "dit"))
        except RuntimeError as error:
            raise GeneratorError(f"the weights in {folder} do not fit config.json") from error
        for network in (autoencoder, dit):
            network.to(device).eval().requires_grad_(False)
        return ShotPipeline(config, autoencoder, dit)

    def settle(self) -> None:
        """Keep the transformer's maps as they are multiplied: bf16 where that is fast.

        Otherwise every pass brings them there anew. Call it once the weights stay as they are.
        """
        from generator.training.run import fast_bf16

        if fast_bf16(self.device.type):
            for part in self.dit.modules():
                if isinstance(part, torch.nn.Linear):
                    part.to(torch.bfloat16)

    @property
    def trained(self) -> Trained:
        return trained_for(self.config)

    @property
    def device(self) -> torch.device:
        return self.dit.out.weight.device

    def size(self, request: ShotRequest, edge: int) -> tuple[int, int]:
        """The (width, height) worked at: the request's shape, multiples of 16, longest `edge`."""
        return worked_size((request.width, request.height), edge, self.trained.edges)

    def plan(self, request: ShotRequest, edge: int = 0) -> Work:
        """How the request is worked at; edge: another longest edge than those of training."""
        return plan(request, self.trained, edge=edge)

    @torch.no_grad()
    def __call__(
        self, request: ShotRequest, *, prompt: str, edge: int = 0, negative: str | None = None,
        watch: Watch = silent, stop: Stop = never, finish: Finish = PLAIN,
        liking: Liking | None = None,
    ) -> Frames:  # fmt: skip
        """Frames (F, H, W, 3) at the request's size; given frames stand where they were given.

        prompt, negative: as captions, in place of the request's own words. liking: by which the
        best of some takes is kept; the first one where None.
        """
        work = self.plan(request, edge)
        words = prompt, request.negative_prompt if negative is None else negative
        with same_threads(), self._stoppable(stop):
            if liking is None:
                worked = self._take(request, work, words, (watch, stop))
            else:
                worked = self._liked(request, work, words, (watch, stop), liking)
        return finished(worked, request, work, finish, stop)

    def _liked(
        self, request: ShotRequest, work: Work, words: tuple[str, str],
        told: tuple[Watch, Stop], liking: Liking,
    ) -> Worked:  # fmt: skip
        """The take that is liked best, each from a seed of its own."""
        watch, stop = told
        best = None
        while best is None or not liking.content:
            number = len(liking.scores)
            take = replace(request, seed=request.seed + number * SEEDS_APART)
            own = _told(watch, number, liking.tries)
            worked = self._take(take, work, words, (own, stop))
            if liking.likes(worked, work.rate):
                best = worked
        return best

    def _take(
        self, request: ShotRequest, work: Work, words: tuple[str, str], told: tuple[Watch, Stop]
    ) -> Worked:
        """One take at the size worked at; the light of a long one is held."""
        watch, stop = told
        worked = self.decoded(self.latents(request, work, words, watch), work, stop)
        ahead = any(one.at_s > 0 for one in request.conditions)  # which its light must come to
        if len(work.windows) == 1 or ahead:
            return worked
        return steadied(worked, self.trained.latents * TIME, loop=work.loop)

    def latents(
        self, request: ShotRequest, work: Work, words: tuple[str, str], watch: Watch = silent
    ) -> Tensor:
        """The sampled latents (1, C, F, h, w). words: prompt and negative prompt."""
        known = self._known(request, work)
        out = torch.zeros(work.shape(self.config.channels), device=self.device)
        wrapped = work.latents + work.wrapped
        whole = torch.cat((out, out[:, :, : work.wrapped]), 2)
        if work.wrapped:
            known = Known(*(
                torch.cat((v, v[:, :, : work.wrapped]), 2)
                for v in (known.data, known.mask, known.strength)
            ))  # fmt: skip
        anchor = None
        for number, window in enumerate(work.windows):
            own = known.cut(slice(window.start, window.stop))
            if window.overlap:
                over = slice(window.start, window.start + window.overlap)
                own = own.with_frames(slice(0, window.overlap), whole[:, :, over])
            if work.wrapped and window.stop == wrapped and window.start:
                own = own.with_frames(slice(-work.wrapped, None), whole[:, :, : work.wrapped])
            steer = _Steer(anchor, _told(watch, number, len(work.windows)), number)
            made = self._window(request, work, (window, own), words, steer)
            whole[:, :, window.start : window.stop] = made
            anchor = anchor or channel_statistics(made)
        return whole[:, :, : work.latents]

    def decoded(self, latents: Tensor, work: Work, stop: Stop = never) -> Worked:
        """Latents to frames at the size worked at; a loop's end leads into its beginning."""
        memory: Memory = {}
        count = work.frames
        out = np.empty((count, work.size[1], work.size[0], 3), np.float16)
        with self.autocast():
            if work.loop:
                for _ in self.autoencoder.stream(latents[:, :, -BEFORE_LOOP:], memory):
                    stop()
            done = 0
            for four in self.autoencoder.stream(latents, memory):
                stop()
                shown = ((four[0].float().clamp(-1, 1) + 1) * 127.5).permute(1, 2, 3, 0)
                now = shown[: count - done].cpu().numpy()
                out[done : done + len(now)] = now
                done += len(now)
        return out

    def preview(self, latents: Tensor) -> Frames:
        """One small frame of a guess, from the linear part of the decoder alone."""
        middle = latents[:, :, latents.shape[2] // 2][:, :, None]
        std, mean = (v[None, :, None, None, None] for v in (
            self.autoencoder.std, self.autoencoder.mean,
        ))  # fmt: skip
        raw = (middle * std + mean).transpose(1, 2)
        frame = self.autoencoder.blocks.decode(raw)[0, :1].float().clamp(-1, 1)
        shown: Frames = ((frame + 1) * 127.5).to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
        return shown

    def autocast(self) -> torch.autocast:
        """bf16 compute where the machine multiplies it fast, as in training; else fp32."""
        from generator.training.run import fast_bf16

        kind = self.device.type
        return torch.autocast(kind, torch.bfloat16, enabled=fast_bf16(kind))

    def _known(self, request: ShotRequest, work: Work) -> Known:
        def encode(frames: Tensor, kept: bool) -> Tensor:
            with self.autocast():
                frames = frames.to(self.device)
                way = refined if kept else VideoAutoencoder.encode
                return way(self.autoencoder, frames).float().cpu()

        known = known_of(request, work.canvas, self.config.channels, encode)
        return Known(*(v.to(self.device) for v in (known.data, known.mask, known.strength)))

    def _window(
        self, request: ShotRequest, work: Work, part: tuple[Window, Known],
        words: tuple[str, str], steer: _Steer,
    ) -> Tensor:  # fmt: skip
        """The latents of one window."""
        window, known = part
        known, rolling = _closed(known, work)
        shape = known.data.shape
        random = torch.Generator().manual_seed(request.seed * 1009 + steer.number)
        noise = torch.randn(shape, generator=random).to(self.device)
        tokens = shape[2] * shape[3] * shape[4]
        shift = flow.shift_of(tokens, self.config.shift_base_tokens)
        times = flow.schedule(min(request.steps, MOST_STEPS), shift)
        start, times = _departed(noise, known, times)
        steps = _strides(times) if self.few(request, words[1]) else None
        velocity = self._guided(request, work, (window, known), words, steps)
        way = _rolled(velocity, shape[2], random) if rolling else velocity(0)
        if steer.anchor is not None:
            way = anchored(way, steer.anchor)
        sample = SAMPLERS["euler" if steps else request.sampler]
        made = sample(
            lambda x, t: _kept(way, x, t, (known, noise)), start,
            times.to(self.device), watch=steer.watch,
        )  # fmt: skip
        return made[:, :, : window.stop - window.start]

    def few(self, request: ShotRequest, negative: str) -> bool:
        """Whether the learned step sizes are used, which have their guidance inside."""
        plain = request.sampler == "euler" and not negative
        return self.dit.few and plain and request.steps <= FEW_STEPS

    def passes(self, request: ShotRequest) -> int:
        """How often the transformer runs for each window, with and without the words."""
        steps = min(request.steps, MOST_STEPS)
        if self.few(request, request.negative_prompt):
            return steps
        twice = 1 if request.guidance == 1 else 2
        return twice * (2 * steps - 1 if request.sampler == "heun" else steps)

    def _guided(
        self, request: ShotRequest, work: Work, part: tuple[Window, Known],
        words: tuple[str, str], steps: dict[float, float] | None,
    ) -> RolledVelocity:  # fmt: skip
        """The guided velocity for the words and what is known, cut at any latent of a loop.

        steps: from each time how far the next one is, where step sizes were learned.
        """
        window, known = part
        seconds = work.seconds_per_latent
        boxes = occupancy(request.boxes, tuple(known.data.shape), seconds, window.start)
        boxes = boxes.to(self.device) if boxes is not None else None
        alone = request.guidance == 1 or words[0] == words[1] or steps is not None
        texts = [words[0]] if alone else list(words)
        rows = word_rows(texts, self.config.text_words, self.config.text_length).to(self.device)
        with self.autocast():
            read = self.dit.text(rows)
        # a GPU is busier with both in one go; a CPU's caches hold one of them
        goes = read.split(1 if self.device.type == "cpu" else len(rows))

        def at(by: int) -> Velocity:
            own = known.rolled(by) if by else known
            placed = boxes.roll(by, 2) if boxes is not None else None

            def velocity(x: Tensor, t: Tensor) -> Tensor:
                held = own.held(t)
                seen, times = torch.where(held.bool(), own.data, x), frame_times(held, t)
                step = t.new_tensor([steps[float(t)]]) if steps else None

                def said(some: Tensor) -> Tensor:
                    x, t, mask = (v.expand(len(some), *v.shape[1:]) for v in (seen, times, held))
                    flow: Tensor = self.dit(
                        x, t, some, mask, seconds_per_latent=seconds, boxes=placed, step=step
                    )
                    return flow.float()

                with self.autocast():
                    return guided(torch.cat([said(some) for some in goes]), request.guidance)

            return velocity

        return at

    @contextmanager
    def _stoppable(self, stop: Stop) -> Iterator[None]:
        """`stop` is asked before every block and all that is decoded, so that a slow step can be
        left half way."""
        if stop is never:
            yield
            return
        parts = (*self.dit.blocks, self.autoencoder.decoder[0])
        hooks = [part.register_forward_pre_hook(lambda *_: stop()) for part in parts]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()


RolledVelocity = Callable[[int], Velocity]  # latents rolled by -> velocity of the rolled latents


@dataclass(frozen=True, slots=True)
class _Steer:
    """What one window is given by those before it."""

    anchor: tuple[Tensor, Tensor] | None
    watch: Watch
    number: int


def _told(watch: Watch, number: int, count: int) -> Watch:
    """Progress of one window as progress of all."""
    return lambda share, guess: watch((number + share) / count, guess)


def _closed(known: Known, work: Work) -> tuple[Known, bool]:
    """A loop made in one go: known frames again past the end, else rolled at every step.

    | A | to make | A |        the second A is where the loop starts again
    """
    if not work.loop or work.wrapped:
        return known, False
    kept = (known.mask * (known.strength >= 1)).amin((0, 1, 3, 4)).bool().tolist()
    head = kept.index(False) if False in kept else 0
    if not head or bool(known.mask[:, :, head:].any()):
        return known, True
    parts = (known.data, known.mask, known.strength)
    return Known(*(torch.cat((v, v[:, :, :head]), 2) for v in parts)), False


def _departed(noise: Tensor, known: Known, times: Tensor) -> tuple[Tensor, Tensor]:
    """Where sampling starts. With a start to depart from in every latent, at its strength."""
    soft = known.mask * (known.strength < 1)
    if not bool((soft > 0).all()):
        return noise, times
    strength = float(known.strength.min())
    begun = times[times > strength]
    times = torch.cat((torch.tensor([strength]), begun))
    return (1 - strength) * noise + strength * known.data, times


def _kept(velocity: Velocity, x: Tensor, t: Tensor, given: tuple[Known, Tensor]) -> Tensor:
    """Latents that are held go straight from their noise to their data."""
    known, noise = given
    way = velocity(x, t)
    return torch.where(known.held(t).bool(), known.data - noise, way)


def _strides(times: Tensor) -> dict[float, float]:
    """From each time of the sampler how far the next one is."""
    return {float(t): float(after - t) for t, after in pairwise(times)}


def _rolled(velocity: RolledVelocity, frames: int, random: torch.Generator) -> Velocity:
    """The velocity of a loop: cut somewhere else each time, so that its seam is nowhere."""

    def rolled(x: Tensor, t: Tensor) -> Tensor:
        by = int(torch.randint(frames, (1,), generator=random))
        return velocity(by)(x.roll(by, 2), t).roll(-by, 2)

    return rolled
