"""How long a library of a size takes to know itself, and how long requests about it get.

Titles, summaries, words, vectors and topics of 5, 300 and 10,000 pieces of footage, beside reading
their rows once, which every way of doing it must; the time of a text model is left out (a bag of
words stands in for it). Then a model writes titles and names topics: requests, and tokens of the
longest, which may not pass the budget. ROUGHCUT_BENCH_ALL=0 leaves out the largest.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.table import Table

from benchmarks._many import WordEmbedder, build
from index import library
from index.describing.budget import BUDGET
from index.describing.run import describe
from index.describing.values import DescribeReport
from index.topics import topics
from index.values import Said
from media.values import Cancel
from project import footage as store
from project.settings import Settings
from project.store import Project
from tools.registry import tools

COUNTS = (5, 300, 10_000)
MEASURED = (
    "moments", "every row read, s", "first refresh, s", "refresh again, s", "one file changed, s",
    "first refresh, x read", "topics gathered, s", "topics", "overview, s", "lines of overview",
    "requests to name all", f"tokens of the longest, of {BUDGET}", "described, s",
)  # fmt: skip


class Echo:
    """Answers at once, in the right shape: what is measured is everything but the model."""

    name = "echo"

    def price(self, read: int, written: int) -> float:  # noqa: ARG002 - a writer's own
        """Nothing."""
        return 0.0

    def write(
        self,
        turns: Sequence[tuple[str, str]],
        *,
        cancel: Cancel | None = None,  # noqa: ARG002
    ) -> Said:
        """A title for each number, or a label for each topic."""
        data = turns[1][1]
        named = [int(n) for n in re.findall(r"^topic (\d+)", data, flags=re.M)]
        asked = [int(n) for n in re.findall(r"^footage (\d+)", data, flags=re.M)]
        if named:
            return Said(json.dumps({"topics": [{"topic": n, "label": f"Bin {n}"} for n in named]}))
        said = [{"number": n, "title": f"Take {n}", "summary": f"It is take {n}."} for n in asked]
        return Said(json.dumps({"footage": said}))


def benchmark() -> Table:
    """One column for each size."""
    table = Table(title="A library knows itself; processor seconds without the text model")
    table.add_column("pieces of footage")
    counts = COUNTS[:-1] if os.environ.get("ROUGHCUT_BENCH_ALL") == "0" else COUNTS
    columns: list[list[str]] = []
    words, true, settle = WordEmbedder(), library.embedder, library.settle
    library.embedder = lambda _: words  # type: ignore[assignment]
    library.settle = lambda _: None
    try:
        for count in counts:
            with (
                tempfile.TemporaryDirectory() as name,
                Project.create(Path(name) / "project", Settings()) as project,
            ):
                columns.append(measured(project, count))
    finally:
        library.embedder, library.settle = true, settle
    for count in counts:
        table.add_column(f"{count:,}", justify="right")
    for what, *values in zip(MEASURED, *columns, strict=True):
        table.add_row(what, *values)
    return table


def measured(project: Project, count: int) -> list[str]:
    """What MEASURED names, of one size."""
    build(project, count)
    some = store.all_footage(project)
    read = timed(lambda: [rows_of(project, each.id) for each in some])
    first = timed(lambda: library.refresh(project, gather=False))
    gathered = timed(lambda: library.refresh_topics(project))
    again = timed(lambda: library.refresh(project))
    one = timed(lambda: library.refresh(project, [some[0].id]))
    size = sum(1 + sum(1 + len(child.children) for child in t.children) for t in topics(project))
    overview = tools()["overview"]
    answers: list[str] = []
    told = timed(lambda: answers.append(overview.propose(overview.arguments(), project).answer))
    reports: list[DescribeReport] = []
    described = timed(lambda: reports.append(describe(project, Echo())))
    moments = project.row("SELECT count(*) AS n FROM moment")
    return [
        f"{moments['n'] if moments else 0:,}",
        *(f"{seconds:.2f}" for seconds in (read, first, again, one)),
        f"{first / read:.1f}",
        f"{gathered:.2f}",
        str(size),
        f"{told:.2f}",
        str(len(answers[0].splitlines())),
        f"{reports[0].requests:,}",
        str(reports[0].largest),
        f"{described:.1f}",
    ]


def rows_of(project: Project, footage_id: str) -> int:
    """How many rows hang on one piece of footage, all of them read."""
    moments, shots = store.moments(project, footage_id), store.shots(project, footage_id)
    return len(moments) + len(shots) + len(store.speech(project, footage_id))


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time, which does not count what else the machine does."""
    began = time.process_time()
    work()
    return time.process_time() - began
