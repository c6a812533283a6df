"""The command about titles, summaries and topics: a model logs the footage."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.bars import work_bar
from ui.console import Door, one_line, open_project

if TYPE_CHECKING:
    from index.describing.values import DescribeProgress, DescribeReport, FileWords

MARKS = {
    "described": ("✓", "green"), "already": ("✓", "dim"), "skipped": ("-", "dim"),
    "failed": ("✗", "red"), "left": ("◌", "yellow"),
}  # fmt: skip
SHOWN = 40  # rows of the table
KINDS = (
    "'openai:MODEL' with ROUGHCUT_API_KEY, or with ROUGHCUT_BASE_URL for a server of your own, or"
    " any other LangChain chat model by name"
)


def run_describe(
    way: Door,
    folder: Path | None,
    *,
    model: str,
    names: list[str],
    again: bool,
    max_usd: float | None,
    budget: int | None,
) -> None:
    """Titles, summaries and topics written by `model`, or by the settings' brain.

    Leaves with code 1 where something is left to do or nothing could be written.
    """
    from agent.writer import writer
    from index.describing.budget import BUDGET
    from index.describing.run import describe
    from index.outputs.known import find_footage

    if max_usd is not None and not 0 <= max_usd < float("inf"):
        way.fail(f"--max-usd takes US dollars, 0 or more; not {max_usd}", code=2)
    with open_project(way, folder) as project:
        settings = project.settings
        if model:
            settings = settings.model_copy(update={"brain": model})
        chosen = writer(settings)
        if chosen is None:
            way.fail(f"no model is set; name one with --model or ROUGHCUT_BRAIN: {KINDS}", code=2)
        ids = [find_footage(project, each).id for each in names] or None
        with work_bar(way.console, "Describing") as bar:

            def told(now: DescribeProgress) -> None:
                spent = f", {now.usd:.3f} US dollars" if now.usd else ""
                bar(now.share, f"{now.name}: {now.requests} requests{spent}")

            report = describe(
                project, chosen, ids, budget=budget or BUDGET, max_usd=max_usd, again=again,
                progress=told,
            )  # fmt: skip
    way.answer(_document(report))
    if not way.as_json:
        _say(way, report)
    if report.stopped and not way.as_json:
        way.fail(report.stopped)
    done = any(f.outcome in ("described", "already", "skipped") for f in report.files)
    if report.stopped or (report.files and not done):
        import typer

        raise typer.Exit(1)


def _document(report: DescribeReport) -> dict[str, Any]:
    return {
        "model": report.model,
        "usd": report.usd,
        "tokens": report.tokens,
        "requests": report.requests,
        "largest_request_tokens": report.largest,
        "invented": report.invented,
        "seconds": report.seconds,
        "stopped": report.stopped,
        "left": list(report.left),
        "topics": asdict(report.topics) if report.topics else None,
        "files": [
            {
                "id": file.footage_id,
                "name": file.name,
                "outcome": file.outcome,
                "reason": file.reason,
                "title": file.title,
                "left_out": file.left_out,
            }
            for file in report.files
        ],
    }


def _say(way: Door, report: DescribeReport) -> None:
    """What came out, as people read it."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("footage", "", "title", ""):
        table.add_column(name, overflow="fold")
    for file in report.files[:SHOWN]:
        mark, style = MARKS[file.outcome]
        table.add_row(
            Text(one_line(file.name)),
            Text(mark, style=style),
            Text(one_line(file.title)),
            Text(one_line(_note(file)), style="dim"),
        )
    way.console.print(table)
    if len(report.files) > SHOWN:
        way.say(f"and {len(report.files) - SHOWN} more", "dim")
    named = report.topics
    if named is not None and named.named:
        way.say(f"{named.named} topics named; see them with: roughcut overview")
    if named is not None and named.reason:
        way.say(f"{named.by_rule} topics kept labels made by rule: {named.reason}", "yellow")
    dropped = report.invented + (named.invented if named else 0)
    if dropped:
        way.say(f"{dropped} numbers in answers stood for no footage and were dropped", "yellow")
    cost = f", {report.usd:.4f} US dollars" if report.usd else ""
    way.say(
        f"{report.model}: {report.count('described')} described,"
        f" {report.count('already')} as before, {report.requests} requests of at most"
        f" {report.largest} tokens, {report.seconds:.1f} s{cost}",
        "dim",
    )


def _note(file: FileWords) -> str:
    known = "written before" if file.outcome == "already" else ""
    return "; ".join(each for each in (known, file.reason, file.left_out) if each)
