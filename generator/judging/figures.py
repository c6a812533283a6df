"""The generator's figures, each a plain function of frames or features. Frames are
(F, H, W, 3) uint8 RGB, as everywhere in this room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from generator.values import Frames

LUMA = np.array((0.299, 0.587, 0.114), np.float32)
STILL = 0.05  # levels: steps under this are no movement to compare a seam with
BLOCK = 16  # pixels of one latent: where a decoder's blocks may show
PATCH = 16  # pixels: flicker is measured on the mean of patches this large


def luma(frames: Frames) -> NDArray[np.float32]:
    """Brightness of each pixel, (F, H, W), 0 to 255."""
    bright: NDArray[np.float32] = frames.astype(np.float32) @ LUMA
    return bright


def psnr(a: Frames, b: Frames) -> float:
    """Peak signal-to-noise ratio in decibels; inf for equal frames."""
    error = float(((a.astype(np.float64) - b) ** 2).mean())
    return float("inf") if error == 0 else 10 * float(np.log10(255**2 / error))


def step(before: Frames, after: Frames) -> float:
    """Root mean square change from one picture (H, W, 3) to the next, in levels."""
    return float(np.sqrt(((after.astype(np.float32) - before) ** 2).mean()))


def steps(frames: Frames) -> NDArray[np.float64]:
    """The step from each frame to the one after, (F - 1,)."""
    return np.array([step(a, b) for a, b in pairwise(frames)])


def seam_ratio(frames: Frames, at: int) -> float:
    """The step into frame `at` over the median of the other steps: 1 where nothing is seen.

    Raises ValueError where `at` has no frame before it.
    """
    if not 0 < at < len(frames):
        raise ValueError(f"a seam before frame {at} was asked for; frames 1 to {len(frames) - 1}")
    made = steps(frames)
    others = np.delete(made, at - 1)
    usual = float(np.median(others)) if others.size else 0.0
    return float(made[at - 1]) / max(usual, STILL)


def loop_ratio(frames: Frames) -> float:
    """The step from the last frame to the first over the median step inside."""
    return seam_ratio(np.concatenate((frames, frames[:1])), len(frames))


def flicker(frames: Frames) -> float:
    """How far patches swing around the mean of their neighbours in time, in levels.

    A patch that goes up and down by a from frame to frame has a flicker of a; one that moves
    or brightens evenly has none.
    """
    if len(frames) < 3:
        return 0.0
    bright = torch.from_numpy(luma(frames))[:, None]
    patch = min(PATCH, *bright.shape[2:])
    means = F.avg_pool2d(bright, patch)
    middle = (means[:-2] + means[2:]) / 2
    return float((means[1:-1] - middle).abs().mean()) / 2


def blocking(frames: Frames) -> float:
    """The mean step across the borders of blocks over the mean step inside them: 1 where no grid
    is seen. Steps go from a pixel to the next one, across and down; see BLOCK.

    1 as well where a picture is no larger than a block, or wholly even.
    """
    bright = luma(frames)
    across, inside = [], []
    for axis in (1, 2):
        change = np.abs(np.diff(bright, axis=axis)).mean((0, 3 - axis))
        border = np.arange(1, len(change) + 1) % BLOCK == 0
        across.append(change[border])
        inside.append(change[~border])
    at_borders, within = np.concatenate(across), np.concatenate(inside)
    if not len(at_borders) or not within.mean():
        return 1.0
    return float(at_borders.mean() / within.mean())


def drift(frames: Frames, slides: int) -> list[float]:
    """For each slide after the first stretch, its mean luma over that of the first, less 1.

    The shot is one first stretch and `slides` more of the same length.
    """
    parts = np.array_split(luma(frames).mean((1, 2)), slides + 1)
    means = [float(part.mean()) for part in parts]
    return [mean / max(means[0], 1.0) - 1 for mean in means[1:]]


def diversity(features: Tensor) -> float:
    """The mean distance between two different rows of features (N, D)."""
    count = len(features)
    if count < 2:
        return 0.0
    return float(torch.cdist(features, features).sum()) / (count * (count - 1))


def frechet(a: Tensor, b: Tensor) -> float:
    """The Frechet distance of two sets of features (N, D), as Gaussians (Heusel et al. 2017).

    It shrinks with N for the same two sources; compare distances of equal N only.
    """
    a, b = a.double(), b.double()
    apart = (a.mean(0) - b.mean(0)).square().sum()
    cov_a, cov_b = (torch.cov(one.T) for one in (a, b))
    root = _root(cov_a)
    shared = torch.linalg.eigvalsh(root @ cov_b @ root).clamp(min=0).sqrt().sum()
    return float(apart + cov_a.trace() + cov_b.trace() - 2 * shared)


def _root(matrix: Tensor) -> Tensor:
    """The symmetric square root of a covariance."""
    values, vectors = torch.linalg.eigh(matrix)
    root: Tensor = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    return root


def share_right(
    agreements: Sequence[tuple[bool, bool, bool]], told: Sequence[bool] | None = None
) -> tuple[float, float, float]:
    """Shares of clips whose scene, palette and motion are right; see `Seen.agrees`.

    The palette counts among the clips whose scene is right. told: of each clip, whether its motion
    can be told at all; only those count for the motion.
    """
    scene = sum(one[0] for one in agreements)
    palette = sum(one[0] and one[1] for one in agreements)
    told = told or [True] * len(agreements)
    motion = [one[2] for one, counts in zip(agreements, told, strict=True) if counts]
    right = sum(motion) / max(1, len(motion))
    return scene / len(agreements), palette / max(1, scene), right
