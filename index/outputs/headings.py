"""Titles of sections by rule: what tells a section from the others, in its own words.

What somebody said comes first where much is said, then what was seen, then text on screen, then
how it looks and sounds. Every word of a title stands in its section.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from index.outputs.known import Known
from index.outputs.looks import place as looks_place
from index.titles import runs, told
from index.words import STOP, TOKEN, stem, tokens
from project.footage import Moment
from timeline.exchange import plain_line
from timeline.time import TimeRange

LONGEST = 60  # characters of a title
PHRASE_LONGEST = 5  # words
SPEAKING = 0.3  # the share of a section with speech from which its words name it
SECOND = 0.4  # a further phrase is added when it tells this much of what the first does
_JOINTS = (
    "after and as at before behind beside by during for from in into near on onto over past"
    " through toward towards under up while with without"
)
JOINTS = frozenset(_JOINTS.split())
UNSAID = frozenset({"no picture, sound only", "no sound", "silent", "nothing moves"})
_HOLLOW = (
    "actually now already even still maybe perhaps please thus hence thereby"
    " because before after until since although though unless whether without within yet"
    " okay ok yeah yes well really right know think going gonna want say said let lets"
    " um uh oh hey hello hi thing kind sort lot bit way today i'm it's that's there's don't we're"
    " you're i've we've they're i'll we'll you'll let's can't isn't doesn't didn't"
)
_JOINED = re.compile(r"[ '-]+(?:of (?:(?:the|this|that|an?|my|our|your|their|its) )?)?")
HOLLOW = frozenset(_HOLLOW.split())  # said often, telling little


@dataclass(frozen=True, slots=True)
class Material:
    """What a section can be named by. captions: each with the seconds it stands."""

    spoken_share: float = 0.0
    spoken: tuple[str, ...] = ()
    captions: tuple[tuple[str, float], ...] = ()
    screen_text: tuple[str, ...] = ()
    looks: Mapping[str, float] | None = None  # word: its share of the section

    @property
    def texts(self) -> list[str]:
        return [*self.spoken, *(caption for caption, _ in self.captions), *self.screen_text]


def material(known: Known, span: TimeRange) -> Material:
    """What `span` of the footage can be named by."""
    inside = [m for m in known.moments if span.overlap(m.range) * 2 >= m.range.duration]
    lines = [s for s in known.speech if span.start <= s.range.start < span.end]
    said_s = sum((span.overlap(s.range) for s in lines), Fraction(0))
    return Material(
        float(said_s / span.duration) if span.duration else 0.0,
        tuple(plain_line(line.text) for line in lines),
        tuple(_captions(told(inside))),
        tuple(_written(inside)),
        looks(inside),
    )


def _captions(moments: Sequence[Moment]) -> Iterable[tuple[str, float]]:
    length: Counter[str] = Counter()
    for caption, group in runs(moments):
        length[plain_line(caption)] += len(group)
    return ((caption, float(n)) for caption, n in length.items() if caption)


def _written(moments: Sequence[Moment]) -> Iterable[str]:
    """Text on screen that was read more than once; what was read once may be misread."""
    read = Counter(s for m in moments for s in set(_stems([m.screen_text])))
    for text in dict.fromkeys(plain_line(m.screen_text) for m in moments if m.screen_text):
        own = set(_stems([text]))
        if sum(read[s] > 1 for s in own) * 2 > len(own):
            yield text


def looks(moments: Sequence[Moment]) -> dict[str, float]:
    """The words of the senses with the share of the moments that have them, in order met."""
    counted: Counter[str] = Counter()
    for moment in moments:
        counted.update(dict.fromkeys(moment.senses.words, 1))
    return {word: n / len(moments) for word, n in counted.items()}


def titles(parts: Sequence[Material]) -> list[str]:
    """One title a part, no two alike, each in words of its own part."""
    weights = telling([part.texts for part in parts])
    given: list[str] = []
    for place, part in enumerate(parts):
        others = [p.looks or {} for at, p in enumerate(parts) if at != place]
        options = _options(part, weights[place], others) or [f"Part {place + 1}"]
        fresh = next((title for title in options if title not in given), "")
        count = 2
        while not fresh:
            numbered = f"{options[0]} ({count})"
            fresh, count = ("" if numbered in given else numbered), count + 1
        given.append(fresh)
    return given


def telling(parts: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """How much each stem tells its part from the others (c-TF-IDF: Grootendorst 2022)."""
    counts = [Counter(_stems(texts)) for texts in parts]
    everywhere: Counter[str] = Counter()
    for count in counts:
        everywhere.update(count)
    average = sum(everywhere.values()) / max(1, len(parts))
    return [
        {
            s: math.sqrt(n) * math.log(1 + average / everywhere[s]) * (n / everywhere[s])
            for s, n in count.items()
        }
        for count in counts
    ]


def _stems(texts: Iterable[str]) -> Iterable[str]:
    return (stem(w) for text in texts for w in tokens(text) if _carries(w))


def _carries(word: str) -> bool:
    return word not in STOP and word not in HOLLOW and not word.isdigit() and len(word) > 1


def _options(
    part: Material, weight: Mapping[str, float], others: Sequence[Mapping[str, float]]
) -> list[str]:
    """Titles the part could have, best first."""
    told = _ranked(part.captions, weight)
    said = [phrases(part.spoken, weight)]
    best = [*said, *told] if part.spoken_share >= SPEAKING else [*told, *said]
    if not any(best):
        best = [phrases(part.screen_text, weight), _look(part.looks or {}, others)]
    return [capital(title) for title in best if title]


def _ranked(captions: Sequence[tuple[str, float]], weight: Mapping[str, float]) -> list[str]:
    """The captions as titles, first the one that tells most for the time it stands."""

    def worth(pair: tuple[str, float]) -> tuple[float, float, int]:
        own = set(_stems([pair[0]]))
        tells = sum(weight.get(s, 0.0) for s in own) / math.sqrt(len(own) or 1)
        return (math.sqrt(pair[1]) * tells, pair[1], -len(pair[0]))

    return [shortened(caption) for caption, _ in sorted(captions, key=worth, reverse=True)]


def phrases(texts: Sequence[str], weight: Mapping[str, float]) -> str:
    """The one or two runs of words that tell most (after RAKE: Rose et al. 2010).

    A single word stands beside another phrase only where it comes up again.
    """
    found = list(dict.fromkeys(phrase for text in texts for phrase in _runs(text)))
    words = Counter(_stems(texts))
    own = {phrase: tuple(_stems([phrase])) for phrase in found}
    tells = {
        phrase: sum(weight.get(s, 0.0) for s in own[phrase])
        * (1.0 if len(own[phrase]) > 1 else 0.5)
        for phrase in found
    }
    ranked = sorted((p for p in found if tells[p] > 0), key=lambda p: -tells[p])
    chosen: list[str] = []
    known: set[str] = set()
    for phrase in ranked:
        single = len(own[phrase]) == 1 and words[own[phrase][0]] == 1
        enough = not chosen or (tells[phrase] >= SECOND * tells[chosen[0]] and not single)
        fits = len(", ".join([*chosen, phrase])) <= LONGEST
        if enough and fits and not known.intersection(own[phrase]):
            chosen.append(phrase)
            known.update(own[phrase])
        if len(chosen) == 2:
            break
    if not chosen:
        return shortened(ranked[0]) if ranked else ""
    return ", ".join(chosen)


def _runs(text: str) -> Iterable[str]:
    """Every run of up to five telling words that stand side by side, as it is written.

    Words joined by "of" stand side by side: "conservation of mechanical energy".
    """
    run: list[re.Match[str]] = []
    for match in TOKEN.finditer(text):
        if not _carries(match[0].lower()):
            continue
        if run and not _JOINED.fullmatch(text[run[-1].end() : match.start()]):
            yield from _windows(text, run)
            run = []
        run.append(match)
    if run:
        yield from _windows(text, run)


def _windows(text: str, run: Sequence[re.Match[str]]) -> Iterable[str]:
    size = min(PHRASE_LONGEST, len(run))
    for at in range(len(run) - size + 1):
        yield text[run[at].start() : run[at + size - 1].end()]


def _look(own: Mapping[str, float], others: Sequence[Mapping[str, float]]) -> str:
    """Two or three words of how it looks and sounds, those first that others have less."""
    common = [word for word, share in own.items() if share >= 1 / 3 and word not in UNSAID]

    def apart(word: str) -> float:
        elsewhere = sum(other.get(word, 0.0) for other in others) / (len(others) or 1)
        return own[word] - elsewhere

    chosen: list[str] = []
    known: set[str] = set()
    for word in sorted(common, key=lambda w: (-apart(w), -own[w], w)):
        if len(chosen) < 3 and not set(tokens(word)) <= known:
            chosen.append(word)
            known |= set(tokens(word))
    return ", ".join(sorted(chosen, key=lambda w: (looks_place(w), list(own).index(w))))


def shortened(text: str, most: int = LONGEST) -> str:
    """`text` without its full stop, at most `most` characters, cut where it can be left off.

    That is at a joint, else before a word such as "with" or "in", else between two words.
    """
    text = plain_line(text).strip(" .;,:")
    if len(text) <= most:
        return text
    head = re.split(r"[;:.]\s|,\s", text)[0]
    if most // 4 <= len(head) <= most:
        return head
    cut = text[: most - 1]
    words = cut.rsplit(" ", 1)[0].split() if " " in cut else [cut]
    for at in range(len(words) - 1, len(words) // 2 - 1, -1):
        before = words[at - 1].lower()
        if words[at].lower() in JOINTS and before not in STOP:
            return " ".join(words[:at]).rstrip(" ,;:")
    while len(words) > 1 and words[-1].lower() in STOP:
        words.pop()
    return " ".join(words).rstrip(" ,;:") + "…"


def capital(text: str) -> str:
    """`text` with its first letter large."""
    return text[:1].upper() + text[1:]
