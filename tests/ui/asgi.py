"""One request to an ASGI app, without a server or a client library in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

HOST = "127.0.0.1:7860"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    app: Any,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] = b"",
    client: str = "127.0.0.1",
) -> Answer:
    """What `app` answers. `Host` is the app's own unless another is given.

    body: many blocks come as a chunked body does, one by one and without a length.
    """
    parts = urlsplit(path)
    sent = {"host": HOST, **{k.lower(): v for k, v in (headers or {}).items()}}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": unquote(parts.path), "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(), "root_path": "", "server": ("127.0.0.1", 7860),
        "client": (client, 50000),
        "headers": [(k.encode(), v.encode("latin-1")) for k, v in sent.items() if v],
    }  # fmt: skip
    got: list[MutableMapping[str, Any]] = []

    async def run() -> None:
        blocks = iter([body] if isinstance(body, bytes) else body)
        ended = asyncio.Event()

        async def receive() -> MutableMapping[str, Any]:
            if ended.is_set():
                await asyncio.Event().wait()
            for block in blocks:
                more = not isinstance(body, bytes)
                if not more:
                    ended.set()
                return {"type": "http.request", "body": block, "more_body": more}
            ended.set()
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            got.append(message)

        await asyncio.wait_for(app(scope, receive, send), 30)

    asyncio.run(run())
    start = next(m for m in got if m["type"] == "http.response.start")
    return Answer(
        start["status"],
        {k.decode().lower(): v.decode() for k, v in start["headers"]},
        b"".join(m.get("body", b"") for m in got if m["type"] == "http.response.body"),
    )
