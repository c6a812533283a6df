"""A harness for killing a process at any moment: children say what they know is safe.

A child is a Python script given to `killed`; it prints one line for each thing it was told is
committed, after it was told. Whatever stands in those lines must be there on reopening.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).resolve().parents[2]


def killed(script: str, *arguments: str, after_lines: int, then_s: float) -> list[str]:
    """The whole lines a child printed before SIGKILL ended it.

    It is killed `then_s` seconds after its line number `after_lines`, so that the moment falls
    anywhere in its work and never only at its start.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    lines: list[str] = []
    timer = Timer(then_s, child.send_signal, (signal.SIGKILL,))
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if not line.endswith("\n"):
                break  # the kill tore it: it told nobody anything
            lines.append(line.strip())
            if len(lines) == after_lines:
                timer.start()
        child.wait(timeout=30)
    finally:
        timer.cancel()
        child.kill()
        child.communicate()
    assert child.returncode == -signal.SIGKILL, f"the child ended by itself: {child.returncode}"
    assert len(lines) >= after_lines
    return lines
