"""The classical fills themselves: pictures in, frames out. All frames are (F, H, W, 3) uint8."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.values import Cancel, Frames, GenerationCancelled, OnProgress

Picture = NDArray[np.uint8]  # (H, W, 3) RGB
Field = NDArray[np.float32]  # (H, W, 2) pixels
Watch = tuple[OnProgress, Cancel]

FLOW_EDGE = 480  # optical flow is found at this longest edge and scaled up
UNEXPLAINED = 0.4  # of the contrast: more than this left over, and flow explains nothing
RETURNED, RETURNED_PX = 0.6, 2.0  # share of pixels that there-and-back brings home, at 160x90
BAR = 12  # levels: darker rows and columns at the edges are bars
GHOST = 10.0  # levels: two sides that differ by more would be seen through each other
GRAIN, GRAIN_OF_A_MOVE = 2.2, 1.2  # standard deviation, of 255
CLOSER_PER_S, CLOSEST = 0.035, 0.22  # how much larger a still gets under a move


def fit(picture: Picture, size: tuple[int, int]) -> Picture:
    """`picture` scaled and cropped about its middle to size (width, height)."""
    width, height = size
    if picture.shape[:2] == (height, width):
        return picture
    share = max(width / picture.shape[1], height / picture.shape[0])
    w, h = max(width, round(picture.shape[1] * share)), max(height, round(picture.shape[0] * share))
    way = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    large = cv2.resize(picture, (w, h), interpolation=way)
    top, left = (h - height) // 2, (w - width) // 2
    return np.asarray(large[top : top + height, left : left + width], np.uint8)


def flow(a: Picture, b: Picture) -> Field:
    """Where each pixel of `a` goes in `b` (DIS optical flow, Kroeger et al. 2016)."""
    height, width = a.shape[:2]
    share = min(1.0, FLOW_EDGE / max(height, width))
    size = (max(16, round(width * share)), max(16, round(height * share)))
    small = [
        cv2.cvtColor(cv2.resize(p, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        for p in (a, b)
    ]
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    found = search.calc(small[0], small[1], np.zeros((*small[0].shape, 2), np.float32))
    whole = cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole * [width / size[0], height / size[1]], np.float32)


def warp(picture: Picture, by: Field) -> Picture:
    """`picture` read at each pixel plus `by`."""
    return _moved(picture, by)


def _moved(values: NDArray[Any], by: Field) -> NDArray[Any]:
    """`values` (H, W, ...) read at each pixel plus `by`."""
    h, w = values.shape[:2]
    x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    way = x + by[..., 0], y + by[..., 1]
    moved = cv2.remap(values, *way, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, values.dtype)


def picture_area(*pictures: Picture) -> tuple[slice, slice]:
    """Rows and columns inside the black bars that all pictures have; everything without bars."""
    light = np.max([p.max(axis=2) for p in pictures], axis=0)
    spans = []
    for line in (light.max(axis=1), light.max(axis=0)):
        lit = np.flatnonzero(line > BAR)
        first, last = (int(lit[0]), int(lit[-1]) + 1) if len(lit) else (0, len(line))
        spans.append(slice(first, last) if last - first >= len(line) // 5 else slice(0, len(line)))
    return spans[0], spans[1]


def flow_holds(a: Picture, b: Picture) -> bool:
    """Whether `a` and `b` are one scene: flow explains b from a, and leads back where it began.

    Measured on footage: moments up to 1.5 s apart in one shot stay under 0.35 of the contrast and
    mostly return over 0.65 of the pixels; cuts leave over 0.65 and return under 0.36.
    """
    small_a, small_b = (
        np.asarray(cv2.resize(p, (160, 90), interpolation=cv2.INTER_AREA), np.uint8) for p in (a, b)
    )
    ahead, back = flow(small_a, small_b), flow(small_b, small_a)
    left = float(np.abs(warp(small_a, back).astype(np.float32) - small_b).mean())
    if left > max(2.0, UNEXPLAINED * float(small_b.std())):
        return False
    returned = np.linalg.norm(ahead + _moved(back, ahead), axis=2) < RETURNED_PX
    return left <= 2.0 or float(returned.mean()) >= RETURNED


def bridge(head: Frames, tail: Frames, count: int, watch: Watch) -> Frames:
    """Frames between the last of `head` and the first of `tail`, both moved along the flow.

    The given frames stand at either end unchanged; the way between is gone at one speed, so
    that nothing halts at the seams.
    """
    a, b = head[-1], tail[0]
    ahead, back = flow(a, b), flow(b, a)
    return _between(head, tail, count, watch, lambda s: _meet(a, b, (ahead, back), s))


def _meet(a: Picture, b: Picture, fields: tuple[Field, Field], share: float) -> Picture:
    """Both sides moved to where they meet; where they disagree the nearer one alone is shown."""
    from_a = warp(a, -share * fields[0])
    from_b = warp(b, -(1 - share) * fields[1])
    apart = cv2.absdiff(from_a, from_b).mean(axis=2, dtype=np.float32)
    unsure = np.clip((cv2.blur(apart, (9, 9)) - GHOST) / (3 * GHOST), 0, 1)[..., None]
    nearer = min(1.0, max(0.0, (share - 0.4) / 0.2))
    weight = share + (nearer - share) * unsure
    return np.asarray(from_a * (1 - weight) + from_b * weight + 0.5, np.uint8)


def retimed(frames: Frames, made: float, rate: float, count: int) -> Frames:
    """`count` frames at `rate` out of frames at rate `made`, moved along the flow between two."""
    out = np.empty((count, *frames.shape[1:]), np.uint8)
    near, fields = -1, None
    for at in range(count):
        place = min(at * made / rate, len(frames) - 1)
        left = min(int(place + 1e-6), len(frames) - 1)
        share = place - left
        if share < 1e-3 or left + 1 >= len(frames):
            out[at] = frames[left]
            continue
        a, b = np.asarray(frames[left], np.uint8), np.asarray(frames[left + 1], np.uint8)
        if left != near or fields is None:
            near, fields = left, (flow(a, b), flow(b, a))
        out[at] = _meet(a, b, fields, share)
    return out


def dissolve(head: Frames, tail: Frames, count: int, watch: Watch) -> Frames:
    """Frames that cross-fade from the last of `head` to the first of `tail`."""
    a, b = head[-1], tail[0]
    return _between(
        head, tail, count, watch,
        lambda s: np.asarray(cv2.addWeighted(a, 1 - _eased(s), b, _eased(s), 0), np.uint8),
    )  # fmt: skip


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)


def _between(
    head: Frames, tail: Frames, count: int, watch: Watch, make: Callable[[float], Picture]
) -> Frames:
    out = np.empty((count, *head.shape[1:]), np.uint8)
    out[: len(head)], out[count - len(tail) :] = head, tail
    first, last = len(head), count - len(tail)
    for at in range(first, last):
        out[at] = make((at - first + 1) / (last - first + 1))
        tell(watch, (at + 1) / count, out[at])
    tell(watch, 1.0, out[-1])
    return out


def ken_burns(
    picture: Picture, count: int, seed: int, *, rate: float = 25.0, at_end: bool = False,
    watch: Watch,
) -> Frames:  # fmt: skip
    """A move over a still, with grain that lives; it starts (with at_end: ends) on the picture.

    Each second brings it `CLOSER_PER_S` nearer and as far aside as that leaves room for.
    """
    height, width = picture.shape[:2]
    random = np.random.default_rng(seed)
    angle = random.uniform(0, 2 * np.pi)
    to_x, to_y = 0.9 * np.cos(angle), 0.9 * np.sin(angle)
    closer = min(CLOSEST, 0.02 + CLOSER_PER_S * count / rate)
    grain = _grain(random, (height, width), GRAIN_OF_A_MOVE)
    out = np.empty((count, height, width, 3), np.uint8)
    for at in range(count):
        share = at / max(1, count - 1)
        scale = 1 + closer * (1 - share if at_end else share)
        room_x, room_y = width * (scale - 1) / 2, height * (scale - 1) / 2
        move = np.array([
            [scale, 0, -room_x - to_x * room_x], [0, scale, -room_y - to_y * room_y],
        ], np.float64)  # fmt: skip
        nearer = cv2.warpAffine(
            picture, move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
        )
        out[at] = _grained(np.asarray(nearer, np.uint8), grain, random)
        tell(watch, (at + 1) / count, out[at])
    return out


def _grain(random: np.random.Generator, size: tuple[int, int], sigma: float) -> Field:
    """Noise a little larger than (height, width), (h, w, 1), to be read at a place per frame."""
    noise = random.normal(0, sigma, (size[0] + 64, size[1] + 64, 1))
    return np.asarray(noise, np.float32)


def _grained(picture: Picture, grain: Field, random: np.random.Generator) -> Picture:
    left, top = random.integers(0, 64, 2)
    height, width = picture.shape[:2]
    noisy = picture + grain[top : top + height, left : left + width]
    return np.asarray(np.clip(noisy + 0.5, 0, 255), np.uint8)


def freeze(frames: Frames, count: int, seed: int, *, at_end: bool = False, watch: Watch) -> Frames:
    """The given frames, then their last one held with moving grain (reversed with at_end)."""
    held = frames[0] if at_end else frames[-1]
    height, width = held.shape[:2]
    random = np.random.default_rng(seed)
    grain = _grain(random, (height, width), GRAIN)
    out = np.empty((count, height, width, 3), np.uint8)
    for at in range(count):
        out[at] = _grained(held, grain, random)
        tell(watch, (at + 1) / count, out[at])
    if at_end:
        out[count - len(frames) :] = frames
    else:
        out[: len(frames)] = frames
    return out


def tell(watch: Watch, share: float, picture: Picture) -> None:
    """Report progress with a preview. Raises GenerationCancelled once the creator stops it."""
    progress, cancel = watch
    if cancel():
        raise GenerationCancelled(f"stopped at {share:.0%}")
    progress(share, np.asarray(picture[None], np.uint8))
