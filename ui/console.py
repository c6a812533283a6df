"""What the command line prints: for people with rich, for programs one JSON document."""

from __future__ import annotations

import errno
import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from project.store import Project

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ProjectDir = Annotated[
    Path | None,
    typer.Option("--project", "-p", envvar="ROUGHCUT_PROJECT", help="The project's folder."),
]

SECONDS = re.compile(r".*_s$|^(start|end|duration|length|usable)$")


def plain(value: Any) -> Any:
    """`value` for JSON: seconds as numbers (also where they are rational text), paths as text."""
    if isinstance(value, Fraction):
        return round(float(value), 6)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dict):
        return {
            str(k): _seconds(v) if SECONDS.match(str(k)) else plain(v) for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def _seconds(value: Any) -> Any:
    """A number of seconds that is kept as rational text, as a number."""
    if isinstance(value, str) and re.fullmatch(r"-?\d+(/[1-9]\d*)?", value):
        return plain(Fraction(value))
    return plain(value)


def one_line(text: str) -> str:
    """Text from outside on one line: breaks and control characters shown, not obeyed."""
    return "".join(c if c.isprintable() else ("⏎" if c in "\r\n" else "�") for c in text)


LOOK = "Check the path and the disk, then try again; nothing that was approved is lost."
WAYS_OUT = {
    errno.ENOSPC: "Free some space and try again; nothing that was approved is lost.",
    errno.EACCES: "Allow reading and writing there, or name another place.",
    errno.EPERM: "Allow reading and writing there, or name another place.",
    errno.EROFS: "That place can only be read; name another one.",
    errno.ENAMETOOLONG: "The name is too long for this disk; choose a shorter one.",
    errno.ENOTDIR: "A file stands where a folder is needed; name another place.",
    errno.EEXIST: "Something stands there already; name another place.",
}


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

        if not self.as_json:
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

    def need_consent(self, *, yes: bool) -> None:
        """Leave with code 2 where steps need approval and nobody can be asked for it."""
        if self.as_json and not yes:
            self.fail("--json cannot ask: add --yes to approve edits and slow steps", code=2)


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
    except OSError as error:
        where = f"{os.fspath(error.filename)}: " if isinstance(error.filename, str) else ""
        way.fail(f"{where}{error.strerror or error}. {WAYS_OUT.get(error.errno or 0, LOOK)}")
    except sqlite3.Error as error:
        way.fail(f"the project store could not be used: {error}. {LOOK}")
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
