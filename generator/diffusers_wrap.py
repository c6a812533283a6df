"""Our weights for people who use diffusers: `RoughcutPipeline.from_saved(folder)`.

pipe = RoughcutPipeline.from_folder(Path("generator/weights"))
pipe.save_pretrained("roughcut-s")
frames = RoughcutPipeline.from_saved(Path("roughcut-s"))("a golden sunset over the sea").frames
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from diffusers import ConfigMixin, DiffusionPipeline, ModelMixin
from diffusers.configuration_utils import register_to_config
from diffusers.utils import BaseOutput

from generator.autoencoder import VideoAutoencoder
from generator.dit import DiT
from generator.pipeline import ShotPipeline
from generator.sizes import ModelConfig
from generator.values import Frames, ShotRequest


@dataclass
class RoughcutOutput(BaseOutput):  # type: ignore[misc]
    """frames: (F, H, W, 3) uint8 RGB."""

    frames: Frames


class RoughcutAutoencoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """`VideoAutoencoder` with diffusers' saving and loading. config: ModelConfig as JSON."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, config_json: str) -> None:
        super().__init__()
        self.net = VideoAutoencoder(ModelConfig.from_json(config_json))


class RoughcutTransformer(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """`DiT` with diffusers' saving and loading."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, config_json: str) -> None:
        super().__init__()
        self.net = DiT(ModelConfig.from_json(config_json))


class RoughcutPipeline(DiffusionPipeline):  # type: ignore[misc]
    """The whole generator as one diffusers pipeline."""

    def __init__(self, autoencoder: RoughcutAutoencoder, transformer: RoughcutTransformer) -> None:
        super().__init__()
        self.register_modules(autoencoder=autoencoder, transformer=transformer)

    @classmethod
    def from_folder(cls, folder: Path) -> RoughcutPipeline:
        """The pipeline around weights that `generator.train` wrote."""
        loaded = ShotPipeline.load(folder)
        text = loaded.config.to_json()
        autoencoder, transformer = RoughcutAutoencoder(text), RoughcutTransformer(text)
        autoencoder.net.load_state_dict(loaded.autoencoder.state_dict())
        transformer.net.load_state_dict(loaded.dit.state_dict())
        return cls(autoencoder, transformer)

    @classmethod
    def from_saved(cls, folder: Path) -> RoughcutPipeline:
        """The pipeline that `save_pretrained` wrote, from safetensors alone."""
        return cls(
            RoughcutAutoencoder.from_pretrained(folder / "autoencoder", use_safetensors=True),
            RoughcutTransformer.from_pretrained(folder / "transformer", use_safetensors=True),
        )

    def __call__(
        self, prompt: str, *, width: int = 192, height: int = 112, num_frames: int = 24,
        num_inference_steps: int = 16, guidance_scale: float = 4.0, seed: int = 0, **more: Any,
    ) -> RoughcutOutput:  # fmt: skip
        """Frames for a prompt; `more` are fields of ShotRequest such as conditions."""
        rate = Fraction(25, 2)
        request = ShotRequest(
            prompt, duration_s=num_frames / rate, width=width, height=height, rate=rate,
            steps=num_inference_steps, guidance=guidance_scale, seed=seed, **more,
        )  # fmt: skip
        config = ModelConfig.from_json(self.transformer.config.config_json)
        parts = ShotPipeline(config, self.autoencoder.net.eval(), self.transformer.net.eval())
        return RoughcutOutput(frames=parts(request, prompt=prompt, edge=max(width, height)))
