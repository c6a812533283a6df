"""Whether what is known of a hit bears out what a beat asks to see.

A search always has a nearest answer, and in a small library it comes near by chance. A film
may only claim to show what its captions, speech, text or senses say: the thing that is asked
for by its word, by one that means the same, or by a sentence that means it beyond doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import embedder
from index.query import understand
from index.values import Hit
from index.words import STOP, stem, stems, tokens
from project.settings import Settings
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.kinds import NAMED_KINDS, PERSON, members

ALIKE = 0.55  # cosine of two words that may stand for each other, where the whole stands out
SAME = 0.75  # cosine of two words that may stand for each other anywhere
OUTSTANDING = 1.3  # times nearer in meaning than anything that is not borne out
MEANT = 0.45  # a whole sentence as near as this means it, in one word or more
MEANT_LONG = 0.52  # the same for a question of several words, which all add to the cosine
JUDGED = 40  # hits looked at
HEARD = 0.6  # what a word counts that is heard or read, and not shown
SIGN = 80  # letters of a sign or a title; more is a page or a screen
HALF = 0.5  # share of a question's words that has to be borne out
OPPOSITE = ({"sunset", "sunrise"}, {"sunset", "dawn"}, {"sunrise", "dusk"}, {"day", "night"})

_VAGUE_WORDS = """
    day days time moment moments scene scenes life trip holiday vacation story world view views
    thing things fun camera shot shots clip video footage picture part full lot lots bit close
    beautiful nice good great best cool amazing lovely
"""
_VAGUE = frozenset(_VAGUE_WORDS.split())
PREPOSITION = re.compile(
    r"\b(?:of|with|in|on|at|over|under|from|through|by|near|against|for|to|into|onto|full|while"
    r"|during|behind|above|below|across|along|around|between|that|who|which)\b"
)
_NEGATED = re.compile(
    r"\b(?:no|without(?: any| a)?|not(?: a| any)?|nobody|never|lacks?|lacking|free of|empty of"
    r"|minus|(?:is|are|does|do)n't|cannot|can't)\b[^,.;:]*?"
    r"(?=\s(?:on|in|at|by|near|under|over|behind|while|but|and (?:an?|the))\b|[,.;:]|$)",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"(?:^|(?<=[,.;:]))[^,.;:]*\b(?:(?:out of|outside(?: of)?) (?:the )?(?:frame|shot|sight|view"
    r"|picture)|off[- ]?(?:screen|camera|frame)|absent|missing|unseen|invisible)\b[^,.;:]*",
    re.IGNORECASE,
)
_NOUNS_IN_ING = frozenset(
    ["morning", "evening", "building", "wedding", "spring", "ceiling", "painting", "lightning",
     "ring", "string", "king", "swing", "clothing", "wing", "thing", "crossing", "landing"]
)  # fmt: skip

_vectors: dict[tuple[str, str], NDArray[np.float32]] = {}
_REMEMBERED = 20_000  # words


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a beat's words ask for: every word to be borne out, and the one it is about."""

    words: tuple[str, ...]
    head: str

    @property
    def weak(self) -> bool:
        """Whether the thing itself is just somebody, whom captions leave out: "he runs"."""
        return stem(self.head) in PERSON


def wanted(words: str) -> Wanted | None:
    """What has to be borne out; None where search alone answers: senses, speech, file facts."""
    question = understand(words)
    if question.only_asked or question.spoken or question.written:
        return None
    needed = tuple(w for w in question.open if w not in _VAGUE)
    if not needed:
        return None
    phrase = PREPOSITION.split(words.casefold(), maxsplit=1)[0]
    named = [w for w in tokens(phrase) if w in needed] or list(needed)
    for place, word in enumerate(named):
        if place and word.endswith(("ing", "ed")) and word not in _NOUNS_IN_ING:
            named = named[:place]
            break
    return Wanted(needed, named[-1])


