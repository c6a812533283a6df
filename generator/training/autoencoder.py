"""Training of the autoencoder: from a PCA of the blocks to better than it."""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.autoencoder import VideoAutoencoder, pca_floor, psnr
from generator.checkpoint import save_weights
from generator.training.run import WITHOUT_END, Limits, Run, loop, split_optimisers

PCA_BATCHES = 40
LATENT_NOISE = 0.2  # at most this much is put on latents; the decoder learns to forgive it
HELD = 0.05  # weight of the squared way that latents went from where they were
AGAIN = 0.5  # of the learning rate, for weights that were trained before


def train_autoencoder(
    run: Run, limits: Limits = WITHOUT_END
) -> tuple[VideoAutoencoder, list[float]]:
    """The averaged autoencoder and the losses of the steps made now.

    From weights that were given (`run.init`) the latents stay near where those have them, so that
    the transformer beside them still fits.
    """
    torch.manual_seed(run.seed)
    model = VideoAutoencoder(run.model)
    run.pool.fill(run.workers)
    begun = (run.out / "train-autoencoder.safetensors").is_file()
    given = run.begin(model, "autoencoder")
    if not given and not begun:
        model.blocks.fit(seen_by_pca(run))
    model.to(run.device)
    before = copy.deepcopy(model).requires_grad_(False) if given else None
    own = run.crew.rows(run.plan.batch)

    def loss(step: int, _: VideoAutoencoder) -> Tensor:
        frames = run.pool.batch(step)[own].to(run.device)
        random = run.random(step, 1)
        with run.autocast():
            latents = model.encode(frames)
            known = before.encode(frames) if before else latents
            whole = (run.plan.batch, *latents.shape[1:])
            noise = torch.randn(whole, generator=random)[own].to(run.device)
            level = LATENT_NOISE * torch.rand(whole[0], 1, 1, 1, 1, generator=random)
            level[::2] = 0  # half of them as they are, half as worn as a transformer's
            level = level[own].to(run.device)
            noisy = known + level * deviation(run, latents) * noise
            back = model.decode_batch(torch.where(level > 0, noisy, latents))
        small: Tensor = 1e-3 * (latents**2).mean() + HELD * ((latents - known) ** 2).mean()
        return reconstruction_loss(back, frames) + small

    rate = run.plan.ae_rate * (AGAIN if given else 1)
    optimisers = split_optimisers([*model.encoder.parameters(), *model.decoder.parameters()], rate)
    linear = {"params": [*model.blocks.parameters()], "lr": 0.02 * rate}
    optimisers[1].add_param_group(linear)
    averaged, losses = loop(run, "autoencoder", model, loss, optimisers, limits)
    if not given:
        set_statistics(run, averaged)
    if run.crew.rank == 0:
        save_weights(run.out, "autoencoder", averaged.state_dict(), torch.bfloat16)
    run.crew.wait()
    return averaged, losses


def deviation(run: Run, latents: Tensor) -> Tensor:
    """The standard deviation of the whole batch's latents, whoever holds them."""
    seen = latents.detach().float()
    moments = torch.stack((seen.mean(), seen.square().mean()))
    run.crew.average([moments])
    return (moments[1] - moments[0].square()).clamp(min=1e-8).sqrt()


def seen_by_pca(run: Run) -> Tensor:
    """Crops for fitting a PCA, (B, 3, F, crop, crop)."""
    return torch.cat([run.pool.batch(n) for n in range(PCA_BATCHES)])


def reconstruction_loss(back: Tensor, frames: Tensor) -> Tensor:
    """Squared error of all pictures, its root clip by clip, and L1 of changes along each axis.

    The root minds quiet clips, whose squared error is next to nothing.
    """
    squared = ((back - frames) ** 2).mean((1, 2, 3, 4))
    edges = sum(F.l1_loss(back.diff(dim=axis), frames.diff(dim=axis)) for axis in (2, 3, 4))
    return 8 * squared.mean() + 0.5 * (squared + 1e-5).sqrt().mean() + 0.1 * edges


@torch.no_grad()
def set_statistics(run: Run, model: VideoAutoencoder) -> None:
    """The mean of each channel, and one deviation for all: a weak channel stays weak.

    Scaling every channel to deviation 1 would make the transformer spend itself on channels that
    move the picture by less than a grey level.
    """
    model.mean.zero_()
    model.std.fill_(1)
    latents = torch.cat([model.encode(run.pool.batch(n).to(run.device)) for n in range(8)])
    flat = latents.transpose(0, 1).flatten(1)
    model.mean.copy_(flat.mean(1))
    model.std.fill_(float((flat - flat.mean(1, keepdim=True)).pow(2).mean().sqrt()))


@torch.no_grad()
def measure_autoencoder(run: Run, model: VideoAutoencoder) -> tuple[float, float]:
    """PSNR on held-out clips and the PCA floor on the same, in decibels; said in the log."""
    held = run.pool.held_out(24)
    back = torch.cat([
        model.decode(model.encode(clip[None].to(run.device)), held.shape[2]).cpu() for clip in held
    ])  # fmt: skip
    floor = pca_floor(seen_by_pca(run), held, run.model.channels)
    figures = psnr(back.clamp(-1, 1), held), floor
    run.say(f"autoencoder: {figures[0]:.2f} dB on held-out scenes, PCA floor {figures[1]:.2f} dB")
    return figures
