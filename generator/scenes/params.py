"""What can be asked of a scene: which one, its palette, camera, pace and density."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

CameraMove = Literal[
    "still", "pan left", "pan right", "tilt up", "tilt down", "zoom in", "zoom out", "drift"
]
CAMERA_MOVES: tuple[CameraMove, ...] = get_args(CameraMove)
Level = Literal["low", "medium", "high"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class SceneParams:
    """One scene as asked. An empty palette means the scene's first one."""

    scene: str
    palette: str = ""
    camera: CameraMove = "drift"
    camera_speed: Level = "medium"
    pace: Level = "medium"  # how fast things move inside the picture
    density: Level = "medium"  # how many clouds, flakes, lights


def scale(level: Level, low: float, medium: float, high: float) -> float:
    """The number that stands for a level."""
    return {"low": low, "medium": medium, "high": high}[level]
