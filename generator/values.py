"""The one request every backend takes, and what every backend says back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.uint8]  # (F, H, W, 3) RGB
OnProgress = Callable[[float, Frames | None], None]  # share done 0 to 1, a preview now and then
Cancel = Callable[[], bool]


class GeneratorError(Exception):
    """A shot could not be made; the message says why and what to do."""


class Refused(GeneratorError):
    """The backend's domain gate closed: it would not do this well, and says what would."""


class GenerationCancelled(GeneratorError):
    """The creator stopped the generation."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Frames the shot must show at `at_s`. frames: (F, H, W, 3) uint8 RGB.

    strength 1 keeps them; below 1 they are a start to depart from (SDEdit).
    mask: (H, W) float32, 1 where the frames hold; None for the whole picture.
    """

    frames: Frames
    at_s: Fraction
    strength: float = 1.0
    mask: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """Where something should be at a time. Edges are shares of the picture, 0 to 1."""

    words: str
    at_s: Fraction
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class ShotRequest:
    """A shot to make. Size in pixels, rate in frames per second."""

    prompt: str
    negative_prompt: str = ""
    duration_s: Fraction = Fraction(2)
    width: int = 1280
    height: int = 720
    rate: Fraction = Fraction(25)
    seed: int = 0
    steps: int = 16
    guidance: float = 4.0
    conditions: tuple[Condition, ...] = ()
    boxes: tuple[Box, ...] = ()
    loop: bool = False
    sampler: Literal["euler", "heun"] = "euler"

    @property
    def frame_count(self) -> int:
        """Frames asked for; a still has one."""
        return max(1, int(self.duration_s * self.rate + Fraction(1, 2)))


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a backend would do this request well, and why (not)."""

    open: bool
    reason: str
    unknown_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request will take, said before it starts."""

    seconds: float
    memory_bytes: int = 0
    money_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a shot came from; kept for good."""

    backend: str
    model: str
    prompt: str
    seed: int
    ai: bool  # made by a learned model: exports must carry the AI mark
    conditions: str = ""
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shot:
    """A finished shot. frames: (F, H, W, 3) uint8 RGB at `rate`.

    With `path` set the shot is a finished video file there and `frames` is (0, H, W, 3): the
    media room decodes it. Whoever takes the shot owns the file.
    """

    frames: Frames
    rate: Fraction
    provenance: Provenance
    notes: tuple[str, ...] = ()  # what was snapped or left out, in words
    path: Path | None = None


class Generator(Protocol):
    """A backend."""

    name: str

    def available(self) -> Gate:
        """Whether this backend can run here at all, and what it needs if not."""
        ...

    def gate(self, request: ShotRequest) -> Gate: ...
    def estimate(self, request: ShotRequest) -> Estimate: ...

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot. Same request, same machine, same bytes. Raises GeneratorError."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """The backend `auto` took, and why that one."""

    generator: Generator
    reason: str
    passed_over: tuple[tuple[str, str], ...] = ()  # (backend, why not)
