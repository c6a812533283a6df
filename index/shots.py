"""The shots of a file: where one camera run ends and the next begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from index.shots_cheap import Marks, Small, marks, small_picture
from index.shots_network import THRESHOLD, chances
from media.values import Picture, Sound, Still
from timeline.time import TimeRange

BLOCK = 512  # pictures decided together
MARGIN = 40  # pictures of the neighbouring blocks that are looked at as well
SHORTEST_S = Fraction(1, 5)  # a shot shorter than this is part of the transition beside it
WIDEN = 20  # pictures added on each side of a doubtful span before the network sees it
BELIEVED = 8  # of them, those nearest the span in which the network is believed
SAME, SAME_FADE = 6, 15  # pictures within which the network means a cut, a fade, found before

Judge = Callable[[Small], NDArray[np.float32]]


class ShotFinder:
    """Watches for cuts. Holds at most 600 small pictures, so a long file costs no memory."""

    name = "shots"
    version = 1

    def __init__(self, *, judge: Judge | None = chances) -> None:
        self._judge = judge
        self._frames: list[NDArray[np.uint8]] = []
        self._times: list[Fraction] = []
        self._lead = 0  # pictures at the front that were decided with the block before
        self._cuts: list[Fraction] = []
        self._first: Fraction | None = None
        self.judged = 0  # pictures the network looked at
        self.seen = 0

    def picture(self, picture: Picture) -> None:
        if self._first is None:
            self._first = picture.time_s
        self._frames.append(small_picture(picture.rgb))
        self._times.append(picture.time_s)
        self.seen += 1
        if len(self._frames) >= self._lead + BLOCK + MARGIN:
            self._decide(len(self._frames) - MARGIN)

    def still(self, still: Still) -> None:
        """Nothing: shots are found on every picture."""

    def sound(self, sound: Sound) -> None:
        """Nothing."""

    def finish(self, duration_s: Fraction) -> tuple[TimeRange, ...]:
        """The shots from the first picture to `duration_s`, the end of the last one."""
        if self._frames:
            self._decide(len(self._frames))
        if self._first is None or duration_s <= self._first:
            return ()
        return shots_between(self._first, duration_s, self._cuts)

    def _decide(self, end: int) -> None:
        """Find the cuts among the pictures [lead, end) and forget those no longer needed."""
        frames = np.stack(self._frames)
        found = cuts_in(frames, marks(frames), self._ask if self._judge else None)
        self._cuts += [self._times[k] for k in found if self._lead <= k < end and k > 0]
        keep = max(0, end - MARGIN)
        self._frames, self._times = self._frames[keep:], self._times[keep:]
        self._lead = end - keep

    def _ask(self, frames: Small) -> NDArray[np.float32]:
        assert self._judge is not None  # only handed on where there is one
        self.judged += len(frames)
        return self._judge(frames)


def cuts_in(frames: Small, seen: Marks, judge: Judge | None) -> list[int]:
    """The numbers of the pictures that start a new shot. `judge` decides doubtful spans."""
    cuts = set(np.flatnonzero(seen.cut).tolist())
    if judge is not None:
        for start, end in doubtful_spans(seen.doubtful):
            low, high = max(0, start - WIDEN), min(len(frames), end + WIDEN)
            likely = judge(frames[low:high]) > THRESHOLD
            likely[: max(0, start - BELIEVED - low)] = False
            likely[end + BELIEVED - low :] = False
            for first, last in runs(likely):
                cut = _place(low + first, low + last, seen)
                if not any(abs(cut - k) <= (SAME_FADE if seen.black[k] else SAME) for k in cuts):
                    cuts.add(cut)
    return sorted(cuts)


def _place(first: int, last: int, seen: Marks) -> int:
    """The cut in pictures [first, last) called likely: the jump, or the middle of a dissolve."""
    jumps = seen.jump[first : last + 1]
    if last - first <= 3:
        return first + int(np.argmax(jumps))
    return (first + last) // 2


def doubtful_spans(doubtful: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of doubt, joined where they lie within twice `WIDEN` of each other."""
    spans: list[tuple[int, int]] = []
    for start, end in runs(doubtful):
        if spans and start - spans[-1][1] <= 2 * WIDEN:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def shots_between(
    start_s: Fraction, end_s: Fraction, cuts: Sequence[Fraction]
) -> tuple[TimeRange, ...]:
    """The shots between two times; cuts closer than a fifth of a second to another are one."""
    edges = [start_s]
    for cut in sorted(cuts):
        if cut - edges[-1] >= SHORTEST_S and end_s - cut >= SHORTEST_S:
            edges.append(cut)
    return tuple(TimeRange(a, b) for a, b in zip(edges, [*edges[1:], end_s], strict=True))
