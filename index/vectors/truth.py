"""The truth about vectors: rows of the store, and what tells that some of them changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from project.footage import Level
from project.store import Project

LEVELS: tuple[Level, ...] = get_args(Level)
GENERATION = "vectors"  # the meta key that counts changes
PICTURE = "picture:"  # how the name of a model of pictures begins; all others are of texts
AT_ONCE = 200  # pieces of footage whose vectors are read together
# the levels are named because the index begins with them; without, every vector is looked at
_OF_FOOTAGE = f"level IN ({', '.join(map(repr, LEVELS))}) AND footage_id = ?"


@dataclass(frozen=True, slots=True)
class Stored:
    """One vector to keep, and the hash of the text it stands for."""

    level: Level
    ordinal: int
    text_hash: str
    vector: NDArray[np.float32]


def generation(project: Project) -> str:
    """Changes whenever a vector does; what was computed under another one is stale."""
    found = project.row("SELECT value FROM meta WHERE key = ?", GENERATION)
    return found["value"] if found else "0"


def states(project: Project) -> dict[str, str]:
    """Of each piece of footage a text that changes with anything search knows of it."""
    return {r["id"]: r["indexed"] for r in project.rows("SELECT id, indexed FROM footage")}


def hashes(project: Project, footage_id: str, model: str) -> dict[tuple[Level, int], str]:
    """The hash of the text behind each vector of one piece of footage."""
    rows = project.rows(
        f"SELECT level, ordinal, text_hash FROM vector WHERE {_OF_FOOTAGE} AND model = ?",
        footage_id, model,
    )  # fmt: skip
    return {(r["level"], r["ordinal"]): r["text_hash"] for r in rows}


def replace(
    project: Project,
    footage_id: str,
    model: str,
    *,
    keep: set[tuple[Level, int]],
    new: Sequence[Stored],
) -> None:
    """Vectors of one piece of footage: those in `keep` stay, `new` are written, others go.

    Another model's go too, where it is of the same kind: texts and pictures leave each other be.
    """
    gone = set(hashes(project, footage_id, model)) - keep
    with project.transaction() as db:
        db.execute(
            f"DELETE FROM vector WHERE {_OF_FOOTAGE} AND model != ? AND (model GLOB ?) = ?",
            (footage_id, model, f"{PICTURE}*", model.startswith(PICTURE)),
        )
        db.executemany(
            "DELETE FROM vector WHERE level = ? AND footage_id = ? AND ordinal = ? AND model = ?",
            [(level, footage_id, ordinal, model) for level, ordinal in gone],
        )
        db.executemany(
            "INSERT INTO vector (level, footage_id, ordinal, model, text_hash, vector)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (level, footage_id, ordinal, model) DO UPDATE SET"
            " text_hash = excluded.text_hash, vector = excluded.vector",
            [
                (s.level, footage_id, s.ordinal, model, s.text_hash,
                 s.vector.astype("<f4").tobytes())
                for s in new
            ],
        )  # fmt: skip
        touch(project, footage_id)


def touch(project: Project, footage_id: str = "") -> None:
    """Say that what is searched changed, inside the caller's transaction; and of which footage."""
    now = uuid.uuid4().hex
    with project.transaction() as db:
        db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (GENERATION, now),
        )
        if footage_id:
            db.execute(
                "UPDATE footage SET indexed = ?, looks = NULL WHERE id = ?", (now, footage_id)
            )


def count(project: Project, level: Level, model: str) -> int:
    """How many vectors there are."""
    row = project.row(
        "SELECT count(*) AS n FROM vector WHERE level = ? AND model = ?", level, model
    )
    return int(row["n"]) if row else 0


def read(
    project: Project, level: Level, model: str, footage_ids: Sequence[str]
) -> Iterator[tuple[str, NDArray[np.int32], NDArray[np.float32]]]:
    """Each of this footage that has any: its ordinals, and its vectors (n, width) in their order.

    A few hundred pieces of footage are read at a time, so that a million vectors fit.
    """
    for at in range(0, len(footage_ids), AT_ONCE):
        some = footage_ids[at : at + AT_ONCE]
        rows = project.rows(
            f"SELECT footage_id, ordinal, vector FROM vector WHERE level = ? AND model = ?"
            f" AND footage_id IN ({', '.join('?' * len(some))}) ORDER BY footage_id, ordinal",
            level, model, *some,
        )  # fmt: skip
        for footage_id, own in groupby(rows, lambda row: str(row["footage_id"])):
            ordinals, blobs = zip(*((r["ordinal"], r["vector"]) for r in own), strict=True)
            flat = np.frombuffer(b"".join(blobs), "<f4").astype(np.float32)
            yield footage_id, np.array(ordinals, np.int32), flat.reshape(len(ordinals), -1)
