"""The same footage watched by one worker, by two, and by two nodes of a Ray cluster.

Only watching is measured, from the first worker's start to the last file's end; the cluster runs
already, as it does for those who have one. Every way must see the same. With fewer than 40 files
the first ones come again. `python -m benchmarks.engines [FOLDER] [FILES]` for other footage.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from index.analyse import Analysis
from index.watching import Executor
from index.watching_pool import Watchers
from index.watching_ray import RayWatchers
from tests.index.ray_nodes import AROUND, RayNodes

SHARED = Path(__file__).resolve().parents[2] / "shared" / "footage"
MEDIA = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".mts"}
FILES = 40


def benchmark(folder: Path = SHARED, files: int = FILES) -> Table:
    """Media seconds watched in each second, each way beside the others."""
    paths = chosen(folder, files)
    table = Table(title=f"Watching {len(paths)} files on {os.cpu_count()} processors")
    for heading in ("workers", "wall s", "media s in a second", "beside one", "beside the pool"):
        table.add_column(heading, justify="left" if heading == "workers" else "right")
    if not paths:
        table.add_row(f"no footage in {folder}")
        return table
    os.environ.update(AROUND)
    with RayNodes() as cluster:
        ways: list[tuple[str, Callable[[], Executor]]] = [
            ("one process", lambda: Watchers(paths, workers=1, read_text=True)),
            ("two processes", lambda: Watchers(paths, workers=2, read_text=True)),
            (
                "Ray, two nodes",
                lambda: RayWatchers(paths, address=cluster.address, workers=2, read_text=True),
            ),
        ]
        first: dict[int, Analysis] = {}
        speeds: list[float] = []
        for name, way in ways:
            found, wall_s = watched(way())
            first = first or found
            if found != first:
                raise SystemExit(f"{name}: not what one process saw")
            speeds.append(seconds(found) / wall_s)
            beside = [f"{speeds[-1] / one:.2f} x" for one in speeds[:2]]
            table.add_row(name, f"{wall_s:.1f}", f"{speeds[-1]:.2f}", *beside)
    return table


def chosen(folder: Path, files: int) -> list[Path]:
    """`files` files, the largest first as an ingest has them, all of them read once before."""
    if not folder.is_dir():
        return []
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MEDIA)
    picked = list(islice(cycle(found), files)) if found else []
    for path in set(picked):
        path.read_bytes()  # whoever comes first does not pay for the disk
    return sorted(picked, key=lambda path: -path.stat().st_size)


def watched(crew: Executor) -> tuple[dict[int, Analysis], float]:
    """What `crew` sees, and the wall seconds that took."""
    began = time.perf_counter()
    found = dict(filter(None, crew.watch()))
    return found, time.perf_counter() - began


def seconds(found: dict[int, Analysis]) -> float:
    """The length of all that was watched."""
    return float(sum((one.duration_s for one in found.values()), Fraction(0)))


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    Console().print(benchmark(folder, int(sys.argv[2]) if len(sys.argv) > 2 else FILES))
