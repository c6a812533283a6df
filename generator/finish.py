"""From frames as they were worked at to the shot: rate, size, what was given, sprites, grain.

Frames between two worked ones are moved along the optical flow. Given frames stand in the shot
as they were given; what the network lost of them (fine detail, grain) is carried along into the
frames beside them and fades there, so that no step is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.conditioning import span_of
from generator.fills import fit, flow
from generator.values import Condition, Frames, ShotRequest

if TYPE_CHECKING:
    import torch

    from generator.scenes.stage import Draw, Stage
    from generator.work import Work

Film = NDArray[np.float32]  # (H, W, 3) from 0 to 255
CARRIED_S = Fraction(4, 5)  # how long what was lost of a given frame is carried along
JOINED_S = Fraction(6, 25)  # and how long the made frames take over from the given one itself
LOOP_FADE_S = 2  # sprites of a loop's end are faded into its beginning for this long


@dataclass(frozen=True, slots=True)
class Finish:
    """What is laid over the picture. stage: at the shot's size, for its grain; None for none.

    draw: the scene's sprites; None for none.
    """

    stage: Stage | None = None
    draw: Draw | None = None
    placed: bool = True  # False leaves given frames as the network made them


@dataclass(frozen=True, slots=True)
class _Kept:
    """One run of given frames: numbers first to last. size: (width, height) of the shot."""

    first: int
    last: int
    frames: Frames  # as given
    size: tuple[int, int]
    mask: NDArray[np.float32] | None

    def at(self, number: int) -> Frames:
        """Frame `number` of the shot at its size, (H, W, 3)."""
        return fit(self.frames[number - self.first], self.size)


def finished(
    worked: NDArray[np.float16], request: ShotRequest, work: Work, finish: Finish,
    stop: Callable[[], None],
) -> Frames:  # fmt: skip
    """The shot, (F, H, W, 3). worked: (frames, h, w, 3) from 0 to 255."""
    size = request.width, request.height
    out = np.empty((request.frame_count, size[1], size[0], 3), np.uint8)
    source = _Source(worked, work)
    kept = _kept(request, size) if finish.placed else []
    whole = [one for one in kept if one.mask is None]
    carried = [part for one in whole for part in _carried(one, request, source, work)]
    for number in range(request.frame_count):
        stop()
        film = np.ascontiguousarray(enlarged(source.at(number), size))
        for part in carried:
            part.add(film, number)
        out[number] = _laid(film, number, request, finish, work)
        for one in kept:
            _place(out[number], one, number)
    return out


def enlarged(film: Film, size: tuple[int, int]) -> Film:
    """A frame at `size` (width, height)."""
    if (film.shape[1], film.shape[0]) == size:
        return film
    way = cv2.INTER_AREA if size[0] < film.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(film, size, interpolation=way), np.float32)


class _Source:
    """The worked frames, read at any frame number of the shot."""

    def __init__(self, worked: NDArray[np.float16], work: Work) -> None:
        self.worked, self.step, self.loop = worked, work.step, work.loop
        self._fields = lru_cache(maxsize=1)(self._find_fields)

    def at(self, number: int) -> Film:
        """The frame shown at `number`, at the size worked at; a new array."""
        place = number / self.step
        first = int(place)
        share = float(place - first)
        first, second = self._numbers(first)
        if share < 1e-3 or first == second:
            return np.asarray(self.worked[first], np.float32)
        ahead, back = self._fields(first, second)
        one = moved(self.worked[first].astype(np.float32), -share * ahead)
        other = moved(self.worked[second].astype(np.float32), -(1 - share) * back)
        return np.asarray(one * (1 - share) + other * share, np.float32)

    def small(self, number: int) -> Frames:
        """The same as bytes, for finding flow."""
        return np.asarray(np.clip(self.at(number) + 0.5, 0, 255), np.uint8)

    def _numbers(self, first: int) -> tuple[int, int]:
        count = len(self.worked)
        if self.loop:
            return first % count, (first + 1) % count
        return min(first, count - 1), min(first + 1, count - 1)

    def _find_fields(self, a: int, b: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        one, other = (
            np.clip(self.worked[n].astype(np.float32) + 0.5, 0, 255).astype(np.uint8)
            for n in (a, b)
        )
        return flow(one, other), flow(other, one)


def moved(film: Film, by: NDArray[np.float32]) -> Film:
    """`film` read at each pixel plus `by`, which is brought to its size."""
    height, width = film.shape[:2]
    if by.shape[:2] != (height, width):
        scale = width / by.shape[1], height / by.shape[0]
        by = cv2.resize(by, (width, height), interpolation=cv2.INTER_LINEAR) * np.array(
            scale, np.float32
        )
    x, y = _pixels(width, height)
    return np.asarray(
        cv2.remap(film, x + by[..., 0], y + by[..., 1], cv2.INTER_LINEAR,
                  borderMode=cv2.BORDER_REPLICATE), np.float32,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _pixels(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return x, y


def _kept(request: ShotRequest, size: tuple[int, int]) -> list[_Kept]:
    """The conditions that are kept, at the shot's size."""
    return [
        _Kept(span[0], span[-1], one.frames, size, _edge(one, size))
        for one in request.conditions
        if one.strength >= 1 and len(span := span_of(one, request))
    ]


