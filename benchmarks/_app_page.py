"""What one page of the app takes: measured inside the page, in the system's Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SERVE = (
    "import sys; from pathlib import Path; from ui.server import serve;"
    " serve(Path(sys.argv[1]), port=0, open_browser=False)"
)
QUESTIONS = (
    "a nurse in the ward", "waves at the pier", "bread in the oven", "a train in the tunnel",
    "the crowd at the concert", "a goat on the cliff", "a red robot", "lightning at the coast",
)  # fmt: skip

# When the first clip stood in the page, in ms from the begin of the navigation.
WATCH = """
performance.setResourceTimingBufferSize(5000);
window.firstClip = new Promise((done) => {
  const look = () => document.querySelector('.rc-v1 .rc-clip')
    ? done(performance.now()) : requestAnimationFrame(look);
  look();
});
"""
BUS = "const bus = await import(new URL('ui/bus.js', document.baseURI));"
# What the page took in until now: requests, kB over the wire.
TAKEN = """() => {
  const of = (kind) => performance.getEntriesByType(kind);
  const all = [...of('resource'), of('navigation')[0]];
  return [all.length, all.reduce((sum, one) => sum + one.transferSize, 0) / 1024];
}"""
# One edit after the other by the page's own channel: ms until what is acknowledged is drawn from.
EDIT = f"""async (count) => {{
  {BUS}
  const took = [];
  for (let n = 0; n < count; n += 1) {{
    const items = bus.state.desk.timeline.tracks.find((t) => t.name === 'V1').items;
    const item = items[(n * 7) % items.length];
    const op = [
      {{ op: 'sound', id: item.id, gain_db: -1 - n, muted: item.muted }},
      {{ op: 'move', id: item.id, index: (n * 5) % items.length }},
      {{ op: 'trim', id: item.id, out_s: String(item.in_s + (9 + n % 10) / 25) }},
    ][n % 3];
    const began = performance.now();
    bus.edit(op);
    await new Promise((done) => {{
      const off = bus.on('desk', () => {{ if (!bus.editing()) {{ off(); done(); }} }});
    }});
    took.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 50));
  }}
  return took;
}}"""
FRAMES = """() => {
  window.frames_ = []; window.watching = true;
  let last = 0;
  const next = (now) => {
    if (last) window.frames_.push(now - last);
    last = now;
    if (window.watching) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""
SEARCH = f"""async (words) => {{
  {BUS}
  const began = performance.now();
  await bus.read(`view/search?q=${{encodeURIComponent(words)}}`);
  return performance.now() - began;
}}"""
# One body that is sent: kB, and ms until it is here.
BODY = """async (name) => {
  const began = performance.now();
  const text = await (await fetch(new URL(`view/${name}`, document.baseURI))).text();
  return [text.length / 1024, performance.now() - began];
}"""
COVERAGE = f"""async () => {{
  {BUS}
  const began = performance.now();
  bus.emit('coverage');
  while (!document.querySelector('.rc-sheetbody.rc-beats > *')) {{
    await new Promise((done) => requestAnimationFrame(done));
  }}
  const took = performance.now() - began;
  bus.emit('coverage');
  return took;
}}"""
# The middle of a clip in view, or with `edge` a place at its end: there zoomed in until it is wide.
CLIP = f"""async (edge) => {{
  {BUS}
  const first = () => {{
    const scroller = document.querySelector('.rc-scroller').getBoundingClientRect();
    return [...document.querySelectorAll('.rc-v1 .rc-clip')].map((c) => c.getBoundingClientRect())
      .find((b) => b.left > scroller.left + 60 && b.right < scroller.right - 60);
  }};
  while (edge && (first()?.width ?? 0) < 40) {{
    bus.emit('command', 'zoom-in');
    await new Promise((done) => setTimeout(done, 60));
  }}
  const one = first();
  return [edge ? one.right - 3 : one.left + one.width / 2, one.top + one.height / 2];
}}"""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """The real app in a process of its own: the address that lets a browser in, and its pid."""
    state = str(folder.parent / "state")  # it is no project that a creator would come back to
    env = {**os.environ, "PYTHONWARNINGS": "ignore", "XDG_STATE_HOME": state}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder)], stderr=subprocess.PIPE, text=True, env=env
    )
    assert process.stderr is not None
    try:
        said = next(line for line in process.stderr if line.startswith("Roughcut is at "))
        yield said.split()[-1], process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@contextmanager
def paged() -> Iterator[Any]:
    """A page of a new browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.set_default_timeout(120_000)
        page.add_init_script(WATCH)
        yield page
        browser.close()


class Meter:
    """Processor time of the page's main thread: it does not count what else the machine does."""

    def __init__(self, page: Any) -> None:
        self._door = page.context.new_cdp_session(page)
        self._door.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.bytes = 0  # came in since
        self._door.on("Network.dataReceived", self._received)
        self._door.send("Network.enable")

    def ms(self) -> float:
        """Until now."""
        told = self._door.send("Performance.getMetrics")["metrics"]
        return 1000.0 * next(one["value"] for one in told if one["name"] == "TaskDuration")

    def _received(self, told: dict[str, Any]) -> None:
        self.bytes += told["dataLength"]


