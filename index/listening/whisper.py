"""Whisper on this machine through faster-whisper: word times, and the language it is in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.values import Spoken
from project.errors import CreatorError

INSTALL = 'pip install "faster-whisper>=1.2,<2"'
NEEDED = ("model.bin", "config.json", "tokenizer.json")
SILENT_S = 2.0  # silence in which a word would be an invention


class Whisper:
    """A CTranslate2 model by its name (tiny, base, small, large-v3-turbo ...) or its folder.

    It is loaded at the first question. Nothing is downloaded unless that was allowed.
    """

    usd = 0.0

    def __init__(self, model: str, *, allow_downloads: bool = False, threads: int = 0) -> None:
        self._wanted, self._allowed, self._threads = model, allow_downloads, threads
        package()  # said now, not after the first file was decoded
        folder = Path(model).expanduser()
        self.name = f"whisper:{model}"
        if not folder.is_dir() and (folder.is_absolute() or model.startswith(".")):
            raise CreatorError(f"there is no folder {model}; name one that holds a Whisper model")
        if folder.is_dir():  # no path in it: the name is kept with every line
            self.name = f"whisper:{folder.resolve().name}@{_mark(folder)}"

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str = ""
    ) -> tuple[list[Spoken], str]:
        """The words of (N,) 16 kHz mono, and their language's code. Raises CreatorError."""
        model = self._model
        if language and language not in model.supported_languages:
            raise CreatorError(
                f"{self.name} knows no language {language!r}; give its two-letter code, such as"
                " en, or none to have it found out"
            )
        try:
            segments, info = model.transcribe(
                np.ascontiguousarray(samples, np.float32),
                language=language or None,
                word_timestamps=True,
                condition_on_previous_text=False,
                hallucination_silence_threshold=SILENT_S,
                vad_filter=False,
            )
            words = words_in(segments)
        except (RuntimeError, MemoryError) as error:  # CTranslate2's own
            raise CreatorError(f"{self.name} could not listen: {error}") from error
        return words, info.language

    @cached_property
    def _model(self) -> Any:
        return loaded(self._folder(package()), self.name, self._threads)

    def _folder(self, whisper: Any) -> Path:
        """Where the model lies, checked. Raises CreatorError."""
        folder = Path(self._wanted).expanduser()
        if not folder.is_dir():
            folder = self._from_hub(whisper)
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        if missing:
            raise CreatorError(
                f"{folder} holds no Whisper model for CTranslate2: {', '.join(missing)} is missing"
            )
        if any(folder.rglob("*.py")):
            raise CreatorError(
                f"{folder} holds Python files; a model needs none, so it is not used"
            )
        return folder

    def _from_hub(self, whisper: Any) -> Path:
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

        try:
            return Path(
                whisper.utils.download_model(self._wanted, local_files_only=not self._allowed)
            )
        except LocalEntryNotFoundError as error:
            raise CreatorError(
                f"Whisper {self._wanted!r} is not on this machine; set allow_downloads = true to"
                " fetch it once, or name a folder that holds it"
            ) from error
        except ValueError as error:
            known = ", ".join(whisper.available_models())
            raise CreatorError(
                f"there is no Whisper {self._wanted!r}; name a folder or one of {known}"
            ) from error
        except (HfHubHTTPError, OSError) as error:
            raise CreatorError(
                f"Whisper {self._wanted!r} could not be fetched ({error}); check the name and the"
                " connection, or name a folder that holds it"
            ) from error


def words_in(segments: Iterable[Any]) -> list[Spoken]:
    """The words of faster-whisper's segments, which are made while they are read."""
    return [
        Spoken(float(w.start), float(w.end), w.word.strip(), "", float(w.probability))
        for segment in segments
        for w in segment.words or ()
        if w.word.strip()
    ]


def loaded(folder: Path, name: str, threads: int) -> Any:
    """faster-whisper's model in a folder. Raises CreatorError."""
    device, kind = _device()
    try:
        return package().WhisperModel(
            str(folder), device=device, compute_type=kind, cpu_threads=threads,
            local_files_only=True,
        )  # fmt: skip
    except (RuntimeError, ValueError, OSError) as error:
        raise CreatorError(
            f"{name} cannot be loaded from {folder}: {error}; it has to be a Whisper model"
            " converted for CTranslate2"
        ) from error


def package() -> Any:
    """faster-whisper. Raises CreatorError where it is not installed."""
    try:
        return import_module("faster_whisper")
    except ImportError as error:
        raise CreatorError(
            f"listening with Whisper needs the package faster-whisper; install it with: {INSTALL}"
        ) from error


def _device() -> tuple[str, str]:
    """The device, and the number format that is fastest on it of those it can do."""
    ctranslate2 = import_module("ctranslate2")
    device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
    able = ctranslate2.get_supported_compute_types(device)
    wanted = ("float16", "int8_float16", "int8") if device == "cuda" else ("int8_float32", "int8")
    return device, next((kind for kind in wanted if kind in able), "float32")


def _mark(folder: Path) -> str:
    """Eight letters that tell models in folders of one name apart."""
    mark = hashlib.sha256()
    for name in NEEDED:
        file = folder / name
        if file.is_file():
            mark.update(f"{name}:{file.stat().st_size}".encode())
            mark.update(file.read_bytes() if name == "config.json" else b"")
    return mark.hexdigest()[:8]
