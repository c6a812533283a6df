"""The `builtin` backend: our own autoencoder and transformer, where trained weights are present."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.bars import without_bars
from generator.grammar import Embed, Reading, read_prompt
from generator.scenes.registry import SCENES
from generator.values import (
    Cancel,
    Condition,
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
from generator.wording import caption, negative_words

if TYPE_CHECKING:
    from torch import Tensor

    from generator.finish import Finish
    from generator.liking import Liking
    from generator.pipeline import ShotPipeline
    from generator.work import Work

WEIGHTS = Path(__file__).parent / "weights"
CONDITION_FLOOR_DB = 28.0
LONGEST_S = 120
EDGES = (16, 4096)  # of the finished picture, in pixels
GRAIN = "gradient"  # whose grain a shot without a scene is given
PREVIEW_EVERY = 3  # sampler steps
SAMPLING = 0.8  # share of the progress that sampling stands for
TRAIN_COMMAND = "python -m generator.train --size S --minutes 120"


class BuiltinBackend:
    """Loads weights on first use. Reads prompts with the grammar the model was trained on."""

    name = "builtin"

    def __init__(
        self, folder: Path | None = None, *, device: str = "cpu", embed: Embed | None = None,
        look: Path | None = None,
    ) -> None:  # fmt: skip
        """folder: the weights, those of the package where None.

        embed: sentence embeddings, by which words in no table find the nearest that is.

        look: the file of a learned look (`generator.look`) to make every shot in.
        """
        self.folder = WEIGHTS if folder is None else folder
        self.device, self.embed, self.look = device, embed, look
        self._pipeline: ShotPipeline | None = None

    def available(self) -> Gate:
        has = (self.folder / "config.json").is_file() and all(
            any(self.folder.glob(f"{name}*.safetensors")) for name in ("autoencoder", "dit")
        )
        if has:
            return Gate(True, f"trained weights in {self.folder.name}/")
        return Gate(
            False,
            f"there are no trained weights in {self.folder.name}/; "
            f"train them with: {TRAIN_COMMAND}",
        )

    def gate(self, request: ShotRequest) -> Gate:
        """Closed for words that are no scene, and for frames its autoencoder cannot hold."""
        able = self.available()
        if not able.open:
            return able
        request, _ = without_bars(request)
        reading = read_prompt(request.prompt, embed=self.embed)
        problem = _limits(request) or _words_problem(reading, request) or self._boxes(request)
        if problem:
            return Gate(False, problem, reading.unknown)
        worst = self._worst_condition(request)
        if worst < CONDITION_FLOOR_DB:
            return Gate(
                False,
                f"the given frames come back at {worst:.1f} dB, under the {CONDITION_FLOOR_DB:g} "
                "dB this model needs; use motion, diffusers or an endpoint for camera footage",
                reading.unknown,
            )
        return Gate(True, "in the built-in model's domain", reading.unknown)

    def estimate(self, request: ShotRequest) -> Estimate:
        """Seconds from a short run on this machine, and memory by count; 0 untrained."""
        from generator.pace import cost

        request, _ = without_bars(request)
        if not self.available().open or _limits(request):
            return Estimate(0.0)
        pipeline = self._load()
        found = cost(pipeline, request, pipeline.plan(request))
        takes = 1.0
        if liking := self._liking(request, caption(request, self.embed)):
            takes = (1 + liking.tries) / 2  # between the first and the last
        return Estimate(takes * found.seconds, found.memory_bytes)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot. Raises Refused where the gate is closed, GenerationCancelled."""
        if cancel():
            raise GenerationCancelled("stopped before it began")
        gate = self.gate(request)
        if not gate.open:
            raise Refused(gate.reason)
        from generator.look import prompt_in_look

        request, bars = without_bars(request)
        pipeline = self._load()
        work = pipeline.plan(request)
        self._check_memory(request, work)
        reading = read_prompt(request.prompt, embed=self.embed)
        plain = caption(request, self.embed)
        prompt = prompt_in_look(plain) if self.look else plain
        negative, left_out = negative_words(request.negative_prompt, self.embed)
        finish, said = _finish(request, plain)
        done, step = 0.0, 0

        def stop() -> None:
            if cancel():
                raise GenerationCancelled(f"stopped at {done:.0%}")

        def watch(share: float, guess: Tensor) -> None:
            nonlocal done, step
            stop()
            done, step = SAMPLING * share, step + 1
            progress(done, pipeline.preview(guess) if step % PREVIEW_EVERY == 1 else None)

        liking = self._liking(request, plain)
        made = pipeline(
            request, prompt=prompt, negative=negative, watch=watch, stop=stop, finish=finish,
            liking=liking,
        )  # fmt: skip
        frames = bars.around(made)
        progress(1.0, frames[-1:])
        few = pipeline.few(request, negative)
        notes = (*work.notes, *said, *_word_notes(reading, left_out, request, few=few))
        notes += (liking.note,) if liking and liking.note else ()
        return Shot(frames, request.rate, self._provenance(request, prompt, work), notes)

    def _liking(self, request: ShotRequest, prompt: str) -> Liking | None:
        """A judge of what is made; None where frames, a look or no judge decide what it shows."""
        from generator.judge import FILE, Judge
        from generator.liking import judged

        asked = read_prompt(prompt).params if prompt else None
        if request.conditions or self.look or asked is None:
            return None
        if not (self.folder / FILE).is_file():
            return None
        judge = Judge.load(self.folder)
        return judged(judge, asked, loop=request.loop) if asked.scene in judge.scenes else None

    def _check_memory(self, request: ShotRequest, work: Work) -> None:
        from generator.machine import free_bytes
        from generator.pace import memory

        need, free = memory(self._load(), request, work), free_bytes()
        if need > 0.9 * free and self.device == "cpu":
            raise Refused(
                f"{request.frame_count} frames at {request.width}x{request.height} would take "
                f"{need / 1e9:.1f} GB and {free / 1e9:.1f} GB of memory are free; ask for a "
                "shorter or smaller shot"
            )

    def _boxes(self, request: ShotRequest) -> str:
        if request.boxes and not bool(self._load().dit.boxes.weight.any()):
            return "these weights were trained without boxes; leave the boxes out"
        return ""

    def _provenance(self, request: ShotRequest, prompt: str, work: Work) -> Provenance:
        given = "; ".join(
            f"{len(one.frames)} frames at {float(one.at_s):g} s" for one in request.conditions
        )
        settings = {
            "steps": str(request.steps), "guidance": str(request.guidance),
            "sampler": request.sampler, "read as": prompt,
            "worked at": f"{work.size[0]}x{work.size[1]}, {float(work.rate):.4g} per second",
        }  # fmt: skip
        if self.look:
            settings["look"] = self.look.stem
        size = self._load().config.size
        return Provenance("builtin", size, request.prompt, request.seed, True, given, settings)

    def _load(self) -> ShotPipeline:
        from generator.look import apply
        from generator.pipeline import ShotPipeline

        if self._pipeline is None:
            able = self.available()
            if not able.open:
                raise GeneratorError(able.reason)
            pipeline = ShotPipeline.load(self.folder, self.device)
            if self.look:
                apply(pipeline.dit, self.look, self.folder)
            pipeline.settle()
            self._pipeline = pipeline
        return self._pipeline

    def _worst_condition(self, request: ShotRequest) -> float:
        """The lowest PSNR at which the autoencoder gives the given frames back; inf for none."""
        return min((self._round_trip(one, request) for one in request.conditions),
                   default=float("inf"))  # fmt: skip

    def _round_trip(self, one: Condition, request: ShotRequest) -> float:
        import torch

        from generator.autoencoder import psnr
        from generator.conditioning import to_unit

        pipeline = self._load()
        few = one.frames[:8]
        with torch.no_grad(), pipeline.autocast():
            x = to_unit(few, pipeline.plan(request).size).to(self.device)
            back = pipeline.autoencoder.decode(pipeline.autoencoder.encode(x), x.shape[2])
        return psnr(back.float().clamp(-1, 1), x)


