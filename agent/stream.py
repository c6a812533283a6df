"""One answer of a chat model, heard piece by piece: bounded, timed, stopped when asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from agent.models import CALLS
from media.errors import Cancelled
from media.values import Cancel

LOOK_S = 0.05  # how often a call that goes on looks for a stop and for its bounds
LONGEST_BODY = 16_000_000  # bytes; a token of a stream comes in about 300

# what a plan and a title say to people; the last one may have no end yet
_SENTENCE = re.compile(r'"(?:intent|question|text|words)"\s*:\s*"((?:[^"\\]|\\.)*)')

Messages = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what a model writes: words, or text of the arguments it calls a tool with."""

    text: str
    tool: str = ""


Told = Callable[[Piece], None]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one answer may take: seconds in all, characters written."""

    seconds: float
    characters: int


@runtime_checkable
class Speaks(Protocol):
    """A brain that can be heard while it writes, and stopped in the middle."""

    def heard_by(self, told: Told | None, cancel: Cancel | None) -> AbstractContextManager[None]:
        """What it writes within this context goes to `told`, until `cancel` says stop."""
        ...


class Runaway(Exception):
    """The answer passed a bound and was broken off; the message says which."""


@dataclass(slots=True)
class Heard:
    """What was heard of an answer so far. `calls` are (name, arguments as text)."""

    text: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)
    refusal: str = ""
    read: int | None = None  # tokens, where the server says so
    written: int | None = None

    @property
    def length(self) -> int:
        """Characters written."""
        return len(self.text) + sum(len(name) + len(text) for name, text in self.calls)


class Line:
    """A call under way: the answer so far, and how many bytes the server sent."""

    def __init__(self, bounds: Bounds, told: Told | None, cancel: Cancel | None) -> None:
        self.bounds, self.told, self.cancel = bounds, told, cancel
        self.heard = Heard()
        self._places: dict[Any, int] = {}  # index of a call in the stream -> place in `calls`
        self._responses: list[Any] = []

    async def remember(self, response: Any) -> None:
        """The hook of an HTTP client: a response whose body will be counted."""
        self._responses.append(response)

    def run(self, model: Any, messages: Messages, *, stream: bool) -> Heard:
        """The whole answer. Raises Cancelled, Runaway, and what the client raises."""
        return asyncio.run(self._watched(model, messages, stream=stream))

    async def _watched(self, model: Any, messages: Messages, *, stream: bool) -> Heard:
        async with contextlib.AsyncExitStack() as stack:
            client = await stack.enter_async_context(model.opened(self.remember))
            ends = time.monotonic() + self.bounds.seconds  # what loading took is not the model's
            hearing = self._streamed if stream else self._at_once
            task = asyncio.ensure_future(hearing(client, messages))
            try:
                while True:
                    done, _ = await asyncio.wait({task}, timeout=LOOK_S)
                    if done:
                        task.result()
                        return self.heard
                    self._within(ends)
            finally:
                task.cancel()
                await asyncio.wait({task})

    def _within(self, ends: float) -> None:
        if self.cancel is not None and self.cancel():
            raise Cancelled("stopped while the model was answering")
        if time.monotonic() > ends:
            raise Runaway(f"it went on for more than {self.bounds.seconds:g} s")
        if sum(r.num_bytes_downloaded for r in self._responses) > LONGEST_BODY:
            raise Runaway(f"it sent more than {LONGEST_BODY // 1_000_000} MB")

    async def _streamed(self, client: Any, messages: Messages) -> None:
        async for chunk in client.astream(list(messages)):
            self._add(chunk)
            self._length_held()

    def _add(self, chunk: Any) -> None:
        words = text_of(chunk.content)
        self.heard.text += words
        if words:
            self._tell(Piece(words))
        for part in _parts(chunk):
            name, text = part.get("name") or "", part.get("args") or ""
            place = self._place(part.get("index"), named=bool(name))
            so_far = self.heard.calls[place]
            self.heard.calls[place] = (so_far[0] + name, so_far[1] + text)
            if text:
                self._tell(Piece(text, self.heard.calls[place][0]))
        self.heard.refusal += str(chunk.additional_kwargs.get("refusal") or "")
        self._count(chunk)

    def _place(self, index: Any, *, named: bool) -> int:
        """Where a part of a call belongs; servers without indexes begin each call with a name."""
        last = len(self.heard.calls) - 1
        known = last if index is None and not named and last >= 0 else self._places.get(index)
        if known is not None and (index is not None or not named):
            return known
        self.heard.calls.append(("", ""))
        if index is not None:
            self._places[index] = last + 1
        return last + 1

    async def _at_once(self, client: Any, messages: Messages) -> None:
        message = await client.ainvoke(list(messages))
        self.heard.text = text_of(message.content)
        good = [(c["name"], json.dumps(dict(c["args"]))) for c in message.tool_calls]
        bad = [(str(c.get("name")), str(c.get("args"))) for c in message.invalid_tool_calls]
        self.heard.calls = [*good, *bad]
        self.heard.refusal = str(message.additional_kwargs.get("refusal") or "")
        self._count(message)
        self._length_held()
        if self.heard.text:
            self._tell(Piece(self.heard.text))
        for name, text in self.heard.calls:
            self._tell(Piece(text, name))

    def _count(self, message: Any) -> None:
        used = getattr(message, "usage_metadata", None) or {}
        if used.get("input_tokens"):
            self.heard.read = int(used["input_tokens"])
        if used.get("output_tokens"):
            self.heard.written = int(used["output_tokens"])

    def _length_held(self) -> None:
        if self.heard.length > self.bounds.characters:
            raise Runaway(f"it wrote more than {self.bounds.characters:,} characters")

    def _tell(self, piece: Piece) -> None:
        if self.told is not None:
            self.told(piece)


def _parts(chunk: Any) -> Iterator[dict[str, Any]]:
    """The parts of calls in one piece of a stream: index, name, args."""
    for part in chunk.additional_kwargs.get(CALLS) or ():
        function = part.get("function") or {}
        yield {"index": part.get("index"), "name": function.get("name"),
               "args": function.get("arguments")}  # fmt: skip
    yield from chunk.tool_call_chunks


class Writing:
    """What a model has written so far, as people read it: words, and the steps of a plan."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, str]] = []  # (tool, text); pieces of one kind are joined

    def add(self, piece: Piece) -> None:
        """One more piece."""
        if self._parts and self._parts[-1][0] == piece.tool:
            piece = Piece(self._parts.pop()[1] + piece.text, piece.tool)
        self._parts.append((piece.tool, piece.text))

    def __str__(self) -> str:
        return "\n".join(filter(None, (_readable(*part) for part in self._parts))).strip()


def _readable(tool: str, text: str) -> str:
    """The sentences in the arguments of a call; half a sentence as far as it goes."""
    if not tool:
        return text
    said = []
    for found in _SENTENCE.findall(text):
        with contextlib.suppress(ValueError):
            said.append(str(json.loads(f'"{found}"')))
    return "\n".join(said)


def text_of(content: Any) -> str:
    """The words of a message, whose content may be a list of parts."""
    if isinstance(content, list):
        return "".join(
            str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in content
        )
    return str(content)
