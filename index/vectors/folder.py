"""Chroma in this process, its collections in a folder of the project."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.vectors.chroma import Held
from index.vectors.listing import packed, unpacked
from index.vectors.neighbours import settings
from project.footage import Level

MARK = "generation"  # the file that says what a folder of Chroma's holds
LISTING = "listing"  # and the one that says whose vectors those are


class Folder:
    """The collections of a project that this process alone may write, in a folder of their own.

    Each rebuild goes into a new folder, because Chroma keeps open what it once opened; the mark
    in it is written last, so a rebuild that was killed counts for nothing.
    """

    name, may_write, retry_s = "the vector cache", True, 30.0

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home
        self._client: Any = None

    def places(self) -> list[str]:
        return sorted(str(folder) for folder in self._home.glob("chroma-*"))

    def open(self, place: str) -> Held | None:
        self.close()
        self._folder = Path(place)
        generation, changed = (self._folder / MARK).read_text(encoding="ascii").split()
        listings = unpacked((self._folder / LISTING).read_bytes())
        self._client = _client(self._folder)
        return Held(generation, listings, int(changed))

    def collection(self, level: Level) -> Any:
        return self._client.get_collection(level, embedding_function=None)

    def current(self, level: Level, generation: str) -> bool:  # noqa: ARG002 - nobody else writes
        return True

    def clear(self, sizes: Mapping[Level, int]) -> None:
        self.close()
        for old in self._home.glob("chroma-*"):
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink()
        self._folder = self._home / f"chroma-{uuid.uuid4().hex[:12]}"
        self._client = _client(self._folder)
        for level, count in sizes.items():
            self._client.create_collection(
                level, configuration={"hnsw": settings(count)}, embedding_function=None
            )

    def begin(self) -> None:
        (self._folder / MARK).unlink()

    def keep(self, held: Held) -> None:
        (self._folder / LISTING).write_bytes(packed(**held.listings))
        (self._folder / MARK).write_text(f"{held.generation} {held.changed}", encoding="ascii")

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
