"""The `builtin` backend: our own autoencoder and transformer, where trained weights are present."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.grammar import describe, read_prompt
from generator.values import (
    Cancel,
    Estimate,
    Frames,
    Gate,
    GenerationCancelled,
    GeneratorError,
    OnProgress,
    Provenance,
    Refused,
    Shot,
    ShotRequest,
)

if TYPE_CHECKING:
    from torch import Tensor

    from generator.pipeline import ShotPipeline

WEIGHTS = Path(__file__).parent / "weights"
EDGES = {"tiny": 48, "S": 192, "M": 320}  # the longest edge each size was trained for
CONDITION_FLOOR_DB = 28.0
TRAIN_COMMAND = "python -m generator.train --size S --minutes 120"


class BuiltinBackend:
    """Loads weights on first use. Reads prompts with the grammar the model was trained on."""

    name = "builtin"

    def __init__(self, folder: Path = WEIGHTS, *, device: str = "cpu") -> None:
        self.folder, self.device = folder, device
        self._pipeline: ShotPipeline | None = None

    def available(self) -> Gate:
        has = (self.folder / "config.json").is_file() and all(
            any(self.folder.glob(f"{name}*.safetensors")) for name in ("autoencoder", "dit")
        )
        if has:
            return Gate(True, f"trained weights in {self.folder.name}/")
        return Gate(
            False,
            "no trained weights are shipped with this version yet; "
            f"train them with: {TRAIN_COMMAND}",
        )

    def gate(self, request: ShotRequest) -> Gate:
        """Closed for words that are no scene, and for frames its autoencoder cannot hold."""
        able = self.available()
        if not able.open:
            return able
        reading = read_prompt(request.prompt)
        if reading.beyond or (reading.params is None and request.prompt):
            words = ", ".join((*reading.beyond, *reading.unknown))
            return Gate(
                False, f"the built-in model cannot place: {words}; try diffusers or an endpoint",
                reading.unknown,
            )  # fmt: skip
        if request.loop and not request.conditions:
            return Gate(False, "the built-in model closes a loop only from given frames")
        worst = self._worst_condition(request)
        if worst < CONDITION_FLOOR_DB:
            return Gate(
                False,
                f"the given frames come back at {worst:.1f} dB, under the {CONDITION_FLOOR_DB:g} "
                "dB this model needs; use motion, diffusers or an endpoint for camera footage",
                reading.unknown,
            )
        return Gate(True, "in the built-in model's domain", reading.unknown)

    def estimate(self, request: ShotRequest) -> Estimate:
        """A rough time from the transformer's arithmetic at 200 GFLOP a second; 0 untrained."""
        if not self.available().open:
            return Estimate(0.0)
        pipeline = self._load()
        width, height = pipeline.size(request, EDGES[pipeline.config.size])
        tokens = -(-request.frame_count // 4) * (width // 16) * (height // 16)
        size = sum(p.numel() for p in pipeline.dit.parameters())
        attention = 4 * tokens * tokens * pipeline.config.width * pipeline.config.depth
        passes = request.steps * (2 if request.guidance != 1 else 1)
        seconds = passes * (2 * size * tokens + attention) / 2e11
        pixels = request.frame_count * request.width * request.height
        return Estimate(seconds + 1e-8 * pixels + 0.5, 4 * size + 12 * pixels)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot. Raises Refused where the gate is closed, GenerationCancelled."""
        gate = self.gate(request)
        if not gate.open:
            raise Refused(gate.reason)
        pipeline, reading = self._load(), read_prompt(request.prompt)
        prompt = describe(reading.params) if reading.params else request.prompt

        def watch(share: float, _: Tensor) -> None:
            if cancel():
                raise GenerationCancelled(f"stopped at {share:.0%}")
            progress(share * 0.9, None)

        frames = pipeline(request, prompt=prompt, edge=EDGES[pipeline.config.size], watch=watch)
        progress(1.0, frames[-1:])
        notes = tuple(f"word not placed: {word}" for word in reading.unknown)
        return Shot(frames, request.rate, self._provenance(request, prompt), notes)

    def _provenance(self, request: ShotRequest, prompt: str) -> Provenance:
        given = "; ".join(
            f"{len(one.frames)} frames at {float(one.at_s):g} s" for one in request.conditions
        )
        settings = {
            "steps": str(request.steps), "guidance": str(request.guidance), "read as": prompt,
        }  # fmt: skip
        size = self._load().config.size
        return Provenance("builtin", size, request.prompt, request.seed, True, given, settings)

    def _load(self) -> ShotPipeline:
        from generator.pipeline import ShotPipeline

        if self._pipeline is None:
            able = self.available()
            if not able.open:
                raise GeneratorError(able.reason)
            self._pipeline = ShotPipeline.load(self.folder, self.device)
        return self._pipeline

    def _worst_condition(self, request: ShotRequest) -> float:
        """The lowest PSNR at which the autoencoder gives the given frames back; inf for none."""
        worst = float("inf")
        for one in request.conditions:
            worst = min(worst, self._round_trip(one.frames, request))
        return worst

    def _round_trip(self, frames: Frames, request: ShotRequest) -> float:
        import torch

        from generator.autoencoder import psnr
        from generator.conditioning import to_unit

        pipeline = self._load()
        size = pipeline.size(request, EDGES[pipeline.config.size])
        with torch.no_grad():
            x = to_unit(frames, size).to(self.device)
            back = pipeline.autoencoder.decode(pipeline.autoencoder.encode(x), x.shape[2])
        return psnr(back.clamp(-1, 1), x)
