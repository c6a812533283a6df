"""The chat model of the settings as a writer of titles, summaries and names of topics."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from agent.chat import Chat
from agent.prices import money
from index.quote import shortened
from index.values import Said, Writer
from media.values import Cancel
from project.settings import Settings


class ChatWriter:
    """A LangChain chat model, opened as the brain opens its own. It is told what to write."""

    def __init__(self, settings: Settings, *, backoff_s: float = 0.5) -> None:
        self._chat = Chat(settings, backoff_s=backoff_s)
        self._own = bool(settings.base_url)
        # without the port, so that a server that moves to another one is still known
        where = f" at {urlsplit(settings.base_url).hostname}" if self._own else ""
        self.name = settings.brain + where

    def price(self, read: int, written: int) -> float:
        """US dollars for so many tokens; a server of the creator's own costs nothing."""
        return money(self._chat.model, read, written, own_server=self._own)

    def write(self, turns: Sequence[tuple[str, str]], *, cancel: Cancel | None = None) -> Said:
        """The model's answer in words. Raises CreatorError, BrainError, Cancelled."""
        answer = self._chat.ask(None, turns, cancel=cancel)
        return Said(
            answer.text,
            answer.read + answer.written,
            self.price(answer.read, answer.written),
            shortened(answer.refusal, 200),
        )


def writer(settings: Settings) -> Writer | None:
    """The writer that `settings.brain` names; None where that is the embedded one.

    Raises CreatorError where the name is not one Roughcut knows.
    """
    return None if settings.brain == "embedded" else ChatWriter(settings)
