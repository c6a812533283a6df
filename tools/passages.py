"""What is said in the clips of a cut, and the passages that quotes of it mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from project.errors import BadArguments
from project.settings import Settings
from timeline.model import Clip, Timeline
from timeline.time import TimeRange
from tools.dailies import Dailies, listed
from tools.pointing import point_all
from tools.quoting import APART, Found, find, nearest
from tools.spoken import Said, said_in, sentences, span_of, text_of

SHOWN = 400  # characters of one quote in an answer
LISTEN = "`roughcut listen` finds the times of single words"


@dataclass(frozen=True, slots=True)
class Heard:
    """A clip of the cut, where it starts, its number from 1, and what is said in it."""

    clip: Clip
    at: Fraction
    number: int
    said: tuple[Said, ...]

    def on_film(self, span: TimeRange) -> TimeRange:
        """Source seconds as seconds of the film."""
        clip = self.clip
        start, end = ((s - clip.source.start) / clip.speed for s in (span.start, span.end))
        return TimeRange(self.at + start, self.at + end)


@dataclass(frozen=True, slots=True)
class Passage:
    """What a quote means: places [first, end) of what is said in a clip."""

    heard: Heard
    found: Found
    quote: str

    @property
    def said(self) -> tuple[Said, ...]:
        return self.heard.said[self.found.first : self.found.end]

    def __str__(self) -> str:
        span = self.heard.on_film(span_of(self.said))
        return f"{short(text_of(self.said))!r} at {span} in clip {self.heard.number}"


def heard_in(clips: Sequence[str], before: Timeline, dailies: Dailies) -> list[Heard]:
    """The clips that are meant with what is said in them. Raises BadArguments where nothing is."""
    meant = point_all(clips, before, dailies.project)
    placed = enumerate(before.clips(), start=1)
    every = [
        Heard(clip, at, number, said_in(clip, dailies))
        for number, (at, clip) in placed
        if clip.id in meant and not clip.muted
    ]
    found = [heard for heard in every if heard.said]
    if not found:
        where = "the cut" if clips == ("all",) else listed(list(clips))
        raise BadArguments(
            f"no words are known for what is said in {where}: that takes a subtitle track, an .srt"
            f" or .vtt beside the file, or listening to it; {LISTEN}"
        )
    return found


def passages_of(
    quote: str, heard: Sequence[Heard], settings: Settings, *, every: bool = False
) -> list[Passage]:
    """The passage a quote means; every one where it is said if `every`.

    Raises BadArguments where it is not said, or said in several places.
    """
    found = [
        Passage(each, where, quote)
        for each in heard
        for where in find(quote, [s.text for s in each.said])
    ]
    best = max((p.found.likeness for p in found), default=0.0)
    found = [p for p in found if p.found.likeness >= (best if best == 1 else best - APART)]
    if not found:
        raise BadArguments(_not_said(quote, heard, settings))
    if len(found) > 1 and not every:
        places = listed([str(p) for p in found], limit=8)
        raise BadArguments(
            f"{quote!r} is said {len(found)} times: {places}; quote more of it, or say in which"
            " clip"
        )
    return found


def whole_sentences(passage: Passage) -> Passage:
    """The passage with all of the sentences it begins and ends in."""
    found, first, end = passage.found, passage.found.first, passage.found.end
    at = 0
    for sentence in sentences(passage.heard.said):
        if at <= found.first < at + len(sentence):
            first = at
        if at < found.end <= at + len(sentence):
            end = at + len(sentence)
        at += len(sentence)
    return replace(passage, found=replace(found, first=first, end=end))


def _not_said(quote: str, heard: Sequence[Heard], settings: Settings) -> str:
    every = [(each, said) for each in heard for said in sentences(each.said)]
    near = nearest(quote, [text_of(said) for _, said in every], settings)
    told = [
        f"{short(text_of(every[n][1]))!r} at {every[n][0].on_film(span_of(every[n][1]))}"
        f" in clip {every[n][0].number}"
        for n in near
    ]
    return f"nothing said in the cut is {quote!r}; the nearest is {listed(told)}"


def short(text: str) -> str:
    """A text as an answer quotes it: a long one by its start and end."""
    if len(text) <= SHOWN:
        return text
    return f"{text[: SHOWN // 2].rstrip()} ... {text[-60:].lstrip()}"
