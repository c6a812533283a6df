"""Captions by a vision model behind an OpenAI-compatible server: OpenAI, Ollama, vLLM, others.

Several frames go in one request and the answers come as JSON. What is asked, and what is paid,
is counted before each request; the key goes to the server and into no message.
"""

from __future__ import annotations

import email.utils
import functools
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.captioning.answers import PROMPT, answers_in
from index.captioning.asking import answer_format, data_url, messages_for
from index.captioning.meter import Meter
from index.waiting import until
from media.errors import Cancelled
from media.values import Cancel
from project.errors import CreatorError
from project.settings import Settings

OPENAI = "https://api.openai.com/v1"
TRIES = 5  # of one request, where the server was busy, silent or broken
ANSWERS = 3  # the first answer to a batch and two more with the error
AT_ONCE = 8  # frames in one request
LONGEST_WAIT_S = 60.0  # for a server that says how long to wait
UNKNOWN_USD = 0.003  # a frame at OpenAI where no price is set: more than its dearest small model
STOPPED = "the captioning was stopped; what was answered is kept"
TICK_S = 0.1


class AnswersUnusable(CreatorError):
    """The server did not take these frames, or answered nothing that can be read."""


class ServerCaptioner:
    """One model on one server. `meter` counts and caps; `cancel` ends a request under way."""

    def __init__(self, settings: Settings, model: str, *, backoff_s: float = 0.5) -> None:
        self.settings, self.model, self._backoff_s = settings, model, backoff_s
        own = bool(settings.captioner_url)
        self.url = settings.captioner_url or OPENAI
        if not own and not settings.captioner_key.get_secret_value():
            raise CreatorError(
                f"the captioner 'openai:{model}' needs a key: set ROUGHCUT_CAPTIONER_KEY, or"
                " ROUGHCUT_CAPTIONER_URL for a server of your own"
            )
        self.where = _shown(self.url)
        # without the port, so that a server that moves to another one is still known
        self.name = f"openai:{model}" + (f" at {urlsplit(self.url).hostname}" if own else "")
        self.prompt = settings.captioner_prompt or PROMPT
        self.usd = settings.captioner_usd_per_frame or (0.0 if own else UNKNOWN_USD)
        self.at_once = AT_ONCE
        self.meter = Meter()
        self.cancel: Cancel | None = None
        self._structured = True  # until the server says that it does not take that
        self._client: Any = None

    def caption(self, frames: Sequence[NDArray[np.uint8]]) -> list[str]:
        """One text for each frame (H, W, 3) RGB, as the model said it.

        Raises CapReached before a request over the cap, Cancelled, CreatorError, and of these
        AnswersUnusable where only these frames are concerned. Where several were too many for
        the model, `at_once` is 1 after it, and they can be asked about again one by one.
        """
        return self._ask([data_url(frame) for frame in frames]) if frames else []

    def _ask(self, pictures: list[str]) -> list[str]:
        """The texts of one batch; what cannot be read goes back with the error, twice."""
        messages = messages_for(self.prompt, pictures)
        problem = ""
        for _ in range(ANSWERS):
            message = self._request(messages, len(pictures))
            if getattr(message, "refusal", None):
                return [""] * len(pictures)
            said = message.content if isinstance(message.content, str) else ""
            try:
                return answers_in(said, len(pictures))
            except ValueError as error:
                problem = str(error)
            messages = [
                *messages,
                {"role": "assistant", "content": said[:2000] or "(nothing)"},
                {"role": "user", "content": f"That was not accepted: {problem}. Answer again."},
            ]
        if len(pictures) > 1:
            self.at_once = 1
        raise AnswersUnusable(
            f"{self.model} at {self.where} gave no usable answer for {len(pictures)} frames in"
            f" {ANSWERS} tries ({problem}); name a model that sees pictures and does as it is told"
        )

    def _request(self, messages: list[dict[str, Any]], count: int) -> Any:
        """The message one request is answered with, tried again where that can help."""
        import openai

        for attempt in range(1, TRIES + 1):
            self.meter.before(self.usd * count, count)
            more = answer_format(count) if self._structured else {}
            try:
                create = self._opened().chat.completions.create
                ask = functools.partial(create, model=self.model, messages=messages, **more)
                answer = until(ask, self.cancel, STOPPED)
                message = answer.choices[0].message
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not (self._structured and _says(error, *FORMAT_WORDS)):
                    if count > 1 and _says(error, "image"):
                        self.at_once = 1  # some servers take one picture in a request
                    raise self._said(error) from None
                self._structured = False
                continue
            except (openai.OpenAIError, *_UNREADABLE) as error:
                if isinstance(error, openai.APITimeoutError):
                    self.meter.add(
                        self.usd * count, count
                    )  # it may have been answered, and paid for
                wait = self._wait_s(error, attempt)
                if wait is None:
                    # not chained: what a library says of a failure may hold the key
                    raise self._said(error) from None
                self._sleep(wait)
                continue
            self._count(answer, count)
            return message
        raise AnswersUnusable(f"{self.model} at {self.where} was asked {TRIES} times in vain")

    def _count(self, answer: Any, count: int) -> None:
        """What the answer cost: as the server says, else by the price of a frame."""
        used = getattr(answer, "usage", None)
        tokens = getattr(used, "total_tokens", 0)
        cost = (getattr(used, "model_extra", None) or {}).get("cost")
        usd = self.usd * count
        if isinstance(cost, int | float) and 0 <= cost < 1e6:
            usd = float(cost)
        self.meter.add(usd, count, tokens if isinstance(tokens, int) else 0)

    def _opened(self) -> Any:
        if self._client is None:
            import openai

            self._client = openai.OpenAI(
                base_url=self.url,
                api_key=self.settings.captioner_key.get_secret_value() or "none",
                timeout=self.settings.model_timeout_s,
                max_retries=0,  # tried again here, within the cap
            )
        return self._client

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._check()
            time.sleep(min(TICK_S, left))

    def _check(self) -> None:
        if self.cancel is not None and self.cancel():
            raise Cancelled(STOPPED)

    def _wait_s(self, error: Exception, attempt: int) -> float | None:
        """Seconds until a request is sent again; None where that is of no use."""
        import openai

        busy = openai.RateLimitError | openai.InternalServerError | openai.APIConnectionError
        if not isinstance(error, busy) or attempt >= TRIES:
            return None
        backoff = self._backoff_s * 2.0 ** (attempt - 1)
        if isinstance(error, openai.APIStatusError):
            asked = _retry_after(error.response.headers.get("retry-after", ""))
            if asked > LONGEST_WAIT_S:
                return None
            return max(asked, backoff)
        return backoff

    def _said(self, error: Exception) -> CreatorError:
        """The failure in words for the creator, without the key."""
        import openai

        if isinstance(error, openai.APITimeoutError):
            return CreatorError(
                f"the captioner at {self.where} did not answer within"
                f" {self.settings.model_timeout_s:g} s ({TRIES} tries); check the server, or raise"
                " model_timeout_s"
            )
        if isinstance(error, openai.APIConnectionError):
            return CreatorError(
                f"the captioner's server at {self.where} cannot be reached; check that it runs"
                " and that captioner_url is right"
            )
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return CreatorError(
                f"{self.where} does not accept the key; check ROUGHCUT_CAPTIONER_KEY"
            )
        if isinstance(error, openai.NotFoundError):
            return CreatorError(
                f"{self.where} has no model {self.model!r}; check the captioner setting"
            )
        if isinstance(error, openai.RateLimitError):
            return CreatorError(
                f"{self.where} is over its limit ({TRIES} tries); wait a little and go on, what"
                " was answered is kept, or check the account"
            )
        if isinstance(error, openai.APIStatusError):
            kind = AnswersUnusable if error.status_code in (400, 413, 422) else CreatorError
            return kind(
                f"the captioner at {self.where} failed with status {error.status_code}:"
                f" {self._clean(error.message)}"
            )
        return AnswersUnusable(
            f"what the captioner at {self.where} answered could not be read:"
            f" {self._clean(str(error))}"
        )

    def _clean(self, text: str) -> str:
        key = self.settings.captioner_key.get_secret_value()
        line = " ".join((text.replace(key, "[key]") if key else text).split())
        return line[:300]


FORMAT_WORDS = ("response_format", "json_schema", "schema", "structured", "grammar")
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)  # not as the protocol promises


def _says(error: Exception, *words: str) -> bool:
    said = str(error).lower()
    return any(word in said for word in words)


def _retry_after(header: str) -> float:
    """Seconds of a Retry-After header, given as a number or a date; 0 where it says nothing."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        then = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    return max(0.0, then.timestamp() - time.time())


def _shown(url: str) -> str:
    """The server's address without a name and password that may stand in it, and its query.

    Raises CreatorError for what is no address.
    """
    try:
        parts = urlsplit(url)
        host, number = parts.hostname, parts.port
    except ValueError:
        host, number = None, None
    if not host or parts.scheme not in ("http", "https"):
        raise CreatorError(
            "captioner_url is not the address of a server; it looks like http://127.0.0.1:11434/v1"
        )
    port = f":{number}" if number else ""
    return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")
