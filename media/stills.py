"""Single frames of a file, checked after every jump, and JPEG files made of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.finish import finished
from media.probe import path_hex, raise_if_error, regular
from media.sandbox import Limits, worker
from media.values import Cancel

LIMITS = Limits(cpu_s=1800, wall_s=900.0, quiet_s=300.0, file_size=0)
EARLY_S = Fraction(4)  # up to here walking from the start is cheaper than trying jumps
QUALITY = 88
RGB = NDArray[np.uint8]

_sound: dict[tuple[str, int, int], bool] = {}
_lock = threading.Lock()


def still(
    path: Path, time_s: Fraction, *, height_px: int = 0, cancel: Cancel | None = None
) -> RGB:
    """The frame that stands at `time_s`: (H, W, 3) uint8, upright; 0 keeps its own height.

    Before the picture starts that is the first frame, after its end the last. Raises MediaError.
    """
    return strip(path, [time_s], height_px=height_px, cancel=cancel)[0]


def strip(
    path: Path, times_s: Sequence[Fraction], *, height_px: int, cancel: Cancel | None = None
) -> list[RGB]:
    """The frames that stand at `times_s`, in that order. Raises MediaError."""
    if not times_s:
        return []
    regular(path)
    sound = max(times_s) > EARLY_S and jumps_are_sound(path, cancel=cancel)
    job = {
        "do": "frames",
        "path": path_hex(path),
        "times": [str(Fraction(t)) for t in times_s],
        "height_px": height_px,
        "sound": sound,
    }
    found: dict[int, RGB] = {}
    with worker(dict(job), limits=LIMITS, cancel=cancel) as child:
        for message in child.messages():
            raise_if_error(message)
            found[message.note["place"]] = message.array()
        child.finish()
    return [found[place] for place in range(len(times_s))]


def jumps_are_sound(path: Path, *, cancel: Cancel | None = None) -> bool:
    """Whether frames after a jump can be trusted in this file; tried once for each content."""
    facts = path.stat()
    key = (path_hex(path), facts.st_size, facts.st_mtime_ns)
    with _lock:
        known = _sound.get(key)
    if known is not None:
        return known
    with worker({"do": "jumps", "path": path_hex(path)}, limits=LIMITS, cancel=cancel) as child:
        answer = False
        for message in child.messages():
            raise_if_error(message)
            answer = bool(message.note["sound"])
        child.finish()
    with _lock:
        _sound[key] = answer
    return answer


def save_jpeg(rgb: RGB, out: Path) -> None:
    """Write (H, W, 3) uint8 `rgb` as a JPEG without any metadata."""
    from PIL import Image

    with finished(out) as temporary:
        Image.fromarray(np.ascontiguousarray(rgb)).save(
            temporary, "JPEG", quality=QUALITY, optimize=True
        )
