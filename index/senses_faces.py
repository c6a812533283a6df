"""Faces in the stills, and from their height how close the shot is.

OpenCV's boosted cascades (Viola & Jones 2001; Lienhart & Maydt 2002) see faces in much that is
none, each in other places. So a face counts where two of them agree, and one of them is enough only
where an agreed face stands in a neighbouring still. Faces turned away and faces below a tenth of
the picture's height are not found: 0 faces means that none was found, not that nobody is there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from media.values import Picture, Sound, Still
from timeline.time import TimeRange

LONGEST_EDGE_PX = 400
STEP = 1.15  # growth of the search window
SMALLEST = 0.09  # of the picture's shorter edge
VOTES, SECOND_VOTES = 4, 3  # overlapping finds that each cascade needs
SAME_FACE = 0.3  # overlap over union
GLANCE, GLANCE_STEP = 0.75, 1.2  # size of the copy that is looked over first, and its step
SAME_PICTURE = 1.5  # mean difference of two stills, of 255, that need not be searched twice
OTHER_PICTURE = 24.0  # above it the shot changed: search at once
LONGEST_REST = 5  # stills from one search to the next, after some that found nothing
FACE_REST = 3  # while the picture shows about what it showed with a face
NEAR_S = 3
AROUND = 0.4  # of a face, what the second cascade sees beyond each of its edges
WIDER = 0.6  # the same for the first one, which looks where the glance saw something
SHOT_SIZES = (  # a cascade's box reaches from the brow to the chin: two thirds of a head
    (0.62, "extreme close-up"),
    (0.33, "close-up"),
    (0.20, "medium close-up"),
    (0.12, "medium"),
    (0.075, "medium wide"),
    (0.035, "wide"),  # a standing figure fits
)
Box = tuple[float, float, float, float]  # x, y, width, height over the picture's own


@dataclass(frozen=True, slots=True)
class People:
    """The faces of one moment; the fields are those of `project.footage.Senses`."""

    faces: int
    face_size: float
    shot_size: str


@dataclass(frozen=True, slots=True)
class _Seen:
    time_s: Fraction
    sure: tuple[Box, ...]
    maybe: tuple[Box, ...]


class FaceSense:
    """Watches stills for faces that look into the camera, or nearly so.

    Where nothing much changes, stills rest: they show what the last search found. Where a search
    finds more or fewer faces, the stills before it are looked at again in the places of both.
    """

    name = "faces"
    version = 2

    def __init__(self) -> None:
        self._seen: list[_Seen] = []
        self._last: NDArray[np.uint8] | None = None
        self._recent: deque[tuple[int, NDArray[np.uint8]]] = deque(maxlen=LONGEST_REST)
        self._rested = self._empty = 0  # stills since the last search; searches without a find
        self.searched = 0

    def picture(self, picture: Picture) -> None:
        """Nothing: analysis pictures are too many."""

    def sound(self, sound: Sound) -> None:
        """Nothing."""

    def still(self, still: Still) -> None:
        height, width = still.rgb.shape[:2]
        scale = min(1.0, LONGEST_EDGE_PX / max(height, width))
        size = (max(24, round(width * scale)), max(24, round(height * scale)))
        small = cv2.resize(still.rgb, size, interpolation=cv2.INTER_AREA)
        gray: NDArray[np.uint8] = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        before = self._seen[-1] if self._seen else _Seen(still.time_s, (), ())
        if self._like_before(gray):
            self._seen.append(_Seen(still.time_s, before.sure, before.maybe))
        else:
            known = [box for seen in self._seen[-NEAR_S:] for box in seen.sure]
            here = _Seen(still.time_s, *_search(gray, (*known, *_glance(gray))))
            self._empty = 0 if here.sure or here.maybe else self._empty + 1
            if len(here.sure) != len(before.sure):
                self._look_back((*before.sure, *here.sure))
            self._seen.append(here)
            self._last, self._rested = gray, 0
            self.searched += 1
        self._recent.append((len(self._seen) - 1, gray))

    def _look_back(self, places: Sequence[Box]) -> None:
        """Search the stills that rested, and those without a sure face, at `places` alone."""
        for place, gray in self._recent:
            seen = self._seen[place]
            if place >= len(self._seen) - self._rested or not seen.sure:
                self._seen[place] = _Seen(seen.time_s, *_search(gray, places))

    def _like_before(self, gray: NDArray[np.uint8]) -> bool:
        """Whether the still rests: nothing changed, or not much since a search not long ago."""
        if self._last is None or self._last.shape != gray.shape:
            return False
        change = cv2.mean(cv2.absdiff(gray, self._last))[0]
        longest = FACE_REST if self._seen[-1].sure else min(LONGEST_REST, 1 + self._empty)
        if change < SAME_PICTURE:
            return True
        self._rested += 1
        return change < OTHER_PICTURE and self._rested < longest

    def finish(self, duration_s: Fraction) -> list[People | None]:  # noqa: ARG002 - the protocol's
        """Not used: `people` is asked with the moments instead."""
        return []

    def people(self, ranges: Sequence[TimeRange]) -> list[People | None]:
        """One per range, of the still in it that shows most faces; None where there is none."""
        times = [seen.time_s for seen in self._seen]
        out: list[People | None] = []
        for span in ranges:
            places = range(bisect_left(times, span.start), bisect_left(times, span.end))
            shown = [self._faces(n) for n in places]
            out.append(_people(max(shown, key=len)) if shown else None)
        return out

    def places(self) -> list[tuple[Fraction, tuple[Box, ...]]]:
        """The time of every still and the faces in it, in order."""
        return [(seen.time_s, self._faces(n)) for n, seen in enumerate(self._seen)]

    def _faces(self, place: int) -> tuple[Box, ...]:
        """The sure faces of a still, and the others that stand where a sure one stood nearby."""
        here = self._seen[place]
        beside = [
            box
            for other in self._seen[max(0, place - NEAR_S) : place + NEAR_S + 1]
            for box in other.sure
            if abs(other.time_s - here.time_s) <= NEAR_S
        ]
        more = (b for b in here.maybe if any(overlap(b, o) >= SAME_FACE for o in beside))
        return (*here.sure, *more)


def shot_size(face_height: float) -> str:
    """The name of the framing for a face's height over the picture's; "" below a wide one."""
    return next((name for least, name in SHOT_SIZES if face_height >= least), "")


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0.0, wide) * max(0.0, high)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def _people(boxes: Sequence[Box]) -> People:
    tallest = max((box[3] for box in boxes), default=0.0)
    return People(len(boxes), round(tallest, 4), shot_size(tallest))


def _glance(gray: NDArray[np.uint8]) -> tuple[Box, ...]:
    """Where a quick look over a smaller copy sees what may be a face."""
    copy = cv2.resize(gray, None, fx=GLANCE, fy=GLANCE, interpolation=cv2.INTER_AREA)
    least = round(SMALLEST * min(copy.shape))
    return _found("frontalface_alt2", np.asarray(copy, np.uint8), (GLANCE_STEP, 1), least)


def _search(
    gray: NDArray[np.uint8], places: Sequence[Box]
) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    """Faces near `places` that both cascades agree on, and those only the first one sees."""
    smallest = max(20, round(SMALLEST * min(gray.shape)))
    first: list[Box] = []
    for place in _apart(places):
        found = _found_near(place, WIDER, gray, ("frontalface_default", (STEP, VOTES), smallest))
        first = _apart((*first, *found))
    second = "frontalface_alt2", (STEP, SECOND_VOTES), smallest
    sure = tuple(
        box for box in first
        if any(overlap(box, other) >= SAME_FACE for other in _found_near(box, AROUND, gray, second))
    )  # fmt: skip
    return sure, tuple(b for b in first if b not in sure)


def _apart(boxes: Sequence[Box]) -> list[Box]:
    """The boxes without those that show the face of an earlier one."""
    kept: list[Box] = []
    for box in boxes:
        if not any(overlap(box, other) >= SAME_FACE for other in kept):
            kept.append(box)
    return kept


def _found_near(
    box: Box, around: float, gray: NDArray[np.uint8], how: tuple[str, tuple[float, int], int]
) -> list[Box]:
    """The faces in a box and in `around` of its size beyond each edge, over the whole picture."""
    high, wide = gray.shape
    x, y, w, h = box
    left, top = max(0, round((x - around * w) * wide)), max(0, round((y - around * h) * high))
    right, bottom = round((x + w + around * w) * wide), round((y + h + around * h) * high)
    part = np.ascontiguousarray(gray[top:bottom, left:right])
    tall, broad = part.shape
    name, care, smallest = how
    return [
        ((left + fx * broad) / wide, (top + fy * tall) / high, fw * broad / wide, fh * tall / high)
        for fx, fy, fw, fh in _found(name, part, care, smallest)
    ]


def _found(
    name: str, gray: NDArray[np.uint8], care: tuple[float, int], smallest: int
) -> tuple[Box, ...]:
    """The faces one cascade sees. care: growth of its window, overlapping finds it needs."""
    height, width = gray.shape
    boxes = _cascade(name).detectMultiScale(gray, *care, minSize=(smallest, smallest))
    return tuple(
        (float(x) / width, float(y) / height, float(w) / width, float(h) / height)
        for x, y, w, h in boxes
    )


@lru_cache(maxsize=4)
def _cascade(name: str) -> Any:
    """One of the cascades in OpenCV's package. Raises FileNotFoundError where it has none."""
    path = Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; install the OpenCV 4 package, run make setup")
    return cv2.CascadeClassifier(str(path))
