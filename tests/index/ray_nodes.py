"""A Ray cluster of two nodes on this machine, kept in a process of its own.

Ray takes over the signals and the exit of the process that starts a node, so the tests' own
process starts none: it talks to this one, `python -m tests.index.ray_nodes`, line by line.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# nodes are met on this machine only, and one that is gone is noticed soon
AROUND = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
SOON = {
    "RAY_health_check_period_ms": "500", "RAY_health_check_timeout_ms": "500",
    "RAY_health_check_initial_delay_ms": "0",
}  # fmt: skip
NODE: dict[str, Any] = {
    "num_cpus": 1, "object_store_memory": 80 << 20, "include_dashboard": False,
}  # fmt: skip


class RayNodes(AbstractContextManager["RayNodes"]):
    """Two nodes with a processor each; `remove` takes the second away, without a word."""

    def __init__(self) -> None:
        self.room = Path(tempfile.mkdtemp(prefix="ray"))  # short: Ray's sockets lie deep in it
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.index.ray_nodes"],
            cwd=ROOT,
            env={
                **os.environ,
                **AROUND,
                **SOON,
                "RAY_TMPDIR": str(self.room),
                "TMPDIR": str(self.room),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if line.startswith("> "):
                return line.removeprefix("> ").strip()
        raise RuntimeError("the Ray nodes ended; what they printed is above")

    def remove(self, which: str = "second") -> None:
        """Kill all of the `second` node, or the `head`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{which}\n")
        self._process.stdin.flush()
        self._line()

    def watchers(self) -> list[int]:
        """The processes that watch on these nodes now."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):  # it may end while it is looked at
                here = f"RAY_TMPDIR={self.room}".encode() in (entry / "environ").read_bytes()
                if here and (entry / "cmdline").read_bytes().startswith(b"ray::Watcher"):
                    found.append(int(entry.name))
        return found

    @contextlib.contextmanager
    def deadly(self, path: Path) -> Iterator[set[int]]:
        """Meanwhile every watcher is killed while `path` is read for it; gives who was."""
        killed, over = set[int](), threading.Event()

        def kill() -> None:
            while not over.is_set():
                watchers = set(self.watchers())
                for reader in _readers(path):
                    if (number := _above(reader, watchers)) is not None:
                        with contextlib.suppress(OSError):  # it has ended
                            os.kill(number, signal.SIGKILL)
                            killed.add(number)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            yield killed
        finally:
            over.set()
            killer.join()

    def scratch(self) -> list[Path]:
        """The scratch folders that watchers on these nodes have now."""
        return list(self.room.glob("roughcut-*"))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._process.communicate()
        shutil.rmtree(self.room, ignore_errors=True)


def _readers(path: Path) -> Iterator[int]:
    """The processes that have the file open."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end, or close the file, while it is looked at
            if any(opened.samefile(path) for opened in (entry / "fd").iterdir()):
                yield int(entry.name)


def _above(number: int, wanted: set[int]) -> int | None:
    """The process itself or the nearest one above it that is wanted."""
    with contextlib.suppress(OSError):
        while number > 1 and number not in wanted:
            stat = Path(f"/proc/{number}/stat").read_text()
            number = int(stat.rpartition(")")[2].split()[1])
    return number if number in wanted else None


def main() -> None:
    """Start the nodes, say where, and do as told until the input ends."""
    from ray.cluster_utils import Cluster

    cluster = Cluster()
    cluster.add_node(**NODE)
    second = cluster.add_node(**NODE)
    sys.stdout.write(f"> {cluster.address}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        node = second if line.strip() == "second" else cluster.head_node
        cluster.remove_node(node, allow_graceful=False)
        sys.stdout.write("> gone\n")
        sys.stdout.flush()
    cluster.shutdown()


if __name__ == "__main__":
    main()
