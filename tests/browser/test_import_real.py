"""Real clips brought in through the page: one of each container, and files that are none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from project import footage
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import ROOT, Server

FOOTAGE, BROKEN = (ROOT.parent / "shared" / name for name in ("footage", "broken"))
SPOILT = ("zero_bytes.mp4", "text_renamed.mp4", "truncated_no_index.mp4")
pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default"),
    pytest.mark.skipif(not (FOOTAGE / "manifest.json").is_file(), reason="no real footage here"),
]  # fmt: skip


def _card(folder: Path) -> tuple[set[str], set[str]]:
    """A memory card with the smallest clip of each container, and spoilt files among them."""
    folder.mkdir()
    sized = sorted(FOOTAGE.iterdir(), key=lambda path: path.stat().st_size)
    smallest = {path.suffix: path for path in reversed(sized) if path.suffix != ".json"}
    spoilt = [BROKEN / name for name in SPOILT if (BROKEN / name).is_file()]
    for path in (*smallest.values(), *spoilt):
        shutil.copy(path, folder / path.name)
    return {path.name for path in smallest.values()}, {path.name for path in spoilt}


def test_real_footage_is_imported_drawn_and_found_and_what_is_none_is_told(
    start: Callable[[str], Server], watched: Watched, tmp_path: Path
) -> None:
    good, spoilt = _card(tmp_path / "card")
    Project.create(tmp_path / "film").close()
    page = watched.page
    page.goto(start(str(tmp_path / "film")).address)
    page.fill("#rc-folder", str(tmp_path / "card"))
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_selector("#rc-gallery .rc-card", timeout=240_000)  # while the rest still runs
    page.wait_for_selector(
        f".rc-toast:has-text('{len(good)} of {len(good | spoilt)} files are in')", timeout=240_000
    )
    page.locator(".rc-jobs").click()
    page.locator(".rc-drawer .rc-job summary").first.click()
    rejected = page.locator(".rc-drawer .rc-files .rc-rejected")
    assert rejected.count() == len(spoilt)
    for name in spoilt:
        assert rejected.filter(has_text=name).count() == 1
    page.keyboard.press("Escape")
    with Project.open(tmp_path / "film", write=False) as project:
        kept = footage.all_footage(project)
    assert {item.name for item in kept if item.status != "rejected"} == good
    cards = page.locator("#rc-gallery .rc-card")
    assert cards.count() == len(good | spoilt)
    assert page.locator("#rc-gallery .rc-card.rc-rejected").count() == len(spoilt)
    page.fill("input[type=search]", "vertical video or handheld shot")
    page.wait_for_selector("#rc-gallery .rc-card small")
    assert watched.complaints == []
