"""Many files watched in worker processes: one at a time each, and no crash loses another file.

A worker that dies takes its pool down. The files it may have been at are then watched alone,
each in a pool of its own: one that dies again is the guilty one and is given up.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing as mp
import os
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, util
from multiprocessing.sharedctypes import RawArray, RawValue
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.analyse import Analysis, analyse
from index.watching import one_thread, set_aside
from media.decode import LIMITS
from media.errors import Cancelled
from media.standing import Standing, can_stand
from media.values import Cancel

if TYPE_CHECKING:
    from index.watching import Watched

POLL_S = 0.1
_shares: Any = None  # in a worker: the share done of each file, shared memory without a lock
_standing: Standing | None = None  # in a worker: what decodes for it
_stop: Any = None  # in a worker: not 0 once the creator stopped the ingest


class Watchers:
    """Worker processes for one ingest; `watch` yields each file's analysis as it comes."""

    def __init__(self, paths: Sequence[Path], *, workers: int, read_text: bool) -> None:
        self._paths, self._read_text = paths, read_text
        self._workers = max(1, min(workers, len(paths)))
        self._shares = RawArray(ctypes.c_float, max(1, len(paths)))
        self._stop = RawValue(ctypes.c_int, 0)
        self.running: tuple[int, ...] = ()

    def share(self, place: int) -> float:
        """How much of the file at `place` was watched, 0 to 1."""
        return float(self._shares[place])

    def watch(self, cancel: Cancel | None = None) -> Watched:
        """As `Executor` says."""
        waiting = list(range(len(self._paths)))
        suspects: list[int] = []
        while waiting:
            try:
                yield from self._round(waiting, self._workers, cancel)
            except BrokenProcessPool:
                suspects += self.running
        for place in suspects:
            alone = [place]
            try:
                yield from self._round(alone, 1, cancel)
            except BrokenProcessPool:
                yield place, set_aside(self._paths[place])

    def _round(self, waiting: list[int], workers: int, cancel: Cancel | None) -> Watched:
        """One pool's life: takes places off `waiting`; in-flight ones are in `self.running`."""
        pool = ProcessPoolExecutor(
            workers, mp.get_context("spawn"), _begin, (self._shares, self._stop)
        )
        flights: dict[Future[Analysis], int] = {}
        try:
            while waiting or flights:
                while waiting and len(flights) < workers:
                    place = waiting.pop(0)
                    self.running = (*flights.values(), place)
                    flights[pool.submit(_watch, place, _bytes(self._paths[place]),
                                        self._read_text)] = place  # fmt: skip
                self.running = tuple(flights.values())
                done, _ = wait(flights, timeout=POLL_S, return_when=FIRST_COMPLETED)
                if cancel is not None and cancel():
                    raise Cancelled("the ingest was stopped; what was finished is kept")
                for future in done:
                    result, place = future.result(), flights.pop(future)
                    self.running = tuple(flights.values())
                    yield place, result
                yield None
        finally:
            self._stop.value = 1 if flights else 0
            pool.shutdown(wait=True, cancel_futures=True)
            self._stop.value = 0


def _bytes(path: Path) -> bytes:
    """A path as it travels to a worker: its bytes, so that any name fits."""
    return os.fsencode(path)


def _begin(shares: Any, stop: Any) -> None:
    """Set a worker up: one thread for each library, and no life after its parent's."""
    global _shares, _standing, _stop
    _shares, _stop = shares, stop
    one_thread()
    if can_stand():
        _standing = Standing(LIMITS)
        # as a worker ends: its decoder and that one's scratch folder go with it
        util.Finalize(None, _standing.close, exitpriority=10)
    parent = mp.parent_process()
    if parent is not None:
        threading.Thread(target=_die_with, args=(parent.sentinel,), daemon=True).start()


def _die_with(sentinel: int) -> None:
    with contextlib.suppress(OSError):
        connection.wait([sentinel])
    os._exit(1)


def _watch(place: int, path: bytes, read_text: bool) -> Analysis:
    def share(done: float) -> None:
        _shares[place] = done

    return analyse(
        Path(os.fsdecode(path)),
        read_text=read_text,
        share=share,
        cancel=lambda: bool(_stop.value),
        standing=_standing,
    )
