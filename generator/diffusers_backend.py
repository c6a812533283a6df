"""The `diffusers` backend: LTX-Video, Wan, CogVideoX or HunyuanVideo, a folder or a hub id.

Only safetensors are read, a folder with code in it is refused, and remote code is never trusted.
Downloads happen only when the creator has allowed them.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from generator.bars import without_bars
from generator.diffusers_families import (
    COG,
    HUNYUAN,
    LTX,
    WAN,
    Family,
    Model,
    beyond,
    call_arguments,
    closed,
    model_in,
    shown_at,
    unsafe,
)
from generator.diffusers_lora import merge, problem, split_model
from generator.diffusers_memory import Layout, free_bytes, layout, parts_of, place
from generator.fills import fit, retimed
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

__all__ = ["COG", "HUNYUAN", "LTX", "WAN", "DiffusersBackend", "call_arguments", "unsafe"]

PATTERNS = ["*.json", "*.safetensors", "*.txt", "*.model"]


class DiffusersBackend:
    """A large video model through diffusers. Loads on first use and keeps it.

    `model` may name LoRA files behind the model: "owner/name + style.safetensors*0.8".
    """

    name = "diffusers"

    def __init__(self, model: str, *, allow_downloads: bool = False, device: str = "cpu") -> None:
        self.allow_downloads, self.device = allow_downloads, device
        self._wrong = ""
        try:
            self.model, self.loras = split_model(model)
        except GeneratorError as error:
            self.model, self.loras, self._wrong = model, (), str(error)
        self._pipe: Any = None
        self._loaded: tuple[str, Layout] | None = None

    def available(self) -> Gate:
        if not self.model:
            return Gate(
                False, "no diffusers model is set; set diffusers_model to a folder or a hub id"
            )
        wrong = self._wrong or problem(self.loras)
        if wrong:
            return Gate(False, wrong)
        try:
            folder = self._folder(download=False)
        except GeneratorError as error:
            if self.allow_downloads and not Path(self.model).exists():
                return Gate(True, f"{self.model} will be downloaded on first use")
            return Gate(False, str(error))
        wrong = unsafe(folder)
        return Gate(not wrong, wrong or f"{model_in(folder).family.name} in {folder.name}")

    def gate(self, request: ShotRequest) -> Gate:
        """Closed for what the model's pipeline class cannot take."""
        able = self.available()
        if not able.open:
            return able
        if request.boxes:
            return Gate(False, "diffusers pipelines take no boxes here")
        if request.loop and not any(one.at_s == 0 for one in request.conditions):
            return Gate(False, "diffusers pipelines close a loop around frames given for its start")
        if any(one.mask is not None for one in request.conditions):
            return Gate(False, "diffusers pipelines keep no region of a frame here")
        try:
            model = model_in(self._folder(download=False))
        except GeneratorError:
            return Gate(True, able.reason)  # not downloaded yet: checked again before it runs
        wrong = beyond(model, closed(model.family, request))
        return Gate(not wrong, wrong or f"{model.family.name} can do this")

    def estimate(self, request: ShotRequest) -> Estimate:
        """A rough guess; a CPU takes about a hundred times as long as a GPU."""
        megapixels = request.frame_count * request.width * request.height / 1e6
        passes = request.steps * (2 if request.guidance > 1 else 1)
        each = 0.004 if self.device.startswith("cuda") else 0.4
        return Estimate(20 + megapixels * passes * each, sum(self._parts().values()))

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Cancel) -> Shot:
        """The shot, cut and scaled to the request. Raises GeneratorError and its kinds."""
        gate = self.gate(request)
        if not gate.open:
            raise Refused(gate.reason)
        folder = self._folder(download=self.allow_downloads)
        wrong = unsafe(folder)
        if wrong:
            raise Refused(wrong)
        model = model_in(folder)
        inner, bars = without_bars(closed(model.family, request))
        wrong = beyond(model, inner)
        if wrong:
            raise Refused(wrong)
        pipe = self._load(folder, model, inner)
        arguments = call_arguments(model.family, inner)
        made = _run(pipe, arguments, inner, progress, cancel)
        shot = self._shot(inner, model.family, made, arguments)
        return replace(shot, frames=bars.around(shot.frames[: request.frame_count]))

    def unload(self) -> None:
        """Give the model's memory back."""
        self._pipe, self._loaded = None, None
        gc.collect()

    def _shot(
        self, request: ShotRequest, family: Family, made: Any, arguments: dict[str, Any]
    ) -> Shot:
        shown = (np.clip(made, 0, 1) * 255 + 0.5).astype(np.uint8)
        size, count = (request.width, request.height), request.frame_count
        notes = []
        if family.rate and family.rate != request.rate:
            own = shown_at(family, request, len(shown))
            shown = retimed(shown, own, float(request.rate), count)
            notes.append(
                f"made at {family.rate} frames a second and retimed to {float(request.rate):g}"
            )
        frames: Frames = np.stack([fit(one, size) for one in shown[:count]])
        if (arguments["width"], arguments["height"]) != size:
            made_at = f"{arguments['width']}x{arguments['height']}"
            notes.append(f"made at {made_at} and scaled to {size[0]}x{size[1]}")
        if self._loaded is not None and self._loaded[1].words:
            notes.append(f"to fit the memory: {self._loaded[1].words}")
        given = "; ".join(
            f"{len(one.frames)} frames at {float(one.at_s):g} s" for one in request.conditions
        )
        settings = {"steps": str(request.steps), "guidance": str(request.guidance)}
        if self.loras:
            settings["lora"] = ", ".join(f"{x.path.name}*{x.strength:g}" for x in self.loras)
        name = Path(self.model).name if Path(self.model).is_dir() else self.model
        if self.loras:
            name += " + " + settings["lora"]
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

    def _parts(self) -> dict[str, int]:
        try:
            return parts_of(self._folder(download=False))
        except GeneratorError:
            return {}

    def _load(self, folder: Path, model: Model, request: ShotRequest) -> Any:
        """The pipeline on the device, weights from safetensors only, LoRA files merged in."""
        kind = model.kind_for(request)
        if self._pipe is not None and self._loaded is not None and self._loaded[0] == kind:
            return self._pipe
        self.unload()
        cuda = self.device.startswith("cuda")
        how = layout(
            parts_of(folder), request, free_bytes(self.device), cuda=cuda,
            accelerate=find_spec("accelerate") is not None,
        )  # fmt: skip
        pipe = self._read(folder, model.family, kind, how)
        _without_ftfy(pipe)
        for lora in self.loras:
            merge(pipe, lora)
        pipe.set_progress_bar_config(disable=True)
        try:
            self._pipe = place(pipe, how, self.device)
        except (RuntimeError, ValueError, ImportError) as error:
            raise GeneratorError(f"{self.model} could not be placed: {error}") from error
        self._loaded = kind, how
        return self._pipe

    def _read(self, folder: Path, family: Family, kind: str, how: Layout) -> Any:
        import diffusers
        import torch

        width = getattr(torch, how.width)
        try:
            return getattr(diffusers, kind).from_pretrained(
                str(folder),
                torch_dtype=width,
                use_safetensors=True,
                local_files_only=True,
                **(_plain_transformers(folder, family) if width == torch.float32 else {}),
            )
        except (OSError, ValueError, RuntimeError, TypeError, ImportError) as error:
            raise GeneratorError(f"{self.model} could not be loaded as {kind}: {error}") from error


