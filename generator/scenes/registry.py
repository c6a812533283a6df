"""The scenes by name: what each shows, in which palettes, and where its painter lives."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING

from generator.scenes.params import SceneParams
from generator.values import Box, Frames, GeneratorError

if TYPE_CHECKING:
    from torch import Tensor

    from generator.scenes.stage import Draw, Layer, Stage

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
    thing: str = ""  # what its boxes hold
    article: bool = True  # False for a noun that takes none, as hills or fog

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
        import torch

        draw = self.crisp(stage) if stage.layer != "plate" else None

        def black(times: Tensor) -> Tensor:
            return torch.zeros(len(times), stage.height, stage.width, 3, device=stage.device)

        plate: Painter = black if stage.layer == "crisp" else self._module().painter(stage)
        if draw is None:
            return plate

        def paint(times: Tensor) -> Tensor:
            shown = plate(times)
            draw(shown, times)
            return shown

        return paint

    def crisp(self, stage: Stage) -> Draw | None:
        """What draws this scene's sprites over any picture; None where it has none.

        It knows what stands before them (stars are not drawn over hills) and may bend what it
        is drawn over (drops on glass).
        """
        make = getattr(self._module(), "crisp", None)
        return make(stage) if make else None

    def stage(
        self, params: SceneParams | None, size: tuple[int, int], rate: Fraction, frames: int,
        seed: int, *, device: str = "cpu", layer: Layer = "all",
    ) -> Stage:  # fmt: skip
        """This scene set up to be painted: `.stream()` gives its frames. size: (width, height).

        layer: "plate" without sprites and grain, "crisp" the sprites alone over black.

        Same arguments on the same machine give the same bytes.
        """
        from generator.scenes.stage import Stage

        return Stage.make(self, self.params(params), size, (rate, frames), seed, device, layer)

    def render(
        self, params: SceneParams | None, size: tuple[int, int], rate: Fraction, frames: int,
        seed: int, *, device: str = "cpu", layer: Layer = "all",
    ) -> Frames:  # fmt: skip
        """The whole scene as (F, H, W, 3) uint8 RGB; `stage(...).stream()` needs less memory."""
        import numpy as np

        stage = self.stage(params, size, rate, frames, seed, device=device, layer=layer)
        return np.concatenate(list(stage.stream()))

    def boxes(self, stage: Stage) -> tuple[Box, ...]:
        """Where things are in every frame of `stage`; () for a scene whose things have no place.

        Boxes are cut at the picture's edges; what lies outside the picture has none.
        """
        places = getattr(self._module(), "places", None)
        if places is None:
            return ()
        import torch

        found = places(stage, torch.arange(stage.frames, device=stage.device) / stage.rate)
        rate = Fraction(stage.rate).limit_denominator(1001)
        return tuple(
            Box(self.thing, number / rate, *edges)
            for number, frame in enumerate(found.clamp(0, 1).tolist())
            for edges in frame
            if edges[0] < edges[2] and edges[1] < edges[3]
        )

    def _module(self) -> ModuleType:
        return importlib.import_module(f"generator.scenes.{self.name}")


_CLOUDS = ("under a clear sky", "with scattered clouds", "under heavy clouds")

SCENES: dict[str, Scene] = {
    scene.name: scene
    for scene in (
        Scene(
            "sunset", "sunset over the sea", ("golden", "crimson", "violet"), _CLOUDS, "waves",
            thing="sun",
        ),
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
            article=False,
        ),
        Scene(
            "hills", "misty hills", ("golden", "blue", "green", "grey"),
            ("in light haze", "in mist", "in thick fog"), "wind",
            thing="sun",
            article=False,
        ),
        Scene(
            "bokeh", "city lights at night", ("amber", "neon", "cool"),
            ("with few lights", "with many lights", "with crowded lights"), "city", 0.010,
            article=False,
        ),
        Scene(
            "fire", "fire glow", ("orange", "blue", "green"),
            ("with low embers", "with flames", "with high flames"), "fire", 0.008,
        ),
        Scene(
            "rain", "rain on glass", ("amber", "blue", "grey"),
            ("in a drizzle", "in steady rain", "in a downpour"), "rain", 0.010,
            article=False,
        ),
        Scene(
            "snow", "snow falling in a forest", ("blue", "grey", "violet"),
            ("with light snow", "with snow", "with heavy snow"), "wind", 0.008,
            article=False,
        ),
        Scene(
            "ink", "ink in water", ("blue", "crimson", "violet", "black"),
            ("in thin threads", "in folds", "in thick billows"), "", 0.006,
            article=False,
        ),
        Scene(
            "smoke", "smoke in the dark", ("grey", "blue", "amber"),
            ("in thin wisps", "in curls", "in thick clouds"), "", 0.010,
            article=False,
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
            article=False,
        ),
        Scene(
            "marble", "flowing marble", ("white", "black", "green", "blue"),
            ("with broad veins", "with veins", "with dense veins"), "", 0.006,
            article=False,
        ),
        Scene(
            "leaks", "film light leaks", ("amber", "crimson", "violet", "teal"),
            ("in a faint glow", "in a warm glow", "in a blazing glow"), "projector", 0.014,
            article=False,
        ),
        Scene(
            "flare", "lens flare", ("golden", "blue", "pink", "teal"),
            ("with faint rays", "with rays", "with strong rays"), "", 0.008, "sun",
        ),
        Scene(
            "geometry", "turning geometric shapes", ("violet", "teal", "golden", "pink"),
            ("with few figures", "with several figures", "with many figures"), "hum", 0.004,
            "shape",
            article=False,
        ),
        Scene(
            "film", "old film texture", ("sepia", "grey", "white", "blue"),
            ("with few scratches", "with scratches", "with many scratches"), "projector", 0.016,
        ),
        Scene(
            "wipes", "colour bars wiping across", ("violet", "teal", "golden", "blue"),
            ("in broad bars", "in even bars", "in narrow bars"), "whoosh", 0.004,
            article=False,
        ),
        Scene(
            "shapes", "soft round shapes", ("blue", "pink", "green", "violet"),
            ("with few discs", "with some discs", "with many discs"), "", 0.006, "shape",
            article=False,
        ),
        Scene(
            "fog", "fog over a plain", ("golden", "blue", "grey", "violet"),
            ("in thin banks", "in rolling banks", "in thick banks"), "wind", 0.010,
            article=False,
        ),
    )
}  # fmt: skip
