"""A picture as the film shows it: the part its reframe chooses, at the film's size."""

from __future__ import annotations

import cv2
import numpy as np

from generator.values import Frames
from timeline.model import Reframe


def framed(rgb: Frames, reframe: Reframe, size: tuple[int, int]) -> Frames:
    """One picture as it plays: the part its reframe shows, with bars where it does not fill."""
    height, width = rgb.shape[:2]
    wide = high = 1 / max(1.0, reframe.zoom)
    if reframe.fit == "fill":
        aspect = (width / height) / (size[0] / size[1])
        wide, high = wide * min(1.0, 1 / aspect), high * min(1.0, aspect)
    w, h = max(2, round(width * wide)), max(2, round(height * high))
    left = min(max(0, round(width * reframe.centre_x - w / 2)), width - w)
    top = min(max(0, round(height * reframe.centre_y - h / 2)), height - h)
    part = rgb[top : top + h, left : left + w]
    scale = min(size[0] / w, size[1] / h)
    inner = min(size[0], round(w * scale)), min(size[1], round(h * scale))
    if reframe.fit == "fill" or (size[0] - inner[0] < 2 and size[1] - inner[1] < 2):
        inner = size
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    out = np.zeros((size[1], size[0], 3), np.uint8)
    x, y = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    out[y : y + inner[1], x : x + inner[0]] = cv2.resize(part, inner, interpolation=way)
    return out
