"""CMX3600 edit decision lists: the main track's cuts, dissolves and speeds, nothing else.

The list counts frames of the timeline's rate, non-drop, source and record alike. What the
format cannot hold (other tracks, sound, reframing, titles) is named in comments, not lost in
silence. The record side starts at 01:00:00:00, as finishing programs expect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from pathlib import Path

from timeline.edits.frames import snapped
from timeline.errors import ExchangeError
from timeline.exchange import (
    MediaRef,
    frames_of,
    media_of,
    not_carried,
    plain_line,
    write_text,
)
from timeline.marks import origin_words, origins, source_type
from timeline.model import Clip, Gap, Timeline, Transition
from timeline.time import timecode

RECORD_START_S = 3600
COMMENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Event:
    """One item on the record side. `first` and `last` are record frames; `fade` comes first."""

    item: Clip | Gap
    first: int
    last: int
    fade: int = 0
    source: int = 0  # source frame at `first`


def write(tl: Timeline, out: Path, *, media: Mapping[str, MediaRef]) -> Path:
    """`out` as a CMX3600 list of V1, on whole frames. Raises ExchangeError."""
    if tl.track("V1").duration <= 0:
        raise ExchangeError("an EDL was asked for, but V1 is empty; put a clip on it first")
    tl = snapped(tl)
    reels = _reels(tl, media)
    lines = [f"TITLE: {_ascii(plain_line(tl.name, most=70))}", "FCM: NON-DROP FRAME", ""]
    lines += [f"* RATE: {tl.rate} FRAMES PER SECOND", *_left_out(tl), *_made(tl), ""]
    before: _Event | None = None
    for number, event in zip(count(1), _events(tl, media), strict=False):
        lines += _lines(number, event, before, tl.rate, reels)
        lines += [f"* {comment}" for comment in _comments(event, before, media)]
        before = event
    return write_text(out, "\n".join(lines) + "\n")


def _events(tl: Timeline, media: Mapping[str, MediaRef]) -> Iterator[_Event]:
    """What plays from where; an event begins where its fade does and ends where the next one's."""
    rate, items = tl.rate, tl.track("V1").items
    for place, (at, item) in enumerate(tl.track("V1").placed()):
        if isinstance(item, Transition):
            continue
        before = items[place - 1] if place else None
        after = items[place + 1] if place + 1 < len(items) else None
        lead = before.in_offset if isinstance(before, Transition) else Fraction(0)
        early = after.in_offset if isinstance(after, Transition) else Fraction(0)
        source = 0
        if isinstance(item, Clip):
            start = media_of(media, item).timecode_s + item.source.start - lead * item.speed
            source = frames_of(start, rate)
        yield _Event(
            item,
            frames_of(at - lead, rate),
            frames_of(at + item.duration - early, rate),
            frames_of(before.fade, rate) if isinstance(before, Transition) else 0,
            source,
        )


def _lines(
    number: int, event: _Event, before: _Event | None, rate: Fraction, reels: Mapping[str, str]
) -> list[str]:
    def record(frame: int) -> str:
        return timecode((frame + RECORD_START_S * _base(rate)) / rate, rate)

    reel, stop = _reel(event, reels), _source_at(event, event.last)
    times = (
        f"{_tc(event.source, rate)} {_tc(stop, rate)} {record(event.first)} {record(event.last)}"
    )
    lines = []
    if event.fade and before is not None:
        cut = record(event.first)
        leaving = _tc(_source_at(before, event.first), rate)
        lines.append(f"{_head(number, _reel(before, reels), 'C')} {leaving} {leaving} {cut} {cut}")
        lines.append(f"{_head(number, reel, f'D    {event.fade:03}')} {times}")
    else:
        lines.append(f"{_head(number, reel, 'C')} {times}")
    for shown in (before, event) if event.fade else (event,):
        if shown and isinstance(shown.item, Clip) and shown.item.speed != 1:
            fps = float(_base(rate) * shown.item.speed)
            start = _source_at(shown, event.first)
            lines.append(
                f"M2   {_reel(shown, reels):<8}       {fps:05.1f}    {_tc(start, rate):>24}"
            )
    return lines


def _head(number: int, reel: str, how: str) -> str:
    return f"{number:03}  {reel:<8} {'V':<5} {how:<8}"


def _source_at(event: _Event, frame: int) -> int:
    """The source frame under a record frame."""
    speed = event.item.speed if isinstance(event.item, Clip) else Fraction(1)
    return event.source + frames_of((frame - event.first) * speed, Fraction(1))


def _comments(event: _Event, before: _Event | None, media: Mapping[str, MediaRef]) -> Iterator[str]:
    if event.fade and before is not None and isinstance(before.item, Clip):
        yield f"FROM CLIP NAME: {_comment(before.item.name)}"
    if isinstance(event.item, Gap):
        if event.item.wanted:
            yield f"WANTED: {_comment(event.item.wanted)}"
        return
    word = "TO" if event.fade else "FROM"
    yield f"{word} CLIP NAME: {_comment(event.item.name)}"
    yield f"SOURCE FILE: {_comment(str(media_of(media, event.item).path))}"
    if event.item.sound_cut_s:
        yield f"SOUND CUT {float(event.item.sound_cut_s):+.2f} S FROM THE PICTURE; NOT IN THIS LIST"
    for words in not_carried(event.item):
        yield _comment(words.upper())
    for reason in event.item.reasons:
        yield f"REASON: {_comment(reason)}"
    if event.item.origin:
        word = "AI MARK" if event.item.origin.ai else "GENERATED"
        yield f"{word}: {_comment(origin_words(event.item.origin))}"


def _left_out(tl: Timeline) -> Iterator[str]:
    for track in tl.tracks:
        clips = [clip for _, clip in tl.clips(track.name)]
        if track.name != "V1" and clips:
            names = ", ".join(_comment(clip.name) for clip in clips)
            yield f"* NOT IN THIS LIST: TRACK {_comment(track.name)} ({names})"[:COMMENT_LENGTH]
    if tl.titles:
        yield f"* NOT IN THIS LIST: {len(tl.titles)} TITLE(S)"


def _made(tl: Timeline) -> Iterator[str]:
    if made := origins(tl):
        yield "* CONTAINS " + (
            "AI-GENERATED CLIPS" if any(o.ai for o in made) else "GENERATED CLIPS"
        )
        yield f"* DIGITAL SOURCE TYPE: {source_type(made)}"


def _reels(tl: Timeline, media: Mapping[str, MediaRef]) -> dict[str, str]:
    """A reel name for each footage of V1: its file name in at most 8 of A-Z 0-9, each its own."""
    reels: dict[str, str] = {}
    for _, clip in tl.clips():
        if clip.footage_id in reels:
            continue
        stem = Path(media_of(media, clip).name).stem
        base = re.sub("[^A-Z0-9]", "", stem.upper().encode("ascii", "ignore").decode())[:8]
        name = base
        for number in count(1):
            if name and name not in {*reels.values(), "BL", "AX"}:
                break
            tail = str(number)
            name = (base or "REEL")[: 8 - len(tail)] + tail
        reels[clip.footage_id] = name
    return reels


def _reel(event: _Event, reels: Mapping[str, str]) -> str:
    return reels[event.item.footage_id] if isinstance(event.item, Clip) else "BL"


def _base(rate: Fraction) -> int:
    return int(rate + Fraction(1, 2))


def _tc(frame: int, rate: Fraction) -> str:
    return timecode(max(0, frame) / rate, rate)


def _comment(text: str) -> str:
    return plain_line(text, most=COMMENT_LENGTH)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
