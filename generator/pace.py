"""What a shot will cost on this machine: seconds from a short measured run, memory by count.

One pass of the transformer and one latent of the decoder are timed at the size asked for, once
in a process; everything else follows by counting.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from generator.autoencoder import SPACE, TIME
from generator.pipeline import same_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.pipeline import ShotPipeline
    from generator.values import ShotRequest
    from generator.work import Work

FINISH_S = 0.06  # for each megapixel of a finished frame: enlarging, sprites, grain
FLOW_S = 0.03  # for each frame that lies between two worked ones
CGROUP = Path("/sys/fs/cgroup")
_measured: dict[tuple[str, int, tuple[int, int]], tuple[float, float]] = {}


@dataclass(frozen=True, slots=True)
class Cost:
    """seconds: of work; memory_bytes: beyond what is loaded already."""

    seconds: float
    memory_bytes: int


def cost(pipeline: ShotPipeline, request: ShotRequest, work: Work) -> Cost:
    """What `request` will take, worked at as `work` says."""
    pass_s, latent_s = _pace(pipeline, work)
    full = work.tokens
    cells = (work.size[0] // SPACE) * (work.size[1] // SPACE)
    share = sum((w.stop - w.start) * cells / full for w in work.windows)
    sampling = pipeline.passes(request) * pass_s * share
    frames = request.frame_count
    megapixels = frames * request.width * request.height / 1e6
    between = frames if work.step != 1 else 0
    seconds = sampling + latent_s * work.latents + FINISH_S * megapixels + FLOW_S * between
    encoded = sum(len(one.frames) for one in request.conditions) / TIME
    return Cost(seconds + latent_s * encoded, _memory(pipeline, request, work))


def _pace(pipeline: ShotPipeline, work: Work) -> tuple[float, float]:
    """Seconds for one pass over one window's tokens, and to decode one latent frame."""
    key = (str(pipeline.device), id(pipeline.dit), (work.tokens, work.size[0]))
    if key not in _measured:
        with same_threads():
            _measured[key] = _time_pass(pipeline, work), _time_decoder(pipeline, work)
    return _measured[key]


@torch.no_grad()
def _time_pass(pipeline: ShotPipeline, work: Work) -> float:
    config, device = pipeline.config, pipeline.device
    height, width = work.size[1] // SPACE, work.size[0] // SPACE
    frames = work.tokens // (height * width)
    x = torch.zeros(1, config.channels, frames, height, width, device=device)
    t, mask = torch.zeros(1, frames, device=device), torch.zeros_like(x[:, :1])
    rows = torch.zeros(1, config.text_length, dtype=torch.long, device=device)
    seconds = work.seconds_per_latent
    with pipeline.autocast():
        return _fastest(lambda: pipeline.dit(x, t, rows, mask, seconds_per_latent=seconds), device)


@torch.no_grad()
def _time_decoder(pipeline: ShotPipeline, work: Work) -> float:
    shape = (1, pipeline.config.channels, 1, work.size[1] // 16, work.size[0] // SPACE)
    latents = torch.zeros(shape, device=pipeline.device)
    with pipeline.autocast():
        return _fastest(lambda: list(pipeline.autoencoder.stream(latents)), pipeline.device)


def _fastest(do: Callable[[], object], device: torch.device, times: int = 2) -> float:
    """The shortest of some runs after a first one, in seconds."""
    found = float("inf")
    for number in range(times + 1):
        began = time.perf_counter()
        do()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        if number:
            found = min(found, time.perf_counter() - began)
    return found


def _memory(pipeline: ShotPipeline, request: ShotRequest, work: Work) -> int:
    """Bytes at the most: the finished shot, the frames worked at, one window, one frame."""
    pixels = request.width * request.height
    shot = 3 * pixels * request.frame_count
    given = sum(one.frames.shape[0] for one in request.conditions) * 3 * pixels
    lost = 2 * len(request.conditions) * 24 * pixels
    worked = 6 * work.frames * work.size[0] * work.size[1]
    window = 4 * work.tokens * pipeline.config.width * 16 + 4 * work.tokens * work.tokens
    decoder = 4 * work.size[0] * work.size[1] * 64
    return int(shot + given + lost + worked + window + decoder + 80 * pixels)


def free_bytes() -> int:
    """Memory that can still be had: what the system has left, or this process's group."""
    left = []
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        said = next(line for line in lines if line.startswith("MemAvailable"))
        left.append(int(said.split()[1]) * 1024)
    except (OSError, StopIteration):
        return 1 << 62  # no such file on this system: nothing is known
    try:
        most = (CGROUP / "memory.max").read_text().strip()
        used = int((CGROUP / "memory.current").read_text())
        kinds = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
        if most.isdecimal():
            left.append(int(most) - used + int(kinds.get("inactive_file", 0)))
    except OSError:
        pass  # not in a group with a limit
    return max(0, min(left))
