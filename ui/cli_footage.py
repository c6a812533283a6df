"""Commands about footage: ingest, search, overview, ideas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.console import Door, one_line, open_project

if TYPE_CHECKING:
    from index.values import Found
    from index.watching import Engine
    from project.settings import Settings


def run_ingest(
    way: Door,
    folders: list[Path],
    folder: Path | None,
    workers: int | None,
    *,
    engine: str | None = None,
    address: str | None = None,
) -> None:
    """Ingest with a bar per file, then a table of what could and could not be used."""
    from index.ingest import ingest
    from project.store import DATABASE, Project
    from ui.bars import file_bars

    for wanted in folders:
        if not wanted.exists():
            way.fail(f"there is no {wanted}; name a folder or a file that exists", code=2)
    if engine not in (None, "local", "ray"):
        way.fail(f"--engine takes local or ray; not {engine!r}", code=2)
    if folder is not None and not (folder / DATABASE).is_file():
        if folder.exists() and any(folder.iterdir()):
            way.fail(f"{folder} is not empty and holds no project; name another folder", code=2)
        Project.create(folder).close()
        way.say(f"Made a new project in {folder}.", "green")
    with open_project(way, folder) as project, file_bars(way.console) as progress:
        chosen = _engine(way, project.settings, engine, address)
        report = ingest(project, folders, workers=workers, engine=chosen, progress=progress)
    rows = [
        {
            "id": f.id,
            "name": f.name,
            "status": f.status,
            "reason": f.reason,
            "duration_s": f.duration_s,
            "shots": f.shots,
            "moments": f.moments,
            "notes": list(f.notes),
        }
        for f in report.footage
    ]
    way.answer(
        {
            "footage": rows,
            "seconds": report.seconds,
            "media_seconds": report.media_seconds,
            "listening": report.listening,
            "looking": report.looking,
        }
    )
    if not way.as_json:
        _ingest_table(way, rows, report.seconds, report.media_seconds)
        for told in filter(None, (report.listening, report.looking)):
            way.say(told)
    if not rows:
        way.say("There was no footage in there.", "yellow")


def _engine(way: Door, settings: Settings, name: str | None, address: str | None) -> Engine:
    """What watches: as the command says, else as the settings do; a cluster is named aloud."""
    from index.watching import Engine

    if (name or settings.engine) == "local":
        if address:
            way.fail("--address is that of a Ray cluster; say --engine ray with it", code=2)
        return Engine()
    chosen = Engine("ray", settings.ray_address if address is None else address)
    if chosen.address:
        way.say(f"Watching on the Ray cluster at {chosen.address}.", "dim")
    else:
        way.say("No address was given: a Ray cluster of this machine is started, for now.", "dim")
    return chosen


def _ingest_table(
    way: Door, rows: list[dict[str, Any]], seconds: float, media_seconds: Fraction
) -> None:
    from rich.table import Table
    from rich.text import Text

    from timeline.time import clock

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("footage", "", "length", "shots", "what was found"):
        table.add_column(name, overflow="fold", justify="right" if name in ("length",) else "left")
    marks = {"ok": ("✓", "green"), "partial": ("◐", "yellow"), "rejected": ("✗", "red")}
    for row in rows:
        mark, style = marks[row["status"]]
        table.add_row(
            Text(one_line(row["name"])),
            Text(mark, style=style),
            Text(clock(row["duration_s"]) if row["status"] != "rejected" else "-"),
            Text(str(row["shots"])),
            Text.assemble(
                (one_line(row["reason"]), style if row["reason"] else ""),
                (one_line(" ".join(["", *row["notes"]])), "dim"),
            ),
        )
    way.console.print(table)
    speed = float(media_seconds) / seconds if seconds else 0.0
    way.say(
        f"{len(rows)} files, {clock(media_seconds)} of footage in {seconds:.1f} s"
        f" ({speed:.1f} x real time)",
        "dim",
    )


def run_search(
    way: Door,
    words: str,
    folder: Path | None,
    limit: int,
    wanted: dict[str, Any],
    *,
    like: str = "",
    within: Sequence[str] = (),
) -> None:
    """Search and print each hit with where it is and why it matched.

    like: NAME@SECONDS of a moment to find more like, in place of words; within: names or ids of
    the footage to look in, all of it without any.
    """
    from dataclasses import replace

    from index.alike import alike
    from index.outputs.known import find_footage
    from index.search import search
    from index.values import Filters
    from timeline.time import exact
    from tools.dailies import Dailies
    from tools.search import causes

    allowed: dict[str, tuple[str, ...]] = {
        "orientation": ("portrait", "landscape", "square"),
        "light": ("dark", "bright"),
        "motion": ("still", "moving"),
    }
    for name, options in allowed.items():
        if wanted[name] is not None and wanted[name] not in options:
            way.fail(f"--{name} takes {', '.join(options)}; not {wanted[name]!r}", code=2)
    if like and words.strip():
        way.fail("say what to look for, or name a moment with --like; not both", code=2)
    called, at_s = _named_moment(way, like) if like else ("", Fraction(0))
    if not like and not words.strip():
        way.fail("say what to look for, for example: roughcut search 'waves at dusk'", code=2)
    given = {k: v for k, v in wanted.items() if v is not None}
    for name in ("min_length_s", "max_length_s"):
        if name in given:
            if not math.isfinite(given[name]) or given[name] < 0:
                way.fail(f"a length is a number of seconds from 0 on; not {given[name]}", code=2)
            given[name] = exact(given[name])
    with open_project(way, folder, write=False) as project:
        only = tuple(find_footage(project, each).id for each in within) or None
        filters = replace(Filters(), **given, footage_ids=only)
        if like:
            mine = find_footage(project, called).id
            found = alike(project, mine, at_s, filters=filters, limit=limit)
        else:
            found = search(project, words, filters=filters, limit=limit)
        dailies = Dailies(project)
        because = [causes(hit, dailies) for hit in found.hits]
    way.answer(
        {
            "query": found.query,
            "confident": found.confident,
            "reason": found.reason,
            "hits": [
                {
                    "footage_id": hit.footage_id,
                    "name": hit.name,
                    "title": hit.title,
                    "start_s": hit.range.start,
                    "end_s": hit.range.end,
                    "score": hit.score,
                    "why": [
                        {"kind": w.kind, "quote": w.quote, "strength": w.strength} for w in hit.why
                    ],
                }
                for hit in found.hits
            ],
        }
    )
    if not way.as_json:
        _say_hits(way, found, because)


def _say_hits(way: Door, found: Found, because: Sequence[Sequence[str]]) -> None:
    """The hits as people read them, each with its causes in words."""
    if not found.confident:
        way.say(found.reason or "Nothing like that in this footage.", "yellow")
        if found.hits:
            way.say("Nearest, for what it is worth:", "dim")
    elif found.reason:
        way.say(found.reason[:1].upper() + found.reason[1:] + ".", "dim")
    for number, (hit, causes) in enumerate(zip(found.hits, because, strict=True), start=1):
        title = f"  {hit.title}" if hit.title else ""
        way.say(f"{number:2}. {hit.name}  {hit.range}{title}  ({hit.score:.2f})", "bold")
        for cause in causes:
            way.say(f"      {cause}", "dim")


def _named_moment(way: Door, like: str) -> tuple[str, Fraction]:
    """The name and the seconds of NAME@SECONDS; leaves with code 2 where it is not that."""
    name, at, seconds = like.rpartition("@")
    try:
        at_s = Fraction(seconds)
    except (ValueError, ZeroDivisionError):
        at_s = Fraction(-1)
    if not name or not at or at_s < 0:
        way.fail(f"--like takes NAME@SECONDS, such as beach.mp4@12.5; not {like!r}", code=2)
    return name, at_s


def run_read_tool(way: Door, name: str, arguments: dict[str, Any], folder: Path | None) -> None:
    """A tool that only reads: its answer for people, its data for programs."""
    from tools.registry import tools

    with open_project(way, folder, write=False) as project:
        tool = tools()[name]
        proposal = tool.propose(tool.arguments.model_validate(arguments), project)
    way.answer({"answer": proposal.answer, **proposal.data})
    if not way.as_json:
        for line in proposal.answer.splitlines():
            way.say(line)
