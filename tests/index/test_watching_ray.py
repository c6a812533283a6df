"""A Ray cluster of two nodes on this machine watches as the pool does, whatever becomes of it."""

from __future__ import annotations

import importlib.util
import multiprocessing as mp
import os
import shutil
import socket
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index import library
from index.analyse import Analysis, analyse
from index.ingest import ingest
from index.watching import Engine, executor
from index.watching_crew import PART_BYTES, differences
from index.watching_node import Watcher, versions
from index.watching_pool import Watchers
from index.watching_ray import RayWatchers, joined
from media.errors import Cancelled
from media.probe import fingerprint
from project.errors import CreatorError
from project.settings import Settings
from project.store import DATABASE, Project
from tests.conftest import ffmpeg
from tests.index.ray_nodes import AROUND, RayNodes

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/cwd").exists(), reason="the system does not show its processes in /proc"
)


@pytest.fixture(scope="module")
def nodes() -> Iterator[RayNodes]:
    with RayNodes() as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray's own settings, as they stand around the nodes; an answer that is lost, lost soon."""
    for name, value in (AROUND | {"RAY_gcs_rpc_server_reconnect_timeout_s": "5"}).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def card(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three good clips, one larger than a part that is sent, two that are none."""
    folder = tmp_path_factory.mktemp("card")
    for name in ("bars.mp4", "cuts.mp4", "portrait.mp4"):
        shutil.copy2(clips / name, folder / name)
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=6", "-pix_fmt", "yuv420p",
           "-c:v", "rawvideo", folder / "raw.avi")  # fmt: skip
    assert (folder / "raw.avi").stat().st_size > PART_BYTES
    (folder / "fake.mp4").write_text("not a film")
    whole = (folder / "cuts.mp4").read_bytes()
    (folder / "torn.mp4").write_bytes(whole[: len(whole) // 2])
    return folder


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two clips of twenty seconds: long enough to be met half watched."""
    folder = tmp_path_factory.mktemp("long")
    for name, look in (("one.mp4", "testsrc2"), ("two.mp4", "mandelbrot")):
        ffmpeg("-f", "lavfi", "-i", f"{look}=s=320x180:r=25", "-t", "20", "-preset", "ultrafast",
               "-pix_fmt", "yuv420p", folder / name)  # fmt: skip
    return sorted(folder.iterdir())


def pooled(paths: list[Path]) -> dict[int, Analysis]:
    return dict(filter(None, Watchers(paths, workers=2, read_text=False).watch()))


def rows(folder: Path) -> dict[str, list[str]]:
    """All that a project's store holds of footage, but for row numbers and the time of day."""
    found = {}
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        names = db.execute("SELECT name FROM sqlite_schema WHERE sql LIKE '%STRICT'").fetchall()
        for (table,) in names:
            columns = ", ".join(
                name
                for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")
                if name not in ("created_at", "updated_at") and (name, kind) != ("id", "INTEGER")
            )
            found[table] = sorted(map(repr, db.execute(f"SELECT {columns} FROM {table}")))
    del found["meta"]  # a revision, and a stamp that is another in every project
    return found


@pytest.mark.slow
def test_two_nodes_store_what_the_pool_stores(
    nodes: RayNodes, card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "refresh", lambda *_, **__: None)
    with Project.create(tmp_path / "pool", Settings()) as project:
        assert project.settings.engine == "local"
        ingest(project, [card], workers=2)
    settings = Settings(engine="ray", ray_address=nodes.address)
    shares: list[float] = []
    with Project.create(tmp_path / "ray", settings) as project:
        report = ingest(project, [card], progress=lambda at: shares.append(at.share))
    assert {file.name: file.status for file in report.footage} == {
        "bars.mp4": "ok", "cuts.mp4": "ok", "fake.mp4": "rejected", "portrait.mp4": "ok",
        "raw.avi": "ok", "torn.mp4": "rejected",
    }  # fmt: skip
    stored = rows(tmp_path / "ray")
    assert len(stored["footage"]) == 6
    assert len(stored["moment"]) == 17
    assert stored == rows(tmp_path / "pool")
    assert any(0 < share < 1 for share in shares)
    assert mp.active_children() == []


@pytest.mark.slow
@needs_proc
def test_a_file_that_a_node_does_not_see_is_sent_and_its_copy_deleted(
    nodes: RayNodes, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = sorted(card.iterdir())
    monkeypatch.chdir(card)
    # the same words lead every process to its own folder: only what drives Ray finds clips there
    apart = [Path("/proc/self/cwd") / path.name for path in here]
    crew = executor(apart, Settings(read_text=False), engine=Engine("ray", nodes.address))
    assert dict(filter(None, crew.watch())) == pooled(here)
    assert nodes.scratch() == []


@pytest.mark.slow
@needs_proc
def test_a_stop_in_the_middle_ends_every_watcher(nodes: RayNodes, long: list[Path]) -> None:
    crew = RayWatchers(long, address=nodes.address, workers=0, read_text=False)
    stopped_at = 0.0

    def stop() -> bool:
        nonlocal stopped_at
        stopped_at = stopped_at or (time.monotonic() if crew.share(0) > 0 else 0.0)
        return stopped_at > 0

    with pytest.raises(Cancelled):
        for _ in crew.watch(stop):
            pass
    assert time.monotonic() - stopped_at < 2
    assert mp.active_children() == []
    while nodes.watchers():
        pass
    # and the cluster is free for the next one
    again = RayWatchers(long[:1], address=nodes.address, workers=2, read_text=False)
    assert dict(filter(None, again.watch())) == pooled(long[:1])


@pytest.mark.slow
@needs_proc
def test_a_file_that_ends_its_watcher_twice_is_set_aside_and_the_rest_goes_on(
    nodes: RayNodes, long: list[Path]
) -> None:
    crew = RayWatchers(long, address=nodes.address, workers=1, read_text=False)
    with nodes.deadly(long[0]) as killed:
        found = dict(filter(None, crew.watch()))
    assert len(killed) == 2
    assert found[0].status == "rejected"
    assert "'one.mp4' died twice" in found[0].reason
    assert found[1] == pooled(long[1:])[0]


@pytest.mark.slow
def test_a_node_that_is_lost_takes_no_file_with_it(tmp_path: Path, clips: Path) -> None:
    for name, look in (("one.mp4", "testsrc2"), ("two.mp4", "testsrc")):
        ffmpeg("-f", "lavfi", "-i", f"{look}=s=320x180:r=25", "-t", "60", "-preset", "ultrafast",
               "-pix_fmt", "yuv420p", tmp_path / name)  # fmt: skip
    paths = [*sorted(tmp_path.iterdir()), clips / "bars.mp4"]
    with RayNodes() as cluster:
        crew = RayWatchers(paths, address=cluster.address, workers=0, read_text=False)
        found, removed = {}, False
        for result in crew.watch():
            found |= dict([result] if result else [])
            if crew.share(0) > 0 and crew.share(1) > 0 and not removed:
                cluster.remove()  # where both were busy just now
                removed = True
        assert removed
        assert found == pooled(paths)
        assert joined(cluster.address).describe() == "1 node, 1 processor"


@pytest.mark.slow
def test_a_cluster_that_goes_away_ends_the_ingest_in_words(long: list[Path], clips: Path) -> None:
    paths = [clips / "bars.mp4", *long]
    with RayNodes() as cluster:
        crew = RayWatchers(paths, address=cluster.address, workers=1, read_text=False)
        found, gone = {}, False
        with pytest.raises(CreatorError, match=r"went away; what was finished is kept"):
            for result in crew.watch():
                found |= dict([result] if result else [])
                if crew.share(1) > 0 and not gone:
                    cluster.remove("second")
                    cluster.remove("head")
                    gone = True
    assert list(found) == [0]
    assert mp.active_children() == []


@pytest.mark.slow
def test_without_an_address_a_cluster_of_this_machine_watches_and_is_gone_afterwards(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Path(tempfile.mkdtemp(prefix="rc"))  # a short path, as Ray's sockets need it
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    monkeypatch.setenv("HOME", str(tmp_path))
    paths = [clips / "bars.mp4", clips / "portrait.mp4"]
    settings = Settings(read_text=False, engine="ray", workers=1)
    assert dict(filter(None, executor(paths, settings).watch())) == pooled(paths)
    assert mp.active_children() == []
    assert list(room.iterdir()) == []
    assert not (tmp_path / ".ray").exists()  # where Ray keeps a key that any program could use
    room.rmdir()


def test_a_copy_is_watched_as_the_file_itself_and_then_deleted(card: Path) -> None:
    watcher = Watcher(read_text=False)
    for name in ("bars.mp4", "fake.mp4", "torn.mp4"):
        path = card / name
        mark, whole = fingerprint(path), path.read_bytes()
        assert not watcher.sees(b"/nowhere/" + name.encode(), mark)
        half = len(whole) // 2
        assert watcher.receive(name.encode(), whole[:half], 0) == ""
        assert not watcher.received(mark)
        assert watcher.receive(name.encode(), whole, 0) == ""
        assert watcher.received(mark)
        copy = watcher._copy
        assert copy is not None and copy.is_dir()
        assert watcher.watch() == analyse(path, read_text=False)
        assert not copy.exists()
    watcher.close()


def test_a_node_without_room_says_so(card: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/dev/full/no folder")
    refused = Watcher(read_text=False).receive(b"bars.mp4", b"", 0)
    assert refused.startswith("cannot work in /dev/full/no folder")


def test_another_file_at_the_same_path_is_not_taken_for_it(card: Path) -> None:
    watcher = Watcher(read_text=False)
    assert watcher.sees(os.fsencode(card / "bars.mp4"), fingerprint(card / "bars.mp4"))
    assert not watcher.sees(os.fsencode(card / "bars.mp4"), fingerprint(card / "cuts.mp4"))


def test_other_versions_on_a_node_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = Watcher(read_text=False).versions()
    assert differences(theirs, versions()) == []
    older = theirs | {"analysers": "1", "av": "missing"}
    ours = versions()
    assert differences(older, ours) == [
        f"av missing instead of {ours['av']}", f"analysers 1 instead of {ours['analysers']}",
    ]  # fmt: skip


def test_no_cluster_at_an_address_is_said_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(CreatorError, match=f"no Ray cluster answers at {address}.*ray start"):
            RayWatchers([], address=address, workers=0, read_text=True)
    with pytest.raises(CreatorError, match=r"give HOST:PORT"):
        joined("cluster.example")


def test_something_else_at_an_address_is_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.watching_ray.JOIN_S", 5.0)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(CreatorError, match=f"at {address} did not answer within 5 s"):
            joined(address)
    assert mp.active_children() == []


def test_without_ray_the_way_in_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(CreatorError, match=r"Ray is not installed; install it with: pip install"):
        executor([], Settings(engine="ray"))
