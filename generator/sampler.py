"""Samplers: plain functions that integrate a velocity along times from noise (0) to data (1)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

Velocity = Callable[[Tensor, Tensor], Tensor]  # (x (B, C, F, H, W), t ()) -> velocity like x
Watch = Callable[[float, Tensor], None]  # (share done, x at t = 1 as now guessed); may raise

ANCHORED_UNTIL = 0.7  # after that a window may settle as it likes


def silent(_: float, __: Tensor) -> None:
    """Watch nothing."""


@torch.no_grad()
def sample_euler(velocity: Velocity, x: Tensor, times: Tensor, *, watch: Watch = silent) -> Tensor:
    """Integrate dx/dt = velocity(x, t) along `times` with Euler steps.

    x: (B, C, F, H, W) latent noise at times[0]; returns the latent at times[-1].
    """
    for step, (t, t_next) in enumerate(pairwise(times)):
        way = velocity(x, t)
        watch((step + 1) / (len(times) - 1), x + (1 - t) * way)
        x = x + (t_next - t) * way
    return x


@torch.no_grad()
def sample_heun(velocity: Velocity, x: Tensor, times: Tensor, *, watch: Watch = silent) -> Tensor:
    """The same with Heun's second-order steps: twice the work a step, smoother paths.

    The last step is Euler's: at t = 1 the velocity says nothing any more.
    """
    for step, (t, t_next) in enumerate(pairwise(times)):
        way = velocity(x, t)
        if step + 2 < len(times):
            way = (way + velocity(x + (t_next - t) * way, t_next)) / 2
        watch((step + 1) / (len(times) - 1), x + (1 - t) * way)
        x = x + (t_next - t) * way
    return x


SAMPLERS = {"euler": sample_euler, "heun": sample_heun}


def guided(said: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance (Ho & Salimans 2022): away from what is said without the words.

    said: (2, ...), with the words and without, or for a negative prompt; (1, ...) stays as it is.
    """
    if len(said) == 1:
        return said
    words, without = said.chunk(2)
    return without + scale * (words - without)


def channel_statistics(latents: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel, each (B, C, 1, 1, 1)."""
    axes = (2, 3, 4)
    return latents.mean(axes, keepdim=True), latents.std(axes, keepdim=True).clamp(min=1e-4)


def anchored(velocity: Velocity, anchor: tuple[Tensor, Tensor]) -> Velocity:
    """Steers towards data with the channel statistics of `anchor`, so that windows of a long
    shot do not drift from the first one. Left free for the last steps."""

    def towards(x: Tensor, t: Tensor) -> Tensor:
        way = velocity(x, t)
        if t >= ANCHORED_UNTIL:
            return way
        goal = x + (1 - t) * way
        mean, spread = channel_statistics(goal)
        goal = (goal - mean) / spread * anchor[1] + anchor[0]
        return (goal - x) / (1 - t)

    return towards
