"""Child processes for hostile media: limited, without network, ended as a whole group.

A child gets its own process group, a scratch folder that is deleted after it, limits on memory,
CPU, file size and descriptors, and no network where the system allows that. It is ended when the
wall clock runs out, when it says nothing for too long, or when the creator stops the job.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import functools
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from media import wire
from media.errors import Cancelled, DiskFull, MediaError, WorkerFailed, disk_is_full
from media.scratch import scratch_folder
from media.values import Cancel

ROOT = Path(__file__).resolve().parents[1]
LAUNCH = Path(__file__).with_name("launch.py")
TICK_S = 0.2
YIELDING = 10  # niceness of children that nobody waits for
_niceness = ContextVar("niceness", default=0)
PIPE_BYTES = 1 << 20
NO_ROOM = os.strerror(errno.ENOSPC)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use. `quiet_s`: the longest silence while somebody waits for it."""

    memory: int = 6 << 30
    cpu_s: int = 4 * 3600
    file_size: int = 64 << 30
    wall_s: float = 6 * 3600.0
    quiet_s: float = 60.0


@contextlib.contextmanager
def patiently() -> Iterator[None]:
    """Children that are started in here yield to all other work on this machine."""
    before = _niceness.set(YIELDING)
    try:
        yield
    finally:
        _niceness.reset(before)


@functools.cache
def no_network() -> tuple[str, ...]:
    """The words that start a child without a network; none where the system does not allow it.

    An administrator's process keeps its rights over files with a plain new network namespace,
    so that is tried first there; anyone else needs a user namespace as well.
    """
    tool = shutil.which("unshare")
    if tool is None:
        return ()
    ways = [(tool, "-n"), (tool, "-rn")] if os.geteuid() == 0 else [(tool, "-rn")]
    for way in ways:
        done = subprocess.run([*way, "true"], capture_output=True, check=False)
        if done.returncode == 0:
            return way
    return ()


def environment(scratch: Path) -> dict[str, str]:
    """A small environment: no keys, no settings, one thread for array libraries."""
    keep = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL")
    kept = {name: os.environ[name] for name in keep if name in os.environ}
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {
        **kept, **threads, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1", "TMPDIR": str(scratch), "HOME": str(scratch),
    }  # fmt: skip


