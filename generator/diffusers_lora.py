"""LoRA files (Hu et al. 2021) written into the weights of a loaded pipeline, from safetensors.

diffusers turns the names that other trainers use into its own; the sum W + s B A is ours, so that
no further package is needed and a merged model runs as fast as a plain one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.values import GeneratorError

DOWN = (".lora_A.weight", ".lora.down.weight", ".lora_down.weight")
UP = (".lora_B.weight", ".lora.up.weight", ".lora_up.weight")


@dataclass(frozen=True, slots=True)
class Lora:
    """A file and how much of it."""

    path: Path
    strength: float = 1.0


def split_model(text: str) -> tuple[str, tuple[Lora, ...]]:
    """A model and its LoRA files out of one setting. Raises GeneratorError.

    "folder or hub id + style.safetensors*0.8 + other.safetensors"
    """
    model, *others = (part.strip() for part in text.split(" + "))
    found = []
    for part in others:
        name, _, strength = part.partition("*")
        try:
            found.append(Lora(Path(name.strip()).expanduser(), float(strength or 1)))
        except ValueError as error:
            raise GeneratorError(f"{part!r} should be a LoRA file, or file*0.8") from error
    return model, tuple(found)


def problem(loras: tuple[Lora, ...]) -> str:
    """Why these files are not to be read, "" when they can be."""
    for one in loras:
        if one.path.suffix != ".safetensors":
            return f"LoRA file {one.path.name!r} is not a .safetensors file; convert it first"
        if not one.path.is_file():
            return f"there is no LoRA file {str(one.path)!r}"
    return ""


def merge(pipe: Any, lora: Lora) -> int:
    """How many weights the file was added to. Raises GeneratorError where it does not fit."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state = pipe.lora_state_dict(load_file(lora.path))
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        raise GeneratorError(f"{lora.path.name} could not be read as a LoRA: {error}") from error
    pairs = _pairs(state)
    if not pairs:
        raise GeneratorError(f"{lora.path.name} holds no LoRA weights")
    planned = [(_weight(pipe, name, lora), *found) for name, found in pairs.items()]
    for weight, down, up, alpha in planned:
        if weight.shape[0] != up.shape[0] or weight[0].numel() != down[0].numel():
            raise GeneratorError(f"{lora.path.name} was made for a model of another size")
        scale = lora.strength * (1.0 if alpha is None else float(alpha) / down.shape[0])
        change = up.flatten(1).float() @ down.flatten(1).float()
        weight.data += (scale * change).reshape(weight.shape).to(weight.dtype)
    return len(planned)


def _pairs(state: dict[str, Any]) -> dict[str, tuple[Any, Any, Any]]:
    """(down, up, alpha) by the name of the layer they belong to."""
    found = {}
    for key, down in state.items():
        end = next((e for e in DOWN if key.endswith(e)), None)
        if end is None:
            continue
        layer = key.removesuffix(end)
        up = state.get(layer + UP[DOWN.index(end)])
        if up is not None:
            found[layer] = (down, up, state.get(f"{layer}.alpha"))
    return found


def _weight(pipe: Any, layer: str, lora: Lora) -> Any:
    name, _, rest = layer.partition(".")
    network = getattr(pipe, name, None)
    if network is None or not rest:
        network, rest = pipe.transformer, layer
    try:
        return network.get_submodule(rest).weight
    except AttributeError as error:
        raise GeneratorError(
            f"{lora.path.name} was made for another model: this one has no layer {layer!r}"
        ) from error
