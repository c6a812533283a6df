"""Where the files of an ingest are watched: worker processes here, or a Ray cluster.

Both satisfy `Executor` and give the same analyses bit for bit; settings, or who calls, choose.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from index.analyse import Analysis
    from media.values import Cancel
    from project.settings import Settings

    Watched = Generator[tuple[int, Analysis] | None, None, None]


class Executor(Protocol):
    """Files watched one at a time by each of some workers; a place is a file's, from 0."""

    def share(self, place: int) -> float:
        """How much of the file at `place` was watched, 0 to 1."""
        ...

    def watch(self, cancel: Cancel | None = None) -> Watched:
        """(place, analysis) as files are finished, None several times a second in between.

        A worker that is lost loses no file; a file that ends its worker twice is set aside.
        Raises Cancelled within two seconds of `cancel` saying so, CreatorError where the engine
        cannot be used; no process is left either way.
        """
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """What watches. address: of a Ray cluster; one is started here where that is empty."""

    name: Literal["local", "ray"] = "local"
    address: str = ""


def executor(
    paths: Sequence[Path],
    settings: Settings,
    *,
    engine: Engine | None = None,
    workers: int | None = None,
) -> Executor:
    """What watches `paths`: by `engine`, the settings' where that is None.

    Without `workers` there are as many as the settings say; on a cluster, where those say
    nothing, one for each of its processors. Raises CreatorError where Ray is not there.
    """
    chosen = engine or Engine(settings.engine, settings.ray_address)
    if chosen.name == "local":
        from index.watching_pool import Watchers

        count = workers or settings.workers
        return Watchers(paths, workers=count, read_text=settings.read_text)
    from index.watching_ray import RayWatchers

    asked = bool(not chosen.address or "workers" in settings.model_fields_set)
    return RayWatchers(
        paths,
        address=chosen.address,
        workers=workers or (settings.workers if asked else 0),
        read_text=settings.read_text,
    )


def one_thread() -> None:
    """Hold the libraries of this process to one thread each: it is one of many workers."""
    import cv2

    os.environ["OMP_NUM_THREADS"] = "1"
    cv2.setNumThreads(1)


def set_aside(path: Path) -> Analysis:
    """What is kept of a file that ended its worker twice."""
    from index.analyse import Analysis

    return Analysis(
        "rejected",
        f"the worker that watched {path.name!r} died twice (crashed, or out of memory);"
        " the file was set aside",
        "damaged",
    )
