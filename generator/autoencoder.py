"""The video autoencoder: 4 frames of 16x16 pixels to one latent of 32 numbers, and back.

2D convolutions that also see the previous frame (the idea of TAEHV), so it is causal: no first
frame is special, any length works by pad and crop, and decoding can be streamed. `decode` goes
one latent frame at a time with the memory carried along, so chunks give the same bits as whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.sizes import ModelConfig

TIME, SPACE = 4, 16  # how many frames and pixels one latent covers
Memory = dict[int, Tensor]  # the last frame that each memory block saw


def _by_frame(flat: Tensor, like: Tensor) -> Tensor:
    """(B F, C, H, W) to (B, F, C, H, W), with B and F as in `like`."""
    return flat.reshape(like.shape[0], like.shape[1], *flat.shape[1:])


class MemoryBlock(nn.Module):
    """A residual block over this frame and the one before. x: (B, F, C, H, W)."""

    def __init__(self, number: int, width: int) -> None:
        super().__init__()
        self.number = number
        self.both = nn.Conv2d(2 * width, width, 3, padding=1)
        self.out = nn.Conv2d(width, width, 3, padding=1)
        for zero in self.out.parameters():
            nn.init.zeros_(zero)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        before = memory.get(self.number, torch.zeros_like(x[:, :1]))
        memory[self.number] = x[:, -1:]
        past = torch.cat((before, x[:, :-1]), 1)
        inside = self.both(torch.cat((x, past), 2).flatten(0, 1))
        return x + _by_frame(self.out(F.silu(inside)), x)


class PerFrame(nn.Module):
    """A 2D module applied to each frame."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor, memory: Memory) -> Tensor:  # noqa: ARG002 - one shape for all
        return _by_frame(self.inner(x.flatten(0, 1)), x)


class Halve(nn.Module):
    """Two frames to one."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(2 * width, width, 1)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:  # noqa: ARG002
        b, f, c, h, w = x.shape
        pairs = x.reshape(b, f // 2, 2 * c, h, w)
        return _by_frame(self.mix(pairs.flatten(0, 1)), pairs)


class Double(nn.Module):
    """One frame to two."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(width, 2 * width, 1)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:  # noqa: ARG002
        b, f, c, h, w = x.shape
        out: Tensor = self.mix(x.flatten(0, 1))
        return out.reshape(b, 2 * f, c, h, w)


