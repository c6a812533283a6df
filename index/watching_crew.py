"""The Ray driver of one ingest, in a process of its own: who watches what, and who was lost.

Ray ends a process whose cluster goes away, takes over its signals and its process group, and
prints as it likes. None of that may happen to the app, so this runs beside it and tells it
everything over a pipe; a closed pipe stops it.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index.analyse import Analysis, analyse
from index.watching import set_aside
from index.watching_cluster import Job, Joined, cluster
from index.watching_node import Watcher, versions
from media.errors import MediaError
from media.probe import fingerprint
from project.errors import CreatorError

LOG = "log"  # in the room: what Ray prints
TICK_S = 0.1
SHARE_S = 0.2  # how often a watcher is asked how far it is
STOP_S = 0.7  # what watchers get to stop by themselves
PATIENCE_S = 300.0  # the longest wait for a processor of the cluster
PART_BYTES = 8 << 20  # of a file that is sent; one for each watcher is under way
NODES_LOST = 2  # under one file, before that one is suspected
STILLBORN = 3  # watchers in a row that ended before their first file
Ask = Generator[Any, Any, Analysis]  # yields what is asked of Ray, gets the answer


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the file at `place` was watched, 0 to 1."""

    place: int
    share: float


@dataclass(frozen=True, slots=True)
class Seen:
    """The file at `place` is finished."""

    place: int
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class Failed:
    """Why it is over. ours: a fault of Roughcut, with its traceback."""

    text: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """Every file is finished."""


class Stopped(Exception):
    """Whoever asked for the ingest went away or stopped it."""


