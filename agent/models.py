"""Chat models as LangChain opens them; OpenAI's own client for every OpenAI-compatible server."""

from __future__ import annotations

import functools
import importlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from project.errors import CreatorError
from project.settings import Settings

OPENAI = "https://api.openai.com/v1"
CALLS = "streamed_calls"  # where a piece of a stream keeps its parts of calls
Hook = Callable[[Any], Awaitable[None]]


class Model:
    """A chat model with the tools of one call, opened for that call and closed after it."""

    def __init__(
        self, settings: Settings, tools: Sequence[dict[str, Any]] = (), choice: str = ""
    ) -> None:
        self.settings, self.tools, self.choice = settings, tools, choice

    @asynccontextmanager
    async def opened(self, hook: Hook) -> AsyncIterator[Any]:
        """The client, bound to its tools; `hook` sees each HTTP response before its body."""
        if self.settings.brain.partition(":")[0] != "openai":
            yield self._bound(_other(self.settings))
            return
        import openai

        async with openai.DefaultAsyncHttpxClient(
            timeout=self.settings.model_timeout_s,
            verify=_certificates(),
            event_hooks={"response": [hook]},
        ) as http:
            yield self._bound(_openai(self.settings, http))

    def _bound(self, client: Any) -> Any:
        if not self.tools:
            return client
        return client.bind_tools(list(self.tools), tool_choice=self.choice)


def checked(settings: Settings) -> None:
    """Raises CreatorError where the settings cannot open a model."""
    if settings.brain.startswith("openai:") and not (
        settings.base_url or settings.api_key.get_secret_value()
    ):
        raise CreatorError(
            f"the brain {settings.brain!r} needs a key: set ROUGHCUT_API_KEY, or base_url for a"
            " server of your own, or set brain to 'embedded'"
        )


def transport_errors() -> tuple[tuple[type[Exception], ...], tuple[type[Exception], ...]]:
    """All errors of the HTTP library under the client, and those that mean a silent server."""
    every, silent = [], []
    for name in ("httpx", "httpx2"):  # the client of openai 3 uses the second
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        every.append(library.HTTPError)
        silent.append(library.TimeoutException)
    return tuple(every), tuple(silent)


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The certificates a client trusts; reading them takes longer than all else of a call."""
    import httpx

    return httpx.create_ssl_context()


@functools.cache
def _plain() -> type[Any]:
    from langchain_openai import ChatOpenAI

    class Plain(ChatOpenAI):
        """LangChain's client, whose stream hands on refusals and calls as the server sent them.

        It drops refusals, and reads the calls so far as JSON in time that is square in their
        length, which a model that never ends would make minutes.
        """

        def _convert_chunk_to_generation_chunk(self, chunk: dict[str, Any], *rest: Any) -> Any:
            delta = (chunk.get("choices") or [{}])[0].get("delta") or {}
            more = {CALLS: delta.pop("tool_calls", None), "refusal": delta.get("refusal")}
            made = super()._convert_chunk_to_generation_chunk(chunk, *rest)
            if made is not None:
                made.message.additional_kwargs.update({k: v for k, v in more.items() if v})
            return made

    return Plain


def _openai(settings: Settings, http: Any) -> Any:
    key = settings.api_key.get_secret_value()
    return _plain()(
        model=settings.brain.partition(":")[2],
        base_url=settings.base_url or OPENAI,
        api_key=settings.api_key if key else SecretStr("none"),
        timeout=settings.model_timeout_s,
        max_retries=0,  # tried again by `agent.chat`, within the caps
        use_responses_api=False,
        stream_usage=True,
        stream_chunk_timeout=None,  # the client's own timeout is for silence already
        http_async_client=http,
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
