"""What this machine has left for a shot: the seconds its work takes now, and free memory.

Other work comes and goes on a machine, so a timing is the mean over a stretch (a moment may slip
past the others), and it is taken anew after a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

LEAST_S = 0.25  # of work that is timed
SPUN_S = 0.06  # of work by which it is told how much the machine is held up
KEPT_S = 60.0  # how long a timing holds
CGROUP = Path("/sys/fs/cgroup")


class Timings(Generic[T]):
    """What was measured, by what it was measured of; each is measured anew after `KEPT_S`."""

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[float, T]] = {}

    def of(self, what: Hashable, measure: Callable[[], T]) -> T:
        """What `measure` says, now or not long ago."""
        now = time.monotonic()
        if what not in self._found or now - self._found[what][0] > KEPT_S:
            self._found[what] = now, measure()
        return self._found[what][1]


_held_up = Timings[float]()


def seconds_of(do: Callable[[], object]) -> float:
    """What one run of `do` takes; a first one, which warms up, does not count."""
    do()
    runs, began = 0, time.perf_counter()
    while not runs or time.perf_counter() - began < LEAST_S:
        do()
        runs += 1
    return (time.perf_counter() - began) / runs


def held_up() -> float:
    """How many times longer work takes now than with the machine to itself: waited over worked.

    Measured on a moment of work, now or not long ago; for times that are told by experience.
    """
    return _held_up.of("", _waited_over_worked)


def _waited_over_worked() -> float:
    began, worked = time.perf_counter(), time.thread_time()
    while time.thread_time() - worked < SPUN_S:
        pass
    return max(1.0, (time.perf_counter() - began) / SPUN_S)


def free_bytes() -> int:
    """Memory that can still be had: what the system has left, or this process's group."""
    left = []
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        said = next(line for line in lines if line.startswith("MemAvailable"))
        left.append(int(said.split()[1]) * 1024)
    except (OSError, StopIteration):
        return 1 << 62  # no such file on this system: nothing is known
    try:
        most = (CGROUP / "memory.max").read_text().strip()
        used = int((CGROUP / "memory.current").read_text())
        kinds = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
        if most.isdecimal():
            left.append(int(most) - used + int(kinds.get("inactive_file", 0)))
    except OSError:
        pass  # not in a group with a limit
    return max(0, min(left))
