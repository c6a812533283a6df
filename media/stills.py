"""Single frames of a file, checked after every jump, and JPEG files made of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.finish import finished
from media.pictures import is_picture
from media.probe import path_hex, raise_if_error, regular
from media.sandbox import Limits, worker
from media.standing import Standing, at_work
from media.values import Cancel, Still

LIMITS = Limits(cpu_s=1800, wall_s=900.0, quiet_s=300.0, file_size=0)
ALL_OVER = Limits(quiet_s=300.0, file_size=0)  # for stills all over a file: hours, as a pass has
EARLY_S = Fraction(4)  # up to here walking from the start is cheaper than trying jumps
QUALITY = 88
RGB = NDArray[np.uint8]

_Key = tuple[str, int, int]
_sound: dict[tuple[_Key, tuple[str, ...]], bool] = {}
_unsound: set[_Key] = set()
_lock = threading.Lock()


def still(path: Path, time_s: Fraction, *, height_px: int = 0, cancel: Cancel | None = None) -> RGB:
    """The frame that stands at `time_s`: (H, W, 3) uint8, upright; 0 keeps its own height.

    Before the picture starts that is the first frame, after its end the last. A picture file
    stands at every time. Raises MediaError.
    """
    regular(path)
    if is_picture(path):
        return _picture(path, height_px, cancel)
    return strip(path, [time_s], height_px=height_px, cancel=cancel)[0]


def strip(
    path: Path,
    times_s: Sequence[Fraction],
    *,
    height_px: int,
    cancel: Cancel | None = None,
    standing: Standing | None = None,
) -> list[RGB]:
    """The frames that stand at `times_s`, in that order. Raises MediaError.

    A `standing` worker saves the start of two, for who looks at many files.
    """
    if not times_s:
        return []
    regular(path)
    sound = max(times_s) > EARLY_S and jumps_are_sound(
        path, times_s, cancel=cancel, standing=standing
    )
    job = {
        "do": "frames",
        "path": path_hex(path),
        "times": [str(Fraction(t)) for t in times_s],
        "height_px": height_px,
        "sound": sound,
    }
    found: dict[int, RGB] = {}
    with at_work(dict(job), limits=LIMITS, cancel=cancel, standing=standing) as child:
        for message in child.messages():
            raise_if_error(message)
            found[message.note["place"]] = message.array()
        child.finish()
    return [found[place] for place in range(len(times_s))]


def stills(
    path: Path,
    seconds: Sequence[int],
    *,
    longest_px: int,
    cancel: Cancel | None = None,
    standing: Standing | None = None,
) -> Iterator[Still]:
    """The stills of `seconds`, ascending, as a whole pass gives them, for a part of its cost.

    Those of seconds that do not decode are left out. Raises MediaError, Cancelled.
    """
    regular(path)
    job = {"do": "stills", "path": path_hex(path), "seconds": list(seconds), "still_px": longest_px}
    with at_work(dict(job), limits=ALL_OVER, cancel=cancel, standing=standing) as child:
        for message in child.messages():
            raise_if_error(message)
            yield Still(message.seconds("t"), message.note["second"], message.array())
        child.finish()


def _picture(path: Path, height_px: int, cancel: Cancel | None) -> RGB:
    job: dict[str, object] = {"do": "picture", "path": path_hex(path), "height_px": height_px}
    with worker(job, limits=LIMITS, cancel=cancel) as child:
        found: RGB | None = None
        for message in child.messages():
            raise_if_error(message)
            found = message.array()
        child.finish()
        if found is None:
            raise child.failure(f"gave no picture of {path.name!r}")
        return found


def jumps_are_sound(
    path: Path,
    at: Sequence[Fraction],
    *,
    cancel: Cancel | None = None,
    standing: Standing | None = None,
) -> bool:
    """Whether frames after jumps to `at` can be trusted; a "no" holds for the whole file."""
    facts = path.stat()
    key = (path_hex(path), facts.st_size, facts.st_mtime_ns)
    places = tuple(sorted({str(Fraction(time_s)) for time_s in at}))
    with _lock:
        known = False if key in _unsound else _sound.get((key, places))
    if known is not None:
        return known
    job = {"do": "jumps", "path": path_hex(path), "at": list(places)}
    answer = False
    with at_work(dict(job), limits=LIMITS, cancel=cancel, standing=standing) as child:
        for message in child.messages():
            raise_if_error(message)
            answer = bool(message.note["sound"])
        child.finish()
    with _lock:
        _sound[(key, places)] = answer
        if not answer:
            _unsound.add(key)
    return answer


def save_jpeg(rgb: RGB, out: Path) -> None:
    """Write (H, W, 3) uint8 `rgb` as a JPEG without any metadata."""
    from PIL import Image

    with finished(out) as temporary:
        Image.fromarray(np.ascontiguousarray(rgb)).save(
            temporary, "JPEG", quality=QUALITY, optimize=True
        )
