"""The command about captions: a stronger model looks at the footage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.bars import work_bar
from ui.console import Door, one_line, open_project

if TYPE_CHECKING:
    from index.captioning.values import CaptionProgress, CaptionReport

COUNTS = ("frames", "sent", "saved", "known", "refused", "told")
MARKS = {
    "captioned": ("✓", "green"), "already": ("✓", "dim"), "part": ("◐", "yellow"),
    "skipped": ("-", "dim"), "failed": ("✗", "red"), "left": ("◌", "yellow"),
}  # fmt: skip


def run_caption(
    way: Door,
    folder: Path | None,
    *,
    model: str,
    names: list[str],
    again: bool,
    max_usd: float | None,
) -> None:
    """Caption all footage, or that with these names, with `model` or the settings' captioner.

    Leaves with code 1 where something is left to do or no file could be captioned.
    """
    from index.captioning.choose import KINDS, captioner
    from index.captioning.run import caption
    from index.outputs.known import find_footage

    if max_usd is not None and not 0 <= max_usd < float("inf"):
        way.fail(f"--max-usd takes US dollars, 0 or more; not {max_usd}", code=2)
    with open_project(way, folder) as project:
        settings = project.settings
        if model:
            settings = settings.model_copy(update={"captioner": model})
        chosen = captioner(settings)
        if chosen is None:
            way.fail(
                f"no captioner is set; name one with --model or ROUGHCUT_CAPTIONER: {KINDS}",
                code=2,
            )
        ids = [find_footage(project, each).id for each in names] or None
        cap = settings.max_money_usd if max_usd is None else max_usd
        if chosen.usd:
            way.say(f"{chosen.name}: about {chosen.usd:g} US dollars a frame, {cap:g} at most")
        with work_bar(way.console, "Captioning") as bar:

            def told(now: CaptionProgress) -> None:
                spent = f", {now.usd:.3f} US dollars" if now.usd else ""
                bar(now.share, f"{now.name}: {now.sent} frames asked about{spent}")

            report = caption(project, chosen, ids, max_usd=cap, again=again, progress=told)
    way.answer(_document(report))
    if not way.as_json:
        _table(way, report)
    if report.stopped and not way.as_json:
        way.fail(report.stopped)
    done = any(f.outcome in ("captioned", "already", "skipped") for f in report.files)
    if report.stopped or (report.files and not done):
        import typer

        raise typer.Exit(1)


def _document(report: CaptionReport) -> dict[str, Any]:
    counts = {name: report.total(name) for name in COUNTS}  # type: ignore[arg-type]
    return {
        "model": report.model,
        **counts,
        "saved_share": round(report.saved_share, 4),
        "usd": report.usd,
        "tokens": report.tokens,
        "requests": report.requests,
        "seconds": report.seconds,
        "stopped": report.stopped,
        "left": list(report.left),
        "files": [
            {
                "id": file.footage_id,
                "name": file.name,
                "outcome": file.outcome,
                "reason": file.reason,
                **{name: getattr(file, name) for name in COUNTS},
            }
            for file in report.files
        ],
    }


def _table(way: Door, report: CaptionReport) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("footage", "", "frames", "asked", "unchanged", "known", ""):
        table.add_column(name, overflow="fold", justify="right" if name in COUNTS else "left")
    for file in report.files:
        mark, style = MARKS[file.outcome]
        said = file.reason or ("captioned before" if file.outcome == "already" else "")
        if file.refused:
            said = f"{said} {file.refused} answers were no caption".strip()
        table.add_row(
            Text(one_line(file.name)),
            Text(mark, style=style),
            *(Text(str(n)) for n in (file.frames, file.sent, file.saved, file.known)),
            Text(one_line(said), style="dim"),
        )
    way.console.print(table)
    cost = f", {report.usd:.4f} US dollars" if report.usd else ""
    way.say(
        f"{report.model}: {report.total('sent')} frames asked about in {report.requests} calls,"
        f" {report.saved_share:.0%} of {report.total('frames')} unchanged,"
        f" {report.seconds:.1f} s{cost}",
        "dim",
    )
