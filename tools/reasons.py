"""The program that checks reasons: what they cite must stand in the index, word for word."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from index.listening.lines import written
from index.predicates import cutting, readings
from project.errors import CreatorError
from project.footage import Footage
from project.store import Project
from timeline.model import Timeline
from timeline.time import TimeRange, clock, snap
from tools.dailies import Dailies
from tools.levels import figures
from tools.preferences import preferences, sentence
from tools.proposal import Evidence, Reason
from tools.spoken import SLIVER_S, every_word_known, spoken_over

MEASURED = "embedded"  # a caption put together from senses, speech and names: nobody wrote it


def check(reason: Reason, project: Project, *, timeline: Timeline | None = None) -> Reason:
    """The reason with `verified` set, and `problem` saying what does not hold.

    A reason without evidence is not verified: there is nothing to hold it against. With a
    `timeline`, a cited length must be that timeline's own.
    """
    return _checked(reason, Dailies(project), timeline)


def check_all(
    reasons: Iterable[Reason], project: Project, *, timeline: Timeline | None = None
) -> tuple[Reason, ...]:
    """Every reason checked, in order."""
    dailies = Dailies(project)
    return tuple(_checked(reason, dailies, timeline) for reason in reasons)


def _checked(reason: Reason, dailies: Dailies, timeline: Timeline | None) -> Reason:
    if not reason.evidence:
        return _marked(reason, "it cites nothing that can be looked up")
    for evidence in reason.evidence:
        problem = _problem(evidence, dailies, timeline)
        if problem:
            return _marked(reason, problem)
    return _marked(reason, "")


def _marked(reason: Reason, problem: str) -> Reason:
    return reason.model_copy(update={"verified": not problem, "problem": problem})


def length_evidence(asked: Fraction, timeline: Timeline) -> Evidence:
    """Evidence that a timeline keeps the asked length to the frame."""
    return Evidence(
        kind="length",
        end_s=str(timeline.duration),
        quote=f"{asked} s at {timeline.rate} frames per second",
    )


def _problem(evidence: Evidence, dailies: Dailies, timeline: Timeline | None) -> str:
    try:
        span = TimeRange(Fraction(evidence.start_s), Fraction(evidence.end_s))
    except (ValueError, ZeroDivisionError):
        return f"{evidence.start_s!r} to {evidence.end_s!r} is not a range of seconds"
    if evidence.kind == "length":
        return _length_problem(evidence, span, timeline)
    if evidence.kind == "preference":
        held = evidence.quote in {sentence(one) for one in preferences(dailies.project)}
        return "" if held else f"{evidence.quote!r} is no preference of this project any more"
    try:
        footage = dailies.footage(evidence.footage_id)
    except CreatorError as error:
        return str(error)
    if not footage.range.contains(span):
        return f"{span} is outside {footage.name}, which lasts {clock(footage.duration_s)}"
    if evidence.kind == "pause":
        return _pause_problem(footage, span, dailies)
    if not evidence.quote.strip():
        return f"it quotes no {evidence.kind} of {footage.name}"
    if any(_holds(evidence, text) for text in _texts(evidence, footage, span, dailies)):
        return ""
    return f"the {evidence.kind} of {footage.name} at {span} does not say {evidence.quote!r}"


def _length_problem(evidence: Evidence, span: TimeRange, timeline: Timeline | None) -> str:
    words = evidence.quote.split()
    try:
        asked, rate = Fraction(words[0]), Fraction(words[3])
    except (IndexError, ValueError, ZeroDivisionError):
        return f"{evidence.quote!r} names no length"
    if timeline is not None and timeline.duration != span.duration:
        return f"the edit lasts {timeline.duration} s, not {span.duration} s"
    if rate <= 0 or span.duration != snap(asked, rate):
        return f"{clock(asked)} was asked for and {clock(span.duration)} was made"
    return ""


def _pause_problem(footage: Footage, span: TimeRange, dailies: Dailies) -> str:
    """Why a span is no pause: a word is in it, or more speech was heard around it than fits."""
    heard = dailies.heard(footage.id)
    if heard is not None and heard.words:
        words = dailies.words(footage.id, span)
        inside = next((w for w in words if w.range.overlap(span) >= SLIVER_S), None)
        if inside is not None:
            return f"{inside.text.strip()!r} is said in {footage.name} at {span}"
        if every_word_known(footage.id, dailies):
            return ""
    if not dailies.within(footage.id, span):
        return f"nobody listened to {footage.name} at {span}"
    moment = spoken_over(footage.id, span, dailies)
    return f"someone is heard speaking in {footage.name} at {moment.range}" if moment else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _holds(evidence: Evidence, text: str) -> bool:
    """Whether the quote stands in the text on whole words."""
    quote, whole = _plain(evidence.quote), _plain(text)
    at = whole.find(quote)
    while at >= 0:
        before = whole[at - 1] if at else " "
        after = whole[at + len(quote)] if at + len(quote) < len(whole) else " "
        if not (before.isalnum() and quote[0].isalnum()) and not (
            after.isalnum() and quote[-1].isalnum()
        ):
            return True
        at = whole.find(quote, at + 1)
    return False


def _shares(one: TimeRange, other: TimeRange) -> bool:
    """Whether two ranges share time; an empty range shares the instant it stands at."""
    return one.overlap(other) > 0 or (other.duration == 0 and one.start <= other.start <= one.end)


def _texts(
    evidence: Evidence, footage: Footage, span: TimeRange, dailies: Dailies
) -> Iterable[str]:
    """Every text of the cited kind that the cited span may quote."""
    kind = evidence.kind
    if kind == "title":
        return (footage.title, footage.summary)
    if kind == "name":
        return (footage.name, footage.folder)
    if kind == "technical":
        return facts(footage)
    if kind == "speech":
        lines = [s.text for s in dailies.speech(footage.id) if _shares(s.range, span)]
        words = [w for w in dailies.words(footage.id, span) if _shares(w.range, span)]
        return [*lines, written([word.text.strip() for word in words])]
    moments = [m for m in dailies.moments(footage.id) if _shares(m.range, span)]
    if kind == "screen text":
        return [m.screen_text for m in moments]
    if kind == "looks like":
        return [thing.told for m in moments for thing in m.things]
    if kind == "senses":
        sensed = [t for m in moments for t in (*m.senses.words, ", ".join(m.senses.words))]
        captions = (m.caption for m in moments if m.caption_source == MEASURED)
        read = (text for m in moments for text in readings(m.senses))
        cut = cutting(len(dailies.shots(footage.id)))
        return [*sensed, *captions, *figures(moments), *read, cut]
    told = [m for m in moments if m.caption_source != MEASURED]
    brought = [c.text for c in dailies.captions(footage.id) if _shares(c.range, span)]
    seen = {m.shot_ordinal for m in told}
    shots = [s.caption for s in dailies.shots(footage.id) if s.ordinal in seen]
    return [*(m.caption for m in told), *brought, *shots]


def facts(footage: Footage) -> tuple[str, ...]:
    """The technical facts of footage as words that a reason may quote."""
    technical = footage.technical
    rate = Fraction(technical.rate)
    said = [
        technical.container,
        technical.codec,
        technical.orientation,
        f"{technical.width}x{technical.height}",
        f"{technical.orientation} {technical.width}x{technical.height}",
        f"{float(rate):g} fps",
        f"{float(footage.duration_s):.1f} s",
        technical.created,
        "sound" if technical.has_sound else "no sound",
        *technical.notes,
    ]
    said += ["HDR"] if technical.hdr else []
    said += ["variable frame rate"] if technical.variable_rate else []
    return tuple(text for text in said if text)