def _limits(request: ShotRequest) -> str:
    """What no size of this model takes, "" where all is well."""
    if (
        not EDGES[0]
        <= min(request.width, request.height)
        <= (max(request.width, request.height))
        <= EDGES[1]
    ):
        return (
            f"{request.width}x{request.height} was asked for; the built-in model makes pictures "
            f"with edges from {EDGES[0]} to {EDGES[1]} px"
        )
    if request.duration_s > LONGEST_S:
        return (
            f"{float(request.duration_s):g} s were asked for; the built-in model makes at most "
            f"{LONGEST_S} s; make two shots and join them"
        )
    if request.steps < 1:
        return f"{request.steps} steps were asked for; 1 is the least"
    late = [one for one in request.conditions if not 0 <= one.at_s <= request.duration_s]
    if late:
        return (
            f"frames were given for {float(late[0].at_s):g} s of a shot of "
            f"{float(request.duration_s):g} s"
        )
    return ""


def _words_problem(reading: Reading, request: ShotRequest) -> str:
    if reading.beyond or (reading.params is None and request.prompt.strip()):
        words = ", ".join((*reading.beyond, *reading.unknown)) or repr(request.prompt)
        return f"the built-in model cannot place: {words}; try diffusers or an endpoint"
    if len(reading.unknown) > reading.known:
        return (
            f"most of {request.prompt!r} is not in the built-in model's words "
            f"({', '.join(reading.unknown)}); try diffusers or an endpoint"
        )
    if not request.prompt.strip() and not request.conditions:
        return f"no words and no frames were given; scenes are {', '.join(SCENES)}"
    return ""


