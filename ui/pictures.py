"""Stills, film strips and sound peaks for the page, made once each and kept in the cache."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media import sound, stills
from media.values import Cancel
from project import footage
from project.errors import CreatorError
from project.store import Project
from ui import views

HEIGHTS_PX = (90, 180, 360, 720)
PEAKS_PER_SECOND = 25


class NewestFirst:
    """At most `count` inside at once; who asked last goes in first, as what is looked at now."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: list[object] = []
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        mine = object()
        with self._changed:
            self._waiting.append(mine)
            self._changed.wait_for(lambda: self._free and self._waiting[-1] is mine)
            self._waiting.pop()
            self._free -= 1
            self._changed.notify_all()  # the one before may go in as well

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._free += 1
            self._changed.notify_all()


class Pictures:
    """Makes each picture once; two asking for the same one wait for one making."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._locks: dict[Path, threading.Lock] = {}
        self._mutex = threading.Lock()
        self._hands = threading.BoundedSemaphore(2)  # decoding whole files at once
        self._glances = NewestFirst(2)  # single frames wait for no whole file
        self._closed = threading.Event()

    def close(self) -> None:
        """Nothing more is made; what is being made is left within a moment."""
        self._closed.set()

    def still(self, footage_id: str, at_ms: int, height_px: int) -> Path:
        """A JPEG of the frame at `at_ms`, at one of the kept heights. Raises CreatorError."""
        item = self._usable(footage_id)
        height = min(HEIGHTS_PX, key=lambda kept: abs(kept - height_px))
        at_s = Fraction(max(0, at_ms), 1000)
        last = item.picture_range.end - Fraction(1, 5)
        at_s = max(item.picture_range.start, min(at_s, last))
        out = self._folder(item) / f"still-{int(at_s * 1000)}-{height}.jpg"
        return self._once(
            out,
            lambda: stills.save_jpeg(stills.still(item.path, at_s, height_px=height), out),
            self._glances,
        )

    def strip(self, footage_id: str) -> Path:
        """A JPEG of all tiles of the film strip, laid out as `views.tiles` says."""
        item = self._usable(footage_id)
        out = self._strip(item)
        return self._once(
            out, lambda: stills.save_jpeg(_sheet(item, self._closed.is_set), out), self._hands
        )

    def has_strip(self, footage_id: str) -> bool:
        """Whether the film strip is made already. Raises CreatorError."""
        return self._strip(self._usable(footage_id)).is_file()

    def _strip(self, item: footage.Footage) -> Path:
        return self._folder(item) / "strip.jpg"

    def peaks(self, footage_id: str) -> Path:
        """JSON: sound peaks, 0 to 255, `PEAKS_PER_SECOND` of them each second."""
        item = footage.find(self.project, footage_id)
        out = self._folder(item) / "peaks.json"

        def make() -> None:
            found = (
                sound.peaks(item.path, per_second=PEAKS_PER_SECOND)
                if item.technical.has_sound
                else np.zeros(0, np.float32)
            )
            levels = np.clip(found * 255, 0, 255).astype(np.uint8).tolist()
            part = out.with_suffix(".part")
            part.write_text(json.dumps({"per_second": PEAKS_PER_SECOND, "peaks": levels}))
            part.rename(out)

        return self._once(out, make, self._hands)

    def _usable(self, footage_id: str) -> footage.Footage:
        item = footage.find(self.project, footage_id)
        if not item.technical.has_picture or item.status == "rejected":
            raise CreatorError(f"{item.name} has no picture")
        if not item.path.is_file():
            raise CreatorError(f"{item.name} is not where it was; ingest its new folder")
        return item

    def _folder(self, item: footage.Footage) -> Path:
        folder = self.project.cache / "pictures" / item.fingerprint[:32]
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _once(
        self, out: Path, make: Callable[[], object], hands: AbstractContextManager[object]
    ) -> Path:
        if out.is_file():
            return out
        with self._mutex:
            lock = self._locks.setdefault(out, threading.Lock())
        with lock:
            if not out.is_file():
                with hands:
                    make()
        with self._mutex:
            self._locks.pop(out, None)
        return out


def _sheet(item: footage.Footage, cancel: Cancel) -> NDArray[np.uint8]:
    """All tiles in rows, (rows * height, columns * width, 3) uint8 RGB. Raises Cancelled."""
    layout = views.tiles(item)
    if layout is None:
        raise CreatorError(f"{item.name} has no picture")
    span = item.picture_range
    step = Fraction(layout.step_s).limit_denominator(1000)
    last = max(span.start, span.end - Fraction(1, 5))
    times = [min(max(span.start, step * n + step / 2), last) for n in range(layout.count)]
    tiles = stills.strip(item.path, times, height_px=layout.height_px, cancel=cancel)
    rows = -(-layout.count // layout.columns)
    sheet = np.zeros((rows * layout.height_px, layout.columns * layout.width_px, 3), np.uint8)
    for n, tile in enumerate(tiles):
        top, left = n // layout.columns * layout.height_px, n % layout.columns * layout.width_px
        fitted = tile[: layout.height_px, : layout.width_px]
        sheet[top : top + fitted.shape[0], left : left + fitted.shape[1]] = fitted
    return sheet
