"""`roughcut ideas`: films the footage could become, and one of them taken and cut."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import Json, ProjectDir, door, open_project

ideas_app = typer.Typer()


@ideas_app.command()
def ideas(
    guidance: Annotated[str, typer.Argument(help="What the ideas should be about.")] = "",
    take: Annotated[
        int | None, typer.Option(help="Make the idea with this number: plan it and go on.", min=1)
    ] = None,
    project: ProjectDir = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --take: approve edits and slow steps.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="With --take: render the cut here.")] = None,
    as_json: Json = False,
) -> None:
    """Ideas for films this footage could become; --take makes one, step by step."""
    from ui.cli_footage import run_read_tool
    from ui.cli_make import run_plan_of

    with door(as_json=as_json) as way:
        if take is None:
            run_read_tool(way, "ideas", {"guidance": guidance}, project)
            return
        way.need_consent(yes=yes)
        with open_project(way, project) as film:
            from agent.ready import bound
            from agent.taking import fresh, plan_for

            words = f"make idea {take}" + (f" of those about {guidance}" if guidance else "")
            plan = plan_for(take, fresh(film, guidance), film, words)
            if plan.question:
                way.fail(plan.question)
            run_plan_of(way, film, words, bound(plan, film), yes=yes, out=out)
