"""The coverage map in a real browser: beats, a hole listed and filled, two windows."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from index import library
from project import footage, history
from project.footage import Moment, Senses, Shot
from project.settings import Settings
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import Server
from tests.ui.conftest import put
from timeline.model import Clip, Gap, Marker, Timeline, Track
from timeline.time import TimeRange

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
HOSTILE = "<img src=x onerror=alert(1)> penguins"


def _known(project: Project, path: Path, captions: list[str]) -> None:
    """Footage with a caption a second, a shot for each run of the same."""
    item = put(project, path, Fraction(len(captions)))
    starts = [n for n, words in enumerate(captions) if n == 0 or words != captions[n - 1]]
    ends = [*starts[1:], len(captions)]
    shots = [
        Shot(item.id, n, TimeRange(Fraction(a), Fraction(b)))
        for n, (a, b) in enumerate(zip(starts, ends, strict=True))
    ]
    moments = [
        Moment(
            footage_id=item.id,
            ordinal=n,
            range=TimeRange(Fraction(n), Fraction(n + 1)),
            shot_ordinal=sum(start <= n for start in starts) - 1,
            caption=words,
            caption_source="sidecar",
            screen_text="",
            senses=Senses(),
        )
        for n, words in enumerate(captions)
    ]
    footage.replace_knowledge(
        project, item.id, shots=shots, moments=moments, speech=[], captions=[]
    )


@pytest.fixture
def cut(tmp_path: Path, clips: Path) -> Path:
    """A cut of bars for a red field, a hole with a hostile name, and a reason marked."""
    folder = tmp_path / "film"
    with Project.create(folder, Settings()) as project:
        _known(project, clips / "bars.mp4", ["colour bars"] * 3)
        _known(project, clips / "cuts.mp4", ["a red field"] * 2 + ["penguins on ice"] * 4)
        library.refresh(project)
        whole = TimeRange(Fraction(0), Fraction(3))
        span = TimeRange(Fraction(0), Fraction(1))
        bars = Clip("c-a", "f-bars", "bars", span, whole, beat="a red field")
        items = (bars, Gap("g-1", Fraction(1), HOSTILE))
        marker = Marker("m-1", span, "<b>because</b> it is bright", "reason")
        tracks = (Track("V1", "video", items),)
        tl = Timeline(width=160, height=90, tracks=tracks, markers=(marker,))
        with project.transaction():
            history.commit(project, tl, "a cut", actor="hand")
    return folder


def _wait(folder: Path, true: Callable[[Timeline], bool]) -> Timeline:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with Project.open(folder, write=False) as project:
            found = history.current(project)
        if true(found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"the store never came to that; it holds {found}")


def test_beats_holes_and_what_was_overlooked_are_seen_and_mended(
    cut: Path, start: Callable[[str], Server], watched: Watched
) -> None:
    page = watched.page
    page.goto(start(str(cut)).address)
    page.wait_for_selector(".rc-v1 .rc-clip")
    page.locator(".rc-marker.rc-reason").click()
    page.wait_for_selector(".rc-markertext:has-text('<b>because</b> it is bright')")
    page.keyboard.press("Escape")
    page.locator(".rc-scroller").focus()
    page.keyboard.press("b")
    page.wait_for_selector(".rc-beat")
    columns = page.locator(".rc-beat h3")
    assert columns.all_inner_texts() == ["a red field", HOSTILE], "words are text and nothing else"

    column = page.locator(".rc-beat", has_text="a red field")
    column.get_by_role("button", name="Swap in").first.click()
    swapped = _wait(cut, lambda tl: tl.clips()[0][1].footage_id == "f-cuts")
    assert swapped.clips()[0][1].beat == "a red field" and swapped.duration == 2
    name = swapped.clips()[0][1].name
    column.locator(".rc-pick", has_text=name).wait_for()

    hole = page.locator(".rc-holecard")
    hole.get_by_role("button", name="Film it").click()
    _wait(cut, lambda tl: [m.text for m in tl.markers] == [f"Reshoot: {HOSTILE}"])
    page.wait_for_selector(".rc-waysout .rc-on")
    page.get_by_role("tab", name="Reshoot list").click()
    page.wait_for_selector(f".rc-reshootlist:has-text('{HOSTILE}')")
    page.get_by_role("tab", name="What did I overlook?").click()
    page.wait_for_selector(".rc-cards .rc-moment-card")
    page.get_by_role("tab", name="Beats").click()
    page.locator(".rc-holecard").get_by_role("button", name="Search looser").click()
    page.locator(".rc-holeout").get_by_role("button", name="Fill with it").first.click()
    filled = _wait(cut, lambda tl: isinstance(tl.track("V1").items[1], Clip))
    assert filled.duration == 2, "a filled hole leaves the film as long as it was"
    page.wait_for_selector(".rc-beat:not(.rc-holed) >> nth=1")
    page.keyboard.press("Escape")
    page.locator(".rc-scroller").focus()
    page.keyboard.press("Control+z")
    _wait(cut, lambda tl: isinstance(tl.track("V1").items[1], Gap))
    assert watched.complaints == []


def test_two_windows_tell_each_other_and_lose_nothing(
    cut: Path, start: Callable[[str], Server], watched: Watched
) -> None:
    page = watched.page
    page.goto(start(str(cut)).address)
    page.wait_for_selector(".rc-v1 .rc-clip")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".rc-v1 .rc-clip")
    # the other window hears nothing of what happens meanwhile: its pulse is held up
    other.route("**/view/pulse", lambda route: route.abort())
    other.route("**/view/desk", lambda route: route.abort())
    page.locator("#rc-gallery .rc-card").first.press("Enter")
    first = _wait(cut, lambda tl: len(tl.clips()) == 2)
    other.locator("#rc-gallery .rc-card").nth(1).press("Enter")
    both = _wait(cut, lambda tl: len(tl.clips()) == 3)
    assert both.track("V1").items[:3] == first.track("V1").items
    other.wait_for_selector(".rc-toast:has-text('both are kept')")
    other.wait_for_function("document.querySelectorAll('.rc-v1 .rc-clip').length === 3")
    page.wait_for_function("document.querySelectorAll('.rc-v1 .rc-clip').length === 3")
    assert watched.complaints == []
