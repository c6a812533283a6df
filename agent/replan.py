"""What a brain is told when a creator asks for another plan midway: goal, note, what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_NOTE = "\n\nThe creator now says: "
_DONE = "\n\nAlready done, and to be kept:\n- "


@dataclass(frozen=True, slots=True)
class Again:
    """The parts of a request to plan again; only `words` when it is a fresh one."""

    words: str
    note: str = ""
    done: tuple[str, ...] = ()  # "tool: intent"


def compose(words: str, note: str, done: Sequence[str]) -> str:
    """One text with goal, note and what is done; `split` takes it apart again."""
    text = words
    if note.strip():
        text += _NOTE + note.strip()
    if done:
        text += _DONE + "\n- ".join(done)
    return text


def split(text: str) -> Again:
    """The parts of what `compose` put together."""
    text, _, done = text.partition(_DONE)
    words, _, note = text.partition(_NOTE)
    return Again(words.strip(), note.strip(), tuple(done.split("\n- ")) if done else ())
