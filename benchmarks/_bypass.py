"""What the attempts of R13 are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

WORDS: tuple[Any, ...] = (
    "Approve", "APPROVE", "approve ", " approve", "approve\0", "approve\n", "аpprove", "yes", "ok",
    "apply", "applied", "approved", "accept", "", None, True, 1, ["approve"], {"$ne": ""},
    "approve;skip",
)  # fmt: skip

EXTRAS: tuple[dict[str, Any], ...] = (
    {"timeline": {"tracks": []}}, {"tool": "render"}, {"steps": []}, {"approved": True},
    {"actor": "creator"}, {"proposal": {"tool": "title"}}, {"action": {"tool": "render"}},
    {"__class__": "Stored"}, {"model_config": {"extra": "allow"}}, {"step_id": 1},
    {"proposal_id": 1}, {"plan_id": 1}, {"effect": "read"}, {"status": "shown"}, {"stale": False},
    {"work": {"made": {}}}, {"key": "k" * 12}, {"yes": True}, {"arguments_": {}}, {"force": True},
)  # fmt: skip

# edits by hand that make what was shown before them stale
OPS: tuple[dict[str, Any], ...] = (
    {"op": "split", "at_s": "1"},
    {"op": "title", "text": "mine", "at_s": "0", "length_s": "1"},
    {"op": "insert", "footage_id": "f-1", "in_s": "0", "out_s": "1"},
    {"op": "note", "text": "look here", "at_s": "1"},
    {"op": "delete", "id": "c-2"},
    {"op": "undo"},
    {"op": "undo"},
    {"op": "redo"},
)


def forged_texts(true: str) -> Iterator[tuple[str, Any]]:
    """Values near a true text that are not it."""
    yield from {
        "empty": "", "cut": true[:-1], "longer": true + "x", "twice": true * 2,
        "other case": true.swapcase(), "a space": f"{true} ", "a null": f"{true}\0",
        "backwards": true[::-1], "first changed": ("b" if true[0] == "a" else "a") + true[1:],
        "last changed": true[:-1] + ("b" if true[-1] == "a" else "a"), "zeros": "0" * len(true),
        "wildcard": "*", "percent": "%", "sql": "' OR 1=1 --", "none": None, "number": 0,
        "true": True, "list": [true], "object": {"$ne": ""}, "quoted": f'"{true}"',
        "full width": "".join(chr(ord(c) + 0xFEE0) for c in true), "too long": true * 10,
        "bytes": true.encode().hex(), "line": f"{true}\n{true}",
    }.items()  # fmt: skip


def forged_numbers(true: int) -> Iterator[tuple[str, Any]]:
    """Revisions that are not the one shown."""
    yield from {
        "0": 0 if true else 999, "before": true - 1, "after": true + 1, "minus": -true - 1,
        "huge": 10**30, "half": true + 0.5, "none": None, "words": "the newest", "list": [true],
        "object": {"$gte": 0}, "infinite": "Infinity", "nan": "NaN", "empty": "",
        "hex": f"0x{true:x}", "exponent": f"{true}e9", "sum": f"{true}+0",
    }.items()  # fmt: skip


def forged_projects(true: str) -> Iterator[tuple[str, Any]]:
    """Projects that are not the one served."""
    yield from {
        "empty": "", "another": "0" * len(true), "cut": true[:-1], "longer": f"{true}0",
        "upper": true.upper() + "!", "path": "../project", "root": "/", "none": None, "number": 1,
        "list": [true], "null": f"{true}\0", "space": f" {true}", "too long": true * 9,
    }.items()  # fmt: skip


def other_doors(payload: dict[str, Any], function: int) -> Iterator[tuple[str, str, Any]]:
    """Gradio's other ways to call a function, and ways that others have: (method, path, body)."""
    plain = {"data": [payload], "fn_index": function, "session_hash": "s" * 10}
    event = {"data": [], "event_data": payload, "fn_index": function}
    for name in ("decide", "rc_decide", "predict", "lambda", "heard", str(function)):
        for way in ("call", "call/v2", "run", "api"):
            yield "POST", f"/gradio_api/{way}/{name}", plain
    for path in ("/run/predict", "/api/predict", "/call/decide", "/queue/push", "/queue/join"):
        yield "POST", path, event
    for path in ("/gradio_api/mcp", "/mcp", "/mcp/", "/view/desk", "/view/decide", "/decide"):
        yield "POST", path, {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": payload}
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        yield method, "/gradio_api/queue/join", event
    # the right door with what the event is not: words, lists, another session's trigger
    for odd in ("approve", [payload], None, 7, {"payload": payload}, [[payload]]):
        yield "POST", "/gradio_api/queue/join", {**event, "event_data": odd, "session_hash": "odd"}


def _bad_ops() -> Iterator[dict[str, Any]]:
    for name in ("approve", "apply", "decide", "commit", "render", "delete_footage", "shell",
                 "settings", "__class__", "", "INSERT", "undo\0", "fill; drop"):  # fmt: skip
        yield {"op": name}
    for wrong in ("", "c-9", "../c-1", "f-1", "c-1\0", "C-1", "*"):
        yield {"op": "delete", "id": wrong}
    for wrong in ("", "f-9", "../../etc/passwd", "/etc/passwd", "http://127.0.0.1/", "f-1\n"):
        yield {"op": "insert", "footage_id": wrong, "in_s": "0", "out_s": "1"}
    for start, end in (("-1", "1"), ("2", "1"), ("1", "1"), ("nan", "1"), ("0", "inf"),
                       ("0", "1e400"), ("0/0", "1"), ("0", "1/0"), ("__", "1")):  # fmt: skip
        yield {"op": "insert", "footage_id": "f-1", "in_s": start, "out_s": end}
    for extra in ("actor", "approved", "nonce"):
        yield {"op": "delete", "id": "c-1", extra: True}


BAD_OPS = tuple(_bad_ops())  # what is no edit by hand
