"""Hostile titles, captions, file names and talk: text in every panel, and nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from agent import state
from agent.values import Goal, PlannedStep
from index import library, topics
from index.topics import Topic
from project import footage, history, jobs
from project.footage import Moment, Senses, Shot, Speech
from project.settings import Settings
from project.store import Project
from tests.browser.conftest import Watched
from tests.browser.serving import Server
from tests.ui.conftest import put
from timeline.model import Clip, Gap, Marker, Origin, Timeline, Title, Track
from timeline.time import TimeRange
from tools.preferences import Preference, keep, preferences
from tools.proposal import Change, Evidence, Proposal, Reason
from ui import recent

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
SCRIPT = "<img src=x onerror='window.ran=1'><script>window.ran=1</script>"
TEMPLATE = "{{constructor.constructor('window.ran=1')()}} ${window.ran=1} <%= ran %>"
BIDI = "\u202egnp.exe\u202c \u200b\ufeff \u2067\u202eopen"  # what is opened last is never closed
LONG = "W" * 300
HOSTILE = f"{SCRIPT} {TEMPLATE} {BIDI}"
SHOWN = re.sub("[\u202a-\u202e\u2066-\u2069]", "", HOSTILE)  # nothing turns what follows
MARKS = (Path(__file__).parent / "panels.js").read_text()
QUIET = {"ran": None, "became": 0, "wide": [], "turned": []}


@pytest.fixture
def film(tmp_path: Path, clips: Path) -> Path:
    """A project in which whatever can hold words holds hostile ones."""
    folder = tmp_path / f"{SCRIPT.partition('<script>')[0]} {{{{film}}}}"
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
        both = ("f-bars", "f-cuts")
        topics.write(project, [Topic(HOSTILE, both), Topic(LONG, both)])
        _cut(project)
        for words in (HOSTILE, LONG):
            keep(project, Preference("leave out", words[:120]))
        jobs.enqueue(project, "ingest", {"folder": f"/{SCRIPT}"}, key="k" * 12)
        _plan(project)
    for words in (folder.name, LONG[:200]):
        recent.remember(tmp_path / words / words)  # they are gone, and still on the list
    return folder


def _cut(project: Project) -> None:
    whole = TimeRange(Fraction(0), Fraction(3))
    origin = Origin("server", HOSTILE, f"{HOSTILE} {LONG}", 1)
    clip = Clip(
        "c-a", "f-bars", HOSTILE, whole, whole, origin=origin, reasons=(HOSTILE,), beat=HOSTILE
    )
    bed = Clip("m-a", "f-bars", HOSTILE, whole, whole)
    items = (clip, Gap("g-1", Fraction(1), HOSTILE), Gap("g-2", Fraction(1), LONG))
    tl = Timeline(
        width=320, height=180,
        tracks=(Track("V1", "video", items), Track("A1", "audio", (bed,))),
        titles=(Title("t-1", HOSTILE, whole), Title("t-2", LONG, whole, "subtitle")),
        markers=(
            Marker("m-1", whole, HOSTILE, "reason"),
            Marker("m-2", whole, LONG, "beat"),
            Marker("m-3", whole, f"Reshoot: {HOSTILE}"),
            Marker("m-4", whole, f"Reshoot: {LONG}"),
        ),
    )  # fmt: skip
    with project.transaction():
        history.commit(project, tl, HOSTILE, actor="hand")
    history.name_version(project, HOSTILE[:60])
    history.name_version(project, LONG[:60])


def _plan(project: Project) -> None:
    """A plan that somebody else's footage talked a model into: a step that waits among others."""
    said = [PlannedStep(tool="title", intent=words) for words in (HOSTILE, LONG, HOSTILE, LONG)]
    plan = state.open_plan(project, HOSTILE, Goal(text=HOSTILE), "scripted", said)
    steps = state.steps(project, plan)
    for step, words in zip(steps[:2], (HOSTILE, LONG), strict=True):
        state.set_step(project, step.id, "applied", answer=words)
    state.set_step(project, steps[2].id, "proposed")
    reasons = [
        Reason(
            text=words, verified=False, problem=words,
            evidence=(Evidence(kind="caption", footage_id="f-bars", end_s="1", quote=words),),
        )
        for words in (HOSTILE, LONG)
    ]  # fmt: skip
    changes = [Change(verb="title", item_id="t-1", what=words) for words in (HOSTILE, LONG)]
    proposal = Proposal(
        tool="title", arguments={"text": HOSTILE, "clip": LONG}, effect="edit",
        answer=f"{HOSTILE} {LONG}", changes=tuple(changes), reasons=tuple(reasons),
    )  # fmt: skip
    state.add_proposal(project, steps[2].id, proposal, project.revision)
    for role, words in (("creator", LONG), ("assistant", HOSTILE), ("tool", LONG)):
        state.say(project, role, words)  # type: ignore[arg-type]


