"""Latents that decode nearest to given frames: the encoder's, taken further through the decoder.

An encoder answers in one go, with what holds for all clips; a few steps of gradient find what is
better for these frames (semi-amortised inference, Kim et al. 2018; in compression Campos et al.
2019). The decoder, and what a latent means, stay as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor

from generator.autoencoder import TIME, Memory, VideoAutoencoder, padded

STEPS = 10
RATE = 0.1  # of Adam, in deviations of the latents; falls to nothing over the steps
AT_ONCE = 4  # latent frames that are refined together: what has to fit into memory


@torch.no_grad()
def refined(autoencoder: VideoAutoencoder, frames: Tensor, steps: int = STEPS) -> Tensor:
    """Latents (B, C, F, H/16, W/16) of frames (B, 3, T, H, W) from -1 to 1, float32.

    Costs `steps` times a pass through the decoder and back. Never further from the frames than
    what `autoencoder.encode` gives.
    """
    memory: Memory = {}
    found = []
    cut = torch.split(padded(frames), AT_ONCE * TIME, 2)
    begun = torch.split(autoencoder.encode(frames).float(), AT_ONCE, 2)
    for latents, shown in zip(begun, cut, strict=True):
        found.append(_nearest(autoencoder, latents, shown, memory, steps))
        for _ in autoencoder.stream(found[-1], memory):  # what comes next goes on from these
            pass
    return torch.cat(found, 2)


def _nearest(
    autoencoder: VideoAutoencoder, begun: Tensor, shown: Tensor, memory: Memory, steps: int
) -> Tensor:
    """Of all latents on the way, clip by clip, those whose decoding is nearest to `shown`."""
    latents = begun.clone().requires_grad_()
    adam = torch.optim.Adam([latents], lr=RATE, betas=(0.9, 0.95))
    best, least = begun.clone(), torch.full((len(begun),), torch.inf, device=begun.device)
    for step in range(steps + 1):
        with torch.enable_grad():
            back = torch.cat(list(autoencoder.stream(latents, dict(memory))), 2)
            apart = ((back - shown) ** 2).mean((1, 2, 3, 4))
            whole = apart.sum()
        nearer = apart < least
        best[nearer], least[nearer] = latents[nearer], apart[nearer]
        if step < steps:
            (latents.grad,) = torch.autograd.grad(whole, [latents])
            adam.param_groups[0]["lr"] = RATE * (1 - step / steps)
            adam.step()
    return best
