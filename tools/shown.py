"""What is known of a hit in words: what its captions show, what is only said or written there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from index import titles
from index.values import Hit, Why
from index.words import STOP, stem, stems, tokens
from project.footage import Thing
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.kinds import joined, members
from tools.wanted import PREPOSITION, wanted

SIGN = 80  # letters of a sign or a title; more is a page or a screen

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
_LETTERED = re.compile(  # what a caption reads out stands on a sign; it is not to be seen itself
    r"\b(?:captions?|subtitles?|titles?|text|sign|label|banner|lettering|words?|logo|headline)\b"
    r"(?: (?:that )?(?:reads?|reading|says?|saying))?(?P<a>: ?[^;]*| ?[\"“][^\"”]*[\"”])"
    r"|(?<!\w)[\"“](?P<b>[^\"”]*)[\"”]",
    re.IGNORECASE,
)
_FIGURE = re.compile(  # a stream of coffee is coffee
    r"\b(?:streams?|seas?|rivers?|waves?|oceans?|floods?|mountains?|blankets?|walls?) of "
    r"(?!(?:the|an?|water)\b)(?=\w)",
    re.IGNORECASE,
)


def said_there(hit: Hit, dailies: Dailies) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said or written in a hit's span, and what its captions, senses and name show."""
    spoken: list[str] = []
    footage = dailies.footage(hit.footage_id)
    shown = [footage.name, Path(footage.folder).name]
    for moment in dailies.within(hit.footage_id, hit.range):
        voice = [w for w in moment.senses.words if "speak" in w]  # heard, maybe out of the frame
        if moment.caption_source != "embedded":  # that one repeats what is said and written
            shown.append(depicted(moment.caption))
            spoken += lettered(moment.caption)
        shown += [w for w in moment.senses.words if w not in voice]
        spoken += voice
        if len(moment.screen_text) <= SIGN:  # a sign says where this is, a screen of words does not
            spoken.append(moment.screen_text)
        if moment.senses.faces:
            shown.append("people")
    lines = dailies.speech(hit.footage_id)
    spoken += [line.text for line in lines if line.range.overlap(hit.range) > 0]
    return _each(spoken), _each(shown)


def only_read(hit: Hit, dailies: Dailies) -> bool:
    """Whether a screen full of words is all that tells of a hit; it shows nothing they name."""
    inside = dailies.within(hit.footage_id, hit.range)
    brought = any(moment.caption_source != "embedded" for moment in inside)
    return not brought and any(len(moment.screen_text) > SIGN for moment in inside)


def looks_like(hit: Hit, dailies: Dailies) -> tuple[Thing, ...]:
    """The things in a hit's span: what the creator named, and a network where nobody described."""
    inside = dailies.within(hit.footage_id, hit.range)
    return tuple(dict.fromkeys(thing for m in inside for thing in titles.looks_like(m)))


def looks_there(why: Why, hit: Hit, dailies: Dailies) -> Why:
    """A cause of a hit with what it looks like as sure as it is in the hit's span itself.

    A film shows a part of what was found, which need not be where the network was surest.
    """
    there = [t for t in looks_like(hit, dailies) if why.quote.startswith(f"{t.word} (")]
    if why.kind != "looks like" or not there:
        return why
    best = max(there, key=lambda t: t.chance)
    return replace(why, quote=best.told, strength=min(why.strength, best.chance))


def _each(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def affirmed(caption: str) -> str:
    """A caption without what it says is not to be seen: "a woman alone, dog out of frame"."""
    return _ABSENT.sub(" ", _NEGATED.sub(" ", caption))


def depicted(caption: str) -> str:
    """What a caption shows, in small letters: without what it denies, reads out or only likens."""
    return joined(_FIGURE.sub(" ", _LETTERED.sub(" ", affirmed(caption))))


def lettered(caption: str) -> list[str]:
    """What a caption reads out from signs and screens."""
    return [(m["a"] or m["b"] or "").strip(' :"“”') for m in _LETTERED.finditer(caption)]


def denied(words: str, hit: Hit, dailies: Dailies) -> bool:
    """Whether all that a hit has of some words is a caption saying they are not to be seen."""
    asked = wanted(words)
    if asked is None:
        return False
    root = stem(asked.head)
    captions = [joined(m.caption) for m in dailies.within(hit.footage_id, hit.range)]
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
        phrase = PREPOSITION.split(depicted(caption), maxsplit=1)[0].split(",")[0]
        named = [w for w in tokens(phrase) if w not in STOP]
        if not named or root in {stem(w) for w in named}:
            return True
        return root in members(named[-1]) or stem(named[-1]) in members(asked.head)

    return sum(map(about, captions)) / len(captions)


def told_in(hit: Hit, dailies: Dailies) -> list[tuple[TimeRange, str]]:
    """The captions in a hit, in time order: those brought with the footage, else by the second."""
    brought = dailies.captions(hit.footage_id)
    inside = [(c.range, c.text) for c in brought if c.range.overlap(hit.range) > 0]
    if inside:
        return sorted(inside, key=lambda one: one[0].start)
    moments = dailies.within(hit.footage_id, hit.range)
    return [(m.range, m.caption) for m in moments if m.caption]
