"""Browser-playable proxies of footage, made once each and kept in the project's cache."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from media.errors import Cancelled, MediaError
from media.proxy import proxy
from project import footage
from project.errors import CreatorError
from project.store import Project

log = logging.getLogger(__name__)
HEIGHT_PX = 540


class Proxies:
    """Makes proxies one at a time, in the order they are asked for."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="proxy")
        self._underway: dict[str, Future[Path]] = {}
        self._failed: dict[str, Exception] = {}
        self._mutex = threading.Lock()
        self._closed = threading.Event()

    def ready(self, footage_id: str) -> Path | None:
        """The proxy, if it is there already."""
        path = self._place(footage.find(self.project, footage_id))
        return path if path.is_file() else None

    def now(self, footage_id: str) -> Path | None:
        """The proxy if it is there, else None and it is being made. Never waits.

        Raises what the making ended with, once: who asks after that has it tried again.
        """
        there = self.ready(footage_id)
        if there is not None:
            return there
        fingerprint = footage.find(self.project, footage_id).fingerprint
        with self._mutex:
            failed = self._failed.pop(fingerprint, None)
        if failed is not None:
            raise failed
        self.ask(footage_id)
        return None

    def ask(self, footage_id: str) -> Future[Path]:
        """The proxy to come; the same future for everybody who asks meanwhile."""
        item = footage.find(self.project, footage_id)
        with self._mutex:
            known = self._underway.get(item.fingerprint)
            if known is None:
                known = self._pool.submit(self._make, item)
                self._underway[item.fingerprint] = known
                fresh = known
            else:
                return known
        # outside the lock: what is done already calls back at once, on this thread
        fresh.add_done_callback(lambda done: self._ended(item.fingerprint, done))
        return fresh

    def close(self) -> None:
        self._closed.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _ended(self, fingerprint: str, done: Future[Path]) -> None:
        error = None if done.cancelled() else done.exception()
        with self._mutex:
            self._underway.pop(fingerprint, None)
            if isinstance(error, Exception) and not isinstance(error, Cancelled):
                self._failed[fingerprint] = error
            else:
                self._failed.pop(fingerprint, None)

    def _place(self, item: footage.Footage) -> Path:
        return self.project.cache / "proxies" / f"{item.fingerprint}-{HEIGHT_PX}.mp4"

    def _make(self, item: footage.Footage) -> Path:
        out = self._place(item)
        if out.is_file():
            return out
        if self._closed.is_set():
            raise Cancelled("the project is being closed")
        if not item.path.is_file():
            raise CreatorError(f"{item.name} is not where it was; ingest its new folder")
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            return proxy(item.path, out, height_px=HEIGHT_PX, cancel=self._closed.is_set)
        except MediaError:
            log.warning("no proxy of %s", item.name, exc_info=True)
            raise
