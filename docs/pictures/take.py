"""Takes the pictures of the README anew: `python docs/pictures/take.py`.

The sample library is painted into a new project, the app is served for it, and Chromium looks on
while a goal becomes a cut. Nothing leaves this machine. Needs the system's Chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

HERE = Path(__file__).parent
SIZE = {"width": 1440, "height": 900}
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
GOAL = (
    "A calm 28 second film from day to night: clouds, waves, misty hills, a golden sunset, then"
    ' city lights, and end on the aurora. Call it "One Day".'
)
SERVE = (
    "import sys; from pathlib import Path; from ui.server import serve;"
    " serve(Path(sys.argv[1]), port=0, open_browser=False)"
)
FILM = {"width": 960, "quality": 72, "method": 6}
TURN_MS = 120_000


@contextmanager
def served(project: Path) -> Iterator[str]:
    """The app for `project` in a process of its own: the address that lets a browser in."""
    command = [sys.executable, "-c", SERVE, str(project)]
    env = {**os.environ, "XDG_STATE_HOME": str(project.parent / "state")}  # no recent project
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=HERE.parents[1], env=env
    )
    assert process.stderr is not None
    try:
        said = (line for line in process.stderr if line.startswith("Roughcut is at "))
        yield next(said).split()[-1]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def sample(folder: Path) -> None:
    """The sample library painted and watched, as a project in `folder`."""
    from index.ingest import ingest
    from project.store import Project
    from ui.sample import shoot

    clips = folder.parent / "clips"
    shoot(clips, workers=max(1, os.cpu_count() or 1), told=lambda *_: None)
    with Project.create(folder) as project:
        ingest(project, [clips])


def prepare(folder: Path) -> None:
    """Film strips and previews, so that no picture shows them on their way."""
    from project.footage import all_footage
    from project.store import Project
    from ui.pictures import Pictures
    from ui.proxies import Proxies

    with Project.open(folder) as project:
        pictures, proxies = Pictures(project), Proxies(project)
        for item in all_footage(project, usable=True):
            pictures.strip(item.id)
            pictures.peaks(item.id)
            proxies.ask(item.id).result()
        proxies.close()


class Film:
    """Pictures of the page one after the other, each with how long it stands."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.frames: list[Image] = []
        self.shown_ms: list[int] = []

    def take(self, shown_ms: int) -> None:
        from PIL import Image

        shot = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        height = round(shot.height * FILM["width"] / shot.width)
        self.frames.append(shot.resize((FILM["width"], height), Image.Resampling.LANCZOS))
        self.shown_ms.append(shown_ms)

    def save(self, path: Path) -> None:
        first, *rest = self.frames
        first.save(
            path, save_all=True, append_images=rest, duration=self.shown_ms, loop=0,
            quality=FILM["quality"], method=FILM["method"],
        )  # fmt: skip


def picture(page: Any, path: Path) -> None:
    """The page as a WebP file."""
    from PIL import Image

    Image.open(BytesIO(page.screenshot())).convert("RGB").save(path, quality=90, method=6)


def settled(page: Any) -> None:
    """Once every picture on the page is drawn and nothing is under way."""
    page.wait_for_function(
        "() => [...document.images].every((i) => i.complete) && !document.querySelector("
        "'.rc-meter:not([hidden])')",
        timeout=TURN_MS,
    )
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))")


def ask(page: Any, film: Film) -> None:
    """The goal typed, and the first proposal there."""
    box = page.locator("#rc-words textarea")
    for end in range(0, len(GOAL) + 12, 12):
        box.fill(GOAL[:end])
        film.take(110)
    film.take(500)
    box.press("Enter")
    page.wait_for_selector(".rc-current", timeout=TURN_MS)
    settled(page)
    film.take(2600)


def approve_all(page: Any, film: Film, keep: Path) -> None:
    """Every step approved in turn; on the way pictures of a proposal and of the coverage map."""
    shots = 0
    while page.locator(".rc-current").count():
        settled(page)
        if shots == 0:
            picture(page, keep / "proposal.webp")
        if shots == 1:
            page.keyboard.press("b")
            page.wait_for_selector(".rc-sheet .rc-beat")
            settled(page)
            picture(page, keep / "coverage.webp")
            film.take(2200)
            page.keyboard.press("Escape")
        step = page.locator(".rc-current .rc-intent").text_content()
        page.locator(".rc-current").get_by_role("button", name="Approve").click()
        film.take(500)
        page.wait_for_function(
            "(step) => document.querySelector('.rc-current .rc-intent')?.textContent !== step",
            arg=step, timeout=TURN_MS,
        )  # fmt: skip
        settled(page)
        film.take(1500)
        shots += 1


def play(page: Any, film: Film) -> None:
    """The cut, seen at a moment of each clip."""
    ruler = page.locator(".rc-ruler").bounding_box()
    last = page.locator("#rc-timeline .rc-clip").last.bounding_box()
    for n in range(11):
        x = ruler["x"] + 4 + (last["x"] + last["width"] - ruler["x"] - 12) * n / 10
        page.mouse.click(x, ruler["y"] + ruler["height"] / 2)
        page.evaluate("() => new Promise((done) => setTimeout(done, 500))")
        film.take(420)
    film.take(1200)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--project", type=Path, help="a project of the sample library, copied")
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("Chromium is not installed; on Debian: apt install chromium")
    from playwright.sync_api import sync_playwright

    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "One Day"
        if asked.project:
            shutil.copytree(asked.project, project)
        else:
            sample(project)
        prepare(project)
        with served(project) as address, sync_playwright() as play_:
            browser = play_.chromium.launch(executable_path=chromium, args=list(FLAGS))
            page = browser.new_page(viewport=SIZE)
            page.goto(address)
            page.wait_for_selector("#rc-gallery .rc-card")
            settled(page)
            film = Film(page)
            film.take(900)
            ask(page, film)
            approve_all(page, film, asked.out)
            play(page, film)
            film.save(asked.out / "goal-to-cut.webp")
            picture(page, asked.out / "editor.webp")
            browser.close()


if __name__ == "__main__":
    main()