def supported(
    words: str, hits: Sequence[Hit], dailies: Dailies, *, confident: bool
) -> list[tuple[Hit, float]]:
    """The hits that are borne out, each with how well: above 0 to 1 (word for word).

    Where the search itself is not confident only hits that say every word count.
    """
    asked = wanted(words)
    if asked is None:
        best = max((hit.score for hit in hits), default=0.0)
        near = [hit for hit in hits if confident and hit.score >= best / 3]
        seen = [hit for hit in near if _someone(hit, dailies)]
        if not seen or not any(stem(w) in PERSON for w in tokens(words)):
            return [(hit, 1.0) for hit in near]
        return [(hit, 1.0 if hit in seen else HEARD) for hit in near]
    open_ = [hit for hit in hits[:JUDGED] if not denied(words, hit, dailies)]
    narrowed = [held(asked, hit, dailies) for hit in open_]
    judged = [(hit, *_judged(asked, hit, dailies)) for hit in narrowed]
    said = [(hit, share) for hit, share, likeness in judged if not likeness and share > 0]
    if not confident:
        return [(hit, share) for hit, share in said if share == 1]
    unlike = [(hit.footage_id, _meaning(hit)) for hit, share, _ in judged if not share]

    def stands_out(hit: Hit) -> bool:
        far = max((near for key, near in unlike if key != hit.footage_id), default=0.0)
        return _meaning(hit) >= OUTSTANDING * far

    alike = [
        (hit, share)
        for hit, share, likeness in judged
        if likeness and (likeness >= SAME or stands_out(hit))
    ]
    return [*said, *alike]


def _judged(asked: Wanted, hit: Hit, dailies: Dailies) -> tuple[float, float]:
    """How well a hit is borne out, and by which likeness of a word where not by what is said."""
    settings = dailies.project.settings
    spoken, shown = said_there(hit, dailies)
    values = {w: _borne_out(w, spoken, shown, settings) for w in asked.words}
    share = sum(values.values()) / len(values)
    if share >= HALF and (values[asked.head] > 0 or asked.weak):
        if 0 < values[asked.head] < 1:
            return share, values[asked.head]
        return share, 0.0
    needed = MEANT if len(asked.words) == 1 else MEANT_LONG
    if _meaning(hit) >= needed and not _contradicts(asked.head, stems(" ".join(shown))):
        return _meaning(hit), 0.0
    return 0.0, 0.0


def _someone(hit: Hit, dailies: Dailies) -> bool:
    """Whether a face, or somebody by the caption, is seen: who is only heard is not shown."""
    inside = dailies.within(hit.footage_id, hit.range)
    return any(m.senses.faces or PERSON & stems(affirmed(m.caption)) for m in inside)


def _meaning(hit: Hit) -> float:
    """The likeness of meaning in a hit's score, without what its words in common add."""
    said = sum(why.strength for why in hit.why if why.kind not in ("meaning", "technical"))
    return hit.score - 0.2 * min(1.0, said)


def said_there(hit: Hit, dailies: Dailies) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said or written in a hit's span, and what its captions, senses and name show."""
    spoken: list[str] = []
    footage = dailies.footage(hit.footage_id)
    shown = [footage.name, Path(footage.folder).name]
    for moment in dailies.within(hit.footage_id, hit.range):
        voice = [w for w in moment.senses.words if "speak" in w]  # heard, maybe out of the frame
        if moment.caption_source != "embedded":  # that one repeats what is said and written
            shown.append(affirmed(moment.caption))
        shown += [w for w in moment.senses.words if w not in voice]
        spoken += voice
        if len(moment.screen_text) <= SIGN:  # a sign says where this is, a screen of words does not
            spoken.append(moment.screen_text)
        if moment.senses.faces:
            shown.append("people")
    lines = dailies.speech(hit.footage_id)
    spoken += [line.text for line in lines if line.range.overlap(hit.range) > 0]
    return _each(spoken), _each(shown)


def affirmed(caption: str) -> str:
    """A caption without what it says is not to be seen: "a woman alone, dog out of frame"."""
    return _ABSENT.sub(" ", _NEGATED.sub(" ", caption))


def denied(words: str, hit: Hit, dailies: Dailies) -> bool:
    """Whether all that a hit has of some words is a caption saying they are not to be seen."""
    asked = wanted(words)
    if asked is None:
        return False
    root = stem(asked.head)
    captions = [m.caption for m in dailies.within(hit.footage_id, hit.range)]
    said = [c for c in captions if root in stems(c)]
    return bool(said) and not any(root in stems(affirmed(c)) for c in said)


