"""One call to a chat model: capped, metered, timed, tried again where that can help."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import SecretStr

from agent import caps
from agent.prices import money
from media.errors import Cancelled
from media.values import Cancel
from project.errors import BrainError, CreatorError
from project.settings import Settings
from project.store import Project

TRIES = 3  # of one call, where the server was busy or silent
OPENAI = "https://api.openai.com/v1"


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
    """A chat model as the settings name it. The key never leaves this object but to the server."""

    def __init__(self, settings: Settings, *, backoff_s: float = 0.5) -> None:
        self.settings, self._backoff_s = settings, backoff_s
        provider, _, self.model = settings.brain.partition(":")
        if not self.model:
            raise CreatorError(
                f"the brain {settings.brain!r} is not one Roughcut knows; use 'embedded', or a"
                " provider and a model such as 'openai:gpt-5-mini'"
            )
        self.provider = provider
        self._client: Any = None

    def _loaded(self) -> Any:
        if self._client is None:
            self._client = _openai(self.settings, self.model) if self.provider == "openai" else (
                _other(self.settings)
            )  # fmt: skip
        return self._client

    def ask(
        self,
        project: Project | None,
        messages: Sequence[tuple[str, str]],
        tools: Sequence[dict[str, Any]] = (),
        choice: str = "",
        *,
        cancel: Cancel | None = None,
    ) -> Answer:
        """The model's answer to (role, text) messages; `choice` names the tool it must call.

        Raises CapReached before a call over a limit, CreatorError where the server cannot be
        used as it is set up, Cancelled where `cancel` says so before a try.
        """
        import openai

        client = self._loaded()
        bound = client.bind_tools(list(tools), tool_choice=choice) if tools else client
        lost = 0
        for attempt in range(1, TRIES + 1):
            if cancel is not None and cancel():
                raise Cancelled("the model is not asked any more")
            if project is not None:
                caps.before_model_call(project)
                caps.add(project, turns=1)
            try:
                message = bound.invoke(list(messages))
            except _failures() as error:
                wait = self._retry_after(error, attempt)
                if wait is None:
                    raise self._said(error) from error
                if isinstance(error, openai.APITimeoutError):
                    lost += _length(messages)
                time.sleep(wait)
                continue
            read, written = self._meter(project, message, messages)
            return replace(_answer(message), read=read + lost, written=written)
        raise AssertionError("the last try returns or raises")

    def _retry_after(self, error: Exception, attempt: int) -> float | None:
        """Seconds until the call is tried again; None where that is of no use."""
        import openai

        busy = isinstance(
            error, openai.RateLimitError | openai.InternalServerError | openai.APITimeoutError
        )
        if not busy or attempt >= TRIES:
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
        import httpx
        import openai

        where = self.settings.base_url or OPENAI
        if isinstance(error, openai.APITimeoutError):
            return CreatorError(
                f"the model at {where} did not answer within {self.settings.model_timeout_s:g} s"
                f" ({TRIES} tries); check the server, or raise model_timeout_s"
            )
        if isinstance(error, openai.APIConnectionError | httpx.ConnectError):
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

    def _meter(
        self, project: Project | None, message: Any, messages: Sequence[tuple[str, str]]
    ) -> tuple[int, int]:
        """Tokens read and written, put on the project's meter where there is one."""
        used = getattr(message, "usage_metadata", None) or {}
        read = int(used.get("input_tokens") or _length(messages))
        written = int(used.get("output_tokens") or len(str(message.content)) // 4)
        if project is not None:
            price = money(self.model, read, written, own_server=bool(self.settings.base_url))
            caps.add(project, tokens=read + written, money_usd=price)
        return read, written


def _length(messages: Sequence[tuple[str, str]]) -> int:
    """About how many tokens the messages have."""
    return sum(len(text) for _, text in messages) // 4


def _failures() -> tuple[type[Exception], ...]:
    """What a call can end in: the client's own errors, and answers that are not as promised."""
    import httpx
    import openai

    return openai.OpenAIError, httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError


def _openai(settings: Settings, model: str) -> Any:
    from langchain_openai import ChatOpenAI

    key = settings.api_key.get_secret_value()
    if not key and not settings.base_url:
        raise CreatorError(
            f"the brain {settings.brain!r} needs a key: set ROUGHCUT_API_KEY, or base_url for a"
            " server of your own, or set brain to 'embedded'"
        )
    return ChatOpenAI(
        model=model,
        base_url=settings.base_url or OPENAI,
        api_key=settings.api_key if key else SecretStr("none"),
        timeout=settings.model_timeout_s,
        max_retries=0,  # tried again here, within the caps
        use_responses_api=False,
    )


def _other(settings: Settings) -> Any:
    from langchain.chat_models import init_chat_model

    more: dict[str, Any] = {"timeout": settings.model_timeout_s, "max_retries": 0}
    if settings.api_key.get_secret_value():
        more["api_key"] = settings.api_key
    if settings.base_url:
        more["base_url"] = settings.base_url
    try:
        return init_chat_model(settings.brain, **more)
    except (ImportError, ValueError) as error:
        raise CreatorError(
            f"the brain {settings.brain!r} cannot be loaded ({error}); use 'openai:MODEL', an"
            " installed LangChain provider, or 'embedded'"
        ) from error


def _answer(message: Any) -> Answer:
    content = message.content
    if isinstance(content, list):
        content = " ".join(
            str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in content
        )
    return Answer(
        text=str(content).strip(),
        calls=tuple((c["name"], dict(c["args"])) for c in message.tool_calls),
        broken_calls=tuple(str(c.get("args", ""))[:200] for c in message.invalid_tool_calls),
        refusal=str(message.additional_kwargs.get("refusal") or ""),
    )
