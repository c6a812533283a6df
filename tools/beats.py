"""Beats: what a storyboard wants to show, in order, said by the creator or derived."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from tools.moods import MOODS

Role = Literal["opening", "body", "ending"]

# Words of a request that say how a film is made, not what it shows.
_FILLER_TEXT = """
    a an the of for with from and or in on at to my our your his her their its this that these
    those me us it is are be make making made create build cut edit give want need would like
    please film films movie video videos reel reels clip clips montage trailer teaser story short
    shorts highlight highlights rough compilation summary recap edit sequence piece vlog social
    about showing show shows shown featuring using use all some any few best good nice great
    favourite favorite moments moment footage shots shot second seconds sec secs minute minutes
    min mins s m long length portrait landscape vertical horizontal square upright widescreen
    instagram tiktok youtube aspect pace paced slow medium fast quick music title titles called
    start starts starting begin begins open opens opening end ends ending finish finishes close
    then after before next first last finally by day night everything anything all every each
    footage things stuff memories whole
"""
_FILLER = frozenset(_FILLER_TEXT.split())
_SPLIT = re.compile(r"\s*(?:,|;|\band then\b|\bthen\b|\band\b|\bplus\b|&)\s*")
_SPAN = re.compile(
    r"\b\d+(?:[.:]\d+)*\s*-?\s*(?:seconds?|secs?|s|minutes?|mins?|m|x|p|fps)?\b|\b\d+:\d+\b"
)
_SAID_ELSEWHERE = re.compile(
    r"\b(?:without|except|no|not|starting with|start with|opening on|open on|open with"
    r"|ending with|ending on|end with|end on|finish with|finish on|with (?:\w+ ){0,3}music"
    r"|set to|called|titled)\b.*$"
)


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing to show. `share` of the film; asked: the creator named it."""

    words: str
    share: Fraction
    role: Role = "body"
    asked: bool = True
    footage_ids: tuple[str, ...] | None = None  # only from these; None: from anything
    by_senses: bool = False  # no words to match: whatever looks best
    near: tuple[str, ...] = ()  # b-roll: whatever is about something like one of these
    made: bool = False  # to be generated, whatever footage there is


def subject_words(goal: str) -> tuple[str, ...]:
    """What a goal wants to show, one text a subject; empty where it names nothing.

    >>> subject_words("make a calm 30 s reel about the dog and pouring coffee")
    ('dog', 'pouring coffee')
    """
    text = _SAID_ELSEWHERE.sub("", _SPAN.sub(" ", goal.casefold()))
    text = re.sub(r"[^\w\s,;&'-]", " ", text)
    found = []
    for part in _SPLIT.split(text):
        words = [w.strip("'-") for w in part.split()]
        kept = [w for w in words if w and w not in _FILLER and w not in MOODS]
        if kept:
            found.append(" ".join(kept))
    return tuple(dict.fromkeys(found))


def shared_out(beats: Sequence[Beat]) -> tuple[Beat, ...]:
    """The beats with shares that add up to 1; unset shares (0) get an equal part of the rest."""
    said = sum((b.share for b in beats), Fraction(0))
    unset = [b for b in beats if b.share <= 0]
    if not beats:
        return ()
    if unset and said >= 1:  # nothing was left over: the unset get an average share
        average = said / max(1, len(beats) - len(unset))
        return shared_out([_with(b, b.share if b.share > 0 else average) for b in beats])
    each = (1 - said) / len(unset) if unset else Fraction(0)
    full = [b.share if b.share > 0 else each for b in beats]
    whole = sum(full, Fraction(0))
    return tuple(_with(b, s / whole) for b, s in zip(beats, full, strict=True))


def _with(beat: Beat, share: Fraction) -> Beat:
    return replace(beat, share=share)


def framed(
    body: Iterable[Beat], *, opening: str, ending: str, clip_share: Fraction
) -> tuple[Beat, ...]:
    """The body between an asked opening and ending, each as long as one clip or so."""
    edge = min(clip_share, Fraction(1, 4))
    inner = list(body)
    around = edge * (bool(opening.strip()) + bool(ending.strip()))
    inner = [_with(b, b.share * (1 - around)) for b in shared_out(inner)]
    first = [Beat(opening.strip(), edge, "opening")] if opening.strip() else []
    last = [Beat(ending.strip(), edge, "ending")] if ending.strip() else []
    return shared_out([*first, *inner, *last])
