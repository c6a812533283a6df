"""Every screen by keyboard and with weak sight: names, visible focus, contrast AA, no motion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Watched
from tests.browser.serving import Server
from tests.browser.test_coverage_map import cut

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
CHECK = Path(__file__).with_name("accessible.js").read_text(encoding="utf-8")
LOOK = "name => { localStorage.setItem('rc-look', name); dispatchEvent(new Event('rc-look')); }"

__all__ = ["cut"]  # the fixture


def test_every_control_has_a_name_and_a_focus_and_every_word_can_be_read(
    cut: Path, start: Callable[[str], Server], watched: Watched
) -> None:
    page = watched.page
    page.emulate_media(reduced_motion="reduce")
    page.goto(start(str(cut)).address)
    page.wait_for_selector(".rc-v1 .rc-clip")
    missed: dict[str, list[str]] = {}

    def check(screen: str) -> None:
        for look in ("light", "dark"):
            page.evaluate(LOOK, look)
            page.keyboard.press("Tab")  # from here on focus is the keyboard's
            missed[f"{screen}, {look}"] = page.evaluate(CHECK)

    check("desk")
    page.locator(".rc-jobs").click()
    page.wait_for_selector(".rc-drawer .rc-nothing")
    check("jobs")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Settings").click()
    page.wait_for_selector(".rc-settings .rc-setting")
    check("settings")
    page.keyboard.press("Escape")
    page.locator(".rc-worded").click()
    page.wait_for_selector(".rc-beat")
    check("coverage")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="+ Import").click()
    page.wait_for_selector("dialog #rc-folder")
    check("import")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    page.locator(".rc-v1 .rc-clip").dblclick()
    page.wait_for_selector("dialog .rc-trimedge")
    check("trim")
    assert {screen: lines for screen, lines in missed.items() if lines} == {}
    moving = "document.getAnimations().filter(one => one.playState === 'running').length"
    assert page.evaluate(moving) == 0
    assert watched.complaints == []


def test_the_first_screen_can_be_read_and_worked_by_keyboard(
    start: Callable[[str], Server], watched: Watched
) -> None:
    page = watched.page
    page.emulate_media(reduced_motion="reduce")
    page.goto(start("").address)
    page.wait_for_selector(".rc-welcome")
    for look in ("dark", "light"):
        page.evaluate(LOOK, look)
        page.keyboard.press("Tab")
        assert page.evaluate(CHECK) == []
    assert watched.complaints == []
