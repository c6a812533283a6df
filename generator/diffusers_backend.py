"""The `diffusers` backend: LTX-Video, Wan or CogVideoX from a local folder or the hub.

Only safetensors are read, a folder with code in it is refused, and remote code is never trusted.
Downloads happen only when the creator has allowed them.
"""

from __future__ import annotations

import gc
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generator.fills import fit
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

PATTERNS = ["*.json", "*.safetensors", "*.txt", "*.model"]
UNSAFE = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")


@dataclass(frozen=True, slots=True)
class Family:
    """What one kind of pipeline can do. frames: lengths are `frames` n + 1."""

    name: str
    from_words: str  # the class for words alone
    from_picture: str  # the class for a start picture, "" if there is none
    frames: int
    edge: int  # sizes are multiples of this
    any_frames: bool = False  # takes conditions anywhere
    last_picture: bool = False


LTX = Family("LTX-Video", "LTXConditionPipeline", "LTXConditionPipeline", 8, 32, any_frames=True)
WAN = Family("Wan", "WanPipeline", "WanImageToVideoPipeline", 4, 16, last_picture=True)
COG = Family("CogVideoX", "CogVideoXPipeline", "CogVideoXImageToVideoPipeline", 4, 16)
FAMILIES = {
    "LTXPipeline": LTX, "LTXImageToVideoPipeline": LTX, "LTXConditionPipeline": LTX,
    "WanPipeline": WAN, "WanImageToVideoPipeline": WAN,
    "CogVideoXPipeline": COG, "CogVideoXImageToVideoPipeline": COG,
}  # fmt: skip


