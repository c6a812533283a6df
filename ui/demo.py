"""`roughcut demo`: the whole job on a sample library, every step approved and explained."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from ui.console import Door

GOAL = (
    "A calm 40 second film from day to night: clouds, waves and misty hills, a golden sunset,"
    " then city lights, rain on glass and a night sky full of stars, and end on the aurora."
    ' Call it "One Day" and lay soft music under it.'
)


def run_demo(way: Door, folder: Path) -> None:
    """Sample footage, ingest, a goal, every step, one hole filled; film, timeline and sheet."""
    from index.ingest import ingest
    from media.sheet import contact_sheet
    from project.store import DATABASE, Project
    from tools.export import write_exchange
    from ui.bars import file_bars, work_bar
    from ui.cli_make import drive
    from ui.cli_out import write_film
    from ui.sample import TAKES, shoot

    started = time.monotonic()
    _heading(way, "1", "Shooting a sample library", f"{len(TAKES)} clips on two cards")
    with work_bar(way.console, "Painting") as bar:
        painted = shoot(
            folder / "footage",
            workers=max(1, os.cpu_count() or 1),
            told=lambda done, every, name: bar(done / every, f"Painted {name}"),
        )
    kept = f"; {len(TAKES) - painted} were there already" if painted < len(TAKES) else ""
    way.say(f"✓ {painted} clips painted{kept}", "green")

    place = folder / "project"
    opened = Project.open(place) if (place / DATABASE).is_file() else Project.create(place)
    with opened as project:
        _heading(way, "2", "Watching and listening", "shots, senses, sound, words")
        with file_bars(way.console) as progress:
            report = ingest(project, [folder / "footage"], progress=progress)
        speed = float(report.media_seconds) / max(report.seconds, 0.001)
        way.say(
            f"✓ {len(report.footage)} files, {float(report.media_seconds):.0f} s of footage"
            f" in {report.seconds:.0f} s ({speed:.1f} x real time)",
            "green",
        )
        _heading(way, "3", "The goal", "every step is shown with its reasons, then approved")
        way.say(f"“{GOAL}”", "italic")
        document = drive(way, project, GOAL, yes=True)

        _heading(way, "4", "Out", "a film, a timeline, a contact sheet")
        document["out"] = write_film(way, project, folder / "rough-cut.mp4")
        document["timeline_file"] = str(write_exchange(project, "otio", folder / "rough-cut.otio"))
        way.say(f"✓ {document['timeline_file']}", "green")
    sheet = contact_sheet(folder / "rough-cut.mp4", folder / "contact-sheet.jpg")
    document["contact_sheet"] = str(sheet)
    document["seconds"] = time.monotonic() - started
    way.say(f"✓ {sheet}", "green")
    _closing(way, folder, document)


def _heading(way: Door, number: str, title: str, words: str) -> None:
    from rich.rule import Rule
    from rich.text import Text

    way.console.print()
    text = Text.assemble((f"{number}  {title}", "bold magenta"), (f"  {words}", "dim"))
    way.console.print(Rule(text, align="left", style="dim"))


def _closing(way: Door, folder: Path, document: dict[str, Any]) -> None:
    way.answer(document)
    if way.as_json:
        return
    film = document["timeline"]
    generated = sum(clip["generated"] for clip in film["clips"])
    way.console.print()
    way.say(
        f"A film of {float(film['duration_s']):.1f} s from {len(film['clips'])} clips,"
        f" {generated} of them generated, in {document['seconds']:.0f} s.",
        "bold green",
    )
    way.say(f"Look at it in the app: .venv/bin/roughcut ui --project {folder / 'project'}", "dim")
    unfinished = [step for step in document["steps"] if step["decision"] == "failed"]
    if unfinished or film["holes"]:
        way.fail("the demo did not finish: " + "; ".join(s["answer"] for s in unfinished))
