"""Words joined into spoken lines, as subtitles and search want them: one sentence, one speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from index.subtitles import Line
from project.understood import Heard
from timeline.time import TimeRange

LONGEST = 84  # characters: two rows of 42, as subtitles are set
PAUSE_S = Fraction(3, 5)  # a longer one ends a line
BREATH_S = Fraction(1, 5)  # from here on a pause is a place to divide a line that is too long

_SENTENCE_END = re.compile(r"[.!?…。！？॥।؟][\"'”’»)\]』」]*$")
_CLAUSE_END = re.compile(r"[,;:、，；：–—-][\"'”’»)\]』」]*$")
_DOT_WITHIN = re.compile(
    r"[\"'“‘«(\[]*(?:mr|mrs|ms|dr|prof|sr|jr|st|vs|etc|no|ca|bzw|usw|hr|fr|mme|(?:\w\.)+\w"
    r"|[a-hj-z]|\d{1,2})\.",
    re.IGNORECASE,
)
# Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without spaces between words
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f"
)
_UNSPACED = re.compile(f"[{UNSPACED}]")
_LEANS_LEFT = re.compile(r"[^\w\s\"'“‘«(\[$€£#@&+–—-]+")


def lines(words: Sequence[Heard]) -> list[Line]:
    """Spoken lines in order of time; each ends with its sentence, a pause or its speaker.

    Words are taken as they come, blank ones left out. A line has at most 84 characters; a longer
    sentence is divided where it breathes, at a comma or a pause, into parts of about one length.
    """
    made: list[Line] = []
    for said in _sentences([part for word in words for part in _short(word)]):
        made += [_line(part) for part in _divided(said)]
    return made


def written(texts: Sequence[str]) -> str:
    """Words as they are written one after the other: spaces where the script has them.

    >>> written(["Well", ",", "hello", "you"]), written(["你好", "世界"])
    ('Well, hello you', '你好世界')
    """
    out = ""
    for text in texts:
        glued = not out or _LEANS_LEFT.fullmatch(text) or (
            _UNSPACED.match(out[-1]) and _UNSPACED.match(text)
        )  # fmt: skip
        out += text if glued else f" {text}"
    return out


def ends_sentence(word: str, following: str = "") -> bool:
    """Whether `word` is the last of a sentence, seen from how it and the next are written.

    >>> ends_sentence("done.", "Then"), ends_sentence("Dr.", "Who"), ends_sentence("e.g.", "x")
    (True, False, False)
    """
    if not _SENTENCE_END.search(word) or _DOT_WITHIN.fullmatch(word):
        return False
    return not following[:1].islower()


def _short(word: Heard) -> list[Heard]:
    """`word` in itself, or in parts of at most one line, its time shared by their lengths."""
    text = " ".join(word.text.split())
    if len(text) <= LONGEST:
        return [Heard(word.range, text, word.speaker, word.chance)] if text else []
    start, span, parts = word.range.start, word.range.duration, []
    for at in range(0, len(text), LONGEST):
        end = min(len(text), at + LONGEST)
        range_ = TimeRange(start + span * at / len(text), start + span * end / len(text))
        parts.append(Heard(range_, text[at:end].strip(), word.speaker, word.chance))
    return [part for part in parts if part.text]


def _sentences(words: list[Heard]) -> list[list[Heard]]:
    """Words grouped; a group ends with a sentence, a pause or a speaker."""
    if not words:
        return []
    groups = [[words[0]]]
    for before, word in pairwise(words):
        if (
            before.speaker != word.speaker
            or word.range.start - before.range.end > PAUSE_S
            or ends_sentence(before.text, word.text)
        ):
            groups.append([])
        groups[-1].append(word)
    return groups


def _divided(said: list[Heard]) -> list[list[Heard]]:
    """`said` in parts that fit a line, divided again and again at the best place."""
    if len(said) < 2 or len(written([w.text for w in said])) <= LONGEST:
        return [said]
    at = min(range(1, len(said)), key=lambda place: _harm(said, place))
    return [*_divided(said[:at]), *_divided(said[at:])]


def _harm(said: list[Heard], place: int) -> float:
    """How much dividing before word `place` hurts: uneven parts, no comma, no pause."""
    left = sum(len(w.text) + 1 for w in said[:place])
    right = sum(len(w.text) + 1 for w in said[place:])
    uneven = abs(left - right) / (left + right)
    pause = said[place].range.start - said[place - 1].range.end
    breathes = 0.25 if pause >= BREATH_S else 0.0
    clause = 0.35 if _CLAUSE_END.search(said[place - 1].text) else 0.0
    return uneven - max(breathes, clause)


def _line(said: list[Heard]) -> Line:
    end = max(word.range.end for word in said)
    text = written([word.text for word in said])
    return Line(TimeRange(said[0].range.start, end), text, said[0].speaker)
