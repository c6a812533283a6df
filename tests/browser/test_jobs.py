"""Jobs in a real browser: progress, reasons, another try, a server that is new."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from project import jobs
from project.settings import Settings
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
HOSTILE = "<img src=x onerror=alert(1)>.mp4"


@pytest.fixture
def card(tmp_path: Path, clips: Path) -> Path:
    """A folder with a good clip under a hostile name, and a file that is none."""
    folder = tmp_path / "card"
    folder.mkdir()
    shutil.copy(clips / "bars.mp4", folder / HOSTILE)
    (folder / "broken.mp4").write_bytes(b"not a film")
    return folder


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "film"
    Project.create(folder, Settings()).close()
    return folder


def _ended(folder: Path, count: int) -> list[jobs.Job]:
    end = time.monotonic() + 240
    while time.monotonic() < end:
        with Project.open(folder, write=False) as project:
            found = [job for job in jobs.jobs(project) if job.over]
        if len(found) >= count:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{count} jobs never ended")


def test_jobs_are_seen_said_tried_again_and_outlive_the_page_and_the_server(
    film: Path, card: Path, start: Callable[[str], Server], watched: Watched
) -> None:
    page = watched.page
    server = start(str(film))
    page.goto(server.address)
    page.get_by_role("button", name="Jobs").click()
    page.wait_for_selector(".rc-drawer:has-text('Nothing has run yet')")
    page.keyboard.press("Escape")
    assert page.locator(".rc-drawer").is_hidden()
    page.fill("#rc-folder", str(card))
    page.get_by_role("button", name="Import", exact=True).click()
    page.locator(".rc-jobs").click()
    page.wait_for_selector(".rc-drawer .rc-job.rc-done", timeout=240_000)
    page.wait_for_selector(".rc-toast:has-text('1 of 2 files are in, 1 rejected')")
    row = page.locator(".rc-drawer .rc-job").first
    assert "broken.mp4" in row.inner_text() and "rejected" in row.inner_text()
    row.locator("summary").click()
    assert HOSTILE in row.inner_text(), "a file's name is text and nothing else"
    [job] = _ended(film, 1)
    assert (job.kind, job.status, len(job.result["files"])) == ("ingest", "done", 2)

    page.goto("about:blank")
    assert server.stop() == 0
    with Project.open(film) as project:
        jobs.enqueue(project, "ingest", {"folder": str(card.parent / "gone")}, key="x" * 10)
    page.goto(start(str(film)).address)
    page.get_by_role("button", name="Jobs").click()
    failed = page.locator(".rc-drawer .rc-job.rc-failed")
    failed.wait_for(timeout=60_000)
    assert "gone" in failed.inner_text()
    assert page.locator(".rc-drawer .rc-job.rc-done").count() == 1, "a new server shows the old"
    (card.parent / "gone").mkdir()
    shutil.copy(card / HOSTILE, card.parent / "gone" / "again.mp4")
    failed.get_by_role("button", name="Try again").click()
    page.wait_for_function("document.querySelectorAll('.rc-drawer .rc-job.rc-done').length === 2")
    assert [job.status for job in _ended(film, 3)] == ["done", "failed", "done"]
    assert watched.complaints == []
