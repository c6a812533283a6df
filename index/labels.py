"""Labels of topics: the words that tell one group of footage from those beside it."""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.words import STOP, stem, tokens

WORDS = 3  # words or pairs in a label
PAIRED = 0.5  # of the times a word is said; what it stands in as often takes its place
CLAUSE = 5  # words, at most, of what is taken whole: "a face in close-up"
WITHOUT = frozenset({"no", "without"})
NO_CLAUSE = WITHOUT | {"seen", "shown"}  # a clause with one of these is not taken whole
_PLAIN = (
    "above across against ahead along among around away back before behind below beneath beside"
    " beyond bottom front inside left near next outside right side top toward towards upon within"
    " one two three four five six seven eight nine ten first second last another big small large"
    " long short come comes coming go goes going look looks looking take takes taking turn turns"
    " turning move moves moving stand stands standing still seen shown"
)
PLAIN = frozenset(_PLAIN.split())  # of no use as a label: where, how many, and which way

_CLAUSE = re.compile(r"[\n.,;:!?()\[\]“”\"]+")
_Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What one text says: words by their stem, and phrases by the stems in them, as written.

    clauses: the phrases that are a whole clause; bound: the words that stand in those only, never
    by themselves or in a sentence.
    """

    words: Mapping[str, str]
    phrases: Mapping[_Phrase, str]
    clauses: frozenset[_Phrase]
    bound: frozenset[str]


@functools.lru_cache(maxsize=20_000)
def terms(text: str) -> Terms:
    """The words of `text` that can label it, pairs of them, and short clauses whole.

    "Black and white, slow pan left" has both clauses, and "slow pan" and "pan left". What is said
    not to be there stands in a pair only.
    """
    words: dict[str, str] = {}
    phrases: dict[_Phrase, str] = {}
    clauses: set[_Phrase] = set()
    free: set[str] = set()
    for clause in _CLAUSE.split(text):
        before, whole = "", _whole(clause)
        if whole:
            phrases.setdefault(whole, " ".join(clause.split()).lower())
            clauses.add(whole)
        else:
            free.update(map(stem, tokens(clause)))
        for word in tokens(clause):
            if word in WITHOUT:
                before = word
                continue
            if len(word) < 3 or word.isdigit() or word in STOP:
                before = ""
                continue
            key = stem(word)
            if before and before != word:
                phrases.setdefault((stem(before), key), f"{before} {word}")
            if before not in WITHOUT and word not in PLAIN:
                words.setdefault(key, word)
            before = word
    return Terms(words, phrases, frozenset(clauses), frozenset(words.keys() - free))


def _whole(clause: str) -> _Phrase:
    """The stems of a clause that is short enough to stand in a label; empty for others."""
    said = tokens(clause)
    if len(said) > CLAUSE or not NO_CLAUSE.isdisjoint(said):
        return ()
    found = tuple(stem(word) for word in said if word not in STOP)
    return found if len(found) > 1 else ()


def labels(groups: Sequence[Sequence[str]], texts: Mapping[str, str]) -> list[str]:
    """A label for each group, no two alike.

    texts: footage id to its title, on the first line, and what else is told of it. One piece of
    footage is called by its title; more by their most telling words (c-TF-IDF: Grootendorst
    2022, section 3.3), with the words that nearly always stand beside one.
    """
    known = [[terms(texts[i]) for i in group] for group in groups]
    counts = [Counter(word for each in group for word in each.words) for group in known]
    everywhere: Counter[str] = Counter()
    for count in counts:
        everywhere.update(count)
    average = everywhere.total() / max(1, len(groups))
    out: list[str] = []
    for group, said, count in zip(groups, known, counts, strict=True):
        whole = count.total() or 1
        ranked = sorted(  # of equal ones the first in the text
            count, key=lambda s: -count[s] / whole * math.log(1 + average / everywhere[s])
        )
        told = _told(ranked, count, said)
        first = texts[group[0]].partition("\n")[0].strip()
        label = first if len(group) == 1 and first else ", ".join(told[:WORDS])
        label = label[:1].upper() + label[1:] or "Other"
        out.append(_distinct(label, told[WORDS:], out, len(group)))
    return out


def _told(ranked: Sequence[str], count: Counter[str], said: Sequence[Terms]) -> list[str]:
    """The ranked words as people say them, each once: in a phrase where they hardly go alone.

    A word that never goes alone is said in the clause it stands in most.
    """
    phrases = Counter(phrase for each in said for phrase in each.phrases)
    bound = Counter(word for each in said for word in each.bound)
    clauses = frozenset().union(*(each.clauses for each in said))
    within: dict[str, list[_Phrase]] = {}
    for phrase in phrases:
        for word in phrase:
            within.setdefault(word, []).append(phrase)
    used: set[str] = set()
    out: list[str] = []
    for word in ranked:
        if word in used:
            continue
        may = [p for p in within.get(word, ()) if used.isdisjoint(p)]
        often = [p for p in may if phrases[p] >= max(2.0, PAIRED * count[word])]
        if bound[word] == count[word]:
            often = [p for p in within[word] if p in clauses]
        best = min(
            often, key=lambda p: (not used.isdisjoint(p), -phrases[p], -len(p), p), default=None
        )
        used |= set(best or (word,))
        forms = Counter(each.phrases[best] for each in said if best in each.phrases) if best else (
            Counter(each.words[word] for each in said if word in each.words)
        )  # fmt: skip
        out.append(min(forms, key=lambda form: (-forms[form], form)))
        if len(out) == 2 * WORDS:
            break
    return out


def _distinct(label: str, more: Sequence[str], taken: Sequence[str], size: int) -> str:
    """`label`, with a further word where a group beside has the same, at last with a number."""
    longer = (f"{label}, {word}" for word in more)
    numbered = (f"{label} ({n})" for n in itertools.count(size))
    return next(each for each in itertools.chain([label], longer, numbered) if each not in taken)
