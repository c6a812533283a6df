"""A project served by the real app on loopback, and a client that talks to it as a page does."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from ui.guard import COOKIE, Keys
from ui.server import Site, make_site

PATIENCE_S = 60.0
API = "/gradio_api"
EDIT = "/edit"  # the page's edits by hand go here
MINE = frozenset({"user-agent", "accept", "accept-encoding", "connection", "content-length"})
OFTEN = frozenset({"session_hash", "seq", "key"})  # other each time, whatever is sent


@dataclass
class Served:
    """A running app. `client` holds the cookie, `stranger` nothing; `sent` is what both said."""

    site: Site
    keys: Keys
    port: int
    client: httpx.Client
    stranger: httpx.Client
    sent: list[str] = field(default_factory=list)
    events: dict[str, list[int]] = field(default_factory=dict)  # name: its functions

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def own(self) -> dict[str, str]:
        """What a browser says of a request from the app's own page."""
        return {"origin": f"http://{self.host}", "sec-fetch-site": "same-origin"}

    def learn(self) -> None:
        """Which function hears which event, from the page's own config."""
        config = self.client.get("/config").json()
        for number, dependency in enumerate(config["dependencies"]):
            for _, name in dependency["targets"]:
                self.events.setdefault(name, []).append(dependency.get("id", number))

    def joining(self, name: str | int, payload: Any, session: str = "") -> dict[str, Any]:
        """The body with which Gradio's client says that an event happened."""
        number = self.events[name][0] if isinstance(name, str) else name
        return {
            "data": [], "event_data": payload, "fn_index": number,
            "session_hash": session or uuid.uuid4().hex, "trigger_id": None,
        }  # fmt: skip

    def event(self, name: str | int, payload: Any, session: str = "") -> dict[str, Any]:
        """What the handler answers to an event of the page, {} where nothing came of it."""
        body = self.joining(name, payload, session)
        session = body["session_hash"]
        try:
            joined = self.client.post(f"{API}/queue/join", json=body, headers=self.own)
            return self.heard(session) if joined.status_code == 200 else {}
        except httpx.TransportError:  # the door was shut in the middle of it
            return {}

    def edit(self, payload: Any) -> dict[str, Any]:
        """What the page's route for edits by hand answers, {} where nothing came of it."""
        answer = self.request("POST", EDIT, json=payload)
        return answer.json() if answer is not None and answer.is_success else {}

    def request(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """Any request as if from the page; None where the door was shut in the middle of it."""
        try:
            return self.client.request(method, path, headers=self.own, **more)
        except httpx.TransportError:
            return None

    def note(self, request: httpx.Request) -> None:
        """Keep what is sent, without what differs each time by itself."""
        if request.url.path != f"{API}/queue/data":
            headers = sorted((k, v) for k, v in request.headers.items() if k not in MINE)
            said = f"{request.method} {request.url.raw_path.decode()} {headers} {_said(request)}"
            self.sent.append(said)

    def heard(self, session: str) -> dict[str, Any]:
        """What comes of the events of a session of Gradio's, {} where nothing does."""
        with self.client.stream(
            "GET", f"{API}/queue/data", params={"session_hash": session}
        ) as stream:
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message.get("msg") == "process_completed":
                    return _answer(message.get("output") or {})
                if message.get("msg") in ("close_stream", "unexpected_error"):
                    return {}
        return {}

    def idle(self) -> None:
        """Waits until the agent is at rest."""
        end = time.monotonic() + PATIENCE_S
        while self.site.studio.is_open and self.site.studio.desk.activity is not None:
            if time.monotonic() > end:
                raise TimeoutError("the agent's turn did not end")
            time.sleep(0.005)


def _said(request: httpx.Request) -> str:
    try:
        body = request.content.decode("utf-8", "replace")
    except httpx.RequestNotRead:
        return "a stream"
    with suppress(json.JSONDecodeError):
        found = json.loads(body)
        if isinstance(found, dict) and "jsonrpc" in found:
            found.pop("id", None)
        return json.dumps(_lasting(found), sort_keys=True)
    return body


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _lasting(each) for name, each in value.items() if name not in OFTEN}
    return [_lasting(each) for each in value] if isinstance(value, list) else value


def _answer(output: dict[str, Any]) -> dict[str, Any]:
    data = output.get("data") or [None]
    value = data[0].get("value") if isinstance(data[0], dict) else data[0]
    try:
        found = json.loads(value) if isinstance(value, str) else {}
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def served(
    project: Path | None, *, password: str | None = None, mcp: bool = False
) -> Iterator[Served]:
    """The app over `project` on a free port of loopback, and closed afterwards."""
    if project is not None:  # it is none that a creator would come back to
        os.environ["XDG_STATE_HOME"] = str(project.parent / "state")
    keys = Keys(password=password)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        site = make_site(project, keys, hosts, mcp=mcp)
        server = uvicorn.Server(
            uvicorn.Config(site.app, log_level="error", ws="none", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            with (
                httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S, verify=False,
                             cookies={COOKIE: keys.cookie}) as client,
                httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S,
                             verify=False) as stranger,
            ):  # fmt: skip
                end = time.monotonic() + PATIENCE_S
                while not server.started and time.monotonic() < end:
                    time.sleep(0.01)
                found = Served(site, keys, port, client, stranger)
                found.learn()
                for each in (client, stranger):
                    each.event_hooks = {"request": [found.note]}
                yield found
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
            site.studio.close()
