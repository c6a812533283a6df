"""A steadied copy as footage: how much it shakes, and what it inherits from what was filmed."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from index.ingest import ingest_file
from index.moments import moment_ranges
from index.senses_motion import MotionSense
from media.probe import fingerprint
from media.stills import strip
from media.values import Cancel, Picture
from project import footage as store
from project import understood
from project.footage import Footage
from project.store import Project
from timeline.model import Origin
from timeline.time import TimeRange
from tools.dailies import said

STEADIED = "stabiliser"
MODEL = "vid.stab"
EVERY_S = Fraction(1, 10)
HEIGHT_PX = 144
MOST = 120  # pictures decoded at a time


@dataclass(frozen=True, slots=True)
class Copy:
    """A steadied copy of a span of footage, as a file."""

    footage: Footage
    span: TimeRange
    path: Path
    smooth_s: float


def shake_of(path: Path, span: TimeRange, *, cancel: Cancel | None = None) -> float:
    """Mean shake over the seconds of a span, as the index measures it. Raises MediaError."""
    sense = MotionSense()
    count = max(2, int(span.duration / EVERY_S))
    times = [span.start + n * EVERY_S for n in range(count)]
    for first in range(0, count, MOST):
        some = times[first : first + MOST]
        shown = strip(path, some, height_px=HEIGHT_PX, cancel=cancel)
        for number, (time_s, rgb) in enumerate(zip(some, shown, strict=True), first):
            sense.picture(Picture(time_s - span.start, number, rgb))
    found = sense.movements(moment_ranges(span.duration))
    return statistics.fmean(m.shake for m in found if m is not None) if any(found) else 0.0


def keep_copy(project: Project, copy: Copy) -> Footage:
    """The copy as footage of the project, with captions and words of what was filmed.

    Raises MediaError, CreatorError.
    """
    origin = Origin(
        backend=STEADIED,
        model=MODEL,
        prompt=f"steadied copy of {copy.footage.name}",
        seed=0,
        conditions=f"{copy.footage.name} {copy.span}, camera path smoothed over"
        f" {copy.smooth_s:g} s",
        ai=copy.footage.origin.ai if copy.footage.origin else False,
    )
    _inherit_words(project, copy)
    made: Footage = ingest_file(
        project,
        copy.path,
        origin=origin,
        title=f"{said(copy.footage)}, steadied",
        captions=_captions(project, copy),
    )
    return made


def _captions(project: Project, copy: Copy) -> tuple[tuple[Fraction, Fraction, str], ...]:
    """What somebody told of the span, in the copy's own seconds."""
    told = [
        (m.range, m.caption)
        for m in store.moments(project, copy.footage.id)
        if m.caption and m.caption_source != "embedded"
    ]
    inside = [(r.clamp(copy.span).shift(-copy.span.start), text) for r, text in told
              if r.overlap(copy.span) > 0]  # fmt: skip
    return tuple((r.start, r.end, text) for r, text in inside)


def _inherit_words(project: Project, copy: Copy) -> None:
    """Write down what is said: words under the copy's content, lines as subtitles beside it."""
    name = fingerprint(copy.path)
    heard = understood.transcript(project, copy.footage.fingerprint)
    if heard is not None:
        words = tuple(
            replace(w, range=w.range.shift(-copy.span.start))
            for w in heard.words
            if copy.span.contains(w.range)
        )
        understood.transcribe(project, name, replace(heard, words=words))
        return
    lines = [
        (line.range.clamp(copy.span).shift(-copy.span.start), " ".join(line.text.split()))
        for line in store.speech(project, copy.footage.id)
        if line.range.overlap(copy.span) > 0
    ]
    if lines:
        copy.path.with_suffix(".srt").write_text(_srt(lines), encoding="utf-8")


def _srt(lines: list[tuple[TimeRange, str]]) -> str:
    def stamp(seconds: Fraction) -> str:
        whole, rest = divmod(int(seconds * 1000), 1000)
        return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{rest:03}"

    blocks = [
        f"{n}\n{stamp(span.start)} --> {stamp(span.end)}\n{text}\n"
        for n, (span, text) in enumerate(lines, 1)
    ]
    return "\n".join(blocks)
