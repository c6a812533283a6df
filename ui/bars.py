"""Progress for people: a bar per file while footage is watched, one bar for a render."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ui.console import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from index.values import IngestProgress


@contextmanager
def file_bars(console: Console) -> Iterator[Callable[[IngestProgress], None]]:
    """A callback for ingest: the files under way as bars, and how many are done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.text import Text

    columns = (TextColumn("{task.description}", markup=False), BarColumn(28), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bars:
        whole = bars.add_task("Watching the footage", total=None)

        def told(progress: IngestProgress) -> None:
            doing = "Listening to" if progress.listening else "Watching"
            doing = "Looking at" if progress.looking else doing
            bars.update(whole, total=progress.all_files, completed=progress.done_files)
            label = one_line(progress.name)
            label = label if len(label) <= 30 else f"{label[:29]}…"
            if progress.status == "rejected":
                bars.console.print(
                    Text(f"✗ {label}: {one_line(progress.reason)}", style="red"), soft_wrap=True
                )
            bars.update(whole, description=f"{doing} {label:<30}")

        yield told


@contextmanager
def work_bar(console: Console, label: str) -> Iterator[Callable[..., None]]:
    """A callback `(share, words)` drawn as one bar."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(28), TaskProgressColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bars:
        task = bars.add_task(label, total=1.0)

        def told(share: float, words: object = "") -> None:
            text = one_line(words) if isinstance(words, str) and words else label
            bars.update(task, completed=share, description=text)

        yield told
