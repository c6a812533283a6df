"""int8 weights: `python -m generator.quantise WEIGHTS OUT` for a quarter of the bytes of fp32.

One scale for each row of a matrix (each output channel); vectors and small tables stay as they
are. Loading gives fp32 again, so nothing else knows. The figures it prints are the relative error
of each network's weights and how far its answers move.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

SCALE = "__scale"  # a matrix `name` is kept as int8 beside fp32 `name__scale`
LEAST = 4096  # numbers from which a matrix is worth packing


def packed(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Large matrices as int8 rows with a scale each; all else as it is."""
    small: dict[str, Tensor] = {}
    for name, value in weights.items():
        if value.ndim < 2 or value.numel() < LEAST or not value.is_floating_point():
            small[name] = value
            continue
        rows = value.detach().float().flatten(1)
        scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-12) / 127
        small[name] = (rows / scale).round().to(torch.int8).reshape(value.shape)
        small[name + SCALE] = scale[:, 0].contiguous()
    return small


def unpacked(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What `packed` was given, but for the rounding; weights that are not packed stay."""
    whole: dict[str, Tensor] = {}
    for name, value in weights.items():
        if name.endswith(SCALE):
            continue
        scale = weights.get(name + SCALE)
        if scale is not None:
            value = value.float() * scale.reshape(-1, *[1] * (value.ndim - 1))
        whole[name] = value
    return whole


def relative_error(weights: Mapping[str, Tensor]) -> float:
    """Root mean square of what packing changes, as a share of the weights'."""
    back = unpacked(packed(weights))
    lost = sum(float((back[n].float() - v.float()).square().sum()) for n, v in weights.items())
    held = sum(float(v.float().square().sum()) for v in weights.values())
    return float((lost / max(held, 1e-30)) ** 0.5)


@torch.no_grad()
def velocity_error(folder: Path, out: Path) -> float:
    """How far the transformer's answers move, as a share of their own size."""
    from generator.checkpoint import load_config, load_weights
    from generator.dit import DiT
    from generator.text import word_rows

    config = load_config(folder)
    random = torch.Generator().manual_seed(0)
    x = torch.randn(4, config.channels, 3, 6, 10, generator=random)
    words = ["a golden sunset over the sea", "misty hills", "a neon tunnel", ""]
    rows = word_rows(words, config.text_words, config.text_length)
    t = torch.tensor([0.1, 0.3, 0.6, 0.9])[:, None].expand(4, 3)
    said = []
    for place in (folder, out):
        model = DiT(config).eval()
        model.load_state_dict(load_weights(place, "dit"))
        said.append(model(x, t, rows, torch.zeros(4, 1, 3, 6, 10), seconds_per_latent=0.16))
    return float((said[1] - said[0]).norm() / said[0].norm().clamp(min=1e-12))


def quantise(folder: Path, out: Path) -> dict[str, float]:
    """Write the weights of `folder` to `out` as int8: the figures of the error and the size."""
    from generator.checkpoint import load_config, load_weights, save_config, save_weights

    save_config(out, load_config(folder))
    figures = {}
    autoencoder = load_weights(folder, "autoencoder")  # it is small and its error is seen
    save_weights(out, "autoencoder", autoencoder, torch.bfloat16)
    dit = load_weights(folder, "dit")
    save_weights(out, "dit", packed(dit))
    figures["relative error of the weights"] = relative_error(dit)
    figures["relative error of the velocity"] = velocity_error(folder, out)
    figures["megabytes"] = sum(f.stat().st_size for f in out.glob("*.safetensors")) / 1e6
    return figures


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m generator.quantise", description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    for name, value in quantise(asked.weights, asked.out).items():
        print(f"| {name} | {value:.4g} |")


if __name__ == "__main__":
    main()
