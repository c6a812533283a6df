"""The web door: who comes in, who does not, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest

from tests.ui.asgi import HOST, Answer, ask
from ui.guard import COOKIE, MAX_BODY_BYTES, Guard, Keys

OURS = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}


async def _inside(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


@pytest.fixture
def keys() -> Keys:
    return Keys()


def _guard(keys: Keys, *, any_address: bool = False) -> Guard:
    return Guard(_inside, keys, {HOST, "localhost:7860"}, any_address=any_address)


def _in(keys: Keys, path: str = "/", method: str = "GET", **headers: str) -> Answer:
    sent = {"cookie": f"{COOKIE}={keys.cookie}", **headers}
    return ask(
        _guard(keys), path, method=method, headers={k.replace("_", "-"): v for k, v in sent.items()}
    )


def test_with_the_cookie_the_page_opens(keys: Keys) -> None:
    assert _in(keys).body == b"inside"


@pytest.mark.parametrize("cookie", ["", "roughcut=", "roughcut=guess", "other=1", ";;;=", "\xff=1"])
def test_without_the_cookie_nothing_opens(keys: Keys, cookie: str) -> None:
    for path in ("/", "/view/desk", "/media/f-1", "/gradio_api/queue/join", "/config"):
        assert ask(_guard(keys), path, headers={"cookie": cookie}).status == 401


def test_the_start_up_address_gives_a_cookie_that_scripts_and_other_sites_cannot_use(
    keys: Keys,
) -> None:
    answer = ask(_guard(keys), f"/?token={keys.token}")
    assert answer.status == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert keys.cookie in cookie and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert keys.token not in cookie


@pytest.mark.parametrize("token", ["", "x", "0" * 32])
def test_a_wrong_token_gives_nothing(keys: Keys, token: str) -> None:
    answer = ask(_guard(keys), f"/?token={token}")
    assert answer.status == 401 and "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "127.0.0.1", "127.0.0.1:80", "localhost.evil:7860",
     "127.0.0.1:7860.evil", "0.0.0.0:7860", "[::1]:9", "127.0.0.1:7860@evil", "roughcut"],
)  # fmt: skip
def test_a_foreign_host_is_turned_away_even_with_the_cookie(keys: Keys, host: str) -> None:
    assert _in(keys, host=host).status == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:7861", "sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1.evil:7860"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
        {"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"},
        {"origin": f"http://{HOST}/", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_change_from_another_page_is_refused(
    keys: Keys, method: str, headers: dict[str, str]
) -> None:
    sent = {"cookie": f"{COOKIE}={keys.cookie}", **headers}
    answer = ask(_guard(keys), "/gradio_api/queue/join", method=method, headers=sent)
    assert answer.status == 403


def test_a_change_from_our_own_page_goes_through(keys: Keys) -> None:
    sent = {"cookie": f"{COOKIE}={keys.cookie}", **OURS}
    answer = ask(_guard(keys), "/gradio_api/queue/join", method="POST", headers=sent)
    assert answer.body == b"inside"


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd",
     "/gradio_api/proxy=http://evil", "/gradio_api/call/x", "/login", "/docs", "/openapi.json",
     "/gradio_api/openapi.json", "/gradio_api/info", "/monitoring", "/gradio_api/mcp/sse",
     "/gradio_api/vibe-code", "/gradio_api/vibe-edit/", "/gradio_api/undo-vibe-edit",
     "/gradio_api/vibe-starter-queries", "/gradio_api/upload_progress", "/gradio_api/runs/",
     "/gradio_api/token", "/gradio_api/user"],
)  # fmt: skip
def test_doors_of_gradio_that_we_do_not_use_are_shut(keys: Keys, path: str) -> None:
    assert _in(keys, path).status == 404


def test_a_body_too_large_or_of_no_length_is_refused(keys: Keys) -> None:
    for length in (str(MAX_BODY_BYTES + 1), "-1", "many"):
        sent = {"cookie": f"{COOKIE}={keys.cookie}", **OURS, "content-length": length}
        answer = ask(_guard(keys), "/gradio_api/queue/join", method="POST", headers=sent)
        assert answer.status == 413


def test_a_chunked_body_is_counted_while_it_comes(keys: Keys) -> None:
    asked, taken = [], []

    async def inside(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            taken.append(message["body"])
            more = message["more_body"]
        await _inside(scope, receive, send)

    def blocks(count: int) -> Iterator[bytes]:
        for _ in range(count):
            asked.append(1)
            yield b"x" * 100_000

    guard = Guard(inside, keys, {HOST})
    sent = {"cookie": f"{COOKIE}={keys.cookie}", **OURS, "transfer-encoding": "chunked"}
    door = "/gradio_api/queue/join"
    assert ask(guard, door, method="POST", headers=sent, body=blocks(500)).status == 413
    assert len(asked) <= MAX_BODY_BYTES // 100_000 + 1 and not taken
    assert ask(guard, door, method="POST", headers=sent, body=blocks(20)).body == b"inside"
    assert len(b"".join(taken)) == 2_000_000


def test_every_answer_forbids_frames_sniffing_and_other_origins(keys: Keys) -> None:
    for answer in (_in(keys), ask(_guard(keys), "/"), _in(keys, host="evil")):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "default-src 'self'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


def test_a_password_lets_in_and_ten_wrong_ones_stop_the_guessing() -> None:
    keys = Keys(password="correct horse")
    wrong, right = b"password=wrong", b"password=correct+horse"
    enter = {"method": "POST", "headers": OURS}
    assert ask(_guard(keys), "/enter", body=right, **enter).status == 303  # type: ignore[arg-type]
    for _ in range(10):
        assert ask(_guard(keys), "/enter", body=wrong, **enter).status == 401  # type: ignore[arg-type]
    assert ask(_guard(keys), "/enter", body=right, **enter).status == 401  # type: ignore[arg-type]


def test_somebody_who_guesses_does_not_keep_the_owner_out() -> None:
    keys = Keys(password="correct horse")

    def enter(said: bytes, client: str) -> int:
        body = b"password=" + said
        return ask(
            _guard(keys), "/enter", method="POST", headers=OURS, body=body, client=client
        ).status

    for number in range(12):
        assert enter(b"wrong", "192.0.2.9") == 401
        assert enter(b"wrong", f"2001:db8::{number:x}") == 401  # one network, one caller
    assert enter(b"correct+horse", "192.0.2.9") == 401
    assert enter(b"correct+horse", "2001:db8::ffff") == 401
    assert enter(b"correct+horse", "192.0.2.10") == 303
    assert enter(b"correct+horse", "2001:db8:0:1::1") == 303


def test_wrong_passwords_of_many_addresses_are_forgotten_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.guard.MOST_ADDRESSES", 20)
    keys = Keys(password="correct horse")
    for number in range(50):
        keys.is_password("wrong", str(number))
    assert list(keys.wrong) == [str(number) for number in range(30, 50)]


def test_without_a_password_there_is_nothing_to_enter(keys: Keys) -> None:
    answer = ask(_guard(keys), "/enter", method="POST", headers=OURS, body=b"password=")
    assert answer.status == 401 and "set-cookie" not in answer.headers


def test_bound_to_every_address_it_answers_to_addresses_but_to_no_unknown_name(
    keys: Keys,
) -> None:
    sent = {"cookie": f"{COOKIE}={keys.cookie}"}
    guard = _guard(keys, any_address=True)
    assert ask(guard, "/", headers={**sent, "host": "192.168.1.7:7860"}).status == 200
    assert ask(guard, "/", headers={**sent, "host": "[fe80::1]:7860"}).status == 200
    assert ask(guard, "/", headers={**sent, "host": "rebound.example:7860"}).status == 421


def test_sockets_are_closed_at_once(keys: Keys) -> None:
    import asyncio

    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    asyncio.run(_guard(keys)({"type": "websocket", "headers": []}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
