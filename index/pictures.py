"""Pictures as vectors: CLIP or SigLIP looks at one still of each moment, where a creator set one.

A picture and a question lie in one space, so that what no caption says can be found. The vectors
stand in the store beside those of the texts, under a name of their own.
"""

from __future__ import annotations

import functools
import hashlib
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index import library, vectors
from index.captioning.frames import not_there
from index.embed import load, safe_place
from index.everyday import EVERYDAY
from index.vectors import Near
from media.errors import Cancelled, MediaError
from media.stills import strip
from media.values import Cancel
from project import footage as store
from project.footage import Footage, Level, Moment
from project.store import Project

if TYPE_CHECKING:
    from project.settings import Settings

RGB = NDArray[np.uint8]
OnLook = Callable[[str, float], None]  # the file's name, and the share of all moments done
AT_ONCE = 32  # stills taken and looked at together; what a stop may lose
HEIGHT_PX = 224
SAMPLED = 50_000  # pictures that the background is compared with
SHARE = 0.85  # of the background questions come less near a picture than the floor


class PictureEmbedder:
    """A sentence-transformers model of pictures and texts, loaded when it is first needed."""

    def __init__(self, name: str, place: Path | str, *, downloads: bool = False) -> None:
        self.name = f"{vectors.PICTURE}{name}"
        self._called, self._place, self._downloads = name, place, downloads
        self._lock = threading.Lock()
        self._model: Any = None
        self._background: NDArray[np.float32] | None = None

    def pictures(self, frames: Sequence[RGB]) -> NDArray[np.float32]:
        """(len(frames), width) float32 of length 1; frames: (H, W, 3) uint8 RGB."""
        from PIL import Image

        return self._encode([Image.fromarray(np.ascontiguousarray(frame)) for frame in frames])

    def texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), width) float32 of length 1, in the space of the pictures."""
        return self._encode(list(texts))

    @property
    def background(self) -> NDArray[np.float32]:
        """The everyday captions that tell how near chance comes, one row each."""
        if self._background is None:
            self._background = self.texts(EVERYDAY)
        return self._background

    def _encode(self, what: list[Any]) -> NDArray[np.float32]:
        import torch

        with self._lock, torch.inference_mode():
            if self._model is None:
                called = f"image embedder {self._called!r}"
                self._model = load(self._place, called, downloads=self._downloads)
            found = self._model.encode(what, convert_to_tensor=True, show_progress_bar=False)
        raw = found.float().cpu().numpy().astype(np.float32)
        lengths = np.linalg.norm(raw, axis=1, keepdims=True)
        return np.asarray(raw / np.maximum(lengths, 1e-12), np.float32)


def picture_embedder(settings: Settings) -> PictureEmbedder | None:
    """The embedder of pictures the settings name, one a process; None where they name none."""
    if not settings.image_embedder:
        return None
    return _embedder(settings.image_embedder, settings.allow_downloads)


@functools.lru_cache(maxsize=2)
def _embedder(name: str, downloads: bool) -> PictureEmbedder:
    return PictureEmbedder(name, safe_place(name), downloads=downloads)


_scales: weakref.WeakKeyDictionary[Project, tuple[str, tuple[float, float]]] = (
    weakref.WeakKeyDictionary()
)


def picture_nearness(
    project: Project, model: PictureEmbedder, question: str, ids: Sequence[str], least: float
) -> dict[tuple[str, int], float]:
    """How near each moment's picture comes, where the floor of this library counts `least`.

    Cosines of pictures and texts lie closer together than those of texts: they are stretched so
    that chance counts 0 and the best of the background questions as much as the texts' floor.
    """
    held = vectors.matrix(project, "moment", model.name)
    found = nearest_pictures(project, model, question, held.of(ids), least, limit=len(held))
    return {(n.footage_id, n.ordinal): n.cosine for n in found}


def nearest_pictures(
    project: Project,
    model: PictureEmbedder,
    question: str,
    rows: vectors.Rows,
    least: float,
    *,
    limit: int,
) -> list[Near]:
    """The nearest of these rows of pictures, best first, and how near each comes as above."""
    held = vectors.matrix(project, "moment", model.name)
    vector = model.texts([question])[0] if len(rows) else np.zeros(0, np.float32)
    if not len(rows) or held.width != len(vector):  # of other weights under the same name
        return []
    chance, high = _scale(project, model, held)
    if high - chance < 1e-6:
        return []
    return [
        replace(n, cosine=min(1.0, max(0.0, least * (n.cosine - chance) / (high - chance))))
        for n in vectors.brute_force(held, vector, limit, rows=rows)
    ]


def _scale(project: Project, model: PictureEmbedder, held: vectors.Matrix) -> tuple[float, float]:
    """The cosine of chance and that of the floor, until the library changes."""
    now = f"{model.name} {vectors.generation(project)}"
    known = _scales.get(project)
    if known is None or known[0] != now:
        near = held.sample(SAMPLED) @ model.background.T
        pair = float(np.median(near)), float(np.quantile(near.max(axis=0), SHARE))
        known = _scales[project] = (now, pair)
    return known[1]


@dataclass(frozen=True, slots=True)
class LookReport:
    """How a look at the footage came out. failed: (name, reason)."""

    model: str
    files: int
    looked: int  # moments whose picture got a vector now
    already: int
    failed: tuple[tuple[str, str], ...]
    seconds: float


def look(
    project: Project,
    model: PictureEmbedder,
    footage_ids: Sequence[str] | None = None,
    *,
    again: bool = False,
    progress: OnLook | None = None,
    cancel: Cancel | None = None,
) -> LookReport:
    """A vector for the middle still of each moment of this footage, or of all.

    Goes on where an earlier run stopped; `again` makes all anew. A file that is not there or
    cannot be read is noted and left. Raises Cancelled when stopped, what was looked at is kept,
    and CreatorError where the model cannot be used.
    """
    began = time.monotonic()
    wanted = [f for f in _wanted(project, footage_ids) if f.technical.has_picture]
    every = {f.id: store.moments(project, f.id) for f in wanted}
    total = max(1, sum(len(moments) for moments in every.values()))
    done = looked = already = 0
    failed: list[tuple[str, str]] = []
    try:
        for footage in wanted:
            new = _missing(project, footage, every[footage.id], model, again=again)
            already += len(every[footage.id]) - len(new)
            if problem := not_there(footage) if new else "":
                failed.append((footage.name, problem))
                new = []
            try:
                for some in _batches(new):
                    if cancel is not None and cancel():
                        raise Cancelled("the look was stopped; what was looked at is kept")
                    _look_at(project, footage, some, model, every[footage.id], cancel)
                    looked += len(some)
                    if progress is not None:
                        progress(footage.name, min(1.0, (done + some[-1].ordinal + 1) / total))
            except MediaError as error:
                if isinstance(error, Cancelled):
                    raise
                failed.append((footage.name, str(error)))
            done += len(every[footage.id])
    finally:
        if looked:
            library.settle(project)
    spent = time.monotonic() - began
    return LookReport(model.name, len(wanted), looked, already, tuple(failed), spent)


def _wanted(project: Project, ids: Sequence[str] | None) -> list[Footage]:
    if ids is None:
        return store.all_footage(project, usable=True)
    found = (store.find(project, each) for each in dict.fromkeys(ids))
    return [footage for footage in found if footage.status != "rejected"]


def _batches(moments: Sequence[Moment]) -> Iterator[Sequence[Moment]]:
    for at in range(0, len(moments), AT_ONCE):
        yield moments[at : at + AT_ONCE]


def _middle(moment: Moment) -> Fraction:
    return (moment.range.start + moment.range.end) / 2


def _mark(footage: Footage, moment: Moment) -> str:
    """Changes with the picture that a moment's vector was made of."""
    return hashlib.sha256(f"{footage.fingerprint} {_middle(moment)}".encode()).hexdigest()


def _missing(
    project: Project,
    footage: Footage,
    moments: Sequence[Moment],
    model: PictureEmbedder,
    *,
    again: bool,
) -> list[Moment]:
    if again:
        return list(moments)
    held = vectors.hashes(project, footage.id, model.name)
    return [m for m in moments if held.get(("moment", m.ordinal)) != _mark(footage, m)]


def _look_at(
    project: Project,
    footage: Footage,
    some: Sequence[Moment],
    model: PictureEmbedder,
    every: Sequence[Moment],
    cancel: Cancel | None,
) -> None:
    """The vectors of these moments written, in one transaction."""
    times = [_middle(m) for m in some]
    frames = strip(footage.path, times, height_px=HEIGHT_PX, cancel=cancel)
    made = model.pictures(frames)
    keep: set[tuple[Level, int]] = {("moment", m.ordinal) for m in every}
    new = [
        vectors.Stored("moment", m.ordinal, _mark(footage, m), vector)
        for m, vector in zip(some, made, strict=True)
    ]
    vectors.replace(project, footage.id, model.name, keep=keep, new=new)
