"""Files watched on a Ray cluster: the side of the ingest. What drives Ray runs beside it.

Ray is not imported in this process; `watching_crew` says why.
"""

from __future__ import annotations

import contextlib
import importlib.util
import multiprocessing as mp
import os
import shutil
import signal
import socket
import time
from collections.abc import Generator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from index.watching_cluster import Job, Joined
from index.watching_crew import LOG, Done, Failed, Seen, Share, drive
from media.errors import Cancelled
from media.scratch import scratch_folder
from media.values import Cancel
from project.errors import CreatorError

if TYPE_CHECKING:
    from index.watching import Watched

POLL_S = 0.1
CALL_S = 5.0  # for the machine at an address
JOIN_S = 180.0  # for its cluster, or for one that starts here
WAY_IN = 'install it with: pip install "ray>=2.50,<3"'
LEAVE_S, STOP_S = 10.0, 1.2  # what the driver gets to end: when done, when stopped
Message = Joined | Share | Seen | Failed | Done


class RayWatchers:
    """The workers of a Ray cluster, for one ingest.

    address: HOST:PORT from a machine of the cluster, ray://HOST:PORT from any other; "" starts a
    cluster on this machine and ends it afterwards. workers: 0 for one on each processor.
    Raises CreatorError where Ray is not installed or nothing answers at `address`.
    """

    def __init__(
        self, paths: Sequence[Path], *, address: str, workers: int, read_text: bool
    ) -> None:
        if not installed():
            raise CreatorError(f"Ray is not installed; {WAY_IN}, or watch here with --engine local")
        if address:
            _call(address)
        self._job = (tuple(map(os.fsencode, paths)), read_text, address, workers)
        self._shares = [0.0] * len(paths)

    def share(self, place: int) -> float:
        """How much of the file at `place` was watched, 0 to 1."""
        return self._shares[place]

    def watch(self, cancel: Cancel | None = None) -> Watched:
        """As `Executor` says."""
        with contextlib.closing(_driven(Job(*self._job, scratch_folder()), cancel)) as messages:
            for message in messages:
                match message:
                    case Share():
                        self._shares[message.place] = message.share
                    case Seen():
                        yield message.place, message.analysis
                    case None:
                        yield None


def installed() -> bool:
    """Whether Ray is here, without importing it."""
    return importlib.util.find_spec("ray") is not None


def joined(address: str) -> Joined:
    """How large the cluster at `address` is. Raises CreatorError where it cannot be joined."""
    _call(address)
    job = Job((), read_text=False, address=address, workers=0, room=scratch_folder())
    [answer] = [message for message in _driven(job, None) if isinstance(message, Joined)]
    return answer


def _call(address: str) -> None:
    """Raise CreatorError unless something listens at `address`: Ray itself asks for minutes."""
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CALL_S).close()
    except (ValueError, OverflowError) as error:
        raise CreatorError(
            f"{address!r} is no address of a Ray cluster; give HOST:PORT, such as 10.0.0.5:6379,"
            " or ray://HOST:10001 from a machine outside the cluster"
        ) from error
    except OSError as error:
        raise CreatorError(
            f"no Ray cluster answers at {address} ({error.strerror or error}); start one there"
            " with: ray start --head, or watch here with --engine local"
        ) from error


def _driven(job: Job, cancel: Cancel | None) -> Generator[Message | None, None, None]:
    """What a driver tells while it works on `job`, None in between; it is gone afterwards."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    driver = context.Process(target=drive, args=(theirs, job), name="ray driver", daemon=True)
    leave_s = STOP_S
    try:
        driver.start()
        theirs.close()
        yield from _messages(ours, job, cancel)
        leave_s = LEAVE_S
    finally:
        ours.close()
        _end(driver, leave_s)
        shutil.rmtree(job.room, ignore_errors=True)


def _messages(
    wire: Connection, job: Job, cancel: Cancel | None
) -> Generator[Message | None, None, None]:
    where = f"the Ray cluster at {job.address}" if job.address else "a Ray cluster of this machine"
    answered, begun = False, time.monotonic()
    while True:
        if cancel is not None and cancel():
            raise Cancelled("the ingest was stopped; what was finished is kept")
        if not wire.poll(POLL_S):
            if not answered and time.monotonic() - begun > JOIN_S:
                raise CreatorError(
                    f"{where} did not answer within {JOIN_S:.0f} s; check its address and that"
                    " this machine can reach it, or watch here with --engine local"
                )
            yield None
            continue
        try:
            message: Message = wire.recv()
        except (EOFError, OSError) as error:
            raise CreatorError(
                f"{where} went away; what was finished is kept, and an ingest of the same"
                f" folders goes on from there{_last_words(job.room)}"
            ) from error
        match message:
            case Failed(ours=True):
                raise RuntimeError(f"the Ray driver failed:\n{message.text}")
            case Failed():
                raise CreatorError(message.text)
            case Done():
                return
            case Joined():
                answered = True
        yield message


def _last_words(room: Path) -> str:
    """What the driver printed last, for the end of a message."""
    try:
        lines = (room / LOG).read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return f" ({lines[-1]})" if lines else ""


def _end(driver: BaseProcess, leave_s: float) -> None:
    """Let the driver end by itself for a moment, then end it and all of its group."""
    if driver.pid is None:
        return
    driver.join(leave_s)
    if driver.is_alive():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(driver.pid, signal.SIGKILL)
        driver.kill()
        driver.join()
    driver.close()
