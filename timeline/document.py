"""A timeline as a JSON document and back; the same edit always gives the same bytes."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from fractions import Fraction
from typing import Any

from timeline.errors import ExchangeError
from timeline.model import (
    Aim,
    Clip,
    Gap,
    Grade,
    Item,
    Marker,
    Origin,
    Reframe,
    Timeline,
    Title,
    Track,
    Transition,
)
from timeline.time import TimeRange

_KINDS: dict[str, type[Item]] = {"clip": Clip, "gap": Gap, "transition": Transition}
_ITEMS = {cls: kind for kind, cls in _KINDS.items()}
_VALUES = (Timeline, Track, Clip, Gap, Transition, Title, Marker, Origin, Reframe, Aim, Grade)
_NAMES = {cls: tuple(f.name for f in dataclasses.fields(cls)) for cls in _VALUES}
_FRACTIONS = {"duration", "speed", "in_offset", "out_offset", "rate", "at_s", "sound_cut_s"}
# fields that came later: left out where they say nothing, so that an old edit keeps its bytes
_SPARSE: dict[str, Any] = {
    "path": (), "grade": None, "sound_cut_s": 0, "loudness_lufs": None, "burned": True,
}  # fmt: skip
_NEVER = object()
_WRONG = (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError, AttributeError)


@functools.lru_cache(maxsize=8192)
def _fraction(text: str) -> Fraction:
    """The same few times stand in every state of a timeline; parsing them is what costs."""
    return Fraction(text)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, TimeRange):
        return [str(value.start), str(value.end)]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    body = {
        name: _plain(part)
        for name in _NAMES[type(value)]
        if (part := getattr(value, name)) != _SPARSE.get(name, _NEVER)
    }
    if type(value) in _ITEMS:
        body["item"] = _ITEMS[type(value)]
    return body


def to_document(timeline: Timeline) -> dict[str, Any]:
    """The timeline as plain JSON values: rationals as text, ranges as [start, end]."""
    document: dict[str, Any] = _plain(timeline)
    return document


def dumps(timeline: Timeline) -> str:
    """The timeline as canonical JSON text: sorted keys, no spaces."""
    return json.dumps(
        to_document(timeline), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def digest(timeline: Timeline) -> str:
    """SHA-256 of the canonical JSON, as hex."""
    return digest_of(dumps(timeline))


def digest_of(text: str) -> str:
    """SHA-256 of canonical JSON text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def part_document(part: Item | Title | Marker) -> dict[str, Any]:
    """One item, title or marker as plain JSON values, as it stands in a timeline document."""
    document: dict[str, Any] = _plain(part)
    return document


def item_from(document: dict[str, Any]) -> Item:
    """The clip, gap or transition a part of a document holds. Raises ExchangeError."""
    try:
        return _KINDS[document["item"]](**_fields(document))
    except _WRONG as error:
        raise ExchangeError(f"this is no item of a timeline document: {error!r}") from error


def title_from(document: dict[str, Any]) -> Title:
    """The title a part of a document holds. Raises ExchangeError."""
    try:
        return Title(**_fields(document))
    except _WRONG as error:
        raise ExchangeError(f"this is no title of a timeline document: {error!r}") from error


def marker_from(document: dict[str, Any]) -> Marker:
    """The marker a part of a document holds. Raises ExchangeError."""
    try:
        return Marker(**_fields(document))
    except _WRONG as error:
        raise ExchangeError(f"this is no marker of a timeline document: {error!r}") from error


def _range(value: list[str]) -> TimeRange:
    return TimeRange(_fraction(value[0]), _fraction(value[1]))


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for key, value in body.items():
        if key == "item":
            continue
        if key in _FRACTIONS:
            value = _fraction(value)
        elif key in ("source", "available", "span"):
            value = _range(value)
        elif key == "reasons":
            value = tuple(value)
        elif key == "origin" and value is not None:
            value = Origin(**value)
        elif key == "reframe" and value is not None:
            value = Reframe(**_fields(value))
        elif key == "path":
            value = tuple(Aim(**_fields(aim)) for aim in value)
        elif key == "grade" and value is not None:
            value = Grade(**value)
        read[key] = value
    return read


def from_document(document: dict[str, Any]) -> Timeline:
    """The timeline a document holds. Raises ExchangeError when it is not one."""
    try:
        tracks = tuple(
            Track(
                t["name"],
                t["kind"],
                tuple(_KINDS[i["item"]](**_fields(i)) for i in t["items"]),
            )
            for t in document["tracks"]
        )
        return Timeline(
            name=document["name"],
            rate=Fraction(document["rate"]),
            width=document["width"],
            height=document["height"],
            tracks=tracks,
            titles=tuple(Title(**_fields(t)) for t in document["titles"]),
            markers=tuple(Marker(**_fields(m)) for m in document["markers"]),
            loudness_lufs=document.get("loudness_lufs"),
        )
    except _WRONG as error:
        raise ExchangeError(f"this is not a timeline document: {error!r}") from error


def loads(text: str) -> Timeline:
    """The timeline in canonical JSON text. Raises ExchangeError."""
    try:
        return from_document(json.loads(text))
    except json.JSONDecodeError as error:
        raise ExchangeError(f"this timeline document is not JSON: {error}") from error
