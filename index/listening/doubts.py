"""What a transcriber says held against what it can know: invented words are left out.

Whisper and its kin invent on near-silence: a phrase said again and again, the credits of the
subtitles they were trained on, words behind the end of the sound.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from index.listening.lines import PAUSE_S, ends_sentence
from index.subtitles import clean
from index.values import Spoken

SHORTEST_S = 0.02  # of a word; Whisper's own step
FASTEST = 40.0  # characters a second that nobody can say
UNSURE = 0.5
UNHEARD = 0.15  # what Whisper itself calls an anomaly in one word is one in the mean of all
SURE = 0.8  # mean chance of a phrase; what English and other languages came to is in the lab log
FOREIGN = 0.6  # mean chance of all that was said
REPEATS = 2.4  # times that zlib makes it smaller: Whisper takes more for an answer in circles
LOOP = 3  # times that a phrase may be said in a row; of one word three times as often
PHRASE = 12  # words of the longest phrase that is looked for

_ONLY_NOISE = re.compile(r"[\W_]*")
_OPENS = re.compile(r"^[\[(（【*♪♫]")
_CLOSES = re.compile(r"[\])）】*♪♫][.,!?]?$")
NOTE_WORDS = 6  # a remark in brackets is not longer
_CREDITS = re.compile(
    r"subtitles? by\b|subtitled by\b|captions? by\b|transcri(?:bed|ption) by\b"
    r"|untertitel(?:ung)? (?:der|von|im auftrag|des)\b|sous-titr\w+ (?:par|réalis)"
    r"|sottotitoli (?:e|a|di)\b|subtítulos (?:por|realizados)|legendas pel"
    r"|ondertitel\w* (?:door|ingediend)|редактор субтитров|субтитры (?:сделал|создав)"
    r"|字幕(?:by|由|志愿者|製作|制作)|(?:\S+ ){0,3}\S*amara\.org",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"(?:thank you|thanks)(?: (?:so|very) much)?(?: for (?:watching|listening|viewing))?"
    r"|(?:please )?(?:like and )?subscribe(?: to (?:my|the|our) channel)?|you|bye(?: bye)?"
    r"|see you (?:in the )?next (?:time|video)|ご視聴ありがとうございました|请不吝点赞.*"
    r"|vielen dank|merci d'avoir regardé.*|gracias por ver.*|продолжение следует"
    r"|시청해주셔서 감사합니다",
    re.IGNORECASE,
)


def believed(words: Sequence[Spoken], length_s: float) -> list[Spoken]:
    """The words that can be in `length_s` seconds of speech: in order, inside, not overlapping.

    Left out are words without usable times or behind the end, remarks such as [Music], phrases
    in a loop (but for their first time), subtitle credits, farewells nobody is sure of, and
    answers that are no more than guesses or longer than anybody can speak.
    """
    kept = [w for word in words if (w := _usable(word, length_s)) is not None]
    kept.sort(key=lambda w: (w.start_s, w.end_s))
    kept = _without_credits(_without_loops(_without_remarks(kept)))
    said = " ".join(w.text for w in kept)
    if not said or len(said) > FASTEST * max(length_s, 1.0):
        return []
    if len(kept) * SHORTEST_S > length_s or (_CREDITS.match(said) and len(kept) <= PHRASE):
        return []
    sure = sum(w.chance for w in kept) / len(kept)
    farewell = _FAREWELL.fullmatch(said.strip(" .!?…。！").replace(",", ""))
    if sure < (UNSURE if farewell else UNHEARD):
        return []
    return _apart(kept, length_s)


def sure(words: Sequence[Spoken], length_s: float) -> list[Spoken]:
    """Of what can be believed, the phrases that a small model of one language is sure of, whole.

    Nothing where it goes in circles or is unsure of it all: it hears another language. A phrase
    ends with its sentence or a pause.
    """
    text = " ".join(w.text for w in words).encode()
    kept = believed(words, length_s)
    if not kept or len(text) > REPEATS * len(zlib.compress(text)) or _mean(kept) < FOREIGN:
        return []
    phrases = [[kept[0]]]
    for word in kept[1:]:
        before = phrases[-1][-1]
        if word.start_s - before.end_s > PAUSE_S or ends_sentence(before.text, word.text):
            phrases.append([])
        phrases[-1].append(word)
    return [word for phrase in phrases if _mean(phrase) >= SURE for word in phrase]


def _mean(words: Sequence[Spoken]) -> float:
    return fmean(word.chance for word in words)


def _usable(word: Spoken, length_s: float) -> Spoken | None:
    if not (math.isfinite(word.start_s) and math.isfinite(word.end_s)):
        return None
    start, end = max(0.0, word.start_s), min(length_s, word.end_s)
    text = clean(word.text)
    if not text or start >= length_s or word.end_s < 0 or end < start:
        return None
    chance = min(1.0, max(0.0, word.chance)) if math.isfinite(word.chance) else 0.0
    return Spoken(start, end, text, clean(word.speaker)[:80], chance)


def _without_remarks(words: list[Spoken]) -> list[Spoken]:
    """What is not said: (applause), [Music], a lone note or dash."""
    kept: list[Spoken] = []
    place = 0
    while place < len(words):
        if _OPENS.match(words[place].text):
            ends = (
                at
                for at in range(place, min(len(words), place + NOTE_WORDS))
                if _CLOSES.search(words[at].text)
            )
            end = next(ends, None)
            if end is not None:
                place = end + 1
                continue
        if not _ONLY_NOISE.fullmatch(words[place].text):
            kept.append(words[place])
        place += 1
    return kept


def _without_loops(words: list[Spoken]) -> list[Spoken]:
    """A phrase said over and over kept once; "no, no, no" is no loop."""
    bare = [re.sub(r"[\W_]+", "", w.text).casefold() or w.text for w in words]
    kept: list[Spoken] = []
    place = 0
    while place < len(words):
        longest = min(PHRASE, (len(words) - place) // 2)
        for size in range(1, longest + 1):
            times = _times(bare, place, size)
            if times > LOOP * (3 if size == 1 else 1):
                kept += words[place : place + size]
                place += size * times
                break
        else:
            kept.append(words[place])
            place += 1
    return kept


def _times(bare: list[str], place: int, size: int) -> int:
    """How often the `size` words at `place` follow upon each other."""
    phrase, times = bare[place : place + size], 1
    while bare[place + size * times : place + size * (times + 1)] == phrase:
        times += 1
    return times


def _without_credits(words: list[Spoken]) -> list[Spoken]:
    """Subtitle credits behind what was really said are left out with all after them."""
    for place in range(max(1, len(words) - PHRASE), len(words)):
        begins = ends_sentence(words[place - 1].text)
        if begins and _CREDITS.match(" ".join(w.text for w in words[place:])):
            return words[:place]
    return words


def _apart(words: list[Spoken], length_s: float) -> list[Spoken]:
    """Each word ends before the next begins and lasts 0.02 s or more."""
    starts: list[float] = []
    ends: list[float] = []
    for place, word in enumerate(words):
        start = max(word.start_s, ends[-1] if ends else 0.0)
        end = max(word.end_s, start + SHORTEST_S)
        if place + 1 < len(words):
            end = min(end, max(words[place + 1].start_s, start + SHORTEST_S))
        starts.append(start)
        ends.append(end)
    limit = length_s
    for place in range(len(words) - 1, -1, -1):  # what was pushed over the end goes back
        ends[place] = min(ends[place], limit)
        starts[place] = max(0.0, min(starts[place], ends[place] - SHORTEST_S))
        limit = starts[place]
    return [replace(w, start_s=a, end_s=b) for w, a, b in zip(words, starts, ends, strict=True)]
