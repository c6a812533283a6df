"""`roughcut eval`: search and trimming measured on one's own footage, with one's own questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.console import Door, Json, ProjectDir, door, one_line, open_project

if TYPE_CHECKING:
    from rich.table import Table

    from index.evaluate import Overlap, Recall, Report

eval_app = typer.Typer(help="Measure search and trimming on your own footage.")

Queries = Annotated[
    Path, typer.Option(help="Questions with answers: {queries: [{kind, query, answers}]}.")
]
Plot = Annotated[Path | None, typer.Option(help="A chart to write, .svg or .png.")]

Reports = Sequence[tuple[str, "Report"]]  # each under the name of its project or stage


@eval_app.command("search")
def eval_search(
    queries: Queries,
    project: ProjectDir = None,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Layer by layer, from vectors alone on.")
    ] = False,
    compare: Annotated[
        Path | None, typer.Option(help="Another project beside it, such as one captioned better.")
    ] = None,
    plot: Plot = None,
    as_json: Json = False,
) -> None:
    """How often the right span comes first, or among five, and what is rightly declined."""
    with door(as_json=as_json) as way:
        run_eval_search(way, queries, project, ablate=ablate, compare=compare, plot=plot)


@eval_app.command("trim")
def eval_trim(
    queries: Queries, project: ProjectDir = None, plot: Plot = None, as_json: Json = False
) -> None:
    """How well the span that words find in a file lies on the span that answers them."""
    with door(as_json=as_json) as way:
        run_eval_trim(way, queries, project, plot=plot)


def run_eval_search(
    way: Door,
    queries: Path,
    folder: Path | None,
    *,
    ablate: bool = False,
    compare: Path | None = None,
    plot: Path | None = None,
) -> None:
    """Ask all questions, of one project or two, with all layers or one more each time."""
    from index.evaluate import ablate as ablated
    from index.evaluate import evaluate

    if ablate and compare is not None:
        way.fail("--ablate and --compare are two tables; ask for one of them", code=2)
    with open_project(way, folder, write=False) as project:
        name = project.folder.resolve().name
        reports = ablated(project, queries) if ablate else [(name, evaluate(project, queries))]
    if compare is not None:
        with open_project(way, compare, write=False) as other:
            beside = other.folder.resolve().name
            beside = f"{beside} (2)" if beside == name else beside
            reports.append((beside, evaluate(other, queries)))
    if plot is not None:
        _plot_search(reports, plot)
    way.answer({
        "queries": queries,
        "plot": plot,
        "reports": [{"name": said, **_document(report)} for said, report in reports],
    })  # fmt: skip
    if not way.as_json:
        way.console.print(search_table(reports))
        _say_plot(way, plot)


def run_eval_trim(
    way: Door, queries: Path, folder: Path | None, *, plot: Path | None = None
) -> None:
    """Overlap of found and true spans by kind, beside taking the whole of the footage."""
    from index.evaluate import trim_overlaps

    with open_project(way, folder, write=False) as project:
        rows = trim_overlaps(project, queries)
    if plot is not None:
        from ui.eval_plot import plot as draw

        groups = [(r.kind, {"found by words": r.iou, "all of the footage": r.whole}) for r in rows]
        draw(groups, plot, title="Overlap of found and true spans (shared time / either)")
    way.answer({"queries": queries, "plot": plot, "kinds": [asdict(row) for row in rows]})
    if way.as_json:
        return
    way.console.print(trim_table(rows))
    _say_plot(way, plot)


def trim_table(rows: Sequence[Overlap]) -> Table:
    """Kinds down; the overlap of found and true spans across, and that of the whole file."""
    table = _table("kind", ("n", "overlap", "half or more", "whole file"))
    for row in rows:
        table.add_row(
            one_line(row.kind), str(row.questions), f"{row.iou:.2f}", f"{row.half:.2f}",
            f"{row.whole:.2f}",
        )  # fmt: skip
    return table


def _rows(report: Report) -> Mapping[str, Recall]:
    return {each.kind: each for each in (*report.kinds, report.overall, report.unanswerable)}


def _document(report: Report) -> dict[str, Any]:
    return {
        "kinds": [asdict(each) for each in report.kinds],
        "overall": asdict(report.overall),
        "unanswerable": asdict(report.unanswerable),
        "judged": [asdict(each) for each in report.judged],
    }


def search_table(reports: Reports) -> Table:
    """Kinds down, each report's R@1, R@5 and declines across; more than two go down instead."""
    if len(reports) > 2:
        table = _table("layers", ("R@1", "R@5", "wrongly declined", "rightly declined"))
        for name, report in reports:
            whole, none = report.overall, report.unanswerable
            table.add_row(
                one_line(name), f"{whole.at_1:.2f}", f"{whole.at_5:.2f}",
                f"{whole.declined} of {whole.questions}", f"{none.declined} of {none.questions}",
            )  # fmt: skip
        return table
    two = len(reports) > 1
    columns = ["n"]
    for name, _ in reports:
        of = f"{one_line(name)} " if two else ""
        columns += [f"{of}R@1", f"{of}R@5", f"{of}declined"]
    table = _table("kind", columns)
    every = [_rows(report) for _, report in reports]
    for kind, first in every[0].items():
        cells = [one_line(kind), str(first.questions)]
        for rows in every:
            row = rows[kind]
            cells += [f"{row.at_1:.2f}", f"{row.at_5:.2f}", str(row.declined)]
        table.add_row(*cells)
    return table


def _table(first: str, columns: Sequence[str]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first, overflow="fold", min_width=14)
    for name in columns:
        table.add_column(name, overflow="fold", justify="right")
    return table


def _plot_search(reports: Reports, out: Path) -> None:
    from ui.eval_plot import plot as draw

    if len(reports) > 2:
        groups = [
            (name, {"R@1": r.overall.at_1, "R@5": r.overall.at_5, "rightly declined": _share(r)})
            for name, r in reports
        ]
        draw(groups, out, title="Search, layer by layer")
        return
    groups = []
    for kind, first in _rows(reports[0][1]).items():
        shares = {}
        for name, report in reports:
            of = f"{name}: " if len(reports) > 1 else ""
            row = _rows(report)[kind]
            if first.kind == reports[0][1].unanswerable.kind:
                shares[f"{of}declined"] = row.declined / row.questions if row.questions else 0.0
            else:
                shares |= {f"{of}R@1": row.at_1, f"{of}R@5": row.at_5}
        groups.append((kind, shares))
    draw(groups, out, title="Search: the right span first (R@1), among five (R@5)")


def _share(report: Report) -> float:
    none = report.unanswerable
    return none.declined / none.questions if none.questions else 0.0


def _say_plot(way: Door, plot: Path | None) -> None:
    if plot is not None:
        way.say(f"The chart is in {plot}.", "dim")
