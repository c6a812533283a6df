"""MCP in the app: the open project for other programs on this machine, behind a token of its own.

The door stands in front of the page's guard and takes only /mcp, only from this machine, only on
one of our own names, never from a web page, and only with the token that was printed at the
start. What comes through reads and proposes; the page is where a person approves.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ui.guard import App, Receive, Scope, Send
from ui.mcp_server import make_server

if TYPE_CHECKING:
    from ui.studio import Studio

PATH = "/mcp"
WHAT = "another program asks"
MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Door:
    """The MCP side of one app: its token, and what runs while the app does."""

    studio: Studio
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _manager: list[Any] = field(default_factory=list)

    def lifespan(self) -> Callable[[Any], AbstractAsyncContextManager[None]]:
        """What the app enters when it starts and leaves when it ends."""

        @asynccontextmanager
        async def run(_app: Any) -> AsyncIterator[None]:
            from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

            server = make_server(lambda: self.studio.desk.visit(WHAT))
            manager = StreamableHTTPSessionManager(
                server, stateless=True, json_response=True, max_request_body_size=MAX_BODY_BYTES
            )
            async with manager.run():
                self._manager[:] = [manager]
                yield
                self._manager.clear()

        return run

    def before(self, guard: App, hosts: Iterable[str]) -> App:
        """`guard` with this door in front of it."""
        names = frozenset(host.lower() for host in hosts)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"] != PATH:
                await guard(scope, receive, send)
                return
            refused = self._refused(scope, names)
            if refused is not None:
                await _say(send, *refused)
            elif not self._manager:
                await _say(send, 503, "Roughcut is starting or ending; ask again.")
            else:
                await self._manager[0].handle_request(scope, receive, send)

        return app

    def _refused(self, scope: Scope, hosts: frozenset[str]) -> tuple[int, str] | None:
        """Why a request is not let in; None where it is."""
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        if not _is_here(scope) or headers.get("host", "").lower() not in hosts:
            return 421, "MCP is for programs on this machine, at the address that was printed."
        if "origin" in headers or "sec-fetch-site" in headers:
            return 403, "MCP is not for web pages."
        said = headers.get("authorization", "")
        if not hmac.compare_digest(said.encode(), f"Bearer {self.token}".encode()):
            return 401, "MCP needs the token that was printed when Roughcut started."
        return None


def _is_here(scope: Scope) -> bool:
    """Whether a request comes from this machine."""
    try:
        return ipaddress.ip_address((scope.get("client") or ("", 0))[0]).is_loopback
    except ValueError:
        return False


async def _say(send: Send, status: int, words: str) -> None:
    body = words.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
