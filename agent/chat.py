"""One call to a chat model: capped, metered, timed, tried again where that can help."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent import caps, tokens
from agent.models import OPENAI, Model, checked, transport_errors
from agent.prices import money
from agent.stream import Bounds, Heard, Line, Messages, Runaway, Told
from media.errors import Cancelled
from media.values import Cancel
from project.errors import BrainError, CapReached, CreatorError
from project.settings import Settings
from project.store import Project

TRIES = 3  # of one call, where the server was busy or silent
LONGEST = 32_000  # characters of one answer; a plan has about 2,000
TIMES = 5  # so many times model_timeout_s may a whole answer take, however it trickles
NO_STREAM = (400, 404, 405, 415, 422, 501)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said: words, tool calls (name, arguments), calls that were not JSON."""

    text: str
    calls: tuple[tuple[str, dict[str, Any]], ...]
    broken_calls: tuple[str, ...] = ()
    refusal: str = ""
    read: int = 0  # tokens; also those of tries that timed out, which may have to be paid
    written: int = 0


class Chat:
    """A chat model as the settings name it. The key never leaves this object but to the server.

    Answers are streamed where the server can; the first that cannot is asked at once from then on.
    """

    def __init__(self, settings: Settings, *, backoff_s: float = 0.5) -> None:
        self.settings, self._backoff_s = settings, backoff_s
        _, _, self.model = settings.brain.partition(":")
        if not self.model:
            raise CreatorError(
                f"the brain {settings.brain!r} is not one Roughcut knows; use 'embedded', or a"
                " provider and a model such as 'openai:gpt-5-mini'"
            )
        self.count = tokens.counter(settings)
        self._streams = True

    def ask(
        self,
        project: Project | None,
        messages: Messages,
        tools: Sequence[dict[str, Any]] = (),
        choice: str = "",
        *,
        told: Told | None = None,
        cancel: Cancel | None = None,
    ) -> Answer:
        """The model's answer to (role, text) messages; `choice` names the tool it must call.

        `told` hears it piece by piece. Raises CapReached before a call over a limit and for an
        answer that does not end, CreatorError where the server cannot be used as it is set up,
        Cancelled within 2 s of `cancel` saying so.
        """
        checked(self.settings)
        if project is not None and not project.write:
            project = None  # only read, as `roughcut plan` does: its meter stands still
        model, lost, attempt = Model(self.settings, tools, choice), 0, 0
        while True:
            attempt += 1
            self._may_ask(project, cancel)
            line = Line(self._bounds(project), told, cancel)
            streams = self._streams
            try:
                heard = line.run(model, messages, stream=streams)
            except (Cancelled, Runaway) as error:
                self._meter(project, line.heard, messages)
                if isinstance(error, Cancelled):
                    raise
                raise CapReached(
                    f"the model's answer was broken off: {error}; ask again, or use another model"
                ) from error
            except _failures() as error:
                if streams and _cannot_stream(error):
                    self._streams, attempt = False, attempt - 1
                    continue
                wait = self._retry_after(error, attempt)
                if wait is None:
                    raise self._said(error) from error
                if _is_silence(error):
                    lost += self._length(messages)
                _pause(wait, cancel)
                continue
            read, written = self._meter(project, heard, messages)
            return _answer(heard, read + lost, written)

    def _may_ask(self, project: Project | None, cancel: Cancel | None) -> None:
        if cancel is not None and cancel():
            raise Cancelled("the model is not asked any more")
        if project is not None:
            caps.before_model_call(project)
            caps.add(project, turns=1)

    def _bounds(self, project: Project | None) -> Bounds:
        """What one answer may take: never more than about what the goal may still use."""
        left = caps.tokens_left(project) * 4 if project is not None else LONGEST
        return Bounds(TIMES * self.settings.model_timeout_s, max(1, min(LONGEST, left)))

    def _retry_after(self, error: Exception, attempt: int) -> float | None:
        """Seconds until the call is tried again; None where that is of no use."""
        import openai

        busy = isinstance(error, openai.RateLimitError | openai.InternalServerError)
        if not (busy or _is_silence(error)) or attempt >= TRIES:
            return None
        asked = 0.0
        if isinstance(error, openai.APIStatusError):
            try:
                asked = float(error.response.headers.get("retry-after", 0))
            except ValueError:
                asked = 0.0
        return float(max(min(asked, 10.0), self._backoff_s * 2 ** (attempt - 1)))

    def _said(self, error: Exception) -> Exception:
        """The failure in words for the creator, without the key. Unknown ones as they are."""
        import openai

        where = self.settings.base_url or OPENAI
        if _is_silence(error):
            return CreatorError(
                f"the model at {where} did not answer within {self.settings.model_timeout_s:g} s"
                f" ({TRIES} tries); check the server, or raise model_timeout_s"
            )
        if isinstance(error, (openai.APIConnectionError, *transport_errors()[0])):
            return CreatorError(
                f"the model server at {where} cannot be reached; check that it runs and that"
                " base_url is right, or set brain to 'embedded'"
            )
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return CreatorError(f"{where} does not accept the key; check ROUGHCUT_API_KEY")
        if isinstance(error, openai.NotFoundError):
            return CreatorError(f"{where} has no model {self.model!r}; check the brain setting")
        if isinstance(error, openai.RateLimitError):
            return CreatorError(
                f"{where} is over its limit ({TRIES} tries); wait a little, or check the account"
            )
        if isinstance(error, openai.APIStatusError):
            return CreatorError(
                f"{where} failed with status {error.status_code}: {self._clean(error.message)}"
            )
        return BrainError(f"the model's answer could not be read: {self._clean(str(error))}")

    def _clean(self, text: str) -> str:
        key = self.settings.api_key.get_secret_value()
        return (text.replace(key, "[key]") if key else text)[:400]

    def _meter(self, project: Project | None, heard: Heard, messages: Messages) -> tuple[int, int]:
        """Tokens read and written, put on the project's meter where there is one."""
        read = heard.read if heard.read is not None else self._length(messages)
        written = heard.written
        if written is None:
            written = self.count(heard.text) + sum(self.count(text) for _, text in heard.calls)
        if project is not None:
            price = money(self.model, read, written, own_server=bool(self.settings.base_url))
            caps.add(project, tokens=read + written, money_usd=price)
        return read, written

    def _length(self, messages: Messages) -> int:
        """How many tokens the messages have."""
        return sum(self.count(text) for _, text in messages)


