"""The scenes by name: what each shows, in which palettes, and where its painter lives."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.scenes.params import SceneParams
from generator.values import Frames, GeneratorError

if TYPE_CHECKING:
    from torch import Tensor

    from generator.scenes.stage import Stage

    Painter = Callable[[Tensor], Tensor]  # (F,) seconds -> (F, H, W, 3) shown, 0-255


@dataclass(frozen=True, slots=True)
class Scene:
    """One procedural scene. The painter is imported when it is first needed.

    noun: the words for it in a caption. density: words for low, medium and high.
    sound: the ambience that goes with it, "" for none.
    """

    name: str
    noun: str
    palettes: tuple[str, ...]
    density: tuple[str, str, str]
    sound: str = ""
    grain: float = 0.012

    def params(self, params: SceneParams | None = None) -> SceneParams:
        """`params` with the palette filled in. Raises GeneratorError for an unknown palette."""
        asked = params or SceneParams(self.name)
        if not asked.palette:
            return replace(asked, scene=self.name, palette=self.palettes[0])
        if asked.palette not in self.palettes:
            raise GeneratorError(
                f"scene {self.name!r} was asked for palette {asked.palette!r}; "
                f"it has {', '.join(self.palettes)}"
            )
        return replace(asked, scene=self.name)

    def painter(self, stage: Stage) -> Painter:
        """The function that paints this scene on `stage`."""
        module = importlib.import_module(f"generator.scenes.{self.name}")
        painter: Painter = module.painter(stage)
        return painter

    def stream(
        self,
        params: SceneParams | None,
        size: tuple[int, int],
        rate: Fraction,
        frames: int,
        seed: int,
        *,
        device: str = "cpu",
    ) -> Iterator[Frames]:
        """Runs of (f, H, W, 3) uint8 RGB frames in order, `frames` in all. size: (width, height).

        Same arguments on the same machine give the same bytes.
        """
        from generator.scenes.stage import Stage

        stage = Stage.make(self, self.params(params), size, (rate, frames), seed, device)
        yield from stage.film(self.painter(stage))

    def render(
        self,
        params: SceneParams | None,
        size: tuple[int, int],
        rate: Fraction,
        frames: int,
        seed: int,
        *,
        device: str = "cpu",
    ) -> Frames:
        """The whole scene as (F, H, W, 3) uint8 RGB. `stream` needs less memory."""
        import numpy as np

        out = np.empty((frames, size[1], size[0], 3), np.uint8)
        at = 0
        for run in self.stream(params, size, rate, frames, seed, device=device):
            out[at : at + len(run)] = run
            at += len(run)
        return out


_CLOUDS = ("under a clear sky", "with scattered clouds", "under heavy clouds")

SCENES: dict[str, Scene] = {
    scene.name: scene
    for scene in (
        Scene("sunset", "sunset over the sea", ("golden", "crimson", "violet"), _CLOUDS, "waves"),
        Scene(
            "clouds", "cloudy sky", ("blue", "golden", "stormy", "pink"),
            ("with few clouds", "with scattered clouds", "with heavy clouds"), "wind",
        ),
        Scene(
            "stars", "night sky full of stars", ("blue", "violet", "teal"),
            ("with few stars", "with many stars", "with countless stars"), "night", 0.008,
        ),
        Scene(
            "aurora", "aurora over mountains", ("green", "violet", "teal"),
            ("in a faint glow", "in a clear glow", "in a blazing glow"), "wind", 0.008,
        ),
        Scene(
            "waves", "open sea", ("blue", "teal", "grey", "golden"),
            ("with ripples", "with waves", "with high swell"), "waves",
        ),
        Scene(
            "caustics", "underwater light", ("turquoise", "blue", "green"),
            ("in soft waves", "in dancing waves", "in brilliant waves"), "underwater", 0.008,
        ),
        Scene(
            "hills", "misty hills", ("golden", "blue", "green", "grey"),
            ("in light haze", "in mist", "in thick fog"), "wind",
        ),
        Scene(
            "bokeh", "city lights at night", ("amber", "neon", "cool"),
            ("with few lights", "with many lights", "with crowded lights"), "city", 0.010,
        ),
        Scene(
            "fire", "fire glow", ("orange", "blue", "green"),
            ("with low embers", "with flames", "with high flames"), "fire", 0.008,
        ),
        Scene(
            "rain", "rain on glass", ("amber", "blue", "grey"),
            ("in a drizzle", "in steady rain", "in a downpour"), "rain", 0.010,
        ),
        Scene(
            "snow", "snow falling in a forest", ("blue", "grey", "violet"),
            ("with light snow", "with snow", "with heavy snow"), "wind", 0.008,
        ),
        Scene(
            "ink", "ink in water", ("blue", "crimson", "violet", "black"),
            ("in thin threads", "in folds", "in thick billows"), "", 0.006,
        ),
        Scene(
            "smoke", "smoke in the dark", ("grey", "blue", "amber"),
            ("in thin wisps", "in curls", "in thick clouds"), "", 0.010,
        ),
        Scene(
            "neon", "neon tunnel", ("violet", "teal", "amber"),
            ("with few lines", "with bright lines", "with dense lines"), "hum", 0.006,
        ),
        Scene(
            "gradient", "flowing colour gradient", ("violet", "golden", "teal", "pink"),
            ("in wide fields", "in soft folds", "in fine folds"), "", 0.010,
        ),
        Scene(
            "dust", "dust in a beam of light", ("golden", "white", "blue"),
            ("with a few motes", "with drifting motes", "with thick dust"), "room", 0.012,
        ),
    )
}  # fmt: skip
