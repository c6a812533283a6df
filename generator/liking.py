"""A shot looked at before it is shown: another one is made where it is not what was asked for.

The judge reads scene, palette and camera motion back from what was made. Where one of them is
wrong another is made from the next seed, a few times; the best of them is kept. The same request
gives the same shot as before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray

from generator.judge import Judge, Seen
from generator.scenes.params import SceneParams

TRIES = 4
SEEDS_APART = 100_003  # between the seeds of one request's tries
LEAST_S = Fraction(3, 5)  # of a clip whose camera motion can be read
MOST_FRAMES = 36  # that are looked at
# a wrong scene is worse than a wrong camera; together exactly 1
SCENE, PALETTE, MOTION = 5 / 8, 1 / 4, 1 / 8
Score = Callable[[NDArray[np.float16], Fraction], float]


@dataclass
class Liking:
    """How well takes are liked. score: of frames (F, h, w, 3) from 0 to 255 at a rate, 0 to 1."""

    score: Score
    tries: int = TRIES
    scores: list[float] = field(default_factory=list)  # of the takes that were made

    def likes(self, worked: NDArray[np.float16], rate: Fraction) -> bool:
        """Whether this take is better than those before it."""
        self.scores.append(self.score(worked, rate))
        return self.scores[-1] > max(self.scores[:-1], default=-1.0)

    @property
    def content(self) -> bool:
        """Whether no other take is wanted."""
        return max(self.scores, default=0.0) >= 1 or len(self.scores) >= self.tries

    @property
    def note(self) -> str:
        """What a creator should know of it, "" where the first take was right."""
        if len(self.scores) == 1 and self.scores[0] >= 1:
            return ""
        chosen = self.scores.index(max(self.scores)) + 1
        words = f"take {chosen} of {len(self.scores)} was kept, read back by the judge"
        return words if max(self.scores) >= 1 else f"{words}; it is not all that was asked for"


def judged(judge: Judge, asked: SceneParams, *, loop: bool = False) -> Liking:
    """A liking for clips in which `judge` reads what was asked for."""

    def score(worked: NDArray[np.float16], rate: Fraction) -> float:
        part = torch.from_numpy(worked[:MOST_FRAMES].astype(np.float32))
        clip = part.permute(3, 0, 1, 2)[None] / 127.5 - 1
        seen: Seen = judge.read(clip, rate)[0][0]
        scene, palette, motion = seen.agrees(asked)
        tells = judge.tells(asked) and not loop and len(worked) >= LEAST_S * rate
        return SCENE * scene + PALETTE * palette + MOTION * (motion or not tells)

    return Liking(score)
