"""Which vectors some place holds: footage by footage, in which state, and in which rows."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The footage whose vectors were read, the state of each then, and where its rows are.

    states: of all footage, also of that without a vector; rows: of the footage that has some;
    ordinals: of each row, rising within a piece of footage.
    """

    states: Mapping[str, str]
    rows: Mapping[str, range]
    ordinals: NDArray[np.int32]

    def changed(self, states: Mapping[str, str]) -> set[str]:
        """The footage that came, went or is in another state now."""
        known = self.states
        if known == states:
            return set()
        return {each for each, _ in known.items() ^ states.items()}

    def keys(self, footage_id: str) -> list[tuple[str, int]]:
        """(footage id, ordinal) of each vector of one piece of footage."""
        span = self.rows.get(footage_id, range(0))
        return [(footage_id, int(n)) for n in self.ordinals[span.start : span.stop]]


def packed(**listings: Listing) -> bytes:
    """Listings by name as the bytes of one NumPy archive."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, one in listings.items():
        spans = [one.rows.get(each, range(0)) for each in one.states]
        arrays[f"{name}.footage"] = np.array([each.encode() for each in one.states], np.bytes_)
        arrays[f"{name}.states"] = np.array([s.encode() for s in one.states.values()], np.bytes_)
        arrays[f"{name}.spans"] = np.array([(s.start, s.stop) for s in spans], np.int64)
        arrays[f"{name}.ordinals"] = one.ordinals
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, Listing]:
    """What `packed` packed. Raises ValueError for anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            names = [each.removesuffix(".footage") for each in found if each.endswith(".footage")]
            return {name: _unpacked(found, name) for name in names}
    except (OSError, EOFError, KeyError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"a damaged listing of vectors ({error})") from error


def _unpacked(found: Mapping[str, NDArray[Any]], name: str) -> Listing:
    footage = [each.decode() for each in found[f"{name}.footage"].tolist()]
    states = [each.decode() for each in found[f"{name}.states"].tolist()]
    spans = found[f"{name}.spans"].reshape(-1, 2).tolist()
    return Listing(
        dict(zip(footage, states, strict=True)),
        {f: range(a, b) for f, (a, b) in zip(footage, spans, strict=True) if a < b},
        found[f"{name}.ordinals"],
    )
