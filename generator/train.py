"""Train the autoencoder, then the transformer: `python -m generator.train --size S --minutes 120`.

Every batch is a pure function of seed and step, so a stopped run goes on along the same curve.
Figures are printed as Markdown table rows, ready for docs/lab-log.md (--log appends them).
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator import flow
from generator.autoencoder import SPACE, TIME, VideoAutoencoder, pca_floor, psnr
from generator.checkpoint import load_state, save_config, save_state, save_weights
from generator.conditioning import CONDITION_NOISE, draw_known
from generator.dataset import RATE, ClipPool
from generator.dit import DiT
from generator.sizes import MODELS, TRAINING, ModelConfig, TrainConfig
from generator.text import word_rows

Net = TypeVar("Net", bound=nn.Module)

LATENT_NOISE = 0.05  # the decoder learns to forgive this much
NO_WORDS = 0.1  # share of captions dropped, for guidance
SAVE_EVERY_S = 120.0


@dataclass
class Run:
    """One training run in one folder. `say` prints a line of the lab log."""

    size: str
    out: Path
    seed: int = 0
    device: str = "cpu"
    say: Callable[[str], None] = print
    model: ModelConfig = field(init=False)
    plan: TrainConfig = field(init=False)
    pool: ClipPool = field(init=False)

    def __post_init__(self) -> None:
        self.model, self.plan = MODELS[self.size], TRAINING[self.size]
        self.pool = ClipPool(self.plan, self.seed, self.device)

    def random(self, step: int, stage: int) -> torch.Generator:
        return torch.Generator().manual_seed((self.seed * 31 + stage) * 1_000_003 + step)


def train(run: Run, minutes: float) -> None:
    """Both stages within `minutes`, resuming what `run.out` holds; weights at the end."""
    run.say("| stage | step | minutes | loss |\n|---|---|---|---|")
    ae_minutes = minutes * run.plan.ae_share
    encoder, _ = train_autoencoder(run, minutes=ae_minutes)
    measure_autoencoder(run, encoder)
    train_dit(run, encoder, minutes=minutes - ae_minutes)


def train_autoencoder(
    run: Run, *, minutes: float = 1e9, steps: int = 1_000_000_000
) -> tuple[VideoAutoencoder, list[float]]:
    """The averaged autoencoder and the losses of the steps made now."""
    torch.manual_seed(run.seed)
    model = VideoAutoencoder(run.model).to(run.device)

    def loss(step: int) -> Tensor:
        frames = run.pool.batch(step)[0].to(run.device)
        latents = model.encode(frames)
        noise = torch.randn(latents.shape, generator=run.random(step, 1)).to(run.device)
        scale = latents.detach().std()
        back = model.decode_batch(latents + LATENT_NOISE * scale * noise)
        return reconstruction_loss(back, frames) + 1e-4 * (latents**2).mean()

    averaged, losses = _loop(run, "autoencoder", model, loss, (run.plan.ae_rate, minutes, steps))
    _set_statistics(run, averaged)
    save_weights(run.out, "autoencoder", averaged.state_dict())
    return averaged, losses


def reconstruction_loss(back: Tensor, frames: Tensor) -> Tensor:
    """L1 of the pictures, of their edges, and of half-size pictures."""
    edges = sum(((back.diff(dim=axis) - frames.diff(dim=axis)).abs()).mean() for axis in (2, 3, 4))
    half = F.l1_loss(F.avg_pool3d(back, (1, 2, 2)), F.avg_pool3d(frames, (1, 2, 2)))
    return F.l1_loss(back, frames) + 0.5 * edges + half


@torch.no_grad()
def _set_statistics(run: Run, model: VideoAutoencoder) -> None:
    """Mean and deviation of each channel over some batches, so latents are about normal."""
    model.mean.zero_()
    model.std.fill_(1)
    latents = torch.cat([model.encode(run.pool.batch(n)[0].to(run.device)) for n in range(8)])
    flat = latents.transpose(0, 1).flatten(1)
    model.mean.copy_(flat.mean(1))
    model.std.copy_(flat.std(1).clamp(min=1e-3))


@torch.no_grad()
def measure_autoencoder(run: Run, model: VideoAutoencoder) -> tuple[float, float]:
    """PSNR on held-out clips and the PCA floor on the same, in decibels; said in the log."""
    seen = torch.cat([run.pool.batch(n)[0] for n in range(4)])
    held = run.pool.batch(0, held_out=True)[0]
    back = model.decode(model.encode(held.to(run.device)), held.shape[2]).cpu()
    figures = psnr(back.clamp(-1, 1), held), pca_floor(seen, held, run.model.channels)
    run.say(f"autoencoder: {figures[0]:.2f} dB on held-out scenes, PCA floor {figures[1]:.2f} dB")
    return figures


def train_dit(
    run: Run, encoder: VideoAutoencoder, *, minutes: float = 1e9, steps: int = 1_000_000_000
) -> tuple[DiT, list[float]]:
    """The averaged transformer and the losses of the steps made now."""
    torch.manual_seed(run.seed + 1)
    model = DiT(run.model).to(run.device)
    kept: dict[int, Tensor] = {}

    def loss(step: int) -> Tensor:
        frames, captions = run.pool.batch(step)
        with torch.no_grad():
            if step not in kept and len(kept) < 4096:
                kept[step] = encoder.encode(frames.to(run.device))
            data = kept.get(step, encoder.encode(frames.to(run.device)))
        return dit_loss(run, model, data, (captions, step))

    averaged, losses = _loop(run, "dit", model, loss, (run.plan.dit_rate, minutes, steps))
    save_weights(run.out, "dit", averaged.state_dict())
    return averaged, losses


def dit_loss(run: Run, model: DiT, data: Tensor, what: tuple[list[str], int]) -> Tensor:
    """The flow-matching loss of one batch of latents; what: (captions, step)."""
    captions, step = what
    random = run.random(step, 2)
    config = run.model
    tokens = data.shape[2] * data.shape[3] * data.shape[4]
    t = flow.draw_times(len(data), flow.shift_of(tokens, config.shift_base_tokens), random)
    mask = draw_known(tuple(data.shape), random)
    noise = torch.randn(data.shape, generator=random)
    light = torch.randn(data.shape, generator=random) * CONDITION_NOISE
    drop = torch.rand(len(data), generator=random) < NO_WORDS
    words = ["" if gone else text for gone, text in zip(drop.tolist(), captions, strict=True)]
    t, mask, noise, light = (v.to(data.device) for v in (t, mask, noise, light))
    whole = mask.amin((1, 3, 4))
    times = torch.maximum(whole, t[:, None].expand_as(whole))
    # a region's latents are data although its frame's time is t: the mask says which
    x = torch.where(mask.bool(), data + light, flow.between(noise, data, times))
    rows = word_rows(words, config.text_words, config.text_length).to(data.device)
    said = model(x, times, rows, mask, seconds_per_latent=float(TIME / RATE))
    return flow.loss(said, flow.velocity(noise, data), 1 - mask)


def _loop(
    run: Run, stage: str, model: Net, loss_of: Callable[[int], Tensor],
    limits: tuple[float, float, int],
) -> tuple[Net, list[float]]:  # fmt: skip
    """Adam with warm-up and an average of the weights, until minutes or steps are used up."""
    rate, minutes, steps = limits
    save_config(run.out, run.model)
    averaged = copy.deepcopy(model).requires_grad_(False)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0.01)
    losses: list[float] = []
    began = saved = time.monotonic()
    first = load_state(run.out, stage, (model, averaged), optimiser)
    step = first
    for step in _counting(first, steps, began + minutes * 60):
        optimiser.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / 20)
        loss = loss_of(step)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        _average(averaged, model, min(run.plan.ema, (step + 1) / (step + 10)))
        losses.append(float(loss.detach()))
        now = time.monotonic()
        if step % 100 == 0:
            run.say(f"| {stage} | {step} | {(now - began) / 60:.1f} | {losses[-1]:.4f} |")
        if now - saved > SAVE_EVERY_S:
            save_state(run.out, stage, (model, averaged), optimiser, step + 1)
            saved = now
    if losses:
        save_state(run.out, stage, (model, averaged), optimiser, step + 1)
        mean = sum(losses[-20:]) / len(losses[-20:])
        run.say(f"| {stage} | {step} | {(time.monotonic() - began) / 60:.1f} | {mean:.4f} |")
    return averaged.eval(), losses


def _counting(first: int, count: int, until: float) -> Iterator[int]:
    """Steps from `first`, at most `count` of them, until the clock reaches `until`."""
    for step in range(first, first + count):
        if time.monotonic() >= until:
            return
        yield step


@torch.no_grad()
def _average(averaged: nn.Module, model: nn.Module, keep: float) -> None:
    for old, new in zip(averaged.parameters(), model.parameters(), strict=True):
        old.lerp_(new, 1 - keep)
    for kept, now in zip(averaged.buffers(), model.buffers(), strict=True):
        kept.copy_(now)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m generator.train", description=__doc__)
    parser.add_argument("--size", choices=sorted(MODELS), default="S")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "weights")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--log", type=Path, help="a Markdown file to append the figures to")
    asked = parser.parse_args()

    def say(line: str) -> None:
        print(line, flush=True)
        if asked.log:
            with asked.log.open("a") as log:
                log.write(line + "\n")

    plan = TRAINING[asked.size]
    tokens = plan.frames // TIME * (plan.height // SPACE) * (plan.width // SPACE)
    say(f"size {asked.size}, {plan.width}x{plan.height}x{plan.frames}, {tokens} tokens a clip")
    train(Run(asked.size, asked.out, asked.seed, asked.device, say), asked.minutes)


if __name__ == "__main__":
    main()
