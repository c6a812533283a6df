"""Whether what is known of a hit bears out what a beat asks to see.

A search always has a nearest answer, and in a small library it comes near by chance. A film
may only claim to show what its captions, speech, text or senses say: the thing that is asked
for by its word, by one that means the same, or by a sentence that means it beyond doubt.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.embed import embedder
from index.things.meant import named
from index.values import Hit
from index.words import stem, stems, tokens
from project.settings import Settings
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.kinds import against, is_animal, is_doer, is_person, joined, named_in, nearly, people_in
from tools.shown import (
    affirmed,
    denied,
    depicted,
    looks_like,
    only_read,
    said_there,
    told_in,
)
from tools.speaking import asks_for_speaker, faces_camera, seen_in, talks
from tools.wanted import Wanted, wanted

ALIKE = 0.55  # cosine of two words that may stand for each other, where the whole stands out
SAME = 0.75  # cosine of two words that may stand for each other anywhere
OUTSTANDING = 1.3  # times nearer in meaning than anything that is not borne out
MEANT = 0.45  # a whole sentence as near as this means it, in one word or more
MEANT_LONG = 0.52  # the same for a question of several words, which all add to the cosine
RELATED = 0.3  # a sentence as near as this is about something like it
JUDGED = 120  # hits looked at
HEARD = 0.6  # what a word counts that is heard or read, and not shown
NEARLY = 0.75  # what a thing counts that the asked one is seldom seen without
HALF = 0.5  # share of a question's words that has to be borne out
OPPOSITE = ({"sunset", "sunrise"}, {"sunset", "dawn"}, {"sunrise", "dusk"}, {"day", "night"})
_CAMERA = frozenset(  # how the camera moves is not what it shows
    ["camera", "pan", "pans", "tilt", "tilts", "zoom", "zooms", "slow", "fast", "left", "right",
     "still", "moves", "movement", "handheld", "shaky", "drone"]
)  # fmt: skip

_vectors: dict[tuple[str, str], NDArray[np.float32]] = {}
_REMEMBERED = 20_000  # words


def supported(
    words: str, hits: Sequence[Hit], dailies: Dailies, *, confident: bool
) -> list[tuple[Hit, float]]:
    """The hits that are borne out, each with how well: above 0 to 1 (word for word).

    Where the search itself is not confident only hits that say every word count.
    """
    if asks_for_speaker(words):
        seen = [(replace(h, why=(*h.why, *seen_in(h, dailies))), talks(h, dailies)) for h in hits]
        return [(hit, share) for hit, share in seen if share > 0]
    asked = wanted(words)
    if asked is None:
        best = max((hit.score for hit in hits), default=0.0)
        near = [hit for hit in hits if confident and hit.score >= best / 3]
        seen_ = [hit for hit in near if _someone(hit, dailies)]
        if not seen_ or not people_in(words):
            return [(hit, 1.0) for hit in near]
        return [(hit, 1.0 if hit in seen_ else HEARD) for hit in near]
    open_ = [hit for hit in hits[:JUDGED] if not denied(words, hit, dailies)]
    narrowed = [held(asked, hit, dailies) for hit in open_]
    judged = [(hit, *_judged(asked, words, hit, dailies)) for hit in narrowed]
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


def related(words: str, hit: Hit, dailies: Dailies) -> bool:
    """Whether a hit that does not show what is asked is at least about something like it."""
    if asks_for_speaker(words):
        return faces_camera(hit, dailies)
    asked = wanted(words)
    if asked is None:
        return False
    if _meaning(hit) >= RELATED:
        return not _another_sense(asked, words, said_there(hit, dailies)[1])
    shown = tokens(" ".join(said_there(hit, dailies)[1]))
    return any(w in nearly(word) for word in asked.words for w in shown)


def _judged(asked: Wanted, words: str, hit: Hit, dailies: Dailies) -> tuple[float, float]:
    """How well a hit is borne out, and by which likeness of a word where not by what is said."""
    settings = dailies.project.settings
    spoken, shown = said_there(hit, dailies)
    roots = frozenset(map(stem, asked.words))  # one word of them is no likeness of another
    looks = looks_like(hit, dailies)
    values = {
        w: 1.0 if named(w, looks) else _borne_out(w, spoken, shown, settings, but=roots)
        for w in asked.words
    }
    told = {w: v for w, v in values.items() if not _left_out(w, v, asked, shown)}
    core = (*asked.vital, asked.head)
    weighed = [v if v >= SAME or w in core else v / 2 for w, v in told.items()]
    share = sum(weighed) / len(weighed)
    needed = [told[w] for w in core if w in told]
    needed = needed if asked.head in told else list(told.values())
    if share >= HALF and all(value > 0 for value in needed):
        likeness = min(needed, default=1.0)
        return share, likeness if likeness < 1 else 0.0
    least = MEANT if len(asked.words) == 1 else MEANT_LONG
    if _meaning(hit) < least or _another_sense(asked, words, shown) or only_read(hit, dailies):
        return 0.0, 0.0
    # near are all labels to all nouns: what it looks like bears out no other thing
    if any(not t.sure for t in looks) or _contradicts(asked.head, stems(" ".join(shown))):
        return 0.0, 0.0
    return _meaning(hit), 0.0


def _left_out(word: str, value: float, asked: Wanted, shown: tuple[str, ...]) -> bool:
    """Whether a word for just somebody may go unsaid: captions say "runs", of no animal."""
    if word != asked.head or value > 0 or not asked.weak or len(asked.words) == 1:
        return False
    return not any(map(is_animal, tokens(" ".join(shown))))


def _another_sense(asked: Wanted, words: str, shown: tuple[str, ...]) -> bool:
    """Whether a caption has the noun and not what makes it that thing: lights, no northern ones.

    Its likeness is then that of the word, not of the thing.
    """
    known = set(map(stem, tokens(" ".join(shown))))
    apart = [w for w in tokens(words) if w not in tokens(joined(words))]  # of one joined word
    parts = [*apart, *((asked.head,) if asked.vital else ())]
    return any(stem(part) in known for part in parts)


def _someone(hit: Hit, dailies: Dailies) -> bool:
    """Whether a face, or somebody by the caption, is seen: who is only heard is not shown."""
    inside = dailies.within(hit.footage_id, hit.range)
    return any(m.senses.faces or people_in(affirmed(m.caption)) for m in inside)


def _meaning(hit: Hit) -> float:
    """The likeness of meaning in a hit's score, without what its words in common add."""
    said = sum(why.strength for why in hit.why if why.kind not in ("meaning", "technical"))
    return hit.score - 0.2 * min(1.0, said)


