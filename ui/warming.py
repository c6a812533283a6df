"""What a creator will look at or ask for next, made ready before: search, film strips."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

from index.embed import embedder, question_vector
from index.floor import floor
from index.runs import REMEMBERED, watched
from media.errors import MediaError
from media.sandbox import patiently
from project import footage
from project.errors import RoughcutError
from project.store import Project
from ui.pictures import Pictures

log = logging.getLogger(__name__)
BEGIN_AFTER_S = 4.0  # the page is drawn first
LOOK_EVERY_S = 3.0  # whether footage came
NOTHING = "0:0"
FIRST = "a first look"
AT_ONCE = 8  # pieces of footage read while nothing else waits for the project
KNOWN = (RoughcutError, MediaError)


class Warming:
    """A thread beside an open project, until it is closed.

    What it decodes is decoded by children of low priority. It is not of low priority itself: on a
    busy machine it would hold Python's lock, and with it the whole app, while it waits its turn.
    """

    def __init__(self, project: Project, pictures: Pictures) -> None:
        self.project, self.pictures = project, pictures
        self._closed = threading.Event()
        self._reading = threading.Lock()  # while the project is used

    def start(self) -> None:
        threading.Thread(target=self._work, name="warming", daemon=True).start()

    def close(self) -> None:
        """Leaves what is half done; returns once the project is no longer used."""
        self._closed.set()
        self.pictures.close()
        with self._reading:
            return

    def _work(self) -> None:
        seen = ""
        while not self._closed.wait(LOOK_EVERY_S if seen else BEGIN_AFTER_S):
            stamp = self._stamp()
            if stamp in (NOTHING, seen):
                continue
            if not seen:
                self._load()
            seen = stamp
            self._draw()

    def _stamp(self) -> str:
        """Another text once footage came."""
        with self._reading:
            if self._closed.is_set():
                return NOTHING
            row = self.project.row("SELECT count(*), coalesce(max(rowid), 0) FROM footage")
        return ":".join(map(str, row or ()))

    def _load(self) -> None:
        """What a first search would wait for: the embedder, then the footage as search sees it."""
        try:
            model = embedder(self.project.settings)
            first = question_vector(model, FIRST)
            if self._closed.is_set():
                return
            floor(model, first)
            for some in self._batches():
                with self._reading:
                    if self._closed.is_set():
                        return
                    watched(self.project, some)
        except KNOWN as error:
            log.warning("search will start slowly: %s", error)

    def _batches(self) -> Iterator[list[str]]:
        """The ids of usable footage, few at a time, as many as are kept in memory."""
        with self._reading:
            items = [] if self._closed.is_set() else footage.all_footage(self.project, usable=True)
        left = REMEMBERED
        for at in range(0, len(items), AT_ONCE):
            some = items[at : at + AT_ONCE]
            left -= sum(int(item.duration_s) + 1 for item in some)
            if left < 0:
                return
            yield [item.id for item in some]

    def _draw(self) -> None:
        """The film strips that are missing, in the order of the gallery."""
        with self._reading:
            items = [] if self._closed.is_set() else footage.all_footage(self.project, usable=True)
        for item in items:
            if not item.technical.has_picture:
                continue
            with self._reading:
                if self._closed.is_set():
                    return
                with patiently(), contextlib.suppress(*KNOWN):  # the page is told when it asks
                    self.pictures.strip(item.id)
