"""How R15 speaks with the web door, over plain sockets, and what it holds against an answer."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from benchmarks._served import Served
from ui.guard import COOKIE

CANARY = "canary-5f0d2a91"
SECRETS = (CANARY.encode(), b"root:x:0:0", b"SQLite format 3")
EVIL = "x-evil"  # a header that only an injection brings
REFLECTED = '"><script>evil()'  # must not come back as it was sent
ANSWER_S, STILL_S, BODY_S = 60.0, 1.0, 5.0  # to begin an answer, between its bytes, for all of it
MOST_BYTES = 2_000_000
NOT_HTTP = b"Invalid HTTP request received."  # uvicorn's own word, before any of the app

# What every answer must carry, said here again: the trial does not take the guard's word for it.
CARRIED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
POLICIES = ("default-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'",
            "frame-ancestors 'none'", "connect-src 'self'")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` as far as it came within the bounds."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __str__(self) -> str:
        return f"{self.status} {self.body[:60]!r}"

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)


Wrong = Callable[[Answer], str]


def turned_away(*statuses: int) -> Wrong:
    """What is wrong with an answer that should be one of `statuses`; any refusal if none given."""

    def wrong(answer: Answer) -> str:
        good = answer.status in statuses if statuses else answer.status >= 300
        return "" if good else f"answered {answer.status}"

    return wrong


REFUSED = turned_away()


def anything(_: Answer) -> str:
    """Whatever the status is: only what the answer holds and carries counts."""
    return ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One request. brings: whether it may leave a file among the footage."""

    name: str
    send: Callable[[Served], Answer | None]
    wrong: Wrong = REFUSED
    brings: bool = False


def ask(
    app: Served, method: str, path: str, headers: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] = b"", *, cookie: bool = True, own: bool = False,
) -> Answer | None:  # fmt: skip
    """The answer to these headers and no others than a client must send, the path as it is.

    own: with what a browser says of the app's own page. body: many blocks come chunked.
    """
    sent = {"host": app.host, "connection": "close"}
    sent |= {"cookie": f"{COOKIE}={app.keys.cookie}"} if cookie else {}
    sent |= (app.own if own else {}) | dict(headers or {})
    if not isinstance(body, bytes):
        sent["transfer-encoding"] = "chunked"
    elif body:
        sent.setdefault("content-length", str(len(body)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
    blocks = [body] if isinstance(body, bytes) else (b"%x\r\n%s\r\n" % (len(b), b) for b in body)
    return speak(app, [head, *blocks], method)


def speak(app: Served, said: Iterable[bytes], method: str = "GET") -> Answer | None:
    """What the server answers to these bytes; None where it says nothing and hangs up."""
    try:
        with socket.create_connection(("127.0.0.1", app.port), timeout=ANSWER_S) as line:
            with suppress(OSError):  # it may answer before it has heard all
                for block in said:
                    line.sendall(block)
            answer = HTTPResponse(line, method=method)
            answer.begin()
            headers = tuple((name.lower(), value) for name, value in answer.getheaders())
            return Answer(answer.status, headers, _body(answer, line))
    except (OSError, HTTPException):
        return None


def _body(answer: HTTPResponse, line: socket.socket) -> bytes:
    """What comes of a body within the bounds: a stream without an end is left."""
    heard, end = b"", time.monotonic() + BODY_S
    line.settimeout(STILL_S)
    with suppress(OSError, HTTPException, ValueError):
        while len(heard) < MOST_BYTES and time.monotonic() < end:
            more = answer.read1(65536)
            if not more:
                break
            heard += more
    return heard


def tried(app: Served, probe: Probe, home: Path) -> str:
    """What the probe came to that it must not, "" where it was turned away."""
    before = files(home, footage=not probe.brings), app.site.studio.desk.project.revision
    answer = probe.send(app)
    app.idle()
    after = files(home, footage=not probe.brings), app.site.studio.desk.project.revision
    if after != before:
        return "something was changed"
    if answer is None:
        return "there was no answer"
    return _held(app, answer) or probe.wrong(answer) or _carried(answer)


def _held(app: Served, answer: Answer) -> str:
    """What the answer holds that nobody may be told."""
    heard = answer.body + repr(answer.headers).encode()
    if any(secret in heard for secret in SECRETS):
        return "a secret came back"
    if app.keys.token.encode() in heard:
        return "the start-up token came back"
    if "json" not in answer.header("content-type") and REFLECTED.encode() in heard:
        return "what was sent came back as a part of the page"
    if COOKIE in answer.header("set-cookie") or app.keys.cookie.encode() in heard:
        return "it was given the cookie"
    names = [name for name, _ in answer.headers]
    if EVIL in names or "evil" in answer.header("set-cookie"):
        return "a header was injected"
    here = f"http://{app.host}"
    if answer.header("access-control-allow-origin") not in ("", here):
        return "another site may read the answer"
    to = answer.header("location")
    inside = to.startswith("/") and not to.startswith(("//", "/\\"))
    if to and not (inside or to == here or to.startswith(f"{here}/")):
        return f"it was sent on to {to}"
    return ""


def _carried(answer: Answer) -> str:
    """Which of the headers that protect every answer are missing."""
    if answer.status == 400 and answer.body == NOT_HTTP:
        return ""
    missing = [name for name, value in CARRIED.items() if answer.header(name) != value]
    policy = answer.header("content-security-policy")
    missing += [part for part in POLICIES if part not in policy]
    return f"without {', '.join(missing)}" if missing else ""


def files(home: Path, *, footage: bool = True) -> list[str]:
    """What stands on the disk, but for what the app itself keeps."""
    own = (
        "roughcut.db",
        "cache",
        "vectors",
        "backups",
        "state",
        *(() if footage else ("footage",)),
    )
    return sorted(
        str(path)
        for path in home.rglob("*")
        if not any(part.startswith(own) for part in path.relative_to(home).parts)
    )
