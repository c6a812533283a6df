"""What has to be made for a film: pictures as spans between cuts, sound as whole parts.

    parts    |---A---====|          pieces   |--A--|=A/B=|--B--|
                    |====---B---|

A part is cut where it overlaps the next, so that only the overlap is composed of two sources.
Every piece and every sound has a key made of all that it depends on: the content of its sources,
the span, fit, speed, size, rate, the titles over it. What has a key in the cache is not made again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from media.errors import MediaError
from media.values import Film, Fit, Grade, RenderPart, RenderTitle

RECIPE = "6"  # raise it when a piece is made differently, so that no old one is reused
SOUND_HZ = 48_000


@dataclass(frozen=True, slots=True)
class Side:
    """One source in a piece: what stands at the piece's first frame, how fast, where."""

    path: Path | None
    start_s: Fraction
    speed: Fraction
    fit: Fit
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Overlay:
    """A title over a piece. `at` is the title's first frame, counted from the piece's first."""

    title: RenderTitle
    frames: int
    at: int


@dataclass(frozen=True, slots=True)
class Piece:
    """`frames` pictures of the film: one side, or two that fade from the first to the second."""

    first: int  # frame of the film
    frames: int
    sides: tuple[Side, ...]
    overlays: tuple[Overlay, ...]
    key: str


@dataclass(frozen=True, slots=True)
class PartSound:
    """The sound of a whole part, a little longer than its pictures; cut to the sample in mixing."""

    path: Path
    start_s: Fraction
    speed: Fraction
    samples: int
    key: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to make, in film order. `starts` are the parts' first film frames."""

    size: tuple[int, int]
    rate: Fraction
    frames: int
    starts: tuple[int, ...]
    pieces: tuple[Piece, ...]
    sounds: tuple[PartSound | None, ...]  # one for each part; None is silence


def plan(film: Film) -> Plan:
    """The plan of `film`. Raises MediaError where the film cannot be made as it is described."""
    _check(film)
    size = (film.width // 2 * 2, film.height // 2 * 2)
    starts, at = [], 0
    for part in film.parts:
        starts.append(at)
        at += part.frames - part.fade_out_frames
    return Plan(
        size=size,
        rate=film.rate,
        frames=at,
        starts=tuple(starts),
        pieces=tuple(_pieces(film, starts, size)),
        sounds=tuple(_sound(part, film.rate) for part in film.parts),
    )


def untouched(plan: Plan) -> Piece | None:
    """The whole film as one piece where every picture is one of a source, at its own pace."""
    for piece in plan.pieces:
        side = piece.sides[0]
        plain = side.path is not None and side.speed == 1 and side.fit == Fit() and not side.grade
        if len(piece.sides) > 1 or piece.overlays or not plain:
            return None
    sides = tuple(piece.sides[0] for piece in plan.pieces)
    key = content_key("copy", [piece.key for piece in plan.pieces])
    return Piece(0, plan.frames, sides, (), key)


def sample_at(frame: int, rate: Fraction) -> int:
    """The sample of the film's sound at which a frame starts."""
    return math.floor(frame * SOUND_HZ / rate + Fraction(1, 2))


def content_key(*facts: object) -> str:
    """A short name for anything that is made of `facts`."""
    text = json.dumps([RECIPE, *facts], default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def source_key(path: Path | None) -> list[object]:
    """What tells one content of a source from another: path, size, time of last change."""
    if path is None:
        return []
    try:
        facts = path.stat()
    except OSError as error:
        raise MediaError(
            f"{path.name!r} is not at {path.parent} any more; bring it back or relink it"
        ) from error
    return [str(path.resolve()).encode("utf-8", "surrogateescape").hex(), facts.st_size,
            facts.st_mtime_ns]  # fmt: skip


def _check(film: Film) -> None:
    if not film.parts:
        raise MediaError("the film has no parts; there is nothing to render")
    if film.width < 2 or film.height < 2 or film.rate <= 0:
        raise MediaError(f"a film cannot be {film.width}x{film.height} at {film.rate} frames/s")
    before = 0
    for place, part in enumerate(film.parts):
        after = part.fade_out_frames
        if place == len(film.parts) - 1 and after:
            raise MediaError("the last part fades into nothing; a crossfade needs a next part")
        if part.frames <= 0 or after < 0 or before + after > part.frames or part.speed <= 0:
            raise MediaError(
                f"part {place + 1} has {part.frames} frames at speed {part.speed}, of which "
                f"{before} + {after} are crossfades; shorten the fades or lengthen the clip"
            )
        before = after


def _pieces(film: Film, starts: Sequence[int], size: tuple[int, int]) -> list[Piece]:
    out: list[Piece] = []
    lead = 0
    for place, part in enumerate(film.parts):
        body, tail = part.frames - lead - part.fade_out_frames, part.fade_out_frames
        if body:
            side = _side(part, lead, film.rate)
            out.append(_piece(film, size, starts[place] + lead, body, (side,)))
        if tail:
            begin = part.frames - tail
            left, right = _side(part, begin, film.rate), _side(film.parts[place + 1], 0, film.rate)
            out.append(_piece(film, size, starts[place] + begin, tail, (left, right)))
        lead = tail
    return out


def _side(part: RenderPart, frame: int, rate: Fraction) -> Side:
    start = part.source.start_s + frame * part.speed / rate
    return Side(part.source.path, start, part.speed, part.fit, part.grade)


def _piece(
    film: Film, size: tuple[int, int], first: int, frames: int, sides: tuple[Side, ...]
) -> Piece:
    overlays = _overlays(film, first, frames)
    facts = [
        [source_key(s.path), s.start_s, s.speed, s.fit.mode, s.fit.centre_x, s.fit.centre_y,
         s.fit.zoom, s.fit.path, dataclasses.astuple(s.grade) if s.grade else None]
        for s in sides
    ]  # fmt: skip
    over = [[o.title.text, o.title.style, o.frames, o.at] for o in overlays]
    key = content_key("picture", size, film.rate, frames, facts, over)
    return Piece(first, frames, sides, overlays, key)


def _overlays(film: Film, first: int, frames: int) -> tuple[Overlay, ...]:
    out = []
    for title in film.titles:
        begin = math.floor(title.start_s * film.rate + Fraction(1, 2))
        end = math.floor(title.end_s * film.rate + Fraction(1, 2))
        if title.text.strip() and begin < first + frames and end > first and end > begin:
            out.append(Overlay(title, end - begin, begin - first))
    return tuple(out)


def _sound(part: RenderPart, rate: Fraction) -> PartSound | None:
    path = part.source.path
    if path is None or part.muted:
        return None
    start = part.source.start_s + part.sound_in_frames * part.speed / rate
    frames = part.frames - part.sound_in_frames + part.sound_out_frames
    if frames <= 0:
        return None
    samples = math.ceil(frames * SOUND_HZ / rate) + 1
    key = content_key("sound", source_key(path), start, part.speed, samples)
    return PartSound(path, start, part.speed, samples, key)
