"""Long steps: the transformer learns where two steps of its own average would take it.

The idea of shortcut models (Frans et al. 2024): the network is told how far t moves, and from a
point on the path one step must lead where two half steps lead; no derivative is needed. The
shortest steps learn from the velocity itself, with guidance, so that a long step needs none.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generator import flow
from generator.conditioning import CONDITION_NOISE, draw_known
from generator.dataset import Batch
from generator.dit import DiT
from generator.text import word_rows
from generator.training.crew import ALONE, Crew

COUNTS = (1, 2, 4, 8)  # steps of a whole path that are learned; halves of the last are velocities
GUIDANCE = 3.0
NO_WORDS = 0.1
SHARE = 4  # one of this many clips of a batch


def few_loss(
    model: DiT, averaged: DiT, clips: Batch, random: torch.Generator, *, crew: Crew = ALONE
) -> Tensor:
    """The squared error of long steps against two half steps of `averaged`."""
    config, device = model.config, model.out.weight.device
    count = max(crew.count, len(clips.data) // SHARE // crew.count * crew.count)
    data = clips.data[:count]
    tokens = data.shape[2] * data.shape[3] * data.shape[4]
    steps = COUNTS[int(torch.randint(len(COUNTS), (1,), generator=random))]
    fine = flow.schedule(2 * steps, flow.shift_of(tokens, config.shift_base_tokens))
    at = 2 * torch.randint(steps, (count,), generator=random)
    mask = draw_known(tuple(data.shape), random)
    noise = torch.randn(data.shape, generator=random)
    light = torch.randn(data.shape, generator=random) * CONDITION_NOISE
    drop = torch.rand(count, generator=random) < NO_WORDS
    words = ["" if g else w for g, w in zip(drop.tolist(), clips.captions[:count], strict=True)]
    own, missing = crew.rows(count), float((1 - mask).sum())
    rows = word_rows(words[own], config.text_words, config.text_length).to(device)
    times = torch.stack((fine[at], fine[at + 1], fine[at + 2]), 1)[own].to(device)
    mask, noise, data, light = (v[own].to(device) for v in (mask, noise, data, light))
    whole = mask.amin((1, 3, 4))
    x = torch.where(
        mask.bool(), data + light, flow.between(noise, data, _frames(times[:, 0], whole))
    )
    say = _Says(rows, mask, whole, clips.seconds)
    with torch.no_grad():
        goal = _two_halves(averaged, say, x, times, guided=steps == COUNTS[-1])
    said = say(model, x, times[:, 0], times[:, 2] - times[:, 0])
    free = 1 - mask
    share = crew.count * free.sum() / max(1.0, missing)
    return flow.loss(said.float(), goal.float(), free) * share


class _Says:
    """What a network says of these clips at a time, for a step of a size."""

    def __init__(self, rows: Tensor, mask: Tensor, whole: Tensor, seconds: float) -> None:
        self.rows, self.mask, self.whole, self.seconds = rows, mask, whole, seconds

    def __call__(
        self, model: DiT, x: Tensor, t: Tensor, step: Tensor | None, *, words: bool = True
    ) -> Tensor:
        rows = self.rows if words else torch.zeros_like(self.rows)
        times = _frames(t, self.whole)
        said: Tensor = model(x, times, rows, self.mask, seconds_per_latent=self.seconds, step=step)
        return said.float()


def _two_halves(model: DiT, say: _Says, x: Tensor, times: Tensor, *, guided: bool) -> Tensor:
    """The mean velocity of two half steps. times: (B, 3) of start, middle and end."""
    start, middle, end = times.unbind(1)

    def velocity(at: Tensor, t: Tensor, step: Tensor) -> Tensor:
        if not guided:
            return say(model, at, t, step)
        away = say(model, at, t, None, words=False)
        return away + GUIDANCE * (say(model, at, t, None) - away)

    first, second = (_wide(v) for v in (middle - start, end - middle))
    one = velocity(x, start, middle - start)
    then = torch.where(say.mask.bool(), x, x + first * one)
    two = velocity(then, middle, end - middle)
    return (first * one + second * two) / (first + second)


def _frames(t: Tensor, whole: Tensor) -> Tensor:
    """The time of each latent frame, (B, F): 1 where the frame is known."""
    return torch.maximum(whole, t[:, None].expand_as(whole))


def _wide(v: Tensor) -> Tensor:
    return v[:, None, None, None, None]
