"""What is said, found by quoting it: whatever its marks and capitals, and if only nearly right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.embed import embedder
from index.listening.lines import UNSPACED
from project.settings import Settings

NEARLY = 0.8  # likeness of letters from which a quote of several words is taken for what is said
APART = 0.05  # how far the best place must be ahead of the next one
FEWEST = 3  # words of a quote that may be only nearly right: fewer are something else
LOOKED_AT = 200  # sentences whose meaning is compared with that of a quote not found
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+(?:['’][^\W_{UNSPACED}]+)*")
_LEFT_OUT = re.compile(r"\s*(?:…|\.\.\.+|\[…\]|\[\.\.\.\])\s*")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quote stands: the places [first, end) of what is said, and how like it, to 1."""

    first: int
    end: int
    likeness: float = 1.0


def tokens(text: str) -> list[str]:
    """The words of a text without marks and capitals; letters of unspaced scripts one by one.

    >>> tokens("Well, I'VE come — twice!")
    ['well', 'ive', 'come', 'twice']
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [re.sub(r"['’]", "", word) for word in _WORD.findall(plain)]


def find(quote: str, texts: Sequence[str]) -> list[Found]:
    """Where a quote stands in what is said in order, word by word or line by line.

    Several places only where it stands in them equally well. "first words ... last words" is
    all from the first to the last. Of a quote that stands nowhere the nearest place counts, if it
    is clearly near and one.
    """
    said = [(token, place) for place, text in enumerate(texts) for token in tokens(text)]
    heard, whole = [token for token, _ in said], tokens(quote)
    if not whole or not said:
        return []
    spans, likeness = _whole([whole], heard), 1.0
    parts = [part for part in map(tokens, _LEFT_OUT.split(quote)) if part]
    if not spans and len(parts) > 1:
        spans = _whole(parts, heard)
    elif not spans:
        spans, likeness = _near(whole, heard)
    found = [Found(said[a][1], said[b - 1][1] + 1, likeness) for a, b in spans]
    return list(dict.fromkeys(found))


def _whole(parts: Sequence[Sequence[str]], said: Sequence[str]) -> list[tuple[int, int]]:
    """The shortest spans [a, b) of tokens that hold the parts in order; none share a token."""
    spans: list[tuple[int, int]] = []
    for start in _places(parts[0], said, 0):
        end = start + len(parts[0])
        for part in parts[1:]:
            following = next(_places(part, said, end), None)
            if following is None:
                return spans
            end = following + len(part)
        if spans and start < spans[-1][1]:
            if end == spans[-1][1]:
                spans[-1] = start, end
        else:
            spans.append((start, end))
    return spans


def _places(part: Sequence[str], said: Sequence[str], start: int) -> Iterator[int]:
    for at in range(start, len(said) - len(part) + 1):
        if list(said[at : at + len(part)]) == list(part):
            yield at


def _near(quote: Sequence[str], said: Sequence[str]) -> tuple[list[tuple[int, int]], float]:
    """The spans most like the quote and how like they are; none where none is like enough."""
    if len(quote) < FEWEST:
        return [], 0.0
    wanted, asked = set(quote), " ".join(quote)
    spread = max(1, len(quote) // 5)
    scored: list[tuple[float, int, int]] = []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(asked)
    for size in range(max(1, len(quote) - spread), len(quote) + spread + 1):
        for at in range(len(said) - size + 1):
            window = said[at : at + size]
            if len(wanted.intersection(window)) * 2 < len(wanted):
                continue
            matcher.set_seq1(" ".join(window))
            if matcher.quick_ratio() >= NEARLY and (like := matcher.ratio()) >= NEARLY:
                scored.append((like, at, at + size))
    best: list[tuple[float, int, int]] = []
    for score in sorted(scored, key=lambda s: (-s[0], s[1])):
        if all(score[2] <= a or score[1] >= b for _, a, b in best):
            best.append(score)
    top = [s for s in best if s[0] > best[0][0] - APART]
    return [(a, b) for _, a, b in top], best[0][0] if best else 0.0


def nearest(quote: str, texts: Sequence[str], settings: Settings, *, many: int = 3) -> list[int]:
    """The places of what is said that is nearest to a quote in meaning, the nearest first."""
    wanted = set(tokens(quote))
    shared = sorted(range(len(texts)), key=lambda n: -len(wanted.intersection(tokens(texts[n]))))
    asked = shared[:LOOKED_AT]
    vectors = embedder(settings).embed([quote, *(texts[n] for n in asked)])
    likeness = vectors[1:] @ vectors[0]
    return [asked[int(n)] for n in likeness.argsort()[::-1][:many]]
