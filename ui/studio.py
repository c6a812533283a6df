"""One open project and the work that goes on in it: the agent's turn and the job worker.

The page is only a view. What the agent does runs on the studio's own thread, so a closed tab
stops nothing, and every page sees how far it is. Nothing here is the truth: the store is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.session import Session
from agent.stream import Piece, Writing
from agent.values import PlanView
from generator.values import GeneratorError
from media.errors import MediaError
from project.errors import CreatorError, RoughcutError
from project.settings import load_settings
from project.store import Project, now
from timeline.errors import EditError
from ui import recent, views
from ui.jobs import Worker
from ui.pictures import Pictures
from ui.proxies import Proxies
from ui.warming import Warming

log = logging.getLogger(__name__)
KNOWN = (RoughcutError, EditError, MediaError, GeneratorError)
Say = Callable[[float, str], None]
Turn = Callable[[Session, Say, Callable[[], bool]], PlanView | None]
TOLD = 400  # characters of what a model is writing, the newest
NONE_OPEN = "no project is open; open one or make a new one"
OPENED_ANEW = "the project is being opened anew; what was done waits for it"
QUICK_S = 0.6  # a turn that ends within this is answered at once


class NotOpen(CreatorError):
    """The project that is meant is not the one that is open: what was sent can come again."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What the agent is doing just now."""

    what: str
    share: float = 0.0
    detail: str = ""
    begun: float = field(default_factory=time.monotonic)

    def now(self, share: float, detail: str) -> Activity:
        """The same, as far as it has come."""
        return replace(self, share=share, detail=detail)


class Desk:
    """A project that is open: its agent, its worker, its pictures. Closed as a whole."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.id = views.project_id(project)
        self.pictures = Pictures(project)
        self.proxies = Proxies(project)
        self.worker = Worker(project, self.proxies)
        self.activity: Activity | None = None
        self.problem = ""  # what the last turn failed with, for people
        self.since = now()  # it was opened
        self._session: Session | None = None
        self._stop = threading.Event()
        self._by_hand = threading.Lock()
        self._closed = False
        self._turns = ThreadPoolExecutor(1, thread_name_prefix="agent")
        self._mutex = threading.Lock()
        self.worker.start()
        self._warming = Warming(project, self.pictures)
        self._warming.start()

    def close(self) -> None:
        with self._by_hand:
            self._closed = True
        self._warming.close()
        self._stop.set()
        self._turns.shutdown(wait=True, cancel_futures=True)
        self.worker.close()
        self.proxies.close()
        self.project.close()

    @contextmanager
    def by_hand(self) -> Iterator[None]:
        """While a batch of edits runs, no other one does. Raises NotOpen once it was closed."""
        with self._by_hand:
            if self._closed:
                raise NotOpen(NONE_OPEN)
            yield

    @property
    def session(self) -> Session:
        with self._mutex:
            if self._session is None:
                self._session = Session(self.project)
            return self._session

    def turn(self, what: str, work: Turn) -> None:
        """Start a turn of the agent; raises CreatorError while another one runs."""
        with self._mutex:
            if self.activity is not None:
                raise CreatorError(f"the assistant is busy: {self.activity.what}; stop it first")
            self.activity, self.problem = Activity(what), ""
            self._stop.clear()
        future: Future[None] = self._turns.submit(self._run, what, work)
        try:
            future.result(QUICK_S)
        except StillWorking:
            return

    @contextmanager
    def visit(self, what: str) -> Iterator[Session]:
        """The session for a while, as a turn of its own; raises CreatorError while one runs."""
        session = self.session
        with self._mutex:
            if self.activity is not None:
                raise CreatorError(f"the assistant is busy: {self.activity.what}; ask again later")
            self.activity = Activity(what)
        try:
            session.told = None
            yield session
        finally:
            self.activity = None

    def stop_turn(self) -> None:
        """Ask the running turn to stop."""
        self._stop.set()

    def _run(self, what: str, work: Turn) -> None:
        begun = self.activity or Activity(what)

        def say(share: float, detail: str = "") -> None:
            self.activity = begun.now(share, detail)

        writing = Writing()

        def told(piece: Piece) -> None:
            """What a model writes, shown as it comes."""
            writing.add(piece)
            share = self.activity.share if self.activity else 0.0
            self.activity = begun.now(share, str(writing)[-TOLD:])

        try:
            self.session.told = told
            work(self.session, say, self._stop.is_set)
        except KNOWN as error:
            self.problem = str(error)
        except Exception:  # the session's edge: a bug must not end the agent's thread
            log.exception("the agent's turn failed")
            self.problem = "Something inside went wrong with this turn; the log says what."
        finally:
            self.activity = None


class Studio:
    """The server's one place for a project; which one is open can change."""

    def __init__(self, folder: Path | None = None) -> None:
        self._mutex = threading.Lock()
        self._desk: Desk | None = None
        self.reopening = False  # the project is opened anew, and none is open for a moment
        if folder is not None:
            self.open(folder)

    @property
    def desk(self) -> Desk:
        """The open project's desk. Raises CreatorError when none is open."""
        if self._desk is None:
            raise NotOpen(OPENED_ANEW if self.reopening else NONE_OPEN)
        return self._desk

    @property
    def is_open(self) -> bool:
        return self._desk is not None

    def require(self, project_id: str) -> Desk:
        """The desk, if it is the project the page thinks it is. Raises CreatorError."""
        desk = self.desk
        if desk.id != project_id:
            raise NotOpen("another project was opened in this window's server; reload")
        return desk

    def open(self, folder: Path, *, create: bool = False) -> Desk:
        """The project in `folder` opened in place of the one before; made if asked."""
        folder = folder.expanduser().resolve()
        with self._mutex:
            if self._desk is not None and self._desk.project.folder == folder:
                return self._desk
            settings = load_settings(folder)
            make = Project.create if create else Project.open
            project = make(folder, settings)
            before, self._desk = self._desk, Desk(project)
        recent.remember(folder)
        if before is not None:
            before.close()
        return self._desk

    def again(self) -> Desk:
        """The open project opened anew, with the settings as they are now. Raises CreatorError."""
        with self._mutex:
            desk = self.desk
            if desk.activity is not None:
                raise CreatorError("the assistant is at work; stop it, then change the settings")
            folder = desk.project.folder
            self.reopening, self._desk = True, None
            try:
                desk.close()
                self._desk = Desk(Project.open(folder, load_settings(folder)))
            finally:
                self.reopening = False
        return self._desk

    def close(self) -> None:
        with self._mutex:
            before, self._desk = self._desk, None
        if before is not None:
            before.close()
