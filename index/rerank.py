"""The best hits read again: a cross-encoder takes question and text together, where one is set."""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.embed import load, safe_place
from index.fuse import Scored
from project.errors import CreatorError

if TYPE_CHECKING:
    from project.settings import Settings

READ = 30  # of the best runs
BATCH = 16
LONGEST = 600  # characters of a run's text that are read


class Rereader:
    """A cross-encoder of sentence-transformers, loaded when it is first asked."""

    def __init__(self, name: str, place: Path | str, *, downloads: bool = False) -> None:
        self.name, self._place, self._downloads = name, place, downloads
        self._lock = threading.Lock()
        self._model: Any = None

    def judge(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts),) float32, 0 to 1: how surely each text answers the question."""
        import torch

        if not texts:
            return np.zeros(0, np.float32)
        with self._lock:
            model = self._loaded()
            found = model.predict(
                [(question, text) for text in texts],
                batch_size=BATCH,
                show_progress_bar=False,
                activation_fn=torch.nn.Sigmoid(),
                convert_to_numpy=True,
            )
        judged = np.asarray(found, np.float32)
        if judged.shape != (len(texts),):
            raise CreatorError(
                f"the cross-encoder {self.name!r} gives {judged.shape[-1]} figures for a text;"
                " name one that gives one, such as cross-encoder/ms-marco-MiniLM-L6-v2"
            )
        return judged

    def _loaded(self) -> Any:
        if self._model is None:
            called = f"cross-encoder {self.name!r}"
            self._model = load(self._place, called, downloads=self._downloads, kind="CrossEncoder")
        return self._model


def rereader(settings: Settings) -> Rereader | None:
    """The cross-encoder the settings name, one a process; None where they name none."""
    if not settings.cross_encoder:
        return None
    return _rereader(settings.cross_encoder, settings.allow_downloads)


@functools.lru_cache(maxsize=2)
def _rereader(name: str, downloads: bool) -> Rereader:
    return Rereader(name, safe_place(name), downloads=downloads)


def reread(
    question: str, ordered: Sequence[Scored], reader: Rereader, weight: float
) -> list[Scored]:
    """`ordered` (best first) with its best runs judged anew and put in order again.

    A sure answer gains the share `weight` of its score. What a file's facts or an exclusion
    took from a run stays taken, and what was not read stays behind what was.
    """
    best, rest = list(ordered[:READ]), list(ordered[READ:])
    texts = [text_of(each) for each in best]
    distinct = [text for text in dict.fromkeys(texts) if text]
    judged = dict(zip(distinct, reader.judge(question, distinct).tolist(), strict=True))
    scored = [
        replace(each, score=each.score * (1 + weight * judged.get(text, 0.0)))
        for each, text in zip(best, texts, strict=True)
    ]
    return [*sorted(scored, key=lambda s: -s.score), *rest]


def text_of(scored: Scored) -> str:
    """What a run shows, says and has written on it, with the title of its footage."""
    run = scored.run
    parts = (
        run.caption,
        " ".join(line.text.strip() for line in run.speech),
        run.screen_text,
        run.names,
        scored.watched.footage.title,
    )
    return ". ".join(part.strip().rstrip(".") for part in parts if part.strip())[:LONGEST]
