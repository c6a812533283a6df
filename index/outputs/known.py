"""All the index knows of one piece of footage, read once; and footage found by its name."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from project import footage as store
from project import understood
from project.errors import CreatorError
from project.footage import Footage, Moment, Shot, Speech
from project.store import Project

Floats = NDArray[np.float64]
SHOWN = 5  # names told in an error


@dataclass(frozen=True, slots=True)
class Known:
    """One piece of footage and what hangs on it, in order of time.

    vectors: (len(moments), width) float64, rows of length 1 (0 where a moment has no words), or
    None where none are stored; language: of the words heard, "" where it is not known.
    """

    footage: Footage
    moments: tuple[Moment, ...] = ()
    shots: tuple[Shot, ...] = ()
    speech: tuple[Speech, ...] = ()
    vectors: Floats | None = None
    language: str = ""


def know(project: Project, footage: Footage, *, meaning: bool = True) -> Known:
    """What the store holds of `footage`, vectors where `meaning` is wanted; nothing is decoded."""
    moments = tuple(store.moments(project, footage.id))
    lines = [line for line in store.speech(project, footage.id) if line.text.strip()]
    heard = understood.transcript(project, footage.fingerprint)
    return Known(
        footage,
        moments,
        tuple(store.shots(project, footage.id)),
        tuple(sorted(lines, key=lambda line: (line.range.start, line.range.end))),
        _vectors(project, footage.id, moments) if meaning else None,
        heard.language if heard else "",
    )


def _vectors(project: Project, footage_id: str, moments: Sequence[Moment]) -> Floats | None:
    """The moments' vectors of the model that most of them have."""
    rows = project.rows(
        "SELECT ordinal, model, vector FROM vector WHERE level = 'moment' AND footage_id = ?",
        footage_id,
    )
    if not rows:
        return None
    model = Counter(row["model"] for row in rows).most_common(1)[0][0]
    held = {
        row["ordinal"]: np.frombuffer(row["vector"], "<f4") for row in rows if row["model"] == model
    }
    nothing = np.zeros_like(next(iter(held.values())))
    return np.array([held.get(m.ordinal, nothing) for m in moments], np.float64)


def find_footage(project: Project, called: str) -> Footage:
    """The usable footage with this id or file name, or a start of one that only it has.

    Raises CreatorError where nothing, or more than one, is called so, or it was rejected.
    """
    everything = store.all_footage(project)
    if not everything:
        raise CreatorError("this project has no footage yet; bring some with: roughcut ingest DIR")
    found = _called(everything, called)
    if not found:
        raise CreatorError(_unknown(everything, called))
    if len(found) > 1:
        some = ", ".join(f"{f.id} ({f.path})" for f in found[:SHOWN])
        raise CreatorError(
            f"{len(found)} pieces of footage are called {called!r}; name one by its id: {some}"
        )
    if found[0].status == "rejected":
        raise CreatorError(
            f"{found[0].name} could not be used ({found[0].reason or 'no reason is kept'}); nothing"
            " is known of it. Mend or replace the file and ingest it again, or name another"
        )
    return found[0]


def _called(everything: Sequence[Footage], called: str) -> list[Footage]:
    """Footage by id, then name, then name without ending, then a start of any of them."""
    wanted = called.strip()
    lower = wanted.casefold()
    tests: tuple[Callable[[Footage], bool], ...] = (
        lambda f: f.id == wanted or str(f.path) == wanted,
        lambda f: f.name == wanted,
        lambda f: f.name.casefold() == lower,
        lambda f: PurePath(f.name).stem.casefold() == lower,
        lambda f: f.id.casefold().startswith(lower) or f.name.casefold().startswith(lower),
    )
    if not wanted:
        return []
    return next((hits for test in tests if (hits := [f for f in everything if test(f)])), [])


def _unknown(everything: Sequence[Footage], called: str) -> str:
    names = [f.name for f in everything if f.status != "rejected"]
    near = difflib.get_close_matches(called, names, n=SHOWN, cutoff=0.5)
    if near:
        return f"there is no footage called {called!r}; did you mean {', '.join(near)}?"
    some = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" * (len(names) > SHOWN))
    return f"there is no footage called {called!r}; this project has {some or 'none to use'}"
