"""The `scenes` backend: a prompt read by the caption grammar, then painted."""

from __future__ import annotations

from generator import grammar  # by module: the grammar needs the registry beside this file
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

SECONDS_PER_MEGAPIXEL = 0.05  # one frame on one core, measured over all scenes
LARGEST_BYTES = 6_000_000_000
LARGEST_EDGE = 4096


class ScenesBackend:
    """Sixteen procedural scenes. Nothing learned, so nothing downloaded and no AI mark."""

    name = "scenes"

    def __init__(self, device: str = "cpu") -> None:
        self.device = device

    def available(self) -> Gate:
        return Gate(True, "procedural scenes need nothing but this package")

    def gate(self, request: ShotRequest) -> Gate:
        """Closed for frame conditions, boxes, loops, and words that are no scene."""
        reading = grammar.read_prompt(request.prompt)
        problem = self._limits(request) or _domain(reading, request.prompt)
        if problem:
            return Gate(False, problem, reading.unknown)
        reason = f"reads as: {grammar.describe(reading.params)}" if reading.params else ""
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
        if request.loop:
            return "scenes do not close into a loop; make a shot and loop it with motion"
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
        pixels = request.frame_count * request.width * request.height
        return Estimate(pixels / 1e6 * SECONDS_PER_MEGAPIXEL + 0.5, pixels * 3 + 200_000_000)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot. Raises Refused where the gate is closed, GenerationCancelled."""
        import numpy as np

        gate = self.gate(request)
        reading = grammar.read_prompt(request.prompt)
        if not gate.open or reading.params is None:
            raise Refused(gate.reason)
        scene = SCENES[reading.params.scene]
        size, count = (request.width, request.height), request.frame_count
        frames: Frames = np.empty((count, request.height, request.width, 3), np.uint8)
        done = 0
        for run in scene.stream(
            reading.params, size, request.rate, count, request.seed, device=self.device
        ):
            if cancel():
                raise GenerationCancelled(f"stopped after {done} of {count} frames")
            frames[done : done + len(run)] = run
            done += len(run)
            progress(done / count, run[-1])
        if done != count:
            raise GeneratorError(f"{count} frames were asked for and {done} were painted")
        return Shot(frames, request.rate, _provenance(request, reading), _notes(request, reading))


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
    if reading.unknown:
        notes.append(f"words not placed: {', '.join(reading.unknown)}")
    if request.negative_prompt:
        notes.append("scenes have no negative prompt; it was left out")
    return tuple(notes)