def _run(
    pipe: Any, arguments: dict[str, Any], request: ShotRequest, progress: OnProgress, cancel: Cancel
) -> Any:
    """The pipeline's frames, (F, H, W, 3) float from 0 to 1. Raises GeneratorError."""
    import torch

    source = torch.Generator("cpu").manual_seed(request.seed)
    watch = _watcher(request.steps, progress, cancel)
    try:
        with _stoppable(pipe, cancel):
            made = pipe(
                **arguments, generator=source, output_type="np", callback_on_step_end=watch
            ).frames[0]
    except torch.OutOfMemoryError as error:
        raise GeneratorError(
            "the GPU's memory ran out; ask for a smaller or shorter shot, or a smaller model"
        ) from error
    except (RuntimeError, ValueError) as error:
        raise GeneratorError(f"{type(pipe).__name__} could not make the shot: {error}") from error
    found = np.asarray(made)
    if not np.isfinite(found).all():
        raise GeneratorError("the model's numbers ran over and gave no picture; try other steps")
    return found


@contextmanager
def _stoppable(pipe: Any, cancel: Cancel) -> Iterator[None]:
    """`cancel` is asked before every layer: on a CPU one step may take minutes."""
    import torch

    def stop(*_: object) -> None:
        if cancel():
            raise GenerationCancelled("stopped inside a step")

    networks = [one for one in pipe.components.values() if isinstance(one, torch.nn.Module)]
    hooks = [part.register_forward_pre_hook(stop) for one in networks for part in one.modules()]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


class _AsItIs:
    """Stands for ftfy, which mends broken Unicode; prompts here are whole."""

    @staticmethod
    def fix_text(text: str) -> str:
        return text


def _without_ftfy(pipe: Any) -> None:
    """Wan's picture pipeline calls ftfy without asking whether it is installed."""
    module = sys.modules[type(pipe).__module__]
    if hasattr(module, "basic_clean") and not hasattr(module, "ftfy"):
        module.ftfy = _AsItIs  # type: ignore[attr-defined]


def _plain_transformers(folder: Path, family: Family) -> dict[str, Any]:
    """Wan's transformers in full width, loaded so that accelerate is not needed.

    diffusers asks for accelerate wherever some layers are to stay in 32 bits; here all do.
    """
    if family.name != WAN.name or find_spec("accelerate") is not None:
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


def _watcher(steps: int, progress: OnProgress, cancel: Cancel) -> Any:
    """The pipeline's own callback: tells progress, stops when the creator does."""

    def watch(_: Any, step: int, __: Any, values: dict[str, Any]) -> dict[str, Any]:
        if cancel():
            raise GenerationCancelled(f"stopped at step {step + 1} of {steps}")
        progress(min(0.95, (step + 1) / max(1, steps)), None)
        return values

    return watch
