"""Lengths of time as people type them: "30s", "half a minute", "1:20", "twenty-five seconds"."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from fractions import Fraction

_ONES_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
"""
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINAL_WORDS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
"""
_ONES, _TENS = _ONES_WORDS.split(), _TENS_WORDS.split()
NUMBERS: dict[str, int] = {word: n for n, word in enumerate(_ONES)} | {
    word: 10 * n for n, word in enumerate(_TENS, start=2)
}
ORDINALS: dict[str, int] = {
    word: place for place, word in enumerate(_ORDINAL_WORDS.split(), start=1)
}

_WORD = r"(?:" + "|".join([*_TENS, *reversed(_ONES)]) + r")"
_UNITS = "|".join(_ONES[1:10])
NUMBER = (
    rf"(?:\d+(?:[.,]\d+)?|(?:{_WORD}(?:[-\s](?:{_UNITS}))?|half an?|half"
    r"|three[- ]quarters of an?|(?:a )?quarter(?:[- ]of an?)?|an?)(?=[\s-]))"
)
_SECONDS = r"(?:seconds?|secs?|s)"
_MINUTES = r"(?:minutes?|mins?|m(?![a-z]))"

_FORMS = (
    rf"(?P<minutes>{NUMBER})(?P<half> and an? half)?[\s-]*{_MINUTES}"
    rf"(?P<halves> and an? half)?(?:[\s,]*(?:and )?(?P<over>{NUMBER})[\s-]*{_SECONDS}?)?",
    rf"(?P<seconds>{NUMBER})[\s-]*{_SECONDS}",
    r"(?P<clock>(?!(?:9:16|16:9|21:9)(?!\d))\d{1,2}:\d{2}(?:[.]\d+)?)(?:[\s-]*(?:minutes?|mins?"
    r"|m))?",
)
_LENGTH = re.compile(
    r"(?<![\w.:])(?:" + "|".join(_FORMS) + r")(?:[\s-]*long)?(?!\w|:\d)", re.IGNORECASE
)
# "the first 5 seconds", "every 2 seconds": a place or a rhythm, not the film's length
_BEFORE = re.compile(
    r"\b(?:first|last|final|every|each|opening|closing|the|after|before)\s+$", re.IGNORECASE
)
_AFTER = re.compile(
    r"^\s*(?:each|per\b|apiece|shots\b|clips\b|takes\b|cuts\b|style|vibe|look|music|aesthetic"
    r"|nostalgia|in\b(?! (?:all|total|between|the end))|into\b|mark\b"
    r"|of (?:my |the |our |raw )?(?:footage|material|rushes|dailies)\b)",
    re.IGNORECASE,
)
# what stands between two lengths of which the second is meant: "30 s, no, make it 20 s"
_CORRECTED = re.compile(
    r"[.;!?\n](?:\s|$)|\b(?:no|not|or|rather|actually|instead|sorry|wait|make it|keep it|to|max"
    r"|but|at (?:most|least))\b|^\s*[-\u2013(]",
    re.IGNORECASE,
)
SHORTEST_S = Fraction(1)  # a film shorter than this shows nothing
_SOFT = re.compile(
    r"(?:\b(?:between \w+ and|(?:not|no) (?:longer|more) than|shorter than|not over|below"
    r"|(?:(?:it|that|which|this|the (?:film|video)) )?(?:should|must|has to|needs to|can) (?:be"
    r"|last|run)"
    r"|(?:it|that|which) (?:is|lasts|runs)|a (?:total|length) of|(?:a )?maximum of|about|around"
    r"|roughly|approximately|at most|no more than|under|up to|max(?:imum)?"
    r"|some|just|only|exactly|for|in|to|of|lasting|within|less than|at least)\s+)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A length found in a text, and where it stood."""

    length_s: Fraction
    start: int
    end: int


def number(text: str) -> Fraction:
    """A number in digits or words: "2.5", "twenty-five", "a", "half a". Raises ValueError."""
    text = text.strip().lower().replace(",", ".")
    if text in ("a", "an"):
        return Fraction(1)
    if "quarter" in text:
        return Fraction(3 if text.startswith("three") else 1, 4)
    if text.startswith("half"):
        return Fraction(1, 2)
    words = re.split(r"[-\s]+", text)
    if all(word in NUMBERS for word in words):
        return Fraction(sum(NUMBERS[word] for word in words))
    return Fraction(text)


def _value(found: re.Match[str]) -> Fraction:
    if found["clock"]:
        minutes, _, seconds = found["clock"].partition(":")
        return Fraction(minutes) * 60 + Fraction(seconds)
    if found["seconds"]:
        return number(found["seconds"])
    value = number(found["minutes"]) * 60
    if found["half"] or found["halves"]:
        value += 30
    return value + (number(found["over"]) if found["over"] else 0)


def every_span(text: str) -> list[Span]:
    """Every length in the text, whatever it is the length of."""
    return [span for span in _spans(text) if span.length_s > 0]


def _spans(text: str) -> list[Span]:
    return [Span(_value(m), m.start(), m.end()) for m in _LENGTH.finditer(text)]


def _of_film(text: str, spans: list[Span]) -> list[Span]:
    """Those of the lengths that the film is to have: not "the first 5 seconds"."""
    kept: list[Span] = []
    for span in spans:
        before, after = text[: span.start], text[span.end :]
        if _BEFORE.search(before) and not re.search(r"\bmake the\s+$", before, re.IGNORECASE):
            article = re.search(r"\bthe\s+$", before, re.IGNORECASE)
            if not article or not re.match(r"\s*(?:film|video|cut|reel)", after):
                continue
        if not _AFTER.match(after):
            kept.append(span)
    return kept


def film_length(text: str) -> tuple[Fraction | None, str]:
    """The film's length, the last one said, and the text without it."""
    kept = _of_film(text, every_span(text))
    if not kept:
        return None, text
    for span in reversed(kept):
        soft = _SOFT.search(text[: span.start])
        start = soft.start() if soft else span.start
        text = f"{text[:start]} {text[span.end :]}"
    return kept[-1].length_s, text


def length_problem(text: str) -> str:
    """Why the length that a text asks for is none: nothing, below nothing, or two at once."""
    kept = _of_film(text, _spans(text))
    for span in kept:
        said = text[span.start : span.end].strip()
        if re.search(r"^[-\u2212]\s?$|[\s(][-\u2212]$|\bminus\s+$", text[: span.start]):
            return f"A film cannot last -{said}: that is less than nothing. How long should it be?"
        if span.length_s < SHORTEST_S:
            return (
                f"A film of {said} is over before anything is seen; {SHORTEST_S} s is the least"
                " I cut. How long should it be?"
            )
    for one, other in itertools.pairwise(kept):
        between = text[one.end : other.start]
        if one.length_s != other.length_s and not _CORRECTED.search(between):
            first, second = (text[s.start : s.end].strip() for s in (one, other))
            return f"I read two lengths, {first} and {second}. Which one should the film have?"
    return ""
