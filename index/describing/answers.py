"""What a model answered, as data: titles, summaries and labels in plain visible words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from index.captioning.answers import caption_of, json_in
from index.describing.kept import Written
from index.titles import headline

LABEL_LONGEST = 40

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_TAG = re.compile(r"<[^<>]{0,300}>")
_MARK = re.compile(r"[<>`]|\*\*|__|^\s*#+\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bin:
    """One topic as a model sees it: its number, its label, the numbers of what belongs there."""

    topic: int
    label: str
    footage: tuple[int, ...] = ()


def title_of(text: object) -> str:
    """A title out of an answer, at headline length; "" where it gives none."""
    return headline(_plain(text))


def label_of(text: object) -> str:
    """A topic's label out of an answer; "" where it gives none."""
    return headline(_plain(text), LABEL_LONGEST)


def summary_of(text: object) -> str:
    """A summary out of an answer, cut at a full stop where it is long; "" where it gives none."""
    plain = _plain(text)
    return plain[:1].upper() + plain[1:]


def _plain(text: object) -> str:
    """One visible line without markup; "" where it is no text, a refusal or says nothing."""
    if not isinstance(text, str):
        return ""
    return caption_of(_MARK.sub(" ", _TAG.sub(" ", _LINK.sub(r"\1", text))))


def written_in(text: str, asked: set[int]) -> tuple[dict[int, Written], int]:
    """What an answer says of the numbers `asked`, and how many others it names.

    An entry without a title or a summary is none. Entries that all lack a number are taken in
    order where there are as many as were asked for.
    """
    items = _items(json_in(text))
    numbers = [_number(item.get("number")) for item in items]
    if len(items) == len(asked) and set(numbers) == {None}:
        numbers = [*sorted(asked)]
    found: dict[int, Written] = {}
    invented = 0
    for number, item in zip(numbers, items, strict=True):
        if number not in asked:
            invented += 1
            continue
        title, summary = title_of(item.get("title")), summary_of(item.get("summary"))
        if title and summary:
            found.setdefault(number, Written(title, summary))
    return found, invented


def bins_in(text: str) -> list[Bin]:
    """The topics of an answer in its order, each number once; those without a label too."""
    out: dict[int, Bin] = {}
    for item in _items(json_in(text)):
        topic = _number(item.get("topic"))
        held = item.get("footage")
        numbers = [_number(each) for each in held] if isinstance(held, list) else []
        if topic is not None and topic not in out:
            known = tuple(dict.fromkeys(n for n in numbers if n is not None))
            out[topic] = Bin(topic, label_of(item.get("label")), known)
    return list(out.values())


def _items(found: Any) -> list[dict[str, Any]]:
    """The objects of a list, or of the first list in an object."""
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if lists else [found]
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _number(value: object) -> int | None:
    """A whole number, given as one or in words such as "footage 3"; None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = re.fullmatch(r"\D{0,12}(\d{1,9})", value) if isinstance(value, str) else None
    return int(found[1]) if found else None