class Looks:
    """A page, and what each panel of it was found to be."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.seen: dict[str, Any] = {}

    def look(self, panel: str, *, close: str = "Escape") -> None:
        self.seen[panel] = self.page.evaluate(MARKS)
        self.page.keyboard.press(close)

    def key(self, name: str) -> None:
        self.page.locator(".rc-scroller").focus()
        self.page.keyboard.press(name)

    def gone(self, selector: str = "dialog") -> None:
        self.page.wait_for_selector(selector, state="detached")

    def until(self, true: Callable[[Project], bool]) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with Project.open(self.folder, write=False) as project:
                if true(project):
                    return
            time.sleep(0.05)
        raise AssertionError("the store never came to that")


def test_hostile_words_are_text_in_every_panel_and_break_no_layout(
    film: Path, start: Callable[..., Server], watched: Watched
) -> None:
    page = watched.page
    page.emulate_media(reduced_motion="reduce")  # panels are where they will be
    page.goto(start(str(film)).address)
    page.wait_for_selector(".rc-v1 .rc-clip")
    page.wait_for_selector(".rc-titleclip")
    looks = Looks(page, film)
    looks.look("desk")
    _plan_and_its_card(looks)
    _gallery(looks)
    _corrections(looks)
    _markers_and_notes(looks)
    _drawers_and_menus(looks)
    _coverage(looks)
    _windows(looks)
    _assistant(looks)
    assert {panel: found for panel, found in looks.seen.items() if found != QUIET} == {}
    assert watched.complaints == []


def _plan_and_its_card(looks: Looks) -> None:
    page = looks.page
    page.wait_for_selector(".rc-current .rc-actions")
    steps = page.locator(".rc-steps .rc-intent").all_text_contents()
    assert steps == [SHOWN, LONG, SHOWN, LONG], "the words of a step are its text"
    for fold in page.locator("#rc-plan summary").all():
        fold.click()
    looks.look("plan")
    page.locator(".rc-cite").first.click()
    page.wait_for_selector(".rc-source-label:not([hidden])")
    looks.look("source")
    page.locator(".rc-current").get_by_role("button", name="Change").click()
    page.wait_for_selector("dialog [name=text]")
    looks.look("change")
    looks.gone()


def _gallery(looks: Looks) -> None:
    page = looks.page
    for name in ("f-bars", "f-cuts"):
        page.locator(f"#rc-gallery [data-id='{name}']").hover()
        page.wait_for_selector(".rc-hover")
        told = page.locator(".rc-hover").text_content()
        assert f"#{SHOWN} #{LONG}" in told, "topics are told as they are"
        looks.look(f"hover of {name}")
        page.mouse.move(700, 300)
        looks.gone(".rc-hover")
    page.fill("input[type=search]", "penguins")
    page.wait_for_selector("#rc-gallery .rc-card small")
    page.locator("#rc-gallery [data-id='f-cuts']").first.hover()
    page.wait_for_selector(".rc-hover li")
    looks.look("search")
    page.fill("input[type=search]", "")
    page.wait_for_selector("#rc-gallery .rc-why", state="detached")


def _corrections(looks: Looks) -> None:
    page = looks.page
    for name, words in (("f-bars", f"{SCRIPT} {TEMPLATE}"), ("f-cuts", LONG[:199])):
        page.locator(f"#rc-gallery [data-id='{name}']").focus()
        page.keyboard.press("e")
        page.wait_for_selector("dialog .rc-moment")
        page.get_by_label("Title", exact=True).fill(words)
        page.get_by_label("Summary", exact=True).fill(words)
        page.get_by_label("Caption at 0:01.0").fill(words)
        looks.look(f"corrections of {name}", close="Tab")
        page.get_by_role("button", name="Save corrections").click()
        looks.gone()

        def kept(project: Project, name: str = name, words: str = words) -> bool:
            item = footage.find(project, name)
            caption = footage.moments(project, name)[1].caption
            return [item.title, item.summary, caption] == [words] * 3

        looks.until(kept)
    page.wait_for_function(
        "words => document.querySelector('#rc-gallery [data-id=f-bars] b').textContent === words",
        arg=f"{SCRIPT} {TEMPLATE}",
    )
    looks.look("corrected")


def _markers_and_notes(looks: Looks) -> None:
    page = looks.page
    note = f"{HOSTILE} note"
    looks.key("End")
    looks.key("n")
    page.get_by_label("Note", exact=True).fill(note)
    looks.look("note", close="Enter")
    looks.gone()
    looks.until(lambda project: history.current(project).markers[-1].text == note)
    page.wait_for_selector(".rc-marker.rc-note")
    meanwhile = page.locator(".rc-toast", has_text="meanwhile").count()
    assert meanwhile == 0, "what was corrected just now is no other window's edit"
    for flag, words in (
        (".rc-marker.rc-reason", [SHOWN, LONG, f"Reshoot: {SHOWN}", f"Reshoot: {LONG}"]),
        (".rc-marker.rc-note", [f"{SHOWN} note"]),
    ):
        page.locator(flag).dispatch_event("click")  # four of them stand on one another
        page.wait_for_selector(".rc-markertext")
        assert page.locator(".rc-markertext p").all_text_contents() == words
        looks.look(flag)
        looks.gone(".rc-markertext")


def _drawers_and_menus(looks: Looks) -> None:
    page = looks.page
    page.locator(".rc-jobs").click()
    page.wait_for_selector(".rc-drawer .rc-job.rc-failed")
    looks.look("jobs")
    page.get_by_role("button", name="Versions").click()
    page.wait_for_selector(".rc-menu")
    looks.look("versions")
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("menuitem", name="Compare versions").click()
    page.wait_for_selector("dialog .rc-versions li")
    looks.look("compared versions", close="Tab")
    page.get_by_role("button", name="Look at it").last.click()
    page.wait_for_selector(".rc-ghostclip")
    looks.look("comparing")
    page.get_by_role("button", name="Stop comparing").click()
    page.locator(".rc-project").click()
    page.wait_for_selector("dialog .rc-recent li >> nth=1")
    looks.look("projects")
    looks.gone()
    page.get_by_role("button", name="Settings").click()
    page.wait_for_selector(".rc-preferred li")
    told = [one.input_value() for one in page.locator(".rc-preferred li input").all()]
    assert told == [f"Leave out {words[:120]}" for words in (HOSTILE, LONG)]
    page.fill("[aria-label='A new preference']", f"never use {SCRIPT}")
    page.keyboard.press("Enter")
    page.wait_for_selector(".rc-preferred li >> nth=2")
    looks.until(lambda project: "<img src=x" in preferences(project)[-1].value)
    looks.look("preferences")


def _coverage(looks: Looks) -> None:
    page = looks.page
    looks.key("b")
    page.wait_for_selector(".rc-beat")
    looks.look("coverage", close="Tab")
    page.get_by_role("tab", name="What did I overlook?").click()
    page.wait_for_function(
        "!document.querySelector('.rc-sheetbody').textContent.includes('Looking')"
    )
    looks.look("overlooked", close="Tab")
    page.get_by_role("tab", name="Reshoot list").click()
    page.wait_for_selector(".rc-reshootlist li >> nth=1")
    assert page.locator(".rc-reshootlist b").all_text_contents() == [SHOWN, LONG]
    looks.look("reshoot list")
    looks.gone(".rc-sheet")


def _windows(looks: Looks) -> None:
    page = looks.page
    page.locator(".rc-v1 .rc-clip .rc-clipname").click()
    looks.key("t")
    page.wait_for_selector("dialog .rc-trimwords span")
    page.get_by_label("The part that words name").fill("penguins")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog .rc-bywords small:has-text(':')")
    looks.look("trim window")
    looks.gone()
    page.locator(".rc-clip .rc-ai").click()
    page.wait_for_selector("dialog .rc-made:not(:has-text('Looking'))")
    looks.look("takes")
    looks.gone()
    for n, button in enumerate(page.locator(".rc-fill").all()):
        button.click()
        page.wait_for_selector("dialog .rc-choices")
        looks.look(f"fill {n}")
        looks.gone()


def _assistant(looks: Looks) -> None:
    page = looks.page
    before = page.locator(".rc-chat .rc-say").count()
    page.fill("#rc-words textarea", f"a 3 s film of {SCRIPT} {TEMPLATE}")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "before => document.querySelectorAll('.rc-chat .rc-say').length > before + 1"
        " && !document.querySelector('.rc-meter:not([hidden])')",
        arg=before,
    )
    looks.look("assistant")
    assert f"a 3 s film of {SCRIPT} {TEMPLATE}" in page.locator(".rc-chat").inner_text()