def _edge(one: Condition, size: tuple[int, int]) -> NDArray[np.float32] | None:
    """The mask at the shot's size with a soft edge, (H, W, 1)."""
    if one.mask is None:
        return None
    large = cv2.resize(one.mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    soft = cv2.GaussianBlur(large, (0, 0), max(0.8, min(size) / 200))
    return np.asarray(soft, np.float32)[..., None]


def _place(picture: Frames, one: _Kept, number: int) -> None:
    """Put a given frame into the picture (H, W, 3), in place."""
    if not one.first <= number <= one.last:
        return
    given = one.at(number)
    if one.mask is None:
        picture[:] = given
    else:
        mixed = picture + (given.astype(np.float32) - picture) * one.mask
        picture[:] = np.clip(mixed + 0.5, 0, 255)


@dataclass(frozen=True, slots=True)
class _Carried:
    """What the network lost of one given frame, for the frames to one side of it."""

    shown: Film  # the given frame as the network made it, at the shot's size
    lost: Film
    at: int
    way: int  # 1 for the frames after it, -1 for those before
    reach: int
    joined: int  # frames over which it gives way
    count: int  # of the shot's frames
    source: _Source

    def add(self, film: Film, number: int) -> None:
        """Add its share to frame `number`, in place."""
        far = (number - self.at) * self.way
        if self.source.loop:
            far %= self.count
        if not 0 < far <= self.reach:
            return
        back = flow(self.source.small(number), self.source.small(self.at))
        if far <= self.joined:
            film += _fading(far, self.joined) * (moved(self.shown, back) - film)
        film += _fading(far, self.reach) * moved(self.lost, back)


def _fading(far: int, reach: int) -> np.float32:
    """1 at 0, 0 past `reach`, without a corner."""
    return np.float32(0.5 + 0.5 * np.cos(np.pi * far / (reach + 1)))


def _carried(one: _Kept, request: ShotRequest, source: _Source, work: Work) -> Iterator[_Carried]:
    """To both sides of a run of given frames, as far as there are frames."""
    count = request.frame_count
    reach = max(1, int(CARRIED_S * request.rate))
    size = request.width, request.height
    for at, way in ((one.last, 1), (one.first, -1)):
        room = count - 1 - at if way > 0 else at
        near = count - (one.last - one.first + 1) if work.loop else room
        if min(near, reach) > 0:
            shown = enlarged(source.at(at), size)
            lost = one.at(at).astype(np.float32) - shown
            joined = min(near, max(1, int(JOINED_S * request.rate)))
            yield _Carried(shown, lost, at, way, min(near, reach), joined, count, source)


def _laid(film: Film, number: int, request: ShotRequest, finish: Finish, work: Work) -> Frames:
    """Sprites and grain over one frame, as bytes."""
    import torch

    picture = torch.from_numpy(film)[None]
    if finish.draw is not None:
        overlap = 0
        if work.loop:
            overlap = min(request.frame_count // 2, int(LOOP_FADE_S * request.rate))
        _sprites(picture, number, request, (finish.draw, overlap))
    picture.add_(0.5)
    if finish.stage is not None:
        return np.asarray(finish.stage.develop(picture, number)[0])
    shown: Frames = picture[0].clamp_(0, 255).to(torch.uint8).numpy()
    return shown


def _sprites(
    picture: torch.Tensor, number: int, request: ShotRequest, what: tuple[Draw, int]
) -> None:
    """Draw the sprites of one frame; in a loop those past its end fade into its beginning."""
    import torch

    draw, overlap = what
    rate = float(request.rate)
    plate = picture.clone() if number < overlap else None
    draw(picture, torch.tensor([number / rate]))
    if plate is not None:
        draw(plate, torch.tensor([(number + request.frame_count) / rate]))
        share = number / overlap
        picture.lerp_(plate, 1 - share * share * (3 - 2 * share))
