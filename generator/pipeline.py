"""From a request to frames with our own weights: encode conditions, sample, decode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from generator import flow
from generator.autoencoder import SPACE, TIME, VideoAutoencoder
from generator.checkpoint import load_config, load_weights
from generator.conditioning import Known, from_unit, known_of, occupancy
from generator.dit import DiT
from generator.sampler import Velocity, Watch, guided, sample_euler, silent
from generator.sizes import ModelConfig
from generator.text import word_rows
from generator.values import Frames, GeneratorError, ShotRequest

LARGEST_TOKENS = 8192


@dataclass
class ShotPipeline:
    """The two networks and their config. `load` reads a folder of safetensors."""

    config: ModelConfig
    autoencoder: VideoAutoencoder
    dit: DiT

    @staticmethod
    def load(folder: Path, device: str = "cpu") -> ShotPipeline:
        """The networks in `folder`. Raises GeneratorError where they are missing or do not fit."""
        config = load_config(folder)
        autoencoder, dit = VideoAutoencoder(config), DiT(config)
        try:
            autoencoder.load_state_dict(load_weights(folder, "autoencoder"))
            dit.load_state_dict(load_weights(folder, "dit"))
        except RuntimeError as error:
            raise GeneratorError(f"the weights in {folder} do not fit config.json") from error
        for network in (autoencoder, dit):
            network.to(device).eval().requires_grad_(False)
        return ShotPipeline(config, autoencoder, dit)

    def size(self, request: ShotRequest, edge: int) -> tuple[int, int]:
        """The (width, height) worked at: the request's shape, multiples of 16, longest `edge`."""
        share = min(1.0, edge / max(request.width, request.height))
        width, height = (
            max(SPACE, round(n * share / SPACE) * SPACE) for n in (request.width, request.height)
        )
        return width, height

    @torch.no_grad()
    def __call__(
        self, request: ShotRequest, *, prompt: str, edge: int,
        watch: Watch = silent,
    ) -> Frames:  # fmt: skip
        """Frames (F, H, W, 3) at the request's size; given frames stand where they were given."""
        size, count = self.size(request, edge), request.frame_count
        shape = (
            1, self.config.channels, -(-count // TIME), size[1] // SPACE, size[0] // SPACE,
        )  # fmt: skip
        tokens = shape[2] * shape[3] * shape[4]
        if tokens > LARGEST_TOKENS:
            raise GeneratorError(
                f"{count} frames at {size[0]}x{size[1]} are {tokens} tokens, the most is "
                f"{LARGEST_TOKENS}; ask for a shorter shot"
            )
        device = self.dit.out.weight.device
        known = self._known(request, shape, size)
        random = torch.Generator().manual_seed(request.seed)
        noise = torch.randn(shape, generator=random).to(device)
        times = flow.schedule(request.steps, flow.shift_of(tokens, self.config.shift_base_tokens))
        start, times = _restyled(noise, known, times)
        seconds = float(TIME / request.rate)
        velocity = self._velocity(request, prompt, known, seconds)
        latents = sample_euler(velocity, start, times.to(device), hold=known.write, watch=watch)
        frames = self.autoencoder.decode(latents, count).clamp(-1, 1)
        return _placed(from_unit(_enlarged(frames, request)), request)

    def _known(self, request: ShotRequest, shape: tuple[int, ...], size: tuple[int, int]) -> Known:
        device = self.dit.out.weight.device
        known = known_of(
            request, shape, size, lambda frames: self.autoencoder.encode(frames.to(device)).cpu()
        )
        return Known(*(v.to(device) for v in (known.data, known.mask, known.strength)))

    def _velocity(
        self, request: ShotRequest, prompt: str, known: Known, seconds: float
    ) -> Velocity:
        """The guided velocity for the request's words, its negative prompt and what is known."""
        device = known.data.device
        mask = known.mask * (known.strength >= 1)
        boxes = occupancy(request.boxes, tuple(known.data.shape), seconds)
        boxes = boxes.to(device) if boxes is not None else None

        def for_words(words: str) -> Velocity:
            rows = word_rows([words], self.config.text_words, self.config.text_length).to(device)

            def velocity(x: Tensor, t: Tensor) -> Tensor:
                said: Tensor = self.dit(
                    x, known.times(t), rows, mask, seconds_per_latent=seconds, boxes=boxes
                )
                return said

            return velocity

        return guided(for_words(prompt), for_words(request.negative_prompt), request.guidance)


def _restyled(noise: Tensor, known: Known, times: Tensor) -> tuple[Tensor, Tensor]:
    """Start and times for conditions of strength under 1 (Meng et al. 2022): a noised copy of
    them, and only the times from there on."""
    soft = known.mask * (known.strength < 1)
    if not bool(soft.any()):
        return noise, times
    strength = float(known.strength[soft.bool()].min())
    left = times[times >= strength]
    times = torch.cat((torch.tensor([strength]), left[left > strength]))
    start = (1 - strength) * noise + strength * known.data
    return torch.where(soft.bool(), start, (1 - strength) * noise), times


def _enlarged(frames: Tensor, request: ShotRequest) -> Tensor:
    if frames.shape[3:] == (request.height, request.width):
        return frames
    flat = frames[0].transpose(0, 1)
    big = F.interpolate(flat, size=(request.height, request.width), mode="bicubic")
    return big.clamp(-1, 1).transpose(0, 1)[None]


def _placed(frames: Frames, request: ShotRequest) -> Frames:
    """Frames that were given whole stand in the shot as they were given."""
    for one in request.conditions:
        fits = one.frames.shape[1:] == frames.shape[1:]
        if one.strength < 1 or one.mask is not None or not fits:
            continue
        first = min(round(float(one.at_s * request.rate)), len(frames) - len(one.frames))
        if first >= 0:
            frames[first : first + len(one.frames)] = one.frames
    return frames
