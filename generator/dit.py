"""The diffusion transformer over video latents (Peebles & Xie 2023), every token one latent.

adaLN-single (Chen et al. 2023), RMS-normed queries and keys, rotary positions in real seconds and
relative picture position, text tokens in the same sequence, and a time t for each latent frame,
so that known frames can stand at t = 1 beside frames that are still noise.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.attention import attended
from generator.sizes import ModelConfig
from generator.text import TextEncoder

SECONDS_SCALE = 6.25  # positions per second: one per latent frame at 25 frames per second
PICTURE_SCALE = 16.0  # positions over the longer edge


def positions(frames: int, height: int, width: int, seconds_per_latent: float) -> Tensor:
    """Where each token is: (N, 3) of time, y, x, in rotary units."""
    t = torch.arange(frames) * (seconds_per_latent * SECONDS_SCALE)
    edge = max(height, width)
    y = ((torch.arange(height) + 0.5) - height / 2) / edge * PICTURE_SCALE
    x = ((torch.arange(width) + 0.5) - width / 2) / edge * PICTURE_SCALE
    return torch.stack(torch.meshgrid(t, y, x, indexing="ij"), -1).reshape(-1, 3)


def rotary(place: Tensor, head_width: int) -> tuple[Tensor, Tensor]:
    """cos and sin, each (N, head_width / 2): a third of the pairs for each of time, y, x."""
    pairs = head_width // 2
    share = [pairs - 2 * (pairs // 3), pairs // 3, pairs // 3]
    angles = []
    for axis, count in enumerate(share):
        speed = 2.0 ** (2 - 6 * torch.arange(count) / max(1, count - 1))
        angles.append(place[:, axis : axis + 1] * speed)
    angle = torch.cat(angles, 1)
    return angle.cos(), angle.sin()


def turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Queries or keys (B, heads, N, head_width) turned by their positions."""
    a, b = x.chunk(2, -1)
    turned = torch.addcmul(a * cos, b, sin, value=-1), torch.addcmul(a * sin, b, cos)
    return torch.cat(turned, -1)


def wave(t: Tensor, width: int) -> Tensor:
    """Sines and cosines of times 0 to 1. t: (B, F) -> (B, F, width)."""
    half = width // 2
    speed = torch.exp(torch.arange(half, device=t.device) * (-math.log(1000.0) / half)) * 100
    angle = t[..., None] * speed
    return torch.cat((angle.cos(), angle.sin()), -1)


def normed(x: Tensor, weight: Tensor) -> Tensor:
    """x over its root mean square, times weight, in x's own precision."""
    size = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
    scale = torch.rsqrt(size.square() / x.shape[-1] + 1e-6)
    return x * scale.to(x.dtype) * weight.to(x.dtype)


class Attention(nn.Module):
    """Self-attention over text and video tokens together."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm_q = nn.RMSNorm(width // heads, eps=1e-6)
        self.norm_k = nn.RMSNorm(width // heads, eps=1e-6)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        both = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        weight = torch.stack((self.norm_q.weight, self.norm_k.weight))[:, None, None, None]
        q, k = turn(normed(both[:2], weight), cos, sin)
        seen = attended(q, k, both[2])
        out: Tensor = self.out(seen.transpose(1, 2).flatten(2))
        return out


class SquaredReLU(nn.Module):
    """max(0, x)^2 (So et al. 2021): as good as a GELU and a third of its time on a CPU."""

    def forward(self, x: Tensor) -> Tensor:
        return x.relu().square()


BENDS: dict[str, Callable[[], nn.Module]] = {
    "gelu": lambda: nn.GELU(approximate="tanh"),
    "relu2": SquaredReLU,
}


class Block(nn.Module):
    """Attention and a feed-forward, each shifted, scaled and gated by time (adaLN-single)."""

    def __init__(self, width: int, heads: int, bend: str) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.feed = nn.Sequential(
            nn.Linear(width, 4 * width), BENDS[bend](), nn.Linear(4 * width, width)
        )
        self.table = nn.Parameter(torch.randn(6, width) / width**0.5)

    def forward(
        self, x: Tensor, time: Tensor, cos: Tensor, sin: Tensor, counts: tuple[int, int]
    ) -> Tensor:
        """x: (B, N, D); time: (B, 1 + F, 6, D), the words' first; counts: see `apart`."""
        a, b, gate, c, d, gate_feed = (time + self.table.to(time.dtype)).unbind(2)
        norm = F.layer_norm(x, x.shape[-1:])
        mixed = self.attention(scaled(norm, 1 + a, b, counts), cos, sin)
        x = added(x, gate, mixed, counts)
        norm = F.layer_norm(x, x.shape[-1:])
        return added(x, gate_feed, self.feed(scaled(norm, 1 + c, d, counts)), counts)


