"""Samplers: plain functions that integrate a velocity along times from noise (0) to data (1)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

Velocity = Callable[[Tensor, Tensor], Tensor]  # (x (B, C, F, H, W), t ()) -> velocity like x
Hold = Callable[[Tensor, Tensor], Tensor]  # (x, t ()) -> x with what is known written in
Watch = Callable[[float, Tensor], None]  # (share done, x); may raise to stop


def _free(x: Tensor, _: Tensor) -> Tensor:
    return x


def silent(_: float, __: Tensor) -> None:
    """Watch nothing."""


@torch.no_grad()
def sample_euler(
    velocity: Velocity, x: Tensor, times: Tensor, *, hold: Hold = _free, watch: Watch = silent
) -> Tensor:
    """Integrate dx/dt = velocity(x, t) along `times` with Euler steps.

    x: (B, C, F, H, W) latent noise at times[0]; returns the latent at times[-1].
    """
    for step, (t, t_next) in enumerate(pairwise(times)):
        x = hold(x, t)
        x = x + (t_next - t) * velocity(x, t)
        watch((step + 1) / (len(times) - 1), x)
    return hold(x, times[-1])


@torch.no_grad()
def sample_heun(
    velocity: Velocity, x: Tensor, times: Tensor, *, hold: Hold = _free, watch: Watch = silent
) -> Tensor:
    """The same with Heun's second-order steps: twice the work a step, smoother paths."""
    for step, (t, t_next) in enumerate(pairwise(times)):
        x = hold(x, t)
        first = velocity(x, t)
        ahead = hold(x + (t_next - t) * first, t_next)
        second = velocity(ahead, t_next)
        x = x + (t_next - t) * (first + second) / 2
        watch((step + 1) / (len(times) - 1), x)
    return hold(x, times[-1])


def guided(with_words: Velocity, without: Velocity, scale: float) -> Velocity:
    """Classifier-free guidance (Ho & Salimans 2022): away from `without`, which may be a
    negative prompt. A scale of 1 needs no second pass."""
    if scale == 1:
        return with_words

    def both(x: Tensor, t: Tensor) -> Tensor:
        away = without(x, t)
        return away + scale * (with_words(x, t) - away)

    return both
