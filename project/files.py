"""Files written whole or not at all: a temporary name beside the goal, fsync, rename."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A temporary path in the folder of `out`; it becomes `out` when the block ends well.

    The suffix is kept, so that encoders pick the right container. Nothing is left behind
    when the block fails.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", suffix=out.suffix, dir=out.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)


def keep_file(source: Path, out: Path) -> None:
    """`source` copied to `out`, whole or not at all."""
    with whole_file(out) as temporary:
        shutil.copyfile(source, temporary)
