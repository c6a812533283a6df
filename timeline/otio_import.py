"""OpenTimelineIO in: files of ours, files of ours that others changed, and files of others.

An exact value of ours is used where it still agrees with the numbers beside it; where another
program moved or trimmed something, its numbers count. Urls are read as text, never opened.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as oti

from timeline import document
from timeline.edits.fitting import fitted
from timeline.edits.invariants import check
from timeline.errors import EditError, ExchangeError
from timeline.exchange import plain_line
from timeline.model import ZERO, Clip, Gap, Item, Marker, Timeline, Track, Transition
from timeline.time import TimeRange

OURS = "roughcut"
LARGEST_BYTES = 64 << 20
_WRONG = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    ArithmeticError,
    oti.exceptions.OTIOError,
)


def read(path: Path) -> Timeline:
    """The timeline in an .otio file, ours or another program's. Raises ExchangeError.

    A clip of another program plays footage whose id is made from its url; see `sources`. Nested
    sequences, freeze frames and reversed clips become gaps that say so.
    """
    found = _load(path)
    try:
        timeline = _timeline(found, _marked(found))
        check(timeline)
    except ExchangeError:
        raise
    except (*_WRONG, EditError) as error:
        raise ExchangeError(
            f"{path.name} is an OTIO file, but not one that can be edited: {error}"
        ) from error
    return timeline


def sources(path: Path) -> dict[str, str]:
    """The url each footage id of an .otio file stands for, as text. Raises ExchangeError."""
    clips = _load(path).find_clips()
    return {_marked(c).get("footage_id") or _footage_id(c): _url(c) for c in clips}


def _load(path: Path) -> oti.schema.Timeline:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ExchangeError(
                f"{path.name} is larger than {LARGEST_BYTES >> 20} MB, which no edit needs"
            )
        text = path.read_text(encoding="utf-8")
        json.loads(text)  # refuses what nests too deep for the reader behind it
        found = oti.core.deserialize_json_from_string(text)
    except (OSError, RecursionError, *_WRONG) as error:
        raise ExchangeError(f"{path.name} cannot be read as an OTIO file: {error}") from error
    if isinstance(found, oti.schema.SerializableCollection):
        found = next((t for t in found if isinstance(t, oti.schema.Timeline)), None)
    if not isinstance(found, oti.schema.Timeline):
        raise ExchangeError(f"{path.name} holds no timeline; export a timeline, not a clip or bin")
    return found


def _timeline(found: oti.schema.Timeline, head: dict[str, Any]) -> Timeline:
    rate = Fraction(head["rate"]) if "rate" in head else _rate(found)
    known = Timeline()
    names = _Names()
    tracks = _tracks(found, rate, names)
    notes = [_marker(m, ZERO, names) for m in found.tracks.markers]
    notes += _clip_notes(found, tracks, names)
    return Timeline(
        name=head.get("name") or plain_line(found.name, most=200) or known.name,
        rate=rate,
        width=int(head.get("width", known.width)),
        height=int(head.get("height", known.height)),
        tracks=tracks,
        titles=tuple(document.title_from(t) for t in head.get("titles", ())),
        markers=tuple(notes),
    )


class _Names:
    """Ids given out so far: a program that splits a clip copies our id to both halves."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def unique(self, wanted: str, prefix: str) -> str:
        name, number = wanted, 0
        while not name or name in self.taken:
            number += 1
            text = f"{wanted}/{number}/{len(self.taken)}"
            name = f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        self.taken.add(name)
        return name


def _tracks(found: oti.schema.Timeline, rate: Fraction, names: _Names) -> tuple[Track, ...]:
    tracks: list[Track] = []
    for other in found.tracks:
        if not isinstance(other, oti.schema.Track):
            continue
        kind = "audio" if other.kind == oti.schema.TrackKind.Audio else "video"
        number = sum(t.kind == kind for t in tracks) + 1
        name = _marked(other).get("name") or f"{kind[0].upper()}{number}"
        if name in {t.name for t in tracks}:
            name = f"{kind[0].upper()}{len(tracks) + 100}"
        items = [i for i in (_item(part, rate, names) for part in other) if i is not None]
        tracks.append(Track(name, "audio" if kind == "audio" else "video", fitted(items, rate)))
    if not any(t.name == "V1" for t in tracks):
        tracks.insert(0, Track("V1", "video"))
    return tuple(tracks)


def _item(part: Any, rate: Fraction, names: _Names) -> Item | None:
    """One item of theirs as ours; None for one that takes no time."""
    item: Item
    if isinstance(part, oti.schema.Transition):
        item = Transition("", _seconds(part.in_offset), _seconds(part.out_offset))
    elif isinstance(part, oti.schema.Gap):
        item = Gap("", _seconds(part.duration()), plain_line(part.name, most=200))
    elif isinstance(part, oti.schema.Clip):
        item = _clip(part)
    else:
        kind = type(part).__name__.lower()
        item = Gap("", _seconds(part.duration()), f"nested {kind} {plain_line(part.name)!r}")
    item = _agreed(_marked(part), item, Fraction(1, 2) / rate)
    if not isinstance(item, Transition) and item.duration <= 0:
        return None
    prefix = {Clip: "c", Gap: "g", Transition: "x"}[type(item)]
    return dataclasses.replace(item, id=names.unique(item.id, prefix))


