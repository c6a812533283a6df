"""The agent at work as a person watches it: one bar, and what the model writes as it writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.console import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from agent.stream import Told

LINES = 12  # of what is being written, the newest last


@dataclass(frozen=True, slots=True)
class Watching:
    """Where progress `(share, words)` and the pieces of a model's answer go."""

    bar: Callable[..., None]
    told: Told


@contextmanager
def watching(console: Console, label: str) -> Iterator[Watching]:
    """A bar with the model's words under it, gone at the end. Nothing without a terminal."""
    from rich.console import Group
    from rich.live import Live
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.text import Text

    from agent.stream import Piece, Writing

    columns = (TextColumn("{task.description}", markup=False), BarColumn(28), TaskProgressColumn())
    progress, writing = Progress(*columns, console=console), Writing()
    task = progress.add_task(label, total=1.0)
    if not console.is_terminal:
        yield Watching(lambda *_: None, lambda _: None)
        return
    with Live(progress, console=console, transient=True) as live:

        def bar(share: float, words: object = "") -> None:
            text = one_line(words) if isinstance(words, str) and words else label
            progress.update(task, completed=share, description=text)

        def told(piece: Piece) -> None:
            writing.add(piece)
            lines = [one_line(line) for line in str(writing).splitlines()][-LINES:]
            live.update(Group(progress, Text("\n".join(lines), style="dim")))

        yield Watching(bar, told)
