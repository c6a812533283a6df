"""Commands that write files: render, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from project.errors import CreatorError
from ui.bars import work_bar
from ui.console import Door, open_project

if TYPE_CHECKING:
    from project.store import Project

EXCHANGE = ("otio", "fcpxml", "edl", "srt")


def check_out(way: Door, project: Project, out: Path, suffixes: tuple[str, ...]) -> None:
    """Leaves with code 2 where `out` cannot be written, before any work is done for it."""
    from tools.export import target

    if out.suffix.lower() not in suffixes:
        way.fail(f"--out takes a file ending in {' or '.join(suffixes)}; not {out.name!r}", code=2)
    try:
        target(project, out, out.suffix.lower())
    except CreatorError as error:
        way.fail(str(error), code=2)


def write_film(way: Door, project: Project, out: Path) -> str:
    """Render the timeline to `out`, with a bar. Returns the path as text."""
    from tools.export import render_timeline

    with work_bar(way.console, "Rendering") as bar:
        done = render_timeline(project, out, progress=bar)
    for warning in done.warnings:
        way.say(f"! {warning}", "yellow")
    way.say(
        f"✓ {done.path}: {float(done.duration_s):.2f} s, {done.frames} frames,"
        f" {done.width}x{done.height}",
        "green",
    )
    return str(done.path)


def run_render(way: Door, folder: Path | None, out: Path) -> None:
    """The film, opened and checked."""
    from project import history

    with open_project(way, folder) as project:
        check_out(way, project, out, (".mp4",))
        path = write_film(way, project, out)
        film = history.current(project)
    way.answer({"out": path, "duration_s": film.duration, "rate": str(film.rate)})


def run_export(way: Door, folder: Path | None, kind: str, out: Path | None) -> None:
    """The timeline in another editor's format."""
    from tools.export import write_exchange

    if kind not in EXCHANGE:
        way.fail(f"--to takes {', '.join(EXCHANGE)}; not {kind!r}", code=2)
    with open_project(way, folder, write=False) as project:
        path = write_exchange(project, kind, out or Path(f"rough-cut.{kind}"))  # type: ignore[arg-type]
    way.say(f"✓ {path}", "green")
    way.answer({"out": path, "to": kind})
