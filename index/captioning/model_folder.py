"""A captioner's model on disk: where it is, what it is, and whether it may be opened at all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from project.errors import CreatorError

PATTERNS = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"]
SAMPLES, SAMPLE_BYTES = 8, 65_536  # of each weights file, for the mark
TRY = (
    "name a folder or a hub id of a model that transformers knows by itself, such as"
    " 'transformers:HuggingFaceTB/SmolVLM-256M-Instruct'"
)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """One model's files. mark: 6 hex digits that change when the weights do."""

    path: Path
    name: str
    kind: str  # transformers' model type, such as "florence2"
    mark: str
    weight_bytes: int
    half: bool  # whether its weights are kept in 16 bits


def model_folder(name: str, *, downloads: bool) -> ModelFolder:
    """The model called `name`: a folder, or a hub id that is here or may be downloaded.

    Raises CreatorError where it is not there, holds code, or has no safetensors weights.
    """
    place = Path(name).expanduser()
    folder = place if place.is_dir() else _from_hub(name, downloads=downloads)
    _refuse_code(folder)
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise CreatorError(
            f"the captioner's folder {folder} holds no .safetensors weights; other formats can"
            f" carry code and are not opened. {TRY}"
        )
    config = _config(folder)
    kind = config.get("model_type")
    if not isinstance(kind, str) or not kind:
        raise CreatorError(f"{folder / 'config.json'} names no model type; {TRY}")
    width = str(config.get("dtype") or config.get("torch_dtype") or "")
    return ModelFolder(
        path=folder,
        name=place.resolve().name if place.is_dir() else name,
        kind=kind,
        mark=_mark(folder / "config.json", weights),
        weight_bytes=sum(file.stat().st_size for file in weights),
        half="16" in width,
    )


def _from_hub(name: str, *, downloads: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        found = snapshot_download(name, local_files_only=not downloads, allow_patterns=PATTERNS)
    except HFValidationError as error:
        raise CreatorError(f"there is no captioner {name!r}: no such folder; {TRY}") from error
    except (OSError, HfHubHTTPError, ValueError) as error:
        if downloads:
            raise CreatorError(
                f"the captioner {name!r} could not be downloaded ({error}); check the name and"
                " the network, or name a folder that holds it"
            ) from error
        raise CreatorError(
            f"the captioner {name!r} is not on this machine, and downloads are off; name a"
            " folder that holds it, or allow them with ROUGHCUT_ALLOW_DOWNLOADS=1"
        ) from error
    return Path(found)


def _refuse_code(folder: Path) -> None:
    code = next(folder.rglob("*.py"), None)
    if code is not None:
        raise CreatorError(
            f"the captioner's folder {folder} holds program code ({code.name}), which is never"
            f" run; {TRY}"
        )


def _config(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CreatorError(
            f"the captioner's config {folder / 'config.json'} cannot be read ({error}); {TRY}"
        ) from error
    return found if isinstance(found, dict) else {}


def _mark(config: Path, weights: list[Path]) -> str:
    """Told from the config, the sizes, and samples spread over each file of weights."""
    digest = hashlib.sha256(config.read_bytes())
    for file in weights:
        size = file.stat().st_size
        digest.update(f"{file.name}:{size}".encode())
        with file.open("rb") as opened:
            for n in range(SAMPLES):
                opened.seek(max(0, size - SAMPLE_BYTES) * n // (SAMPLES - 1))
                digest.update(opened.read(SAMPLE_BYTES))
    return digest.hexdigest()[:6]
