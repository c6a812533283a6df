"""The `scenes` backend: a prompt read by the caption grammar, then painted."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

from generator import grammar  # by module: the grammar needs the registry beside this file
from generator.machine import LEAST_S, Timings
from generator.scenes.params import SceneParams
from generator.scenes.registry import SCENES
from generator.values import (
    Cancel,
    Estimate,
    Frames,
    Gate,
    GenerationCancelled,
    GeneratorError,
    OnProgress,
    Provenance,
    Refused,
    Shot,
    ShotRequest,
)

TIMED_PIXELS = 600_000  # frames are timed at most this large, and count by their area above
LARGEST_BYTES = 6_000_000_000
LARGEST_EDGE = 4096
LOOP_FADE_S = 2  # a loop's end is faded into its beginning for this long, or half the shot
_paces = Timings[tuple[float, float]]()


class ScenesBackend:
    """Twenty-four procedural scenes. Nothing learned, so nothing downloaded and no AI mark."""

    name = "scenes"

    def __init__(self, device: str = "cpu", *, embed: grammar.Embed | None = None) -> None:
        """embed: sentence embeddings, by which words in no table find the nearest that is."""
        self.device, self.embed = device, embed

    def available(self) -> Gate:
        return Gate(True, "procedural scenes need nothing but this package")

    def gate(self, request: ShotRequest) -> Gate:
        """Closed for frame conditions, boxes, and words that are no scene."""
        reading = grammar.read_prompt(request.prompt, embed=self.embed)
        problem = self._limits(request) or _domain(reading, request.prompt)
        if problem:
            return Gate(False, problem, reading.unknown)
        reason = f"reads as: {grammar.describe(reading.params)}" if reading.params else ""
        for word, taken in reading.nearest:
            reason += f"; {word} taken as {taken}"
        if reading.unknown:
            reason += f"; not placed: {', '.join(reading.unknown)}"
        return Gate(True, reason, reading.unknown)

    @staticmethod
    def _limits(request: ShotRequest) -> str:
        if request.conditions:
            return (
                "scenes cannot honour given frames: they are painted from parameters; "
                "use motion, or a backend with a learned model"
            )
        if request.boxes:
            return "scenes cannot place things in boxes; use a backend with a learned model"
        if min(request.width, request.height) < 16 or (
            max(request.width, request.height) > LARGEST_EDGE
        ):
            return (
                f"{request.width}x{request.height} was asked for; scenes are painted with edges "
                f"from 16 to {LARGEST_EDGE} px"
            )
        size = request.frame_count * request.width * request.height * 3
        if size > LARGEST_BYTES:
            return (
                f"{request.frame_count} frames at {request.width}x{request.height} would take "
                f"{size / 1e9:.1f} GB of memory; ask for a shorter or smaller shot"
            )
        return ""

    def estimate(self, request: ShotRequest) -> Estimate:
        """Seconds from painting a frame or two of that scene now, and memory by count.

        What no scene is or would be too large takes no time: the gate is closed for it.
        """
        params = grammar.read_prompt(request.prompt, embed=self.embed).params
        if params is None or self._limits(request):
            return Estimate(0.0)
        area = request.width * request.height
        memory = request.frame_count * area * 3 + 200_000_000
        share = min(1.0, (TIMED_PIXELS / area) ** 0.5)
        size = max(16, round(request.width * share)), max(16, round(request.height * share))
        locked = replace(params, camera="still")
        begin_s, frame_s = _paces.of(
            (locked, size, self.device), lambda: paces(locked, size, self.device)
        )
        larger = area / (size[0] * size[1])
        frames = request.frame_count + _overlap(request)
        return Estimate(begin_s + frames * frame_s * max(1.0, larger), memory)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot. Raises Refused where the gate is closed, GenerationCancelled."""
        import numpy as np

        gate = self.gate(request)
        reading = grammar.read_prompt(request.prompt, embed=self.embed)
        if not gate.open or reading.params is None:
            raise Refused(gate.reason)
        scene = SCENES[reading.params.scene]
        size, count = (request.width, request.height), request.frame_count
        frames: Frames = np.empty((count, request.height, request.width, 3), np.uint8)
        whole = count + _overlap(request)
        done = 0
        stage = scene.stage(
            reading.params, size, request.rate, whole, request.seed, device=self.device
        )
        for run in stage.stream():
            if cancel():
                raise GenerationCancelled(f"stopped after {done} of {whole} frames")
            inside = run[: max(0, count - done)]
            frames[done : done + len(inside)] = inside
            _close(frames, run[len(inside) :], max(0, done - count), whole - count)
            done += len(run)
            progress(done / whole, run[-1])
        if done != whole:
            raise GeneratorError(f"{whole} frames were asked for and {done} were painted")
        return Shot(frames, request.rate, _provenance(request, reading), _notes(request, reading))


