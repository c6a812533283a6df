"""Files appear under their final name whole or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import time
import uuid
from collections.abc import Collection, Iterator
from pathlib import Path

from media.errors import MediaError, disk_is_full

LEFT_BEHIND_S = 86_400.0


@contextlib.contextmanager
def finished(out: Path) -> Iterator[Path]:
    """A temporary path beside `out`; after the block it is flushed to disk and gets the name.

    Whatever goes wrong inside, nothing stays behind and an older `out` stays as it was.
    """
    folder = out.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        full = disk_is_full(error, folder)
        raise full or MediaError(f"cannot write into {folder}: {error.strerror}") from error
    temporary = folder / f".{uuid.uuid4().hex[:12]}.part{out.suffix[:8]}"
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(out)
        _sync_folder(folder)
    except OSError as error:
        raise disk_is_full(error, folder) or MediaError(
            f"{out.name!r} could not be written into {folder}: {error.strerror or error}"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def prune(folder: Path, keep: Collection[str], *, most_bytes: int) -> None:
    """Delete what was used longest ago in `folder` until the rest fits into `most_bytes`.

    Files of one name with different endings go together. Those whose name is in `keep` stay, and
    so do files being written, unless they were left behind more than a day ago.
    """
    used: dict[str, list[float]] = {}  # name without ending: last use, bytes
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another render may delete it at the same moment
            facts = path.stat()
            if path.name.startswith(".") and facts.st_mtime < time.time() - LEFT_BEHIND_S:
                path.unlink()
            elif path.is_file() and not path.name.startswith("."):
                known = used.setdefault(path.stem, [0.0, 0])
                known[0], known[1] = max(known[0], facts.st_mtime), known[1] + facts.st_size
    much = sum(size for _, size in used.values())
    for name, (_, size) in sorted(used.items(), key=lambda each: each[1][0]):
        if much > most_bytes and name not in keep:
            much -= size
            for path in folder.glob(f"{glob.escape(name)}.*"):
                with contextlib.suppress(OSError):
                    path.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last; systems that cannot open folders do without."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