def _clip(part: oti.schema.Clip) -> Clip | Gap:
    played, timecode, speed = part.trimmed_range(), ZERO, Fraction(1)
    reference = part.media_reference
    if reference is not None and reference.available_range is not None:
        timecode = _seconds(reference.available_range.start_time)
    for effect in part.effects:
        if isinstance(effect, oti.schema.LinearTimeWarp):
            speed *= Fraction(effect.time_scalar).limit_denominator(1000)
    if speed <= 0:
        words = "freeze frame" if speed == 0 else "reversed clip"
        return Gap("", _seconds(played.duration), f"{words} of {plain_line(part.name)!r}")
    marked = _marked(part)
    timecode = Fraction(str(marked.get("timecode_s", timecode)))
    start = _seconds(played.start_time) - timecode
    source = TimeRange(start, start + _seconds(played.duration) * speed)
    available = source
    if reference is not None and reference.available_range is not None:
        first = _seconds(reference.available_range.start_time) - timecode
        whole = TimeRange(first, first + _seconds(reference.available_range.duration))
        source, available = source.clamp(whole), whole
    name = plain_line(part.name or Path(_url(part)).name, most=250)
    return Clip("", _footage_id(part), name, source, available, speed=speed)


def _agreed(ours: dict[str, Any], theirs: Item, near: Fraction) -> Item:
    """Our exact item, with the times of theirs where those differ by more than `near` seconds."""
    ours.pop("timecode_s", None)
    ours.pop("generated", None)
    ours.pop("ai_generated", None)
    if not ours.get("item"):
        return theirs
    if isinstance(ours.get("origin"), dict):
        ours["origin"]["seed"] = int(ours["origin"]["seed"])
    exact = document.item_from(ours)
    if isinstance(exact, Clip) and isinstance(theirs, Clip):
        return _agreed_clip(exact, theirs, near)
    if isinstance(exact, Gap) and isinstance(theirs, Gap):
        if abs(exact.duration - theirs.duration) < near:
            return exact
        return dataclasses.replace(exact, duration=theirs.duration)
    if isinstance(exact, Transition) and isinstance(theirs, Transition):
        moved = max(
            abs(exact.in_offset - theirs.in_offset), abs(exact.out_offset - theirs.out_offset)
        )
        if moved < near:
            return exact
        return dataclasses.replace(exact, in_offset=theirs.in_offset, out_offset=theirs.out_offset)
    return theirs


def _agreed_clip(exact: Clip, theirs: Clip, near: Fraction) -> Clip:
    speed = exact.speed if abs(exact.speed / theirs.speed - 1) < Fraction(1, 500) else theirs.speed
    moved = max(
        abs(exact.source.start - theirs.source.start), abs(exact.duration - theirs.duration)
    )
    if speed == exact.speed and moved < near:
        return exact
    source = theirs.source.clamp(exact.available)
    return dataclasses.replace(exact, speed=speed, source=source)


def _clip_notes(
    found: oti.schema.Timeline, tracks: tuple[Track, ...], names: _Names
) -> list[Marker]:
    """Markers others put on clips of the main track, at their place on the timeline."""
    notes: list[Marker] = []
    theirs = [t for t in found.tracks if isinstance(t, oti.schema.Track)]
    for other in theirs:
        if other.kind == oti.schema.TrackKind.Audio:
            continue
        for part in other:
            if not isinstance(part, oti.schema.Clip | oti.schema.Gap):
                continue
            start = _seconds(other.trimmed_range_of_child(part).start_time)
            first = _seconds(part.trimmed_range().start_time)
            for mark in part.markers:
                if not _marked(mark):
                    notes.append(_marker(mark, start - first, names))
    return [n for n in notes if n.span.start < max(t.duration for t in tracks) + 1]


def _marker(mark: oti.schema.Marker, shift: Fraction, names: _Names) -> Marker:
    start = max(ZERO, _seconds(mark.marked_range.start_time) + shift)
    span = TimeRange(start, start + max(ZERO, _seconds(mark.marked_range.duration)))
    ours = _marked(mark)
    if "span" not in ours:
        words = plain_line(mark.name or mark.comment, most=500)
        return Marker(names.unique("", "m"), span, words)
    exact = document.marker_from(ours)
    near = Fraction(1, 2) / _exact_rate(mark.marked_range.start_time.rate)
    if abs(exact.span.start - span.start) >= near or abs(exact.span.end - span.end) >= 2 * near:
        exact = dataclasses.replace(exact, span=span)
    return dataclasses.replace(exact, id=names.unique(exact.id, "m"))


def _marked(thing: Any) -> dict[str, Any]:
    """Our metadata on a thing of theirs as plain values; empty where there is none."""
    value = _plain(thing.metadata.get(OURS, {}))
    return value if isinstance(value, dict) else {}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping) or hasattr(value, "items"):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return value
    return [_plain(part) for part in value]


def _url(clip: oti.schema.Clip) -> str:
    reference = clip.media_reference
    return reference.target_url if isinstance(reference, oti.schema.ExternalReference) else ""


def _footage_id(clip: oti.schema.Clip) -> str:
    text = _url(clip) or clip.name
    return f"f-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _rate(found: oti.schema.Timeline) -> Fraction:
    if found.global_start_time is not None:
        return _exact_rate(found.global_start_time.rate)
    for clip in found.find_clips():
        return _exact_rate(clip.trimmed_range().duration.rate)
    return Timeline().rate


def _exact_rate(rate: float) -> Fraction:
    """The rate a float stands for: whole, one of the NTSC rates, or the nearest simple one."""
    whole = Fraction(round(rate))
    for exact in (whole, whole * 1000 / 1001):
        if exact > 0 and abs(exact - Fraction(rate)) < Fraction(1, 200):
            return exact
    return Fraction(rate).limit_denominator(1001)


def _seconds(time: Any) -> Fraction:
    return Fraction(time.value).limit_denominator(10**6) / _exact_rate(time.rate)