def drive(wire: Connection, job: Job) -> None:
    """Watch the files of `job` on its cluster and tell `wire` about it. The process's entry."""
    os.setsid()  # so that a stop from the terminal reaches only who asked for this
    log = os.open(job.room / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    with suppress(Stopped, OSError):  # nobody listens any more
        try:
            with cluster(job) as joined:
                wire.send(joined)
                Crew(job, wire, joined).run()
                wire.send(Done())
        except CreatorError as error:
            wire.send(Failed(str(error)))
        except Exception:  # the process's edge: told to who asked, with its traceback
            wire.send(Failed(traceback.format_exc(), ours=True))
            raise


def differences(theirs: dict[str, str], ours: dict[str, str]) -> list[str]:
    """What a node has in other versions than this machine, in words."""
    return [
        f"{name} {theirs.get(name, 'missing')} instead of {version}"
        for name, version in ours.items()
        if theirs.get(name) != version
    ]


class _Member:
    """One watcher on some node: its file, and what it is asked now."""

    def __init__(self, watcher: Any) -> None:
        self.watcher = watcher
        self.node = ""
        self.place: int | None = None
        self.life: Generator[Any, Any, None] | None = None
        self.asked: Any = None
        self.far: Any = None  # the question how far it is, while it is open
        self.far_at = 0.0
        self.doubted = False  # out of reach; whether it lives is not known yet


class Crew:
    """The watchers of one ingest."""

    def __init__(self, job: Job, wire: Connection, joined: Joined) -> None:
        import ray

        self._job, self._wire = job, wire
        self._paths = [Path(os.fsdecode(path)) for path in job.paths]
        self._size = job.workers or joined.processors
        self._versions = versions()
        # besides watching, it is asked how far it is and told to stop
        self._remote = ray.remote(num_cpus=1, scheduling_strategy="SPREAD", max_concurrency=3)(
            Watcher
        )
        self._waiting: list[int] = []
        self._suspects: list[int] = []  # their workers died
        self._members: list[_Member] = []
        self._adrift: Counter[int] = Counter()  # nodes lost under each file
        self._stillborn = 0
        self._busy_at = time.monotonic()

    def run(self) -> None:
        """Watch everything; suspects alone at the end, and those that kill again are given up."""
        self._round(list(range(len(self._paths))), self._size)
        suspects, self._suspects = self._suspects, []
        for place in suspects:
            self._round([place], 1)
            if place in self._suspects:
                self._wire.send(Seen(place, set_aside(self._paths[place])))

    def _round(self, waiting: list[int], size: int) -> None:
        self._waiting, self._busy_at = waiting, time.monotonic()
        for _ in range(min(size, len(waiting))):
            self._hire()
        try:
            # who has started ends by itself; who has not by then is not needed
            while self._waiting or any(member.node for member in self._members):
                self._tick()
        except Stopped:
            self._stop()
            raise
        finally:
            for member in list(self._members):
                self._dismiss(member)

    def _hire(self) -> None:
        member = _Member(self._remote.remote(self._job.read_text))
        member.life = self._life(member)
        member.asked = next(member.life)
        self._members.append(member)

    def _dismiss(self, member: _Member) -> None:
        import ray

        self._members.remove(member)
        if member.life is not None:
            member.life.close()
        ray.kill(member.watcher)

    def _life(self, member: _Member) -> Generator[Any, Any, None]:
        """What one watcher is asked, one question at a time, until no file is left."""
        watcher = member.watcher
        self._compare((yield watcher.versions.remote()))
        member.node = yield watcher.node.remote()
        self._stillborn = 0
        while self._waiting:
            member.place = self._waiting.pop(0)
            analysis = yield from self._file(watcher, self._paths[member.place])
            self._wire.send(Seen(member.place, analysis))
            member.place = None
        yield watcher.close.remote()

    def _compare(self, theirs: dict[str, str]) -> None:
        """Raise CreatorError unless a watcher's analyses are made as ours are."""
        odd = differences(theirs, self._versions)
        if odd:
            raise CreatorError(
                f"the Ray node {theirs['host']} would watch with {', '.join(odd)}, and see other"
                " things than this machine; install the same versions there (make setup)"
            )

    def _file(self, watcher: Any, path: Path) -> Ask:
        """Have `path` watched where it is seen, else send it first."""
        try:
            mark = fingerprint(path)
            if not (yield watcher.sees.remote(os.fsencode(path), mark)):
                trouble = yield from self._send(watcher, path, mark)
                if trouble:
                    return Analysis(
                        "rejected", f"{path.name!r} was not watched: {trouble}", "unreadable"
                    )
        except (MediaError, OSError):  # what cannot be read here is not sent; why is said here
            return analyse(path, read_text=self._job.read_text)
        analysis: Analysis = yield watcher.watch.remote()
        return analysis

    def _send(self, watcher: Any, path: Path, mark: str) -> Generator[Any, Any, str]:
        """Send `path` in parts; why that failed, or ""."""
        with path.open("rb") as file:
            while True:
                at, part = file.tell(), file.read(PART_BYTES)
                refused = yield watcher.receive.remote(os.fsencode(path.name), part, at)
                if refused:
                    return (
                        "it had to be sent to a Ray node that does not see its folder, and"
                        f" {refused}; make room there, or share the folder with it"
                    )
                if len(part) < PART_BYTES:
                    break
        if (yield watcher.received.remote(mark)):
            return ""
        return "it changed while it was sent to a Ray node; ingest again when it is whole"

    def _tick(self) -> None:
        """Wait a moment for an answer, and take up what came."""
        import ray

        asked = {member.asked: member for member in self._members}
        far = {member.far: member for member in self._members if member.far is not None}
        done, _ = ray.wait([*asked, *far], timeout=TICK_S)
        if self._wire.poll():
            raise Stopped
        for ref in done:
            if ref in asked:
                self._answered(asked[ref])
            else:
                self._told(far[ref])
        self._ask_how_far()

    def _answered(self, member: _Member) -> None:
        import ray
        from ray.exceptions import ActorUnavailableError, RayError, RayTaskError

        try:
            answer = ray.get(member.asked)
        except RayTaskError:  # a fault in our own code there
            raise
        except ActorUnavailableError:
            # lost, or only out of reach for a moment: the next answer tells
            member.doubted = True
            member.asked = member.watcher.node.remote()
            return
        except RayError as error:
            self._lost(member, error)
            return
        if member.doubted or member.life is None:
            self._lost(member, None)
            return
        try:
            member.asked = member.life.send(answer)
        except StopIteration:
            self._dismiss(member)

    def _lost(self, member: _Member, error: Exception | None) -> None:
        """Put a lost watcher's file back in line, or under suspicion, and hire another."""
        place = member.place
        self._dismiss(member)
        if place is None and not member.node:
            self._stillborn += 1
            if self._stillborn >= STILLBORN:
                raise CreatorError(
                    f"the Ray cluster could not start a watcher: {error}; its logs say more"
                )
        elif place is not None:
            innocent = error is None or self._gone(member.node)
            self._adrift[place] += innocent
            if innocent and self._adrift[place] <= NODES_LOST:
                self._waiting.insert(0, place)
            else:
                self._suspects.append(place)
        if self._waiting:
            self._hire()

    def _gone(self, node: str) -> bool:
        import ray

        return not any(n["Alive"] for n in ray.nodes() if n["NodeID"] == node)

    def _ask_how_far(self) -> None:
        """Ask who watches how far they are; complain where nobody could start for too long."""
        now = time.monotonic()
        for member in self._members:
            if member.place is not None:
                self._busy_at = now
                if member.far is None and now - member.far_at > SHARE_S:
                    member.far, member.far_at = member.watcher.share.remote(), now
        if now - self._busy_at > PATIENCE_S:
            raise CreatorError(
                f"no processor of the Ray cluster came free within {PATIENCE_S:.0f} s; try again"
                " when it has less to do, or watch here with --engine local"
            )

    def _told(self, member: _Member) -> None:
        import ray
        from ray.exceptions import RayError

        ref, member.far = member.far, None
        with suppress(RayError):  # lost; what it was asked to do tells
            if member.place is not None:
                self._wire.send(Share(member.place, ray.get(ref)))

    def _stop(self) -> None:
        """Have every watcher stop and tidy up, as far as that takes no time."""
        import ray

        for member in self._members:
            member.watcher.stop.remote()
        working = [m.asked for m in self._members if m.place is not None]
        if working:
            ray.wait(working, num_returns=len(working), timeout=STOP_S)
