"""Weights and training state in safetensors: nothing else is ever read or written.

config.json                the ModelConfig
autoencoder.safetensors    dit.safetensors          (shards: dit-00001.safetensors ...)
train-<stage>.safetensors  weights, EMA, optimiser and step, to resume from
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generator.sizes import ModelConfig
from generator.values import GeneratorError

SHARD_BYTES = 15_000_000


def save_weights(
    folder: Path, name: str, weights: Mapping[str, Tensor], kind: torch.dtype | None = None
) -> None:
    """Write `weights` as shards of at most 15 MB (a larger tensor stands alone).

    kind: what matrices are kept as, bfloat16 for half the bytes; vectors stay as they are.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    shards: list[dict[str, Tensor]] = [{}]
    room = SHARD_BYTES
    for key, value in weights.items():
        value = value.to(kind) if kind and value.ndim > 1 and value.is_floating_point() else value
        size = value.numel() * value.element_size()
        if shards[-1] and size > room:
            shards.append({})
            room = SHARD_BYTES
        shards[-1][key] = value.detach().contiguous().cpu()
        room -= size
    files = [f"{name}-{number:05}.safetensors" for number in range(1, len(shards) + 1)]
    files = files if len(files) > 1 else [f"{name}.safetensors"]
    for file, shard in zip(files, shards, strict=True):
        save_file(shard, folder / f".{file}.part")
    for old in folder.glob(f"{name}*.safetensors"):
        old.unlink()
    for file in files:
        (folder / f".{file}.part").replace(folder / file)


def load_weights(folder: Path, name: str) -> dict[str, Tensor]:
    """All tensors of `name` in `folder`, fp32. Raises GeneratorError where there are none."""
    from safetensors.torch import load_file

    from generator.quantise import unpacked

    files = sorted(folder.glob(f"{name}*.safetensors"))
    if not files:
        raise GeneratorError(f"no {name} weights in {folder}; train some or name another folder")
    weights: dict[str, Tensor] = {}
    for file in files:
        weights.update(load_file(file))
    return {
        key: value.float() if value.is_floating_point() else value
        for key, value in unpacked(weights).items()
    }


def save_config(folder: Path, config: ModelConfig) -> None:
    """Write the config beside the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(config.to_json() + "\n")


def load_config(folder: Path) -> ModelConfig:
    """The config in `folder`. Raises GeneratorError where it is missing or of another version."""
    try:
        return ModelConfig.from_json((folder / "config.json").read_text())
    except (OSError, ValueError) as error:
        raise GeneratorError(f"no model config in {folder}: {error}") from error


def save_state(
    folder: Path, stage: str, parts: tuple[nn.Module, nn.Module],
    optimisers: Sequence[Any], clock: tuple[int, float],
) -> None:  # fmt: skip
    """Everything a stage needs to go on: (model, EMA) weights, moments, (step, seconds)."""
    from safetensors.torch import save_file

    tensors = {f"model.{k}": v.clone() for k, v in parts[0].state_dict().items()}
    tensors |= {f"ema.{k}": v.clone() for k, v in parts[1].state_dict().items()}
    for which, optimiser in enumerate(optimisers):
        for number, state in optimiser.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"moment.{which}.{number}.{key}"] = torch.as_tensor(value).clone()
    tensors["step"] = torch.tensor(clock[0])
    tensors["seconds"] = torch.tensor(clock[1], dtype=torch.float64)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".train-{stage}.part"
    save_file({k: v.contiguous() for k, v in tensors.items()}, partial)
    partial.replace(folder / f"train-{stage}.safetensors")


def load_state(
    folder: Path, stage: str, parts: tuple[nn.Module, nn.Module], optimisers: Sequence[Any]
) -> tuple[int, float]:
    """Fill model, EMA and optimisers from `save_state`: (step, seconds) so far, (0, 0) if none."""
    from safetensors.torch import load_file

    file = folder / f"train-{stage}.safetensors"
    if not file.is_file():
        return 0, 0.0
    tensors = load_file(file)
    for prefix, module in (("model.", parts[0]), ("ema.", parts[1])):
        module.load_state_dict(
            {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        )
    moments: list[dict[int, dict[str, Tensor]]] = [{} for _ in optimisers]
    for key, value in tensors.items():
        if key.startswith("moment."):
            _, which, number, name = key.split(".", 3)
            moments[int(which)].setdefault(int(number), {})[name] = value
    for optimiser, state in zip(optimisers, moments, strict=True):
        groups = optimiser.state_dict()["param_groups"]
        optimiser.load_state_dict({"state": state, "param_groups": groups})
    return int(tensors["step"]), float(tensors["seconds"])
