"""Scratch folders of child processes: made with their owner's name, swept when it is gone."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import stat
import tempfile
import time
from pathlib import Path

from media.errors import MediaError, disk_is_full

OLD_S = 86_400.0
NAME = re.compile(r"roughcut-(\d+)-.+")


def scratch_folder() -> Path:
    """A fresh folder that only this user can enter; its name says which process it belongs to.

    Raises MediaError where none can be made.
    """
    sweep()
    try:
        return Path(tempfile.mkdtemp(prefix=f"roughcut-{os.getpid()}-"))
    except OSError as error:
        place = tempfile.gettempdir()
        full = disk_is_full(error, Path(place))
        raise full or MediaError(f"cannot work in {place}: {error.strerror}") from error


@functools.cache
def sweep() -> None:
    """Delete what processes that were killed left behind; looked for once in each process."""
    clear(Path(tempfile.gettempdir()), now_s=time.time())


def clear(folder: Path, *, now_s: float) -> None:
    """Delete scratch folders in `folder` that are ours, a day old, and whose owner is gone."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            named = NAME.fullmatch(entry.name)
            if named is None:
                continue
            with contextlib.suppress(OSError):  # another process may sweep at the same moment
                facts = entry.stat(follow_symlinks=False)
                ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()
                if ours and facts.st_mtime < now_s - OLD_S and not _runs(int(named[1])):
                    shutil.rmtree(entry.path, ignore_errors=True)


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
