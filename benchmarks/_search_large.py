"""Search through a whole made library of a size: seconds, recall, memory, disk, and rebuilding."""

from __future__ import annotations

import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks import _large
from benchmarks._many import DOING, KINDS
from index import library, vectors
from index.embed import embedder, question_vector
from index.search import search
from index.values import Filters
from project import footage as store
from project.settings import Settings
from project.store import Project

QUESTIONS, TOP = 40, 10
CHECKED, CHECKED_LARGE, LARGE = 5, 2, 500_000  # questions judged whole; beyond LARGE moments
AT_ONCE = 24  # pieces of footage that search judges whole, whatever it is asked
WAYS = (  # what is asked, words before the question, filters
    ("words", "", Filters()),
    ("words and looks, said", "bright still shot of", Filters()),
    ("only upright", "", Filters(orientation="portrait")),
    ("only dark moments", "", Filters(light="dark")),
    ("only dark, still, with faces", "", Filters(light="dark", motion="still", has_faces=True)),
)


def measured(count: int) -> Table:
    """What a library of `count` moments costs, and how well it answers."""
    files = -(-count // _large.LENGTH)
    table = Table(
        title=f"Search in a made library of {count:,} moments in {files:,} files",
        caption="captions are made sentences, embedded by the built-in model; the vector of a"
        " moment lies near its caption's, at a cosine of about 0.9",
    )
    for heading in ("what", "p50 ms", "p95 ms", "CPU ms", f"recall@{TOP}"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    with tempfile.TemporaryDirectory() as name:
        fill(table, Path(name) / "project", files)
    return table


def fill(table: Table, home: Path, files: int) -> None:
    """The rows: of the one who may write, then of a reader beside it, then what it all costs."""
    costs = []
    checked = CHECKED if files * _large.LENGTH <= LARGE else CHECKED_LARGE
    with Project.create(home, Settings()) as project, peak() as built:
        _large.build(project, range(files))
        costs.append(("caches made from the store", seconds(lambda: library.settle(project))))
    questions = asked()
    with Project.open(home, Settings()) as project, peak() as searching:
        costs.append(
            ("first question after opening", seconds(lambda: search(project, questions[0])))
        )
        for what, before, filters in WAYS:
            texts = [f"{before} {question}".strip() for question in questions]
            found = timed(
                lambda text, filters=filters: search(project, text, filters=filters), texts
            )
            share = judged(project, texts[:checked], filters)
            row(table, what, *found, f"{share:.3f}")
        neighbours(table, project, questions)
        costs += changed(project, files, questions)
    with Project.open(home, Settings(), write=False) as project, peak() as reading:
        search(project, questions[0])
        texts = questions[: len(questions) // 2]
        row(table, "words, by a reader", *timed(lambda text: search(project, text), texts), "")
    table.add_section()
    for what, spent in costs:
        row(table, what, f"{spent:,.1f} s")
    for what, size in (*disk(home), ("memory while building", built()),
                       ("memory of the one who may write", searching()),
                       ("memory of a reader", reading())):  # fmt: skip
        row(table, what, f"{size / 1e9:.2f} GB")


def row(table: Table, *cells: str) -> None:
    """One row, told at once: the whole table of a million takes the better part of an hour."""
    table.add_row(*cells)
    print(" | ".join(cells), file=sys.stderr, flush=True)


def asked() -> list[str]:
    """Questions about what the library shows, none as a caption says it."""
    dice, out = random.Random(2), []
    for number in range(QUESTIONS):
        seen, who, where = (part.split(",") for part in KINDS[number % len(KINDS)])
        a, b, c = dice.choice(who), dice.choice(seen), dice.choice(where)
        out.append(
            dice.choice((f"{a} with a {b}", f"{b} in a {c}", f"{a} {dice.choice(DOING)} the {b}"))
        )
    return out


def timed(ask: Callable[[str], object], texts: Sequence[str]) -> tuple[str, str, str]:
    """Milliseconds: median, 95th percentile, and what the processors worked for a question."""
    ask(texts[0])  # once more before, for what is kept from question to question
    began = time.process_time()
    spent = [1000 * seconds(lambda text=text: ask(text)) for text in texts]
    worked = 1000 * (time.process_time() - began) / len(texts)
    return f"{np.median(spent):.0f}", f"{np.percentile(spent, 95):.0f}", f"{worked:.0f}"


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def judged(project: Project, texts: Sequence[str], filters: Filters) -> float:
    """The share of hits as good as the best there are where every piece of footage is judged."""
    ids, good = [each.id for each in store.all_footage(project)], 0
    for text in texts:
        scores: list[float] = []
        for at in range(0, len(ids), AT_ONCE):
            here = replace(filters, footage_ids=tuple(ids[at : at + AT_ONCE]))
            scores += [hit.score for hit in search(project, text, filters=here, limit=TOP).hits]
        least = sorted(scores, reverse=True)[:TOP][-1]
        found = search(project, text, filters=filters, limit=TOP).hits
        good += sum(hit.score >= least - 1e-6 for hit in found)
    return good / (TOP * len(texts))


def neighbours(table: Table, project: Project, questions: Sequence[str]) -> None:
    """The nearest moments alone: by Chroma, then by comparing with each."""
    model = embedder(project.settings)
    held = vectors.matrix(project, "moment", model.name)
    of = {text: question_vector(model, text) for text in questions}

    def quick(text: str) -> list[vectors.Near]:
        return vectors.nearest(project, of[text], "moment", model=model.name, limit=TOP)

    good = 0
    for text in questions:
        least = vectors.brute_force(held, of[text], TOP)[-1].cosine
        good += sum(near.cosine >= least - 1e-5 for near in quick(text))
    row(table, "nearest moments, Chroma", *timed(quick, questions),
                  f"{good / (TOP * len(questions)):.3f}")  # fmt: skip
    exact = timed(lambda text: vectors.brute_force(held, of[text], TOP), questions)
    row(table, "nearest moments, compared with each", *exact, "1")


def changed(project: Project, files: int, questions: Sequence[str]) -> Iterator[tuple[str, float]]:
    """What the next search after one more file takes, and bringing the caches level."""
    _large.build(project, range(files, files + 1))
    yield "first question after one more file", seconds(lambda: search(project, questions[1]))
    yield "caches brought level after it", seconds(lambda: library.settle(project))


def disk(home: Path) -> Iterator[tuple[str, int]]:
    """Bytes of each kind of file of a project."""
    sizes = {path: path.stat().st_size for path in home.rglob("*") if path.is_file()}
    kinds = (("disk: store", r"roughcut\.db"), ("disk: mapped vectors", r"\.rows$"),
             ("disk: Chroma", r"chroma-"))  # fmt: skip
    for what, pattern in kinds:
        yield what, sum(n for path, n in sizes.items() if re.search(pattern, str(path)))


@contextmanager
def peak() -> Iterator[Callable[[], int]]:
    """The most memory this process had inside, mapped files too; asked for afterwards.

    Linux forgets an earlier peak on request; elsewhere it is the peak since the start.
    """
    status, most = Path("/proc/self/status"), [0]
    if status.is_file():
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    yield lambda: most[0]
    if status.is_file():
        said = re.search(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii"))
        most[0] = 1024 * int(said[1]) if said else 0
    else:
        most[0] = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
