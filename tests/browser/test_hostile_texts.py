"""Hostile titles, captions, file names and talk: text in every panel, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from index import library
from project import footage, history, jobs
from project.footage import Moment, Senses, Shot, Speech
from project.settings import Settings
from project.store import Project
from tests.browser.conftest import Server, Watched
from tests.ui.conftest import put
from timeline.model import Clip, Gap, Marker, Timeline, Title, Track
from timeline.time import TimeRange

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
SCRIPT = "<img src=x onerror='window.ran=1'><script>window.ran=1</script>"
TEMPLATE = "{{constructor.constructor('window.ran=1')()}} ${window.ran=1} <%= ran %>"
BIDI = "\u202egnp.exe\u202c \u200b\ufeff"
LONG = "W" * 300
HOSTILE = f"{SCRIPT} {TEMPLATE} {BIDI}"
# what ran, pictures and scripts that a text became, and whether the page scrolls
MARKS = """() => ({
  ran: window.ran ?? null,
  became: document.querySelectorAll('img[src="x"], [onerror]').length
    + [...document.scripts].filter((one) => one.textContent.includes('window.ran')).length,
  wide: document.documentElement.scrollWidth > innerWidth,
})"""
QUIET = {"ran": None, "became": 0, "wide": False}


@pytest.fixture
def film(tmp_path: Path, clips: Path) -> Path:
    """A project in which whatever can hold words holds hostile ones."""
    folder = tmp_path / "film"
    with Project.create(folder, Settings()) as project:
        for name, words in (("bars", HOSTILE), ("cuts", LONG)):
            item = put(project, clips / f"{name}.mp4", Fraction(3))
            footage.save(
                project, replace(item, name=f"{words[:120]}.mp4", title=words, summary=words)
            )
            spans = [TimeRange(Fraction(n), Fraction(n + 1)) for n in range(3)]
            moments = [
                Moment(item.id, n, span, 0, f"{words} penguins", "sidecar", words, Senses())
                for n, span in enumerate(spans)
            ]
            said = [Speech(item.id, spans[0], words, words[:40], "srt")]
            footage.replace_knowledge(
                project, item.id, shots=[Shot(item.id, 0, item.range)], moments=moments,
                speech=said, captions=[],
            )  # fmt: skip
        library.refresh(project)
        whole = TimeRange(Fraction(0), Fraction(3))
        clip = Clip("c-a", "f-bars", HOSTILE, whole, whole, reasons=(HOSTILE,), beat=HOSTILE)
        items = (clip, Gap("g-1", Fraction(1), HOSTILE), Gap("g-2", Fraction(1), LONG))
        tl = Timeline(
            width=320, height=180, tracks=(Track("V1", "video", items),),
            titles=(Title("t-1", HOSTILE, whole),),
            markers=(Marker("m-1", whole, HOSTILE, "reason"),),
        )  # fmt: skip
        with project.transaction():
            history.commit(project, tl, HOSTILE, actor="hand")
        history.name_version(project, HOSTILE[:60])
        jobs.enqueue(project, "ingest", {"folder": f"/{SCRIPT}"}, key="k" * 12)
    return folder


def test_hostile_words_are_text_in_every_panel_and_break_no_layout(
    film: Path, start: Callable[..., Server], watched: Watched
) -> None:
    page = watched.page
    page.goto(start(str(film)).address)
    page.wait_for_selector(".rc-v1 .rc-clip")
    seen: dict[str, Any] = {}

    def look(panel: str, *, close: str = "Escape") -> None:
        seen[panel] = page.evaluate(MARKS)
        page.keyboard.press(close)

    page.wait_for_selector(".rc-titleclip")
    look("desk")
    page.locator("#rc-gallery .rc-card").first.hover()
    page.wait_for_selector(".rc-hover")
    assert "<img" in page.locator(".rc-hover").inner_text()
    look("hover")
    page.fill("input[type=search]", "penguins")
    page.wait_for_selector("#rc-gallery .rc-card small")
    look("search")
    page.locator(".rc-marker.rc-reason").click()
    page.wait_for_selector(".rc-markertext")
    look("marker")
    page.locator(".rc-jobs").click()
    page.wait_for_selector(".rc-drawer .rc-job.rc-failed")
    look("jobs")
    page.get_by_role("button", name="Versions").click()
    page.wait_for_selector(".rc-menu")
    look("versions")
    page.locator(".rc-scroller").focus()
    page.keyboard.press("b")
    page.wait_for_selector(".rc-beat")
    look("coverage", close="Tab")
    page.get_by_role("tab", name="What did I overlook?").click()
    page.wait_for_function(
        "!document.querySelector('.rc-sheetbody').textContent.includes('Looking')"
    )
    look("overlooked")
    page.locator(".rc-v1 .rc-clip .rc-clipname").click()
    page.locator(".rc-scroller").focus()
    page.keyboard.press("t")
    page.wait_for_selector("dialog .rc-trimwords span")
    look("trim window")
    page.wait_for_selector("dialog", state="detached")
    page.locator(".rc-fill").first.click()
    page.wait_for_selector("dialog .rc-choices")
    look("fill")
    page.wait_for_selector("dialog", state="detached")
    page.fill("#rc-words textarea", f"a 3 s film of {SCRIPT} {TEMPLATE}")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.querySelectorAll('.rc-chat .rc-say').length > 1"
        " && !document.querySelector('.rc-meter:not([hidden])')"
    )
    look("assistant")
    assert "<img" in page.locator(".rc-chat").inner_text()
    assert {panel: found for panel, found in seen.items() if found != QUIET} == {}
    assert watched.complaints == []
