"""What a frame should follow in one shot: faces, else what moves, else where most is going on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tools.reframing.measuring import BINS, Floats
from tools.reframing.opening import FITS, Follow, Kind, Opening, Subject, filled
from tools.reframing.people import followed_faces
from tools.reframing.watching import Looks

ACTIVE, MOVING = 0.3, 0.15  # energy of a look that moves; share of such looks to follow them
STEADY = 0.02  # cost of moving the window by one bin, over a look's energy
NEARER = 0.35  # how much of the movement outside a window's even share must be inside it
STANDS_OUT = 1.3  # over the middle, to leave the middle for it
EDGE = 0.6  # what a place at the edge counts beside one in the middle, where nothing is sure


def subject_of(looks: Looks, opening: Opening, follow: Follow) -> Subject:
    """What to follow in one shot: what is asked for, else the next best, which is then said."""
    faces = followed_faces(looks, opening) if follow in ("auto", "face") else None
    if faces is not None:
        return faces
    moving = _movement(looks, opening)
    found = moving or _busiest(looks, opening) or centred(looks, opening)
    missing = {
        "face": "no face is found in it",
        "motion": "" if moving else "nothing in it moves by itself for long",
    }.get(follow, "")
    return replace(found, notes=(*found.notes, missing)) if missing else found


def centred(looks: Looks, opening: Opening) -> Subject:
    """The middle of what shows a picture."""
    return Subject("centre", (sum(opening.room) / 2,) * len(looks.times_s))


def _movement(looks: Looks, opening: Opening) -> Subject | None:
    """The movement that a window of the frame's size can hold most of, followed without jumps."""
    energy = _blurred(_inside((looks.motion_x, looks.motion_y)[opening.axis], opening))
    total = energy.sum(axis=1)
    active = total >= ACTIVE
    if len(total) < 4 or float(active.mean()) < MOVING:
        return None
    windows, _ = _windows(opening)
    held = energy @ windows.T  # (looks, places)
    path = _steadiest(held / np.maximum(total[:, None], ACTIVE))
    kept = held[np.arange(len(path)), path]
    share = float(kept[active].sum() / total[active].sum())
    even = opening.share / (opening.room[1] - opening.room[0])
    if share < even + NEARER * (1 - even):
        return None  # it moves everywhere: water, leaves, a crowd
    edges = (np.arange(BINS) + 0.5) / BINS
    inside = energy * (windows[path] > 0)
    weight = inside.sum(axis=1)
    mean = (inside * edges).sum(axis=1) / np.maximum(weight, 1e-9)
    spread = np.sqrt((inside * (edges - mean[:, None]) ** 2).sum(axis=1) / np.maximum(weight, 1e-9))
    sure = active & (weight > 0)
    half = float(np.median(spread[sure])) * 1.7
    notes: tuple[str, ...] = ()
    if 2 * half > FITS * opening.share:
        half = opening.share / 2
        notes = ("what moves is wider than the frame; its middle is held",)
    places = filled(np.where(sure, mean, np.nan))
    return Subject("movement", tuple(places), half, float(sure.mean()), notes)


def _inside(profile: Floats, opening: Opening) -> Floats:
    """A profile without what lies in the bars."""
    edges = (np.arange(BINS) + 0.5) / BINS
    low, high = opening.room
    return np.where((edges >= low) & (edges <= high), profile, 0.0)


def _blurred(energy: Floats) -> Floats:
    """Energy over looks, softened by two on either side: one look misses what stands a moment."""
    weights = np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    weights /= weights.sum()
    wide = np.pad(energy, ((2, 2), (0, 0)), mode="edge")
    return np.asarray(sum(w * wide[n : n + len(energy)] for n, w in enumerate(weights)))


def _windows(opening: Opening) -> tuple[Floats, Floats]:
    """(places, BINS) weights of the bins in a window at each place, less at its edges; middles."""
    low, high = opening.middles
    count = max(1, round((high - low) * BINS) + 1)
    middles = np.linspace(low, high, count)
    edges = (np.arange(BINS) + 0.5) / BINS
    away = np.abs(edges[None, :] - middles[:, None]) / (opening.share / 2)
    return np.clip(1.6 * (1 - away), 0, 1), middles


def _steadiest(gain: Floats) -> list[int]:
    """The place at each look: most gain altogether, less for every bin it moves (Viterbi)."""
    looks, count = gain.shape
    places = np.arange(count)
    cost = STEADY * np.abs(places[:, None] - places[None, :])
    best, back = gain[0], np.zeros((looks, count), np.intp)
    for number in range(1, looks):
        options = best[None, :] - cost
        back[number] = options.argmax(axis=1)
        best = options.max(axis=1) + gain[number]
    path = [int(best.argmax())]
    for number in range(looks - 1, 0, -1):
        path.append(int(back[number, path[-1]]))
    return path[::-1]


def _busiest(looks: Looks, opening: Opening) -> Subject | None:
    """The one place where most moves, or else where most stands out, for the whole shot.

    Nobody chases a crowd, waves or what only stands out.
    """
    moving = _inside((looks.motion_x, looks.motion_y)[opening.axis], opening)
    if float((moving.sum(axis=1) >= ACTIVE).mean()) >= MOVING:
        return _one_place("activity", moving.mean(axis=0), looks, opening)
    salient = _inside((looks.salient_x, looks.salient_y)[opening.axis], opening)
    return _one_place("salience", salient.mean(axis=0), looks, opening)


def _one_place(kind: Kind, profile: Floats, looks: Looks, opening: Opening) -> Subject | None:
    windows, middles = _windows(opening)
    away = np.linspace(-1, 1, len(middles)) if len(middles) > 1 else np.zeros(1)
    held = (windows @ profile) * (1 - (1 - EDGE) * away**2)
    best, middle = int(held.argmax()), len(middles) // 2
    if held[best] < STANDS_OUT * held[middle]:
        return None
    return Subject(kind, (float(middles[best]),) * len(looks.times_s))


def joined(parts: Sequence[Subject]) -> Subject:
    """The subjects of a clip's shots as one, for words about the clip: that of most of it."""
    most = max(parts, key=lambda part: len(part.places))
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return replace(most, notes=notes)
