"""What a model answered, as data: one visible line that is a caption, or nothing."""

from __future__ import annotations

import json
import re
from typing import Any

from index.quote import visible

PROMPT = (
    "Describe this frame of film footage in one plain sentence of at most 30 words: who or what"
    " is seen, what is happening, where, and the shot size. Say only what is visible."
)
LONGEST = 400  # characters of one caption
LONGEST_ANSWER = 100_000  # characters of one answer that are looked at

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_PREFACE = re.compile(
    r"(?:(?:in|on) (?:the|this) (?:image|picture|frame|photo|photograph|scene|still),?\s+"
    r"(?:we (?:can )?see\s+|there (?:is|are)\s+)?"
    r"|(?:the|this) (?:image|picture|frame|photo|photograph|scene|still)"
    r" (?:shows|depicts|features|captures|displays|is of|contains)\s+)",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"(?:i['’]?m|i am)?\s*(?:very |so |really )?(?:sorry|afraid)\b"
    r".{0,40}\b(?:i|can|cannot|unable)\b"
    r"|(?:unfortunately,? )?i (?:can ?not|can['’]?t|could ?n['’]?t|do not|don['’]?t|am not able|"
    r"am unable|won['’]?t|will not)\b"
    r"|(?:unfortunately,? )?i['’]m (?:not able|unable)\b"
    r"|as an? (?:ai|language model|assistant)\b"
    r"|(?:there is |i see )?no (?:image|picture|frame) (?:was |is |has been )?"
    r"(?:provided|given|attached|visible|uploaded)"
    r"|(?:please|kindly) (?:provide|upload|attach|share|send)\b"
    r"|unable to (?:see|view|process|describe|analy[sz]e|assist|help)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(r"\s*(?:```\w*\s*)?[\[{]")  # how an answer in JSON begins
_NOTHING = frozenset({"none", "null", "n/a", "na", "nothing", "unknown", "empty", "error"})


def caption_of(text: str) -> str:
    """The caption in a model's answer, on one visible line; "" where it gives none.

    Refusals, excuses and answers without a letter are none.
    """
    line = visible(_THOUGHT.sub(" ", text[:LONGEST_ANSWER]))
    line = line.replace("**", "").strip("`\"'“”‘’*#- ")
    if _REFUSAL.match(line):
        return ""
    plain = _PREFACE.sub("", line, count=1) if _PREFACE.match(line) else line
    plain = plain if plain.strip(" .") else line
    if plain.strip(" .!").lower() in _NOTHING or not any(c.isalpha() for c in plain):
        return ""
    return _shortened(plain)


def _shortened(line: str) -> str:
    if len(line) <= LONGEST:
        return line
    start = line[:LONGEST]
    whole = start.rfind(". ")
    if whole >= LONGEST // 3:
        return start[: whole + 1]
    return start[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def answers_in(text: str, count: int) -> list[str]:
    """The `count` texts in an answer that should be a JSON list of them.

    Taken leniently: a list, an object that holds one, items that are objects with a text, words
    or a fence around it. One frame's answer may be plain words. Raises ValueError saying what
    is wrong, for the model to read.
    """
    text = _THOUGHT.sub(" ", text[:LONGEST_ANSWER]).strip()
    if count == 1 and not _OPENS.match(text):
        return [text]
    items = _items(json_in(text))
    if items is None:
        raise ValueError(f"it holds no JSON list of {count} texts")
    if len(items) != count:
        raise ValueError(f"it has {len(items)} texts for {count} frames; one for each is needed")
    texts = [_text(item) for item in items]
    wrong = [n + 1 for n, each in enumerate(texts) if each is None]
    if wrong:
        raise ValueError(f"what it says of frame {wrong[0]} is not a text")
    return [each or "" for each in texts]


def json_in(text: str) -> Any:
    """The first JSON object or list that stands in an answer; None where there is none."""
    text = _THOUGHT.sub(" ", text[:LONGEST_ANSWER])
    decoder = json.JSONDecoder()
    for place in [m.start() for m in re.finditer(r"[\[{]", text)][:50]:
        try:
            return decoder.raw_decode(text, place)[0]
        except (json.JSONDecodeError, RecursionError):
            continue
    return None


def _items(found: Any) -> list[Any] | None:
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        return None
    lists = [value for value in found.values() if isinstance(value, list)]
    if lists:
        return lists[0]
    texts = list(found.values())
    return texts if texts and all(isinstance(value, str) for value in texts) else None


def _text(item: Any) -> str | None:
    """One frame's text: as it is, or in an object of any name that says text."""
    if item is None:
        return ""
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        for name in ("caption", "text", "description", "content"):
            if isinstance(item.get(name), str):
                return str(item[name])
    return None
