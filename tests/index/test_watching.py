"""The pool of worker processes: what any executor promises."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.analyse import Analysis
from index.watching import Engine, executor
from index.watching_pool import Watchers
from media.errors import Cancelled
from project.settings import Settings
from tests.conftest import ffmpeg

QUIET = Settings(read_text=False)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of twenty seconds: long enough to be met half watched."""
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=20", "-preset", "ultrafast",
           "-pix_fmt", "yuv420p", path)  # fmt: skip
    return path


def killing(crew: Watchers, place: int, times: int) -> Iterator[tuple[int, Analysis]]:
    """What `crew` gives while its only worker is killed so often at the file of `place`."""
    killed: set[int] = set()
    for result in crew.watch():
        if result is not None:
            yield result
        if crew.share(place) > 0 and len(killed) < times:
            for process in mp.active_children():
                if process.pid not in killed and crew.running == (place,):
                    os.kill(process.pid or 0, signal.SIGKILL)
                    killed.add(process.pid or 0)


def test_a_killed_worker_loses_no_file(clips: Path, long: Path) -> None:
    paths = [long, clips / "bars.mp4"]
    whole = dict(filter(None, Watchers(paths, workers=2, read_text=False).watch()))
    crew = Watchers(paths, workers=1, read_text=False)
    assert dict(killing(crew, 0, 1)) == whole
    assert whole[0].status == whole[1].status == "ok"


def test_a_file_that_ends_its_worker_twice_is_set_aside(clips: Path, long: Path) -> None:
    crew = Watchers([long, clips / "bars.mp4"], workers=1, read_text=False)
    found = dict(killing(crew, 0, 2))
    assert found[0].status == "rejected"
    assert "'long.mp4' died twice" in found[0].reason
    assert found[1].status == "ok"


def test_a_stop_in_the_middle_leaves_no_process(long: Path) -> None:
    crew = Watchers([long], workers=1, read_text=False)
    with pytest.raises(Cancelled):
        for _ in crew.watch(lambda: crew.share(0) > 0):
            pass
    assert mp.active_children() == []


def test_settings_choose_what_watches(clips: Path) -> None:
    assert isinstance(executor([clips / "bars.mp4"], QUIET), Watchers)
    ray = Settings(engine="ray", ray_address="nowhere")
    here = executor([clips / "bars.mp4"], ray, engine=Engine("local"))
    assert isinstance(here, Watchers)
    with pytest.raises(Exception, match="'nowhere' is no address of a Ray cluster"):
        executor([clips / "bars.mp4"], ray)
