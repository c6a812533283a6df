"""Files appear under their final name whole or not at all."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from media.errors import MediaError


@contextlib.contextmanager
def finished(out: Path) -> Iterator[Path]:
    """A temporary path beside `out`; after the block it is flushed to disk and gets the name.

    Whatever goes wrong inside, nothing stays behind and an older `out` stays as it was.
    """
    folder = out.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MediaError(f"cannot write into {folder}: {error.strerror}") from error
    temporary = folder / f".{uuid.uuid4().hex[:12]}.part{out.suffix[:8]}"
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(out)
        _sync_folder(folder)
    except OSError as error:
        raise MediaError(
            f"{out.name!r} could not be written: {error.strerror or error}; is the disk full?"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last; systems that cannot open folders do without."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
