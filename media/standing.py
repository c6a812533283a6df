"""One worker for many files: it stands ready with its imports done, and forks for each job.

Starting a worker costs as much processor time as decoding several seconds. A standing worker pays
that once; each job still runs in a process of its own, with its own limits, and one that does not
end well takes the standing worker with it, so the next job starts from a fresh one.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from media import wire
from media.errors import MediaError
from media.sandbox import Child, Limits, worker
from media.values import Cancel

LIFE_S = 3600.0  # after that a fresh one takes over
Job = dict[str, object]


class Asked:
    """One job of a standing worker, read like a worker of its own."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self.done = False

    def messages(self) -> Iterator[wire.Message]:
        """What the job sends, one by one, until it says that it is done."""
        for message in self._child.messages():
            if message.kind == "done":
                self.done = True
                return
            yield message

    def finish(self) -> None:
        """Raises WorkerFailed when the job did not end well, Cancelled."""
        if not self.done:
            self._child.finish()

    def failure(self, what: str) -> MediaError:
        """The error that names what the worker printed last."""
        return self._child.failure(what)


class Standing:
    """Keeps one worker ready. Not for two threads at once; `close` it in the end."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: Child | None = None
        self._since = 0.0

    @contextmanager
    def job(self, job: Job, *, limits: Limits, cancel: Cancel | None = None) -> Iterator[Asked]:
        """The worker at `job`; what is not read to its end is ended with the worker."""
        child = self._ready()
        # memory and CPU limits were set when it started; the clocks are those of this job
        child.again(limits=replace(self._limits, wall_s=limits.wall_s, quiet_s=limits.quiet_s),
                    cancel=cancel)  # fmt: skip
        asked = Asked(child)
        try:
            child.write(json.dumps(job).encode() + b"\n")
            yield asked
        finally:
            if not asked.done:
                self.close()

    def close(self) -> None:
        """End the worker; the next job starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _ready(self) -> Child:
        old = time.monotonic() - self._since > LIFE_S
        if self._child is None or old or self._child.process.poll() is not None:
            self.close()
            command = [sys.executable, "-P", "-m", "media.worker"]
            self._child = Child(command, limits=self._limits, feed=True)
            self._since = time.monotonic()
        return self._child


def can_stand() -> bool:
    """Whether the system lets a worker fork."""
    return hasattr(os, "fork")


@contextmanager
def kept_ready(limits: Limits) -> Iterator[Standing | None]:
    """A standing worker for the block; None where the system lets none stand."""
    standing = Standing(limits) if can_stand() else None
    try:
        yield standing
    finally:
        if standing is not None:
            standing.close()


def at_work(
    job: Job, *, limits: Limits, cancel: Cancel | None, standing: Standing | None
) -> AbstractContextManager[Asked | Child]:
    """A worker at `job`: the standing one where there is one, else one of its own."""
    if standing is not None:
        return standing.job(job, limits=limits, cancel=cancel)
    return worker(job, limits=limits, cancel=cancel)
