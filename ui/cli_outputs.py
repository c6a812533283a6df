"""Commands that write what the index knows: article, chapters, shot list."""

from __future__ import annotations

from pathlib import Path

from ui.bars import work_bar
from ui.console import Door, one_line, open_project


def run_article(
    way: Door,
    called: str,
    folder: Path | None,
    kind: str = "html",
    *,
    out: Path | None = None,
    force: bool = False,
) -> None:
    """An illustrated article of one piece of footage, in a folder of its own."""
    from index.outputs.article_files import FORMATS, write_article
    from index.outputs.known import find_footage

    if kind not in FORMATS:
        way.fail(f"--format takes {' or '.join(FORMATS)}; not {kind!r}", code=2)
    with open_project(way, folder, write=False) as project:
        footage = find_footage(project, called)
        place = out or Path(f"{Path(footage.name).stem}-article")
        with work_bar(way.console, "Taking pictures") as bar:
            done = write_article(project, footage, place, kind=kind, force=force, progress=bar)
    for note in done.notes:
        way.say(f"! {note}", "yellow")
    way.say(
        f"✓ {done.page}: {_count(done.sections, 'section')}, {_count(done.pictures, 'picture')}",
        "green",
    )
    way.answer(
        {
            "footage_id": footage.id,
            "name": footage.name,
            "out": done.page,
            "format": kind,
            "sections": done.sections,
            "pictures": done.pictures,
            "notes": list(done.notes),
        }
    )


def run_chapters(
    way: Door,
    called: str,
    folder: Path | None,
    kind: str = "youtube",
    *,
    out: Path | None = None,
    force: bool = False,
) -> None:
    """Chapters of one piece of footage, printed or written to a file."""
    from index.outputs.chapters import FORMATS, SUFFIXES, chapters
    from index.outputs.known import find_footage, know
    from index.outputs.places import file_place, write_text
    from index.outputs.sections import sections

    if kind not in FORMATS:
        way.fail(f"--format takes {' or '.join(FORMATS)}; not {kind!r}", code=2)
    with open_project(way, folder, write=False) as project:
        footage = find_footage(project, called)
        place = file_place(project, out, SUFFIXES[kind], force=force) if out else None
        found = sections(know(project, footage))
    made = chapters(found, kind)
    if place:
        way.say(f"✓ {write_text(place, made.text)}: {_count(len(found), 'chapter')}", "green")
    else:
        _print(way, made.text)
    for note in made.notes:
        way.say(f"! {note}", "yellow")
    way.answer(
        {
            "footage_id": footage.id,
            "name": footage.name,
            "duration_s": footage.duration_s,
            "format": kind,
            "chapters": [
                {"start_s": s.range.start, "end_s": s.range.end, "title": s.title} for s in found
            ],
            "text": made.text,
            "notes": list(made.notes),
            "out": place,
        }
    )


def run_shotlist(
    way: Door,
    called: list[str],
    folder: Path | None,
    *,
    out: Path | None = None,
    force: bool = False,
) -> None:
    """The shots of the footage named, or of all of it, as CSV."""
    from index.outputs.known import find_footage, know
    from index.outputs.places import file_place, write_text
    from index.outputs.shotlist import as_csv, rows
    from project import footage as store

    with open_project(way, folder, write=False) as project:
        chosen = [find_footage(project, each) for each in called]
        chosen = chosen or store.all_footage(project, usable=True)
        if not chosen:
            way.fail("this project has no footage to list; bring some with: roughcut ingest DIR")
        place = None
        if out is not None or not way.as_json:
            place = file_place(project, out or Path("shots.csv"), (".csv",), force=force)
        table = [row for footage in chosen for row in rows(know(project, footage, meaning=False))]
    if place:
        write_text(place, as_csv(table))
        way.say(
            f"✓ {place}: {_count(len(table), 'shot')} of {_count(len(chosen), 'file')}", "green"
        )
    way.answer({"out": place, "shots": [row.cells() for row in table]})


def _print(way: Door, text: str) -> None:
    """Text to be copied, or piped on: its lines are not broken at the window's width."""
    from rich.text import Text

    if not way.as_json:
        for line in text.splitlines():
            way.console.print(Text(one_line(line)), soft_wrap=True)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
