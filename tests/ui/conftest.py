"""A studio around a project whose footage was put into the store by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from project import footage
from project.footage import Footage, Technical
from project.settings import Settings
from project.store import Project
from ui.handlers import Handlers
from ui.studio import Studio


def put(project: Project, path: Path, seconds: Fraction, *, status: str = "ok") -> Footage:
    """A piece of footage as ingest would have left it, without watching it."""
    item = Footage(
        id=f"f-{path.stem}", path=path, name=path.name, folder=str(path.parent),
        fingerprint=path.stem * 8, bytes=path.stat().st_size, mtime_ns=0,
        status=status,  # type: ignore[arg-type]
        reason="" if status == "ok" else "it is empty", duration_s=seconds,
        technical=Technical(
            container="mp4", width=320, height=180, rate="25", has_picture=True, has_sound=True,
            picture_end_s=str(seconds),
        ),
        title=f"The {path.stem}",
    )  # fmt: skip
    footage.save(project, item)
    return item


@pytest.fixture
def handlers(tmp_path: Path, clips: Path) -> Iterator[Handlers]:
    """Handlers over an open project with bars (3 s), cuts (6 s), and one rejected file."""
    folder = tmp_path / "film"
    with Project.create(folder, Settings()) as project:
        put(project, clips / "bars.mp4", Fraction(3))
        put(project, clips / "cuts.mp4", Fraction(6))
        put(project, clips / "pan.mp4", Fraction(3), status="rejected")
        proxies = project.cache / "proxies"
        proxies.mkdir()
        shutil.copy(clips / "bars.mp4", proxies / f"{'bars' * 8}-540.mp4")
    studio = Studio(folder)
    yield Handlers(studio)
    studio.close()
