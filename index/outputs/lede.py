"""A few words that say what a piece of footage is about: its own sentences, or what it shows."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

from index import titles
from index.outputs.headings import SPEAKING, capital
from index.outputs.known import Known
from index.outputs.seen import clauses, spread
from index.words import stems
from project.footage import Speech
from timeline.exchange import plain_line

SENTENCES, CLAUSES = 2, 3
SHORTEST, LONGEST = 6, 40  # words of a sentence that can stand for others
_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|(?<=[。！？])")
_ENDED = re.compile(r"[.!?…。！？][\"”’)]*$")


def lede(known: Known) -> str:
    """The creator's summary; without one the sentences that say most, or what is shown."""
    footage = known.footage
    if footage.summary and footage.summary != titles.summary(footage, known.moments, known.speech):
        return plain_line(footage.summary)
    said = _central(known.speech)
    said_s = sum((line.range.duration for line in known.speech), Fraction(0))
    if said and said_s >= SPEAKING * footage.duration_s:
        return f"“{said}”"
    shown = [words for _, words in spread(clauses(known.moments), CLAUSES)]
    if shown:
        return f"{capital('; '.join(shown).rstrip('.'))}."
    looks = titles.look(known.moments)
    return f"{capital(looks)}." if looks else ""


def _central(speech: tuple[Speech, ...]) -> str:
    """The sentences whose words come up most over all that is said.

    After SumBasic (Nenkova and Vanderwende 2005): what one sentence says no other says again.
    """
    text = plain_line(" ".join(line.text for line in speech))
    sentences = [s.strip() for s in _END.split(text) if _ENDED.search(s.strip())]
    fair = [s for s in dict.fromkeys(sentences) if SHORTEST <= len(s.split()) <= LONGEST]
    often = Counter(stem for sentence in sentences for stem in stems(sentence))
    chosen: list[str] = []
    while fair and len(chosen) < SENTENCES:
        best = max(fair, key=lambda s: sum(often[x] for x in stems(s)) / (len(stems(s)) or 1))
        chosen.append(best)
        fair.remove(best)
        often -= Counter({stem: often[stem] for stem in stems(best)})
    return " … ".join(sorted(chosen, key=text.index))
