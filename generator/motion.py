"""The `motion` backend: classical fills from given frames, nothing learned.

tail of A + head of B  ->  optical-flow bridge, or a short dissolve where the flow does not hold
one picture            ->  Ken Burns (a move over a still, with grain), or a freeze with grain
the last k frames      ->  a short freeze of the last one with grain

None of them knows what happens next. Each is refused past the length up to which it passes for
footage: a picture that stands still for longer looks like a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from generator.bars import without_bars
from generator.fills import bridge, dissolve, fit, flow_holds, freeze, ken_burns
from generator.machine import held_up
from generator.values import (
    Cancel,
    Condition,
    Estimate,
    Frames,
    Gate,
    OnProgress,
    Provenance,
    Refused,
    Shot,
    ShotRequest,
)

Method = Literal["bridge", "dissolve", "ken burns", "freeze"]
SECONDS_PER_MEGAPIXEL = {"bridge": 0.08, "dissolve": 0.02, "ken burns": 0.05, "freeze": 0.04}
# the most new frames, in seconds of film, beside those that were given
LONGEST_S: dict[Method, Fraction] = {
    "bridge": Fraction(3, 2), "dissolve": Fraction(1), "ken burns": Fraction(6),
    "freeze": Fraction(2),
}  # fmt: skip
_WHY: dict[Method, str] = {
    "bridge": "flow between two frames guesses no more than that",
    "dissolve": "its two sides stand still, and they are too unlike for a flow bridge",
    "ken burns": "a longer move over one picture is seen as what it is",
    "freeze": "a picture that stands still for longer looks like a fault",
}


# "hold the frame", but no people who hold hands
_FREEZE = re.compile(
    r"\bfreeze\b|^hold(?: (?:it|that|this|on|the (?:\w+ )?(?:frame|shot|picture)))?$"
)


@dataclass(frozen=True, slots=True)
class Anchors:
    """What the request fixes: frames at the start and at the end, each (k, H, W, 3)."""

    head: Frames | None
    tail: Frames | None


class MotionBackend:
    """Bridges, dissolves, Ken Burns and freezes. Keeps given frames at 30 dB or better."""

    name = "motion"

    def available(self) -> Gate:
        return Gate(True, "classical fills need nothing but this package")

    def gate(self, request: ShotRequest) -> Gate:
        """Open only with frames at the start, at the end, or both."""
        problem = _problem(request)
        if problem:
            return Gate(False, problem)
        how = method(request)
        return Gate(True, f"fills with a {how}, at most {float(LONGEST_S[how]):g} s of it")

    def estimate(self, request: ShotRequest) -> Estimate:
        pixels = request.frame_count * request.width * request.height
        each = SECONDS_PER_MEGAPIXEL[method(request)] if not _problem(request) else 0.0
        seconds = held_up() * (pixels / 1e6 * each + 0.2)
        return Estimate(seconds, pixels * 3 + 100_000_000)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot. Raises Refused where the gate is closed, GenerationCancelled."""
        gate = self.gate(request)
        if not gate.open:
            raise Refused(gate.reason)
        how = method(request)
        inner, bars = without_bars(request)
        frames, notes = _fill(how, _anchors(inner), inner, (progress, cancel))
        origin = Provenance(
            "motion", how, request.prompt, request.seed, False,
            "; ".join(_say(request)), {"method": how},
        )  # fmt: skip
        if request.prompt:
            notes = (*notes, "words do not steer a classical fill; the prompt was left out")
        return Shot(bars.around(frames), request.rate, origin, notes)


def method(request: ShotRequest) -> Method:
    """Which fill the request's frames and words ask for: a bridge only where flow holds."""
    anchors = _anchors(request)
    words = request.prompt.lower()
    if anchors.head is not None and anchors.tail is not None:
        if "dissolve" in words or "crossfade" in words:
            return "dissolve"
        return "bridge" if flow_holds(anchors.head[-1], anchors.tail[0]) else "dissolve"
    one = anchors.head if anchors.head is not None else anchors.tail
    if one is not None and len(one) == 1 and not _FREEZE.search(words.strip()):
        return "ken burns"
    return "freeze"