def paces(params: SceneParams, size: tuple[int, int], device: str) -> tuple[float, float]:
    """Seconds until the first frame of a scene is painted, and for each one after it, here.

    size: (width, height).
    """
    scene, rate = SCENES[params.scene], Fraction(25)
    next(scene.stage(params, (16, 16), rate, 1, 0, device=device).stream())  # loads what it needs
    began = time.perf_counter()
    stage = scene.stage(params, size, rate, 10_000, 0, device=device)
    stream = stage.stream()
    next(stream)
    first = time.perf_counter()
    frames = 0
    for number, run in enumerate(stream):
        frames += len(run)
        if number and time.perf_counter() - first >= LEAST_S:
            break
    return first - began, (time.perf_counter() - first) / frames


def _overlap(request: ShotRequest) -> int:
    """Frames painted past the end of a loop, to be faded into its beginning."""
    if not request.loop:
        return 0
    return min(request.frame_count // 2, int(LOOP_FADE_S * request.rate))


def _close(frames: Frames, beyond: Frames, first: int, overlap: int) -> None:
    """Fade what comes after the end into the beginning: the first frame follows the last.

    beyond: (f, H, W, 3), frames `first` and on of the `overlap` painted past the end.

        |head|   body   |tail'|  ->  |tail' into head|   body   |
    """
    for at, late in enumerate(beyond, start=first):
        share = at / overlap
        weight = share * share * (3 - 2 * share)
        mixed = late * (1.0 - weight) + frames[at] * weight
        frames[at] = (mixed + 0.5).astype(frames.dtype)


def _domain(reading: grammar.Reading, prompt: str) -> str:
    if reading.beyond:
        return (
            f"scenes cannot draw {', '.join(reading.beyond)}; "
            "name a diffusers model or a video endpoint in the settings for that"
        )
    if reading.params is None:
        return f"no scene matches {prompt!r}; scenes are {', '.join(SCENES)}"
    if len(reading.unknown) > reading.known:
        return (
            f"most of {prompt!r} is not in the scenes' words ({', '.join(reading.unknown)}); "
            f"scenes are {', '.join(SCENES)}"
        )
    return ""


def _provenance(request: ShotRequest, reading: grammar.Reading) -> Provenance:
    params = reading.params
    settings = {
        name: str(getattr(params, name)) for name in params.__slots__
    } if params else {}  # fmt: skip
    return Provenance("scenes", "procedural", request.prompt, request.seed, False, "", settings)


def _notes(request: ShotRequest, reading: grammar.Reading) -> tuple[str, ...]:
    notes = []
    if reading.params:
        notes.append(f"painted: {grammar.describe(reading.params)}")
    notes.extend(f"{word} was taken as {taken}" for word, taken in reading.nearest)
    if reading.unknown:
        notes.append(f"words not placed: {', '.join(reading.unknown)}")
    if overlap := _overlap(request):
        seconds = float(overlap / request.rate)
        notes.append(f"closed into a loop: its end is faded into its first {seconds:.1f} s")
    if request.negative_prompt:
        notes.append("scenes have no negative prompt; it was left out")
    return tuple(notes)
