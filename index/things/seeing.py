"""One still as the network is shown it: two views, looked at together."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from index.things.network import SIZE_PX, chances

Rgb = NDArray[np.uint8]
LONGEST_EDGE_PX = 512  # of the stills that are asked for: the shorter edge is about the network's


def likely(rgb: Rgb) -> NDArray[np.float32]:
    """How likely each class is in a still (H, W, 3): (1000,). Raises CreatorError.

    The whole picture squeezed into a square shows what stands at its sides; its middle square
    shows things in their shape. The mean of both is what is believed.
    """
    return np.asarray(chances(np.stack(_views(rgb))).mean(axis=0), np.float32)


def _views(rgb: Rgb) -> list[Rgb]:
    height, width = rgb.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    return [_square(rgb), _square(rgb[top : top + edge, left : left + edge])]


def _square(rgb: Rgb) -> Rgb:
    small = cv2.resize(rgb, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)
