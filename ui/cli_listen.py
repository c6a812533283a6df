"""The command about speech: a transcriber writes down what is said in the footage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.bars import work_bar
from ui.console import Door, one_line, open_project

if TYPE_CHECKING:
    from index.listening.listen import ListenReport

MARKS = {
    "heard": ("✓", "green"), "known": ("✓", "dim"), "silent": ("-", "dim"), "failed": ("✗", "red"),
}  # fmt: skip
SAID = {"known": "heard before", "silent": "nobody speaks"}


def run_listen(
    way: Door,
    folder: Path | None,
    *,
    model: str,
    names: list[str],
    again: bool,
    max_usd: float | None,
) -> None:
    """Transcribe all footage with sound, or that with these names.

    `model` goes before the settings' transcriber. Leaves with code 1 where something is left to
    do or no file could be heard, with 2 where no transcriber is named.
    """
    from index.listening.listen import listen
    from index.listening.transcribers import WAYS, transcriber
    from index.outputs.known import find_footage

    if max_usd is not None and not 0 <= max_usd < float("inf"):
        way.fail(f"--max-usd takes US dollars, 0 or more; not {max_usd}", code=2)
    with open_project(way, folder) as project:
        settings = project.settings
        if model:
            settings = settings.model_copy(update={"transcriber": model})
        chosen = transcriber(settings)
        if chosen is None:
            way.fail(
                f"no transcriber is set; name one with --model or ROUGHCUT_TRANSCRIBER: {WAYS}",
                code=2,
            )
        ids = [find_footage(project, each).id for each in names] or None
        cap = settings.max_money_usd if max_usd is None else max_usd
        if chosen.usd:
            way.say(f"{chosen.name}: about {chosen.usd:g} US dollars a minute, {cap:g} at most")
        with work_bar(way.console, "Listening") as bar:
            report = listen(project, chosen, ids, again=again, max_usd=cap, progress=bar)
    way.answer(_document(report))
    if not way.as_json:
        _table(way, report)
    if report.stopped and not way.as_json:
        way.fail(report.stopped)
    if report.stopped or (report.files and all(f.status == "failed" for f in report.files)):
        import typer

        raise typer.Exit(1)


def _document(report: ListenReport) -> dict[str, Any]:
    return {
        "model": report.model,
        "left_out_share": round(report.left_out, 4),
        "usd": round(report.usd, 6),
        "seconds": report.seconds,
        "stopped": report.stopped,
        "left": list(report.left),
        "files": [
            {
                "id": f.id,
                "name": f.name,
                "status": f.status,
                "reason": f.reason,
                "language": f.language,
                "words": f.words,
                "sound_s": f.sound_s,
                "sent_s": f.sent_s,
                "asked": f.asked,
                "remembered": f.remembered,
            }
            for f in report.files
        ],
    }


def _table(way: Door, report: ListenReport) -> None:
    from rich.table import Table
    from rich.text import Text

    from timeline.time import clock

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("footage", "", "words", "language", "speech", "of", ""):
        right = name in ("words", "speech", "of")
        table.add_column(name, overflow="fold", justify="right" if right else "left")
    for file in report.files:
        mark, style = MARKS[file.status]
        measured = file.status in ("heard", "silent")
        table.add_row(
            Text(one_line(file.name)),
            Text(mark, style=style),
            Text(str(file.words) if file.words else ""),
            Text(one_line(file.language)),
            Text(clock(file.sent_s) if measured else ""),
            Text(clock(file.sound_s) if measured else ""),
            Text(one_line(file.reason) or SAID.get(file.status, ""), style="dim"),
        )
    way.console.print(table)
    asked = sum(f.asked for f in report.files)
    remembered = sum(f.remembered for f in report.files)
    cost = f", {report.usd:.4f} US dollars" if report.usd else ""
    way.say(
        f"{report.model}: asked {asked} times, {remembered} answers were kept from before,"
        f" {report.left_out:.0%} of the sound left out, {report.seconds:.1f} s{cost}",
        "dim",
    )
    if not report.files:
        way.say("There is no footage with sound.", "yellow")
