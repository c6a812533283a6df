"""`roughcut generate`: one shot from words, pictures or clips, outside any project."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.bars import work_bar
from ui.cli_given import Given, boxes, check, clip_length, conditions
from ui.console import Door

if TYPE_CHECKING:
    from generator.values import Choice, Shot, ShotRequest

CLIPS, STILLS = (".mp4", ".mov"), (".png", ".jpg", ".jpeg")
USUAL_S = Fraction(4)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked of `roughcut generate`, as typed."""

    prompt: str
    negative: str
    duration_s: float | None
    size: str
    rate: str
    seed: int
    steps: int
    guidance: float
    sampler: str
    loop: bool
    given: Given


def run_generate(
    way: Door, wish: Wish, backend: str, out: Path, *, force: bool, look: Path | None = None
) -> None:
    """One shot in a file. Never over a file that is there, unless asked.

    look: a learned look's file; only the built-in model can draw in it.
    """
    from generator.choose import choose
    from project.settings import load_settings
    from tools.fill import backends_from

    _check_out(way, out, force=force)
    if look is not None:
        backend = _in_look(way, look, backend)
    request = read_request(way, wish, still=_is_still(out))
    known = backends_from(load_settings(), look)
    names = ("auto", *(each.name for each in known))
    if backend not in names:
        way.fail(f"--backend takes {', '.join(names)}; not {backend!r}", code=2)
    choice = choose(request, backend=backend, backends=known)
    estimate = choice.generator.estimate(request)
    way.say(f"{choice.generator.name}: {choice.reason}", "cyan")
    for name, why in choice.passed_over:
        way.say(f"  not {name}: {why}", "dim")
    way.say(f"  about {estimate.seconds:.0f} s, {_memory(estimate.memory_bytes)}", "dim")
    started = time.monotonic()
    with work_bar(way.console, "Generating") as bar:
        shot = choice.generator.generate(request, lambda share, _: bar(share), lambda: False)
    _write_shot(shot, out)
    took = time.monotonic() - started
    for note in shot.notes:
        way.say(f"  {note}", "yellow")
    way.say(f"✓ {out} in {took:.1f} s", "green")
    way.answer(_generated(choice, request, shot, out) | {"seconds": took})


def _memory(count: int) -> str:
    """ "640 MB of memory"; "no memory of its own" for what is made elsewhere."""
    if not count:
        return "no memory of its own"
    return f"{count / 1e9:.1f} GB of memory" if count >= 1e9 else f"{count / 1e6:.0f} MB of memory"


def read_request(way: Door, wish: Wish, *, still: bool = False) -> ShotRequest:
    """The request as typed. Leaves with code 2 and what to type instead."""
    from generator.values import ShotRequest

    given = wish.given
    width, height = _size(way, wish.size)
    rate = _rate(way, wish.rate)
    if wish.sampler not in ("euler", "heun"):
        way.fail(f"--sampler takes euler or heun; not {wish.sampler!r}", code=2)
    if not wish.prompt.strip() and not given.frames:
        way.fail("say what the shot should show, or give a picture or a clip", code=2)
    check(way, given, loop=wish.loop)
    request = ShotRequest(
        prompt=wish.prompt,
        negative_prompt=wish.negative,
        duration_s=1 / rate if still else _duration(way, wish),
        width=width,
        height=height,
        rate=rate,
        seed=wish.seed,
        steps=wish.steps,
        guidance=wish.guidance,
        boxes=boxes(way, given),
        loop=wish.loop and not still,
        sampler="heun" if wish.sampler == "heun" else "euler",
    )
    return replace(request, conditions=conditions(way, given, request))


def _duration(way: Door, wish: Wish) -> Fraction:
    """As asked; else the length of a clip that is kept in part or restyled; else the usual."""
    from timeline.time import exact

    if wish.duration_s is not None:
        return exact(wish.duration_s)
    if wish.given.start and wish.given.whole:
        return clip_length(way, wish.given.start)
    return USUAL_S


def _size(way: Door, text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not cross or not width.isdecimal() or not height.isdecimal():
        way.fail(f"--size takes WIDTHxHEIGHT such as 1280x720; not {text!r}", code=2)
    if not (16 <= int(width) <= 4096 and 16 <= int(height) <= 4096):
        way.fail(f"--size goes from 16x16 to 4096x4096; not {text!r}", code=2)
    return int(width), int(height)


def _rate(way: Door, text: str) -> Fraction:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        way.fail(f"--rate takes 25 or 30000/1001; not {text!r}", code=2)
    if not 1 <= rate <= 120:
        way.fail(f"--rate goes from 1 to 120 frames per second; not {text}", code=2)
    return rate


def _is_still(out: Path) -> bool:
    return out.suffix.lower() in STILLS


def _in_look(way: Door, look: Path, backend: str) -> str:
    """The backend that draws in a look; fails for no look and for any other backend."""
    from generator.look import read

    if backend not in ("auto", "builtin"):
        way.fail(f"--look is for the builtin backend; leave --backend {backend} out", code=2)
    read(look)
    return "builtin"


def _check_out(way: Door, out: Path, *, force: bool) -> None:
    if out.suffix.lower() not in (*CLIPS, *STILLS):
        way.fail(
            f"--out takes a clip ending in {' or '.join(CLIPS)}, or a still ending in "
            f"{' or '.join(STILLS)}; not {out.name!r}", code=2,
        )  # fmt: skip
    if out.is_dir() or not out.absolute().parent.is_dir():
        way.fail(f"{out} is not a place for a file; name one in a folder that exists", code=2)
    if out.exists() and not force:
        way.fail(f"{out} is there already; name another file, or add --force", code=2)


def _write_shot(shot: Shot, out: Path) -> None:
    from media.encode import write_clip
    from project.files import keep_file
    from tools.drawing import marks

    if _is_still(out):
        _write_still(shot, out)
    elif shot.path is not None:
        keep_file(shot.path, out)
    else:
        write_clip(shot.frames, shot.rate, out, metadata=marks(shot))


def _write_still(shot: Shot, out: Path) -> None:
    from PIL import ExifTags, Image, PngImagePlugin

    from media.stills import still
    from tools.drawing import marks

    frame = shot.frames[0] if shot.path is None else still(shot.path, Fraction(0))
    said = "; ".join(f"{name}: {value}" for name, value in marks(shot))
    if out.suffix.lower() == ".png":
        told = PngImagePlugin.PngInfo()
        told.add_itxt("Comment", said)
        Image.fromarray(frame).save(out, pnginfo=told)
        return
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = said.encode("ascii", "replace").decode()
    Image.fromarray(frame).save(out, quality=92, exif=exif)


def _generated(choice: Choice, request: ShotRequest, shot: Shot, out: Path) -> dict[str, Any]:
    return {
        "backend": choice.generator.name,
        "reason": choice.reason,
        "passed_over": [{"backend": n, "why": w} for n, w in choice.passed_over],
        "prompt": request.prompt,
        "seed": request.seed,
        "ai": shot.provenance.ai,
        "model": shot.provenance.model,
        "conditions": shot.provenance.conditions,
        "settings": shot.provenance.settings,
        "frames": int(shot.frames.shape[0]),
        "rate": str(shot.rate),
        "notes": list(shot.notes),
        "out": out,
    }
