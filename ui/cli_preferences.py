"""`roughcut preferences`: what films here are usually like, as sentences to change or forget."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ui.console import Json, ProjectDir, door, open_project

preferences_app = typer.Typer()


@preferences_app.command()
def preferences(
    add: Annotated[str, typer.Option(help="A preference in words, such as 'leave out dogs'.")] = "",
    edit: Annotated[int | None, typer.Option(help="The one that --to takes the place of.")] = None,
    to: Annotated[str, typer.Option(help="With --edit: the new words.")] = "",
    forget: Annotated[str, typer.Option(help="A number of the list, words of one, or 'all'.")] = "",
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """What you prefer, said or learned; applied to the next film that asks for nothing else."""
    with door(as_json=as_json) as way:
        if (edit is None) != (not to.strip()):
            way.fail("--edit NUMBER and --to WORDS go together", code=2)
        change = _change(add, edit, to, forget)
        with open_project(way, project, write=change is not None) as film:
            from agent.preferring import NoArguments, Prefer, PreferArguments, Preferences

            if change is not None:
                proposal = Prefer().propose(PreferArguments.model_validate(change), film)
                with film.transaction():
                    Prefer().apply(proposal, {}, film)
            found = Preferences().propose(NoArguments(), film)
        way.answer({"answer": found.answer, **found.data})
        for line in found.answer.splitlines():
            way.say(line)


def _change(add: str, edit: int | None, to: str, forget: str) -> dict[str, Any] | None:
    """The change that is asked for, as the tool takes it; None for the list alone."""
    if forget.strip():
        if forget.strip().isdigit():
            return {"action": "forget", "number": int(forget)}
        return {"action": "forget", "words": "" if forget.strip() == "all" else forget}
    if edit is not None:
        return {"action": "keep", "number": edit, "words": to}
    return {"action": "keep", "words": add} if add.strip() else None
