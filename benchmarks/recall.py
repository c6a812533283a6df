"""What search finds, and where it rightly finds nothing: real footage, then made libraries.

Real footage is a folder with `manifest.json` and `queries.json` (`--footage`, else
`../shared/footage` beside the checkout). It is ingested once and asked twice: as it was watched
alone, and with sidecars made of the manifest, its moments as captions and its transcripts as
subtitles. The made libraries of `libraries.toml` come in two halves: on the one the figures of
search were chosen, on the other nothing was. `--keep FOLDER` keeps what was ingested for the
next run.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from benchmarks._libraries import Told, build, libraries, questions
from index.evaluate import Judged, Report, ablate, evaluate, judge, report, trim_overlaps
from index.ingest import ingest
from project.settings import Settings
from project.store import Project
from timeline.time import exact
from ui.cli_eval import search_table, trim_table

CHECKOUT = Path(__file__).resolve().parent.parent
FOOTAGE = CHECKOUT.parent / "shared" / "footage"
NO_READER = "No cross-encoder is set (cross_encoder in the settings), so it has no row."


def benchmark(footage: Path = FOOTAGE, keep: Path | None = None) -> Group:
    """The tables of real footage, where there is any, and of the made libraries."""
    parts: list[RenderableType] = []
    if all((footage / name).is_file() for name in ("manifest.json", "queries.json")):
        with ExitStack() as stack:
            home = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            parts += _real(footage, home)
    else:
        parts.append(f"There is no footage with manifest.json and queries.json in {footage}.")
    return Group(*parts, "", made())


def _real(footage: Path, home: Path) -> Iterator[RenderableType]:
    """By kind, layer by layer, and for trims: captions by the senses beside those brought."""
    queries, clips = footage / "queries.json", home / "clips"
    manifest = json.loads((footage / "manifest.json").read_text(encoding="utf-8"))
    clips.mkdir(parents=True, exist_ok=True)
    _link(footage, manifest, clips)
    found, layers, trims = [], [], []
    for name, folder in (("embedded", home / "embedded"), ("sidecar", home / "sidecar")):
        if name == "sidecar":
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(home / "embedded", folder)
            _tell(manifest, clips)
        with _opened(folder) as project:
            ingest(project, [clips])
            found.append((name, evaluate(project, queries)))
            layers.append((name, ablate(project, queries)))
            trims.append((name, trim_overlaps(project, queries)))
    yield from _titled("Search by kind of question", search_table(found))
    for name, stages in layers:
        yield from _titled(f"Layer by layer, {name} captions", search_table(stages))
    if not Settings().cross_encoder:
        yield NO_READER
    for name, rows in trims:
        yield from _titled(f"Trims by words, {name} captions: overlap", trim_table(rows))


def _opened(folder: Path) -> Project:
    if folder.is_dir():
        return Project.open(folder, Settings())
    return Project.create(folder, Settings())


def _titled(title: str, table: Table) -> Iterator[RenderableType]:
    yield ""
    yield f"[bold]{title}[/bold]"
    yield table


def _link(footage: Path, manifest: dict[str, Any], clips: Path) -> None:
    """The clips in a folder of their own, with nothing beside them."""
    for old in clips.iterdir():
        old.unlink()
    for clip in manifest["clips"]:
        (clips / clip["name"]).symlink_to((footage / clip["name"]).resolve())


def _tell(manifest: dict[str, Any], clips: Path) -> None:
    """Sidecars beside the clips: what the manifest says is seen and said."""
    for clip in manifest["clips"]:
        rows = [
            {"start_s": each["start_s"], "end_s": each["end_s"], "text": each["description"]}
            for each in clip["moments"]
        ]
        (clips / f"{clip['name']}.captions.json").write_text(json.dumps(rows), encoding="utf-8")
        if clip.get("transcript"):
            lines = [
                f"{n}\n{_stamp(each['start_s'])} --> {_stamp(each['end_s'])}\n{each['text']}\n"
                for n, each in enumerate(clip["transcript"], start=1)
            ]
            (clips / f"{clip['name']}.srt").write_text("\n".join(lines), encoding="utf-8")


def _stamp(seconds: float) -> str:
    """Seconds as subtitles write them, hours first."""
    ms = round(exact(seconds) * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def made() -> Table:
    """The made libraries, half by half."""
    table = Table(title="Made libraries, half by half", box=None, header_style="dim")
    for heading in (
        "half", "libraries", "moments", "asked", "R@1", "R@5", "wrongly declined",
        "rightly declined",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for half, told, came_out in halves():
        whole, none = came_out.overall, came_out.unanswerable
        table.add_row(
            half, str(len(told)), str(sum(each.moments for each in told)),
            str(whole.questions + none.questions), f"{whole.at_1:.2f}", f"{whole.at_5:.2f}",
            f"{whole.declined} of {whole.questions}", f"{none.declined} of {none.questions}",
        )  # fmt: skip
    return table


def halves() -> Iterator[tuple[str, list[Told], Report]]:
    """Each half of the made libraries with how its questions came out."""
    every = libraries()
    for half in sorted({each.half for each in every}):
        mine = [each for each in every if each.half == half]
        judged: list[Judged] = []
        for each in mine:
            with (
                tempfile.TemporaryDirectory() as home,
                Project.create(Path(home) / "project", Settings()) as project,
            ):
                build(project, each)
                judged += judge(project, questions(each)).judged
        yield half, mine, report(judged)