def _problem(request: ShotRequest) -> str:
    if not request.conditions:
        return (
            "motion only continues or joins given frames, and none were given; "
            "use scenes or a learned model to make a shot from words"
        )
    if request.loop and method(request) != "ken burns":
        return "motion closes a loop from one picture only; scenes close one from words"
    if request.boxes:
        return "motion cannot place things in boxes"
    if any(one.strength < 1 or one.mask is not None for one in request.conditions):
        return "motion keeps given frames whole; it cannot restyle them or keep a region"
    middle = [
        one for one in request.conditions if not (_at_start(one.at_s) or _at_end(request, one))
    ]
    if middle:
        return f"motion takes frames at the start and the end, not at {float(middle[0].at_s):.2f} s"
    held = sum(len(one.frames) for one in request.conditions)
    if held > request.frame_count:
        return f"{held} frames were given for a shot of {request.frame_count}"
    return _too_long(request, request.frame_count - held)


def _too_long(request: ShotRequest, made: int) -> str:
    how = method(request)
    if made <= LONGEST_S[how] * request.rate:
        return ""
    return (
        f"{float(made / request.rate):.1f} s would be made up with a {how}, which does for"
        f" {float(LONGEST_S[how]):g} s at most: {_WHY[how]}; make the hole shorter, or use a"
        " learned model"
    )


def _at_start(at_s: Fraction) -> bool:
    return at_s == 0


def _at_end(request: ShotRequest, one: Condition) -> bool:
    """Whether a condition's last frame is the shot's last frame, to within one frame."""
    last = one.at_s * request.rate + len(one.frames)
    return abs(last - request.frame_count) <= 1


def _anchors(request: ShotRequest) -> Anchors:
    head = tail = None
    size = (request.width, request.height)
    for one in request.conditions:
        frames = np.stack([fit(frame, size) for frame in one.frames])
        if _at_start(one.at_s) and head is None:
            head = frames
        else:
            tail = frames
    return Anchors(head, tail)


def _fill(
    how: Method, anchors: Anchors, request: ShotRequest, watch: tuple[OnProgress, Cancel]
) -> tuple[Frames, tuple[str, ...]]:
    count = request.frame_count
    head, tail = anchors.head, anchors.tail
    if head is not None and tail is not None:
        if how == "bridge":
            return bridge(head, tail, count, watch), ()
        asked = "dissolve" in request.prompt.lower() or "crossfade" in request.prompt.lower()
        note = "the two sides are too different for a flow bridge: dissolved instead"
        return dissolve(head, tail, count, watch), () if asked else (note,)
    one = head if head is not None else tail
    if one is None:
        raise Refused("motion needs given frames")
    if how == "ken burns" and request.loop:
        return _there_and_back(one[0], request, watch, at_end=head is None), ()
    if how == "ken burns":
        rate = float(request.rate)
        made = ken_burns(one[0], count, request.seed, rate=rate, at_end=head is None, watch=watch)
        return made, ()
    return freeze(one, count, request.seed, at_end=head is None, watch=watch), ()


def _there_and_back(
    picture: Frames, request: ShotRequest, watch: tuple[OnProgress, Cancel], *, at_end: bool
) -> Frames:
    """The move over a still and the same way back, so that the last frame leads into the first."""
    count = request.frame_count
    there = ken_burns(
        picture, count // 2 + 1, request.seed, rate=float(request.rate), at_end=at_end, watch=watch
    )
    return np.concatenate([there, there[1 : count - len(there) + 1][::-1]])


def _say(request: ShotRequest) -> list[str]:
    return [f"{len(one.frames)} frames at {float(one.at_s):g} s" for one in request.conditions]
