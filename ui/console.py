"""What the command line prints: for people with rich, for programs one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from project.store import Project


def plain(value: Any) -> Any:
    """`value` for JSON: seconds as numbers, paths and everything else as text."""
    if isinstance(value, Fraction):
        return round(float(value), 6)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def one_line(text: str) -> str:
    """Text from outside on one line: breaks and control characters shown, not obeyed."""
    return "".join(c if c.isprintable() else ("⏎" if c in "\r\n" else "�") for c in text)


class Door:
    """One command's way out: a console for people, one JSON document for programs."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._console: Console | None = None

    @property
    def console(self) -> Console:
        """Standard output for people; standard error while a program reads standard output."""
        if self._console is None:
            from rich.console import Console

            self._console = Console(stderr=self.as_json, highlight=False, soft_wrap=False)
        return self._console

    def say(self, text: str, style: str | None = None) -> None:
        """A line for people. `text` is never read as markup."""
        from rich.text import Text

        self.console.print(Text(one_line(text), style=style or ""))

    def answer(self, document: dict[str, Any]) -> None:
        """The document a program asked for; nothing where a person reads."""
        if self.as_json:
            sys.stdout.write(json.dumps(plain(document), ensure_ascii=True) + "\n")
            sys.stdout.flush()

    def fail(self, message: str, *, code: int = 1) -> NoReturn:
        """The reason on the way out, with the exit code (1 failed, 2 wrong use)."""
        if self.as_json:
            self.answer({"error": message})
        else:
            from rich.console import Console
            from rich.text import Text

            Console(stderr=True, highlight=False).print(Text(f"✗ {message}", style="bold red"))
        raise typer.Exit(code)


@contextmanager
def door(*, as_json: bool) -> Iterator[Door]:
    """A command's edge: every failure Roughcut can name leaves as a message, not a traceback."""
    from generator.values import GeneratorError
    from media.errors import MediaError
    from project.errors import RoughcutError
    from timeline.errors import EditError

    way = Door(as_json=as_json)
    try:
        yield way
    except (RoughcutError, EditError, MediaError, GeneratorError) as error:
        way.fail(str(error))
    except KeyboardInterrupt:
        way.fail("stopped; everything approved so far is kept", code=130)


def open_project(way: Door, folder: Path | None, *, write: bool = True) -> Project:
    """The project in `folder`, or in the current folder. Leaves with code 2 where none is named."""
    from project.store import DATABASE, Project

    if folder is None:
        folder = Path.cwd()
        if not (folder / DATABASE).is_file():
            way.fail(
                "which project? Name one with --project DIR, or run this inside a project"
                " folder (make one with: roughcut new DIR)",
                code=2,
            )
    return Project.open(folder, write=write)
