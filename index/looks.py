"""Which filters each moment passes, one byte a moment, so that a large library can be filtered."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.predicates import UNKNOWN
from index.values import Filters
from index.vectors import Matrix, Rows
from project import footage as store
from project.footage import Moment, Senses, Speech
from project.store import Project

DARK, BRIGHT, STILL, MOVING, SPEECH, FACES = (1 << n for n in range(6))
AT_ONCE = 200  # pieces of footage written together
Bytes = NDArray[np.uint8]

_aligned: weakref.WeakKeyDictionary[Project, tuple[Matrix, Bytes]] = weakref.WeakKeyDictionary()
_worked_out: weakref.WeakKeyDictionary[Project, dict[str, tuple[str, bytes]]] = (
    weakref.WeakKeyDictionary()
)


def of_senses(senses: Senses) -> int:
    """What one moment passes by its senses; unknown ones pass nothing."""
    if senses == UNKNOWN:
        return 0
    bits = DARK * (senses.light < 0.25) | BRIGHT * (senses.light > 0.5)
    bits |= STILL if senses.motion < 0.03 else MOVING
    return bits | SPEECH * (senses.speech > 0.3) | FACES * (senses.faces > 0)


def of_moments(moments: Sequence[Moment], speech: Sequence[Speech]) -> bytes:
    """A byte for each ordinal up to the last."""
    out = bytearray(max((m.ordinal for m in moments), default=-1) + 1)
    for moment in moments:
        bits = of_senses(moment.senses)
        if any(line.range.overlap(moment.range) > 0 for line in speech):
            bits |= SPEECH
        out[moment.ordinal] = bits
    return bytes(out)


def settle(project: Project) -> None:
    """The bytes of footage that has none worked out written to the store."""
    ids = [r["id"] for r in project.rows("SELECT id FROM footage WHERE looks IS NULL")]
    for at in range(0, len(ids), AT_ONCE):
        found = [(_of(project, each), each) for each in ids[at : at + AT_ONCE]]
        with project.transaction() as db:
            db.executemany("UPDATE footage SET looks = ? WHERE id = ? AND looks IS NULL", found)


def _of(project: Project, footage_id: str) -> bytes:
    return of_moments(store.moments(project, footage_id), store.speech(project, footage_id))


def asked(filters: Filters) -> bool:
    """Whether anything is asked of moments."""
    wanted = (filters.light, filters.motion, filters.has_speech, filters.has_faces)
    return any(each is not None for each in wanted)


def passing(project: Project, held: Matrix, filters: Filters, rows: Rows) -> Rows:
    """Those of `rows`, all of moments, that are what the filters ask of moments."""
    looks = _all(project, held)[rows]
    wanted, unwanted = 0, 0
    if filters.light is not None:
        wanted |= DARK if filters.light == "dark" else BRIGHT
    if filters.motion is not None:
        wanted |= STILL if filters.motion == "still" else MOVING
    for want, bit in ((filters.has_speech, SPEECH), (filters.has_faces, FACES)):
        wanted |= bit if want else 0
        unwanted |= bit if want is False else 0
    found: Rows = rows[(looks & (wanted | unwanted)) == wanted]
    return found


def _all(project: Project, held: Matrix) -> Bytes:
    """The byte of each row of a matrix of moments."""
    known = _aligned.get(project)
    if known is not None and known[0] is held:
        return known[1]
    out = np.zeros(len(held.listing.ordinals), np.uint8)
    stored = {
        r["id"]: r["looks"]
        for r in project.rows("SELECT id, looks FROM footage WHERE looks IS NOT NULL")
    }
    for footage_id, span in held.rows.items():
        own = stored.get(footage_id)
        if own is None:
            own = _remembered(project, footage_id, held.listing.states[footage_id])
        ordinals = held.listing.ordinals[span.start : span.stop]
        if ordinals[-1] < len(own):
            out[span.start : span.stop] = np.frombuffer(own, np.uint8)[ordinals]
    _aligned[project] = (held, out)
    return out


def _remembered(project: Project, footage_id: str, state: str) -> bytes:
    """The bytes of footage that the store has none of, worked out once for each of its states."""
    known = _worked_out.setdefault(project, {})
    if footage_id not in known or known[footage_id][0] != state:
        known[footage_id] = (state, _of(project, footage_id))
    return known[footage_id][1]
