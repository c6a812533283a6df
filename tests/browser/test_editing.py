"""Editing by hand in a real browser: each gesture and key ends in the project on disk."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator
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
from timeline.model import Clip, Gap, Timeline, Track
from timeline.time import TimeRange

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("default")]
RATE = 25
# each item is there, in order, and takes its share of the width of all
DRAWN = """drawn => {
  const here = [...document.querySelectorAll('.rc-v1 :is(.rc-clip, .rc-gap)')];
  const wide = here.map((one) => parseFloat(one.style.width) + 1);
  const all = wide.reduce((sum, one) => sum + one, 0);
  return here.length === drawn.length && drawn.every(([id, share], n) =>
    here[n].dataset.id === id && Math.abs(wide[n] / all - share) < 0.004);
}"""

# how many clips were drawn at once from now on
MOST_CLIPS = """() => {
  window.mostClips = 0;
  const look = () => {
    mostClips = Math.max(mostClips, document.querySelectorAll('.rc-v1 .rc-clip').length);
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture
def film(tmp_path: Path, clips: Path) -> Path:
    """A cut of two seconds of cuts.mp4, one of bars.mp4 and two of cuts.mp4; previews are there."""
    folder = tmp_path / "film"
    with Project.create(folder, Settings()) as project:
        for name, seconds in (("bars", 3), ("cuts", 6)):
            item = put(project, clips / f"{name}.mp4", Fraction(seconds))
            proxies = project.cache / "proxies"
            proxies.mkdir(exist_ok=True)
            shutil.copy(clips / f"{name}.mp4", proxies / f"{item.fingerprint}-540.mp4")
        row = [_clip("c-a", "cuts", 0, 2), _clip("c-b", "bars", 1, 2), _clip("c-c", "cuts", 3, 5)]
        tl = Timeline(width=320, height=180, tracks=(Track("V1", "video", tuple(row)),))
        with project.transaction():
            history.commit(project, tl, "a cut", actor="hand")
    return folder


def _clip(name: str, of: str, start: int, end: int) -> Clip:
    whole = TimeRange(Fraction(0), Fraction({"bars": 3, "cuts": 6}[of]))
    return Clip(name, f"f-{of}", of, TimeRange(Fraction(start), Fraction(end)), whole)


class Hands:
    """A page on the film, and what stands on disk."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page, self.folder = page, folder

    def stored(self) -> Timeline:
        with Project.open(self.folder, write=False) as project:
            return history.current(project)

    def until(self, true: Callable[[Timeline], bool]) -> Timeline:
        """The edit on disk once `true` of it, and once the page has drawn that."""
        end = time.monotonic() + 60
        while not true(found := self.stored()):
            assert time.monotonic() < end, f"the store never came to that; it holds {found}"
            time.sleep(0.05)
        row = [item for item in found.track("V1").items if isinstance(item, Clip | Gap)]
        drawn = [[item.id, float(item.duration / found.duration)] for item in row]
        self.page.wait_for_function(DRAWN, arg=drawn)
        return found

    def key(self, name: str) -> None:
        self.page.locator(".rc-scroller").focus()
        self.page.keyboard.press(name)

    def select(self, clip_id: str) -> None:
        self.page.locator(f".rc-v1 [data-id='{clip_id}'] .rc-clipname").click()
        self.page.wait_for_selector(f".rc-v1 .rc-selected[data-id='{clip_id}']")

    def box(self, clip_id: str) -> tuple[float, float, float, float]:
        """Left, right, middle height of a clip, and pixels a second."""
        found = self.page.locator(f".rc-v1 [data-id='{clip_id}']").bounding_box()
        clip = self.stored().item(clip_id)
        assert isinstance(clip, Clip)
        left, width = found["x"], found["width"]
        middle = found["y"] + found["height"] * 0.7
        return left, left + width, middle, (width + 1) / float(clip.duration)

    def drag(self, start: tuple[float, float], to: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for n in range(1, 7):
            share = n / 6
            mouse.move(start[0] + (to[0] - start[0]) * share, start[1] + (to[1] - start[1]) * share)
        mouse.up()

    def playhead(self) -> int:
        """In frames, as the toolbar's clock tells it."""
        told = self.page.locator(".rc-toolbar .rc-clock b").text_content()
        minutes, seconds, frames = map(int, told.split(":"))
        return (minutes * 60 + seconds) * RATE + frames

    def seek(self, seconds: float, first: str = "c-a") -> None:
        """The playhead to a place of the timeline, which begins with the clip `first`."""
        left, _, _, scale = self.box(first)
        ruler = self.page.locator(".rc-ruler").bounding_box()
        self.page.mouse.click(left + seconds * scale, ruler["y"] + 12)
        self.page.wait_for_function(
            "goal => { const [m, s, f] = document.querySelector('.rc-toolbar .rc-clock b')"
            ".textContent.split(':').map(Number); return Math.abs((m * 60 + s) * 25 + f - goal)"
            " <= 2; }",
            arg=round(seconds * RATE),
        )  # fmt: skip


@pytest.fixture
def hands(film: Path, start: Callable[..., Server], watched: Watched) -> Iterator[Hands]:
    page = watched.page
    page.goto(start(str(film)).address)
    page.wait_for_selector(".rc-v1 .rc-clip")
    yield Hands(page, film)
    assert watched.complaints == []


def _lengths(tl: Timeline) -> list[Fraction]:
    return [item.duration for item in tl.track("V1").items if isinstance(item, Clip | Gap)]


def test_every_gesture_and_key_of_the_timeline_ends_on_disk(hands: Hands) -> None:
    _split_delete_and_walk_back(hands)
    _trim_with_and_without_ripple(hands)
    _reorder_and_bring_in(hands)
    _trim_window(hands)
    _zoom(hands)
    _play_across_cuts(hands)
    _an_older_answer_comes_late(hands)


def _split_delete_and_walk_back(hands: Hands) -> None:
    begun = hands.stored()
    hands.seek(1.0)
    at = hands.playhead()
    hands.key("ArrowRight")
    hands.key("Shift+ArrowRight")
    assert hands.playhead() == at + 1 + RATE
    hands.key("ArrowLeft")
    hands.key("Shift+ArrowLeft")
    hands.key("s")
    split = hands.until(lambda tl: len(tl.clips()) == 4)
    assert split.duration == begun.duration and split.clips()[0][1].duration == Fraction(at, RATE)
    hands.select(split.clips()[1][1].id)
    hands.key("Delete")
    gone = hands.until(lambda tl: len(tl.clips()) == 3)
    assert gone.duration == begun.duration - split.clips()[1][1].duration
    hands.key("Control+z")
    hands.until(lambda tl: tl == split)
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)
    hands.key("Shift+Control+z")
    hands.until(lambda tl: tl == split)
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)