def _pause(seconds: float, cancel: Cancel | None) -> None:
    """A wait that a stop ends."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not (cancel is not None and cancel()):
        time.sleep(min(left, 0.1))


def _failures() -> tuple[type[Exception], ...]:
    """What a call can end in: the client's own errors, and answers that are not as promised."""
    import openai

    odd = (ValueError, LookupError, TypeError, AttributeError)
    return openai.OpenAIError, *transport_errors()[0], *odd


def _is_silence(error: Exception) -> bool:
    import openai

    return isinstance(error, (openai.APITimeoutError, *transport_errors()[1]))


def _cannot_stream(error: Exception) -> bool:
    """Whether a server shows that it does not know streams: it says so, or it sends none."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code in NO_STREAM and "stream" in error.message.lower()
    return isinstance(error, ValueError) and "No generation" in str(error)


def _answer(heard: Heard, read: int, written: int) -> Answer:
    """What was heard, its calls read strictly: half a JSON text is no JSON."""
    calls, broken = [], []
    for name, text in heard.calls:
        try:
            arguments = json.loads(text or "{}")
        except (ValueError, RecursionError):
            arguments = None
        if isinstance(arguments, dict):
            calls.append((name, arguments))
        else:
            broken.append(text[:200])
    return Answer(heard.text.strip(), tuple(calls), tuple(broken), heard.refusal, read, written)
