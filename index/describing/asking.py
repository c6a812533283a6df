"""Questions to a writer: within the budget of a request, the cap on money, and stoppable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

from index.describing.budget import LEAST, cut, request_tokens, tokens
from index.quote import visible
from index.values import Said, Writer
from index.waiting import until
from media.errors import Cancelled
from media.values import Cancel
from project.errors import BrainError, CapReached, CreatorError

ANSWERS = 3  # the first one and two more with what was wrong
RESERVE = 300  # tokens of a request kept free for an answer that goes back, and what was wrong
STOPPED = "the describing was stopped; what was answered is kept"

Take = Callable[[str], str]  # an answer taken; what is wrong with it, "" where nothing is


def prompt(name: str) -> str:
    """The prompt called `name`, as the file beside this module has it."""
    place = resources.files("index.describing").joinpath("prompts", f"{name}.md")
    return place.read_text(encoding="utf-8")


@dataclass(slots=True)
class Meter:
    """What a run has used. cap_usd: the money it may not pass; largest: tokens of a request."""

    cap_usd: float
    usd: float = 0.0
    tokens: int = 0
    requests: int = 0
    largest: int = 0
    expected_usd: float = 0.0  # what the requests until now were thought to cost

    def before(self, usd: float) -> None:
        """One request more. Raises CapReached where it would pass the cap.

        It is taken to cost `usd`, or more where requests until now cost more than was thought.
        """
        likely = usd * max(1.0, self.usd / self.expected_usd if self.expected_usd else 1.0)
        if likely > 0 and self.usd + likely > self.cap_usd + 1e-9:
            raise CapReached(
                f"{self.usd:.4f} US dollars are spent, the next request would cost about"
                f" {likely:.4f}, and the limit is {self.cap_usd:g}; raise it to go on from here"
            )
        self.requests += 1
        self.expected_usd += usd


class Asker:
    """Asks a writer. budget: tokens that one request may have."""

    def __init__(
        self, writer: Writer, *, budget: int, cap_usd: float, cancel: Cancel | None
    ) -> None:
        if budget < LEAST:
            raise CreatorError(
                f"a request of {budget} tokens has no room for footage; allow {LEAST} or more"
            )
        self.writer, self.budget, self._cancel = writer, budget, cancel
        self.meter = Meter(cap_usd)

    def room(self, system: str) -> int:
        """Tokens of data for which a request with this prompt has room."""
        return self.budget - RESERVE - request_tokens([("system", system), ("human", _block(()))])

    def ask(self, system: str, lines: Sequence[str], take: Take, *, written: int) -> str:
        """What was wrong with the last answer, "" where `take` took one whole.

        An answer goes back with what is wrong with it, twice. written: tokens that the answer
        will have. Raises CapReached, Cancelled, and CreatorError saying what to do.
        """
        asked = [("system", system), ("human", _block(lines))]
        turns, problem = asked, ""
        for _ in range(ANSWERS):
            self.check()
            try:
                said = self._request(turns, written)
            except BrainError as error:
                if isinstance(error, CapReached):
                    raise
                problem, answer = str(error), ""
            else:
                if said.declined:
                    return f"the model declined: {said.declined}"
                problem, answer = take(said.text), said.text
            if not problem:
                return ""
            turns = [
                *asked,
                ("ai", cut(visible(answer), RESERVE // 2) or "(nothing)"),
                ("human", f"That was not accepted: {cut(problem, RESERVE // 4)}. Answer again."),
            ]
        return problem

    def _request(self, turns: Sequence[tuple[str, str]], written: int) -> Said:
        read = request_tokens(turns)
        self.meter.before(self.writer.price(read, written))
        self.meter.largest = max(self.meter.largest, read)
        said = until(lambda: self.writer.write(turns, cancel=self._cancel), self._cancel, STOPPED)
        self.meter.usd += max(0.0, said.usd)
        self.meter.tokens += max(0, said.tokens)
        return said

    def check(self) -> None:
        """Raises Cancelled once the run was stopped."""
        if self._cancel is not None and self._cancel():
            raise Cancelled(STOPPED)


def _block(lines: Sequence[str]) -> str:
    return "\n".join(["<data>", *lines, "</data>"])


def data_tokens(lines: Sequence[str]) -> int:
    """About how many tokens these lines have in a request."""
    return tokens("\n".join(lines))
