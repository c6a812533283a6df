"""`roughcut look`: teach the built-in generator the look of chosen footage; list; remove."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.console import Door, Json, ProjectDir, door, one_line, open_project

if TYPE_CHECKING:
    from generator.look import Look, LookClip
    from project.store import Project

look_app = typer.Typer(
    help="The looks that the built-in generator has learned from your footage.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

RATE = Fraction(25, 2)  # one of the rates the generator was trained at
WINDOWS, FRAMES = 6, 20  # stretches taken of each footage, and frames of each
HEIGHT_PX = 144


@look_app.command()
def learn(
    footage: Annotated[list[str], typer.Argument(help="Footage of the project, or video files.")],
    name: Annotated[str, typer.Option(help="What the look is called.")] = "mine",
    minutes: Annotated[float, typer.Option(help="How long to learn.", min=0.01)] = 20.0,
    force: Annotated[bool, typer.Option("--force", help="Replace a look of that name.")] = False,
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Fine-tune the built-in generator on footage; the look is kept in the project."""
    from generator.builtin import WEIGHTS, BuiltinBackend
    from generator.look import learn as learn_look
    from tools.filling import looks
    from ui.bars import work_bar

    with door(as_json=as_json) as way:
        able = BuiltinBackend(WEIGHTS).available()
        if not able.open:
            way.fail(f"there is nothing to teach: {able.reason}")
        if not name.replace("-", "").replace("_", "").isalnum() or name == looks.NONE:
            way.fail("a look's name has letters, digits, - and _ only, and is not 'none'", code=2)
        with open_project(way, project) as opened:
            kept = looks.folder(opened)
            kept.mkdir(parents=True, exist_ok=True)
            out = kept / f"{name}.safetensors"
            if out.exists() and not force:
                way.fail(f"there is a look {name!r} already; --force replaces it", code=2)
            clips = [clip for each in footage for clip in _clips(way, opened, each)]
            with work_bar(way.console, "Learning the look") as bar:
                look = learn_look(WEIGHTS, clips, out, minutes=minutes, progress=bar)
        way.say(
            f"✓ look {name!r}: {look.steps} steps on {look.clips} stretches of footage, loss "
            f"{look.loss[0]:.3f} to {look.loss[1]:.3f}",
            "green",
        )
        way.say(f'Draw in it with: roughcut make "fill the hole in my look {name}"', "dim")
        way.answer({"look": _document(look)})


@look_app.command("list")
def list_looks(project: ProjectDir = None, as_json: Json = False) -> None:
    """The looks that this project has learned."""
    from generator.look import looks
    from tools.filling.looks import folder

    with door(as_json=as_json) as way, open_project(way, project, write=False) as opened:
        found = looks(folder(opened))
        way.answer({"looks": [_document(look) for look in found]})
        if not found:
            way.say("No look is learned yet. Try: roughcut look learn FOOTAGE", "dim")
        for look in found:
            loss = f"loss {look.loss[0]:.3f} to {look.loss[1]:.3f}"
            way.say(f"{look.name:16}  {look.steps} steps, {loss}, {len(look.captions)} captions")


@look_app.command()
def remove(
    name: Annotated[str, typer.Argument(help="The look to forget.")],
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Forget a look; the generator is what it was before."""
    from generator.look import remove as remove_look
    from tools.filling.looks import folder

    with door(as_json=as_json) as way, open_project(way, project) as opened:
        remove_look(folder(opened), name)
        way.say(f"Look {name!r} is forgotten.", "green")
        way.answer({"removed": name})


def _document(look: Look) -> dict[str, Any]:
    return {
        "name": look.name, "file": look.file, "clips": look.clips, "steps": look.steps,
        "loss_before": look.loss[0], "loss_after": look.loss[1], "captions": list(look.captions),
    }  # fmt: skip


def _clips(way: Door, project: Project, asked: str) -> list[LookClip]:
    """Stretches of the footage called `asked` (its name, id or file), with the index's words."""
    import numpy as np

    from generator.look import LookClip
    from media.probe import probe
    from media.stills import strip
    from project.footage import all_footage, captions

    found = [
        one for one in all_footage(project, usable=True)
        if asked in (one.name, one.id) or one.path == Path(asked).expanduser().resolve()
    ]  # fmt: skip
    if found:
        path, start, end = found[0].path, found[0].picture_range.start, found[0].picture_range.end
        words = " ".join((found[0].title, *(c.text for c in captions(project, found[0].id))))
    elif Path(asked).expanduser().is_file():
        path, words = Path(asked).expanduser(), ""
        start, end = Fraction(0), probe(path).claimed_duration_s or Fraction(8)
    else:
        way.fail(f"{one_line(asked)!r} is no footage of this project and no file", code=2)
    length = FRAMES / RATE
    count = max(1, min(WINDOWS, int((end - start) / length)))
    made = []
    for number in range(count):
        first = start + (end - start) * number / count
        times = [t for n in range(FRAMES) if (t := first + n / RATE) < end]
        if len(times) >= 4:
            frames = np.stack(strip(path, times, height_px=HEIGHT_PX))
            made.append(LookClip(frames, RATE, words))
    return made
