"""Writers for tests: an honest one that logs what it reads, and ways for it to lie."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from index.values import Said
from media.values import Cancel
from tests.servers import ScriptedServer, says

Answer = Callable[[str, str], str]  # (system, data) to the answer's text


class LogWriter:
    """An honest little writer: its titles are what the data says first, its labels a count.

    `lie` may answer in its place; where it gives None, the honest answer is given.
    """

    def __init__(
        self,
        *,
        name: str = "log",
        usd: float = 0.0,
        lie: Callable[[int, str], str | None] = lambda *_: None,
    ) -> None:
        self.name, self.usd, self.lie = name, usd, lie
        self.asked: list[list[tuple[str, str]]] = []

    def price(self, read: int, written: int) -> float:
        return self.usd

    def write(self, turns: Sequence[tuple[str, str]], *, cancel: Cancel | None = None) -> Said:
        self.asked.append(list(turns))
        data = turns[1][1]
        text = self.lie(len(self.asked), data)
        return Said(honest(data) if text is None else text, 100, self.usd)

    @property
    def about(self) -> list[str]:
        """The data of all requests for titles."""
        return [turns[1][1] for turns in self.asked if "\nfootage " in turns[1][1][:16]]


def honest(data: str) -> str:
    """A true answer to a request, whichever it is."""
    return json.dumps(topics(data) if "\ntopic 1" in data else footage(data))


def footage(data: str) -> dict[str, Any]:
    """Titles out of the first thing told of each piece of footage."""
    out = []
    for block in re.split(r"^(?=footage \d+)", data, flags=re.M)[1:]:
        number = int(block.split()[1].strip("("))
        told = [json.loads(line) for line in block.splitlines() if line.startswith("{")]
        best = next((t for t in told if t["source"].startswith(("caption", "speech"))), told[0])
        out.append(
            {
                "number": number,
                "title": f"Log: {best['text'][:40]}",
                "summary": f"It shows that {best['text'][:120]}.",
            }
        )
    return {"footage": out}


def topics(data: str) -> dict[str, Any]:
    """Labels that say which topic it is and how many titles it was shown, largest number first."""
    out = []
    for block in re.split(r"^(?=topic \d+)", data, flags=re.M)[1:]:
        number = int(re.match(r"topic (\d+)", block)[1])  # type: ignore[index]
        shown = [int(n) for n in re.findall(r'"source": "footage (\d+)"', block)]
        first = re.search(r'"text": "([^"]*)"', block)
        words = first[1].split()[-1] if first else ""
        out.append({"topic": number, "label": f"Bin {number} {words}", "footage": shown})
    return {"topics": out[::-1]}


class WritingServer(ScriptedServer):
    """A chat model on loopback that answers each request by its data, honestly unless told how."""

    def __init__(self, answer: Callable[[str], str] = honest) -> None:
        super().__init__(says())
        self._write = answer

    def _answer(self, handler: Any, request: dict[str, Any]) -> None:
        text = self._write(request["messages"][1]["content"])
        self.script = [*([says()] * len(self.requests)), says(text)]
        super()._answer(handler, request)
