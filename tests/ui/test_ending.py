"""A process ends with its own exit code, whatever its threads are at."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from project.store import Project
from tests.ui.conftest import put

ROOT = Path(__file__).resolve().parents[2]
FULL = Path("/dev/full")
AT_WORK = """
import atexit, threading, torch
from ui.ending import ends_with_its_code

layer, seen, begun = torch.nn.Linear(300, 300), torch.ones(300, 300), threading.Event()

def work():
    while True:
        layer(seen)
        begun.set()

with ends_with_its_code():
    atexit.register(print, "tidied")
    threading.Thread(target=work, daemon=True).start()
    begun.wait()
    print("answered")
    raise SystemExit({code})
"""
WARMING = """
import os, signal, threading, torch, uvicorn
from ui import cli, warming

layer, seen, begun = torch.nn.Linear(300, 300), torch.ones(300, 300), threading.Event()
serving, listens = uvicorn.Server.main_loop, threading.Event()
warming.BEGIN_AFTER_S = 0.0

async def main_loop(self):
    listens.set()
    await serving(self)

def embedder(_):
    begun.set()
    while True:
        layer(seen)

def interrupt():
    begun.wait()
    listens.wait()
    os.kill(os.getpid(), signal.SIGINT)

uvicorn.Server.main_loop = main_loop
warming.embedder = embedder
threading.Thread(target=interrupt).start()
cli.main()
"""


def _ran(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_command_whose_thread_is_in_native_code_ends_with_its_own_code() -> None:
    for code in (0, 3):
        ran = _ran(AT_WORK.format(code=code))
        assert (ran.returncode, ran.stdout) == (code, "answered\ntidied\n"), ran.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no device here is always full")
def test_where_the_answer_does_not_arrive_the_process_fails_and_does_not_abort() -> None:
    command = [sys.executable, "-c", AT_WORK.format(code=0)]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with FULL.open("w") as out:
        ran = subprocess.run(command, cwd=ROOT, env=kept, stdout=out, check=False)
    assert ran.returncode == 1


def test_a_server_ends_in_order_while_the_text_model_is_still_loading(
    project: Project, clips: Path
) -> None:
    put(project, clips / "bars.mp4", Fraction(3))
    folder = project.folder
    project.close()
    ran = _ran(WARMING, "ui", "--no-browser", "--port", "0", "--project", str(folder))
    assert ran.returncode == 0, ran.stderr
