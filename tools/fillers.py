"""Filler words among words with their times: "um" always, "like" only where it is set off.

The words are data, `fillers.json`, a list for each language. What is set off has a pause, a
comma or an end on either side of it: "it was, like, huge", not "things like this". A sentence
of its own ("You know.") is an answer, and stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib import resources

from index.listening.lines import ends_sentence
from tools.spoken import Said

BREATH_S = Fraction(1, 5)  # a pause from which a word is set off from the next
_ENDS = re.compile(r"[,;:.!?…–—-][\"'”’»)\]]*$")
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True, slots=True)
class Fillers:
    """The filler words of a language, each as its words in lower case."""

    always: frozenset[tuple[str, ...]]
    set_off: frozenset[tuple[str, ...]]


@lru_cache(maxsize=1)
def known() -> dict[str, Fillers]:
    """The filler words by the two-letter code of their language."""
    text = resources.files("tools").joinpath("fillers.json").read_text(encoding="utf-8")
    return {
        language: Fillers(*(frozenset(tuple(w.split()) for w in lists[k]) for k in KINDS))
        for language, lists in json.loads(text).items()
    }


KINDS = ("always", "set_off")


def fillers_in(said: Sequence[Said], language: str) -> list[tuple[int, int]]:
    """The places [first, end) of filler words, in order; none in a language without a list."""
    lists = known().get(language)
    if lists is None:
        return []
    plain = [_EDGES.sub("", each.text).casefold() for each in said]
    longest = max(len(words) for words in (*lists.always, *lists.set_off))
    found: list[tuple[int, int]] = []
    first = 0
    while first < len(said):
        end = next(
            (
                end
                for end in range(min(len(said), first + longest), first, -1)
                if _is_filler(said, plain, (first, end), lists)
            ),
            0,
        )
        if end:
            found.append((first, end))
        first = end or first + 1
    return found


def _is_filler(
    said: Sequence[Said], plain: Sequence[str], place: tuple[int, int], lists: Fillers
) -> bool:
    first, end = place
    words = tuple(plain[first:end])
    if words in lists.always:
        return not _of_a_compound(said, end)
    return words in lists.set_off and _set_off(said, first, end)


def _of_a_compound(said: Sequence[Said], end: int) -> bool:
    """Whether it is half of a word such as "uh-huh", which means yes."""
    joined = said[end - 1].text.rstrip().endswith("-")
    return joined or (end < len(said) and said[end].text.lstrip().startswith("-"))


def _set_off(said: Sequence[Said], first: int, end: int) -> bool:
    """Whether something separates the words from those before and behind, inside a sentence."""
    before, opening = said[first - 1] if first else None, said[first]
    last, after = said[end - 1], said[end] if end < len(said) else None
    if before is not None and not _apart(before, opening):
        return False
    if after is not None and not _apart(last, after):
        return False
    opens = before is None or ends_sentence(before.text, opening.text)
    closes = after is None or ends_sentence(last.text, after.text)
    return not (opens and closes)


def _apart(one: Said, other: Said) -> bool:
    """Whether a pause or a mark stands between two words."""
    return bool(_ENDS.search(one.text)) or other.range.start - one.range.end >= BREATH_S
