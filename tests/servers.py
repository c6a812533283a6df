"""A scripted OpenAI-compatible server on loopback, for the real client to talk to."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Scripted = dict[str, Any]


def says(text: str = "", *, refusal: str | None = None) -> Scripted:
    """An answer in words, or a refusal."""
    return {"message": {"role": "assistant", "content": text, "refusal": refusal}}


def calls(name: str, arguments: dict[str, Any] | str) -> Scripted:
    """An answer that calls a tool; arguments given as text are sent as they are."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": text}}
    return {"message": {"role": "assistant", "content": None, "tool_calls": [call]}}


def fails(status: int, message: str = "no", **headers: str) -> Scripted:
    """An error of the server."""
    return {"status": status, "error": message, "headers": headers}


def raw(body: str) -> Scripted:
    """Whatever, with status 200."""
    return {"raw": body}


def silent() -> Scripted:
    """No answer until the server is closed."""
    return {"silent": True}


class ScriptedServer:
    """Answers requests in turn from a script; the last answer is given for ever."""

    def __init__(self, *script: Scripted) -> None:
        self.script: Sequence[Scripted] = script
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._closing = threading.Event()
        self._mutex = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer._answer(self, json.loads(body))

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        with self._mutex:
            place = min(len(self.requests), len(self.script) - 1)
            self.requests.append(request)
            self.headers.append({k.lower(): v for k, v in handler.headers.items()})
        answer = self.script[place]
        if answer.get("silent"):
            self._closing.wait(30)
            handler.close_connection = True
            return
        status = answer.get("status", 200)
        text = answer.get("raw")
        if text is None:
            text = json.dumps(_error(answer) if "status" in answer else _completion(answer))
        body = text.encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        for name, value in answer.get("headers", {}).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)


def _error(answer: Scripted) -> dict[str, Any]:
    return {"error": {"message": answer["error"], "type": "error", "code": None}}


def _completion(answer: Scripted) -> dict[str, Any]:
    message = answer["message"]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "tool_calls" if message.get("tool_calls") else "stop",
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
