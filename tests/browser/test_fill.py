"""A hole filled in a real browser: the draft and ways on the card, takes, another, an old one."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from project import history
from project.settings import Settings
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import Server
from tests.ui.conftest import put
from timeline.model import Clip, Gap, Timeline, Track
from timeline.time import TimeRange

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture
def holed(tmp_path: Path, clips: Path) -> Path:
    """A project of bars, a hole of half a second that wants stars, and bars."""
    folder = tmp_path / "film"
    whole = TimeRange(Fraction(0), Fraction(3))
    with Project.create(folder, Settings()) as project:
        put(project, clips / "bars.mp4", Fraction(3))
        bars = [
            Clip(name, "f-bars", "bars", TimeRange(Fraction(0), Fraction(1)), whole)
            for name in ("c-a", "c-b")
        ]
        items = (bars[0], Gap("g-1", Fraction(1, 2), "stars"), bars[1])
        cut = Timeline(width=160, height=90, tracks=(Track("V1", "video", items),))
        with project.transaction():
            history.commit(project, cut, "a hole", actor="hand")
    return folder


def made(folder: Path, true: Callable[[Clip], bool]) -> Clip:
    """The made shot on disk, once `true` of it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with Project.open(folder, write=False) as project:
            item = history.current(project).track("V1").items[1]
        if isinstance(item, Clip) and true(item):
            return item
        time.sleep(0.1)
    raise AssertionError(f"the store never came to that; it holds {item}")


def test_a_hole_is_filled_and_its_takes_are_chosen_from(
    holed: Path, start: Callable[[str], Server], watched: Watched
) -> None:
    page = watched.page
    page.goto(start(str(holed)).address)
    page.get_by_role("button", name="Fill…").click()
    page.get_by_role("button", name="Have it made…").click()
    page.wait_for_selector(".rc-fillcard .rc-draft")
    ways = page.locator(".rc-way")
    assert ways.count() > 1 and page.locator(".rc-way.rc-chosen").count() == 1
    ways.filter(has_text="Move over the last frame").click()
    page.wait_for_selector(".rc-way.rc-chosen:has-text('Move over')")
    ways.filter(has_text="Draw it from words").click()
    page.wait_for_selector(".rc-way.rc-chosen:has-text('from words')")
    page.get_by_role("button", name="As a loop", exact=True).click()
    page.wait_for_selector(".rc-fillcard:has-text('ending where it begins')")
    page.get_by_role("button", name="Approve").click()
    first = made(holed, lambda clip: clip.origin is not None)
    page.wait_for_selector(".rc-takes .rc-here:has-text('Take 1')")
    page.get_by_role("button", name="Another take").click()
    page.wait_for_selector(".rc-fillcard")
    page.get_by_role("button", name="Approve").click()
    made(holed, lambda clip: clip.footage_id != first.footage_id)
    page.wait_for_selector(".rc-takes .rc-here:has-text('Take 2')")
    page.wait_for_function("document.querySelector('.rc-takes img').naturalWidth > 0")
    page.get_by_role("button", name="Use this take").click()
    made(holed, lambda clip: clip.footage_id == first.footage_id)
    page.wait_for_selector(".rc-takes .rc-here:has-text('Take 1')")
    page.locator(".rc-clip .rc-ai").click()
    page.wait_for_selector("dialog .rc-takes .rc-here:has-text('Take 1')")  # read by its window
    assert page.locator("dialog .rc-takes li").count() == 2
    assert not watched.complaints
