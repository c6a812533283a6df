"""The worker: a thread that takes jobs from the project's table and does them, one at a time.

Closing a tab changes nothing for it. A job cut short by closing the app goes back to the
table and is taken up again at the next start; ingest and render both go on from what is done.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from generator.values import GeneratorError
from index.ingest import ingest
from index.values import IngestProgress, IngestReport
from media.errors import Cancelled, MediaError
from project import footage, jobs
from project.errors import CreatorError, RoughcutError
from project.store import Project
from timeline.errors import EditError
from tools.export import render_timeline
from ui import exports
from ui.proxies import Proxies

log = logging.getLogger(__name__)
REPORT_EVERY_S = 0.25  # each report is a synced write
LOOK_EVERY_S = 5.0  # for jobs that another door put into the table
TELLING_S, TELLING_SHARE = 2.0, 0.03  # before either, how long the rest takes is a guess
PAINTED = 0.5  # the share of a sample project's job that painting it is


@dataclass(slots=True)
class Live:
    """How a job that is being worked on fares; gone with the process, the store has the rest."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name, how far
    done: int = 0
    all: int = 0
    doing: str = ""  # "listening to" or "looking at", once all is searchable: told from 0 to 1
    begun: float = field(default_factory=time.monotonic)

    def remaining_s(self, share: float) -> float | None:
        """Seconds that the rest takes at the pace so far; None while that cannot be said."""
        return remaining_s(self.begun, share)


def remaining_s(begun: float, share: float) -> float | None:
    """Seconds that the rest of some work takes, at its pace since `begun` on the monotonic clock.

    None while that cannot be said.
    """
    passed = time.monotonic() - begun
    if passed < TELLING_S or share < TELLING_SHARE:
        return None
    return passed / share * (1 - share)


