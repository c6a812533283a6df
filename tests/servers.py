"""A scripted OpenAI-compatible server on loopback, for the real client to talk to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Scripted = dict[str, Any]
Reply = Callable[[dict[str, Any]], Scripted]
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
PIECE = 7  # characters of one piece of a stream


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


def slowly(answer: Scripted, *, pause_s: float, after: int = 0) -> Scripted:
    """An answer whose stream waits before each piece behind the first `after`."""
    return {**answer, "pause_s": pause_s, "after": after}


def endless(text: str = "and so on ", *, pause_s: float = 0.0, tool: str = "") -> Scripted:
    """A stream that never ends: words, or arguments of a tool."""
    return {"endless": text, "pause_s": pause_s, "tool": tool}


class ScriptedServer:
    """Answers requests in turn from a script; the last answer is given for ever.

    An answer may be a function of the request. Streams are sent where they are asked for;
    with `streams=False` the server does not know them and answers in one go.
    """

    def __init__(self, *script: Scripted | Reply, streams: bool = True) -> None:
        self.script: Sequence[Scripted | Reply] = script
        self.streams = streams
        self.broken_off = threading.Event()  # a caller went away in the middle of a stream
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
        chosen = self.script[place]
        answer = chosen(request) if callable(chosen) else chosen
        if answer.get("silent"):
            self._closing.wait(30)
            handler.close_connection = True
            return
        flows = "message" in answer or "endless" in answer
        if flows and request.get("stream") and self.streams:
            self._stream(handler, answer, request)
            return
        status = answer.get("status", 200)
        text = answer.get("raw")
        if text is None:
            text = json.dumps(_error(answer) if "status" in answer else _completion(answer))
        self._send(handler, status, text.encode(), answer.get("headers", {}))

    def _stream(
        self, handler: BaseHTTPRequestHandler, answer: Scripted, request: dict[str, Any]
    ) -> None:
        """Server-sent events until the answer, the caller or the server ends."""
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.end_headers()
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
                "model": "scripted"}  # fmt: skip

        def send(**more: Any) -> None:
            handler.wfile.write(f"data: {json.dumps({**head, **more})}\n\n".encode())
            handler.wfile.flush()

        try:
            send(choices=[{"index": 0, "delta": {"role": "assistant", "content": ""}}])
            for number, delta in enumerate(_deltas(answer)):
                if number >= answer.get("after", 0) and self._closing.wait(
                    answer.get("pause_s", 0)
                ):
                    return
                send(choices=[{"index": 0, "delta": delta, "finish_reason": None}])
            called = bool(answer["message"].get("tool_calls"))
            end = "tool_calls" if called else "stop"
            send(choices=[{"index": 0, "delta": {}, "finish_reason": end}])
            if (request.get("stream_options") or {}).get("include_usage"):
                send(choices=[], usage=USAGE)
            handler.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.broken_off.set()
        finally:
            handler.close_connection = True

    def _send(
        self, handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]
    ) -> None:
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)


def _deltas(answer: Scripted) -> Iterator[dict[str, Any]]:
    """What a stream says of an answer, a few characters at a time."""
    while "endless" in answer:
        yield (
            _piece_of_call(0, answer["tool"], answer["endless"])
            if answer["tool"]
            else ({"content": answer["endless"]})
        )
    message = answer["message"]
    for name in ("content", "refusal"):
        text = message.get(name) or ""
        for at in range(0, len(text), PIECE):
            yield {name: text[at : at + PIECE]}
    for index, call in enumerate(message.get("tool_calls") or ()):
        yield _piece_of_call(index, call["function"]["name"], "", call["id"])
        text = call["function"]["arguments"]
        for at in range(0, len(text), PIECE):
            yield _piece_of_call(index, None, text[at : at + PIECE])


def _piece_of_call(index: int, name: str | None, text: str, key: str | None = None) -> Scripted:
    call: Scripted = {"index": index, "function": {"name": name, "arguments": text}}
    if key is not None:
        call |= {"id": key, "type": "function"}
    return {"tool_calls": [call]}


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
        "usage": USAGE,
    }
