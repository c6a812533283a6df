"""The making of one approved shot: by the approved way, and by one other where that fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.values import Frames, Generator, GeneratorError
from media.errors import Cancelled
from project.errors import CreatorError
from project.store import Project
from tools.drawing import Drawn, draw
from tools.filling.reading import Reading, surveyed
from tools.filling.ways import Way, else_done, same_way
from tools.shape import Cancel, Progress


@dataclass(frozen=True, slots=True)
class Making:
    """The making of one approved shot: how it is followed, stopped, and tried once more."""

    read: Reading
    project: Project
    every: tuple[Generator, ...]
    data: dict[str, Any]
    out: Path
    progress: Progress
    cancel: Cancel
    seen: Callable[[Frames], None]

    def made(self) -> tuple[Way, Drawn, str]:
        """The shot by the approved way, or by one other try; and what went wrong at first."""
        way = self._approved()
        try:
            return way, self._draw(way), ""
        except (CreatorError, GeneratorError) as error:
            wrong = str(error)
        other = None if way.paid or self.cancel() else self._instead_of(way)
        if other is not None:
            self.progress(0.0, "trying once more")
            try:
                made = self._draw(other)
                return other, made, f"The first try failed ({wrong}); this is the second."
            except (CreatorError, GeneratorError) as error:
                wrong = f"{wrong}. Tried again ({other.words}): {error}"
        raise CreatorError(f"{wrong}. {else_done(self.read.place, self.every)}")

    def _approved(self) -> Way:
        self.progress(0.0, "looking at the frames beside it")
        mode, backend = self.data["mode"], str(self.data["backend"])
        found = surveyed(self.read, self.project, self.every, only=(mode, backend))
        if self.cancel():
            raise Cancelled("stopped before it was drawn")
        if not found.ways:
            why = " ".join(filter(None, (found.why_not(mode), found.absent())))
            raise CreatorError(
                f"{backend} would not make the shot now: {why or 'it is not there any more'}"
            )
        return found.ways[0].seeded(int(self.data["seed"]))

    def _instead_of(self, way: Way) -> Way | None:
        """What to try once where `way` failed: another seed, or the next free way."""
        if way.generator.name != "motion":
            return way.seeded((way.join.request.seed + 1) % 2**31)
        ways = surveyed(self.read, self.project, self.every).ways
        return next((one for one in ways if not one.paid and not same_way(one, way)), None)

    def _draw(self, way: Way) -> Drawn:
        return draw(
            way.generator, way.join, self.out,
            progress=self.progress, cancel=self.cancel, seen=self.seen,
        )  # fmt: skip