def _trim_with_and_without_ripple(hands: Hands) -> None:
    begun = hands.stored()
    _, right, middle, scale = hands.box("c-a")
    hands.drag((right - 3, middle), (right - 3 - scale * 0.8, middle))
    rippled = hands.until(lambda tl: tl != begun)
    assert len(rippled.track("V1").items) == 3 and rippled.duration < begun.duration
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)

    hands.key("r")
    assert hands.page.locator(".rc-habit[aria-pressed=false]").count() == 1
    _, right, middle, scale = hands.box("c-a")
    hands.drag((right - 3, middle), (right - 3 - scale * 0.8, middle))
    alone = hands.until(lambda tl: tl != begun)
    assert alone.duration == begun.duration and alone.start_of("c-b") == begun.start_of("c-b")
    assert [type(item) for item in alone.track("V1").items] == [Clip, Gap, Clip, Clip]
    hands.select("c-c")
    hands.key("Delete")
    lifted = hands.until(lambda tl: len(tl.clips()) == 2)
    assert lifted.duration == begun.duration, "with ripple off a gap is left"
    hands.key("Control+z")
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)
    hands.key("r")

    hands.seek(1.5)
    for snapping in (True, False):  # 5.4 pixels are more than half a frame, and within reach
        _, right, middle, scale = hands.box("c-a")
        by = (hands.playhead() / RATE - 2) * scale + 5.4
        hands.drag((right - 3, middle), (right - 3 + by, middle))
        trimmed = hands.until(lambda tl: tl != begun)
        assert trimmed.clips()[0][1].duration * RATE == hands.playhead() + (not snapping)
        hands.key("Control+z")
        hands.until(lambda tl: tl == begun)
        hands.key("g")


