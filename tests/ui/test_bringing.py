"""Footage comes in: dropped files get fit and free names, and search works while more comes."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI

from index.ingest import ingest
from index.values import IngestReport
from project import jobs
from project.errors import CreatorError
from project.store import Project
from tests.ui.asgi import ask
from ui import bringing
from ui.handlers import Handlers
from ui.routes import add_routes


def _bring(project: Project, name: str, body: bytes, size: int | None = None) -> Path:
    async def parts() -> AsyncIterator[bytes]:
        yield body[:3]
        yield body[3:]

    async def bring() -> Path:
        said = len(body) if size is None else size
        return await bringing.bring(project, name, said, parts())

    return anyio.run(bring)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/cron.d/x.mp4", "_.._.._etc_cron.d_x.mp4"),
        ("C:\\clips\\a.mov", "C_clips_a.mov"),
        ("\u202egpj.evil.mp4", "_gpj.evil.mp4"),
        ("a\u2028b\u2029c\x85d.mp4", "a_b_c_d.mp4"),
        (".hidden.mp4", "hidden.mp4"),
        ("a" * 400 + ".mp4", "a" * 120 + ".mp4"),
    ],
)
def test_a_dropped_name_stays_in_its_folder_and_is_fit_for_any_system(
    handlers: Handlers, name: str, kept: str
) -> None:
    project = handlers.studio.desk.project
    path = _bring(project, name, b"something")
    assert path == project.folder / "footage" / kept and path.read_bytes() == b"something"


@pytest.mark.parametrize("name", ["noending", ".mp4", "a.", "a.b c", "a.longerthanany"])
def test_a_name_without_an_ending_is_refused_in_words(handlers: Handlers, name: str) -> None:
    with pytest.raises(CreatorError, match="ending"):
        _bring(handlers.studio.desk.project, name, b"x")


def test_the_same_bytes_are_kept_once_and_others_beside_them(handlers: Handlers) -> None:
    project = handlers.studio.desk.project
    names = [_bring(project, "a.mp4", body).name for body in (b"one", b"one", b"two", b"two")]
    assert names == ["a.mp4", "a.mp4", "a (2).mp4", "a (2).mp4"]


@pytest.mark.parametrize("size", [4, 20])
def test_a_body_of_another_size_than_was_said_leaves_nothing(handlers: Handlers, size: int) -> None:
    project = handlers.studio.desk.project
    with pytest.raises(CreatorError, match="drop it again"):
        _bring(project, "a.mp4", b"0123456789", size)
    assert list((project.folder / "footage").iterdir()) == []


def test_more_than_the_disk_may_hold_is_refused_before_it_is_written(handlers: Handlers) -> None:
    project = handlers.studio.desk.project
    with pytest.raises(CreatorError, match="max_disk_gb"):
        _bring(project, "a.mp4", b"x", 10**12)
    assert not (project.folder / "footage").exists()


def test_search_answers_while_footage_is_still_coming_in(
    handlers: Handlers, tmp_path: Path, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = tmp_path / "card"
    card.mkdir()
    shutil.copy(clips / "portrait.mp4", card / "first.mp4")
    shutil.copy(clips / "cuts.mp4", card / "second.mp4")
    first, going = threading.Event(), threading.Event()

    def held(project: Project, folders: Sequence[Path], **more: Any) -> IngestReport:
        ingest(project, [card / "first.mp4"], **more)
        first.set()
        assert going.wait(60)
        return ingest(project, folders, **more)

    monkeypatch.setattr("ui.jobs.ingest", held)
    app = FastAPI(openapi_url=None)
    add_routes(app, handlers)
    desk = handlers.studio.desk
    handlers.import_folder({"project": desk.id, "folder": str(card)})
    try:
        assert first.wait(60)
        found = ask(app, "/view/search?q=first").json()
        assert jobs.jobs(desk.project)[0].status == "running"
        assert any(hit["name"].startswith("first") for hit in found["hits"])
    finally:
        going.set()
    end = time.monotonic() + 60
    while not jobs.jobs(desk.project)[0].over:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_sample_is_made_in_the_home_folder_and_opened_again_when_asked_again(
    handlers: Handlers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("ui.jobs.Worker._paint", lambda *_: (tmp_path / "x").mkdir(exist_ok=True))
    for _ in range(2):
        assert json.loads(handlers.sample({}))["opened"] is True
        desk = handlers.studio.desk
        assert desk.project.folder == tmp_path / bringing.SAMPLE
        assert [job.arguments["sample"] for job in jobs.jobs(desk.project)] == [True]
