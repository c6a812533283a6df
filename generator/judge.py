"""The judge: reads scene, palette and camera motion back from a clip, ours or painted.

A small network over three stills of the clip and its measured movement (judging.movement). It is
trained on the renderers with `python -m generator.judging.train` and says how often a generated
clip shows what its prompt asked for; its last features serve a Frechet distance.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.judging.movement import (
    FIELD_CHANNELS,
    FIT_NUMBERS,
    field,
    fit,
    looked_at,
    mirrored,
    movement,
)
from generator.scenes.params import LEVELS, CameraMove, SceneParams
from generator.scenes.registry import SCENES
from generator.values import GeneratorError

# a drifting camera moves less than anyone would call a pan
MOTIONS = ("still", "pan left", "pan right", "tilt up", "tilt down", "zoom in", "zoom out")
FEATURES, SCENERY = 64, 40  # features in all, and those that say nothing of motion
MIRRORED = (0, 2, 1, 3, 4, 5, 6)  # which motion each is with left and right exchanged
MOVED = 192  # width of the part that reads motion
FILE = "judge.safetensors"


def motion_of(camera: CameraMove) -> str:
    """The motion the judge is to read for a camera move."""
    return "still" if camera == "drift" else camera


@dataclass(frozen=True, slots=True)
class Seen:
    """What the judge read in one clip."""

    scene: str
    palette: str
    motion: str

    def agrees(self, params: SceneParams) -> tuple[bool, bool, bool]:
        """Whether scene, palette and motion are those of `params`."""
        asked = SCENES[params.scene].params(params)
        return (
            self.scene == params.scene, self.palette == asked.palette,
            self.motion == motion_of(params.camera),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looks:
    """What the network is given. stills: (B, 9, h, w); cells: see `movement`."""

    stills: Tensor
    cells: Tensor

    def __getitem__(self, which: Tensor) -> Looks:
        return Looks(self.stills[which], self.cells[which])

    def flipped(self) -> Looks:
        """The same with left and right exchanged."""
        return Looks(self.stills.flip(3), mirrored(self.cells))


def looks(clip: Tensor, rate: Fraction) -> Looks:
    """The looks of clips (B, 3, F, H, W) from -1 to 1."""
    return looks_of(*looked_at(clip, rate))


def looks_of(small: Tensor, rate: Fraction) -> Looks:
    """The looks of what `looked_at` gives."""
    last = small.shape[2] - 1
    stills = small[:, :, [0, last // 2, last]].flatten(1, 2) - 0.5
    return Looks(F.avg_pool2d(stills, 2), movement(small, rate))


def kinds(scenes: Sequence[str]) -> list[tuple[str, str]]:
    """Every (scene, palette) of `scenes`: what one output each of the network stands for."""
    return [(name, palette) for name in scenes for palette in SCENES[name].palettes]


class Moved(nn.Module):
    """Movement (B, D) and the chance of each scene to features that motion is read from."""

    def __init__(self, given: int, scenes: int) -> None:
        super().__init__()
        self.first = nn.Linear(given + scenes, MOVED)
        self.weigh = nn.Linear(scenes, MOVED, bias=False)  # each scene has its own clues
        nn.init.zeros_(self.weigh.weight)
        self.rest = nn.Sequential(
            nn.Dropout(0.3), nn.Linear(MOVED, 64), nn.GELU(), nn.Dropout(0.3),
            nn.Linear(64, FEATURES - SCENERY), nn.GELU(),
        )  # fmt: skip

    def forward(self, fitted: Tensor, scene: Tensor) -> Tensor:
        first = F.gelu(self.first(torch.cat((fitted, scene), 1)))
        found: Tensor = self.rest(first * (1 + self.weigh(scene)))
        return found


class Judge(nn.Module):
    """Scores for every (scene, palette) and every motion, and the features behind them."""

    owner: Tensor  # the scene of each kind
    usual: Tensor  # (2, FIT_NUMBERS): middle and spread of the movement in training

    def __init__(self, scenes: Sequence[str]) -> None:
        super().__init__()
        self.scenes = tuple(scenes)
        self.kinds = kinds(scenes)
        self.stem = nn.Sequential(
            nn.Conv2d(9, 32, 5, 2, 2), nn.GroupNorm(4, 32), nn.GELU(),
            nn.Conv2d(32, 48, 3, 2, 1), nn.GroupNorm(4, 48), nn.GELU(),
        )  # fmt: skip
        self.both = nn.Sequential(
            nn.Conv2d(48 + FIELD_CHANNELS, 96, 3, 1, 1), nn.GroupNorm(4, 96), nn.GELU(),
            nn.Conv2d(96, 96, 3, 1, 1), nn.GroupNorm(4, 96), nn.GELU(),
        )  # fmt: skip
        self.scenery = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(2 * 96, 96), nn.GELU(), nn.Linear(96, SCENERY), nn.GELU()
        )
        self.kind = nn.Linear(SCENERY, len(self.kinds))
        owners = [self.scenes.index(scene) for scene, _ in self.kinds]
        self.register_buffer("owner", torch.tensor(owners), persistent=False)
        self.register_buffer("usual", torch.tensor([[0.0], [1.0]]).repeat(1, FIT_NUMBERS))
        self.moved = Moved(FIT_NUMBERS, len(self.scenes))
        self.motion = nn.Linear(FEATURES - SCENERY, len(MOTIONS))
        self.legible: frozenset[tuple[str, str]] = frozenset(product(self.scenes, LEVELS))
        self.notes: dict[str, str] = {}  # how it was trained

    def forward(self, seen: Looks) -> tuple[Tensor, Tensor, Tensor]:
        """Features (B, FEATURES), kind scores (B, kinds), motion scores (B, MOTIONS).

        Motion is read from the movement and from which scene it is: smoke rises by itself.
        """
        scenery, kind = self.places(seen)
        moved = self.moved(self.movements(seen), self.chances(kind.detach().float()))
        return torch.cat((scenery, moved), 1), kind, self.motion(moved)

    def places(self, seen: Looks) -> tuple[Tensor, Tensor]:
        """Features of the scenery (B, SCENERY) and kind scores (B, kinds)."""
        moves = field(seen.cells)
        stem = F.interpolate(self.stem(seen.stills.float()), moves.shape[2:])
        wide = self.both(torch.cat((stem, moves), 1))
        scenery: Tensor = self.scenery(torch.cat((wide.mean((2, 3)), wide.amax((2, 3))), 1))
        return scenery, self.kind(scenery)

    def movements(self, seen: Looks) -> Tensor:
        """What motion is read from, (B, FIT_NUMBERS)."""
        return (fit(seen.cells) - self.usual[0]) / self.usual[1]

    def chances(self, kind: Tensor) -> Tensor:
        """The chance of each scene, (B, scenes), from the scores of its kinds."""
        chance = kind.softmax(1)
        return chance.new_zeros(len(kind), len(self.scenes)).index_add_(1, self.owner, chance)

    def tells(self, params: SceneParams) -> bool:
        """Whether the camera of `params` can be read at all in that scene, as was measured.

        Where flames rise faster than the camera moves nobody could tell.
        """
        return (params.scene, params.camera_speed) in self.legible

    @torch.no_grad()
    def read(self, clip: Tensor, rate: Fraction) -> tuple[list[Seen], Tensor]:
        """What each clip of (B, 3, F, H, W), -1 to 1, shows; and its features (B, FEATURES)."""
        return self.verdicts(looks(clip, rate))

    @torch.no_grad()
    def verdicts(self, seen: Looks) -> tuple[list[Seen], Tensor]:
        """As `read`, from looks made before. Motion is read in the mirror, too."""
        features, kind, motion = self(seen)
        other = self.moved(self.movements(seen.flipped()), self.chances(kind))
        motion = motion.softmax(1) + self.motion(other).softmax(1)[:, list(MIRRORED)]
        pairs = [self.kinds[n] for n in self._kind(kind).tolist()]
        moves = [MOTIONS[n] for n in motion.argmax(1).tolist()]
        both = zip(pairs, moves, strict=True)
        return [Seen(scene, palette, move) for (scene, palette), move in both], features

    def _kind(self, scores: Tensor) -> Tensor:
        """The likeliest palette of the likeliest scene."""
        inside = self.owner[None] == self.chances(scores).argmax(1, keepdim=True)
        return (scores.softmax(1) * inside).argmax(1)

    def save(self, folder: Path) -> Path:
        """Write the weights (half precision) with the scenes they know; where they are."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: value.half().contiguous() for name, value in self.state_dict().items()}
        partial = folder / f".{FILE}.part"
        about = {
            "scenes": json.dumps(self.scenes), "legible": json.dumps(sorted(self.legible)),
            "notes": json.dumps(self.notes),
        }  # fmt: skip
        save_file(weights, partial, metadata=about)
        return partial.replace(folder / FILE)

    @staticmethod
    def load(folder: Path) -> Judge:
        """The judge in `folder`. Raises GeneratorError where there is none that fits."""
        from safetensors import SafetensorError, safe_open

        file = folder / FILE
        try:
            with safe_open(file, "pt") as held:
                about = {name: json.loads(text) for name, text in held.metadata().items()}
                judge = Judge(about["scenes"])
                judge.legible = frozenset((scene, speed) for scene, speed in about["legible"])
                judge.notes = about["notes"]
                weights = {name: held.get_tensor(name).float() for name in held.keys()}  # noqa: SIM118
            judge.load_state_dict(weights)
        except (OSError, SafetensorError, KeyError, TypeError, RuntimeError) as error:
            raise GeneratorError(
                f"no judge that fits in {file} ({error}); "
                f"train one: python -m generator.judging.train --out {folder}"
            ) from error
        return judge.eval()
