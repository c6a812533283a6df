"""Flow matching. t = 0 is noise and t = 1 is data, here and everywhere in this room.

    x_t = (1 - t) noise + t data        velocity = dx/dt = data - noise

Lipman et al. 2023 and Liu et al. 2023 for the path; Esser et al. 2024 for logit-normal times and
for shifting them towards noise as a picture has more tokens.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def between(noise: Tensor, data: Tensor, t: Tensor) -> Tensor:
    """The point on the path at t. noise, data: (B, C, F, H, W); t: (B, F)."""
    t = t[:, None, :, None, None]
    return (1 - t) * noise + t * data


def velocity(noise: Tensor, data: Tensor) -> Tensor:
    """What the network learns to say, the same at every t."""
    return data - noise


def shift_of(tokens: int, base_tokens: int) -> float:
    """How far times move towards noise: 1 at `base_tokens`, growing with the square root."""
    return max(1.0, math.sqrt(tokens / base_tokens))


def shifted(t: Tensor, shift: float) -> Tensor:
    """Times moved towards noise; 0 and 1 stay. Used alike in training and in sampling."""
    level = 1 - t  # how much noise
    return 1 - shift * level / (1 + (shift - 1) * level)


def draw_times(batch: int, shift: float, random: torch.Generator) -> Tensor:
    """Logit-normal times for training, (B,), shifted."""
    return shifted(torch.sigmoid(torch.randn(batch, generator=random)), shift)


def schedule(steps: int, shift: float) -> Tensor:
    """The times of a sampler, (steps + 1,) from 0 to 1, shifted as in training."""
    return shifted(torch.linspace(0, 1, steps + 1, dtype=torch.float64), shift).float()


def loss(said: Tensor, true: Tensor, weight: Tensor) -> Tensor:
    """Mean squared error of the velocity where weight is 1. weight: (B, 1, F, H, W)."""
    error = ((said - true) ** 2).mean(1, keepdim=True)
    return (error * weight).sum() / weight.sum().clamp(min=1)
