"""Known latents: written in place at t = 1 (or their strength), with a mask that says where.

For training, `draw_known` decides which latents of a clip are given; for a request, `known_of`
makes them from the creator's frames.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.autoencoder import TIME
from generator.values import Box, Frames, ShotRequest

CONDITION_NOISE = 0.03  # light noise on given latents, so that their small errors are forgiven

# share of training clips for each way of giving latents
KINDS = (
    ("words", 0.35), ("still", 0.12), ("head 1", 0.10), ("head k", 0.11), ("tail k", 0.08),
    ("head and tail", 0.12), ("loop", 0.04), ("keys", 0.04), ("region", 0.04),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What is given. data: (B, C, F, H, W); mask: (B, 1, F, H, W), 1 where data holds.

    strength: (B, 1, F, H, W), 1 to keep data, below 1 to start from it and depart.
    """

    data: Tensor
    mask: Tensor
    strength: Tensor

    def write(self, x: Tensor, t: Tensor) -> Tensor:
        """x with the fully kept latents in place."""
        del t
        keep = self.mask * (self.strength >= 1)
        return torch.where(keep.bool(), self.data, x)

    def times(self, t: Tensor) -> Tensor:
        """The time of each latent frame, (B, F): 1 where a whole frame is known, else t."""
        whole = (self.mask * (self.strength >= 1)).amin((1, 3, 4))
        return torch.maximum(whole, t.expand_as(whole))


def draw_known(shape: tuple[int, ...], random: torch.Generator) -> Tensor:
    """Masks for training, (B, 1, F, H, W): which latents of each clip are given."""
    batch, _, frames, height, width = shape
    shares = torch.tensor([share for _, share in KINDS])
    mask = torch.zeros(batch, 1, frames, height, width)
    for clip in range(batch):
        kind = KINDS[int(torch.multinomial(shares, 1, generator=random))][0]
        _fill(mask[clip, 0], kind, random)
    return mask


def _fill(mask: Tensor, kind: str, random: torch.Generator) -> None:
    frames, height, width = mask.shape
    # at least one latent frame stays to be made, unless there is only one
    k = 1 + int(torch.randint(max(1, frames // 2), (1,), generator=random))
    if frames == 1 and kind != "region":
        return
    if kind in ("still", "head 1", "loop", "head and tail"):
        mask[0] = 1
    if kind == "head k":
        mask[:k] = 1
    if kind == "tail k":
        mask[frames - k :] = 1
    if kind in ("loop", "head and tail") and frames > 2:
        mask[-1] = 1
    if kind == "keys":
        mask[torch.rand(frames, generator=random) < 0.3] = 1
        mask[int(torch.randint(frames, (1,), generator=random))] = 0
    if kind == "region":
        top = int(torch.randint(max(1, height // 2), (1,), generator=random))
        left = int(torch.randint(max(1, width // 2), (1,), generator=random))
        mask[:, top : top + max(1, height // 2), left : left + max(1, width // 2)] = 1


def to_unit(frames: Frames, size: tuple[int, int] | None = None) -> Tensor:
    """(F, H, W, 3) uint8 to (1, 3, F, H, W) from -1 to 1, resized to (width, height)."""
    x = torch.from_numpy(frames.copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
    if size and (x.shape[3], x.shape[2]) != size:
        x = F.interpolate(x, size=(size[1], size[0]), mode="bilinear", antialias=True)
    return x.permute(1, 0, 2, 3)[None]


def from_unit(frames: Tensor) -> Frames:
    """(1, 3, F, H, W) from -1 to 1 to (F, H, W, 3) uint8."""
    shown = ((frames[0] + 1) * 127.5 + 0.5).clamp(0, 255).to(torch.uint8)
    result: Frames = shown.permute(1, 2, 3, 0).contiguous().cpu().numpy()
    return result


def known_of(
    request: ShotRequest, shape: tuple[int, ...], size: tuple[int, int],
    encode: Callable[[Tensor], Tensor],
) -> Known:  # fmt: skip
    """The request's conditions as latents. shape: (1, C, F, H, W); size: (width, height)."""
    data, mask = torch.zeros(shape), torch.zeros(1, 1, *shape[2:])
    strength = torch.ones(1, 1, *shape[2:])
    for one in request.conditions:
        latents = encode(to_unit(one.frames, size))
        first = min(shape[2] - 1, round(float(one.at_s * request.rate) / TIME))
        if first + latents.shape[2] > shape[2]:
            first = max(0, shape[2] - latents.shape[2])
        span = slice(first, min(shape[2], first + latents.shape[2]))
        data[:, :, span] = latents[:, :, : span.stop - span.start]
        where = torch.ones(shape[3:])
        if one.mask is not None:
            held = torch.from_numpy(one.mask)[None, None]
            where = (F.interpolate(held, shape[3:], mode="area")[0, 0] > 0.5).float()
        mask[:, :, span] = where
        strength[:, :, span] = one.strength
    return Known(data, mask, strength)


def occupancy(boxes: tuple[Box, ...], shape: tuple[int, ...], seconds: float) -> Tensor | None:
    """Boxes as a channel (1, 1, F, H, W); each holds from its time on. None without boxes."""
    if not boxes:
        return None
    out = torch.zeros(1, 1, *shape[2:])
    height, width = shape[3:]
    for box in boxes:
        first = int(float(box.at_s) / seconds)
        rows = slice(int(box.top * height), max(1, round(box.bottom * height)))
        columns = slice(int(box.left * width), max(1, round(box.right * width)))
        out[:, :, first:, rows, columns] = 1
    return out
