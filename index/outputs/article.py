"""What an illustrated article of one piece of footage says, and at which instants it shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from index.outputs.headings import capital
from index.outputs.known import Known
from index.outputs.lede import lede
from index.outputs.sections import SENTENCE_ENDS, Section, sections, within
from index.outputs.seen import clauses, spread
from index.titles import look, told
from index.words import stems
from project.footage import Moment, Speech
from timeline.exchange import plain_line
from timeline.time import TimeRange, clock

PARAGRAPH_WORDS = 90  # from here on a paragraph ends with its sentence
PARAGRAPH_LONGEST = 180
PAUSE_S = Fraction(5, 2)  # a longer one starts a new paragraph
SEEN_MOST = 6  # paragraphs of what is seen, a section
BLACK, WHITE = 0.06, 0.95  # mean light of a picture that shows nothing
FLAT = 0.03  # contrast, likewise
EDGE = 0.1  # the worth that the first and last second of a section lose
MARGIN_S = Fraction(1, 5)  # a picture keeps so far from the ends of its shot


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of the article and the instant they are from."""

    start_s: Fraction
    text: str
    speaker: str = ""
    kind: str = "said"  # or "seen", or "written"


@dataclass(frozen=True, slots=True)
class Figure:
    """A frame to show, and what is known of it. words: "" where nothing was told."""

    time_s: Fraction
    words: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One section: its span, title, picture and paragraphs."""

    range: TimeRange
    title: str
    figure: Figure | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """An article, before its pictures are taken. facts: length, size and the file, in words."""

    title: str
    summary: str
    facts: tuple[str, ...]
    parts: tuple[Part, ...]
    language: str = ""


def article(known: Known) -> Article:
    """The article of one piece of footage, all of it from what the index knows."""
    found = sections(known)
    figures = pictures(known, found)
    parts = []
    for section, figure in zip(found, figures, strict=True):
        paragraphs = _said(known.speech, section.range) or _seen(known, section.range)
        parts.append(Part(section.range, section.title, figure, tuple(paragraphs)))
    return Article(
        plain_line(known.footage.title) or plain_line(known.footage.name),
        lede(known),
        tuple(_facts(known)),
        tuple(parts),
        known.language,
    )


def _facts(known: Known) -> list[str]:
    """The file, its length and size, how many speak, and whether it was generated."""
    footage, technical = known.footage, known.footage.technical
    facts = [plain_line(footage.name), clock(footage.duration_s)]
    size = f"{technical.width} × {technical.height}"
    facts.append(size if technical.has_picture else "sound only")
    speakers = {line.speaker for line in known.speech if line.speaker}
    if len(speakers) > 1:
        facts.append(f"{len(speakers)} speakers")
    if footage.origin:
        facts.append("AI-generated" if footage.origin.ai else "generated")
    return facts


def _said(speech: Sequence[Speech], span: TimeRange) -> list[Paragraph]:
    """The spoken words in paragraphs: by speaker, by pause, by sentences of a fair length."""
    lines = [line for line in speech if span.start <= line.range.start < span.end]
    groups: list[list[Speech]] = []
    words = 0
    for line in lines:
        if not groups or _breaks(groups[-1][-1], line, words):
            groups.append([])
            words = 0
        groups[-1].append(line)
        words += len(line.text.split())
    return [
        Paragraph(
            group[0].range.start,
            plain_line(" ".join(line.text for line in group)),
            plain_line(group[0].speaker),
        )
        for group in groups
    ]


def _breaks(before: Speech, line: Speech, words: int) -> bool:
    """Whether `line` starts a new paragraph; `words` stand in the one before."""
    if before.speaker != line.speaker or line.range.start - before.range.end > PAUSE_S:
        return True
    ended = before.text.rstrip().endswith(SENTENCE_ENDS)
    return (words >= PARAGRAPH_WORDS and ended) or words >= PARAGRAPH_LONGEST


def _seen(known: Known, span: TimeRange) -> list[Paragraph]:
    """What is seen, or heard, where nobody speaks: captions, else text and looks."""
    inside = within(known.moments, span)
    shown = [
        Paragraph(start, capital(words) + "." * (not words.endswith(SENTENCE_ENDS)), kind="seen")
        for start, words in spread(clauses(inside), SEEN_MOST)
    ]
    if not shown and (looks := look(inside)):
        shown = [Paragraph(span.start, capital(looks) + ".", kind="seen")]
    return [*shown, *_written(inside)]


def _written(moments: Sequence[Moment]) -> list[Paragraph]:
    """The longest text on screen, where there is some."""
    with_text = [m for m in moments if m.screen_text.strip()]
    if not with_text:
        return []
    most = max(with_text, key=lambda m: len(m.screen_text))
    return [Paragraph(most.range.start, plain_line(most.screen_text, most=300), kind="written")]


def pictures(known: Known, found: Sequence[Section]) -> list[Figure | None]:
    """For each section the frame that shows it best; None where it shows nothing.

    Sharp and lit frames, faces, what the title names, and what the pictures before did not
    show go first.
    """
    taken: list[int] = []
    out: list[Figure | None] = []
    for section in found:
        span, named = section.range, stems(section.title)
        inside = [
            at
            for at, m in enumerate(known.moments)
            if span.overlap(m.range) * 2 >= m.range.duration and _shows(known, m)
        ]
        if not inside:
            out.append(None)
            continue
        worth = {
            at: _named(known.moments[at], named) + _worth(known, at, inside, taken) for at in inside
        }
        for at in {inside[0], inside[-1]}:
            worth[at] -= EDGE  # a dissolve may still be under way there
        best = max(inside, key=worth.__getitem__)
        taken.append(best)
        moment = known.moments[best]
        words = plain_line(moment.caption) if told([moment]) else ""
        out.append(Figure(_instant(known, moment, span), capital(words)))
    return out


def _shows(known: Known, moment: Moment) -> bool:
    senses = moment.senses
    seen = known.footage.picture_range.overlap(moment.range) * 2 >= moment.range.duration
    blank = not BLACK <= senses.light <= WHITE or senses.contrast < FLAT
    return seen and known.footage.technical.has_picture and not blank


def _named(moment: Moment, words: frozenset[str]) -> float:
    """What it is worth that a moment shows what its section is called by."""
    if not words or not told([moment]):
        return 0.0
    return 0.6 * len(words & stems(moment.caption)) / len(words)


def _worth(known: Known, at: int, among: Sequence[int], taken: Sequence[int]) -> float:
    """What the frame of a moment is worth as the picture of its section."""
    senses = known.moments[at].senses
    worth = senses.sharpness + 0.5 * min(1.0, senses.contrast / 0.2)
    worth += 0.4 * min(1.0, 3 * senses.face_size) * bool(senses.faces)
    worth -= 0.5 * min(1.0, senses.motion / 0.25) + 0.3 * min(1.0, abs(senses.light_change) / 0.1)
    if known.vectors is not None:
        mine = known.vectors[at]
        worth += 0.5 * float(known.vectors[list(among)].mean(axis=0) @ mine)
        if taken:
            worth -= 0.5 * float(np.max(known.vectors[taken] @ mine))
    return worth


def _instant(known: Known, moment: Moment, span: TimeRange) -> Fraction:
    """An instant well inside the moment, its shot and its section."""
    room = moment.range.clamp(span).clamp(known.footage.picture_range)
    for shot in known.shots:
        if shot.ordinal == moment.shot_ordinal and shot.range.overlap(room) > 2 * MARGIN_S:
            inner = room.clamp(shot.range)
            return (inner.start + inner.end) / 2
    return (room.start + room.end) / 2