def _reorder_and_bring_in(hands: Hands) -> None:
    begun = hands.stored()
    left, right, middle, _ = hands.box("c-a")
    _, end, _, _ = hands.box("c-c")
    hands.drag(((left + right) / 2, middle), (end - 4, middle))
    hands.until(lambda tl: [clip.id for _, clip in tl.clips()] == ["c-b", "c-c", "c-a"])
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)
    hands.key("r")
    left, right, middle, scale = hands.box("c-a")
    hands.drag(((left + right) / 2, middle), ((left + right) / 2 + 3 * scale + 2, middle))
    alone = hands.until(lambda tl: tl != begun)
    assert [type(item) for item in alone.track("V1").items] == [Gap, Clip, Clip]
    assert alone.start_of("c-a") == 3 and alone.start_of("c-b") == 2, "drawn to the cut"
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)
    hands.select("c-c")
    hands.key("Alt+ArrowRight")
    nudged = hands.until(lambda tl: tl != begun)
    assert nudged.start_of("c-c") == begun.start_of("c-c") + Fraction(1, RATE)
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)
    hands.key("r")
    hands.select("c-b")
    hands.key("Alt+ArrowRight")
    hands.until(lambda tl: [clip.id for _, clip in tl.clips()] == ["c-a", "c-c", "c-b"])
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)

    start = hands.page.locator(".rc-v1 [data-id='c-b']").bounding_box()
    lane = hands.page.locator(".rc-scroller").bounding_box()
    card = hands.page.locator("#rc-gallery .rc-card", has_text="The bars")
    card.drag_to(
        hands.page.locator(".rc-scroller"),
        target_position={"x": start["x"] - lane["x"] + 2, "y": start["y"] - lane["y"] + 20},
    )
    brought = hands.until(lambda tl: len(tl.clips()) == 4)
    assert [clip.footage_id for _, clip in brought.clips()][1] == "f-bars"
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)


def _trim_window(hands: Hands) -> None:
    begun = hands.stored()
    hands.select("c-c")
    hands.key("t")
    page = hands.page
    page.wait_for_selector("dialog .rc-trimedge")
    seconds = page.locator("dialog .rc-trimstrip i").count()
    assert seconds == 6, "one frame for each second of the footage"
    page.locator("dialog [aria-label='Out point']").focus()
    page.keyboard.press("Shift+ArrowLeft")  # a second
    page.keyboard.press("ArrowLeft")  # a frame
    page.get_by_role("button", name="Apply trim").click()
    trimmed = hands.until(lambda tl: tl != begun)
    assert trimmed.item("c-c").duration == 1 - Fraction(1, RATE)
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)

    hands.key("r")
    hands.select("c-c")
    hands.key("t")
    strip = page.locator("dialog .rc-trimarea").bounding_box()
    page.mouse.click(strip["x"] + strip["width"] * 5.5 / 6, strip["y"] + 30)  # nearer to the out
    page.mouse.click(strip["x"] + strip["width"] * 3.5 / 6, strip["y"] + 30)  # nearer to the in
    page.get_by_role("button", name="Apply trim").click()
    alone = hands.until(lambda tl: tl != begun)
    clip = alone.item("c-c")
    assert isinstance(clip, Clip)
    assert abs(clip.source.start - Fraction(7, 2)) <= Fraction(1, RATE)
    assert abs(clip.source.end - Fraction(11, 2)) <= Fraction(1, RATE)
    assert isinstance(alone.track("V1").items[2], Gap), "with ripple off a gap takes what was freed"
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)
    hands.key("r")


def _zoom(hands: Hands) -> None:
    before = hands.box("c-a")[3]
    hands.key("+")
    hands.page.wait_for_function(
        "wide => document.querySelector('.rc-v1 .rc-clip').getBoundingClientRect().width > wide",
        arg=before * 2.2,
    )
    hands.key("f")
    at = hands.playhead()
    hands.page.locator(".rc-zoom").focus()
    hands.page.keyboard.press("End")
    hands.page.wait_for_function("document.querySelector('.rc-zoom').value === '1000'")
    assert hands.playhead() == at, "the slider's keys do not move the playhead"
    hands.key("f")
    hands.page.wait_for_function(
        "wide => document.querySelector('.rc-v1 .rc-clip').getBoundingClientRect().width < wide",
        arg=before * 2.2,
    )


