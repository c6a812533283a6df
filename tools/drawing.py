"""A shot drawn for a hole: what it must join on to, the drawing, the checks, the file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from generator.values import Condition, Frames, GenerationCancelled, Generator, Shot, ShotRequest
from media.encode import write_clip
from media.errors import Cancelled
from media.probe import probe
from media.render import render
from media.stills import strip
from media.values import Film, Fit, PartSource, RenderPart
from project import footage as store
from project.errors import BadArguments, CreatorError
from project.store import Project
from timeline.marks import clip_tags
from timeline.model import Clip, Origin, Timeline
from tools.shape import Cancel, Progress

Mode = Literal["words", "extend_before", "extend_after", "connect", "still"]

JOINED = 8  # frames that a shot takes over from its neighbour
BLACK, FROZEN = 5.0, 0.02  # mean of 0 to 255; mean difference between neighbouring frames


def neighbours(timeline: Timeline, gap_id: str) -> tuple[Clip | None, Clip | None]:
    """The clips that touch the gap, before and after it."""
    track, place = timeline.find(gap_id)
    before = track.items[place - 1] if place else None
    after = track.items[place + 1] if place + 1 < len(track.items) else None
    return (
        before if isinstance(before, Clip) else None,
        after if isinstance(after, Clip) else None,
    )


def conditions(
    mode: Mode, request: ShotRequest, gap_id: str, timeline: Timeline, project: Project
) -> tuple[Condition, ...]:
    """The frames the shot must join on to. Raises BadArguments without the neighbour for it."""
    if mode == "words":
        return ()
    before, after = neighbours(timeline, gap_id)
    out: list[Condition] = []
    if mode in ("extend_before", "connect", "still"):
        if before is None:
            raise BadArguments("no clip stands right before the hole to go on from")
        many = 1 if mode == "still" else JOINED
        times = [before.source.end - n * before.speed / request.rate for n in range(many, 0, -1)]
        out.append(Condition(_frames(before, times, request, project), Fraction(0)))
    if mode in ("extend_after", "connect"):
        if after is None:
            raise BadArguments("no clip stands right after the hole to lead into")
        times = [after.source.start + n * after.speed / request.rate for n in range(JOINED)]
        at = request.duration_s - Fraction(JOINED) / request.rate
        out.append(Condition(_frames(after, times, request, project), max(Fraction(0), at)))
    return tuple(out)


def _frames(clip: Clip, times: list[Fraction], request: ShotRequest, project: Project) -> Frames:
    """Frames of a clip's source at `times`, inside what it plays, at the request's size."""
    footage = store.find(project, clip.footage_id)
    if not footage.path.is_file():
        raise CreatorError(f"{footage.name} is not at {footage.path} any more")
    shown = [min(max(t, clip.source.start), clip.source.end) for t in times]
    pictures = strip(footage.path, shown, height_px=request.height)
    return np.stack([_filling(p, request.width, request.height) for p in pictures])


def _filling(rgb: Frames, width: int, height: int) -> Frames:
    """One picture scaled and cropped in the middle to fill width x height."""
    scale = max(width / rgb.shape[1], height / rgb.shape[0])
    size = (max(width, round(rgb.shape[1] * scale)), max(height, round(rgb.shape[0] * scale)))
    large = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    cropped: Frames = np.asarray(large[top : top + height, left : left + width], dtype=np.uint8)
    return cropped


def draw(
    generator: Generator,
    request: ShotRequest,
    out: Path,
    *,
    mode: Mode,
    progress: Progress,
    cancel: Cancel,
) -> Origin:
    """The shot made and written to `out`, which appears only once the shot was checked.

    Raises GeneratorError, MediaError, CreatorError for a shot that is not good enough, Cancelled.
    """

    def told(share: float, _: Frames | None) -> None:
        progress(0.85 * share, f"{generator.name} draws")

    try:
        shot = generator.generate(request, told, cancel)
    except GenerationCancelled as error:
        raise Cancelled("the drawing was stopped; nothing was kept") from error
    made = shot.provenance
    origin = replace(_origin(shot), conditions=made.conditions or mode)
    part = out.with_name(f".{out.stem}.part.mp4")
    progress(0.88, "writing and checking it")
    try:
        if shot.path is not None:
            _fetched(shot, request, part, cancel)
        else:
            check_frames(shot, request, still=mode == "still")
            write_clip(shot.frames, shot.rate, part, metadata=marks(shot))
        _check_file(part, request)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return origin


def _fetched(shot: Shot, request: ShotRequest, part: Path, cancel: Cancel) -> None:
    """A finished file from elsewhere, brought to the request's own frames."""
    assert shot.path is not None
    source = PartSource(shot.path, Fraction(0), request.duration_s)
    film = Film(
        width=request.width,
        height=request.height,
        rate=request.rate,
        parts=(RenderPart(source, request.frame_count, fit=Fit("fill"), muted=True),),
        metadata=marks(shot),
    )
    render(film, part, cache=part.parent / ".parts", cancel=cancel)


def check_frames(shot: Shot, request: ShotRequest, *, still: bool = False) -> None:
    """Raises CreatorError for a shot that is too short, black or frozen."""
    frames = shot.frames
    length = Fraction(len(frames)) / shot.rate
    who = shot.provenance.backend
    if length < request.duration_s - 1 / request.rate:
        raise CreatorError(
            f"{who} made {float(length):.2f} s of the {float(request.duration_s):.2f} s asked"
            " for; another backend or a shorter hole would do"
        )
    sample = frames[:: max(1, len(frames) // 12)]
    if float(sample.mean()) < BLACK:
        raise CreatorError(f"{who} made a black picture; try other words or another seed")
    if len(frames) > 1 and not still:
        steps = frames[1::3].astype(np.int16) - frames[0:-1:3][: len(frames[1::3])]
        if float(np.abs(steps).mean()) < FROZEN:
            raise CreatorError(f"{who} made a picture that does not move; try another seed")


def _check_file(part: Path, request: ShotRequest) -> None:
    found = probe(part)
    if found.video is None:
        raise CreatorError("the shot was written without a picture; nothing was kept")
    have = found.claimed_duration_s
    if have is None or have < request.duration_s - 2 / request.rate:
        raise CreatorError(
            f"the shot was written {have} s long, but {request.duration_s} s were asked for"
        )


def marks(shot: Shot) -> tuple[tuple[str, str], ...]:
    """Container tags that say how the shot was made."""
    return clip_tags(_origin(shot))


def _origin(shot: Shot) -> Origin:
    made = shot.provenance
    return Origin(made.backend, made.model, made.prompt, made.seed, made.conditions, made.ai)
