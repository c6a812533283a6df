"""A picture of the shot that is being made, for whoever waits for it. It goes when it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from generator.values import Frames
from media.stills import save_jpeg
from project.store import Project

EVERY_S = 0.5  # between two pictures
WIDTH_PX = 384


def picture(project: Project, action: str) -> Path:
    """Where the newest picture of what an action makes lies, while it is at it."""
    return project.cache / "drafts" / f"now-{action[:16]}.jpg"


@contextmanager
def shown(project: Project, action: str) -> Iterator[Callable[[Frames], None]]:
    """Takes pictures (H, W, 3) as they come and keeps the newest, small, in the cache."""
    out = picture(project, action)
    out.parent.mkdir(parents=True, exist_ok=True)
    last = 0.0

    def seen(frame: Frames) -> None:
        nonlocal last
        if time.monotonic() - last < EVERY_S:
            return
        save_jpeg(_small(frame), out)
        last = time.monotonic()

    try:
        yield seen
    finally:
        out.unlink(missing_ok=True)


def _small(frame: Frames) -> Frames:
    height, width = frame.shape[:2]
    size = (WIDTH_PX, max(2, round(height * WIDTH_PX / width)))
    way = cv2.INTER_AREA if width > WIDTH_PX else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(frame, size, interpolation=way), np.uint8)
