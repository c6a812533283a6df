"""The borders between decoded blocks, smoothed: what one block got wrong ends in no line.

The decoder works in blocks of 4 frames of 16x16 pixels; each has a small error of its own, which
shows as a grid and as a step every fourth frame. As in the deblocking filters of video codecs
(List et al. 2003) the step over a border that neither side's slope explains is spread over the
pixels beside it. A step that is large is an edge of the picture and stays.
"""

from __future__ import annotations

import torch
from torch import Tensor

LARGE = 0.4  # of a step, in a picture from -1 to 1: half of it is still spread, less beyond
REACH = 8  # pixels on each side over which it is spread
EASE = (0.7, 0.4, 0.2, 0.1)  # of a step in time, taken off the four frames behind it


def smooth_picture(frames: Tensor, block: int) -> Tensor:
    """Frames (..., H, W), whole blocks, with the borders of their blocks smoothed both ways."""
    for axis in (-2, -1):
        frames = _across(frames.movedim(axis, -1), block).movedim(-1, axis)
    return frames


def _across(frames: Tensor, block: int) -> Tensor:
    """Borders along the last axis smoothed."""
    blocks = frames.reshape(*frames.shape[:-1], -1, block)
    left, right = blocks[..., :-1, :], blocks[..., 1:, :]
    step = right[..., 0] - left[..., -1]
    slope = 0.5 * (right[..., 1] - right[..., 0] + left[..., -1] - left[..., -2])
    excess = 0.5 * _small(step - slope)[..., None]
    reach = min(REACH, block // 2)
    ramp = (torch.arange(reach, device=frames.device) + 0.5) / reach
    out = blocks.clone()
    out[..., 1:, :reach] -= excess * (1 - ramp)
    out[..., :-1, block - reach :] += excess * ramp
    return out.reshape(frames.shape)


def ease_step(four: Tensor, before: Tensor) -> Tensor:
    """Four frames (B, C, 4, H, W) that go on from the two frames `before` without a step."""
    step = four[:, :, 0] - before[:, :, 1]
    slope = 0.5 * (four[:, :, 1] - four[:, :, 0] + before[:, :, 1] - before[:, :, 0])
    ease = torch.tensor(EASE, device=four.device)[:, None, None]
    return four - _small(step - slope)[:, :, None] * ease


def ease_steps(frames: Tensor) -> Tensor:
    """Frames (B, C, T, H, W), T a multiple of four, with each four eased after the one before."""
    fours = [*torch.split(frames, len(EASE), 2)]
    for at in range(1, len(fours)):
        fours[at] = ease_step(fours[at], fours[at - 1][:, :, -2:])
    return torch.cat(fours, 2)


def _small(step: Tensor) -> Tensor:
    """A small step as it is, a large one hardly at all."""
    return step / (1 + (step / LARGE) ** 2)
