"""R1 and R6, quick tier: `kill -9` while ingesting, while approving and while rendering.

After each kill the project is opened again and checked: the store is whole, the history's
digests are right, every applied step has exactly one edit, no file stands half written under
a final name, no child process lives on. At the end the work is finished and compared with a
run that was never interrupted.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

ROUGHCUT = (sys.executable, "-c", "from ui.cli import main; main()")
GOAL = "a 6 second film of red, then green, then blue"


@dataclass
class Tally:
    """What one kind of kill led to."""

    kills: int = 0
    finished_first: int = 0
    problems: list[str] = field(default_factory=list)
    slowest_open_s: float = 0.0


def run(*words: str | Path) -> dict[str, Any]:
    """A command to its end; its JSON document."""
    done = subprocess.run(
        [*ROUGHCUT, *map(str, words), "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{words}: exit {done.returncode}: {done.stdout}{done.stderr[-2000:]}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def killed(after_s: float, *words: str | Path) -> bool:
    """A command killed after a while. False when it had ended before that."""
    child = subprocess.Popen(
        [*ROUGHCUT, *map(str, words), "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        child.wait(timeout=after_s)
        return False
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)  # the process alone: its children must notice
        child.wait()
        return True


def left_running(marker: str, patience_s: float = 10.0) -> list[str]:
    """Command lines of processes that still name `marker` after a moment's grace."""
    deadline = time.monotonic() + patience_s
    while True:
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid():
                try:
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    environment = (entry / "environ").read_bytes().decode(errors="replace")
                except OSError:
                    continue
                if marker in line or marker in environment:
                    found.append(line)
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def check(folder: Path, tally: Tally) -> None:
    """Open the project as the next start would, and look for anything torn."""
    from project import history
    from project.store import Project
    from timeline import document

    started = time.monotonic()
    with Project.open(folder) as project:
        tally.slowest_open_s = max(tally.slowest_open_s, time.monotonic() - started)
        verdict = project.rows("PRAGMA integrity_check")[0][0]
        if verdict != "ok":
            tally.problems.append(f"integrity: {verdict}")
        for edit in history.edits(project):
            if document.digest(history.at(project, edit.id)) != edit.digest:
                tally.problems.append(f"edit {edit.id} does not match its digest")
        twice = project.rows(
            "SELECT step_id FROM proposal WHERE status = 'applied'"
            " GROUP BY step_id HAVING COUNT(*) > 1"
        )
        if twice:
            tally.problems.append(f"{len(twice)} steps were applied twice")
        lost = project.rows(
            "SELECT footage.id FROM footage WHERE status = 'ok' AND NOT EXISTS"
            " (SELECT 1 FROM moment WHERE moment.footage_id = footage.id)"
        )
        if lost:
            tally.problems.append(f"{len(lost)} footage committed without their moments")


def knowledge(folder: Path) -> list[tuple[Any, ...]]:
    """Everything ingest knows, in a form that two runs can be compared by."""
    from project.store import Project

    with Project.open(folder) as project:
        return [
            tuple(row)
            for question in (
                "SELECT id, name, status, duration_s, title, summary FROM footage ORDER BY id",
                "SELECT footage_id, ordinal, start_s, end_s, caption, senses FROM moment"
                " ORDER BY footage_id, ordinal",
                "SELECT footage_id, ordinal, start_s, end_s FROM shot ORDER BY 1, 2",
                "SELECT level, footage_id, ordinal, text_hash FROM vector ORDER BY 1, 2, 3",
            )
            for row in project.rows(question)
        ]


def shoot(folder: Path) -> None:
    """Six small clips with what they show in a shot log."""
    import imageio_ffmpeg

    folder.mkdir(parents=True)
    log = ["name,start_s,end_s,text"]
    for number, colour in enumerate(("red", "green", "blue", "yellow", "white", "gray")):
        name = f"MVI_{number:04}.mp4"
        source = f"color={colour}:s=640x360:r=25:d=8,noise=alls=12:allf=t"
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi", "-i", source,
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(folder / name),
        ]  # fmt: skip
        subprocess.run(command, check=True)
        log.append(f"{name},0,8,a plain {colour} wall")
    (folder / "shots.csv").write_text("\n".join(log), encoding="utf-8")


def kill_ingest(work: Path, clips: Path, kills: int, dice: random.Random) -> Tally:
    """Each kill on a fresh project, finished afterwards and compared with a run left alone."""
    tally, plain = Tally(), work / "plain"
    run("new", plain)
    started = time.monotonic()
    run("ingest", clips, "--project", plain)
    whole_s, want = time.monotonic() - started, knowledge(plain)
    for number in range(kills):
        folder = work / f"killed-{number}"
        run("new", folder)
        if killed(dice.uniform(0.1, 0.95 * whole_s), "ingest", clips, "--project", folder):
            tally.kills += 1
        else:
            tally.finished_first += 1
        tally.problems += [f"left running: {line}" for line in left_running(str(clips))]
        check(folder, tally)
        run("ingest", clips, "--project", folder)
        if knowledge(folder) != want:
            tally.problems.append("the killed and resumed ingest knows something else")
    return tally


def kill_approve(work: Path, clips: Path, kills: int, dice: random.Random) -> Tally:
    tally, folder = Tally(), work / "approve"
    run("new", folder)
    run("ingest", clips, "--project", folder)
    started = time.monotonic()
    run("make", GOAL, "--yes", "--project", folder)
    whole_s = time.monotonic() - started
    for _ in range(kills):
        if killed(dice.uniform(0.3, whole_s), "make", GOAL, "--yes", "--project", folder):
            tally.kills += 1
        else:
            tally.finished_first += 1
        check(folder, tally)
    run("make", GOAL, "--yes", "--project", folder)
    return tally


def kill_render(work: Path, clips: Path, kills: int, dice: random.Random) -> Tally:
    tally, folder, out = Tally(), work / "render", work / "film.mp4"
    run("new", folder)
    run("ingest", clips, "--project", folder)
    run("make", GOAL, "--yes", "--project", folder)
    started = time.monotonic()
    run("render", "--project", folder, "--out", out)
    whole_s = time.monotonic() - started
    want = out.stat().st_size
    for _ in range(kills):
        out.unlink(missing_ok=True)
        shutil.rmtree(folder / "cache", ignore_errors=True)
        if killed(dice.uniform(0.1, 0.95 * whole_s), "render", "--project", folder, "--out", out):
            tally.kills += 1
        else:
            tally.finished_first += 1
        tally.problems += [f"left running: {line}" for line in left_running(str(out))]
        if out.exists() and out.stat().st_size != want:
            tally.problems.append("a half-written film stands under its final name")
        check(folder, tally)
    run("render", "--project", folder, "--out", out)
    return tally


def benchmark(kills: int = 10, seed: int = 1) -> Table:
    """`kills` of each kind; a table of what was found on reopening."""
    from rich.table import Table

    table = Table(title=f"kill -9, {kills} of each")
    for name in ("while", "killed", "finished first", "slowest reopening", "problems"):
        table.add_column(name)
    with tempfile.TemporaryDirectory() as folder:
        work, dice = Path(folder), random.Random(seed)
        shoot(work / "clips")
        for kind in (kill_ingest, kill_approve, kill_render):
            tally = kind(work / kind.__name__, work / "clips", kills, dice)
            table.add_row(
                kind.__name__.removeprefix("kill_"),
                str(tally.kills),
                str(tally.finished_first),
                f"{tally.slowest_open_s * 1000:.0f} ms",
                "; ".join(tally.problems) or "none",
            )
    return table
