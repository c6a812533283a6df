"""What a shot will cost on this machine: seconds from a short measured run, memory by count.

One pass of the transformer, one latent of the decoder and the finishing of one frame (enlarging,
the frames between, sprites, grain) are timed at the size asked for; everything else follows by
counting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from generator.autoencoder import SPACE, TIME
from generator.finish import CARRIED_S, Finish, finished
from generator.grammar import read_prompt
from generator.machine import Timings, seconds_of
from generator.pipeline import never, same_threads
from generator.scenes.registry import SCENES

if TYPE_CHECKING:
    from generator.pipeline import ShotPipeline
    from generator.values import ShotRequest
    from generator.work import Work

TIMED_PIXELS = 600_000  # frames are finished at most this large for the timing
_sampling = Timings[tuple[float, float]]()
_finishing = Timings[float]()


@dataclass(frozen=True, slots=True)
class Cost:
    """seconds: of work; memory_bytes: beyond what is loaded already."""

    seconds: float
    memory_bytes: int


def cost(pipeline: ShotPipeline, request: ShotRequest, work: Work) -> Cost:
    """What `request` will take, worked at as `work` says."""
    each_s, latent_s = _pace(pipeline, work)
    made = sum(window.stop - window.start for window in work.windows)
    sampling = pipeline.passes(request) * each_s * made
    finish_s = _finish_pace(request, work)
    beside = sum(2 * min(int(CARRIED_S * request.rate), request.frame_count)
                 for one in request.conditions if one.strength >= 1)  # fmt: skip
    finishing = finish_s * (request.frame_count + beside)
    seconds = sampling + latent_s * work.latents + finishing
    encoded = sum(len(one.frames) for one in request.conditions) / TIME
    return Cost(seconds + latent_s * encoded, memory(pipeline, request, work))


def _pace(pipeline: ShotPipeline, work: Work) -> tuple[float, float]:
    """Seconds for a latent frame: of one pass over a window, and to decode it."""

    def measured() -> tuple[float, float]:
        with same_threads():
            return _time_pass(pipeline, work), _time_decoder(pipeline, work)

    return _sampling.of((str(pipeline.device), id(pipeline.dit), work.size), measured)


@torch.no_grad()
def _time_pass(pipeline: ShotPipeline, work: Work) -> float:
    """For each latent frame of a window as long as in training, about the same in any other."""
    config, device, frames = pipeline.config, pipeline.device, pipeline.trained.latents
    height, width = work.size[1] // SPACE, work.size[0] // SPACE
    x = torch.zeros(1, config.channels, frames, height, width, device=device)
    t, mask = torch.zeros(1, frames, device=device), torch.zeros_like(x[:, :1])
    rows = torch.zeros(1, config.text_length, dtype=torch.long, device=device)
    seconds = work.seconds_per_latent
    with pipeline.autocast():
        whole = _timed(lambda: pipeline.dit(x, t, rows, mask, seconds_per_latent=seconds), device)
    return whole / frames


@torch.no_grad()
def _time_decoder(pipeline: ShotPipeline, work: Work) -> float:
    shape = (1, pipeline.config.channels, 1, work.size[1] // 16, work.size[0] // SPACE)
    latents = torch.zeros(shape, device=pipeline.device)
    with pipeline.autocast():
        return _timed(lambda: list(pipeline.autoencoder.stream(latents)), pipeline.device)


def _finish_pace(request: ShotRequest, work: Work) -> float:
    """Seconds to finish one frame: half of two, the second of which may lie between worked ones."""
    area = request.width * request.height
    share = min(1.0, (TIMED_PIXELS / area) ** 0.5)
    size = max(1, round(request.width * share)), max(1, round(request.height * share))
    params = None if request.conditions else read_prompt(request.prompt).params

    def measured() -> float:
        two = replace(
            request, width=size[0], height=size[1], duration_s=2 / request.rate, conditions=(),
            loop=False,
        )  # fmt: skip
        scene = SCENES[params.scene if params else "gradient"]
        stage = scene.stage(params, size, request.rate, 2, request.seed)
        finish = Finish(stage, scene.crisp(stage) if params else None)
        noise = np.random.default_rng(0).uniform(0, 255, (3, work.size[1], work.size[0], 3))
        film, plan = noise.astype(np.float16), replace(work, loop=False)
        return seconds_of(lambda: finished(film, two, plan, finish, never)) / 2

    frame_s = _finishing.of((str(params), size, work.size, work.step != 1), measured)
    return float(frame_s * max(1.0, area / (size[0] * size[1])))


def _timed(do: Callable[[], object], device: torch.device) -> float:
    """Seconds of one run on `device`."""

    def whole() -> None:
        do()
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    return seconds_of(whole)


def memory(pipeline: ShotPipeline, request: ShotRequest, work: Work) -> int:
    """Bytes at the most: the finished shot, the frames worked at, one window, one frame."""
    pixels = request.width * request.height
    shot = 3 * pixels * request.frame_count
    given = sum(one.frames.shape[0] for one in request.conditions) * 3 * pixels
    lost = 2 * len(request.conditions) * 24 * pixels
    worked = 6 * work.frames * work.size[0] * work.size[1]
    window = 4 * work.tokens * pipeline.config.width * 16 + 4 * work.tokens * work.tokens
    decoder = 4 * work.size[0] * work.size[1] * 64
    return int(shot + given + lost + worked + window + decoder + 80 * pixels)
