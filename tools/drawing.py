"""A shot drawn for a place: the frames it joins on to, the drawing, the check, the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from generator.values import Frames, GenerationCancelled, Generator, Shot
from media.encode import write_clip
from media.errors import Cancelled
from media.render import render
from media.stills import save_jpeg
from media.values import Film, Fit, PartSource, RenderPart
from project.errors import CreatorError
from timeline.marks import clip_tags
from timeline.model import Origin
from tools.filling.checks import Checked, check_draft, check_file
from tools.filling.joining import Join
from tools.filling.looks import model_in
from tools.shape import Cancel, Progress

DRAFT_PX = 256  # longest edge of a draft


class Unfit(CreatorError):
    """A shot was made and is not good enough to offer; the message has what was wrong."""

    def __init__(self, who: str, checked: Checked) -> None:
        super().__init__(f"{who} made a shot that cannot be used: {'; '.join(checked.problems)}")
        self.checked = checked


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shot that passed its checks: where it came from, its figures, what was left out."""

    origin: Origin
    checked: Checked
    notes: tuple[str, ...] = ()


def draw(
    generator: Generator, join: Join, out: Path, *, progress: Progress, cancel: Cancel,
    seen: Callable[[Frames], None] = lambda _: None,
) -> Drawn:  # fmt: skip
    """The shot made and written to `out`, which appears only once the shot was checked.

    seen: is shown the shot as it comes, one (H, W, 3) picture now and then.
    Raises GeneratorError, MediaError, Cancelled, and Unfit for a shot that is not good enough.
    """

    def told(share: float, preview: Frames | None) -> None:
        progress(0.85 * share, f"{generator.name} draws")
        if preview is not None and len(preview):
            seen(preview if preview.ndim == 3 else preview[len(preview) // 2])

    try:
        shot = generator.generate(join.request, told, cancel)
    except GenerationCancelled as error:
        raise Cancelled("the drawing was stopped; nothing was kept") from error
    origin = _origin(shot, conditions=shot.provenance.conditions or join.mode)
    part = out.with_name(f".{out.stem}.part.mp4")
    progress(0.88, "writing and checking it")
    try:
        if shot.path is not None:
            _fetched(shot, join, part, origin, cancel)
        else:
            kept = shot.frames[join.head : len(shot.frames) - join.tail]
            if not len(kept):
                raise CreatorError(f"{generator.name} made no picture; try another backend")
            write_clip(kept, shot.rate, part, metadata=clip_tags(origin), cancel=cancel)
        checked = check_file(part, join.asked(may_stand=_stands(shot)), cancel=cancel)
        if not checked.ok:
            raise Unfit(generator.name, checked)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return Drawn(origin, checked, shot.notes)


def _fetched(shot: Shot, join: Join, part: Path, origin: Origin, cancel: Cancel) -> None:
    """A finished file from elsewhere, brought to the place's own frames."""
    assert shot.path is not None
    request = join.request
    source = PartSource(shot.path, join.head / request.rate, join.frames / request.rate)
    film = Film(
        width=request.width,
        height=request.height,
        rate=request.rate,
        parts=(RenderPart(source, join.frames, fit=Fit("fill"), muted=True),),
        metadata=clip_tags(origin),
    )
    render(film, part, cache=part.parent / ".parts", cancel=cancel)


def draft(generator: Generator, join: Join, out: Path) -> Checked:
    """The shot drawn small and checked; six frames of it at `out`. Raises GeneratorError."""
    share = min(1.0, DRAFT_PX / max(join.request.width, join.request.height))
    width, height = (
        max(16, round(n * share / 2) * 2) for n in (join.request.width, join.request.height)
    )
    small = tuple(
        replace(one, frames=np.stack([_sized(f, (width, height)) for f in one.frames]))
        for one in join.request.conditions
    )
    request = replace(join.request, width=width, height=height, conditions=small)
    shot = generator.generate(request, lambda *_: None, lambda: False)
    kept = shot.frames[join.head : len(shot.frames) - join.tail]
    if len(kept):
        places = np.linspace(0, len(kept) - 1, min(6, len(kept))).round().astype(int)
        save_jpeg(np.concatenate([kept[n] for n in places], axis=1), out)
    return check_draft(kept, join.asked(may_stand=_stands(shot)))


def _sized(picture: Frames, size: tuple[int, int]) -> Frames:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _stands(shot: Shot) -> bool:
    """Whether a shot is a freeze, which is short by its backend's own rule."""
    return shot.provenance.model == "freeze"


def marks(shot: Shot) -> tuple[tuple[str, str], ...]:
    """Container tags that say how the shot was made."""
    return clip_tags(_origin(shot))


def _origin(shot: Shot, *, conditions: str = "") -> Origin:
    made = shot.provenance
    given = conditions or made.conditions
    model = model_in(made.model, made.settings.get("look", ""))
    return Origin(made.backend, model, made.prompt, made.seed, given, made.ai)
