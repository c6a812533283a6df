"""Whether a made shot can be offered: length, size, black, frozen, seams and flicker, measured.

Pictures are looked at small and a little blurred, so that grain and coding noise count for
nothing. Levels are grey levels, 0 to 255.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.values import Frames
from media.decode import decode
from media.probe import probe
from media.values import Picture
from tools.dailies import count
from tools.shape import Cancel

Small = NDArray[np.float32]  # (F, h, w, 3)

WIDTH_PX = 160
BLACK, BLACK_PEAK = 5.0, 40.0  # mean level, and the level nearly nothing exceeds
STILL = 1.2  # in half a second nearly no pixel moved by more than this
STILL_S = 2.0  # longer than this a still picture looks like a fault
STILL_SHARE = 0.9  # of a shot that stands still may not be more than this
SEAM = 2.5  # a step over the seam at most this many times the steps beside it
JUMP = 2.0  # smaller steps than this are seen by nobody: coding and colours differ as much
SHIFT = 2.5  # of a whole channel: rounding on the way through a file
STEP = 0.6  # steps under this are those of a picture that stands still
FLICKER = 4.0  # mean bend of the light from frame to frame


@dataclass(frozen=True, slots=True)
class Asked:
    """What a shot is held to. before, after: (f, H, W, 3) frames it has to join on to."""

    frames: int
    rate: Fraction
    size: tuple[int, int]
    before: Frames | None = None
    after: Frames | None = None
    may_stand: bool = False  # a freeze that was asked for


@dataclass(frozen=True, slots=True)
class Checked:
    """The figures of one shot, and what is wrong with it in words."""

    frames: int
    width: int
    height: int
    light: float
    still_s: float  # the longest time that nothing moves
    flicker: float
    seam_before: float | None  # the step over the seam over the median step; None: a cut
    seam_after: float | None
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def words(self) -> str:
        """The figures in one sentence."""
        said = [f"{count(self.frames, 'frame')} of {self.width}x{self.height}"]
        for ratio, side in ((self.seam_before, "in"), (self.seam_after, "out")):
            if ratio is not None:
                said.append(f"seam {side} {ratio:.1f} times a usual step")
        if self.frames > 1:
            still = f"still for {self.still_s:.1f} s"
            said.append(still if self.still_s else "it moves throughout")
            said.append(f"flicker {self.flicker:.1f}")
        return ", ".join(said)

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON."""
        body = asdict(self)
        body["problems"] = list(self.problems)
        return {k: round(v, 3) if isinstance(v, float) else v for k, v in body.items()}


def check_file(path: Path, asked: Asked, *, cancel: Cancel) -> Checked:
    """The figures of a written shot, every frame of it decoded. Raises MediaError, Cancelled."""
    found = probe(path)
    size = (found.video.width, found.video.height) if found.video else (0, 0)
    events = decode(path, found, width_px=WIDTH_PX, still_px=0, cancel=cancel)
    pictures = [event.rgb for event in events if isinstance(event, Picture)]
    return look(pictures, asked, size)


def check_draft(frames: Frames, asked: Asked) -> Checked:
    """The figures of frames that were drawn small, at the size that was asked for."""
    return look(list(frames), asked, asked.size)


def look(pictures: list[NDArray[np.uint8]], asked: Asked, size: tuple[int, int]) -> Checked:
    """The figures of a shot's frames, all of them, in whichever size they come."""
    if not pictures:
        return Checked(0, *size, 0.0, 0.0, 0.0, None, None, ("it has no picture",))
    shot = small(pictures)
    light = shot.mean(axis=(1, 2, 3))
    bend = float(np.abs(np.diff(light, 2)).mean()) if len(shot) > 2 else 0.0
    still = still_s(shot, asked.rate)
    before = _seam(shot, asked.before)
    after = _seam(shot[::-1], None if asked.after is None else asked.after[::-1])
    peak = float(np.percentile(shot, 99.5))
    made = Checked(
        len(shot), *size, float(light.mean()), round(still, 2), bend, before, after
    )  # fmt: skip
    return replace(made, problems=_problems(made, asked, peak))


def small(pictures: list[NDArray[np.uint8]]) -> Small:
    """Pictures at `WIDTH_PX` on the longer edge, blurred, (F, h, w, 3)."""
    height, width = pictures[0].shape[:2]
    share = WIDTH_PX / max(height, width)
    size = (max(2, round(width * share)), max(2, round(height * share)))
    return np.stack([
        cv2.blur(cv2.resize(p, size, interpolation=cv2.INTER_AREA).astype(np.float32), (5, 5))
        for p in pictures
    ])  # fmt: skip


def still_s(shot: Small, rate: Fraction) -> float:
    """The longest time in seconds in which nothing moves, looked at over half seconds."""
    if len(shot) < 2:
        return 0.0
    hop = min(len(shot) - 1, max(1, round(float(rate) / 2)))
    longest = run = 0
    for at in range(hop, len(shot)):
        moved = np.abs(shot[at] - shot[at - hop]).mean(axis=2)
        run = run + 1 if np.percentile(moved, 98) <= STILL else 0
        longest = max(longest, run)
    return (longest + hop) / float(rate) if longest else 0.0


def _seam(shot: Small, beside: Frames | None) -> float | None:
    """The step from the last frame of `beside` to the first of `shot` over the median step."""
    if beside is None:
        return None
    height, width = shot.shape[1:3]
    other = small(list(beside))
    if other.shape[1:3] != (height, width):
        other = np.stack([cv2.resize(p, (width, height)) for p in other])
    near = shot[:12]
    steps = [_step(a, b) for run in (other, near) for a, b in pairwise(run)]
    usual = float(np.median(steps)) if steps else 0.0
    over = _step(other[-1], shot[0])
    ratio = over / max(usual, STEP)
    return ratio if over > JUMP else min(ratio, SEAM)


def _step(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """The mean change, without the shift of whole channels by which two decoders differ."""
    change = a - b
    shift = np.clip(change.mean(axis=(0, 1)), -SHIFT, SHIFT)
    return float(np.abs(change - shift).mean())


def _problems(made: Checked, asked: Asked, peak: float) -> tuple[str, ...]:
    found = []
    if made.frames != asked.frames:
        found.append(f"it has {made.frames} frames instead of {asked.frames}")
    if (made.width, made.height) != asked.size:
        wide, high = asked.size
        found.append(f"it is {made.width}x{made.height} instead of {wide}x{high}")
    if made.light < BLACK and peak < BLACK_PEAK:
        found.append("it is black")
    length = made.frames / float(asked.rate)
    stands = made.still_s >= STILL_SHARE * length and made.frames > 1
    if made.still_s > STILL_S or (stands and not asked.may_stand):
        found.append(f"it does not move for {made.still_s:.1f} s of {length:.1f} s")
    for ratio, where in ((made.seam_before, "into"), (made.seam_after, "out of")):
        if ratio is not None and ratio > SEAM:
            found.append(f"it jumps where the cut goes {where} it ({ratio:.1f} times a usual step)")
    if made.flicker > FLICKER:
        found.append(f"it flickers (by {made.flicker:.1f} levels a frame)")
    return tuple(found)
