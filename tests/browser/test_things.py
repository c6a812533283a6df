"""What a network named in a clip, seen second by second and taken out in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from index import library
from index.knowledge import rewrite
from index.things.network import NAME
from project import footage, understood
from project.footage import Moment, Senses, Shot
from project.settings import Settings
from project.store import Project
from project.understood import Sighting
from tests.browser.conftest import Watched
from tests.browser.serving import Server
from tests.ui.conftest import put
from timeline.time import TimeRange

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture
def kennel(tmp_path: Path, clips: Path) -> Path:
    """A project with a clip of three seconds; in each a banjo and a dog were named."""
    folder, whole = tmp_path / "film", TimeRange(Fraction(0), Fraction(3))
    with Project.create(folder, Settings()) as project:
        item = put(project, clips / "bars.mp4", Fraction(3))
        moments = [
            Moment(
                item.id, n, TimeRange(Fraction(n), Fraction(n + 1)), 0, "", "embedded", "", Senses()
            )
            for n in range(3)
        ]
        footage.replace_knowledge(
            project,
            item.id,
            shots=[Shot(item.id, 0, whole)],
            moments=moments,
            speech=[],
            captions=[],
        )
        seen = [Sighting(whole, "dog", 0.91), Sighting(whole, "banjo", 0.62)]
        understood.look_over(project, item.fingerprint, NAME, seen)
        rewrite(project, item.id)
        library.refresh(project)
    return folder


def _wait(folder: Path, words: list[str]) -> None:
    """Until these are the things of the second second."""
    end, found = time.monotonic() + 60, list[str]()
    while time.monotonic() < end:
        with Project.open(folder, write=False) as project:
            found = [thing.word for thing in footage.moments(project, "f-bars")[1].things]
        if found == words:
            return
        time.sleep(0.1)
    raise AssertionError(f"the things of that second are {found}")


def test_a_wrong_thing_is_taken_out_of_one_second(
    watched: Watched, start: Callable[..., Server], kennel: Path
) -> None:
    page = watched.page
    page.goto(start(str(kennel)).address)
    page.locator("#rc-gallery [data-id='f-bars']").focus()
    page.keyboard.press("e")
    rows = page.locator("dialog .rc-moment")
    rows.nth(2).wait_for()
    assert "looks like: dog (0.91)" in rows.nth(1).inner_text()
    rows.nth(1).get_by_role("button", name="No banjo here").click()
    _wait(kennel, ["dog"])
    assert "banjo" not in rows.nth(1).inner_text() and "banjo" in rows.nth(0).inner_text()
    with Project.open(kennel, write=False) as project:
        first = footage.moments(project, "f-bars")[0]
    assert [thing.word for thing in first.things] == ["dog", "banjo"]
    assert not watched.complaints
