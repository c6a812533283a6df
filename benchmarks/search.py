"""How long a question takes over made vectors and words: exact comparison beside Chroma and FTS5.

The vectors lie around a few hundred centres, as the sentences of real footage do; vectors without
any order would make every approximate index look worse than it is. `--moments N` instead makes a
whole library of that size and asks it through `search`: its captions, vectors, looks and words.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from benchmarks._search_large import measured
from index import vectors
from project.settings import Settings
from project.store import Project

COUNTS, LARGE = (1_000, 50_000), 100_000  # the large one with ROUGHCUT_BENCH_ALL=1 only
WIDTH, CENTRES, A_CLIP, QUESTIONS, TOP = 384, 300, 100, 60, 10
MODEL = "made"
WORDS = (
    "boat", "beach", "child", "dog", "street", "night", "rain", "snow", "market", "kitchen",
    "train", "bridge", "dance", "speech", "river", "forest", "garden", "window", "crowd",
    "bicycle", "candle", "mountain", "office", "stage", "tower", "horse", "phone", "flower",
)  # fmt: skip


def benchmark(moments: int = 0) -> Table:
    """Median and 95th percentile of a question, recall of Chroma's ten, ratio to the exact way.

    moments: of a whole made library that is searched as a creator's is, instead.
    """
    if moments:
        return measured(moments)
    table = Table(title=f"Search, {QUESTIONS} questions each, the best {TOP}")
    for heading in ("vectors", "how", "p50 ms", "p95 ms", "x exact", f"recall@{TOP}"):
        table.add_column(heading, justify="left" if heading == "how" else "right")
    for count in (*COUNTS, LARGE) if os.environ.get("ROUGHCUT_BENCH_ALL") else COUNTS:
        with tempfile.TemporaryDirectory() as name:
            home = Path(name) / "project"
            with Project.create(home, Settings()) as project:
                measure(project, count, table)
    return table


def measure(project: Project, count: int, table: Table) -> None:
    """The rows of one size."""
    asked = filled(project, count)
    held = vectors.matrix(project, "moment", MODEL)
    exact, truth = timed(lambda n: vectors.brute_force(held, asked[n], TOP))
    row(table, count, "exact, in memory", exact, exact, "1")
    vectors.settle(project, MODEL)
    chroma = vectors.cache(project, MODEL)
    if chroma is None:
        raise RuntimeError("there are vectors, and this process may write; Chroma is missing")
    quick, found = timed(lambda n: chroma.nearest(asked[n], "moment", TOP) or [])
    row(table, count, "Chroma", quick, exact, f"{recall(found, truth):.3f}")
    for how, joiner in (("FTS5, all words", " "), ("FTS5, any word", " OR ")):
        spent, _ = timed(lambda n, joiner=joiner: by_words(project, n, joiner))  # type: ignore[misc]
        row(table, count, how, spent, exact, "")


def row(table: Table, count: int, how: str, ms: list[float], exact: list[float], hit: str) -> None:
    """One row of the table."""
    p50, p95 = statistics.median(ms), float(np.percentile(ms, 95))
    ratio = p50 / statistics.median(exact)
    table.add_row(f"{count:,}", how, f"{p50:.2f}", f"{p95:.2f}", f"{ratio:.2f}", hit)


def timed(ask: Callable[[int], list[vectors.Near]]) -> tuple[list[float], list[list[vectors.Near]]]:
    """Milliseconds of each question, and what it found; the first is asked once more before."""
    ask(0)
    spent, found = [], []
    for number in range(QUESTIONS):
        began = time.perf_counter()
        found.append(ask(number))
        spent.append((time.perf_counter() - began) * 1000)
    return spent, found


def recall(found: list[list[vectors.Near]], truth: list[list[vectors.Near]]) -> float:
    """The share of the true neighbours that were found."""
    hits = 0
    for mine, right in zip(found, truth, strict=True):
        wanted = {(near.footage_id, near.ordinal) for near in right}
        hits += len(wanted & {(near.footage_id, near.ordinal) for near in mine})
    return hits / sum(map(len, truth))


def by_words(project: Project, number: int, joiner: str) -> list[vectors.Near]:
    """The moments whose words match two words, best first."""
    asked = joiner.join((WORDS[number % len(WORDS)], WORDS[(7 * number + 3) % len(WORDS)]))
    rows = project.rows(
        "SELECT rowid FROM made_words WHERE made_words MATCH ? ORDER BY bm25(made_words) LIMIT ?",
        asked, TOP,
    )  # fmt: skip
    return [vectors.Near(str(r[0]), 0, 0.0) for r in rows]


def filled(project: Project, count: int) -> NDArray[np.float32]:
    """Put `count` moments with vectors and words into the project; (QUESTIONS, WIDTH) questions."""
    dice = np.random.default_rng(1)
    centres = dice.standard_normal((CENTRES, WIDTH)).astype(np.float32)

    def near(many: int) -> NDArray[np.float32]:
        spread = dice.standard_normal((many, WIDTH)).astype(np.float32)
        found = centres[dice.integers(0, CENTRES, many)] + 0.7 * spread
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit.astype(np.float32)

    with project.transaction() as db:
        db.execute("CREATE VIRTUAL TABLE made_words USING fts5(words)")
        texts = (" ".join(dice.choice(WORDS, 8)) for _ in range(count))
        db.executemany("INSERT INTO made_words VALUES (?)", ((text,) for text in texts))
        for at in range(0, count, A_CLIP):
            add_clip(project, f"f-{at // A_CLIP}", near(min(A_CLIP, count - at)))
    return near(QUESTIONS)


def add_clip(project: Project, footage_id: str, rows: NDArray[np.float32]) -> None:
    """One piece of footage with the vectors of its moments."""
    with project.transaction() as db:
        db.execute(
            "INSERT INTO footage (id, path, name, folder, fingerprint, bytes, mtime_ns, status,"
            " created_at) VALUES (?1, ?1, ?1, '', ?1, 0, 0, 'ok', '')",
            (footage_id,),
        )
    new = [vectors.Stored("moment", n, "made", row) for n, row in enumerate(rows)]
    vectors.replace(project, footage_id, MODEL, keep=set(), new=new)