def held(asked: Wanted, hit: Hit, dailies: Dailies) -> Hit:
    """The hit cut down to where its captions say what is asked, quoting the one that does."""
    told = told_in(hit, dailies)
    if len({text for _, text in told}) < 2:
        return hit
    settings = dailies.project.settings
    shares = [
        sum(_borne_out(w, (), (depicted(text),), settings) for w in asked.words) / len(asked.words)
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


@functools.lru_cache(maxsize=16384)
def _named(text: str) -> tuple[str, ...]:
    """The words of a caption; the same few captions are asked about again and again."""
    return tuple(tokens(joined(text)))


def _borne_out(
    word: str,
    spoken: tuple[str, ...],
    shown: tuple[str, ...],
    settings: Settings,
    *,
    but: frozenset[str] = frozenset(),
) -> float:
    """1 where the word or one of its kind is shown, less where it is only said or written.

    Else the likeness of the nearest word that is shown, 0 below ALIKE; those that share a stem
    with `but` or are a part of the word itself ("ball" of "basketball") are not asked.
    """
    texts = _named(" ".join(shown))
    if not against(word).isdisjoint(texts):
        return 0.0
    if named_in(word, texts):
        return 1.0
    if any(w in nearly(word) for w in texts):
        return NEARLY
    if any(word in tokens(text) for text in spoken):
        return HEARD
    others = sorted({w for w in texts if w.isalpha() and len(w) > 2} - _CAMERA)
    others = [w for w in others if not _opposite(word, w) and not is_person(w)]
    others = [w for w in others if stem(w) != stem(word) or is_doer(word) <= is_doer(w)]
    others = [w for w in others if stem(w) not in but and w not in word]
    if not others:
        return 0.0
    nearest = float(max(_embedded(others, settings) @ _embedded([word], settings)[0]))
    return nearest if nearest >= ALIKE else 0.0


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
