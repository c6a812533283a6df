"""The answer of a transcription server read into words, whichever of its shapes it has.

Servers differ: word times in `words` or inside `segments`, segments alone, with speakers or
without, or nothing but a text. What has no times of its own is spread over its span.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from index.listening.lines import UNSPACED
from index.listening.tongues import code
from index.values import Spoken

Spans = Sequence[tuple[float, float]]
NO_SPEECH = 0.6  # with a mean log probability below -1 the segment is called silent by Whisper
UNLIKELY = -1.0
# what is written without spaces is spread character by character
_TOKEN = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")


def words_of(body: Mapping[str, Any], voiced: Callable[[], Spans]) -> tuple[list[Spoken], str]:
    """The words of a server's JSON answer and the code of their language ("" if untold).

    `voiced` gives the seconds in which somebody speaks, asked only for a text without times.
    """
    language = code(_text(body.get("language")))
    every = [s for s in _rows(body.get("segments")) if _span(s) is not None]
    segments = [s for s in every if not _silent(s)]
    silent = [s for s in every if _silent(s)]
    timed = _rows(body.get("words")) or [w for s in segments for w in _rows(s.get("words"))]
    words = [w for row in timed if (w := _word(row, segments, silent)) is not None]
    if words:
        text = " ".join(_text(s.get("text")) for s in segments) or _text(body.get("text"))
        return punctuated(words, text), language
    if every:
        return [w for s in segments for w in _of_segment(s)], language
    return spread(_text(body.get("text")), voiced()), language


def spread(text: str, spans: Spans, *, speaker: str = "", chance: float = 1.0) -> list[Spoken]:
    """The words of `text` over the spans, each as long as its letters; none over a silence."""
    tokens = _TOKEN.findall(text)
    spans = [(a, b) for a, b in spans if b > a]
    if not tokens or not spans:
        return []
    letters = sum(len(t) + 1 for t in tokens)
    second = sum(b - a for a, b in spans) / letters  # for one letter
    words, at = [], 0
    for token in tokens:
        start, end = at * second, (at + len(token)) * second
        words.append(Spoken(*_placed(start, end, spans), token, speaker, chance))
        at += len(token) + 1
    return words


def punctuated(words: Sequence[Spoken], text: str) -> list[Spoken]:
    """Words that came bare, written as the same words are in `text`."""
    tokens = text.split()
    if not tokens or any(re.search(r"[^\w\s]$", w.text) for w in words):
        return list(words)
    ours, theirs = ([_bare(t) for t in side] for side in ([w.text for w in words], tokens))
    written = [w.text for w in words]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            written[block.a + step] = tokens[block.b + step]
    return [
        Spoken(w.start_s, w.end_s, t, w.speaker, w.chance)
        for w, t in zip(words, written, strict=True)
    ]


def _placed(start: float, end: float, spans: Spans) -> tuple[float, float]:
    """Seconds counted over the spans alone as seconds of the sound, within one span."""
    gone = 0.0
    for place, (a, b) in enumerate(spans):
        inside = gone + b - a
        if (start + end) / 2 < inside or place == len(spans) - 1:
            return max(a, a + start - gone), min(b, a + end - gone)
        gone = inside
    raise AssertionError("there is always a last span")


def _of_segment(segment: Mapping[str, Any]) -> list[Spoken]:
    span = _span(segment)
    text = _text(segment.get("text"))
    who, sure = _speaker(segment), _chance(segment)
    return spread(text, [span], speaker=who, chance=sure) if span else []


def _word(
    row: Mapping[str, Any],
    segments: Sequence[Mapping[str, Any]],
    silent: Sequence[Mapping[str, Any]],
) -> Spoken | None:
    span, text = _span(row), _text(row.get("word")) or _text(row.get("text"))
    if span is None or not text.strip() or _around(span, silent):
        return None
    home = _around(span, segments) or {}
    chance = _chance(row) if _sure(row) is not None else _chance(home)
    return Spoken(*span, text.strip(), _speaker(row) or _speaker(home), chance)


def _around(
    span: tuple[float, float], segments: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The segment that the middle of a span lies in."""
    middle = sum(span) / 2
    for segment in segments:
        where = _span(segment)
        if where and where[0] <= middle < where[1]:
            return segment
    return None


def _silent(segment: Mapping[str, Any]) -> bool:
    empty, likely = _number(segment.get("no_speech_prob")), _number(segment.get("avg_logprob"))
    return empty is not None and empty > NO_SPEECH and (likely is None or likely < UNLIKELY)


def _sure(row: Mapping[str, Any]) -> float | None:
    found = (_number(row.get(k)) for k in ("probability", "score", "confidence"))
    return next((n for n in found if n is not None), None)


def _chance(row: Mapping[str, Any]) -> float:
    """How sure the server is: a word's own figure, or a segment's mean log probability."""
    sure = _sure(row)
    if sure is not None:
        return min(1.0, max(0.0, sure))
    likely = _number(row.get("avg_logprob"))
    return math.exp(min(0.0, likely)) if likely is not None else 1.0


def _speaker(row: Mapping[str, Any]) -> str:
    return _text(row.get("speaker")) or _text(row.get("speaker_id"))


def _span(row: Mapping[str, Any]) -> tuple[float, float] | None:
    start, end = _number(row.get("start")), _number(row.get("end"))
    return (start, end) if start is not None and end is not None and end >= start else None


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if good and math.isfinite(value) else None  # type: ignore[arg-type]


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # a speaker may be a number
    return value if isinstance(value, str) else ""


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
