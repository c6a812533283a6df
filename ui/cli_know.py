"""Commands that know the footage better, or tell what is known of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import Json, ProjectDir, door

know_app = typer.Typer()

Called = Annotated[str, typer.Argument(help="The footage: its file's name or its id.")]
Force = Annotated[bool, typer.Option("--force", help="Write over what is there.")]
Names = Annotated[list[str] | None, typer.Argument(help="Files' names or ids; all if none.")]
Again = Annotated[bool, typer.Option("--again", help="Ask anew what was asked before.")]
MaxUsd = Annotated[float | None, typer.Option(help="US dollars that may be spent.")]


@know_app.command()
def article(
    footage: Called,
    project: ProjectDir = None,
    out: Annotated[Path | None, typer.Option(help="The folder to write.")] = None,
    kind: Annotated[str, typer.Option("--format", help="html or md")] = "html",
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write an illustrated article of one long video."""
    from ui.cli_outputs import run_article

    with door(as_json=as_json) as way:
        run_article(way, footage, project, kind, out=out, force=force)


@know_app.command()
def chapters(
    footage: Called,
    project: ProjectDir = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; else it is printed.")] = None,
    kind: Annotated[str, typer.Option("--format", help="youtube or vtt")] = "youtube",
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Chapters of one video, as YouTube text or WebVTT."""
    from ui.cli_outputs import run_chapters

    with door(as_json=as_json) as way:
        run_chapters(way, footage, project, kind, out=out, force=force)


@know_app.command()
def shotlist(
    footage: Names = None,
    project: ProjectDir = None,
    out: Annotated[Path | None, typer.Option(help="The CSV to write; else shots.csv.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """A table of all shots for a spreadsheet; it can be brought back as a shot log."""
    from ui.cli_outputs import run_shotlist

    with door(as_json=as_json) as way:
        run_shotlist(way, footage or [], project, out=out, force=force)


@know_app.command()
def correct(
    footage: Called,
    field: Annotated[str, typer.Argument(help="title, summary, caption, people, place or thing")],
    value: Annotated[str, typer.Argument(help="What is true.")],
    start: Annotated[
        float | None, typer.Option("--from", help="Seconds; the whole if none.")
    ] = None,
    end: Annotated[float | None, typer.Option("--to", help="Seconds.")] = None,
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Say what is true of footage. It is kept for good and found at once."""
    from ui.cli_correct import run_correct

    with door(as_json=as_json) as way:
        run_correct(way, footage, field, value, project, start_s=start, end_s=end)


@know_app.command()
def caption(
    footage: Names = None,
    model: Annotated[
        str, typer.Option(help="transformers:NAME or folder, or openai:MODEL; else the settings'.")
    ] = "",
    again: Again = False,
    max_usd: MaxUsd = None,
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Let a stronger model say what the footage shows, second by second."""
    from ui.cli_caption import run_caption

    with door(as_json=as_json) as way:
        run_caption(way, project, model=model, names=footage or [], again=again, max_usd=max_usd)


@know_app.command()
def listen(
    footage: Names = None,
    model: Annotated[
        str,
        typer.Option(help="embedded, whisper:NAME or folder, or openai:MODEL; else the settings'."),
    ] = "",
    again: Again = False,
    max_usd: MaxUsd = None,
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Write down what is said in the footage, word by word, where somebody speaks."""
    from ui.cli_listen import run_listen

    with door(as_json=as_json) as way:
        run_listen(way, project, model=model, names=footage or [], again=again, max_usd=max_usd)


@know_app.command()
def describe(
    footage: Names = None,
    model: Annotated[
        str, typer.Option(help="openai:MODEL or another LangChain name; else the settings' brain.")
    ] = "",
    again: Again = False,
    max_usd: MaxUsd = None,
    tokens: Annotated[
        int | None, typer.Option(help="The longest request, for models that read little.")
    ] = None,
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Let a model write titles and summaries, and name the topics of all footage."""
    from ui.cli_describe import run_describe

    with door(as_json=as_json) as way:
        run_describe(
            way, project, model=model, names=footage or [], again=again, max_usd=max_usd,
            budget=tokens,
        )  # fmt: skip
