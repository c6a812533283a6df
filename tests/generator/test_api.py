"""The endpoint backend against a scripted server on loopback, with the real client."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator.api import ApiBackend
from generator.values import (
    Condition,
    GenerationCancelled,
    GeneratorError,
    Refused,
    Shot,
    ShotRequest,
)

KEY = "sk-very-secret-key"
FILE = b"\0\0\0\x20ftypisom" + b"x" * 100_000


class Endpoint(ThreadingHTTPServer):
    """Plays a video endpoint. `script` is the statuses that polls see."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = ["in_progress", "completed"]
        self.refuse = 0
        self.error = "moderation"
        self.content = FILE
        self.promised = 0  # bytes more than are sent
        self.busy = 0  # times that a poll is told to come again
        self.seen: list[tuple[str, str, bytes, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def log_message(self, *args: Any) -> None:
        return None

    def answer(self, body: bytes, status: int = 200, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        more = self.server.promised if kind == "video/mp4" else 0
        self.send_header("Content-Length", str(len(body) + more))
        self.end_headers()
        self.wfile.write(body)

    def note(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key = self.headers.get("Authorization", "")
        self.server.seen.append((self.command, self.path, body, key))

    def job(self, status: str) -> bytes:
        error = {"code": "bad", "message": f"{self.server.error} ({KEY})"}
        return json.dumps({
            "id": "video_1", "object": "video", "created_at": 1, "model": "sora-2",
            "progress": 50, "seconds": "4", "size": "1280x720", "status": status,
            "error": error if status == "failed" else None,
        }).encode()  # fmt: skip

    def do_POST(self) -> None:
        self.note()
        if self.server.refuse:
            message = {"error": {"message": f"Incorrect API key: {KEY}", "code": "x"}}
            self.answer(json.dumps(message).encode(), self.server.refuse)
            return
        self.answer(self.job("queued"))

    def do_GET(self) -> None:
        self.note()
        if self.path.endswith("/content"):
            self.answer(self.server.content, kind="video/mp4")
            return
        if self.server.busy:
            self.server.busy -= 1
            self.answer(b'{"error": {"message": "busy"}}', 503)
            return
        script = self.server.script
        self.answer(self.job(script.pop(0) if len(script) > 1 else script[0]))

    def do_DELETE(self) -> None:
        self.note()
        self.answer(b'{"id": "video_1", "object": "video.deleted", "deleted": true}')


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def make(endpoint: Endpoint, tmp_path: Path, **options: Any) -> Shot:
    backend = ApiBackend(endpoint.url, KEY, work_dir=tmp_path, poll_s=0.01, **options)
    return backend.generate(ShotRequest("a dog", duration_s=Fraction(3)), lambda *_: None, no)


def no() -> bool:
    return False


def test_finished_shot_is_the_endpoints_file_byte_for_byte(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    shot = make(endpoint, tmp_path)
    assert shot.path is not None and shot.path.read_bytes() == FILE
    assert len(shot.frames) == 0 and shot.provenance.ai
    assert [path for _, path, _, _ in endpoint.seen][-1] == "/v1/videos/video_1/content"
    assert all(key == f"Bearer {KEY}" for _, _, _, key in endpoint.seen)
    assert b"a dog" in endpoint.seen[0][2] and b"1280x720" in endpoint.seen[0][2]


def test_start_picture_reaches_the_endpoint_as_png(endpoint: Endpoint, tmp_path: Path) -> None:
    given = Condition(np.full((1, 720, 1280, 3), 200, np.uint8), Fraction(0))
    backend = ApiBackend(endpoint.url, KEY, work_dir=tmp_path, poll_s=0.01)
    backend.generate(ShotRequest("a dog", conditions=(given,)), lambda *_: None, no)
    assert b"\x89PNG" in endpoint.seen[0][2]


def test_failed_job_says_why_and_never_the_key(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.script = ["failed"]
    with pytest.raises(GeneratorError, match="moderation") as failed:
        make(endpoint, tmp_path)
    assert KEY not in str(failed.value)


def test_refused_key_is_told_without_the_key(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.refuse = 401
    with pytest.raises(GeneratorError, match="said no") as failed:
        make(endpoint, tmp_path)
    chain: BaseException | None = failed.value
    assert KEY not in str(chain) and failed.value.__cause__ is None
    assert KEY not in repr(ApiBackend(endpoint.url, KEY))


def test_endless_job_is_given_up_and_dropped(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.script = ["in_progress"]
    with pytest.raises(GeneratorError, match="50 % after"):
        make(endpoint, tmp_path, timeout_s=0.1)
    assert endpoint.seen[-1][0] == "DELETE"


def test_cancelled_job_is_dropped_at_the_endpoint(endpoint: Endpoint, tmp_path: Path) -> None:
    backend = ApiBackend(endpoint.url, KEY, work_dir=tmp_path, poll_s=0.01)
    with pytest.raises(GenerationCancelled):
        backend.generate(ShotRequest("a dog"), lambda *_: None, lambda: True)
    assert endpoint.seen[-1][0] == "DELETE"
    assert not list(tmp_path.iterdir())


def test_empty_file_is_no_shot(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.content = b""
    with pytest.raises(GeneratorError, match="empty"):
        make(endpoint, tmp_path)
    assert not list(tmp_path.iterdir())


def test_cost_is_told_before_and_is_nothing_on_this_machine() -> None:
    request = ShotRequest("a dog", duration_s=Fraction(5))
    far = ApiBackend("https://video.example.org/v1", KEY, model="m", usd_per_second=0.1)
    assert far.estimate(request).money_usd == pytest.approx(0.8)  # 8 s at 0.10
    assert ApiBackend("http://127.0.0.1:1/v1", "").estimate(request).money_usd == 0


def test_endpoint_without_settings_is_not_available() -> None:
    assert not ApiBackend("", "").available().open
    with pytest.raises(Refused, match="no video endpoint"):
        ApiBackend("", "").generate(ShotRequest("a dog"), lambda *_: None, no)


def test_a_page_instead_of_a_video_is_no_shot(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.content = b"<html><body>Please log in</body></html>"
    with pytest.raises(GeneratorError, match=r"no video but a file that begins with '<html>"):
        make(endpoint, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_download_that_breaks_off_leaves_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.promised = 1000
    with pytest.raises(GeneratorError, match="broke off"):
        make(endpoint, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_busy_endpoint_is_asked_again(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.busy = 1
    assert make(endpoint, tmp_path).path is not None


def test_an_endpoint_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    backend = ApiBackend("http://127.0.0.1:9/v1", KEY, work_dir=tmp_path)
    with pytest.raises(GeneratorError, match="cannot be reached") as failed:
        backend.generate(ShotRequest("a dog"), lambda *_: None, no)
    assert KEY not in str(failed.value)


def test_stopping_does_not_wait_for_the_next_poll(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.script = ["in_progress"]
    backend = ApiBackend(endpoint.url, KEY, work_dir=tmp_path, poll_s=60)
    asked: list[float] = []

    def soon() -> bool:
        asked.append(time.monotonic())
        return len(asked) > 4

    started = time.monotonic()
    with pytest.raises(GenerationCancelled, match="may still charge"):
        backend.generate(ShotRequest("a dog"), lambda *_: None, soon)
    assert time.monotonic() - started < 2
    assert endpoint.seen[-1][0] == "DELETE"


def test_what_the_endpoint_counted_is_kept_as_the_cost(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.api._local", lambda url: False)
    shot = make(endpoint, tmp_path, usd_per_second=0.1)
    assert shot.provenance.settings["money_usd"] == "0.40"  # 4 s, as the job says
    assert any("0.40 USD" in note for note in shot.notes)


def test_frames_beside_a_hole_go_as_one_picture_and_runs_are_refused(tmp_path: Path) -> None:
    backend = ApiBackend("http://127.0.0.1:9/v1", "")
    frames = np.zeros((9, 72, 128, 3), np.uint8)
    one = ShotRequest("a dog", conditions=(Condition(frames[:1], Fraction(0)),))
    run = ShotRequest("a dog", conditions=(Condition(frames, Fraction(0)),))
    assert backend.gate(one).open
    assert not backend.gate(run).open
