"""Known latents: written in place at t = 1 (or their strength), with a mask that says where.

For training, `draw_known` decides which latents of a clip are given; for a request, `known_of`
makes them from the creator's frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from generator.autoencoder import SPACE, TIME
from generator.values import Box, Condition, Frames, ShotRequest

CONDITION_NOISE = 0.03  # light noise on given latents, so that their small errors are forgiven
PART_HELD = 0.85  # how long a latent is held of which only some frames are given

# share of training clips for each way of giving latents
KINDS = (
    ("words", 0.35), ("still", 0.12), ("head 1", 0.10), ("head k", 0.11), ("tail k", 0.08),
    ("head and tail", 0.12), ("loop", 0.04), ("keys", 0.04), ("region", 0.04),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What is given. data: (B, C, F, H, W); mask: (B, 1, F, H, W), 1 where data holds.

    strength: (B, 1, F, H, W). 1 keeps data to the end; below 1 it is held until the sampler's
    time reaches its strength and is then a noised start to depart from (Meng et al. 2022).
    """

    data: Tensor
    mask: Tensor
    strength: Tensor

    def held(self, t: Tensor) -> Tensor:
        """Like mask: 1 where data still holds at t."""
        return self.mask * ((self.strength >= 1) | (self.strength > t))

    def rolled(self, by: int) -> Known:
        """The same, `by` latent frames later; what passes the end comes first."""
        return Known(*(v.roll(by, 2) for v in (self.data, self.mask, self.strength)))

    def cut(self, span: slice) -> Known:
        """Some of the latent frames."""
        return Known(*(v[:, :, span] for v in (self.data, self.mask, self.strength)))

    def with_frames(self, span: slice, data: Tensor) -> Known:
        """The same with whole latent frames kept to the end."""
        out = Known(*(v.clone() for v in (self.data, self.mask, self.strength)))
        out.data[:, :, span] = data
        out.mask[:, :, span] = 1
        out.strength[:, :, span] = 1
        return out


def frame_times(held: Tensor, t: Tensor) -> Tensor:
    """The time of each latent frame, (B, F): 1 where a whole frame is held, else t."""
    whole = held.amin((1, 3, 4))
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


@dataclass(frozen=True, slots=True)
class Canvas:
    """The frames a shot is worked at: worked frame p is request frame p * step.

    latents: how many there are; frames: how many worked frames are shown; size: (width, height).
    """

    latents: int
    frames: int
    size: tuple[int, int]
    step: Fraction = Fraction(1)


def span_of(one: Condition, request: ShotRequest) -> range:
    """Which frames of the shot a condition gives, at the request's rate; cut at the shot's end."""
    count = min(len(one.frames), request.frame_count)
    first = min(round(one.at_s * request.rate), request.frame_count - count)
    return range(max(0, first), max(0, first) + count)


def known_of(
    request: ShotRequest, canvas: Canvas, channels: int, encode: Callable[[Tensor, bool], Tensor]
) -> Known:
    """The request's conditions as latents.

    encode: from frames (1, 3, F, H, W), and whether they must be kept as they are, to latents.

    A latent whose four frames are all given is kept; one that is given in part (a single
    picture) is filled up with the nearest given frame, held at first and then let go, so that
    things may move in it.
    """
    shape = (1, channels, canvas.latents, canvas.size[1] // SPACE, canvas.size[0] // SPACE)
    known = Known(torch.zeros(shape), torch.zeros(1, 1, *shape[2:]), torch.ones(1, 1, *shape[2:]))
    for one in request.conditions:
        given = _worked_frames(one, request, canvas)
        where = torch.ones(shape[3:])
        if one.mask is not None:
            area = torch.from_numpy(np.ascontiguousarray(one.mask, np.float32))[None, None]
            where = (F.interpolate(area, shape[3:], mode="area")[0, 0] > 0.5).float()
        for first, last in _runs(sorted({frame // TIME for frame in given})):
            # one latent before, for the encoder's memory; a clip's start has none
            before = min(first, 1)
            numbers = range((first - before) * TIME, (last + 1) * TIME)
            frames = one.frames[[given[_nearest(n, given)] for n in numbers]]
            latents = encode(to_unit(frames, canvas.size), one.strength >= 1)[:, :, before:]
            for at in range(first, last + 1):
                whole = all(at * TIME + n in given for n in range(TIME))
                strength = min(one.strength, 1.0 if whole or canvas.frames == 1 else PART_HELD)
                here = where.bool()
                known.data[0, :, at][:, here] = latents[0, :, at - first][:, here].to(known.data)
                known.mask[0, 0, at][here] = 1
                known.strength[0, 0, at][here] = strength
    return known


def _worked_frames(one: Condition, request: ShotRequest, canvas: Canvas) -> dict[int, int]:
    """Worked frame to number in the condition's frames, for those that it gives."""
    span = span_of(one, request)
    given = {}
    for frame in range(canvas.frames):
        at = round(frame * canvas.step)
        if at in span:
            given[frame] = at - span.start
    if not given:  # a single picture between two worked frames
        given[min(canvas.frames - 1, round(span.start / canvas.step))] = 0
    if canvas.frames - 1 in given:  # what lies beyond the last frame is never shown
        beyond = range(canvas.frames, canvas.latents * TIME)
        given.update(dict.fromkeys(beyond, given[canvas.frames - 1]))
    return given


def _nearest(number: int, among: Iterable[int]) -> int:
    return min(among, key=lambda other: abs(other - number))


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    starts = [n for n in numbers if n - 1 not in numbers]
    ends = [n for n in numbers if n + 1 not in numbers]
    return list(zip(starts, ends, strict=True))


def occupancy(
    boxes: tuple[Box, ...], shape: tuple[int, ...], seconds: float, first: int = 0
) -> Tensor | None:
    """Boxes as a channel (1, 1, F, H, W) for latent frames from `first`; None without boxes.

    A box holds from its time on, until later boxes of the same words take its place.
    """
    if not boxes:
        return None
    out = torch.zeros(1, 1, *shape[2:])
    height, width = shape[3:]
    for at in range(shape[2]):
        now = max(0.0, (at + first + 0.5) * seconds)
        begun = [box for box in boxes if float(box.at_s) <= now]
        latest = {box.words: max(b.at_s for b in begun if b.words == box.words) for box in begun}
        for box in (box for box in begun if box.at_s == latest[box.words]):
            top, left = int(box.top * height), int(box.left * width)
            rows = slice(top, max(top + 1, round(box.bottom * height)))
            columns = slice(left, max(left + 1, round(box.right * width)))
            out[0, 0, at, rows, columns] = 1
    return out