class DiffusersBackend:
    """A large video model through diffusers. Loads on first use and keeps it."""

    name = "diffusers"

    def __init__(self, model: str, *, allow_downloads: bool = False, device: str = "cpu") -> None:
        self.model, self.allow_downloads, self.device = model, allow_downloads, device
        self._pipe: Any = None
        self._saved_class = ""

    def available(self) -> Gate:
        if not self.model:
            return Gate(
                False, "no diffusers model is set; set diffusers_model to a folder or a hub id"
            )
        try:
            folder = self._folder(download=False)
        except GeneratorError as error:
            if self.allow_downloads and not Path(self.model).exists():
                return Gate(True, f"{self.model} will be downloaded on first use")
            return Gate(False, str(error))
        problem = unsafe(folder)
        return Gate(not problem, problem or f"{family_of(folder).name} in {folder.name}")

    def gate(self, request: ShotRequest) -> Gate:
        """Closed for what the model's pipeline class cannot take."""
        able = self.available()
        if not able.open:
            return able
        if request.boxes or request.loop:
            return Gate(False, "diffusers pipelines take no boxes and close no loops here")
        if any(one.mask is not None for one in request.conditions):
            return Gate(False, "diffusers pipelines keep no region of a frame here")
        try:
            family, saved = self._family()
        except GeneratorError:
            return Gate(True, able.reason)  # not downloaded yet: checked again before it runs
        problem = _beyond(family, saved, request)
        return Gate(not problem, problem or f"{family.name} can do this")

    def estimate(self, request: ShotRequest) -> Estimate:
        """A rough guess; a CPU takes about a hundred times as long as a GPU."""
        megapixels = request.frame_count * request.width * request.height / 1e6
        passes = request.steps * (2 if request.guidance > 1 else 1)
        each = 0.004 if self.device.startswith("cuda") else 0.4
        return Estimate(20 + megapixels * passes * each, self._bytes())

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot, cut and scaled to the request. Raises GeneratorError and its kinds."""
        gate = self.gate(request)
        if not gate.open:
            raise Refused(gate.reason)
        folder = self._folder(download=self.allow_downloads)
        problem = unsafe(folder)
        family = family_of(folder)
        problem = problem or _beyond(family, _class_in(folder), request)
        if problem:
            raise Refused(problem)
        pipe = self._load(folder, family, request)
        arguments = call_arguments(family, request)
        arguments["callback_on_step_end"] = _watcher(request.steps, progress, cancel)
        import torch

        source = torch.Generator("cpu").manual_seed(request.seed)
        try:
            made = pipe(**arguments, generator=source, output_type="np").frames[0]
        except (RuntimeError, ValueError) as error:
            raise GeneratorError(f"{family.name} could not make the shot: {error}") from error
        return self._shot(request, np.asarray(made), arguments)

    def unload(self) -> None:
        """Give the model's memory back."""
        self._pipe = None
        gc.collect()

    def _shot(self, request: ShotRequest, made: Any, arguments: dict[str, Any]) -> Shot:
        shown = (np.clip(made, 0, 1) * 255 + 0.5).astype(np.uint8)
        size = (request.width, request.height)
        frames: Frames = np.stack([fit(one, size) for one in shown[: request.frame_count]])
        notes = []
        if (arguments["width"], arguments["height"]) != size:
            made_at = f"{arguments['width']}x{arguments['height']}"
            notes.append(f"made at {made_at} and scaled to {size[0]}x{size[1]}")
        given = "; ".join(
            f"{len(one.frames)} frames at {float(one.at_s):g} s" for one in request.conditions
        )
        settings = {"steps": str(request.steps), "guidance": str(request.guidance)}
        name = Path(self.model).name if Path(self.model).is_dir() else self.model
        origin = Provenance("diffusers", name, request.prompt, request.seed, True, given, settings)
        return Shot(frames, request.rate, origin, tuple(notes))

    def _folder(self, *, download: bool) -> Path:
        """The model's folder on this machine. Raises GeneratorError where it is not here."""
        folder = Path(self.model).expanduser()
        if folder.is_dir():
            return folder
        if folder.is_absolute() or self.model.count("/") != 1:
            raise GeneratorError(f"no folder {self.model!r}, and it is no hub id (owner/name)")
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

        try:
            return Path(
                snapshot_download(
                    self.model, allow_patterns=PATTERNS, local_files_only=not download
                )
            )
        except LocalEntryNotFoundError as error:
            raise GeneratorError(
                f"{self.model} is not on this machine, and downloads are off; "
                "switch allow_downloads on, or name a local folder"
            ) from error
        except (HfHubHTTPError, OSError) as error:
            raise GeneratorError(f"{self.model} could not be downloaded: {error}") from error

    def _family(self) -> tuple[Family, str]:
        folder = self._folder(download=False)
        return family_of(folder), _class_in(folder)

    def _bytes(self) -> int:
        try:
            folder = self._folder(download=False)
        except GeneratorError:
            return 0
        return sum(file.stat().st_size for file in folder.rglob("*.safetensors"))

    def _load(self, folder: Path, family: Family, request: ShotRequest) -> Any:
        """The pipeline on the device, weights from safetensors only."""
        import diffusers
        import torch

        kind = family.from_picture if request.conditions else family.from_words
        if self._pipe is not None and self._saved_class == kind:
            return self._pipe
        self.unload()
        # half-width floats only where the hardware has them: never fp16 on a CPU
        width = torch.bfloat16 if self.device.startswith("cuda") else torch.float32
        try:
            pipe = getattr(diffusers, kind).from_pretrained(
                str(folder),
                torch_dtype=width,
                use_safetensors=True,
                local_files_only=True,
                **(_plain_transformers(folder, family) if width == torch.float32 else {}),
            )
        except (OSError, ValueError, RuntimeError, TypeError) as error:
            raise GeneratorError(f"{self.model} could not be loaded as {kind}: {error}") from error
        pipe.set_progress_bar_config(disable=True)
        self._pipe, self._saved_class = self._placed(pipe), kind
        return self._pipe

    def _placed(self, pipe: Any) -> Any:
        """The pipeline on its device; offloaded and tiled where memory is short."""
        import torch

        if not self.device.startswith("cuda"):
            return pipe
        free, _ = torch.cuda.mem_get_info()
        need = self._bytes()
        if free < 1.6 * need and hasattr(pipe.vae, "enable_tiling"):
            pipe.vae.enable_tiling()
        if free < 1.25 * need:
            try:
                pipe.enable_model_cpu_offload()
            except ImportError as error:
                raise GeneratorError(
                    f"the model needs {need / 1e9:.1f} GB and {free / 1e9:.1f} GB are free on the "
                    "GPU; install accelerate to offload it, or use a smaller model"
                ) from error
            return pipe
        return pipe.to(self.device)


def unsafe(folder: Path) -> str:
    """Why a model folder is not to be loaded, "" when it is safe."""
    code = next(folder.rglob("*.py"), None)
    if code is not None:
        return f"{folder.name} holds code ({code.name}); only folders of weights are loaded"
    if not any(folder.rglob("*.safetensors")):
        pickled = next((f for f in folder.rglob("*") if f.suffix in UNSAFE), None)
        which = f" ({pickled.name} could run code)" if pickled else ""
        return f"{folder.name} holds no safetensors{which}; convert the weights first"
    try:
        family_of(folder)
    except GeneratorError as error:
        return str(error)
    return ""


def _class_in(folder: Path) -> str:
    try:
        index = json.loads((folder / "model_index.json").read_text())
    except (OSError, ValueError) as error:
        raise GeneratorError(f"{folder.name} has no readable model_index.json") from error
    for name, value in index.items():
        if isinstance(value, list) and value[0] not in ("diffusers", "transformers", None):
            raise GeneratorError(f"{folder.name} asks for code from {value[0]!r} for its {name}")
    return str(index.get("_class_name", ""))