def _play_across_cuts(hands: Hands) -> None:
    page = hands.page
    hands.seek(1.6)
    page.wait_for_function("document.querySelector('video.rc-front')?.readyState >= 2")
    first = page.evaluate("document.querySelector('video.rc-front').currentSrc")
    hands.key(" ")
    page.wait_for_selector("[aria-label='Pause']")
    page.wait_for_function(
        "src => { const v = document.querySelector('video.rc-front');"
        " return v && v.currentSrc !== src && v.currentTime > 1.2; }",
        arg=first,
    )
    hands.key("k")
    page.wait_for_selector("[aria-label='Play']")
    assert hands.playhead() > 2 * RATE, "it went on over the cut"
    hands.key("ArrowUp")
    assert hands.playhead() == 2 * RATE
    hands.key("j")
    page.wait_for_function(
        "() => document.querySelector('.rc-toolbar .rc-clock b').textContent < '00:02:00'"
    )
    hands.key("k")


def _an_older_answer_comes_late(hands: Hands) -> None:
    page, held = hands.page, []
    begun = hands.stored()

    def hold(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route("**/view/desk", hold)
    hands.select("c-b")
    with page.expect_request("**/view/desk"):  # the next pulse sees an edit and reads all again
        hands.key("m")
    while not held:
        page.evaluate("0")  # lets the route above be taken
    hands.key("Delete")
    hands.until(lambda tl: len(tl.clips()) == 2)
    route, older = held[0]
    page.evaluate(MOST_CLIPS)
    with page.expect_response("**/view/pulse"):  # comes once what was read is drawn
        route.fulfill(response=older)
    assert page.evaluate("mostClips") == 2, "the clip did not come back for a while"
    hands.key("Control+z")
    hands.until(lambda tl: len(tl.clips()) == 3)
    hands.key("Control+z")
    hands.until(lambda tl: tl == begun)
    page.unroute("**/view/desk")


def test_what_is_done_while_the_server_is_away_is_done_once_it_is_back(
    film: Path, start: Callable[..., Server], watched: Watched
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    page = watched.page
    server = start(str(film), port)
    watched.alone = True
    page.route("**/view/desk", lambda route: route.abort(), times=1)  # the first look fails
    late: list[Any] = []  # a part whose module comes after all that it would have heard
    page.route("**/ui/gallery.js*", lambda route: late.append(route))
    page.goto(server.address)
    page.wait_for_selector(".rc-v1 .rc-clip")
    late[0].continue_()
    page.wait_for_selector("#rc-gallery .rc-card")
    page.unroute("**/ui/gallery.js*")
    hands = Hands(page, film)
    hands.select("c-b")
    hands.key("Delete")
    kept = hands.until(lambda tl: len(tl.clips()) == 2)

    server.process.kill()
    server.process.join(60)
    hands.select("c-c")
    hands.key("Alt+ArrowLeft")  # the page does not know yet
    page.wait_for_selector("#rc-bar .rc-offline")
    hands.seek(1.0, first="c-c")
    hands.key("s")  # not drawn before Python has answered
    hands.select("c-c")
    hands.key("Delete")
    hands.key("Control+z")  # of what waits here
    hands.select("c-a")
    hands.key("Delete")
    page.wait_for_function("document.querySelectorAll('.rc-v1 .rc-clip').length === 1")
    page.wait_for_selector(".toast-wrap", state="hidden")
    page.locator("#rc-words textarea").fill("a film about bars")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Export video").click()
    page.wait_for_selector(".rc-toast.rc-problem")
    assert page.locator("#rc-words textarea").input_value() == "a film about bars"
    assert hands.stored() == kept

    again = start(str(film), port)
    page.wait_for_selector("#rc-bar .rc-shutout")
    other = page.context.new_page()
    other.goto(again.address)
    other.wait_for_selector(".rc-v1 .rc-clip")
    # moved, split and deleted
    hands.until(lambda tl: [clip.source.start for _, clip in tl.clips()] == [3, 4])
    page.wait_for_function(
        "document.querySelector('#rc-words textarea').value === 'a film about bars'"
    )
    watched.alone = False
    hands.key("Control+z")
    hands.until(lambda tl: len(tl.clips()) == 3)
    page.reload()
    hands.until(lambda tl: len(tl.clips()) == 3)
    assert watched.complaints == []
