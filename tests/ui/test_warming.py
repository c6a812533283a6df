"""What is made ready before a creator asks: film strips, also of footage that came later."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import runs
from media.errors import Cancelled
from project.store import Project
from tests.ui.conftest import put
from ui import warming
from ui.pictures import Pictures
from ui.warming import Warming

ENOUGH_S = 60


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(warming, "BEGIN_AFTER_S", 0.0)
    monkeypatch.setattr(warming, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(Warming, "_load", lambda _: None)
    yield


class Watched(Pictures):
    """Pictures that tell which strips were made, and by whom."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.made: list[str] = []
        self.priorities: set[int] = set()
        self.changed = threading.Condition()

    def strip(self, footage_id: str) -> Path:
        out = super().strip(footage_id)
        with self.changed:
            self.made.append(footage_id)
            own = threading.get_native_id()
            self.priorities.add(os.getpriority(os.PRIO_PROCESS, own))
            self.changed.notify_all()
        return out

    def until(self, footage_id: str) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: footage_id in self.made, ENOUGH_S)


def test_strips_are_there_before_they_are_asked_for_and_so_are_those_of_later_footage(
    project: Project, clips: Path, at_once: None
) -> None:
    pictures = Watched(project)
    first = put(project, clips / "bars.mp4", Fraction(3))
    making = Warming(project, pictures)
    making.start()
    try:
        assert pictures.until(first.id)
        second = put(project, clips / "cuts.mp4", Fraction(2))
        assert pictures.until(second.id)
    finally:
        making.close()
    assert len(list(project.cache.rglob("strip.jpg"))) == 2
    assert pictures.priorities == {os.nice(0)}, "a slow holder of Python's lock slows the app"


def test_nothing_is_made_once_it_is_closed(project: Project, clips: Path, at_once: None) -> None:
    pictures = Watched(project)
    making = Warming(project, pictures)
    making.start()
    making.close()
    put(project, clips / "bars.mp4", Fraction(3))
    with pytest.raises(Cancelled):
        pictures.strip(put(project, clips / "cuts.mp4", Fraction(2)).id)
    assert not list(project.cache.rglob("strip.jpg"))


def test_one_frame_is_not_kept_waiting_by_film_strips(
    project: Project, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(*_: object) -> NDArray[np.uint8]:
        begun.release()
        assert go_on.wait(ENOUGH_S)
        return np.zeros((90, 160, 3), np.uint8)

    monkeypatch.setattr("ui.pictures._sheet", slow)
    pictures = Pictures(project)
    names = [put(project, clips / f"{name}.mp4", Fraction(3)).id for name in ("bars", "cuts")]
    with ThreadPoolExecutor(2) as both:
        strips = [both.submit(pictures.strip, name) for name in names]
        for _ in names:
            assert begun.acquire(timeout=ENOUGH_S)
        assert pictures.still(names[0], 1000, 180).is_file()
        assert not pictures.has_strip(names[0])
        go_on.set()
        assert all(strip.result().is_file() for strip in strips)
    assert pictures.has_strip(names[0])


def test_of_the_frames_that_wait_the_one_asked_for_last_is_made_first(
    project: Project, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Fraction] = []
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(path: Path, at_s: Fraction, *, height_px: int) -> NDArray[np.uint8]:
        made.append(at_s)
        begun.release()
        assert go_on.wait(ENOUGH_S)
        return np.zeros((height_px, 320, 3), np.uint8)

    monkeypatch.setattr("ui.pictures.stills.still", slow)
    pictures = Pictures(project)
    bars = put(project, clips / "bars.mp4", Fraction(3)).id
    with ThreadPoolExecutor(5) as crew:
        asked = []
        for n in range(5):
            asked.append(crew.submit(pictures.still, bars, 100 * n, 180))
            if n < 2:
                assert begun.acquire(timeout=ENOUGH_S)
            else:
                end = time.monotonic() + ENOUGH_S
                while len(pictures._glances._waiting) < n - 1:
                    assert time.monotonic() < end
                    time.sleep(0.005)
        go_on.set()
        assert all(each.result().is_file() for each in asked)
    assert [int(at * 10) for at in made][:3] == [0, 1, 4]


def test_footage_is_read_for_search_before_the_first_question(
    project: Project, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [put(project, clips / f"{name}.mp4", Fraction(3)).id for name in ("bars", "cuts")]
    monkeypatch.setattr(warming, "embedder", lambda _: None)
    monkeypatch.setattr(warming, "question_vector", lambda *_: None)
    monkeypatch.setattr(warming, "floor", lambda *_: 0.0)
    Warming(project, Pictures(project))._load()
    monkeypatch.setattr(runs, "_watch", lambda *_: pytest.fail("read again"))
    assert [seen.footage.id for seen in runs.watched(project, ids)] == ids
