"""Faces through a shot: which of them a frame holds, and where they are at each look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.reframing.measuring import Floats
from tools.reframing.opening import FITS, Kind, Opening, Subject, filled
from tools.reframing.watching import Face, Looks

SAME_FACE = 0.8  # of a face's width, how far it may go between two looks
FACE_GAP_S, FACE_LEAST_S = 1.2, 0.8  # unseen for so long it is another; less seen, it is none
FACES_SEEN = 0.35  # share of the looks with a face, from which faces are followed
TOGETHER = 0.8  # share of the looks in which two faces must fit to be held together
HEAD = 0.35  # of a face's width: hair and ears beyond its box
EYES = 0.08  # of the frame: how far above the middle a face stands where the frame moves upright
TALKS = 1.5  # how much more a mouth moves than the next one's, to be the one that speaks


@dataclass(frozen=True, slots=True)
class _Track:
    """One face through a shot: low and high end along the axis at each look, nan where unseen."""

    low: Floats
    high: Floats
    height: float  # mean, over the picture's height
    mouth: float

    @property
    def seen(self) -> Floats:
        return ~np.isnan(self.low)


def followed_faces(looks: Looks, opening: Opening) -> Subject | None:
    """The face, or the faces that fit into one frame; None where too few looks show any."""
    tracks = _tracks(looks, opening)
    if not tracks:
        return None
    seen = np.any([t.seen for t in tracks], axis=0)
    if float(seen.mean()) < FACES_SEEN:
        return None
    tracks.sort(key=lambda t: -t.height * float(t.seen.mean()))
    first, notes = tracks[0], list[str]()
    group = [first]
    kind: Kind = "face"
    for other in tracks[1:]:
        if _fits([*group, other], opening):
            group.append(other)
    if len(group) > 1:
        kind = "faces"
    elif len(tracks) > 1:
        rival = tracks[1]
        loudest = max((first, rival), key=lambda t: t.mouth)
        if loudest.mouth > TALKS * max(0.2, min(first.mouth, rival.mouth)):
            group, kind = [loudest], "speaker"
            notes.append("two faces are too far apart for this frame; it holds the one that speaks")
        else:
            notes.append("two faces are too far apart for this frame; it holds the larger one")
    low, high = _ends(group)
    width = float(np.nanmedian(high - low))
    if width > FITS * opening.share:
        notes.append("what is followed is wider than the frame; its middle is held")
    places = filled((low + high) / 2)
    if opening.axis == 1:
        places = places + EYES * opening.share
    held = float((~np.isnan(low)).mean())
    return Subject(kind, tuple(places), min(width, opening.share) / 2, held, tuple(notes))


def _fits(group: Sequence[_Track], opening: Opening) -> bool:
    """Whether the faces of a group are in one frame most of the time that they share."""
    both = np.all([t.seen for t in group], axis=0)
    if not both.any() or both.mean() < 0.25 * max(t.seen.mean() for t in group):
        return False
    low, high = _ends(group)
    return float((high - low < FITS * opening.share)[both].mean()) >= TOGETHER


def _ends(group: Sequence[_Track]) -> tuple[Floats, Floats]:
    """The low and the high end of a group at each look; nan where none of it is seen."""
    lows, highs = np.array([t.low for t in group]), np.array([t.high for t in group])
    gone = np.isnan(lows)
    low = np.where(gone, np.inf, lows).min(axis=0)
    high = np.where(gone, -np.inf, highs).max(axis=0)
    nobody = gone.all(axis=0)
    return np.where(nobody, np.nan, low), np.where(nobody, np.nan, high)


def _tracks(looks: Looks, opening: Opening) -> list[_Track]:
    """The faces that are seen for long enough, each through the whole shot."""
    runs: list[list[tuple[int, Face]]] = []
    for number, here in enumerate(looks.faces):
        left = list(here)
        for run in runs:
            last, before = run[-1]
            if looks.times_s[number] - looks.times_s[last] > FACE_GAP_S:
                continue
            near = [face for face in left if _same(before, face)]
            if near:
                nearest = min(near, key=lambda face: _away(before, face))
                run.append((number, nearest))
                left.remove(nearest)
        runs += [[(number, face)] for face in left]
    whole_s = looks.times_s[-1] - looks.times_s[0]
    least_s = min(FACE_LEAST_S, whole_s * 0.6)
    return [
        _track(run, len(looks.times_s), opening)
        for run in runs
        if looks.times_s[run[-1][0]] - looks.times_s[run[0][0]] >= least_s
    ]


def _track(run: Sequence[tuple[int, Face]], count: int, opening: Opening) -> _Track:
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    for number, face in run:
        start, size = face.box[opening.axis], face.box[opening.axis + 2]
        margin = HEAD * size if opening.axis == 0 else 0.5 * size
        low[number], high[number] = start - margin, start + size + margin
    height = float(np.mean([face.box[3] for _, face in run]))
    return _Track(low, high, height, float(np.mean([face.mouth for _, face in run])))


def _same(one: Face, other: Face) -> bool:
    alike = 0.6 < one.box[2] / max(other.box[2], 1e-6) < 1.7
    return alike and _away(one, other) < SAME_FACE * max(one.box[2], other.box[2])


def _away(one: Face, other: Face) -> float:
    x = one.box[0] + one.box[2] / 2 - other.box[0] - other.box[2] / 2
    y = one.box[1] + one.box[3] / 2 - other.box[1] - other.box[3] / 2
    return float(np.hypot(x, y))
