"""What is said in the clips of a cut: words with their times, whole lines where none are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from index.listening.embedded import NAME as EMBEDDED
from index.listening.lines import PAUSE_S, ends_sentence, written
from index.listening.tongues import code
from project.footage import Moment
from timeline.model import Clip
from timeline.time import TimeRange, exact
from tools.dailies import Dailies
from tools.proposal import Evidence

LINE_PART_S = Fraction(1)  # a line of which this much plays is said in the clip
SLIVER_S = Fraction(1, 20)  # less of a word is what a cut on whole frames leaves of it
LISTENED_S = Fraction(3, 20)  # how far two listenings to the same second may differ


@dataclass(frozen=True, slots=True)
class Said:
    """One word, or one line whose words have no times of their own. range: source seconds."""

    range: TimeRange
    text: str
    speaker: str = ""
    line: bool = False


def said_in(clip: Clip, dailies: Dailies) -> tuple[Said, ...]:
    """What is said in the part of the footage that the clip plays, in order.

    What is cut at the clip's edges is as long as it plays; the sliver of a word that a cut on
    whole frames leaves does not count, nor a line of which hardly anything plays.
    """
    heard = dailies.heard(clip.footage_id)
    if heard is not None and heard.words:
        words = dailies.words(clip.footage_id, clip.source)
        every = [Said(w.range, w.text, w.speaker) for w in words]
    else:
        lines = dailies.speech(clip.footage_id)
        every = [Said(s.range, s.text, s.speaker, line=True) for s in lines]
    kept = [s for s in every if s.text.strip() and _plays(s, clip.source)]
    return tuple(
        Said(s.range.clamp(clip.source), s.text, s.speaker, s.line)
        for s in sorted(kept, key=lambda s: (s.range.start, s.range.end))
    )


def _plays(said: Said, source: TimeRange) -> bool:
    shared, least = said.range.overlap(source), LINE_PART_S if said.line else SLIVER_S
    return shared * 2 > said.range.duration or shared >= least


def every_word_known(footage_id: str, dailies: Dailies) -> bool:
    """Whether what lies between the words that were heard is no speech.

    The embedded transcriber leaves out what it is not sure of.
    """
    heard = dailies.heard(footage_id)
    return heard is not None and bool(heard.words) and heard.model != EMBEDDED


def spoken_over(footage_id: str, span: TimeRange, dailies: Dailies) -> Moment | None:
    """A second in which more speech was heard than fits beside `span`; None where all fits."""
    for moment in dailies.within(footage_id, span):
        free = moment.range.duration - exact(moment.senses.speech) * moment.range.duration
        if moment.range.overlap(span) > free + LISTENED_S:
            return moment
    return None


def language_of(footage_id: str, dailies: Dailies) -> str:
    """The two-letter code of the language that was heard, "" where it is not known."""
    heard = dailies.heard(footage_id)
    return code(heard.language) if heard is not None else ""


def sentences(said: Sequence[Said]) -> list[tuple[Said, ...]]:
    """Words by sentence, speaker and pause; a line whose words have no times stands alone."""
    groups: list[list[Said]] = []
    for each in said:
        last = groups[-1][-1] if groups else None
        if (
            last is None
            or last.line
            or each.line
            or last.speaker != each.speaker
            or each.range.start - last.range.end > PAUSE_S
            or ends_sentence(last.text, each.text)
        ):
            groups.append([])
        groups[-1].append(each)
    return [tuple(group) for group in groups]


def text_of(said: Sequence[Said]) -> str:
    """Words as they are written one after the other."""
    return written([each.text.strip() for each in said])


def span_of(said: Sequence[Said]) -> TimeRange:
    """From the first word's start to the end of the last one to end."""
    return TimeRange(said[0].range.start, max(each.range.end for each in said))


def cited(said: Sequence[Said], footage_id: str) -> tuple[Evidence, ...]:
    """Evidence that this is said: words as one quote, lines each by itself."""
    groups = [[each] for each in said] if said[0].line else [said]
    return tuple(cite("speech", footage_id, span_of(g), text_of(g)) for g in groups)


def cite(kind: str, footage_id: str, span: TimeRange, quote: str = "") -> Evidence:
    """Evidence of a kind for a span of source seconds."""
    return Evidence.model_validate(
        {
            "kind": kind,
            "footage_id": footage_id,
            "start_s": str(span.start),
            "end_s": str(span.end),
            "quote": quote,
        }
    )
