"""Training clips: scenes painted small, with the grammar's captions. Clip n is always clip n."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import torch
from torch import Tensor

from generator.conditioning import to_unit
from generator.grammar import describe
from generator.scenes.params import CAMERA_MOVES, LEVELS, SceneParams
from generator.scenes.registry import SCENES
from generator.sizes import TrainConfig

RATE = Fraction(25, 2)


def scene_of(number: int) -> SceneParams:
    """The parameters of clip `number`, drawn from all scenes, palettes, moves and levels."""
    random = torch.Generator().manual_seed(number)

    def pick(count: int) -> int:
        return int(torch.randint(count, (1,), generator=random))

    scene = list(SCENES.values())[number % len(SCENES)]
    return SceneParams(
        scene.name, scene.palettes[pick(len(scene.palettes))],
        CAMERA_MOVES[pick(len(CAMERA_MOVES))],
        *(LEVELS[pick(3)] for _ in range(3)),
    )  # fmt: skip


@dataclass
class ClipPool:
    """A fixed pool of clips, painted when first asked for and kept as bytes."""

    config: TrainConfig
    seed: int = 0
    device: str = "cpu"
    _kept: dict[int, Tensor] = field(default_factory=dict)

    def clip(self, number: int) -> tuple[Tensor, str]:
        """Frames (3, F, H, W) from -1 to 1, and the caption."""
        number %= self.config.clips
        params = scene_of(self.seed * 100_003 + number)
        if number not in self._kept:
            c = self.config
            frames = SCENES[params.scene].render(
                params, (c.width, c.height), RATE, c.frames, number, device=self.device
            )
            self._kept[number] = torch.from_numpy(frames)
        return to_unit(self._kept[number].numpy())[0], describe(params)

    def batch(self, step: int, *, held_out: bool = False) -> tuple[Tensor, list[str]]:
        """The batch of a step: (B, 3, F, H, W) and captions; a pure function of seed and step.

        An eighth of the pool is held out of training, for the figures.
        """
        random = torch.Generator().manual_seed(self.seed * 7919 + step)
        apart = max(1, self.config.clips // 8)
        low, high = (0, apart) if held_out else (apart, self.config.clips)
        numbers = torch.randint(low, high, (self.config.batch,), generator=random).tolist()
        clips, captions = zip(*(self.clip(number) for number in numbers), strict=True)
        return torch.stack(clips), list(captions)
