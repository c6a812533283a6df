"""The one dial: what a model size means for the autoencoder, the transformer and training."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

Size = Literal["tiny", "S", "M"]


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Everything that shapes the networks; saved beside the weights as JSON."""

    size: str
    channels: int = 32  # of the latent
    ae_widths: tuple[int, int, int, int] = (32, 64, 112, 160)  # at 1/2, 1/4, 1/8, 1/16
    width: int = 320
    depth: int = 10
    heads: int = 5
    text_width: int = 256
    text_layers: int = 2
    text_words: int = 4096  # rows of the hashed word table
    text_length: int = 18  # the longest caption has 15, and three name a look
    box_channels: int = 1
    shift_base_tokens: int = 256  # tokens at which the time shift is 1
    longest_edge: int = 0  # of the pictures it was trained on, in pixels; 0 for the whole plan's
    longest_clip: int = 0  # in latents, likewise
    bend: str = "gelu"  # between the two maps of a feed-forward: gelu or relu2

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2)

    @staticmethod
    def from_json(text: str) -> ModelConfig:
        """The config of `to_json`. Raises ValueError for unknown or missing names."""
        fields = json.loads(text)
        try:
            fields["ae_widths"] = tuple(fields["ae_widths"])
            return ModelConfig(**fields)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a model config of this version: {error}") from error


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of the transformer's training: clips of one shape. share: of its minutes.

    frames 1 are stills; otherwise a multiple of 4. width and height are multiples of 16.
    """

    name: str
    width: int
    height: int
    frames: int
    clips: int  # different clips; an eighth is held out for the figures
    batch: int
    share: float
    rate: float = 1.0  # of the learning rate: late stages only adjust


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """How one size is trained."""

    stages: tuple[Stage, ...]
    crop: int = 64  # edge of the square the autoencoder sees at once
    frames: int = 12
    batch: int = 8
    clips: int = 1024  # scenes the autoencoder sees
    leaves: int = 256  # clips of dead leaves beside them
    ae_rate: float = 2e-3
    dit_rate: float = 2e-3
    ema: float = 0.998
    ae_share: float = 0.25  # of the minutes
    few_share: float = 0.08  # of the minutes, for learning to take few steps

    def shares(self) -> dict[str, float]:
        """Each stretch of training and its share of the minutes; they add up to 1."""
        rest = 1 - self.ae_share - self.few_share
        whole = sum(stage.share for stage in self.stages)
        stages = {stage.name: rest * stage.share / whole for stage in self.stages}
        return {"autoencoder": self.ae_share, **stages, "few": self.few_share}


MODELS: dict[str, ModelConfig] = {
    "tiny": ModelConfig(
        "tiny", ae_widths=(16, 24, 32, 48), width=96, depth=3, heads=3, text_width=48,
        text_layers=1, text_words=512, shift_base_tokens=48, bend="relu2",
    ),
    "S": ModelConfig("S", bend="relu2"),
    "M": ModelConfig("M", width=512, depth=10, heads=8, text_width=384, bend="relu2"),
}  # fmt: skip
TRAINING: dict[str, TrainConfig] = {
    "tiny": TrainConfig(
        (Stage("stills", 48, 32, 1, 16, 4, 0.5), Stage("clips", 48, 32, 8, 16, 4, 0.5)),
        crop=32, frames=8, batch=2, clips=8, leaves=2, ae_rate=2e-3, dit_rate=2e-3, ema=0.98,
    ),
    "S": TrainConfig((
        Stage("stills", 160, 96, 1, 12288, 32, 0.3),
        Stage("clips", 160, 96, 20, 6144, 8, 0.55, 0.7),
        Stage("finish", 256, 144, 32, 256, 4, 0.15, 0.2),
    ), clips=3072, leaves=768),
    "M": TrainConfig((
        Stage("stills", 192, 112, 1, 32768, 512, 0.3),
        Stage("clips", 192, 112, 24, 12288, 96, 0.5, 0.7),
        Stage("finish", 256, 144, 32, 3072, 40, 0.2, 0.2),
    ), batch=32, clips=4096, leaves=1024, dit_rate=7e-4, ema=0.9995),
}  # fmt: skip
