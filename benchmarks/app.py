"""The browser app as a person meets it: opening, editing, dragging, searching, by size of project.

Projects of 12, 300 and 1,000 pieces of footage with 7, 200 and 500 clips are served by the real
app to the system's Chromium. Beside each figure stands the floor that the first mock of the app
reached. Times are of the wall, so they tell of this machine and of what else runs on it; *work* is
time of a processor, which does not. Frames stand beside those of the same page at rest.
ROUGHCUT_BENCH_ALL=0 leaves out the largest.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rich.table import Table

from benchmarks import _app_page, _app_project

SIZES = ((12, 7), (300, 200), (1000, 500))
FLOOR = {
    "first clip, cold": "1.6 s",
    "first clip, warm": "0.5 s",
    "edit acknowledged": "50 ms, with 200 clips 100",
    "frames, all clips in view": "16.7 ms with 200 clips",
    "frames, trim": "16.7 ms with 200 clips",
    "search, first": "10-14 ms",
    "search, warm": "10-14 ms",
}


def benchmark() -> Table | str:
    """One column for each size; words where there is no browser."""
    if not _app_page.CHROMIUM:
        return "the app is measured in Chromium, and there is none here"
    sizes = SIZES[:-1] if os.environ.get("ROUGHCUT_BENCH_ALL") == "0" else SIZES
    table = Table(title="The browser app", caption=f"load {os.getloadavg()[0]:.1f} at the begin")
    table.add_column("pieces of footage, clips")
    table.add_column("floor")
    columns = []
    for footage, clips in sizes:
        table.add_column(f"{footage:,}, {clips}", justify="right")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "film"
            _app_project.build(folder, footage, clips)
            columns.append(_app_page.measured(folder))
    for what in columns[0]:
        table.add_row(what, FLOOR.get(what, ""), *(column[what] for column in columns))
    return table