def server_ms(pid: int) -> float:
    """Processor time of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settle(pid: int, patience_s: float = 90.0) -> None:
    """Waits until the server is at rest: film strips drawn, the model for questions loaded."""
    end = time.monotonic() + patience_s
    quiet, before = 0, server_ms(pid)
    while quiet < 6 and time.monotonic() < end:
        time.sleep(1)
        now = server_ms(pid)
        quiet, before = (quiet + 1 if now - before < 100 else 0), now


def frames(page: Any, meter: Meter, moves: int, *, hold: str = "") -> tuple[list[float], float]:
    """Times between frames while the mouse moves, or with `hold` drags or trims; ms a frame."""
    x, y = page.evaluate(CLIP, hold == "trim")
    page.mouse.move(x, y)
    if hold:
        page.mouse.down()
        page.mouse.move(x + 8, y)
    before = meter.ms()
    page.evaluate(FRAMES)
    for n in range(moves):
        page.mouse.move(x + 8 + (n % 40 if n % 80 < 40 else 40 - n % 40) * 4, y)
        time.sleep(1 / 120)
    page.evaluate("window.watching = false")
    found, worked = page.evaluate("window.frames_"), meter.ms() - before
    if hold:
        page.keyboard.press("Escape")
        page.mouse.up()
    return found, worked / max(1, len(found))


def at(share: float, of: Sequence[float]) -> float:
    """The value below which `share` of them lie."""
    return sorted(of)[min(len(of) - 1, int(share * len(of)))]


def opened(page: Any, address: str) -> tuple[float, float, float]:
    """ms to the first clip, requests, kB; waited for until the page is at rest."""
    page.goto(address, wait_until="commit")
    first = page.evaluate("window.firstClip")
    page.wait_for_timeout(1500)
    count, size = page.evaluate(TAKEN)
    return first, count, size


def measured(folder: Path, *, rounds: int = 3, edits: int = 30, moves: int = 120) -> dict[str, str]:
    """Every figure of the project in `folder`, in words, by what it is of."""
    cold, warm = [], []
    for last in range(rounds - 1, -1, -1):
        with serving(folder) as (address, pid), paged() as page:
            cold.append(opened(page, address))
            settle(pid)
            busy = server_ms(pid)
            again = address.split("?")[0]
            warm += [opened(page, again) for _ in range(rounds)]
            if last:
                continue
            served = (server_ms(pid) - busy) / rounds
            found = _used(page, Meter(page), pid, edits, moves)
    return {
        "first clip, cold": f"{statistics.median(one[0] for one in cold) / 1000:.2f} s",
        "first clip, warm": f"{statistics.median(one[0] for one in warm) / 1000:.2f} s",
        "server's work for a reload": f"{served:.0f} ms",
        "requests, cold and warm": f"{cold[-1][1]:.0f} / {warm[-1][1]:.0f}",
        "received, cold and warm": f"{cold[-1][2]:,.0f} / {warm[-1][2]:,.0f} kB",
        **found,
    }


def _used(page: Any, meter: Meter, pid: int, edits: int, moves: int) -> dict[str, str]:
    first = page.evaluate(SEARCH, QUESTIONS[0])
    searches = [page.evaluate(SEARCH, words) for words in QUESTIONS[1:]]
    before, worked, came = server_ms(pid), meter.ms(), meter.bytes
    took = page.evaluate(EDIT, edits)
    served, worked = (server_ms(pid) - before) / edits, (meter.ms() - worked) / edits
    told = {
        "edit acknowledged": f"{at(0.5, took):.0f}, p95 {at(0.95, took):.0f} ms",
        "an edit's work, server + page": f"{served:.0f} + {worked:.0f} ms",
        "received for an edit": f"{(meter.bytes - came) / edits / 1024:,.0f} kB",
    }
    for name, hold in (("page at rest", ""), ("all clips in view", "drag"), ("trim", "trim")):
        found, each = frames(page, meter, moves, hold=hold)
        told[f"frames, {name}"] = (
            f"{at(0.5, found):.1f}, p95 {at(0.95, found):.1f} ms;"
            f" {100 * sum(f > 17.5 for f in found) / len(found):.0f}% late,"
            f" {100 * sum(f > 34 for f in found) / len(found):.0f}% > 33 ms; {each:.1f} ms work"
        )
    told["search, first"] = f"{first:.0f} ms"
    told["search, warm"] = f"{statistics.median(searches):.0f} ms"
    told["coverage map"] = f"{page.evaluate(COVERAGE):.0f}, again {page.evaluate(COVERAGE):.0f} ms"
    for name in ("desk", "footage", "pulse", "coverage"):
        size, took_ms = page.evaluate(BODY, name)
        told[f"/view/{name}"] = f"{size:,.0f} kB in {took_ms:.0f} ms"
    return told