def family_of(folder: Path) -> Family:
    """The family named in model_index.json. Raises GeneratorError for others."""
    saved = _class_in(folder)
    if saved not in FAMILIES:
        raise GeneratorError(
            f"{folder.name} is a {saved or 'nameless'} model; "
            f"{', '.join(sorted(FAMILIES))} are read"
        )
    return FAMILIES[saved]


def _plain_transformers(folder: Path, family: Family) -> dict[str, Any]:
    """Wan's transformers in full width, loaded so that accelerate is not needed.

    diffusers asks for accelerate wherever some layers are to stay in 32 bits; here all do.
    """
    from importlib.util import find_spec

    if family is not WAN or find_spec("accelerate") is not None:
        return {}
    import torch
    from diffusers import WanTransformer3DModel

    class FullWidth(WanTransformer3DModel):  # type: ignore[misc]
        """The same network with nothing to keep apart."""

        _keep_in_fp32_modules = None

    return {
        name: FullWidth.from_pretrained(
            str(folder / name), torch_dtype=torch.float32, use_safetensors=True,
            local_files_only=True,
        )
        for name in ("transformer", "transformer_2")
        if (folder / name).is_dir()
    }  # fmt: skip


def _beyond(family: Family, saved: str, request: ShotRequest) -> str:
    """What this model cannot take of the request, "" when it can take all."""
    if family.any_frames:
        return ""
    if not request.conditions:
        needs = saved == family.from_picture
        return (
            f"this {family.name} model animates a picture; give one at the start" if needs else ""
        )
    if saved != family.from_picture:
        return f"this {family.name} model works from words alone; use an image-to-video one"
    starts = [one for one in request.conditions if one.at_s == 0]
    ends = [one for one in request.conditions if one.at_s > 0]
    soft = any(one.strength < 1 for one in request.conditions)
    if len(starts) != 1 or soft or len(ends) > (1 if family.last_picture else 0):
        return f"{family.name} takes one whole picture at the start" + (
            " and one at the end" if family.last_picture else ""
        )
    return ""


def call_arguments(family: Family, request: ShotRequest) -> dict[str, Any]:
    """The pipeline's arguments: size and length snapped up to what it makes."""
    count = max(2, request.frame_count)
    frames = -(-(count - 1) // family.frames) * family.frames + 1
    width, height = (
        max(family.edge, -(-n // family.edge) * family.edge)
        for n in (request.width, request.height)
    )
    arguments: dict[str, Any] = {
        "prompt": request.prompt, "negative_prompt": request.negative_prompt, "width": width,
        "height": height, "num_frames": frames, "num_inference_steps": request.steps,
        "guidance_scale": request.guidance,
    }  # fmt: skip
    if family.any_frames:
        arguments["frame_rate"] = round(float(request.rate))
        arguments |= _ltx_conditions(request, (width, height), frames)
    elif request.conditions:
        ordered = sorted(request.conditions, key=lambda one: one.at_s)
        arguments["image"] = _pictures(ordered[0].frames[:1], (width, height))[0]
        if len(ordered) > 1:
            arguments["last_image"] = _pictures(ordered[1].frames[-1:], (width, height))[0]
    return arguments


def _ltx_conditions(request: ShotRequest, size: tuple[int, int], frames: int) -> dict[str, Any]:
    """Every condition as one of LTX's, each a run of 8n + 1 frames at a frame number."""
    if not request.conditions:
        return {}
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    made = []
    for one in request.conditions:
        run = one.frames[: (len(one.frames) - 1) // 8 * 8 + 1]
        at = round(float(one.at_s * request.rate))
        at = max(0, min(at, frames - len(run)))
        at = at // 8 * 8 if len(run) > 1 else at  # a run must start on a latent frame
        made.append(
            LTXVideoCondition(video=_pictures(run, size), frame_index=at, strength=one.strength)
        )
    return {"conditions": made}


def _pictures(frames: Frames, size: tuple[int, int]) -> list[Any]:
    from PIL import Image

    return [Image.fromarray(fit(frame, size)) for frame in frames]


def _watcher(steps: int, progress: OnProgress, cancel: Cancel) -> Any:
    """The pipeline's own callback: tells progress, stops when the creator does."""

    def watch(_: Any, step: int, __: Any, values: dict[str, Any]) -> dict[str, Any]:
        if cancel():
            raise GenerationCancelled(f"stopped at step {step + 1} of {steps}")
        progress(min(0.95, (step + 1) / max(1, steps)), None)
        return values

    return watch
