"""What stands beside the assistant: a selected clip, versions beside the edit, preferences."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from project import history
from project.settings import Settings
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import Server
from tests.ui.conftest import put
from timeline import edits
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from tools.preferences import preferences

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture
def film(tmp_path: Path, clips: Path) -> Path:
    """Two clips; the version "long" is kept of them, then the second one is taken out."""
    folder = tmp_path / "film"
    with Project.create(folder, Settings()) as project:
        row = []
        for name, seconds in (("bars", 3), ("cuts", 6)):
            item = put(project, clips / f"{name}.mp4", Fraction(seconds))
            span = TimeRange(Fraction(0), Fraction(2))
            row.append(Clip(f"c-{name}", item.id, item.name, span, item.range))
        long = Timeline(width=320, height=180, tracks=(Track("V1", "video", tuple(row)),))
        with project.transaction():
            history.commit(project, long, "a cut", actor="hand")
        history.name_version(project, "long")
        with project.transaction():
            history.commit(project, edits.delete(long, "c-cuts"), "shorter", actor="hand")
    return folder


def _a_version_is_asked_for(page: Any) -> None:
    clip = {"footage_id": "f-bars", "name": "bars", "in_s": 0, "out_s": 2}
    made = [
        {"number": n, "length_s": 2, "clips": [clip], "holes": [], "differs": words,
         "proposed": n == 1}
        for n, words in ((1, ""), (2, "quicker"))
    ]  # fmt: skip
    page.route(
        "**/view/alternatives", lambda route: route.fulfill(json={"film": "bars", "versions": made})
    )
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("menuitem", name="Compare versions").click()
    two = page.locator("dialog .rc-alternatives li")
    assert two.last.locator("span").first.inner_text() == "0:02, 1 clip; quicker"
    assert two.first.get_by_role("button").is_disabled()
    two.last.get_by_role("button", name="Propose: version 2").click()
    page.wait_for_selector(".rc-chat .rc-creator:has-text('version 2')")


def test_a_clip_is_pointed_at_ideas_are_taken_versions_compared_and_preferences_kept(
    film: Path, start: Callable[..., Server], watched: Watched
) -> None:
    page = watched.page
    server = start(str(film))
    page.goto(server.address)
    page.locator(".rc-v1 .rc-clip .rc-clipname").click()
    page.wait_for_selector("#rc-words textarea[placeholder*='“this one” is “The bars”']")
    page.fill("#rc-words textarea", "make this one half a second shorter")
    page.keyboard.press("Enter")
    page.wait_for_selector(".rc-current .rc-actions", timeout=120_000)
    assert "make the 1st shot half a second shorter" in page.locator(".rc-chat").inner_text()
    page.locator(".rc-current").get_by_role("button", name="Skip").click()
    page.wait_for_selector(".rc-step.rc-skipped")

    page.locator(".rc-scroller").focus()
    page.keyboard.press("w")
    page.wait_for_selector(".rc-step.rc-applied:has-text('Why is the 1st shot here?')")
    page.fill("#rc-words textarea", "what films could I make from this footage?")
    page.keyboard.press("Enter")
    page.locator(".rc-ideas button").first.click()
    page.wait_for_selector(".rc-chat .rc-creator:has-text('Make idea 1')")
    page.locator(".rc-current").get_by_role("button", name="Skip").click(timeout=120_000)
    page.wait_for_selector(".rc-step.rc-skipped")

    page.get_by_role("button", name="Versions").click()
    page.get_by_role("menuitem", name="Compare versions").click()
    line = page.locator("dialog .rc-versions li")
    assert "0:04, 2 clips; beside this one 1 added" in line.inner_text()
    line.get_by_role("button", name="Look at it").click()
    page.wait_for_selector(".rc-ghostclip.rc-is-added")
    page.wait_for_selector(".rc-preview [aria-pressed=true]:has-text('long')")
    page.get_by_role("button", name="Stop comparing").click()
    page.wait_for_selector(".rc-ghostclip", state="detached")
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("menuitem", name="Compare versions").click()
    page.locator("dialog .rc-versions").get_by_role("button", name="Go to it").click()
    page.wait_for_function("document.querySelectorAll('.rc-v1 .rc-clip').length === 2")
    _a_version_is_asked_for(page)

    page.get_by_role("button", name="Settings").click()
    page.fill("[aria-label='A new preference']", "never use dogs")
    page.keyboard.press("Enter")
    page.wait_for_selector(".rc-preferred li")
    with Project.open(film, write=False) as project:
        assert [one.value for one in preferences(project)] == ["dogs"]
        assert history.current(project).duration == 4
    page.get_by_role("button", name="Forget").click()
    page.wait_for_selector(".rc-preferred li", state="detached")
    page.keyboard.press("Escape")

    page.goto("about:blank")
    assert server.stop() == 0
    page.goto(start("").address)
    page.locator(".rc-recent").get_by_role("button", name=f"film in {film.parent.name}").click()
    page.wait_for_selector(".rc-v1 .rc-clip")
    assert watched.complaints == []
