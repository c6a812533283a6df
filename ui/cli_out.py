"""Commands that write files: render, export, generate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from project.errors import CreatorError
from ui.bars import work_bar
from ui.console import Door, open_project

if TYPE_CHECKING:
    from generator.values import Choice, Condition, Shot, ShotRequest
    from project.settings import Settings
    from project.store import Project

EXCHANGE = ("otio", "fcpxml", "edl", "srt")


def check_out(way: Door, project: Project, out: Path, suffixes: tuple[str, ...]) -> None:
    """Leaves with code 2 where `out` cannot be written, before any work is done for it."""
    from tools.export import target

    if out.suffix.lower() not in suffixes:
        way.fail(f"--out takes a file ending in {' or '.join(suffixes)}; not {out.name!r}", code=2)
    try:
        target(project, out, out.suffix.lower())
    except CreatorError as error:
        way.fail(str(error), code=2)


def write_film(way: Door, project: Project, out: Path) -> str:
    """Render the timeline to `out`, with a bar. Returns the path as text."""
    from tools.export import render_timeline

    with work_bar(way.console, "Rendering") as bar:
        done = render_timeline(project, out, progress=bar)
    for warning in done.warnings:
        way.say(f"! {warning}", "yellow")
    way.say(
        f"✓ {done.path}: {float(done.duration_s):.2f} s, {done.frames} frames,"
        f" {done.width}x{done.height}",
        "green",
    )
    return str(done.path)


def run_render(way: Door, folder: Path | None, out: Path) -> None:
    """The film, opened and checked."""
    from project import history

    with open_project(way, folder) as project:
        check_out(way, project, out, (".mp4",))
        path = write_film(way, project, out)
        film = history.current(project)
    way.answer({"out": path, "duration_s": film.duration, "rate": str(film.rate)})


def run_export(way: Door, folder: Path | None, kind: str, out: Path | None) -> None:
    """The timeline in another editor's format."""
    from tools.export import write_exchange

    if kind not in EXCHANGE:
        way.fail(f"--to takes {', '.join(EXCHANGE)}; not {kind!r}", code=2)
    with open_project(way, folder, write=False) as project:
        path = write_exchange(project, kind, out or Path(f"rough-cut.{kind}"))  # type: ignore[arg-type]
    way.say(f"✓ {path}", "green")
    way.answer({"out": path, "to": kind})


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked of `roughcut generate`, as typed."""

    prompt: str
    negative: str
    duration_s: float
    size: str
    rate: str
    seed: int
    steps: int
    guidance: float
    image: Path | None
    loop: bool


def _request(way: Door, wish: Wish) -> ShotRequest:
    from generator.values import ShotRequest
    from timeline.time import exact

    width, cross, height = wish.size.lower().partition("x")
    if not cross or not width.isdecimal() or not height.isdecimal():
        way.fail(f"--size takes WIDTHxHEIGHT such as 1280x720; not {wish.size!r}", code=2)
    if not (16 <= int(width) <= 4096 and 16 <= int(height) <= 4096):
        way.fail(f"--size goes from 16x16 to 4096x4096; not {wish.size!r}", code=2)
    try:
        rate = Fraction(wish.rate)
    except (ValueError, ZeroDivisionError):
        way.fail(f"--rate takes 25 or 30000/1001; not {wish.rate!r}", code=2)
    if not 1 <= rate <= 120:
        way.fail(f"--rate goes from 1 to 120 frames per second; not {wish.rate}", code=2)
    if not wish.prompt.strip():
        way.fail("say what the shot should show", code=2)
    return ShotRequest(
        prompt=wish.prompt,
        negative_prompt=wish.negative,
        duration_s=exact(wish.duration_s),
        width=int(width),
        height=int(height),
        rate=rate,
        seed=wish.seed,
        steps=wish.steps,
        guidance=wish.guidance,
        conditions=(_picture(way, wish.image, int(height)),) if wish.image else (),
        loop=wish.loop,
    )


def _picture(way: Door, path: Path, height_px: int) -> Condition:
    """The first frame of a picture or video file, as a condition at 0 s."""
    from generator.values import Condition
    from media.stills import still

    if not path.is_file():
        way.fail(f"there is no picture {path}", code=2)
    frame = still(path, Fraction(0), height_px=height_px)
    return Condition(frame[None], Fraction(0))


def backends(settings: Settings) -> tuple[Any, ...]:
    """Every generator backend, with what the settings say about each."""
    from tools.fill import backends_from

    found: tuple[Any, ...] = backends_from(settings)
    return found


def run_generate(way: Door, wish: Wish, backend: str, out: Path, *, force: bool) -> None:
    """One shot, from words, outside any project. Never over a file that is there, unless asked."""
    import time

    from generator.choose import choose
    from project.settings import load_settings

    request, known = _request(way, wish), backends(load_settings())
    names = ("auto", *(each.name for each in known))
    if backend not in names:
        way.fail(f"--backend takes {', '.join(names)}; not {backend!r}", code=2)
    if out.suffix.lower() not in (".mp4", ".mov"):
        way.fail(f"--out takes a file ending in .mp4 or .mov; not {out.name!r}", code=2)
    if out.is_dir() or not out.absolute().parent.is_dir():
        way.fail(f"{out} is not a place for a file; name one in a folder that exists", code=2)
    if out.exists() and not force:
        way.fail(f"{out} is there already; name another file, or add --force", code=2)
    choice = choose(request, backend=backend, backends=known)
    estimate = choice.generator.estimate(request)
    way.say(f"{choice.generator.name}: {choice.reason}", "cyan")
    for name, why in choice.passed_over:
        way.say(f"  not {name}: {why}", "dim")
    way.say(f"  about {estimate.seconds:.0f} s", "dim")
    started = time.monotonic()
    with work_bar(way.console, "Generating") as bar:
        shot = choice.generator.generate(request, lambda share, _: bar(share), lambda: False)
    _write_shot(shot, out)
    took = time.monotonic() - started
    for note in shot.notes:
        way.say(f"  {note}", "yellow")
    way.say(f"✓ {out} in {took:.1f} s", "green")
    way.answer(_generated(choice, request, shot, out, took))


def _write_shot(shot: Shot, out: Path) -> None:
    from media.encode import write_clip
    from project.files import keep_file
    from tools.drawing import marks

    if shot.path is not None:
        keep_file(shot.path, out)
        return
    write_clip(shot.frames, shot.rate, out, metadata=marks(shot))


def _generated(
    choice: Choice, request: ShotRequest, shot: Shot, out: Path, took: float
) -> dict[str, Any]:
    return {
        "backend": choice.generator.name,
        "reason": choice.reason,
        "passed_over": [{"backend": n, "why": w} for n, w in choice.passed_over],
        "prompt": request.prompt,
        "seed": request.seed,
        "ai": shot.provenance.ai,
        "model": shot.provenance.model,
        "frames": int(shot.frames.shape[0]),
        "rate": str(shot.rate),
        "seconds": took,
        "notes": list(shot.notes),
        "out": out,
    }
