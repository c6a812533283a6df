"""A real Chroma server keeps vectors for many projects and people, and is never needed."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from index import vectors
from index.vectors import Cache, neighbours, server
from project.errors import CreatorError
from project.settings import Settings
from project.store import Project
from tests.index.chroma_server import ChromaServer
from tests.index.made_vectors import MODEL, fill, put, right


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("chroma") / "kept") as each:
        yield each


@pytest.fixture
def shared(running: ChromaServer, tmp_path: Path) -> Iterator[Project]:
    """A project whose settings name the server."""
    with Project.create(tmp_path / "shared", Settings(chroma_url=running.url)) as fresh:
        yield fresh


def cache_of(project: Project) -> Cache:
    found = vectors.cache(project, MODEL)
    assert found is not None
    return found


def collections(running: ChromaServer) -> set[str]:
    client = server._client(Settings(chroma_url=running.url))
    names = {each.name for each in client.list_collections()}
    server._close(client)
    return names


def test_a_server_answers_as_chroma_in_process_does(shared: Project, project: Project) -> None:
    for each in (shared, project):
        fill(each)
        vectors.settle(each, MODEL)
    assert right(shared, cache_of(shared)) and right(project, cache_of(project))
    for question in vectors.matrix(project, "moment", MODEL).vectors[::100]:
        theirs, ours = (cache_of(p).nearest(question, "moment", 20) for p in (shared, project))
        assert ours is not None and theirs is not None
        assert [(n.footage_id, n.ordinal) for n in theirs] == [
            (n.footage_id, n.ordinal) for n in ours
        ]
        assert [n.cosine for n in theirs] == pytest.approx([n.cosine for n in ours], abs=1e-5)
    assert not list(shared.vectors.glob("chroma-*")), "the server's project keeps no folder"


def test_two_projects_on_one_server_do_not_see_each_other(
    running: ChromaServer, shared: Project, tmp_path: Path
) -> None:
    fill(shared)
    with Project.create(tmp_path / "other", Settings(chroma_url=running.url)) as other:
        fill(other, seed=5)
        for each in (shared, other):
            vectors.settle(each, MODEL)
        assert right(shared, cache_of(shared)) and right(other, cache_of(other))
        assert server.project_id(shared) != server.project_id(other)
        named = {server.project_id(each) for each in (shared, other)}
        assert {f"roughcut-{n}-moment" for n in named} <= collections(running)
        put(other, "made-003", seed=8, count=30)
        vectors.settle(other, MODEL)
        assert right(shared, cache_of(shared)) and right(other, cache_of(other))


def test_a_reader_uses_the_server_while_it_holds_what_the_store_does_and_never_writes(
    running: ChromaServer, shared: Project
) -> None:
    settings = Settings(chroma_url=running.url)
    with Project.open(shared.folder, settings, write=False) as early:
        assert vectors.cache(early, MODEL) is None, "nobody filled the server yet"
        fill(shared)
        vectors.settle(shared, MODEL)
        assert right(early, cache_of(early))
    with Project.open(shared.folder, settings, write=False) as reader:
        theirs = cache_of(reader)
        assert right(reader, theirs)
        put(shared, "made-003", seed=2, count=30)
        question = vectors.matrix(reader, "moment", MODEL).vectors[7]
        assert theirs.nearest(question, "moment", 5) is None, "the server is behind the store"
        theirs.settle()
        assert theirs.nearest(question, "moment", 5) is None, "and a reader leaves it so"
        exact = vectors.brute_force(vectors.matrix(reader, "moment", MODEL), question, 5)
        assert vectors.nearest(reader, question, "moment", model=MODEL, limit=5) == exact
        before = collections(running)
        vectors.settle(shared, MODEL)  # the writer does
        assert right(reader, theirs) and collections(running) == before


def test_a_writer_brings_a_stale_server_up_to_date_also_after_a_restart(
    running: ChromaServer, shared: Project
) -> None:
    fill(shared)
    vectors.settle(shared, MODEL)
    shared.close()
    with Project.open(shared.folder, Settings()) as elsewhere:  # the server is out of its sight
        put(elsewhere, "made-003", seed=2, count=44)
        put(elsewhere, "made-004", seed=2, count=2)
    with Project.open(shared.folder, Settings(chroma_url=running.url)) as again:
        assert right(again, cache_of(again)), "what little changed is caught up by a search"
        for number in range(20):
            put(again, f"made-{number:03}", seed=3, count=30)
        vectors.settle(again, MODEL)
        assert right(again, cache_of(again))
        (shared.vectors / "server-listing").unlink()
        put(again, "made-005", seed=9, count=30)
    with Project.open(shared.folder, Settings(chroma_url=running.url)) as third:
        vectors.settle(third, MODEL)
        assert right(third, cache_of(third)), "built anew where nobody knows what was there"


def test_what_another_copy_of_the_project_put_there_is_not_believed(
    running: ChromaServer, shared: Project, tmp_path: Path
) -> None:
    fill(shared)
    vectors.settle(shared, MODEL)
    shutil.copytree(shared.folder, tmp_path / "copy")
    with Project.open(tmp_path / "copy", Settings(chroma_url=running.url)) as copy:
        assert right(copy, cache_of(copy))
        put(copy, "made-003", seed=2, count=44)
        vectors.settle(copy, MODEL)
        assert right(copy, cache_of(copy))
        question = vectors.matrix(shared, "moment", MODEL).vectors[7]
        assert cache_of(shared).nearest(question, "moment", 5) is None
        near = vectors.nearest(shared, question, "moment", model=MODEL, limit=5)
        assert near == vectors.brute_force(vectors.matrix(shared, "moment", MODEL), question, 5)


def test_swapped_vectors_on_a_server_are_found_out(shared: Project) -> None:
    fill(shared)
    vectors.settle(shared, MODEL)
    client = server._client(shared.settings)
    name = f"roughcut-{server.project_id(shared)}-moment"
    collection = client.get_collection(name, embedding_function=None)
    ids = collection.get(include=[])["ids"]
    held = vectors.matrix(shared, "moment", MODEL)
    collection.update(ids=ids, embeddings=held.vectors[::-1].copy())
    server._close(client)
    fresh = Cache(shared, MODEL, server.Server(shared, MODEL, str(server.project_id(shared))))
    assert fresh.nearest(held.vectors[7], "moment", 5) is None
    fresh.settle()
    assert right(shared, fresh)


def test_a_server_that_dies_is_done_without_and_used_again_when_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        ChromaServer(tmp_path / "chroma") as mortal,
        Project.create(tmp_path / "p", Settings(chroma_url=mortal.url)) as project,
    ):
        fill(project)
        vectors.settle(project, MODEL)
        cache, held = cache_of(project), vectors.matrix(project, "moment", MODEL)
        assert right(project, cache)
        mortal.kill()
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            near = vectors.nearest(project, held.vectors[7], "moment", model=MODEL, limit=9)
        assert near == vectors.brute_force(held, held.vectors[7], 9)
        (said,) = [r.getMessage() for r in caplog.records]
        assert mortal.url in said and "comparing with all" in said
        caplog.clear()
        vectors.nearest(project, held.vectors[8], "moment", model=MODEL, limit=9)
        assert not caplog.records, "it is left alone for a while, and that is said once"
        mortal.start()
        monkeypatch.setattr(server.Server, "retry_s", 0.0)
        cache._again_at = 0.0  # the while is over
        assert right(project, cache)
        mortal.kill()  # in the middle of filling it
        put(project, "made-003", seed=2, count=44)
        vectors.settle(project, MODEL)
        assert vectors.nearest(project, held.vectors[7], "moment", model=MODEL, limit=1)
        mortal.start()
        vectors.settle(project, MODEL)
        assert right(project, cache)


def test_a_server_that_lost_everything_is_filled_again(tmp_path: Path) -> None:
    with (
        ChromaServer(tmp_path / "chroma") as forgetful,
        Project.create(tmp_path / "p", Settings(chroma_url=forgetful.url)) as project,
    ):
        fill(project)
        vectors.settle(project, MODEL)
        forgetful.kill()
        shutil.rmtree(tmp_path / "chroma")
        forgetful.start()
        question = vectors.matrix(project, "moment", MODEL).vectors[7]
        assert cache_of(project).nearest(question, "moment", 5) is None
        vectors.settle(project, MODEL)
        assert right(project, cache_of(project))


class Gate:
    """Passes requests on to a Chroma server when they carry the token; can go deaf."""

    def __init__(self, behind: str, token: str) -> None:
        self.asked: list[str] = []
        self.deaf = False
        self._closing = threading.Event()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                gate.asked.append(self.path)
                if gate.deaf:
                    gate._closing.wait()
                if self.headers.get("authorization") != f"Bearer {token}":
                    status, said = 401, b"who are you?"
                else:
                    kind = {"content-type": "application/json"}
                    back = httpx.request(
                        self.command, behind + self.path, content=body, headers=kind
                    )
                    status, said = back.status_code, back.content
                self.send_response(status)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = do_DELETE = pass_on

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Gate:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def test_a_token_opens_the_way_and_a_server_that_falls_silent_is_not_waited_for(
    running: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    with Gate(running.url, "open-sesame") as gate:
        settings = Settings(chroma_url=gate.url, chroma_token=SecretStr("open-sesame"))
        assert "answers" in server.answers(settings)
        with pytest.raises(CreatorError, match="ROUGHCUT_CHROMA_TOKEN"):
            server.answers(Settings(chroma_url=gate.url, chroma_token=SecretStr("guess")))
        with Project.create(tmp_path / "p", settings) as project:
            fill(project)
            vectors.settle(project, MODEL)
            cache, held = cache_of(project), vectors.matrix(project, "moment", MODEL)
            assert right(project, cache)
            assert all(path.startswith("/api/v2/") for path in gate.asked)
            gate.deaf = True
            monkeypatch.setattr(server, "ANSWER_S", 0.2)
            assert cache.nearest(held.vectors[7], "moment", 5) is None
            with pytest.raises(CreatorError, match="no Chroma server answers"):
                server.answers(settings)
        assert "sesame" not in caplog.text and "sesame" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("localhost:8000", "http://HOST:PORT"),
        ("ftp://host:21", "http://HOST:PORT"),
        ("http://", "http://HOST:PORT"),
        ("http://host:port", "http://HOST:PORT"),
        ("http://host:8000/?a=b", "http://HOST:PORT"),
        ("https://me:secret@host:8000", "ROUGHCUT_CHROMA_TOKEN"),
    ],
)
def test_an_address_that_is_none_says_how_to_write_it(url: str, told: str) -> None:
    with pytest.raises(CreatorError, match=told) as raised:
        server.address(Settings(chroma_url=url))
    assert "secret" not in str(raised.value)


def test_an_answer_chroma_has_no_class_for_is_passed_over_and_a_mistake_is_not() -> None:
    theirs: list[Any] = [Exception("502 Bad Gateway"), httpx.ConnectError("refused")]
    for error in theirs:
        with neighbours.mishap("it", "answer"):
            raise error
    with pytest.raises(TypeError), neighbours.mishap("it", "answer"):
        raise TypeError("ours")
