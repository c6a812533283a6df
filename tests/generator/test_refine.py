"""Latents refined through the decoder: nearer to given frames, at any length, always the same."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from generator.autoencoder import Memory, VideoAutoencoder, psnr
from generator.builtin import WEIGHTS
from generator.checkpoint import load_config, load_weights
from generator.refine import AT_ONCE, refined
from generator.sizes import MODELS


@pytest.fixture(scope="module")
def shipped() -> VideoAutoencoder:
    network = VideoAutoencoder(load_config(WEIGHTS))
    network.load_state_dict(load_weights(WEIGHTS, "autoencoder"))
    return network.eval().requires_grad_(False)


def clip(frames: int, seed: int = 0) -> Tensor:
    """Soft spots that drift, (1, 3, frames, 48, 64) from -1 to 1."""
    random = torch.Generator().manual_seed(seed)
    x, y = torch.meshgrid(torch.linspace(0, 1, 64), torch.linspace(0, 1, 48), indexing="xy")
    out = torch.zeros(3, frames, 48, 64)
    for at in range(frames):
        for spot in range(4):
            colour, left, top = (
                torch.rand(3, generator=random.manual_seed(seed * 99 + spot)),
                *(torch.rand(2, generator=random)),
            )
            far = (x - left - 0.02 * at) ** 2 + (y - top) ** 2
            out[:, at] += colour[:, None, None] * torch.exp(-far * 60)
    return out.clamp(0, 1)[None] * 2 - 1


@pytest.mark.parametrize("frames", [1, 7, 4 * AT_ONCE + 5])
def test_refined_latents_decode_nearer_to_the_frames(
    shipped: VideoAutoencoder, frames: int
) -> None:
    given = clip(frames)
    once, better = shipped.encode(given), refined(shipped, given)
    assert better.shape == once.shape and not better.requires_grad
    found, before = (psnr(shipped.decode(z, frames), given) for z in (better, once))
    assert found > before + 0.4
    assert (better - once).square().mean().sqrt() < 0.5  # still the latents that are known


def test_the_same_frames_give_the_same_latents(shipped: VideoAutoencoder) -> None:
    assert torch.equal(refined(shipped, clip(8)), refined(shipped, clip(8)))


def test_each_clip_of_a_batch_is_refined_by_itself(shipped: VideoAutoencoder) -> None:
    both = refined(shipped, torch.cat((clip(4), clip(4, 1))))
    assert torch.allclose(both[1:], refined(shipped, clip(4, 1)), atol=1e-2)


def test_a_step_that_leads_away_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.refine.RATE", 50.0)
    torch.manual_seed(0)
    network = VideoAutoencoder(MODELS["tiny"]).eval()
    network.blocks.fit(clip(16))
    given = clip(8)
    assert torch.equal(refined(network, given), network.encode(given).detach())


def test_weights_that_are_being_trained_get_no_gradient() -> None:
    network = VideoAutoencoder(MODELS["tiny"])
    refined(network, clip(4), steps=2)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_what_is_refined_in_parts_goes_on_from_the_parts_before(
    shipped: VideoAutoencoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part's decoding starts with the memory of those before it, as decoding a shot does."""
    seen: list[Memory] = []
    stream = VideoAutoencoder.stream

    def watched(network: VideoAutoencoder, latents: Tensor, memory: Memory) -> object:
        seen.append(dict(memory))
        return stream(network, latents, memory)

    monkeypatch.setattr(VideoAutoencoder, "stream", watched)
    refined(shipped, clip(4 * AT_ONCE + 4), steps=1)
    first, later = seen[0], seen[-2]
    assert not first and later
