"""A first run in a real browser: the first screen, dropped files, the sample in one click."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from project import footage, jobs
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
DROP = """async ([name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    window.dispatchEvent(new DragEvent(kind, {dataTransfer: data, cancelable: true}));
}"""
HOSTILE = "<script>alert(1)<.mp4"


def test_the_first_screen_makes_a_project_and_what_is_dropped_is_copied_watched_and_searched(
    start: Callable[[str], Server], watched: Watched, clips: Path, tmp_path: Path
) -> None:
    page, folder = watched.page, tmp_path / "film"
    late: list[Any] = []  # the part that draws the first screen comes after it was asked for
    page.route("**/ui/bar.js*", lambda route: late.append(route))
    with page.expect_response("**/view/desk"):
        page.goto(start("").address)
    late[0].continue_()
    page.wait_for_selector(".rc-welcome")
    page.unroute("**/ui/bar.js*")
    assert page.locator(".rc-welcome button").count() == 3
    page.fill("#rc-projectfolder", str(folder))
    page.get_by_role("button", name="Make new").click()
    page.wait_for_selector(".rc-begin")
    page.evaluate(DROP, [HOSTILE, list((clips / "bars.mp4").read_bytes())])
    page.wait_for_selector("#rc-gallery .rc-card", timeout=120_000)
    kept = [path.name for path in (folder / "footage").iterdir()]
    assert kept == ["_script_alert(1)_.mp4"], "the name is fit for any system"
    page.evaluate(DROP, ["notes.mp4", list(b"this is no film")])
    page.locator(".rc-jobs").click()
    page.wait_for_selector(".rc-drawer .rc-files .rc-rejected:has-text('notes.mp4')")
    page.fill("input[type=search]", "colour bars")
    page.wait_for_selector("#rc-gallery .rc-card small")
    with Project.open(folder, write=False) as project:
        found = {item.name: item.status for item in footage.all_footage(project)}
    assert found == {"_script_alert(1)_.mp4": "ok", "notes.mp4": "rejected"}
    assert watched.complaints == []


def test_the_sample_project_is_one_click_away_and_painting_it_can_be_stopped_and_taken_up(
    start: Callable[[str], Server],
    watched: Watched,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    page, folder = watched.page, tmp_path / "Roughcut sample"
    page.goto(start("").address)
    page.get_by_role("button", name="Open the sample project").click()
    page.wait_for_selector(".rc-begin")
    page.locator(".rc-jobs").click()
    running = page.locator(".rc-drawer .rc-job.rc-running")
    running.wait_for()
    page.wait_for_selector(".rc-drawer .rc-job.rc-running:has-text('painted')", timeout=120_000)
    asked = time.monotonic()
    running.get_by_role("button", name="Cancel").click()
    page.wait_for_selector(".rc-drawer .rc-job.rc-cancelled")
    assert time.monotonic() - asked < 20
    painted = sorted(path.name for path in (folder / "footage").rglob("C*.MP4"))
    assert painted, "what was painted stays"
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".rc-drawer .rc-job.rc-running")
    with Project.open(folder, write=False) as project:
        newest = jobs.jobs(project)[0]
    assert newest.arguments["sample"] is True and not newest.over
    assert watched.complaints == []
