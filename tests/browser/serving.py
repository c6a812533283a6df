"""The app's server in a process of its own, forked from one that has its libraries loaded.

What every server imports takes some seconds each time, more than half of what a test of the browser
costs; `tests/ui/test_ending.py` starts and ends it as a creator does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import IO

from generator import builtin
from ui import cli

ROOT = Path(__file__).resolve().parents[2]
ENV = {"ROUGHCUT_WORKERS": "1", "ROUGHCUT_READ_TEXT": "false", "PYTHONWARNINGS": "ignore"}
LOADED = ("ui.server", "ui.app", "agent.session", "index.ingest", "sentence_transformers")


@dataclass
class Server:
    """A running server; `address` lets a browser in."""

    process: ForkServerProcess
    said: IO[str]  # what it writes to its standard error
    address: str = ""

    def stop(self) -> int:
        if self.process.is_alive() and self.process.pid:
            os.kill(self.process.pid, signal.SIGINT)
        self.process.join(60)
        self.said.close()
        if self.process.exitcode is None:
            self.process.kill()
            raise AssertionError("the server did not end within a minute")
        return self.process.exitcode


def serve(words: Sequence[str], env: Mapping[str, str], errors: Connection) -> None:
    """The command in a process of its own; what it says goes to `errors`."""
    os.dup2(errors.fileno(), 2)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    warnings.simplefilter("ignore")
    builtin.WEIGHTS = Path("no weights")  # as `untrained` does
    sys.argv = ["roughcut", *words]
    cli.main()


def forked(context: ForkServerContext, project: str, port: int) -> Server:
    """A server of `project`, or of none yet, once it says where it is."""
    named = ["--project", project] if project else []
    words = ["ui", "--no-browser", "--port", str(port), *named]
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(words, {**os.environ, **ENV}, theirs))
    process.start()
    theirs.close()
    server = Server(process, os.fdopen(os.dup(ours.fileno()), encoding="utf-8"))
    ours.close()
    said = []
    for line in server.said:
        said.append(line)
        if line.startswith("Roughcut is at "):
            server.address = line.split()[-1]
            return server
    process.kill()
    raise AssertionError(f"the server did not start:\n{''.join(said)}")


def loaded() -> ForkServerContext:
    """Where servers are forked from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*LOADED, __name__])
    return context
