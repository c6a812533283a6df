"""Finding footage in folders: by name where the name says so, by content where it does not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from project.errors import CreatorError
from project.store import DATABASE

_MEDIA_WORDS = (
    "3g2 3gp aac ac3 aif aiff asf avi caf dv f4v flac flv m2ts m2v m4a m4v mka mkv mov mp3 mp4 mpe"
    " mpeg mpg mts mxf oga ogg ogv opus ts vob wav weba webm wma wmv"
)
_BESIDE_WORDS = (
    "ale ass avchd bin bmp cpf csv db docx edl fcpxml gif gz heic htm html idx ini jpeg jpg json"
    " log lrv md otio pdf pek png prproj psd py rtf sha1 sha256 srt ssa sub svg tar thm tif tiff"
    " toml txt vtt webp xlsx xml xmp yaml yml zip"
)
MEDIA = frozenset(f".{word}" for word in _MEDIA_WORDS.split())
# known companions of footage and other files: never called failed footage
BESIDE = frozenset(f".{word}" for word in _BESIDE_WORDS.split())
SNIFFED_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to probe. `named`: its ending claims media, so a failure is worth telling."""

    path: Path
    named: bool


def scan(folders: Sequence[Path], *, skip: Path | None = None) -> list[Candidate]:
    """Every file under `folders` that may be footage, each once, in the order of its path.

    Hidden files, project folders and `skip` are passed over; a folder reached by a link is not
    entered. Raises CreatorError where a folder is not there.
    """
    found: dict[bytes, Candidate] = {}
    for folder in folders:
        start = Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100 - links stay as named
        if start.is_file():
            found[os.fsencode(start)] = Candidate(start, named=True)
        elif not start.is_dir():
            raise CreatorError(f"there is no folder {start}; give one that holds footage")
        else:
            for candidate in _walk(start, skip):
                found[os.fsencode(candidate.path)] = candidate
    return [found[key] for key in sorted(found)]


def _walk(start: Path, skip: Path | None) -> Iterator[Candidate]:
    for root, folders, names in os.walk(start):
        here = Path(root)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and here / f != skip)
        if here == skip or DATABASE in names:
            folders.clear()
            continue
        for name in sorted(names):
            candidate = None if name.startswith(".") else _candidate(here / name)
            if candidate:
                yield candidate


def _candidate(path: Path) -> Candidate | None:
    ending = path.suffix.strip().lower()
    if not path.is_file() or ending in BESIDE:
        return None
    if ending in MEDIA:
        return Candidate(path, named=True)
    return Candidate(path, named=False) if _looks_binary(path) else None


def _looks_binary(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(SNIFFED_BYTES)
    except OSError:
        return False
    return b"\0" in start


def shown(path: Path | str) -> str:
    """A path or name as text that any store and page can hold; odd bytes become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")
