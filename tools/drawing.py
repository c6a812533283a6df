"""A shot drawn for a place: the frames it joins on to, the drawing, the check, the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from generator.values import Condition, Frames, GenerationCancelled, Generator, Shot, ShotRequest
from media.encode import write_clip
from media.errors import Cancelled
from media.render import render
from media.stills import save_jpeg, strip
from media.values import Film, Fit, PartSource, RenderPart
from project import footage as store
from project.errors import BadArguments, CreatorError
from project.store import Project
from timeline.marks import clip_tags
from timeline.model import Clip, Origin, Reframe
from tools.filling.checks import Asked, Checked, check_draft, check_file
from tools.filling.looks import model_in
from tools.filling.place import Place
from tools.shape import Cancel, Progress

Mode = Literal["words", "extend_before", "extend_after", "connect", "still"]
LEADS_IN: tuple[Mode, ...] = ("extend_before", "connect", "still")
LEADS_OUT: tuple[Mode, ...] = ("extend_after", "connect")

SEEN = 9  # frames read of each neighbour: as many as the video models that take runs want
DRAFT_PX = 256  # longest edge of a draft


class Unfit(CreatorError):
    """A shot was made and is not good enough to offer; the message has what was wrong."""

    def __init__(self, who: str, checked: Checked) -> None:
        super().__init__(f"{who} made a shot that cannot be used: {'; '.join(checked.problems)}")
        self.checked = checked


@dataclass(frozen=True, slots=True)
class Join:
    """A request with frames of the neighbours in it.

    The shot begins with `head` frames and ends with `tail` frames that the neighbours play
    already: they lead the drawing, and are cut away from it.

        | before  [head]|      hole      |[tail]  after |
                 [head|  what is drawn   |tail]
    """

    mode: Mode
    request: ShotRequest
    head: int = 0
    tail: int = 0
    before: Frames | None = None  # the frames the shot is held against, (f, H, W, 3)
    after: Frames | None = None

    @property
    def frames(self) -> int:
        """Frames of the place itself."""
        return self.request.frame_count - self.head - self.tail

    def asked(self, *, may_stand: bool = False) -> Asked:
        """What the finished shot is held to."""
        size = (self.request.width, self.request.height)
        rate = self.request.rate
        return Asked(self.frames, rate, size, self.before, self.after, may_stand)


class Sides:
    """The last frames before a place and the first after it, read once, as they are shown."""

    def __init__(self, place: Place, base: ShotRequest, project: Project) -> None:
        self.place, self.base, self.project = place, base, project
        self._read: dict[str, Frames] = {}

    def before(self) -> Frames:
        """(f, H, W, 3), the last one stands right before the place. Raises BadArguments."""
        clip = self.place.before
        if clip is None:
            raise BadArguments("no clip stands right before the hole to go on from")
        step = clip.speed / self.base.rate
        return self._once("before", clip, [clip.source.end - n * step for n in range(SEEN, 0, -1)])

    def after(self) -> Frames:
        """(f, H, W, 3), the first one stands right after the place. Raises BadArguments."""
        clip = self.place.after
        if clip is None:
            raise BadArguments("no clip stands right after the hole to lead into")
        step = clip.speed / self.base.rate
        return self._once("after", clip, [clip.source.start + n * step for n in range(SEEN)])

    def _once(self, side: str, clip: Clip, times: list[Fraction]) -> Frames:
        if side not in self._read:
            self._read[side] = _frames(clip, times, self.base, self.project)
        return self._read[side]


def joined(mode: Mode, base: ShotRequest, sides: Sides, many: int) -> Join:
    """`base` with at most `many` frames of each neighbour that `mode` joins on to.

    Raises BadArguments without the neighbour for it.
    """
    if mode == "words":
        return Join(mode, base)
    before = sides.before() if mode in LEADS_IN else None
    after = sides.after() if mode in LEADS_OUT else None
    head = 0 if before is None else min(many, len(before))
    tail = 0 if after is None else min(many, len(after))
    count = base.frame_count + head + tail
    conditions = []
    if before is not None:
        conditions.append(Condition(before[-head:], Fraction(0)))
    if after is not None:
        conditions.append(Condition(after[:tail], (count - tail) / base.rate))
    request = replace(base, duration_s=count / base.rate, conditions=tuple(conditions))
    return Join(mode, request, head, tail, before, after)


def _frames(clip: Clip, times: list[Fraction], request: ShotRequest, project: Project) -> Frames:
    """Frames of a clip's source at `times`, inside what it plays, at the request's size."""
    footage = store.find(project, clip.footage_id)
    if not footage.path.is_file():
        raise CreatorError(f"{footage.name} is not at {footage.path} any more")
    shown = [min(max(t, clip.source.start), clip.source.end) for t in times]
    pictures = strip(footage.path, shown, height_px=0)
    size = (request.width, request.height)
    return np.stack([framed(p, clip.reframe or Reframe(), size) for p in pictures])


def framed(rgb: Frames, reframe: Reframe, size: tuple[int, int]) -> Frames:
    """One picture as it plays: the part its reframe shows, with bars where it does not fill."""
    height, width = rgb.shape[:2]
    wide = high = 1 / max(1.0, reframe.zoom)
    if reframe.fit == "fill":
        aspect = (width / height) / (size[0] / size[1])
        wide, high = wide * min(1.0, 1 / aspect), high * min(1.0, aspect)
    w, h = max(2, round(width * wide)), max(2, round(height * high))
    left = min(max(0, round(width * reframe.centre_x - w / 2)), width - w)
    top = min(max(0, round(height * reframe.centre_y - h / 2)), height - h)
    part = rgb[top : top + h, left : left + w]
    scale = min(size[0] / w, size[1] / h)
    inner = min(size[0], round(w * scale)), min(size[1], round(h * scale))
    if reframe.fit == "fill" or (size[0] - inner[0] < 2 and size[1] - inner[1] < 2):
        inner = size
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    out = np.zeros((size[1], size[0], 3), np.uint8)
    x, y = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    out[y : y + inner[1], x : x + inner[0]] = cv2.resize(part, inner, interpolation=way)
    return out


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
