"""Children leave nothing behind, and a full disk is called a full disk."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media import command, scratch, wire, worker
from media.encode import write_clip
from media.errors import DiskFull, WorkerFailed
from media.finish import finished
from media.probe import path_hex
from media.sandbox import YIELDING, Child, patiently

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="no device here is always full")


def _gone(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{number}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def _soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        pass
    return holds()


def test_a_child_that_nobody_waits_for_yields_and_who_starts_it_does_not() -> None:
    said: list[str] = []
    command = [sys.executable, "-c", "import os; print(os.nice(0))"]
    with patiently(), Child(command) as child:
        child.run(said.append)
    with Child(command) as child:
        child.run(said.append)
    own = os.nice(0)
    assert said == [str(min(19, own + YIELDING)), str(own)]


def test_what_a_child_started_ends_with_it_even_when_the_child_itself_has_ended() -> None:
    code = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c',"
        " 'import time; time.sleep(60)'], stdout=subprocess.DEVNULL); print(p.pid)"
    )
    said: list[str] = []
    begun = time.monotonic()
    with Child([sys.executable, "-c", code]) as child:
        child.run(said.append)
        assert not _gone(int(said[0]))
    assert _soon(lambda: _gone(int(said[0])))
    assert time.monotonic() - begun < 20


def test_a_child_that_cannot_start_leaves_no_scratch_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refused)
    with pytest.raises(WorkerFailed, match=r"could be started.*unavailable"):
        Child([sys.executable, "-c", ""])
    assert not list(tmp_path.iterdir())


def test_a_child_without_room_for_its_scratch_folder_says_that_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(DiskFull, match="the disk is full; free some space and try again"):
        Child([sys.executable, "-c", ""])


def _left(folder: Path, name: str, age_s: float) -> Path:
    made = folder / name
    made.mkdir()
    (made / "x").write_text("x")
    at = time.time() - age_s
    os.utime(made, (at, at))
    return made


def test_old_scratch_folders_of_processes_that_are_gone_are_swept(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    gone, here, day = int(done.stdout), os.getpid(), 86_400
    old = _left(tmp_path, f"roughcut-{gone}-a", 2 * day)
    kept = [
        _left(tmp_path, f"roughcut-{gone}-b", day / 2),
        _left(tmp_path, f"roughcut-{here}-c", 2 * day),
        _left(tmp_path, "roughcut-mine", 2 * day),
        _left(tmp_path, f"other-{gone}-d", 2 * day),
    ]
    aim = _left(tmp_path, "aim", 2 * day)
    link = tmp_path / f"roughcut-{gone}-link"
    link.symlink_to(aim)
    os.utime(link, (0, 0), follow_symlinks=False)
    scratch.clear(tmp_path, now_s=time.time())
    assert not old.exists()
    assert all((folder / "x").exists() for folder in [*kept, aim])


def test_the_first_child_of_a_process_sweeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    scratch.sweep.cache_clear()
    old = _left(tmp_path, f"roughcut-{2**22 + 1}-a", 2 * 86_400)
    with Child([sys.executable, "-c", ""]) as child:
        child.run()
    assert not old.exists() and not list(tmp_path.iterdir())


@needs_full
def test_an_encoder_on_a_full_disk_says_so_and_where() -> None:
    source = command.Input(None, ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "64x64", "-r", "25"))
    made = command.ffmpeg([source], FULL, arguments=["-c:v", "ffv1", "-f", "matroska"])
    with Child(made, feed=True) as child, pytest.raises(DiskFull) as caught:
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
        for _ in range(200):
            child.write(np.ascontiguousarray(noise).data)
        child.close_input()
        child.finish()
    assert str(caught.value) == "the disk is full; free some space and try again (/dev)"


def test_a_worker_on_a_full_disk_says_so_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise av.error.OSError(errno.ENOSPC, "No space left on device", "film.mp4")

    monkeypatch.setitem(worker.JOBS, "assemble", full)
    pipe = io.BytesIO()
    worker.main(json.dumps({"do": "assemble", "path": path_hex(tmp_path / "film.mp4")}), pipe)
    body = pipe.getvalue()
    note, _ = wire.sizes(body[: wire.HEADER.size])
    said: Any = wire.message(body[wire.HEADER.size :][:note], b"")
    assert said.kind == "error"
    assert said.note["text"] == f"the disk is full; free some space and try again ({tmp_path})"


def test_a_file_finished_on_a_full_disk_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="free some space"), finished(tmp_path / "x.bin") as part:
        part.write_bytes(b"x")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_a_clip_that_can_be_written_is_not_called_a_full_disk(tmp_path: Path) -> None:
    write_clip(np.zeros((2, 16, 16, 3), np.uint8), Fraction(25), tmp_path / "No space left.mp4")
    assert (tmp_path / "No space left.mp4").stat().st_size
