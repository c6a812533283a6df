"""The page tells what it will ask for; what stands there is what it does ask for."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

from tests.ui.asgi import HOST, ask
from ui import components
from ui.ahead import PARTS, Ahead, links
from ui.assets import STATIC
from ui.guard import COOKIE, Guard, Keys


async def _inside(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    status = 404 if scope["query_string"] == b"lost" else 200
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def test_the_page_alone_carries_the_header() -> None:
    app = Ahead(_inside)
    assert ask(app, "/").headers["link"] == links().decode()
    assert "link" not in ask(app, "/view/desk").headers
    assert "link" not in ask(app, "/?lost").headers


def test_who_has_no_cookie_is_told_nothing() -> None:
    keys = Keys()
    guard = Guard(Ahead(_inside), keys, {HOST})
    assert "link" not in ask(guard, "/").headers
    assert "link" in ask(guard, "/", headers={"cookie": f"{COOKIE}={keys.cookie}"}).headers


def test_every_module_named_is_there_and_the_page_loads_it_by_that_address() -> None:
    named = re.findall(r"<ui/(\w+)\.js(\?v=\w+)?>; rel=modulepreload", links().decode())
    assert {name for name, _ in named} == {path.stem for path in STATIC.glob("*.js")} - {"look"}
    versioned = {name: query for name, query in named if query}
    assert versioned.keys() == set(PARTS)
    for name, query in versioned.items():
        assert f"ui/{name}.js{query}" in getattr(components, name)().js_on_load
