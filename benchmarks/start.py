"""How long the command line takes to answer, beside the bare interpreter it runs on."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from rich.table import Table

RUNS = 7
ANSWER_WITHIN_S = 0.5


def benchmark() -> Table:
    """Median wall time of `roughcut --help` and of an interpreter that does nothing."""
    command = Path(sys.executable).with_name("roughcut")
    rows = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "roughcut --help": [str(command), "--help"],
    }
    table = Table(title=f"Start, median of {RUNS}, target {ANSWER_WITHIN_S} s")
    for heading in ("command", "seconds", "beside bare Python"):
        table.add_column(heading, justify="left" if heading == "command" else "right")
    floor = 0.0
    for name, arguments in rows.items():
        if not Path(arguments[0]).exists():
            table.add_row(name, "not installed", "")
            continue
        seconds = median_s(arguments)
        floor = floor or seconds
        table.add_row(name, f"{seconds:.3f}", f"{seconds / floor:.1f} x")
    return table


def median_s(arguments: list[str]) -> float:
    """Median wall time of a command; the first run only warms the disk cache."""
    times = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run(arguments, check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])
