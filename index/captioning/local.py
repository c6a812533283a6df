"""Captions by a vision-language model on this machine, through transformers.

Chat models (SmolVLM, Idefics, Qwen-VL and their like), Florence-2 and BLIP. Weights are
safetensors, remote code is never trusted, and nothing is downloaded unless the creator allows it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.captioning.model_folder import ModelFolder, model_folder
from index.captioning.processors import inputs_for, processor_of, prompt_for
from index.embed import fast_bf16
from media.errors import Cancelled
from media.values import Cancel
from project.errors import CreatorError

WORDS = 80  # new tokens of one caption at most; a long sentence takes 50
ON_CPU, ON_GPU = 4, 16  # frames in one batch
log = logging.getLogger(__name__)


class LocalCaptioner:
    """One model, loaded when the first frames come. `cancel` ends an answer under way."""

    def __init__(self, name: str, *, prompt: str = "", downloads: bool = False) -> None:
        self.folder: ModelFolder = model_folder(name, downloads=downloads)
        self.name = f"transformers:{self.folder.name}@{self.folder.mark}"
        self.prompt = prompt_for(self.folder.kind, prompt)
        self.usd = 0.0
        self.cancel: Cancel | None = None
        self._lock = threading.Lock()
        self._model: Any = None
        self._processor: Any = None
        self.at_once = ON_CPU  # more once it is on a GPU, fewer where its memory ran out

    def caption(self, frames: Sequence[NDArray[np.uint8]]) -> list[str]:
        """One text for each frame (H, W, 3) RGB, as the model said it. Raises CreatorError."""
        if not frames:
            return []
        with self._lock:
            self._load()
            return self._all(list(frames))

    def _all(self, frames: list[NDArray[np.uint8]]) -> list[str]:
        """All answers; a batch too large for the GPU's memory is halved, for good."""
        import torch

        try:
            return self._batch(frames)
        except torch.OutOfMemoryError as error:
            if len(frames) == 1:
                raise CreatorError(
                    f"the GPU's memory is too small for {self.folder.name}; close what else uses"
                    " it, or name a smaller captioner"
                ) from error
            log.warning("a batch of %d frames did not fit the GPU's memory; halved", len(frames))
            half = (len(frames) + 1) // 2
            self.at_once = half
        except (RuntimeError, ValueError, TypeError, LookupError) as error:
            raise CreatorError(
                f"the captioner {self.folder.name!r} cannot look at frames as it is set up"
                f" ({error}); its files may not belong together, so fetch it anew or name another"
            ) from error
        torch.cuda.empty_cache()
        return self._all(frames[:half]) + self._all(frames[half:])

    def _batch(self, frames: list[NDArray[np.uint8]]) -> list[str]:
        import torch

        model, processor = self._model, self._processor
        inputs = inputs_for(processor, self.folder.kind, self.prompt, frames)
        inputs = inputs.to(model.device, dtype=model.dtype)
        with torch.inference_mode(), _quiet():
            found = model.generate(
                **inputs,
                max_new_tokens=WORDS,
                do_sample=False,
                stopping_criteria=[self._stopped],
            )
        if self.cancel is not None and self.cancel():
            raise Cancelled("the captioning was stopped; what was answered is kept")
        if "input_ids" in inputs and not model.config.is_encoder_decoder:
            found = found[:, inputs["input_ids"].shape[1] :]  # only what is new
        texts = processor.tokenizer.batch_decode(found, skip_special_tokens=True)
        return [str(text) for text in texts]

    def _stopped(self, ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ARG002 - transformers' shape
        """For each row of a batch whether to stop: (B,) bool."""
        import torch

        stop = self.cancel is not None and self.cancel()
        return torch.full((ids.shape[0],), stop, device=ids.device, dtype=torch.bool)

    def _load(self) -> None:
        """The model in memory, in the numbers that this machine multiplies fastest."""
        if self._model is not None:
            return
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch

        device, dtype = _device(), _dtype()
        if device == "cpu":
            _hold_memory(self.folder, half=dtype != torch.float32)
            cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
            if cores and torch.get_num_threads() > cores:
                torch.set_num_threads(cores)  # more threads than cores wait for each other
        else:
            self.at_once = ON_GPU
        with _quiet():
            processor = processor_of(self.folder)
            self._model = _model(self.folder, dtype).to(device).eval()
        if not self._model.config.is_encoder_decoder:
            processor.tokenizer.padding_side = "left"  # the answer goes on where the words end
        self._processor = processor


def _model(folder: ModelFolder, dtype: Any) -> Any:
    from safetensors import SafetensorError
    from transformers import AutoModelForImageTextToText

    broken = (OSError, ValueError, RuntimeError, TypeError, KeyError, ImportError, SafetensorError)
    try:
        return AutoModelForImageTextToText.from_pretrained(
            str(folder.path),
            dtype=dtype,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
        )
    except broken as error:
        raise CreatorError(
            f"the captioner {folder.name!r} ({folder.kind}) could not be loaded ({error}); name a"
            " model that this version of transformers has a class for"
        ) from error


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _dtype() -> Any:
    """bfloat16 where it is multiplied natively, else float32 on a CPU and float16 on a GPU."""
    import torch

    if _device() == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if fast_bf16() else torch.float32


def _hold_memory(folder: ModelFolder, *, half: bool) -> None:
    """Raises CreatorError where the weights alone would fill the memory that is free."""
    size = folder.weight_bytes
    size = size // 2 if half and not folder.half else size * 2 if folder.half and not half else size
    free = _free_memory()
    if free and size > free:
        raise CreatorError(
            f"{folder.name} needs {size / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free;"
            " close other programs, or name a smaller captioner"
        )


def _free_memory() -> int:
    """Bytes that may still be used; 0 where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    found = next((line for line in lines if line.startswith("MemAvailable:")), "")
    return int(found.split()[1]) * 1024 if found else 0


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without transformers' bars and its advice to programmers."""
    from transformers.utils import logging as told

    level = told.get_verbosity()
    told.set_verbosity_error()
    told.disable_progress_bar()
    try:
        yield
    finally:
        told.set_verbosity(level)
