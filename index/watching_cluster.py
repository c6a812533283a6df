"""A Ray cluster joined for one ingest, or started for it on this machine and ended afterwards."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from project.errors import CreatorError

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("index", "media", "project", "timeline")  # what a watcher imports; sent to the cluster
STORE_BYTES = 200 << 20  # of objects, in a cluster of our own
ROOM_LENGTH = 40  # letters: Ray's sockets lie deeper, and their paths may not be long


@dataclass(frozen=True, slots=True)
class Job:
    """What to watch and where. paths: as bytes; address: "" starts a cluster for this ingest.

    workers: 0 for one on each processor; room: a folder for the log, and for all of Ray's files
    where the cluster is ours.
    """

    paths: tuple[bytes, ...]
    read_text: bool
    address: str
    workers: int
    room: Path


@dataclass(frozen=True, slots=True)
class Joined:
    """The cluster answered."""

    nodes: int
    processors: int

    def describe(self) -> str:
        """How large it is, in words."""
        nodes = "1 node" if self.nodes == 1 else f"{self.nodes} nodes"
        many = "1 processor" if self.processors == 1 else f"{self.processors} processors"
        return f"{nodes}, {many}"


@contextmanager
def cluster(job: Job) -> Iterator[Joined]:
    """The cluster of `job`, joined or started. Raises CreatorError where it cannot be."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"  # its news about graphics cards
    if not job.address:
        # a cluster of our own is met on this machine only, by who knows this word
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ["RAY_AUTH_MODE"], os.environ["RAY_AUTH_TOKEN"] = "token", secrets.token_hex(32)
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    import ray
    from ray.exceptions import RayError

    where = f"the Ray cluster at {job.address}" if job.address else "a Ray cluster of this machine"
    try:
        ray.init(job.address or "local", **_options(job))
        nodes = [node for node in ray.nodes() if node["Alive"]]
    except (OSError, RuntimeError, ValueError, RayError) as error:
        raise CreatorError(
            f"{where} could not be joined: {_plain(error)}; check the address and that it runs"
            " the same Ray and Python as here, or watch here with --engine local"
        ) from error
    processors = int(sum(node["Resources"].get("CPU", 0) for node in nodes))
    try:
        if not processors:
            raise CreatorError(f"{where} has no processor; add a node with: ray start --address")
        yield Joined(len(nodes), processors)
    finally:
        ray.shutdown()


def _options(job: Job) -> dict[str, Any]:
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    if job.address:
        rooms = [str(ROOT / room) for room in ROOMS]
        return {**quiet, "runtime_env": {"py_modules": rooms}}
    short = len(str(job.room)) <= ROOM_LENGTH
    return {
        **quiet, "num_cpus": job.workers, "include_dashboard": False,
        "object_store_memory": STORE_BYTES, "_temp_dir": str(job.room) if short else None,
    }  # fmt: skip


def _plain(error: Exception) -> str:
    """What Ray says in one line; of a traceback its last line only."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if any(line.startswith("Traceback") for line in lines):
        lines = [lines[0], lines[-1]]
    return (" ".join(lines) or type(error).__name__)[:400].rstrip(". ")
