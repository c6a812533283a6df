"""`roughcut why`: the stored and checked reasons of a clip, or what became of what is missed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ui.console import Json, ProjectDir, door, open_project

why_app = typer.Typer()


@why_app.command()
def why(
    clip: Annotated[
        str,
        typer.Argument(
            help="A clip by number, id, name or what it shows, or a question such as"
            " 'why is the dog not in it?'. Nothing: every clip in short."
        ),
    ] = "",
    without: Annotated[str, typer.Option("--not", help="Something that is not in the cut.")] = "",
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Why a clip is in the cut, or something is not: from stored, checked reasons."""
    from agent.why import Why, WhyArguments
    from agent.why_words import asked

    with door(as_json=as_json) as way:
        question = asked(clip)
        arguments: dict[str, Any] = question.arguments if question else {}
        if question is None and clip.strip():
            arguments = {"clips": (clip.strip(),)}
        if without.strip():
            arguments = {**arguments, "absent": without.strip()}
        with open_project(way, project, write=False) as film:
            found = Why().propose(WhyArguments.model_validate(arguments), film)
        way.answer({"answer": found.answer, **found.data})
        for line in found.answer.splitlines():
            way.say(line)