class Up(nn.Sequential):
    """Twice as large, then a convolution."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(nn.Upsample(scale_factor=2), nn.Conv2d(before, after, 3, padding=1))


def _encoder(w: tuple[int, int, int, int], channels: int) -> nn.ModuleList:
    def down(a: int, b: int) -> nn.Module:
        return PerFrame(nn.Sequential(nn.Conv2d(a, b, 3, stride=2, padding=1), nn.SiLU()))

    return nn.ModuleList((
        PerFrame(nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, w[0], 3, padding=1), nn.SiLU())),
        down(w[0], w[1]), MemoryBlock(0, w[1]), Halve(w[1]),
        down(w[1], w[2]), MemoryBlock(1, w[2]), Halve(w[2]),
        down(w[2], w[3]), MemoryBlock(2, w[3]), MemoryBlock(3, w[3]),
        PerFrame(nn.Conv2d(w[3], channels, 1)),
    ))  # fmt: skip


def _decoder(w: tuple[int, int, int, int], channels: int) -> nn.ModuleList:
    def up(a: int, b: int) -> nn.Module:
        return PerFrame(nn.Sequential(Up(a, b), nn.SiLU()))

    return nn.ModuleList((
        PerFrame(nn.Conv2d(channels, w[3], 3, padding=1)),
        MemoryBlock(10, w[3]), MemoryBlock(11, w[3]), up(w[3], w[2]), Double(w[2]),
        MemoryBlock(12, w[2]), up(w[2], w[1]), Double(w[1]), MemoryBlock(13, w[1]),
        up(w[1], w[0]), MemoryBlock(14, w[0]),
        PerFrame(nn.Sequential(nn.Conv2d(w[0], 12, 3, padding=1), nn.PixelShuffle(2))),
    ))  # fmt: skip


class VideoAutoencoder(nn.Module):
    """Frames (B, 3, T, H, W) from -1 to 1 <-> normalised latents (B, C, F, H/16, W/16)."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.channels = config.channels
        self.encoder = _encoder(config.ae_widths, config.channels)
        self.decoder = _decoder(config.ae_widths, config.channels)
        self.register_buffer("mean", torch.zeros(config.channels))
        self.register_buffer("std", torch.ones(config.channels))

    def encode(self, frames: Tensor) -> Tensor:
        """Latents of frames, padded to whole latents by repeating the last frame and edges."""
        z = _run(self.encoder, _padded(frames).transpose(1, 2), {}).transpose(1, 2)
        return (z - self._per_channel(self.mean)) / self._per_channel(self.std)

    def decode_batch(self, latents: Tensor) -> Tensor:
        """All frames in one go, (B, 3, 4F, 16H, 16W): for training."""
        return _run(self.decoder, self._raw(latents), {}).transpose(1, 2)

    def stream(self, latents: Tensor, memory: Memory | None = None) -> Iterator[Tensor]:
        """Four frames (B, 3, 4, 16H, 16W) for each latent frame in order.

        Give the same `memory` dict again with the latents that follow to go on where it stopped.
        """
        state = memory if memory is not None else {}
        raw = self._raw(latents)
        for at in range(raw.shape[1]):
            yield _run(self.decoder, raw[:, at : at + 1], state).transpose(1, 2)

    def decode(self, latents: Tensor, frames: int = 0) -> Tensor:
        """Frames (B, 3, T, 16H, 16W), cropped to `frames` when given."""
        out = torch.cat(list(self.stream(latents)), 2)
        return out[:, :, :frames] if frames else out

    def _raw(self, latents: Tensor) -> Tensor:
        z = latents * self._per_channel(self.std) + self._per_channel(self.mean)
        return z.transpose(1, 2)

    @staticmethod
    def _per_channel(value: Tensor) -> Tensor:
        return value[None, :, None, None, None]


def _run(blocks: nn.ModuleList, x: Tensor, memory: Memory) -> Tensor:
    for block in blocks:
        x = block(x, memory)
    return x


def _padded(frames: Tensor) -> Tensor:
    """(B, 3, T, H, W) with T a multiple of 4, H and W of 16."""
    time, height, width = (
        -n % by for n, by in zip(frames.shape[2:], (TIME, SPACE, SPACE), strict=True)
    )
    if not (time or height or width):
        return frames
    return F.pad(frames, (0, width, 0, height, 0, time), mode="replicate")


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio in decibels of frames from -1 to 1."""
    error = float(((a - b) ** 2).mean())
    return float("inf") if error == 0 else -10 * torch.log10(torch.tensor(error / 4)).item()


def pca_floor(seen: Tensor, held_out: Tensor, channels: int = 32) -> float:
    """PSNR of a PCA of the same blocks with as many numbers: what the autoencoder must beat.

    seen, held_out: (B, 3, T, H, W); the basis is fitted on `seen`.
    """

    def blocks(frames: Tensor) -> Tensor:
        b, c, t, h, w = frames.shape
        cut = frames.reshape(b, c, t // TIME, TIME, h // SPACE, SPACE, w // SPACE, SPACE)
        return cut.permute(0, 2, 4, 6, 1, 3, 5, 7).reshape(-1, c * TIME * SPACE * SPACE)

    train, test = blocks(seen), blocks(held_out)
    middle = train.mean(0)
    _, _, basis = torch.pca_lowrank(train - middle, q=min(channels, *train.shape), center=False)
    back = (test - middle) @ basis @ basis.T + middle
    return psnr(back, test)
