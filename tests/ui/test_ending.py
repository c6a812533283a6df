"""A process ends with its own exit code, whatever its threads are at."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

from project.store import Project
from tests.ui.conftest import put

ROOT = Path(__file__).resolve().parents[2]
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
import os, signal, threading, torch
from ui import cli, warming

layer, seen, begun = torch.nn.Linear(300, 300), torch.ones(300, 300), threading.Event()
warming.BEGIN_AFTER_S = 0.0

def embedder(_):
    begun.set()
    while True:
        layer(seen)

def interrupt():
    begun.wait()
    os.kill(os.getpid(), signal.SIGINT)

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


def test_a_server_ends_in_order_while_the_text_model_is_still_loading(
    project: Project, clips: Path
) -> None:
    put(project, clips / "bars.mp4", Fraction(3))
    folder = project.folder
    project.close()
    ran = _ran(WARMING, "ui", "--no-browser", "--port", "0", "--project", str(folder))
    assert ran.returncode in (0, 130), ran.stderr  # 130 where it did not listen yet
