"""What there is to follow in a span of footage: faces, what moves by itself, what stands out.

Ten small pictures a second are looked at. Faces come from the index's own cascades. What moves is
what its flow leaves over once the camera's own movement is taken out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from index.senses_faces import Box, FaceSense
from index.senses_motion import CUT_DIFFERENCE, dense_flow, small_gray, textured_cells
from media.errors import Cancelled
from media.pictures import is_picture
from media.standing import Standing
from media.stills import still, strip
from media.values import Cancel, Still
from project.files import whole_file
from project.footage import Footage
from project.store import Project
from timeline.time import TimeRange
from tools.reframing.measuring import (
    BINS,
    Floats,
    Profiles,
    bars_in,
    mouth,
    own_movement,
    profiles,
    salience,
)

VERSION = 1  # of what is written down of a look
EVERY_S = Fraction(1, 10)
FACES_EVERY, SALIENT_EVERY = 2, 5  # looks
LONGEST_PX = 400
AT_ONCE = 200  # pictures held at a time
START_S, LOOK_S, DECODE_S = 0.8, 0.25, 0.17  # each span; each second of it; each million pixels
CHANGE_PX = 160  # width of the pictures of change that mouths are read in


@dataclass(frozen=True, slots=True)
class Face:
    """A face in one look: its box in shares of the picture, and how much its mouth moves."""

    box: Box
    mouth: float = 0.0


@dataclass(frozen=True, slots=True)
class Looks:
    """What was seen at `times_s` (source seconds). Profiles run along x and y, `BINS` each.

    bars: shares of the picture taken by black bars (left, top, right, bottom).
    """

    times_s: tuple[float, ...]
    faces: tuple[tuple[Face, ...], ...]  # for each time; held where it was not searched anew
    motion_x: Floats  # (times, BINS)
    motion_y: Floats
    salient_x: Floats  # (times, BINS); a row is that of the last picture it was measured in
    salient_y: Floats
    bars: Box = (0.0, 0.0, 0.0, 0.0)

    def within(self, span: TimeRange) -> Looks:
        """The looks inside `span`; the nearest one where none is."""
        times = np.array(self.times_s)
        inside = np.flatnonzero((times >= float(span.start)) & (times < float(span.end)))
        if not len(inside):
            middle = float(span.start + span.end) / 2
            inside = np.array([int(np.argmin(np.abs(times - middle)))])
        low, high = int(inside[0]), int(inside[-1]) + 1
        return replace(
            self,
            times_s=self.times_s[low:high],
            faces=self.faces[low:high],
            motion_x=self.motion_x[low:high],
            motion_y=self.motion_y[low:high],
            salient_x=self.salient_x[low:high],
            salient_y=self.salient_y[low:high],
        )


def unseen(time_s: Fraction) -> Looks:
    """What is known of a clip that nobody looked at: nothing."""
    nothing = np.zeros((1, BINS))
    return Looks((float(time_s),), ((),), nothing, nothing, nothing, nothing)


def kept(project: Project, footage: Footage, span: TimeRange) -> Looks | None:
    """What an earlier look at this span of this content found; None where there was none."""
    path = _file(project, footage, span)
    try:
        return _read(json.loads(path.read_text()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def look(
    project: Project,
    footage: Footage,
    span: TimeRange,
    *,
    faces: bool = True,
    cancel: Cancel | None = None,
    standing: Standing | None = None,
) -> Looks:
    """What is to be seen in `span`, kept for the next time. Raises MediaError, Cancelled.

    faces: whether they are searched for, which costs most.
    """
    known = kept(project, footage, span)
    if known is not None:
        return known
    watcher = _Watcher(faces=faces)
    for time_s, rgb in _pictures(footage, span, cancel, standing):
        if cancel is not None and cancel():
            raise Cancelled("stopped while the clips were looked at; nothing was changed")
        watcher.see(time_s, rgb)
    seen = watcher.looks()
    path = _file(project, footage, span)
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(_body(seen), separators=(",", ":")))
    return seen


def seconds_for(footage: Footage, span: TimeRange) -> float:
    """About how long a look at a span takes: starting a worker, then decoding by size."""
    technical = footage.technical
    pixels = technical.width * technical.height / 1e6
    return START_S + float(span.duration) * (LOOK_S + DECODE_S * pixels)


def times_of(span: TimeRange) -> list[Fraction]:
    """When a span is looked at: ten times a second, its first instant among them."""
    count = max(1, int(span.duration / EVERY_S))
    return [span.start + n * EVERY_S for n in range(count)]


def _pictures(
    footage: Footage, span: TimeRange, cancel: Cancel | None, standing: Standing | None
) -> Iterator[tuple[Fraction, NDArray[np.uint8]]]:
    technical = footage.technical
    share = min(1.0, LONGEST_PX / max(technical.width, technical.height, 1))
    height = max(16, round(technical.height * share))
    if is_picture(footage.path):
        yield span.start, still(footage.path, span.start, height_px=height, cancel=cancel)
        return
    times = times_of(span)
    for first in range(0, len(times), AT_ONCE):
        some = times[first : first + AT_ONCE]
        shown = strip(footage.path, some, height_px=height, cancel=cancel, standing=standing)
        yield from zip(some, shown, strict=True)


class _Watcher:
    """Takes pictures in order of time and writes down what is in them."""

    def __init__(self, *, faces: bool) -> None:
        self._faces = FaceSense() if faces else None
        self._flow: Any = dense_flow()
        self._times: list[float] = []
        self._before: NDArray[np.uint8] | None = None  # small, for flow
        self._full: NDArray[np.uint8] | None = None
        self._changes: list[NDArray[np.uint8]] = []
        self._motion: list[Profiles] = []
        self._salient: list[Profiles] = []
        self._brightest: tuple[Floats, Floats] | None = None

    def see(self, time_s: Fraction, rgb: NDArray[np.uint8]) -> None:
        number = len(self._times)
        if self._faces is not None:
            if number % FACES_EVERY == 0:
                self._faces.still(Still(time_s, number, rgb))
            self._changes.append(self._changed(rgb))
        gray = small_gray(rgb)
        gap_s = float(time_s) - self._times[-1] if self._times else 0.0
        self._motion.append(self._moving(gray, gap_s))
        if number % SALIENT_EVERY == 0:
            self._salient.append(profiles(salience(gray)))
        else:
            self._salient.append(self._salient[-1])
        self._before = gray
        top = rgb.max(axis=2)
        rows, columns = top.max(axis=1).astype(np.float64), top.max(axis=0).astype(np.float64)
        if self._brightest is not None:
            rows = np.maximum(rows, self._brightest[0])
            columns = np.maximum(columns, self._brightest[1])
        self._brightest = rows, columns
        self._times.append(float(time_s))

    def _changed(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """How much each place changed since the last look, small."""
        gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        before, self._full = self._full, gray
        change = cv2.absdiff(gray, before if before is not None else gray)
        size = (CHANGE_PX, max(1, round(CHANGE_PX * gray.shape[0] / gray.shape[1])))
        return np.asarray(cv2.resize(change, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _moving(self, gray: NDArray[np.uint8], gap_s: float) -> Profiles:
        before, nothing = self._before, (np.zeros(BINS), np.zeros(BINS))
        if before is None or before.shape != gray.shape or gap_s <= 0:
            return nothing
        if cv2.mean(cv2.absdiff(before, gray))[0] / 255 > CUT_DIFFERENCE:
            return nothing
        flow = self._flow.calc(before, gray, None)
        points, moves = textured_cells(before, flow)
        return own_movement(points, moves, (gray.shape[1], gray.shape[0]), gap_s)

    def looks(self) -> Looks:
        motion_x, motion_y = (np.array([row[k] for row in self._motion]) for k in (0, 1))
        salient_x, salient_y = (np.array([row[k] for row in self._salient]) for k in (0, 1))
        return Looks(
            tuple(self._times), self._seen_faces(), motion_x, motion_y, salient_x, salient_y,
            bars_in(*self._brightest) if self._brightest else (0.0, 0.0, 0.0, 0.0),
        )  # fmt: skip

    def _seen_faces(self) -> tuple[tuple[Face, ...], ...]:
        if self._faces is None:
            return ((),) * len(self._times)
        boxes = [found for _, found in self._faces.places()]
        out = []
        for number in range(len(self._times)):
            here = boxes[min(number // FACES_EVERY, len(boxes) - 1)]
            change = self._changes[number]
            out.append(tuple(Face(_rounded(box), round(mouth(change, box), 2)) for box in here))
        return tuple(out)


# --- kept in the cache


def _file(project: Project, footage: Footage, span: TimeRange) -> Path:
    text = f"{VERSION} {footage.fingerprint} {span.start} {span.end}"
    name = hashlib.sha256(text.encode()).hexdigest()[:24]
    return project.cache / "looks" / f"{name}.json"


def _rounded(box: Box) -> Box:
    return (round(box[0], 4), round(box[1], 4), round(box[2], 4), round(box[3], 4))


_PROFILES = ("motion_x", "motion_y", "salient_x", "salient_y")


def _body(looks: Looks) -> dict[str, Any]:
    return {
        "times_s": [round(t, 4) for t in looks.times_s],
        "faces": [[asdict(face) for face in here] for here in looks.faces],
        "bars": looks.bars,
        **{name: np.round(getattr(looks, name), 4).tolist() for name in _PROFILES},
    }


def _read(body: dict[str, Any]) -> Looks:
    faces = tuple(
        tuple(Face(_box(face["box"]), face["mouth"]) for face in here) for here in body["faces"]
    )
    profiles = {name: np.array(body[name], np.float64) for name in _PROFILES}
    return Looks(times_s=tuple(body["times_s"]), faces=faces, **profiles, bars=_box(body["bars"]))


def _box(values: list[float]) -> Box:
    one, two, three, four = values
    return one, two, three, four
