"""The page's reads: media by id with ranges, no path in or out, exports by name."""

from __future__ import annotations

import json
import shutil
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from index import library
from media.errors import MediaError
from project import footage
from project.footage import Moment, Senses, Shot
from tests.ui.asgi import Answer, ask
from timeline.time import TimeRange
from ui import exports
from ui.handlers import Handlers
from ui.routes import add_routes

TRAVERSALS = [
    "../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd", "/etc/passwd", "%2fetc%2fpasswd", "..\\..\\etc\\passwd",
    "f-bars/../../roughcut.db", "roughcut.db", ".%00.mp4", "~root", "film-0001.mp4%00.txt",
]  # fmt: skip


@pytest.fixture
def app(handlers: Handlers) -> FastAPI:
    app = FastAPI(openapi_url=None)
    add_routes(app, handlers)
    return app


def test_media_is_served_in_the_ranges_asked_for(app: FastAPI, clips: Path) -> None:
    whole = (clips / "bars.mp4").read_bytes()
    answer = ask(app, "/media/f-bars")
    assert answer.status == 200 and answer.body == whole
    assert answer.headers["accept-ranges"] == "bytes"
    part = ask(app, "/media/f-bars", headers={"range": "bytes=100-199"})
    assert part.status == 206 and part.body == whole[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    tail = ask(app, "/media/f-bars", headers={"range": "bytes=-50"})
    assert tail.body == whole[-50:]
    beyond = ask(app, "/media/f-bars", headers={"range": f"bytes={len(whole) + 5}-"})
    assert beyond.status == 416


def _until(app: FastAPI, path: str, status: int) -> Answer:
    """The first answer to `path` with another status than 503, asked for as the page does."""
    deadline = time.monotonic() + 20
    while (answer := ask(app, path)).status == 503 and time.monotonic() < deadline:
        pass
    assert answer.status == status, answer.body
    return answer


def test_media_in_the_making_is_said_at_once_and_served_once_it_is_there(
    app: FastAPI, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, made = threading.Event(), []

    def slow(path: Path, out: Path, **_: object) -> Path:
        assert going.wait(20)
        made.append(out)
        shutil.copy(path, out)
        return out

    monkeypatch.setattr("ui.proxies.proxy", slow)
    try:
        begun = time.monotonic()
        for _ in range(5):
            answer = ask(app, "/media/f-cuts")
            assert answer.status == 503 and answer.headers["retry-after"] == "1"
            assert answer.headers["cache-control"] == "no-store"
        assert time.monotonic() - begun < 5
    finally:
        going.set()
    assert _until(app, "/media/f-cuts", 200).body == (clips / "cuts.mp4").read_bytes()
    assert len(made) == 1


def test_media_that_cannot_be_made_is_said_in_words_and_tried_again_when_asked_again(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def broken(path: Path, out: Path, **_: object) -> Path:
        tried.append(path)
        raise MediaError("cuts.mp4 is damaged")

    monkeypatch.setattr("ui.proxies.proxy", broken)
    for times in (1, 2):
        assert ask(app, "/media/f-cuts").status == 503
        assert b"damaged" in _until(app, "/media/f-cuts", 404).body
        assert len(tried) == times


@pytest.mark.parametrize("door", ["media", "still", "strip", "peaks", "export", "view/moments"])
@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_reaches_a_file(app: FastAPI, door: str, path: str) -> None:
    answer = ask(app, f"/{door}/{path}")
    assert b"root:" not in answer.body and b"SQLite" not in answer.body
    assert answer.status in (400, 404) or answer.body == b"[]"


@pytest.mark.parametrize("path", TRAVERSALS)
def test_static_files_end_at_their_folder(app: FastAPI, path: str) -> None:
    answer = ask(app, f"/ui/{path}")
    assert answer.status == 404


def test_rejected_footage_has_no_pictures(app: FastAPI) -> None:
    assert ask(app, "/still/f-pan").status == 404
    assert ask(app, "/strip/f-pan").status == 404


def test_stills_and_strips_are_made_once_and_kept(app: FastAPI, handlers: Handlers) -> None:
    still = ask(app, "/still/f-bars?t=1000&h=90")
    assert still.status == 200 and still.body[:2] == b"\xff\xd8"
    strip = ask(app, "/strip/f-cuts")
    assert strip.body[:2] == b"\xff\xd8"
    kept = sorted(p.name for p in (handlers.studio.desk.project.cache / "pictures").rglob("*.jpg"))
    assert kept == ["still-1000-90.jpg", "strip.jpg"]


def test_a_strip_that_has_to_be_made_is_not_waited_for_by_who_prefers_that(
    app: FastAPI, handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = {"prefer": "respond-async"}
    monkeypatch.setattr(handlers.studio.desk.pictures, "has_strip", lambda _: False)
    answer = ask(app, "/strip/f-cuts", headers=at_once)
    assert answer.status == 202 and answer.headers["cache-control"] == "no-store"
    monkeypatch.undo()
    strip = ask(app, "/strip/f-cuts")
    assert ask(app, "/strip/f-cuts", headers=at_once).body == strip.body
    assert ask(app, "/strip/f-pan", headers=at_once).status == 404


def test_the_page_never_sees_a_path(app: FastAPI, handlers: Handlers, clips: Path) -> None:
    body = ask(app, "/view/desk").body.decode()
    assert str(clips) not in body
    assert str(handlers.studio.desk.project.folder) not in body
    desk = json.loads(body)
    assert [f["id"] for f in desk["footage"]] == ["f-bars", "f-cuts", "f-pan"]
    assert desk["footage"][2]["reason"] == "it is empty"


def test_words_name_a_part_of_one_piece_of_footage(app: FastAPI, handlers: Handlers) -> None:
    project = handlers.studio.desk.project
    told = ["a red field", "a red field", "penguins on ice", "penguins on ice", "a door", "a door"]
    moments = [
        Moment("f-cuts", n, TimeRange(Fraction(n), Fraction(n + 1)), 0, words, "sidecar", "",
               Senses())
        for n, words in enumerate(told)
    ]  # fmt: skip
    shot = Shot("f-cuts", 0, TimeRange(Fraction(0), Fraction(6)))
    footage.replace_knowledge(
        project, "f-cuts", shots=[shot], moments=moments, speech=[], captions=[]
    )
    library.refresh(project)
    answer: Any = ask(app, "/view/part/f-cuts?q=the+penguins").json()
    assert (answer["in_s"], answer["out_s"]) == (2.0, 4.0)
    assert answer["sure"] and "penguins on ice" in answer["why"][0]
    assert ask(app, "/view/part/f-nothing?q=penguins").status == 404
    assert "nothing in" in ask(app, "/view/part/f-bars?q=penguins").json()["problem"]


def test_only_exports_can_be_downloaded(app: FastAPI, handlers: Handlers) -> None:
    folder = exports.folder(handlers.studio.desk.project)
    (folder / "film-0001.edl").write_text("TITLE: film\n")
    (folder / "secret.db").write_text("no")
    (folder / "link.edl").symlink_to("/etc/passwd")
    assert ask(app, "/export/film-0001.edl").body == b"TITLE: film\n"
    assert "attachment" in ask(app, "/export/film-0001.edl").headers["content-disposition"]
    assert ask(app, "/export/secret.db").status == 404
    assert ask(app, "/export/link.edl").status == 404


def test_no_project_open_is_said_in_words(tmp_path: Path) -> None:
    from ui.studio import Studio

    app = FastAPI(openapi_url=None)
    add_routes(app, Handlers(Studio()))
    assert ask(app, "/view/desk").json()["project"] is None
    answer: Any = ask(app, "/media/f-bars")
    assert answer.status == 404 and b"no project is open" in answer.body