def _word_notes(
    reading: Reading, left_out: tuple[str, ...], request: ShotRequest, *, few: bool
) -> tuple[str, ...]:
    """What became of the words, the steps and the guidance. few: in learned large steps."""
    from generator.pipeline import FEW_STEPS, MOST_STEPS

    notes = [f"{word} was taken as {taken}" for word, taken in reading.nearest]
    notes += [f"word not placed: {word}" for word in reading.unknown]
    notes += [f"left out of the negative prompt, not a word of the model: {w}" for w in left_out]
    if request.steps > MOST_STEPS:
        notes.append(f"{MOST_STEPS} steps were made, not {request.steps}: more changes nothing")
    if few:
        notes.append(
            f"made in {request.steps} learned steps, which have their guidance inside: a guidance "
            f"of {request.guidance:g} changes nothing there; from {FEW_STEPS + 1} steps on it does"
        )
    return tuple(notes)


def _finish(request: ShotRequest, prompt: str) -> tuple[Finish, tuple[str, ...]]:
    """The scene's grain and sprites at the shot's size; sprites only where no frames are given."""
    from generator.finish import Finish

    params = read_prompt(prompt).params if prompt else None
    scene = SCENES[params.scene if params else GRAIN]
    if request.conditions:  # no more grain than the frames it stands beside
        least = min(noise_of(one.frames[0]) for one in request.conditions)
        scene = replace(scene, grain=min(scene.grain, least))
    size = request.width, request.height
    stage = scene.stage(params, size, request.rate, request.frame_count, request.seed)
    draw = scene.crisp(stage) if params else None
    if draw is not None and request.conditions:
        return Finish(stage), ("no sprites are drawn where frames are given",)
    said = ("sprites are drawn over the picture at full size",) if draw else ()
    return Finish(stage, draw), said


def noise_of(frame: Frames) -> float:
    """The deviation of a frame's noise as a share of white (Immerkaer 1996). frame: (H, W, 3)."""
    import cv2
    import numpy as np

    grey = frame.mean(2, dtype=np.float32)
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    # the median, not the mean: edges are no noise
    away = np.median(np.abs(cv2.filter2D(grey, cv2.CV_32F, mask)))
    return float(away) / 0.6745 / 6 / 255