class Worker:
    """Does the project's ingest and render jobs. Start it once, close it before the project."""

    def __init__(self, project: Project, proxies: Proxies) -> None:
        self.project, self.proxies = project, proxies
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
        self._live: dict[int, Live] = {}

    def start(self) -> None:
        jobs.interrupted(self.project)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._wake.set()
        self._thread.join()

    # --- asking for work

    def ingest(self, folder: Path, *, more: bool = False) -> jobs.Job:
        """A job that ingests `folder`; the same folder waiting or running is not put twice.

        more: something came into the folder, so one that runs may have looked there already.
        """
        for job in jobs.jobs(self.project):
            pending = job.status == "waiting" if more else not job.over
            if job.kind == "ingest" and pending and job.arguments.get("folder") == str(folder):
                return job
        return self._put("ingest", {"folder": str(folder)}, uuid.uuid4().hex)

    def sample(self, folder: Path) -> jobs.Job:
        """A job that paints the sample clips into `folder` and ingests them."""
        return self._put("ingest", {"folder": str(folder), "sample": True}, f"sample-{folder}"[:64])

    def render(self, key: str) -> jobs.Job:
        """A job that renders the edit as it stands into the project's exports."""
        out = exports.place(self.project, "mp4")
        return self._put("render", {"name": out.name}, key)

    def _put(self, kind: jobs.Kind, arguments: dict[str, Any], key: str) -> jobs.Job:
        job = jobs.enqueue(self.project, kind, arguments, key=key)
        self._wake.set()
        return job

    def again(self, job_id: int, key: str) -> jobs.Job:
        """The work of a job that failed or was cancelled, as a new job. Raises CreatorError."""
        job = jobs.find(self.project, job_id)
        if not job.over or job.status == "done" or job.kind not in ("ingest", "render"):
            raise CreatorError("only work that failed or was cancelled can be tried again")
        return self._put(job.kind, job.arguments, key)

    def live(self, job_id: int) -> Live | None:
        """How a job fares that this worker is at."""
        return self._live.get(job_id)

    # --- doing it

    def _loop(self) -> None:
        while not self._closing.is_set():
            job = jobs.claim(self.project, kinds=("ingest", "render"))
            if job is None:
                self._wake.wait(LOOK_EVERY_S)
                self._wake.clear()
                continue
            self._live[job.id] = Live()
            _spare_children()
            self._do(job)

    def _do(self, job: jobs.Job) -> None:
        work = {"ingest": self._ingest, "render": self._render}[job.kind]
        try:
            result = work(job)
        except Cancelled:
            self._stopped(job)
        except (RoughcutError, MediaError, EditError, GeneratorError) as error:
            jobs.fail(self.project, job.id, str(error))
        except Exception:  # the worker's edge: a bug in one job must not stop the others
            log.exception("job %s failed", job.id)
            jobs.fail(self.project, job.id, "something inside went wrong; the log says what")
        else:
            if self._asked_to_stop(job)() and not result.get("whole"):
                self._stopped(job)
            else:
                jobs.finish(self.project, job.id, result)
        finally:
            self._live.pop(job.id, None)

    def _stopped(self, job: jobs.Job) -> None:
        """Cancelled by the creator: over. By closing the app: put back, for the next start."""
        with self.project.transaction():
            by_creator = jobs.is_cancelled(self.project, job.id)
            end = jobs.stopped if by_creator else jobs.put_back
            end(self.project, job.id)

    def _asked_to_stop(self, job: jobs.Job) -> Callable[[], bool]:
        return lambda: self._closing.is_set() or jobs.is_cancelled(self.project, job.id)

    def _ingest(self, job: jobs.Job) -> dict[str, Any]:
        told, live, before = [0.0], self._live[job.id], 0.0
        folder = Path(job.arguments["folder"])
        if job.arguments.get("sample"):
            before = PAINTED
            self._paint(job, folder)

        def progress(at: IngestProgress) -> None:
            if at.listening or at.looking:
                doing = "listening to" if at.listening else "looking at"
                if live.doing != doing:
                    live.doing, live.begun = doing, time.monotonic()
                report_often(at.share, f"{doing} {at.name}")
                return
            live.files[at.name] = {
                "name": at.name,
                "share": at.share,
                "status": at.status,
                "reason": at.reason,
            }
            live.done, live.all = at.done_files, at.all_files
            share = (at.done_files + (0 if at.status else at.share)) / max(1, at.all_files)
            report_often(before + (1 - before) * share, at.name)

        def report_often(share: float, detail: str) -> None:
            if time.monotonic() - told[0] > REPORT_EVERY_S:
                told[0] = time.monotonic()
                jobs.report(self.project, job.id, share, detail)

        report = ingest(
            self.project,
            [folder],
            progress=progress,
            cancel=self._asked_to_stop(job),
        )
        self._make_proxies(report)
        whole = not self._asked_to_stop(job)()
        late = f"{report.listening} {report.looking}".strip()
        return {"whole": whole, "files": _files(report), "listening": late}

    def _paint(self, job: jobs.Job, folder: Path) -> None:
        """The sample clips painted into `folder`; those that are there already stay."""
        from ui.sample import shoot

        stop = self._asked_to_stop(job)

        def told(done: int, every: int, name: str) -> None:
            jobs.report(self.project, job.id, PAINTED * done / every, f"painted {name}")

        shoot(folder, workers=self.project.settings.workers, told=told, cancel=stop)

    def _make_proxies(self, report: IngestReport) -> None:
        for file in report.footage:
            if file.status == "rejected":
                continue
            item = footage.find(self.project, file.id)
            if item.technical.has_picture and not self._closing.is_set():
                self.proxies.ask(item.id)

    def _render(self, job: jobs.Job) -> dict[str, Any]:
        told = [0.0]

        def progress(share: float, detail: str = "") -> None:
            if time.monotonic() - told[0] > REPORT_EVERY_S:
                told[0] = time.monotonic()
                jobs.report(self.project, job.id, share, detail or "rendering")

        out = exports.folder(self.project) / str(job.arguments["name"])
        rendered = render_timeline(
            self.project, out, progress=progress, cancel=self._asked_to_stop(job)
        )
        return {"whole": True, "export": out.name, "warnings": list(rendered.warnings)}


def _spare_children() -> None:
    """What this thread starts hears no Ctrl-C from the terminal: who started it ends it in order.

    Else a watcher would die of it before the job is stopped, and the stop count as a failure.
    """
    resource_tracker.ensure_running()  # as it starts, it lets the signal in again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _files(report: IngestReport) -> list[dict[str, Any]]:
    return [
        {"name": file.name, "share": 1.0, "status": file.status, "reason": file.reason}
        for file in report.footage
    ]
