"""The web door: one pure-ASGI guard in front of every route, Gradio's and ours alike.

Four questions, in this order: is the Host one of ours (no DNS rebinding), is a request that
could change something from our own page (Origin and Sec-Fetch-Site), does the caller hold the
cookie that only the start-up address or the password gives, and is the route one that the app
uses at all. Every answer leaves with the same security headers.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "roughcut"
READS = frozenset({"GET", "HEAD"})
MAX_BODY_BYTES = 2_000_000  # the page sends edits and words, never files
MAX_FORM_BYTES = 4096
FILES = "/bring/"  # where dropped files are put: their route counts the bytes as they come
WRONG_PASSWORDS_PER_MINUTE = 10  # from one address
MOST_ADDRESSES = 4096  # whose wrong passwords are remembered

# Doors of Gradio's that the app does not use: uploads, files by path, proxies, its log-in, its
# editor of the app's own code. Each is shut by its whole name, with what stands below it.
CLOSED = (
    "/gradio_api/upload",
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/stream",
    "/gradio_api/deep_link",
    "/gradio_api/call",
    "/gradio_api/api",
    "/gradio_api/run",
    "/gradio_api/info",
    "/gradio_api/openapi.json",
    "/gradio_api/mcp",
    "/gradio_api/dev",
    "/gradio_api/vibe-code",
    "/gradio_api/vibe-edit",
    "/gradio_api/vibe-starter-queries",
    "/gradio_api/undo-vibe-edit",
    "/gradio_api/upload_progress",
    "/gradio_api/runs",
    "/gradio_api/token",
    "/gradio_api/user",
    "/gradio_api/process_recording",
    "/monitoring",
    "/login",
    "/logout",
    "/docs",
    "/redoc",
    "/openapi.json",
)

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio's page carries inline scripts, and gr.HTML evaluates its fixed templates.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


@dataclass(slots=True)
class Keys:
    """What lets a browser in: the token of the start-up address, or a password."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    password: str | None = None
    wrong: dict[str, list[float]] = field(default_factory=dict)  # address: when they came

    def has_cookie(self, header: str) -> bool:
        try:
            jar = SimpleCookie(header)
        except CookieError:
            return False
        return COOKIE in jar and _same(jar[COOKIE].value, self.cookie)

    def is_password(self, said: str, address: str) -> bool:
        """Whether `said` is the password.

        An address is not heard after ten wrong ones in a minute; others are, so that somebody
        who guesses cannot keep the owner out.
        """
        now = time.monotonic()
        self.wrong = {
            who: recent
            for who, times in self.wrong.items()
            if (recent := [at for at in times if now - at < 60])
        }
        wrong = self.wrong.pop(address, [])
        if len(wrong) < WRONG_PASSWORDS_PER_MINUTE:
            if self.password is not None and _same(said, self.password):
                return True
            wrong = [*wrong, now]
        while len(self.wrong) >= MOST_ADDRESSES:
            del self.wrong[next(iter(self.wrong))]
        self.wrong[address] = wrong
        return False


def _same(said: str, true: str) -> bool:
    return hmac.compare_digest(said.encode(), true.encode())


