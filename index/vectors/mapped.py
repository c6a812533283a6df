"""Large levels mapped from a file beside the store, so that no process has to hold or read them.

The file is a cache like Chroma: written whole by the process that may write, found by all, and
believed only for footage that is still in the state it was read in.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
import uuid
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.vectors import levels, truth
from index.vectors.levels import GATHERED, Matrix, Rows
from index.vectors.listing import Listing, packed, unpacked
from project.footage import Level
from project.store import Project

MAPPED_FROM = 20_000  # vectors of one level; below, they are read from the store in no time
LOOSE = 0.1  # share of rows outside the file, or in it for nothing, above which it is written anew
SAMPLED = 50  # rows compared with the store when a file is opened
_MAGIC = b"roughvec"
_END = struct.Struct("<8sQQQ")  # magic, rows, width, bytes of the listing before it

log = logging.getLogger(__name__)


def place(project: Project, level: Level, model: str) -> Path:
    """Where the file of one level is, or would be."""
    called = hashlib.sha256(model.encode()).hexdigest()[:12]
    return project.folder / "vectors" / f"{called}-{level}.rows"


def find(project: Project, level: Level, model: str) -> Matrix | None:
    """What the file of one level holds, in whatever state; None without a file that is whole."""
    path = place(project, level, model)
    if not path.is_file():
        return None
    try:
        found = _opened(path)
        if _agrees(project, level, model, found):
            return found
        error = "its vectors are not those of the store"
    except (OSError, ValueError) as problem:
        error = str(problem)
    log.warning("%s cannot be used (%s); the store is read instead", path, error)
    return None


def settle(project: Project, model: str) -> None:
    """The files of all large levels written where there is none, or one that is far behind."""
    for level in truth.LEVELS:
        held = levels.matrix(project, level, model)
        path = place(project, level, model)
        if len(held) < MAPPED_FROM:
            path.unlink(missing_ok=True)
            continue
        left = len(held.first) + len(held.later) - len(held)
        loose = len(held.later) + left
        if isinstance(held.first.base, np.memmap) and loose <= LOOSE * len(held):
            continue
        try:
            _write(project.vectors / path.name, held)
            levels.swap(project, level, model, held, _opened(path))
        except OSError as error:  # searches go on in memory
            log.warning("%s could not be written (%s); vectors stay in memory", path, error)


def _opened(path: Path) -> Matrix:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END.size))
        end = file.read()
        if len(end) != _END.size:
            raise ValueError("it is cut short")
        magic, count, width, listed = _END.unpack(end)
        if magic != _MAGIC or size != count * width * 4 + listed + _END.size:
            raise ValueError("it is cut short or damaged")
        file.seek(count * width * 4)
        listing = unpacked(file.read(listed))["rows"]
    if len(listing.ordinals) != count:
        raise ValueError("its listing does not fit its rows")
    mapped: NDArray[np.float32] = np.memmap(path, "<f4", "r", shape=(count, width))
    block = mapped.view(np.ndarray)
    return Matrix(listing, block, block[:0])


def _agrees(project: Project, level: Level, model: str, found: Matrix) -> bool:
    """Whether rows spread over the file are what the store holds of footage as it is now."""
    now, known = truth.states(project), found.listing.states
    for row in found.alive[:: max(1, len(found) // SAMPLED)]:
        footage_id, ordinal = found.key(row)
        if known[footage_id] != now.get(footage_id):
            continue
        held = project.row(
            "SELECT vector FROM vector WHERE level = ? AND footage_id = ? AND ordinal = ?"
            " AND model = ?",
            level, footage_id, ordinal, model,
        )  # fmt: skip
        if held is None or held["vector"] != found.first[row].tobytes():
            return False
    return True


def _write(path: Path, held: Matrix) -> None:
    """`held` as a file, in place of what was there at once or not at all."""
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    rows: dict[str, range] = {}
    at = 0
    order: list[Rows] = []
    for footage_id in sorted(held.rows):
        span = held.rows[footage_id]
        order.append(np.arange(span.start, span.stop))
        rows[footage_id] = range(at, at + len(span))
        at += len(span)
    flat = np.concatenate(order)
    listing = packed(rows=Listing(held.listing.states, rows, held.listing.ordinals[flat]))
    try:
        with part.open("wb") as file:
            for some in np.split(flat, range(GATHERED, len(flat), GATHERED)):
                file.write(_picked(held, some).astype("<f4", copy=False).tobytes())
            file.write(listing)
            file.write(_END.pack(_MAGIC, len(flat), held.first.shape[1], len(listing)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _picked(held: Matrix, rows: Rows) -> NDArray[np.float32]:
    """These rows in the order given."""
    order = np.argsort(rows, kind="stable")
    out = np.empty((len(rows), held.first.shape[1]), np.float32)
    out[order] = held.take(rows[order])
    return out
