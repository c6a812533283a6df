"""The tool that cuts to the beat: clip lengths changed so that cuts fall on beats."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Timeline
from timeline.time import clock
from tools.assembly import described
from tools.changes import changes
from tools.dailies import Dailies, count
from tools.on_beats import Cuts, Piece, Spans, moved, on_beat, pieces_of, spans
from tools.proposal import Effect, Proposal, Reason
from tools.pulse import Pulse, given, of_music
from tools.reasons import check, length_evidence
from tools.shape import Arguments, Edits

Every = Literal["beat", "two", "four"]
BEATS: dict[Every, int] = {"beat": 1, "two": 2, "four": 4}
PACES: dict[str, Every] = {"fast": "beat", "medium": "two", "slow": "four"}
CALLED = {1: "every beat", 2: "every second beat", 4: "every fourth beat"}
MOST_REASONS = 12


class RhythmArguments(Arguments):
    """Which beats."""

    bpm: float | None = Field(
        None, ge=40, le=240, description="a tempo to cut to; empty: the beat of the music"
    )
    every: Every | None = Field(
        None, description="cut on each beat, or each two or four; empty: by pace or clip lengths"
    )
    pace: Literal["slow", "medium", "fast"] | None = None
    keep_length: bool = Field(
        True, description="the film stays as long to the frame; false: it ends on a beat"
    )


class Rhythm(Edits):
    """Moves the cuts of V1 onto beats."""

    name: ClassVar[str] = "rhythm"
    summary: ClassVar[str] = "Cut to the beat of the music, or of a tempo"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = RhythmArguments

    def propose(self, arguments: RhythmArguments, project: Project) -> Proposal:
        """The cut with its cuts on beats. Raises BadArguments without a cut or a beat."""
        stood = history.current(project)
        before = edits.snapped(stood)
        dailies = Dailies(project)
        pieces = pieces_of(before, dailies)
        if len(pieces) < 2:
            raise BadArguments("there is no cut between two clips that could fall on a beat")
        pulse = (
            of_music(before, dailies)
            if arguments.bpm is None
            else given(arguments.bpm, before.duration)
        )
        many = _many(arguments, pieces, before.rate, pulse)
        beats, cuts = _best(pieces, pulse, many, before.rate, keep_length=arguments.keep_length)
        changed = spans(pieces, cuts)
        after = _cut(before, changed)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=_answer(pieces, cuts, beats, before, pulse, many, changed),
            changes=changes(stood, after),
            timeline=document.to_document(after),
            reasons=tuple(
                check(reason, project, timeline=after)
                for reason in _reasons(arguments, before, after, pulse, changed, dailies)
            ),
        )


def _many(arguments: RhythmArguments, pieces: Sequence[Piece], rate: Fraction, pulse: Pulse) -> int:
    """Each how many beats are cut on: as asked, by pace, else so that clips keep their length."""
    if arguments.every is not None:
        return BEATS[arguments.every]
    if arguments.pace is not None:
        return BEATS[PACES[arguments.pace]]
    usual = statistics.median(piece.frames for piece in pieces) / float(rate) * pulse.bpm / 60
    return 1 if usual < 3 else 2 if usual < 7 else 4


def _best(
    pieces: Sequence[Piece], pulse: Pulse, many: int, rate: Fraction, *, keep_length: bool
) -> tuple[tuple[Fraction, ...], Cuts]:
    """The beats to cut on, from the first, second ... of a bar, and the cuts on them."""
    phases = [pulse.every(many, phase) for phase in range(min(many, len(pulse.beats_s)))]
    made = [(moved(pieces, beats, rate, keep_length=keep_length), beats) for beats in phases]
    cuts, beats = min(made, key=lambda each: each[0].cost)
    return beats, cuts


def _cut(timeline: Timeline, changed: Spans) -> Timeline:
    for key, span in changed.items():
        timeline = edits.trim(timeline, key, span)
    return timeline


def _answer(
    pieces: Sequence[Piece],
    cuts: Cuts,
    beats: Sequence[Fraction],
    before: Timeline,
    pulse: Pulse,
    many: int,
    changed: Spans,
) -> str:
    rate, at, stood = before.rate, 0, list[int]()
    for piece in pieces[:-1]:
        at += piece.frames
        stood.append(at)
    was, now = (on_beat(row, beats, rate) for row in (stood, cuts.at[:-1]))
    length = cuts.at[-1] / rate
    said = [
        f"{now} of {count(len(stood), 'cut')} {'falls' if now == 1 else 'fall'} on the beat, it was"
        f" {was}: {CALLED[many]} of {pulse.words}, {pulse.bpm:.0f} a minute."
    ]
    if changed:
        stays = "stays" if length == before.duration else f"was {clock(before.duration)} and is"
        said.append(
            f"{count(len(changed), 'clip')} changed in length; the film {stays} {clock(length)}."
        )
    if now < len(stood):
        said.append(
            f"{count(len(stood) - now, 'cut')} could not move: the shot has no more, another clip"
            " shows it, or a word would be cut."
        )
    return " ".join(said)


def _reasons(
    arguments: RhythmArguments,
    before: Timeline,
    after: Timeline,
    pulse: Pulse,
    changed: Spans,
    dailies: Dailies,
) -> list[Reason]:
    found = []
    if pulse.cited:
        text = f"The beat is that of {pulse.words}, {pulse.bpm:.0f} a minute"
        found.append(Reason(text=text, evidence=pulse.cited))
    if arguments.keep_length:
        text = f"The film lasts {clock(after.duration)}, as before"
        found.append(Reason(text=text, evidence=(length_evidence(before.duration, after),)))
    for key in list(changed)[:MOST_REASONS]:
        clip = after.item(key)
        shown = described(clip.footage_id, clip.source, dailies) if isinstance(clip, Clip) else None
        if isinstance(clip, Clip) and shown is not None:
            end = clock(after.start_of(key) + clip.duration)
            text = f"{clip.name} plays {clip.source}, so that it ends at {end}"
            found.append(Reason(text=text, evidence=(shown,)))
    return found