class Guard:
    """Lets through what comes from our own page on one of our own names, with the cookie."""

    def __init__(
        self, app: App, keys: Keys, hosts: Iterable[str], *, any_address: bool = False
    ) -> None:
        self.app, self.keys = app, keys
        self.hosts = frozenset(host.lower() for host in hosts)
        self.any_address = any_address  # bound to every address: IP literals cannot be rebound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._http(scope, receive, _with_headers(send))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        host = headers.get("host", "").lower()
        if not self._is_ours(host):
            await _say(send, 421, "This address is not one Roughcut answers to.")
        elif scope["method"] not in READS and not _same_site(headers, host):
            await _say(send, 403, "Changes are taken from Roughcut's own page only.")
        elif _length(headers) > MAX_BODY_BYTES and not _brings(scope):
            await _say(send, 413, "Files are brought in by their folder's path, not uploaded.")
        elif not self.keys.has_cookie(headers.get("cookie", "")):
            await self._door(scope, receive, send)
        elif _closed(scope["path"]):
            await _say(send, 404, "There is nothing here.")
        elif _brings(scope):
            await self.app(scope, receive, send)
        elif (body := await _bounded(receive)) is None:
            await _say(send, 413, "Files are brought in by their folder's path, not uploaded.")
        else:
            await self.app(scope, _again(body, receive), send)

    def _is_ours(self, host: str) -> bool:
        if host in self.hosts:
            return True
        if not self.any_address:
            return False
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True

    async def _door(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The way in for a browser without the cookie: the start-up address, or the password."""
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        said = query.get("token", [""])[0]
        if scope["method"] in READS and said and _same(said, self.keys.token):
            await self._welcome(scope, send)
        elif scope["path"] == "/enter" and scope["method"] == "POST" and self.keys.password:
            form = parse_qs((await _body(receive)).decode("utf-8", "replace"))
            if self.keys.is_password(form.get("password", [""])[0], _address(scope)):
                await self._welcome(scope, send)
            else:
                await _page(send, 401, "That was not the password.", form=True)
        elif scope["path"] == "/" and scope["method"] in READS:
            words = "Open the address that Roughcut printed when it started."
            await _page(send, 401, words, form=self.keys.password is not None)
        else:
            await _say(send, 401, "Open the address that Roughcut printed when it started.")

    async def _welcome(self, scope: Scope, send: Send) -> None:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        cookie = f"{COOKIE}={self.keys.cookie}; Path=/; HttpOnly; SameSite=Strict{secure}"
        await send(
            {
                "type": "http.response.start",
                "status": 303,
                "headers": [
                    (b"location", b"/"),
                    (b"set-cookie", cookie.encode()),
                    (b"cache-control", b"no-store"),
                    (b"content-length", b"0"),
                ],
            }
        )
        await send({"type": "http.response.body", "body": b""})


def _same_site(headers: dict[str, str], host: str) -> bool:
    """Whether a request says it comes from a page of this very origin; silence is a no."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
        return False
    if site is not None and site != "same-origin":
        return False
    return origin is not None or site is not None


def _brings(scope: Scope) -> bool:
    """Whether a request carries a file that was dropped on the page."""
    return bool(scope["method"] == "PUT" and scope["path"].startswith(FILES))


def _address(scope: Scope) -> str:
    """Whom a request comes from; the whole network of an IPv6 address, which is one caller's."""
    name = (scope.get("client") or ("", 0))[0]
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return str(name)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


async def _bounded(receive: Receive) -> list[MutableMapping[str, Any]] | None:
    """The messages of a whole body; None as soon as it is too large, whatever it said before."""
    messages, have = [], 0
    while have <= MAX_BODY_BYTES:
        message = await receive()
        messages.append(message)
        have += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return messages if have <= MAX_BODY_BYTES else None
    return None


def _again(messages: list[MutableMapping[str, Any]], receive: Receive) -> Receive:
    """`receive` that gives `messages` first."""
    waiting = iter(messages)

    async def receiving() -> MutableMapping[str, Any]:
        for message in waiting:
            return message
        return await receive()

    return receiving


def _length(headers: dict[str, str]) -> int:
    said = headers.get("content-length", "0")
    return int(said) if said.isdigit() else MAX_BODY_BYTES + 1


def _closed(path: str) -> bool:
    return any(path == door or path.startswith((f"{door}/", f"{door}=")) for door in CLOSED)


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            ours = {name for name, _ in HEADERS}
            kept = [(k, v) for k, v in message.get("headers", []) if k.lower() not in ours]
            message["headers"] = [*kept, *HEADERS]
        await send(message)

    return sending


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while len(body) <= MAX_FORM_BYTES:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body
    return b""


async def _say(send: Send, status: int, words: str) -> None:
    await _send(send, status, words.encode(), b"text/plain; charset=utf-8")


FORM = (
    '<form method="post" action="/enter"><label>Password '
    '<input type="password" name="password" autofocus></label> <button>Enter</button></form>'
)


async def _page(send: Send, status: int, words: str, *, form: bool) -> None:
    page = (
        '<!doctype html><meta charset="utf-8"><title>Roughcut</title>'
        "<style>body{font:16px system-ui;background:#111318;color:#e7e9ee;display:grid;"
        "place-content:center;min-height:90vh;gap:1em}a{color:#9d8cff}</style>"
        f"<h1>Roughcut</h1><p>{words}</p>{FORM if form else ''}"
        '<p><a href="/">Try again</a></p>'
    )
    await _send(send, status, page.encode(), b"text/html; charset=utf-8")


async def _send(send: Send, status: int, body: bytes, kind: bytes) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", kind),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
