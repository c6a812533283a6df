"""Where outputs go: never over footage, over something older only when that is asked for."""

from __future__ import annotations

import contextlib
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from project import footage as store
from project.errors import CreatorError
from project.files import whole_file
from project.store import Project

PICTURES = "pictures"
PAGES = ("article.html", "article.md")
_PICTURE = re.compile(r"\d{2,}\.jpg")


def file_place(project: Project, out: Path, suffixes: tuple[str, ...], *, force: bool) -> Path:
    """`out` as a file that may be written, with the first of `suffixes` where it has none.

    Raises CreatorError, saying what to do, where it may not be.
    """
    out = _absolute(out)
    if not out.suffix:
        out = out.with_name(out.name + suffixes[0])
    if out.suffix.lower() not in suffixes:
        raise CreatorError(f"--out takes a file ending in {' or '.join(suffixes)}; not {out.name}")
    if out.is_dir():
        raise CreatorError(f"{out} is a folder; name a file")
    _not_footage(project, out)
    if out.exists() and not force:
        raise CreatorError(f"{out} is there already; name another file, or say --force")
    return out


def folder_place(project: Project, out: Path, *, force: bool) -> Path:
    """`out` as a folder for an article: new, or an older article that may be replaced.

    A folder that holds anything else is never replaced. Raises CreatorError.
    """
    out = _absolute(out)
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise CreatorError(f"{out} is no folder of its own; name a new folder for the article")
    _not_footage(project, out)
    if not out.exists() or not any(out.iterdir()):
        return out
    if not is_article(out):
        raise CreatorError(f"{out} holds other things, which stay; name a new folder")
    if not force:
        raise CreatorError(f"{out} is there already; name another folder, or say --force")
    return out


def is_article(folder: Path) -> bool:
    """Whether a folder holds nothing but an article and its pictures."""
    for each in folder.iterdir():
        if each.name == PICTURES and each.is_dir() and not each.is_symlink():
            if not all(_PICTURE.fullmatch(p.name) and p.is_file() for p in each.iterdir()):
                return False
        elif each.name not in PAGES or not each.is_file():
            return False
    return True


def _absolute(out: Path) -> Path:
    out = out.expanduser().absolute()
    if not out.parent.is_dir():
        raise CreatorError(f"{out.parent} is not a folder; make it first, or name another")
    return out


def _not_footage(project: Project, out: Path) -> None:
    known = store.by_path(project, out) or store.by_path(project, out.resolve())
    if known is not None:
        raise CreatorError(f"{out} is footage of this project, which is never written over")


def write_text(out: Path, text: str) -> Path:
    """`out` holding `text` as UTF-8, whole or not at all. Raises CreatorError."""
    try:
        with whole_file(out) as part:
            part.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise CreatorError(f"{out} could not be written ({error.strerror}); {_WAY_OUT}") from error
    return out


@contextlib.contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A temporary folder beside `out` that takes its name when the block ends well.

    What stood there before goes only once the new one stands. Raises CreatorError.
    """
    part = out.with_name(f".part-{uuid.uuid4().hex[:12]}")
    old = out.with_name(f".old-{uuid.uuid4().hex[:12]}")
    try:
        part.mkdir()
        yield part
        if out.exists():
            out.rename(old)
        part.rename(out)
    except OSError as error:
        raise CreatorError(f"{out} could not be written ({error.strerror}); {_WAY_OUT}") from error
    finally:
        if old.exists() and not out.exists():
            old.rename(out)  # the new one did not get its name
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


_WAY_OUT = "make room or allow writing there, or name another place"