def focus(words: str, hit: Hit, dailies: Dailies) -> float:
    """The share of a hit's captions that are about what is asked, not only mention it.

    "open sea with waves" is about the sea, which is waves; "light in waves" is about light.
    """
    asked = wanted(words)
    captions = [m.caption for m in dailies.within(hit.footage_id, hit.range) if m.caption]
    if asked is None or not captions:
        return 1.0
    root = stem(asked.head)

    def about(caption: str) -> bool:
        phrase = PREPOSITION.split(affirmed(caption).casefold(), maxsplit=1)[0].split(",")[0]
        named = [w for w in tokens(phrase) if w not in STOP]
        if not named or root in {stem(w) for w in named}:
            return True
        return root in members(named[-1]) or stem(named[-1]) in members(asked.head)

    return sum(map(about, captions)) / len(captions)


def held(asked: Wanted, hit: Hit, dailies: Dailies) -> Hit:
    """The hit cut down to where its captions say what is asked, quoting the one that does."""
    told = _told(hit, dailies)
    if len({text for _, text in told}) < 2:
        return hit
    settings = dailies.project.settings
    shares = [
        sum(_borne_out(w, (), (affirmed(text),), settings) for w in asked.words) / len(asked.words)
        for _, text in told
    ]
    best = max(shares)
    if best < HALF or min(shares) == best:
        return hit
    first = last = shares.index(best)
    while last + 1 < len(told) and shares[last + 1] == best:
        last += 1
    span = TimeRange(told[first][0].start, told[last][0].end).clamp(hit.range)
    quote = told[first][1]
    kept = {text for _, text in told[first : last + 1]}
    why = [
        replace(w, quote=quote) if w.kind in ("caption", "meaning") and w.quote not in kept else w
        for w in hit.why
    ]
    return replace(hit, range=span, why=tuple(why))


def _told(hit: Hit, dailies: Dailies) -> list[tuple[TimeRange, str]]:
    """The captions in a hit, in time order: those brought with the footage, else by the second."""
    brought = dailies.captions(hit.footage_id)
    inside = [(c.range, c.text) for c in brought if c.range.overlap(hit.range) > 0]
    if inside:
        return sorted(inside, key=lambda one: one[0].start)
    moments = dailies.within(hit.footage_id, hit.range)
    return [(m.range, m.caption) for m in moments if m.caption]


def _each(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _borne_out(
    word: str, spoken: tuple[str, ...], shown: tuple[str, ...], settings: Settings
) -> float:
    """1 where the word or one of its kind is shown, less where it is only said or written.

    Else the likeness of the nearest word that is shown, 0 below ALIKE.
    """
    texts = tokens(" ".join(shown))
    if _doer(word):  # a coaster is no coast: only words of the same form are the same
        texts = [w for w in texts if stem(w) != stem(word) or _doer(w)]
    kind = {stem(word)} if _doer(word) and word not in NAMED_KINDS else members(word)
    if (kind | {stem(word)}) & {stem(w) for w in texts}:
        return 1.0
    if any(word in tokens(text) for text in spoken):
        return HEARD
    others = sorted({w for text in shown for w in tokens(text) if w.isalpha() and len(w) > 2})
    others = [w for w in others if not _opposite(word, w) and stem(w) not in PERSON]
    others = [w for w in others if not _doer(word) or stem(w) != stem(word) or _doer(w)]
    if not others:
        return 0.0
    nearest = float(max(_embedded(others, settings) @ _embedded([word], settings)[0]))
    return nearest if nearest >= ALIKE else 0.0


def _doer(word: str) -> bool:
    """Whether a word is made from another by -er, whose stem it shares: "coaster" and "coast"."""
    ending = word.removesuffix("s")
    return ending.endswith("er") and stem(word) == stem(ending[:-2])


def _opposite(one: str, other: str) -> bool:
    return {stem(one), stem(other)} in [{stem(w) for w in pair} for pair in OPPOSITE]


def _contradicts(head: str, known: frozenset[str]) -> bool:
    return any(_opposite(head, word) for pair in OPPOSITE for word in pair if stem(word) in known)


def _embedded(words: list[str], settings: Settings) -> NDArray[np.float32]:
    """(len(words), width) unit vectors; each word is embedded once a process."""
    model = embedder(settings)
    new = [w for w in words if (model.name, w) not in _vectors]
    if new:
        if len(_vectors) > _REMEMBERED:
            _vectors.clear()
            new = words
        for word, vector in zip(new, model.embed(new), strict=True):
            _vectors[model.name, word] = vector
    return np.stack([_vectors[model.name, word] for word in words])
