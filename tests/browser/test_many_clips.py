"""Many clips in a real browser: they are drawn at once, and pictures asked for a few at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from project import footage, history
from project.settings import Settings
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import Server
from tests.ui.conftest import put
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
SOURCES, CLIPS = 60, 120

# How many pictures and waves were on their way at once, at most.
AT_ONCE = """() => {
  const all = performance.getEntriesByType('resource')
    .filter((e) => /.(strip|peaks)./.test(e.name));
  const beside = (one) =>
    all.filter((e) => e.startTime <= one.startTime && one.startTime < e.responseEnd);
  return [all.length, Math.max(...all.map((one) => beside(one).length))];
}"""
ASKED = (
    "name => performance.getEntriesByType('resource').filter((e) => e.name.endsWith(name)).length"
)
WORN = """() => [...document.querySelectorAll('.rc-v1 .rc-tiles')].every((one) =>
  one.style.getPropertyValue('--rc-strip').includes('/strip/'))"""
CARDS = "document.querySelectorAll('#rc-gallery .rc-card').length"


@pytest.fixture
def film(tmp_path: Path, clips: Path) -> Path:
    """A cut of many short clips out of many sources, whose content is one."""
    folder = tmp_path / "film"
    with Project.create(folder, Settings()) as project:
        row = []
        for number in range(SOURCES):
            path = tmp_path / f"many-{number:02}.mp4"
            os.link(clips / "bars.mp4", path)
            footage.save(project, replace(put(project, path, Fraction(3)), fingerprint="bars"))
        for number in range(CLIPS):
            source = f"many-{number % SOURCES:02}"
            span, whole = (TimeRange(Fraction(0), Fraction(end)) for end in (1, 3))
            row.append(Clip(f"c-{number}", f"f-{source}", source, span, whole))
        with project.transaction():
            tracks = (Track("V1", "video", tuple(row)),)
            history.commit(project, Timeline(tracks=tracks), "a cut", actor="hand")
    return folder


def test_pictures_of_many_clips_come_a_few_at_a_time_and_cards_as_they_are_come_to(
    film: Path, start: Callable[..., Server], watched: Watched
) -> None:
    page = watched.page
    page.goto(start(str(film)).address)
    page.wait_for_function(f"document.querySelectorAll('.rc-v1 .rc-clip').length === {CLIPS}")
    assert page.evaluate(ASKED, "/view/desk") == 1  # told ahead, and taken from there
    page.wait_for_function(f"{CARDS} > 0")
    assert page.evaluate(CARDS) == 24
    page.wait_for_function(WORN)
    page.wait_for_function("document.querySelector('.rc-waves').width > 300")
    asked, at_once = page.evaluate(AT_ONCE)
    assert asked >= SOURCES and at_once <= 4

    assert page.locator(".rc-v1 .rc-clipname").count() == 0  # too narrow for words
    page.locator(".rc-scroller").focus()
    for _ in range(6):
        page.keyboard.press("+")
    page.wait_for_selector(".rc-v1 .rc-clip .rc-clipname")
    assert page.locator(".rc-v1 .rc-slim").count() == 0

    page.locator("#rc-gallery .rc-card").nth(23).focus()
    page.wait_for_function(f"{CARDS} === 48")
    page.keyboard.press("ArrowDown")
    page.locator("#rc-gallery .rc-card").nth(47).focus()
    page.wait_for_function(f"{CARDS} === {SOURCES}")
    assert watched.complaints == []
