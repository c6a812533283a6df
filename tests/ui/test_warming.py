"""What is made ready before a creator asks: film strips, also of footage that came later."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

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