def scaled(x: Tensor, scale: Tensor, shift: Tensor, counts: tuple[int, int]) -> Tensor:
    """x * scale + shift, each token with its frame's. x: (B, N, D); scale, shift: (B, 1 + F, D)."""
    words, frames = apart(x, counts)
    first = torch.addcmul(shift[:, :1], words, scale[:, :1])
    rest = torch.addcmul(shift[:, 1:, None], frames, scale[:, 1:, None])
    return torch.cat((first, rest.flatten(1, 2)), 1)


def added(x: Tensor, gate: Tensor, more: Tensor, counts: tuple[int, int]) -> Tensor:
    """x + gate * more, every token with its frame's gate. x, more: (B, N, D)."""
    (words, frames), (by_words, by_frames) = apart(x, counts), apart(more, counts)
    first = torch.addcmul(words, gate[:, :1], by_words)
    rest = torch.addcmul(frames, gate[:, 1:, None], by_frames)
    return torch.cat((first, rest.flatten(1, 2)), 1)


def apart(x: Tensor, counts: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Tokens (B, N, D) as words (B, L, D) and frames (B, F, tokens, D).

    counts: words, and tokens in a latent frame.
    """
    words, tokens = counts
    return x[:, :words], x[:, words:].reshape(len(x), -1, tokens, x.shape[2])


class DiT(nn.Module):
    """Says the velocity of every latent."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.text = TextEncoder(config)
        self.into = nn.Linear(config.channels + 1, width)
        self.boxes = nn.Linear(config.box_channels, width, bias=False)
        self.time = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.stride = nn.Linear(width, width, bias=False)
        self.sentence = nn.Linear(width, width)
        self.modulate = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(
            Block(width, config.heads, config.bend) for _ in range(config.depth)
        )
        self.last = nn.Parameter(torch.zeros(2, width))
        self.out = nn.Linear(width, config.channels)
        for zero in (self.boxes.weight, self.stride.weight, self.out.weight, self.out.bias):
            nn.init.zeros_(zero)
        nn.init.normal_(self.modulate.weight, std=0.02)
        nn.init.zeros_(self.modulate.bias)
        self.register_load_state_dict_pre_hook(_without_stride)  # type: ignore[no-untyped-call]

    @property
    def few(self) -> bool:
        """Whether step sizes were learned (training.distil): then few steps do, unguided."""
        return bool(self.stride.weight.detach().any())

    def forward(
        self, x: Tensor, t: Tensor, rows: Tensor, mask: Tensor, *,
        seconds_per_latent: float, boxes: Tensor | None = None, step: Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        """The velocity, like x.

        x: (B, C, F, H, W) latents; t: (B, F); rows: (B, L) words, or (B, L, D) what `text` says of
        them; mask: (B, 1, F, H, W), 1 where x is known; boxes: (B, box_channels, F, H, W)
        occupancy; step: (B,), how far t moves until the next call. With it the velocity is the mean
        over that step, guidance included; without it the one at t.
        """
        frames, height, width = x.shape[2:]
        tokens = self.into(torch.cat((x, mask), 1).flatten(2).transpose(1, 2))
        if boxes is not None:
            tokens = tokens + self.boxes(boxes.flatten(2).transpose(1, 2))
        words = rows if rows.is_floating_point() else self.text(rows)
        counts = (words.shape[1], height * width)
        # words stand at the mean time of the frames; each video token at its own frame's
        time = self.time(wave(t, self.config.width))
        if step is not None:
            near = wave(torch.zeros_like(step[:, None]), self.config.width)
            time = time + self.stride(wave(step[:, None], self.config.width) - near)
        time = torch.cat((time.mean(1, keepdim=True), time), 1)
        time = F.silu(time + self.sentence(words.mean(1, keepdim=True)))
        steps = self.modulate(time).unflatten(-1, (6, -1))
        cos, sin = self._rotary(counts[0], (frames, height, width), seconds_per_latent, x)
        sequence = torch.cat((words, tokens), 1)
        for block in self.blocks:
            sequence = block(sequence, steps, cos, sin, counts)
        scale, shift = (time[:, :, None] + self.last.to(time.dtype)).unbind(2)
        norm = F.layer_norm(sequence, sequence.shape[-1:])
        video = scaled(norm, 1 + scale, shift, counts)
        said = self.out(video[:, counts[0] :])
        flow: Tensor = said.transpose(1, 2).reshape(x.shape)
        return flow

    def _rotary(
        self, words: int, shape: tuple[int, int, int], seconds: float, like: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Rotations for the whole sequence; words are not turned."""
        place = F.pad(positions(*shape, seconds), (0, 0, words, 0)).to(like.device)
        cos, sin = rotary(place, self.config.width // self.config.heads)
        return cos.to(like.dtype), sin.to(like.dtype)


def _without_stride(model: nn.Module, weights: dict[str, Tensor], prefix: str, *_: object) -> None:
    """Weights from before step sizes were learned are weights of which none was."""
    if isinstance(model, DiT):
        weights.setdefault(f"{prefix}stride.weight", torch.zeros_like(model.stride.weight))
