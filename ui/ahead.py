"""What the page will ask for, told to the browser with the page itself.

Gradio's own modules come first, and only the last of them load ours, which then ask for the
project. With this header the browser has both by then. It can ask for nothing that it could not
ask for anyway, behind the same guard.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ui.assets import STATIC, version
from ui.guard import App, Receive, Scope, Send

PARTS = ("bar", "gallery", "player", "plan", "timeline")  # that the page itself names
ALONE = "look"  # no module


class Ahead:
    """Adds the header to the page, and to nothing else."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message["headers"] = [*message["headers"], (b"link", links())]
            await send(message)

        await self.app(scope, receive, sending)


@cache
def links() -> bytes:
    """The value of the header: the project as JSON, and the modules that draw it."""
    told = ["<view/desk>; rel=preload; as=fetch; crossorigin"]
    for path in sorted(STATIC.glob("*.js")):
        if path.stem != ALONE:
            named = f"?v={version()}" if path.stem in PARTS else ""
            told.append(f"<ui/{path.name}{named}>; rel=modulepreload")
    return ", ".join(told).encode()
