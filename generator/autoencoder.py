"""The video autoencoder: 4 frames of 16x16 pixels to one latent of 32 numbers, and back.

A linear map of each block (it starts as a PCA of the training clips, which is also the floor to
beat) plus 2D convolutions that also see the previous frame (the idea of TAEHV). So it is causal:
no first frame is special, any length works by pad and crop, and decoding can be streamed. `decode`
goes one latent frame at a time with the memory carried along, so chunks give the same bits as
whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.borders import ease_step, ease_steps, smooth_picture
from generator.sizes import ModelConfig

TIME, SPACE = 4, 16  # how many frames and pixels one latent covers
Memory = dict[int, Tensor]  # the last frame that each memory block saw
SHOWN = -1  # where the memory keeps the last two frames that were decoded


class Conv(nn.Module):
    """A 2D convolution whose kernel is kept as a matrix (after, before * size * size), as Muon
    wants it. A size of 3 keeps the picture's edges; stride 2 halves them."""

    def __init__(self, before: int, after: int, size: int = 3, *, stride: int = 1) -> None:
        super().__init__()
        self.size, self.stride = size, stride
        drawn = nn.Conv2d(before, after, size)
        self.weight = nn.Parameter(drawn.weight.detach().flatten(1))
        self.bias = nn.Parameter(drawn.bias.detach() if drawn.bias is not None else torch.empty(0))

    def forward(self, x: Tensor) -> Tensor:
        kernel = self.weight.reshape(len(self.weight), -1, self.size, self.size)
        x = x.contiguous(memory_format=torch.channels_last)  # a fifth faster to train on a CPU
        return F.conv2d(x, kernel, self.bias, self.stride, padding=self.size // 2)


def _by_frame(flat: Tensor, like: Tensor) -> Tensor:
    """(B F, C, H, W) to (B, F, C, H, W), with B and F as in `like`."""
    return flat.reshape(like.shape[0], like.shape[1], *flat.shape[1:])


class MemoryBlock(nn.Module):
    """A residual block over this frame and the one before. x: (B, F, C, H, W)."""

    def __init__(self, number: int, width: int) -> None:
        super().__init__()
        self.number = number
        self.both = Conv(2 * width, width)
        self.out = Conv(width, width)
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
        self.mix = Conv(2 * width, width, 1)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:  # noqa: ARG002
        b, f, c, h, w = x.shape
        pairs = x.reshape(b, f // 2, 2 * c, h, w)
        return _by_frame(self.mix(pairs.flatten(0, 1)), pairs)


class Double(nn.Module):
    """One frame to two."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = Conv(width, 2 * width, 1)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:  # noqa: ARG002
        b, f, c, h, w = x.shape
        out: Tensor = self.mix(x.flatten(0, 1))
        return out.reshape(b, 2 * f, c, h, w)


class BlockMap(nn.Module):
    """Blocks of 4x16x16 pixels to channels and back, linearly."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        size = 3 * TIME * SPACE * SPACE
        self.down = nn.Linear(size, channels)
        self.up = nn.Linear(channels, size)

    @torch.no_grad()
    def fit(self, frames: Tensor) -> None:
        """Become the PCA of the blocks of frames (B, 3, T, H, W).

        Each channel is scaled by the root of its deviation: half way to white, so that a channel
        which moves the picture little also weighs little in the latent.
        """
        middle, basis = principal(blocks_of(frames), self.up.in_features)
        spread = ((blocks_of(frames) - middle) @ basis).std(0).clamp(min=1e-4)
        scale = (spread * spread.pow(2).mean().sqrt()).sqrt()
        self.down.weight.copy_((basis / scale).T)
        self.down.bias.copy_(-(middle @ basis) / scale)
        self.up.weight.copy_(basis * scale)
        self.up.bias.copy_(middle)

    def encode(self, frames: Tensor) -> Tensor:
        """(B, 3, T, H, W) to (B, F, C, h, w)."""
        b, _, t, h, w = frames.shape
        z: Tensor = self.down(blocks_of(frames))
        return z.reshape(b, t // TIME, h // SPACE, w // SPACE, -1).permute(0, 1, 4, 2, 3)

    def decode(self, raw: Tensor) -> Tensor:
        """(B, F, C, h, w) to (B, 4 F, 3, 16 h, 16 w)."""
        b, f, _, h, w = raw.shape
        flat: Tensor = self.up(raw.permute(0, 1, 3, 4, 2))
        cut = flat.reshape(b, f, h, w, 3, TIME, SPACE, SPACE).permute(0, 1, 5, 4, 2, 6, 3, 7)
        return cut.reshape(b, f * TIME, 3, h * SPACE, w * SPACE)


class Up(nn.Sequential):
    """Twice as large, then a convolution."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(nn.Upsample(scale_factor=2), Conv(before, after))


def _encoder(w: tuple[int, int, int, int], channels: int) -> nn.ModuleList:
    def down(a: int, b: int) -> nn.Module:
        return PerFrame(nn.Sequential(Conv(a, b, stride=2), nn.SiLU()))

    return nn.ModuleList((
        PerFrame(nn.Sequential(nn.PixelUnshuffle(2), Conv(12, w[0]), nn.SiLU())),
        down(w[0], w[1]), MemoryBlock(0, w[1]), Halve(w[1]),
        down(w[1], w[2]), MemoryBlock(1, w[2]), Halve(w[2]),
        down(w[2], w[3]), MemoryBlock(2, w[3]), MemoryBlock(3, w[3]),
        PerFrame(Conv(w[3], channels, 1)),
    ))  # fmt: skip


def _decoder(w: tuple[int, int, int, int], channels: int) -> nn.ModuleList:
    def up(a: int, b: int) -> nn.Module:
        return PerFrame(nn.Sequential(Up(a, b), nn.SiLU()))

    return nn.ModuleList((
        PerFrame(Conv(channels, w[3])),
        MemoryBlock(10, w[3]), MemoryBlock(11, w[3]), up(w[3], w[2]), Double(w[2]),
        MemoryBlock(12, w[2]), up(w[2], w[1]), Double(w[1]), MemoryBlock(13, w[1]),
        up(w[1], w[0]), MemoryBlock(14, w[0]),
        PerFrame(nn.Sequential(Conv(w[0], 12), nn.PixelShuffle(2))),
    ))  # fmt: skip


class VideoAutoencoder(nn.Module):
    """Frames (B, 3, T, H, W) from -1 to 1 <-> normalised latents (B, C, F, H/16, W/16)."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.channels = config.channels
        self.blocks = BlockMap(config.channels)
        self.encoder = _encoder(config.ae_widths, config.channels)
        self.decoder = _decoder(config.ae_widths, config.channels)
        for last in (_last_convolution(self.encoder), _last_convolution(self.decoder)):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
        self.register_buffer("mean", torch.zeros(config.channels))
        self.register_buffer("std", torch.ones(config.channels))

    def encode(self, frames: Tensor) -> Tensor:
        """Latents of frames, padded to whole latents by repeating the last frame and edges."""
        whole = padded(frames)
        z = self.blocks.encode(whole) + _run(self.encoder, whole.transpose(1, 2), {})
        return (z.transpose(1, 2) - self._per_channel(self.mean)) / self._per_channel(self.std)

    def decode_batch(self, latents: Tensor) -> Tensor:
        """What `decode` gives, (B, 3, 4F, 16H, 16W), all frames in one go: for training."""
        frames = self._frames(self._raw(latents), {}).float()
        return ease_steps(smooth_picture(frames, SPACE))

    def stream(self, latents: Tensor, memory: Memory | None = None) -> Iterator[Tensor]:
        """Four frames (B, 3, 4, 16H, 16W) for each latent frame in order, their borders smoothed.

        Give the same `memory` dict again with the latents that follow to go on where it stopped.
        """
        state = memory if memory is not None else {}
        raw = self._raw(latents)
        for at in range(raw.shape[1]):
            four = smooth_picture(self._frames(raw[:, at : at + 1], state).float(), SPACE)
            if SHOWN in state:
                four = ease_step(four, state[SHOWN])
            state[SHOWN] = four[:, :, -2:]
            yield four

    def decode(self, latents: Tensor, frames: int = 0) -> Tensor:
        """Frames (B, 3, T, 16H, 16W), cropped to `frames` when given."""
        out = torch.cat(list(self.stream(latents)), 2)
        return out[:, :, :frames] if frames else out

    def _frames(self, raw: Tensor, memory: Memory) -> Tensor:
        return (self.blocks.decode(raw) + _run(self.decoder, raw, memory)).transpose(1, 2)

    def _raw(self, latents: Tensor) -> Tensor:
        z = latents * self._per_channel(self.std) + self._per_channel(self.mean)
        return z.transpose(1, 2)

    @staticmethod
    def _per_channel(value: Tensor) -> Tensor:
        return value[None, :, None, None, None]


def _last_convolution(blocks: nn.ModuleList) -> Conv:
    return [part for part in blocks.modules() if isinstance(part, Conv)][-1]


def _run(blocks: nn.ModuleList, x: Tensor, memory: Memory) -> Tensor:
    for block in blocks:
        x = block(x, memory)
    return x


def padded(frames: Tensor) -> Tensor:
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


def blocks_of(frames: Tensor) -> Tensor:
    """(B, 3, T, H, W) to one row for each block, (N, 3 * 4 * 16 * 16); whole blocks only."""
    b, c, t, h, w = frames.shape
    cut = frames.reshape(b, c, t // TIME, TIME, h // SPACE, SPACE, w // SPACE, SPACE)
    return cut.permute(0, 2, 4, 6, 1, 3, 5, 7).reshape(-1, c * TIME * SPACE * SPACE)


def principal(rows: Tensor, channels: int) -> tuple[Tensor, Tensor]:
    """The mean (D,) and the leading directions (D, channels) of rows (N, D)."""
    middle = rows.mean(0)
    apart = rows - middle
    _, directions = torch.linalg.eigh(apart.T @ apart / len(rows))
    return middle, directions[:, -channels:].flip(1)


def pca_floor(seen: Tensor, held_out: Tensor, channels: int = 32) -> float:
    """PSNR of a PCA of the same blocks with as many numbers: what the autoencoder must beat.

    seen, held_out: (B, 3, T, H, W); the basis is fitted on `seen`.
    """
    middle, basis = principal(blocks_of(seen), channels)
    test = blocks_of(held_out)
    return psnr((test - middle) @ basis @ basis.T + middle, test)
