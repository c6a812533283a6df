"""Black bars around given frames: a shot is made of the picture between them, and has them too."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from generator.fills import fit, picture_area
from generator.values import Box, Frames, ShotRequest


@dataclass(frozen=True, slots=True)
class Bars:
    """Where the picture lies in frames of `size` (width, height)."""

    rows: slice
    columns: slice
    size: tuple[int, int]

    def around(self, frames: Frames) -> Frames:
        """Frames (F, h, w, 3) of the picture with the bars around them, (F, H, W, 3)."""
        width, height = self.size
        if frames.shape[1:3] == (height, width):
            return frames
        whole = np.zeros((len(frames), height, width, 3), np.uint8)
        whole[:, self.rows, self.columns] = frames
        return whole

    def inside(self, box: Box) -> Box:
        """A box as shares of the picture between the bars."""
        width, height = self.size

        def share(edge: float) -> float:
            return min(1.0, max(0.0, edge))

        left, wide = self.columns.start / width, (self.columns.stop - self.columns.start) / width
        top, high = self.rows.start / height, (self.rows.stop - self.rows.start) / height
        return replace(
            box, left=share((box.left - left) / wide), right=share((box.right - left) / wide),
            top=share((box.top - top) / high), bottom=share((box.bottom - top) / high),
        )  # fmt: skip


def without_bars(request: ShotRequest) -> tuple[ShotRequest, Bars]:
    """The request for the picture between the bars that all given frames have.

    The same one where they have none, and where they are departed from or kept in part.
    """
    size = request.width, request.height
    whole = Bars(slice(0, size[1]), slice(0, size[0]), size)
    given = request.conditions
    if not given or any(one.strength < 1 or one.mask is not None for one in given):
        return request, whole
    ends = [fit(one.frames[at], size) for one in given for at in (0, -1)]
    bars = Bars(*picture_area(*ends), size)
    if (bars.rows, bars.columns) == (whole.rows, whole.columns):
        return request, whole
    conditions = tuple(
        replace(one, frames=np.stack([
            fit(frame, size)[bars.rows, bars.columns] for frame in one.frames
        ]))
        for one in given
    )  # fmt: skip
    inner = replace(
        request, conditions=conditions, boxes=tuple(bars.inside(box) for box in request.boxes),
        width=bars.columns.stop - bars.columns.start, height=bars.rows.stop - bars.rows.start,
    )  # fmt: skip
    return inner, bars
