"""Samples of a span of a file, and peaks of a whole file for drawing its waveform."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.errors import MediaError
from media.probe import path_hex, raise_if_error, regular
from media.sandbox import Limits, worker
from media.values import Cancel

LIMITS = Limits(cpu_s=1800, wall_s=1800.0, quiet_s=60.0, file_size=0)
MOST_SAMPLES = 1 << 29


def samples(
    path: Path,
    start_s: Fraction,
    end_s: Fraction,
    *,
    rate_hz: int = 16_000,
    cancel: Cancel | None = None,
) -> NDArray[np.float32]:
    """(N,) float32 mono, -1 to 1, N = the rounded length; silence where the file has none.

    Raises MediaError when the file holds no sound at all.
    """
    regular(path)
    count = round((Fraction(end_s) - Fraction(start_s)) * rate_hz)
    if count <= 0:
        return np.zeros(0, np.float32)
    if count > MOST_SAMPLES:
        raise MediaError(f"{float(end_s - start_s):.0f} s of sound at once is too much to hold")
    out = np.zeros(count, np.float32)
    job = {
        "do": "samples", "path": path_hex(path), "start": str(Fraction(start_s)),
        "end": str(Fraction(end_s)), "rate_hz": rate_hz,
    }  # fmt: skip
    with worker(dict(job), limits=LIMITS, cancel=cancel) as child:
        for message in child.messages():
            raise_if_error(message)
            at = round((message.seconds("t") - Fraction(start_s)) * rate_hz)
            block = message.array()[max(0, -at) :]
            at = max(0, at)
            out[at : at + len(block)] = block[: max(0, count - at)]
        child.finish()
    return out


def peaks(path: Path, *, per_second: int = 50, cancel: Cancel | None = None) -> NDArray[np.float32]:
    """(N,) float32, 0 to 1: the loudest sample of each 1/`per_second` s. Empty without sound."""
    regular(path)
    job = {"do": "peaks", "path": path_hex(path), "per_second": per_second}
    with worker(dict(job), limits=LIMITS, cancel=cancel) as child:
        for message in child.messages():
            raise_if_error(message)
            found: NDArray[np.float32] = message.array()
            return found.copy()
        child.finish()
        raise child.failure(f"gave no peaks of {path.name!r}")
