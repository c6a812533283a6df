"""One whole goal in a real browser against a real server and a real project on disk."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio
import pytest

from media.probe import probe
from project import history
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import Server
from timeline.model import Timeline

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
INGEST_MS = 240_000
TURN_MS = 120_000


def _store(folder: Path, question: str) -> list[tuple[Any, ...]]:
    with Project.open(folder, write=False) as project:
        return [tuple(row) for row in project.rows(question)]


def _timeline(folder: Path) -> Timeline:
    with Project.open(folder, write=False) as project:
        return history.current(project)


def _wait(folder: Path, true: Callable[[Timeline], bool], seconds: float = 30) -> Timeline:
    """The timeline on disk once `true` of it; fails with what stands there instead."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = _timeline(folder)
        if true(found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"the store never came to that; it holds {_timeline(folder)}")


def _drag(page: Any, start: tuple[float, float], to: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    for n in range(1, 9):
        share = n / 8
        page.mouse.move(
            start[0] + (to[0] - start[0]) * share, start[1] + (to[1] - start[1]) * share
        )
    page.mouse.up()


def _make_project(page: Any, folder: Path) -> None:
    page.fill("#rc-projectfolder", str(folder))
    page.get_by_role("button", name="Make new").click()
    page.wait_for_function(
        "!document.body.classList.contains('rc-noproject')"
        " && document.querySelector('.rc-project')?.textContent.length > 2"
    )


def _ingest(page: Any, clips: Path) -> None:
    page.fill("#rc-folder", str(clips))
    page.get_by_role("button", name="Import", exact=True).click()
    page.locator(".rc-jobs").click()
    page.wait_for_selector(".rc-drawer .rc-job.rc-done", timeout=INGEST_MS)
    page.wait_for_function("document.querySelectorAll('#rc-gallery .rc-card').length === 4")
    page.keyboard.press("Escape")


def _approve(page: Any) -> None:
    page.locator(".rc-current").get_by_role("button", name="Approve").click()


def test_a_goal_goes_from_an_empty_folder_to_a_downloaded_film(
    start: Callable[[str], Server], watched: Watched, clips: Path, tmp_path: Path
) -> None:
    page, folder = watched.page, tmp_path / "film"
    server = start("")
    page.goto(server.address)
    _make_project(page, folder)
    _ingest(page, clips)

    page.fill("input[type=search]", "colour bars, a tone")
    page.wait_for_selector("#rc-gallery .rc-card small")
    page.keyboard.press("Escape")

    page.fill("#rc-words textarea", 'a 6 s reel with the title "Colours" and calm music')
    page.keyboard.press("Enter")
    page.wait_for_selector(".rc-current .rc-actions", timeout=TURN_MS)
    assert _timeline(folder).duration == 0, "a proposal changed the edit before it was approved"
    page.wait_for_selector(".rc-ghostclip")  # drawn with the next frame of the page

    _approve(page)
    cut = _wait(folder, lambda tl: tl.duration > 0, TURN_MS / 1000)
    assert cut.duration == 6

    _change_the_title_then_approve(page, folder)
    _skip_the_music(page, folder)
    _drag_trim_and_undo(page, folder)
    _export_and_download(page, folder, tmp_path)

    before = _timeline(folder)
    page.goto("about:blank")
    assert server.stop() == 0
    shutil.rmtree(folder / "cache" / "proxies")
    answers: list[int] = []
    page.on("response", lambda said: "/media/" in said.url and answers.append(said.status))
    again = start(str(folder))
    page.goto(again.address)
    solid = [item for item in before.track("V1").items if item.id[0] in "cg"]
    page.wait_for_function(
        f"document.querySelectorAll('.rc-v1 :is(.rc-clip, .rc-gap)').length === {len(solid)}"
    )
    page.wait_for_function("document.querySelector('video.rc-front')?.readyState >= 2")
    assert answers[0] == 503 and answers[-1] in (200, 206), "previews are waited for"
    assert _timeline(folder) == before
    assert watched.complaints == []


def _change_the_title_then_approve(page: Any, folder: Path) -> None:
    page.wait_for_selector(".rc-current:has-text('title') .rc-actions", timeout=TURN_MS)
    page.locator(".rc-current").get_by_role("button", name="Change").click()
    page.fill("dialog [name=text]", "Three hues")
    page.get_by_role("button", name="Propose again").click()
    page.wait_for_selector(".rc-current:has-text('Three hues') .rc-actions", timeout=TURN_MS)
    assert _timeline(folder).titles == ()
    _approve(page)
    titled = _wait(folder, lambda tl: len(tl.titles) > 0, TURN_MS / 1000)
    assert titled.titles[0].text == "Three hues"


def _skip_the_music(page: Any, folder: Path) -> None:
    page.wait_for_selector(".rc-current:has-text('music') .rc-actions", timeout=TURN_MS)
    page.locator(".rc-current").get_by_role("button", name="Skip").click()
    page.wait_for_selector(".rc-step.rc-skipped", timeout=TURN_MS)
    assert all(track.name == "V1" or not track.items for track in _timeline(folder).tracks)
    decisions = [row[0] for row in _store(folder, "SELECT decision FROM decision ORDER BY id")]
    assert decisions == ["approve", "change", "approve", "skip"]


def _drag_trim_and_undo(page: Any, folder: Path) -> None:
    here = len(_timeline(folder).track("V1").items)
    page.locator("#rc-gallery .rc-card").first.focus()
    page.keyboard.press("Enter")  # the footage at the end of the cut
    start = _wait(folder, lambda tl: len(tl.track("V1").items) > here)
    count = len(start.clips())
    page.wait_for_function(f"document.querySelectorAll('.rc-v1 .rc-clip').length >= {count}")
    first, last = start.clips()[0][1].id, start.clips()[-1][1].id

    box = page.locator(f".rc-v1 [data-id='{first}']").bounding_box()
    end = page.locator(f".rc-v1 [data-id='{last}']").bounding_box()
    middle = box["y"] + box["height"] / 2
    _drag(page, (box["x"] + box["width"] / 2, middle), (end["x"] + end["width"] - 4, middle))
    moved = _wait(folder, lambda tl: tl.clips()[-1][1].id == first)

    page.wait_for_selector(f".rc-v1 .rc-clip:not(.rc-move):last-of-type[data-id='{first}']")
    box = page.locator(f".rc-v1 [data-id='{first}']").bounding_box()
    edge = box["x"] + box["width"] - 3
    _drag(page, (edge, middle), (edge - box["width"] * 0.4, middle))
    trimmed = _wait(folder, lambda tl: tl != moved)
    clip = trimmed.item(first)
    assert clip.duration < moved.item(first).duration
    assert (clip.duration * trimmed.rate).denominator == 1, "a trim ended between two frames"

    page.locator(".rc-scroller").focus()
    page.keyboard.press("Control+z")
    assert _wait(folder, lambda tl: tl == moved) == moved
    page.keyboard.press("Control+z")
    assert _wait(folder, lambda tl: tl == start) == start
    actors = _store(folder, "SELECT DISTINCT actor FROM edit ORDER BY actor")
    assert ("agent",) in actors and ("hand",) in actors


def _export_and_download(page: Any, folder: Path, tmp_path: Path) -> None:
    film = _timeline(folder)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Export timeline").click()
        page.get_by_role("menuitem", name="OpenTimelineIO").click()
    coming.value.save_as(tmp_path / "film.otio")
    read = opentimelineio.adapters.read_from_file(str(tmp_path / "film.otio"))
    assert len(list(read.find_clips())) >= len(film.clips())

    with page.expect_download(timeout=INGEST_MS) as coming:
        page.get_by_role("button", name="Export video").click()
    coming.value.save_as(tmp_path / "film.mp4")
    found = probe(tmp_path / "film.mp4")
    assert found.video is not None and found.claimed_duration_s is not None
    assert abs(found.claimed_duration_s - film.duration) < Fraction(1, 10)
