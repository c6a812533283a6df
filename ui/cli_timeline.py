"""`roughcut timeline`: show it, undo, redo, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.console import Door, Json, ProjectDir, door, one_line, open_project

if TYPE_CHECKING:
    from fractions import Fraction

    from project.history import Edit
    from project.store import Project
    from timeline.model import Clip, Gap, Timeline

timeline_app = typer.Typer(
    help="The timeline: show, undo, redo, versions.", no_args_is_help=True, rich_markup_mode=None
)


@timeline_app.command()
def show(project: ProjectDir = None, as_json: Json = False) -> None:
    """The cut as it stands."""
    from project import history

    with door(as_json=as_json) as way, open_project(way, project, write=False) as opened:
        _show(way, history.current(opened))


@timeline_app.command()
def undo(project: ProjectDir = None, as_json: Json = False) -> None:
    """Take the last edit back."""
    from project import history

    with door(as_json=as_json) as way, open_project(way, project) as opened:
        taken_back = history.head(opened)
        history.undo(opened)
        way.say(f"Undone: {taken_back.label if taken_back else ''}", "green")
        _show(way, history.current(opened))


@timeline_app.command()
def redo(project: ProjectDir = None, as_json: Json = False) -> None:
    """Make the edit again that was undone last."""
    from project import history

    with door(as_json=as_json) as way, open_project(way, project) as opened:
        way.say(f"Done again: {history.redo(opened).label}", "green")
        _show(way, history.current(opened))


@timeline_app.command()
def versions(
    name: Annotated[str | None, typer.Option(help="Keep the cut under this name.")] = None,
    restore: Annotated[
        str | None, typer.Option(help="Go back to a version's name or an edit's number.")
    ] = None,
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Every state the cut was in; name one, or go back to one."""
    from project import history

    with (
        door(as_json=as_json) as way,
        open_project(way, project, write=bool(name or restore)) as opened,
    ):
        if name is not None and not name.strip():
            way.fail("a version needs a name", code=2)
        if name:
            history.name_version(opened, name)
            way.say(f"Kept as {name!r}.", "green")
        if restore:
            history.restore(opened, _wanted(way, opened, restore))
            way.say(f"Back at {restore!r}.", "green")
        _versions(way, opened)


def _wanted(way: Door, project: Project, name: str) -> int:
    from project import history

    named = history.versions(project)
    if name in named:
        return named[name].id
    if name in {str(edit.id) for edit in history.edits(project)}:
        return int(name)
    known = ", ".join(named) or "none yet"
    way.fail(f"there is no version {name!r}; named versions: {known}", code=2)


def _versions(way: Door, project: Project) -> None:
    from project import history

    here = history.head(project)
    named = {edit.id: name for name, edit in history.versions(project).items()}
    edits = history.edits(project)

    def row(edit: Edit) -> dict[str, Any]:
        return {
            "edit": edit.id,
            "parent": edit.parent_id,
            "label": edit.label,
            "actor": edit.actor,
            "at": edit.created_at,
            "name": named.get(edit.id),
            "head": here is not None and here.id == edit.id,
        }

    rows = [row(edit) for edit in edits]
    way.answer({"versions": rows})
    if not way.as_json:
        for one in rows:
            name = f"  [{one['name']}]" if one["name"] else ""
            mark = "→" if one["head"] else " "
            way.say(f"{mark} {one['edit']:4}  {one['actor']:6}  {one['label']}{name}")


def _show(way: Door, film: Timeline) -> None:
    from rich.table import Table
    from rich.text import Text

    from timeline.time import clock
    from ui.cli_make import timeline_document

    document = timeline_document(film)
    way.answer(document)
    if way.as_json:
        return
    if not film.tracks[0].items:
        way.say("The timeline is empty. Try: roughcut make 'a calm 30 s reel'", "dim")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("at", "length", "footage", "in - out", "why it is here"):
        table.add_column(name, overflow="fold")
    places: list[tuple[Fraction, Clip | Gap]] = [*film.clips(), *film.holes()]
    for at, item in sorted(places, key=lambda place: place[0]):
        source = getattr(item, "source", None)
        what = getattr(item, "name", None) or f"(hole) {getattr(item, 'wanted', '')}"
        mark = "  ✦ generated" if getattr(item, "origin", None) else ""
        reasons = "; ".join(getattr(item, "reasons", ()))
        table.add_row(
            clock(at),
            f"{float(item.duration):.2f}",
            Text(one_line(what) + mark, style="" if source else "yellow"),
            str(source) if source else "",
            Text(one_line(reasons), style="dim"),
        )
    way.console.print(table)
    for title in film.titles:
        way.say(f"T {title.span}  {title.text}", "magenta")
    for sound in document["sounds"]:
        way.say(f"♪ {clock(sound['start_s'])}  {sound['name']}", "cyan")
    way.say(
        f"{clock(film.duration)} at {float(film.rate):.3f} frames per second,"
        f" {film.width}x{film.height}",
        "dim",
    )
