"""What one edit costs on a timeline of 200 clips, beside a plain copy of the same as dicts.

The copy is the floor: no editor that keeps every state can do less than copy what it keeps.
The commit writes the whole state to disk and waits until it is safe there.
"""

from __future__ import annotations

import copy
import random
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from rich.table import Table

from project import history
from project.settings import Settings
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange

CLIPS, EDITS = 200, 1000


def benchmark() -> Table:
    """Milliseconds for each edit: the copy, the pure edit, the edit and its commit."""
    tl = cut(CLIPS)
    plain = document.to_document(tl)
    table = Table(title=f"{EDITS} edits on {CLIPS} clips")
    for heading in ("what", "ms for each", "beside the copy"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    floor = each_ms(lambda: [copy.deepcopy(plain) for _ in range(EDITS // 10)], EDITS // 10)
    table.add_row("copy of the timeline as dicts", f"{floor:.2f}", "1.0 x")
    pure = each_ms(lambda: edited(tl), EDITS)
    table.add_row("edit", f"{pure:.2f}", f"{pure / floor:.2f} x")
    with (
        tempfile.TemporaryDirectory() as folder,
        Project.create(Path(folder) / "p", Settings()) as project,
    ):

        def commit(after: Timeline) -> None:
            history.commit(project, after, "edit", actor="hand")

        kept = each_ms(lambda: edited(tl, commit), EDITS)
        table.add_row("edit and commit", f"{kept:.2f}", f"{kept / floor:.2f} x")
        undone = each_ms(lambda: [history.undo(project) for _ in range(100)], 100)
        table.add_row("undo", f"{undone:.2f}", f"{undone / floor:.2f} x")
        read = each_ms(lambda: [history.current(project) for _ in range(100)], 100)
        table.add_row("read the current timeline", f"{read:.2f}", f"{read / floor:.2f} x")
        size = (project.folder / "roughcut.db").stat().st_size / (EDITS + 2) / 1024
        table.caption = f"{size:.0f} kB on disk for each state"
    return table


def cut(clips: int) -> Timeline:
    """A cut of `clips` two-second clips with handles."""
    whole = TimeRange(Fraction(0), Fraction(10))
    items = tuple(
        Clip(f"c-{n}", f"f-{n % 40}", f"{n}.mp4", TimeRange(Fraction(4), Fraction(6)), whole)
        for n in range(clips)
    )
    return Timeline(tracks=(Track("V1", "video", items),))


def edited(tl: Timeline, after_each: Callable[[Timeline], None] = lambda _: None) -> Timeline:
    """The timeline after EDITS trims and moves, the same each time."""
    chance = random.Random(1)
    for number in range(EDITS):
        clip = chance.choice(tl.clips())[1]
        if number % 2:
            tl = edits.move(tl, clip.id, chance.randrange(CLIPS))
        else:
            length = Fraction(chance.randint(25, 75), 25)
            tl = edits.trim(tl, clip.id, TimeRange(Fraction(4), Fraction(4) + length))
        after_each(tl)
    return tl


def each_ms(work: Callable[[], object], times: int) -> float:
    """Milliseconds for each of the `times` things that `work` does."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000 / times
