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
    text_length: int = 32
    box_channels: int = 1
    shift_base_tokens: int = 256  # tokens at which the time shift is 1

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
class TrainConfig:
    """How one size is trained. frames is a multiple of 4; width and height of 16."""

    width: int = 160
    height: int = 96
    frames: int = 16
    batch: int = 8
    clips: int = 512  # different clips in the pool
    ae_rate: float = 6e-4
    dit_rate: float = 4e-4
    ema: float = 0.999
    ae_share: float = 0.3  # of the minutes


MODELS: dict[str, ModelConfig] = {
    "tiny": ModelConfig(
        "tiny", ae_widths=(16, 24, 32, 48), width=96, depth=3, heads=3, text_width=48,
        text_layers=1, text_words=512, shift_base_tokens=48,
    ),
    "S": ModelConfig("S"),
    "M": ModelConfig("M", width=576, depth=12, heads=9, text_width=384),
}  # fmt: skip
TRAINING: dict[str, TrainConfig] = {
    "tiny": TrainConfig(48, 32, 8, 4, clips=24, ae_rate=2e-3, dit_rate=2e-3, ema=0.98),
    "S": TrainConfig(),
    "M": TrainConfig(192, 112, 24, 8, clips=2048, dit_rate=3e-4, ema=0.9995),
}