class Child:
    """One running child; use as a context manager, its whole group is gone afterwards."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        limits: Limits = Limits(),
        cancel: Cancel | None = None,
        feed: bool = False,
        files: Mapping[str, str] | None = None,
    ) -> None:
        self.command, self.limits, self.cancel = list(command), limits, cancel
        self.scratch = scratch_folder()
        self._tail: deque[str] = deque(maxlen=30)
        self._begun = time.monotonic()
        self._over = False
        try:
            for name, text in (files or {}).items():
                (self.scratch / name).write_text(text)  # found by bare name: it starts there
            self.process = self._start(feed)
        except OSError as error:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise disk_is_full(error, self.scratch.parent) or WorkerFailed(
                f"no media worker could be started: {error.strerror}; close other programs"
                " and try again",
                command=self.command,
            ) from error
        self._widen()
        self._reader = threading.Thread(target=self._keep_tail, daemon=True)
        self._reader.start()

    def _start(self, feed: bool) -> subprocess.Popen[bytes]:
        limits = self.limits
        asked = (limits.memory, limits.cpu_s, limits.file_size, _niceness.get())
        numbers = [str(number) for number in asked]
        launch = [sys.executable, "-I", "-S", str(LAUNCH), *numbers]
        return subprocess.Popen(
            [*no_network(), *launch, *self.command],
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(self.scratch),
            cwd=self.scratch,
            start_new_session=True,
            bufsize=0,
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def tail(self) -> str:
        """The last lines the child printed."""
        return "\n".join(self._tail)

    def lines(self) -> tuple[str, ...]:
        """The last lines the child printed, once it has ended."""
        self._reader.join(timeout=2)
        return tuple(self._tail)

    def end(self) -> None:
        """Kill the whole group, close the pipes, delete the scratch folder.

        What the child started may live on after it; the group has its number until they are gone.
        """
        if self._over:
            return
        self._over = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(timeout=2)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def read(self, size: int) -> bytearray:
        """Exactly `size` bytes, fewer only at the end. Raises Cancelled, WorkerFailed."""
        out = bytearray(size)
        view, have = memoryview(out), 0
        handle = self._output()
        waiting_since = time.monotonic()
        while have < size:
            self._check(waiting_since)
            ready, _, _ = select.select([handle], [], [], TICK_S)
            if not ready:
                continue
            count = os.readv(handle, [view[have:]])
            if count == 0:
                break
            have, waiting_since = have + count, time.monotonic()
        view.release()
        del out[have:]
        return out

    def write(self, data: memoryview | bytes) -> None:
        """Feed the child's standard input. Raises WorkerFailed when it stops reading."""
        pipe = self.process.stdin
        if pipe is None:
            raise WorkerFailed("the child takes no input", command=self.command)
        view, waiting_since = memoryview(data).cast("B"), time.monotonic()
        os.set_blocking(pipe.fileno(), False)
        while view:
            self._check(waiting_since)
            _, ready, _ = select.select([], [pipe], [], TICK_S)
            if not ready:
                continue
            try:
                view, waiting_since = view[os.write(pipe.fileno(), view) :], time.monotonic()
            except BrokenPipeError as error:
                raise self.failure("stopped reading") from error

    def again(self, *, limits: Limits, cancel: Cancel | None) -> None:
        """Start the clocks anew for another job of the same child."""
        self.limits, self.cancel, self._begun = limits, cancel, time.monotonic()

    def close_input(self) -> None:
        """Tell the child that nothing more comes."""
        if self.process.stdin is not None:
            self.process.stdin.close()

    def run(self, told: Callable[[str], None] | None = None) -> None:
        """Let it work to its end; `told` hears every line it prints. Raises as `finish` does."""
        rest = b""
        while block := self._some():
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                if told is not None:
                    told(line.decode(errors="replace").strip())
        self.finish()

    def _some(self) -> bytes:
        handle, waiting_since = self._output(), time.monotonic()
        while True:
            self._check(waiting_since)
            ready, _, _ = select.select([handle], [], [], TICK_S)
            if ready:
                return os.read(handle, 1 << 16)

    def messages(self) -> Iterator[wire.Message]:
        """What the worker sends, one by one, until it closes the wire."""
        while header := self.read(wire.HEADER.size):
            if len(header) < wire.HEADER.size:
                return
            note, body = wire.sizes(bytes(header))
            first = self.read(note)
            rest = self.read(body) if body else b""
            if len(first) < note or len(rest) < body:
                return
            yield wire.message(first, rest)

    def finish(self, *, allowed: tuple[int, ...] = (0,)) -> None:
        """Wait for the end. Raises WorkerFailed when the child did not end well, Cancelled."""
        begun = time.monotonic()
        while self.process.poll() is None:
            self._check(begun)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(TICK_S)
        if self.process.returncode not in allowed:
            raise self.failure(f"ended with code {self.process.returncode}")

    def failure(self, what: str) -> MediaError:
        """The error that names the command and what it printed last; or that the disk is full."""
        tail = "\n".join(self.lines())
        if NO_ROOM in tail:
            return DiskFull(self._place())
        name = Path(self.command[0]).name
        last = self._tail[-1] if self._tail else "it said nothing"
        return WorkerFailed(
            f"the media worker ({name}) {what}: {last}", command=self.command, tail=tail
        )

    def _place(self) -> Path:
        """The folder of the file that the command writes, as far as its last word says so."""
        last = self.command[-1].removeprefix("file:")
        return Path(last).parent if last.startswith(os.sep) else self.scratch.parent

    def _check(self, waiting_since: float) -> None:
        now = time.monotonic()
        if self.cancel is not None and self.cancel():
            self.end()
            raise Cancelled("the job was stopped; nothing was left behind")
        if now - self._begun > self.limits.wall_s:
            self.end()
            raise self.failure(f"was ended after {self.limits.wall_s:.0f} s, the most it may take")
        if now - waiting_since > self.limits.quiet_s:
            self.end()
            raise self.failure(f"was ended because it said nothing for {self.limits.quiet_s:.0f} s")

    def _output(self) -> int:
        if self.process.stdout is None:
            raise WorkerFailed("the child has no output to read", command=self.command)
        return self.process.stdout.fileno()

    def _widen(self) -> None:
        widen = getattr(fcntl, "F_SETPIPE_SZ", None)
        if widen is not None:
            with contextlib.suppress(OSError):  # an ordinary pipe does, only slower
                fcntl.fcntl(self._output(), widen, PIPE_BYTES)

    def _keep_tail(self) -> None:
        pipe = self.process.stderr
        if pipe is None:
            return
        with contextlib.suppress(ValueError, OSError):
            for line in iter(lambda: pipe.readline(4096), b""):
                if text := line.decode(errors="replace").strip():
                    self._tail.append(text)


def worker(job: dict[str, object], *, limits: Limits, cancel: Cancel | None = None) -> Child:
    """A Python worker doing `job`; read its `messages()`."""
    import json

    command = [sys.executable, "-P", "-m", "media.worker", json.dumps(job)]
    return Child(command, limits=limits, cancel=cancel)


def describe() -> str:
    """In words: which limits children get on this system."""
    network = "no network" if no_network() else "network not cut off (unshare is not allowed here)"
    limits = "memory, CPU and file limits" if hasattr(os, "fork") else "a wall clock only"
    return f"own process group, {network}, {limits}"
