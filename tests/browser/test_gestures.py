"""More gestures by hand: moments dragged from a search, marks of made clips, zoom, I O and L."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
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
from tests.browser.test_editing import RATE, Hands
from tests.ui.conftest import put
from timeline.model import Clip, Gap, Origin, Timeline, Track
from timeline.time import TimeRange

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
LENGTHS = {"bars": 3, "cuts": 6, "pan": 3}
DRAWN_BY_MODEL = Origin("server", "a model", "a fair at night", 7)
SYNTHESISED = Origin("music", "rules", "calm", 3, ai=False)
SEEN = {
    "bars": ["colour bars"] * 3,
    "cuts": ["a red field"] * 2 + ["penguins on ice"] * 2 + ["a blue wall"] * 2,
    "pan": ["a fair at night"] * 3,
}
# the sound elements of a page are kept, since they stand nowhere in it
KEEP_SOUNDS = """
window.sounds = [];
window.Audio = class extends Audio {
  constructor(...given) { super(...given); sounds.push(this); }
};
"""

# a message stands there, and the pointer reaches what lies under it
UNDER_A_TOAST = """() => {
  const box = document.querySelector('.rc-toast')?.getBoundingClientRect();
  return box?.width && !document.elementFromPoint(box.left + 20, box.top + 10).closest('.rc-toast');
}"""


def _range(start: int, end: int) -> TimeRange:
    return TimeRange(Fraction(start), Fraction(end))


def _know(project: Project, name: str) -> None:
    captions = SEEN[name]
    moments = [
        Moment(f"f-{name}", n, _range(n, n + 1), n // 2, words, "sidecar", "", Senses())
        for n, words in enumerate(captions)
    ]
    shots = [
        Shot(f"f-{name}", n, _range(at, min(at + 2, len(captions))))
        for n, at in enumerate(range(0, len(captions), 2))
    ]
    footage.replace_knowledge(
        project, f"f-{name}", shots=shots, moments=moments, speech=[], captions=[]
    )


def _clip(name: str, of: str, start: int, end: int, origin: Origin | None = None) -> Clip:
    return Clip(name, f"f-{of}", of, _range(start, end), _range(0, LENGTHS[of]), origin=origin)


@pytest.fixture
def film(tmp_path: Path, clips: Path) -> Path:
    """Two seconds of cuts, one of bars, one that a model drew, two of cuts; music under them."""
    folder = tmp_path / "film"
    with Project.create(folder, Settings()) as project:
        for name, seconds in LENGTHS.items():
            item = put(project, clips / f"{name}.mp4", Fraction(seconds))
            if name == "pan":
                footage.save(project, replace(item, origin=DRAWN_BY_MODEL))
            proxies = project.cache / "proxies"
            proxies.mkdir(exist_ok=True)
            shutil.copy(clips / f"{name}.mp4", proxies / f"{item.fingerprint}-540.mp4")
            _know(project, name)
        library.refresh(project)
        row = (
            _clip("c-a", "cuts", 0, 2),
            _clip("c-b", "bars", 1, 2),
            _clip("c-d", "pan", 1, 2, DRAWN_BY_MODEL),
            _clip("c-c", "cuts", 3, 5),
        )
        bed = (_clip("m-a", "bars", 0, 3, SYNTHESISED),)
        tl = Timeline(
            width=320, height=180, tracks=(Track("V1", "video", row), Track("A1", "audio", bed))
        )
        with project.transaction():
            history.commit(project, tl, "a cut", actor="hand")
    return folder


@pytest.fixture
def hands(film: Path, start: Callable[..., Server], watched: Watched) -> Iterator[Hands]:
    page = watched.page
    page.add_init_script(KEEP_SOUNDS)
    page.goto(start(str(film)).address)
    page.wait_for_selector(".rc-v1 .rc-clip")
    yield Hands(page, film)
    assert watched.complaints == []


def _back(hands: Hands, begun: Timeline) -> None:
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)


def test_gestures_that_edit_end_on_disk(hands: Hands) -> None:
    _a_found_moment_is_dragged_in(hands)
    _shift_delete_leaves_a_gap(hands)
    _in_and_out_come_to_the_playhead(hands)
    _in_and_out_of_a_source(hands)
    _words_find_the_part(hands)
    _made_clips_are_marked(hands)
    _zoom_by_mouse(hands)
    _play_faster(hands)


def _search(hands: Hands, words: str) -> None:
    hands.page.fill("input[type=search]", words)
    hands.page.wait_for_function(
        "words => document.querySelector('#rc-gallery .rc-card .rc-why')"
        "?.textContent.includes(words)",
        arg=words,
    )


def _a_found_moment_is_dragged_in(hands: Hands) -> None:
    begun = hands.stored()
    page = hands.page
    page.route("**/strip/*", lambda route: route.fulfill(status=202))  # it is still being made
    with page.expect_response("**/still/f-cuts?t=3000&h=180*"):  # the middle of what was found
        _search(hands, "penguins")
    page.unroute("**/strip/*")
    hit = page.locator("#rc-gallery .rc-card").first
    start, end = (float(hit.get_attribute(f"data-{name}")) for name in ("in", "out"))
    assert (start, end) == (2, 4), "the moment that was found, not the whole file"
    cut = page.locator(".rc-v1 [data-id='c-b']").bounding_box()
    lane = page.locator(".rc-scroller").bounding_box()
    hit.drag_to(
        page.locator(".rc-scroller"),
        target_position={"x": cut["x"] - lane["x"] + 4, "y": cut["y"] - lane["y"] + 20},
    )
    brought = hands.until(lambda tl: len(tl.clips()) == 5)
    assert [clip.id for _, clip in brought.clips()][::2] == ["c-a", "c-b", "c-c"]
    new = brought.clips()[1][1]
    assert new.footage_id == "f-cuts" and new.source == _range(2, 4)
    assert page.locator(".rc-caret").is_hidden()
    _back(hands, begun)
    page.fill("input[type=search]", "")
    page.wait_for_function("document.querySelectorAll('#rc-gallery .rc-card').length === 3")


def _shift_delete_leaves_a_gap(hands: Hands) -> None:
    begun = hands.stored()
    hands.select("c-b")
    hands.key("Shift+Delete")
    lifted = hands.until(lambda tl: len(tl.clips()) == 3)
    assert lifted.duration == begun.duration
    assert [type(item) for item in lifted.track("V1").items] == [Clip, Gap, Clip, Clip]
    assert lifted.start_of("c-d") == begun.start_of("c-d")
    _back(hands, begun)
    hands.key("r")  # with ripple off the keys change places
    hands.select("c-b")
    hands.key("Shift+Delete")
    closed = hands.until(lambda tl: len(tl.clips()) == 3)
    assert closed.duration == begun.duration - 1 and not closed.holes()
    _back(hands, begun)
    hands.key("r")


def _click_inside(hands: Hands, clip_id: str, seconds: float) -> int:
    """The clip selected by a click so far into it; gives the playhead, in frames, that it left."""
    left, _, middle, scale = hands.box(clip_id)
    hands.page.mouse.click(left + seconds * scale, middle)
    hands.page.wait_for_selector(f".rc-v1 .rc-selected[data-id='{clip_id}']")
    return hands.playhead()


def _in_and_out_come_to_the_playhead(hands: Hands) -> None:
    begun = hands.stored()
    at = _click_inside(hands, "c-a", 0.8)
    hands.key("i")
    later = hands.until(lambda tl: tl != begun)
    assert later.item("c-a").source == TimeRange(Fraction(at, RATE), Fraction(2))
    assert later.start_of("c-b") == begun.start_of("c-b") - Fraction(at, RATE)
    _back(hands, begun)
    at = _click_inside(hands, "c-a", 0.8)
    hands.key("o")
    sooner = hands.until(lambda tl: tl != begun)
    assert sooner.item("c-a").source == TimeRange(Fraction(0), Fraction(at, RATE))
    assert sooner.start_of("c-b") == Fraction(at, RATE)
    _back(hands, begun)

    hands.key("r")  # nothing else moves: what is cut off becomes a gap
    at = _click_inside(hands, "c-a", 0.8)
    hands.key("i")
    alone = hands.until(lambda tl: tl != begun)
    assert alone.start_of("c-a") == Fraction(at, RATE) and alone.duration == begun.duration
    _back(hands, begun)
    hands.key("r")

    hands.seek(3.5)
    hands.key("i")
    hands.page.wait_for_selector(".rc-toast:has-text('Select a clip')")
    _click_inside(hands, "c-b", 0.5)
    hands.key("Home")
    hands.key("o")
    hands.page.wait_for_selector(".rc-toast:has-text('outside the selected clip')")
    assert hands.stored() == begun


def _in_and_out_of_a_source(hands: Hands) -> None:
    begun = hands.stored()
    page = hands.page
    page.locator("#rc-gallery [data-id='f-cuts']").click()
    page.wait_for_selector(".rc-source-label:has-text('0:00.0–0:06.0')")
    hands.key("Shift+ArrowRight")
    hands.key("ArrowRight")
    hands.key("i")
    page.wait_for_selector(".rc-source-label:has-text('0:01.0–0:06.0')")
    hands.key("Shift+ArrowRight")
    hands.key("o")
    page.wait_for_selector(".rc-source-label:has-text('0:01.0–0:02.0')")
    assert hands.stored() == begun, "marking a source changes no edit"
    page.locator(".rc-source-label").get_by_role("button", name="Add to timeline").click()
    page.wait_for_function(UNDER_A_TOAST)  # what was added can be taken hold of at once
    added = hands.until(lambda tl: len(tl.clips()) == 5)
    first = Fraction(RATE + 1, RATE)
    assert added.clips()[-1][1].source == TimeRange(first, first + 1)
    page.locator(".rc-source-label").get_by_role("button", name="Back to the edit").click()
    _back(hands, begun)


def _words_find_the_part(hands: Hands) -> None:
    begun = hands.stored()
    page = hands.page
    hands.select("c-c")
    hands.key("t")
    field = page.get_by_label("The part that words name")
    field.fill("penguins on the ice")
    field.press("Enter")
    page.wait_for_selector("dialog .rc-bywords small:has-text('penguins on ice')")
    page.wait_for_selector("dialog code:has-text('in 2.00s out 4.00s')")
    page.get_by_role("button", name="Apply trim").click()
    found = hands.until(lambda tl: tl != begun)
    assert found.item("c-c").source == _range(2, 4)
    _back(hands, begun)

    page.locator("#rc-gallery [data-id='f-cuts']").dblclick()
    page.get_by_label("The part that words name").fill("a blue wall")
    page.get_by_role("button", name="Find", exact=True).click()
    page.wait_for_selector("dialog code:has-text('in 4.00s out 6.00s')")
    page.get_by_role("button", name="Add to timeline").last.click()
    added = hands.until(lambda tl: len(tl.clips()) == 5)
    assert added.clips()[-1][1].source == _range(4, 6)
    _back(hands, begun)


def _made_clips_are_marked(hands: Hands) -> None:
    begun = hands.stored()
    page = hands.page
    marks = page.locator(".rc-v1 .rc-clip .rc-ai")
    assert marks.all_inner_texts() == ["AI"]
    drawn = page.locator(".rc-v1 [data-id='c-d']")
    assert drawn.locator(".rc-ai").is_visible()
    assert "a fair at night" in (drawn.locator(".rc-ai").get_attribute("title") or "")
    assert page.locator(".rc-music .rc-named", has_text="Made").count() == 1
    card = page.locator("#rc-gallery [data-id='f-pan']")
    assert page.locator("#rc-gallery .rc-aibadge").all_inner_texts() == ["AI"]
    page.get_by_label("Show", exact=True).select_option("Generated")
    page.wait_for_function("document.querySelectorAll('#rc-gallery .rc-card').length === 1")
    assert card.locator(".rc-aibadge").is_visible()
    page.get_by_label("Show", exact=True).select_option("All")
    _search(hands, "a fair at night")
    assert card.first.locator(".rc-aibadge").is_visible(), "what is found is marked as well"
    card.first.focus()
    page.keyboard.press("Enter")  # from the gallery onto the end
    more = hands.until(lambda tl: len(tl.clips()) == 5)
    assert more.clips()[-1][1].origin == DRAWN_BY_MODEL
    page.wait_for_function("document.querySelectorAll('.rc-v1 .rc-ai').length === 2")
    at = _click_inside(hands, "c-d", 0.5)
    hands.key("s")
    split = hands.until(lambda tl: len(tl.clips()) == 6)
    halves = [clip for start, clip in split.clips() if 3 <= start < 4]
    assert Fraction(at, RATE) == split.start_of(halves[1].id)
    assert [clip.origin for clip in halves] == [DRAWN_BY_MODEL] * 2
    page.wait_for_function("document.querySelectorAll('.rc-v1 .rc-ai').length === 3")
    hands.key("Control+z")
    _back(hands, begun)
    page.fill("input[type=search]", "")


def _zoom_by_mouse(hands: Hands) -> None:
    begun = hands.stored()
    page = hands.page
    hands.key("f")
    scale = hands.box("c-a")[3]
    slider = page.locator(".rc-zoom")
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2

    def thumb() -> float:
        """Where the knob of 16 pixels stands for its value."""
        return float(box["x"] + 8 + (box["width"] - 16) * int(slider.input_value()) / 1000)

    before = int(slider.input_value())
    hands.drag((thumb(), middle), (thumb() + 15, middle))
    page.wait_for_function("was => document.querySelector('.rc-zoom').value > was", arg=before)
    value = int(slider.input_value())
    near = hands.box("c-a")[3]
    assert near == pytest.approx(0.5 * 800 ** (value / 1000), rel=0.01) and near > scale * 1.5
    hands.drag((thumb(), middle), (box["x"] + 1, middle))
    page.wait_for_function("document.querySelector('.rc-zoom').value === '0'")
    assert page.locator(".rc-v1 [data-id='c-a']").bounding_box()["width"] == 3  # a second is 0.5 px
    page.keyboard.press("f")  # keys go on to the edit although the slider was touched last
    page.wait_for_function(
        "wide => Math.abs(document.querySelector('.rc-v1 .rc-clip').getBoundingClientRect().width"
        " - wide) < 2",
        arg=scale * 2,
    )
    assert hands.stored() == begun, "to look closer edits nothing"


def _play_faster(hands: Hands) -> None:
    page = hands.page
    hands.key("Home")
    page.wait_for_function("document.querySelector('video.rc-front')?.readyState >= 2")
    rate = "document.querySelector('video.rc-front')?.playbackRate"
    heard = "sounds.filter((one) => one.src).map((one) => one.playbackRate)"
    for times in (1, 2, 4, 4):
        hands.key("l")
        page.wait_for_selector("[aria-label='Pause']")
        page.wait_for_function(f"{rate} === {times}")
        page.wait_for_function(f"({heard}).join() === '{times}'")  # music keeps up with the picture
    page.wait_for_function(  # over the cut, still faster
        f"{rate} === 4 && document.querySelector('.rc-toolbar .rc-clock b').textContent"
        " > '00:02:00'"
    )
    hands.key("j")  # the other way, at its first speed
    turned = hands.playhead()
    page.wait_for_function(
        "was => { const [m, s, f] = document.querySelector('.rc-toolbar .rc-clock b').textContent"
        ".split(':').map(Number); return (m * 60 + s) * 25 + f < was - 5; }",
        arg=turned,
    )
    hands.key("k")
    page.wait_for_selector("[aria-label='Play']")
    hands.key("l")
    page.wait_for_selector("[aria-label='Pause']")
    page.wait_for_function(f"{rate} === 1")  # after a pause it plays as it is
    hands.key("k")
