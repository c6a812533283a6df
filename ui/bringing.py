"""How footage comes in: a sample project in one click, and files dropped on the page.

Footage is read where it lies; only what is dropped has no path, so it is copied into the
project's own `footage` folder. A file gets its name when all of it is there.
"""

from __future__ import annotations

import re
import shutil
import threading
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from project.errors import CreatorError
from project.store import DATABASE, Project
from ui.studio import Desk, Studio

SAMPLE = "Roughcut sample"  # in the creator's home folder
DROPPED = "footage"  # in the project's folder
SPARE_BYTES = 200_000_000  # left free on the disk, whatever is dropped
LONGEST_NAME = 120
_naming = threading.Lock()
_UNFIT = re.compile(  # what systems forbid, controls, line ends, and letters that turn or hide
    r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+'
)


def open_sample(studio: Studio) -> Desk:
    """The sample project opened, its footage painted and watched by a job. Raises CreatorError."""
    try:
        folder = Path.home() / SAMPLE
    except RuntimeError as error:
        raise CreatorError("there is no home folder here; make a project by its path") from error
    desk = studio.open(folder, create=not (folder / DATABASE).is_file())
    desk.worker.sample(folder / DROPPED)
    return desk


def dropped(project: Project) -> Path:
    """The folder of what was dropped on the page. Raises CreatorError where nothing was."""
    folder = project.folder / DROPPED
    if not folder.is_dir():
        raise CreatorError("nothing was dropped yet; drop files, or import a folder by its path")
    return folder


def fit(name: str) -> str:
    """A file name that is safe on any system, near to `name`. Raises CreatorError."""
    stem, dot, ending = _UNFIT.sub("_", name).strip(" .").rpartition(".")
    if not dot or not stem or not ending.isalnum() or len(ending) > 8:
        raise CreatorError("files that are dropped need a name with an ending, such as .mp4")
    return f"{stem[:LONGEST_NAME].strip(' .')}.{ending}"


async def bring(project: Project, name: str, size: int, body: AsyncIterator[bytes]) -> Path:
    """`body` of `size` bytes written into the project under a free name. Raises CreatorError.

    What is there under that name with the same bytes is not kept twice.
    """
    folder = project.folder / DROPPED
    wanted = folder / fit(name)
    await run_in_threadpool(_room, project, size)
    folder.mkdir(exist_ok=True)
    part = folder / f".{uuid.uuid4().hex}.part"
    try:
        with part.open("xb") as file:
            have = 0
            async for some in body:
                have += len(some)
                if have > size:
                    raise CreatorError(f"{name} is larger than was said; drop it again")
                await run_in_threadpool(file.write, some)
            if have != size:
                raise CreatorError(f"only a part of {name} arrived; drop it again")
        return await run_in_threadpool(_named, part, wanted)
    except OSError as error:
        raise CreatorError(f"{name} could not be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _room(project: Project, size: int) -> None:
    free, most = shutil.disk_usage(project.folder).free, project.settings.max_disk_gb * 1e9
    folder = project.folder / DROPPED
    there = sum(file.stat().st_size for file in folder.glob("*")) if folder.is_dir() else 0
    if there + size > most:
        raise CreatorError(
            f"{(there + size) / 1e9:.1f} GB would be copied into the project and max_disk_gb"
            f" is {most / 1e9:g}; import the folder by its path, then nothing is copied"
        )
    if size + SPARE_BYTES > free:
        raise CreatorError(
            f"this needs {size / 1e6:.0f} MB and only {free / 1e6:.0f} MB are free;"
            " make room, or import the folder by its path, then nothing is copied"
        )


def _named(part: Path, wanted: Path) -> Path:
    """`part` under `wanted`, or the next free name beside it."""
    with _naming:
        return _free(part, wanted)


def _free(part: Path, wanted: Path) -> Path:
    for number in range(1, 1000):  # under `_naming`, so that no name is taken in between
        tried = wanted if number == 1 else wanted.with_stem(f"{wanted.stem} ({number})")
        if tried.exists():
            if _same(part, tried):
                return tried
            continue
        return part.rename(tried)
    raise CreatorError(f"there are a thousand files called {wanted.name}; give this one a name")


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as a, other.open("rb") as b:
        while some := a.read(1 << 20):
            if some != b.read(1 << 20):
                return False
    return True
