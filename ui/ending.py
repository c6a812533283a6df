"""How the process ends while a thread of its own is still at work."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ends_with_its_code() -> Iterator[None]:
    """Around a whole command: it ends with its own exit code, whatever its daemon threads do.

    A daemon that comes back from native code (torch, a local transcriber) while Python takes
    itself down aborts the process: the shell then sees 134 and words of C++.
    """
    code = 1  # what anything but an orderly end gives

    def leave() -> None:
        if any(thread.daemon for thread in threading.enumerate()):
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            except OSError:  # who listened is gone, or the disk is full
                os._exit(code or 1)
            os._exit(code)

    atexit.register(leave)  # before all others, so it runs after them
    try:
        yield
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(bool(ending.code))
        raise
    else:
        code = 0
