"""`roughcut alternatives`: the versions compared last, side by side, and another one taken."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.console import Json, ProjectDir, door, open_project

versions_app = typer.Typer()


@versions_app.command()
def alternatives(
    take: Annotated[
        int | None, typer.Option(help="Propose the version with this number.", min=1, max=5)
    ] = None,
    project: ProjectDir = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --take: approve edits and slow steps.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="With --take: render the cut here.")] = None,
    as_json: Json = False,
) -> None:
    """The versions that `make --alternatives` compared last; --take proposes another of them."""
    from ui.cli_make import run_plan_of

    with door(as_json=as_json) as way:
        if take is not None:
            way.need_consent(yes=yes)
        with open_project(way, project, write=take is not None) as film:
            from agent.versions import again, compared

            found = compared(film)
            if not found.rows:
                way.fail(
                    "there are no versions yet; compare some with: roughcut make --alternatives 3"
                    " 'a calm reel of the sea'"
                )
            if take is None:
                way.answer({"answer": found.answer, "alternatives": list(found.rows)})
                for line in found.answer.splitlines():
                    way.say(line)
                return
            written = again(take, f"version {take}", film)
            if written.plan.question:
                way.fail(written.plan.question)
            run_plan_of(way, film, f"version {take}", written, yes=yes, out=out)
