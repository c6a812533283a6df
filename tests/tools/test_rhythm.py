"""Cutting to the beat: cuts on beats, whole frames, inside shots, words and the film's length."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from project import footage as store
from project import history
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Propose
from timeline import document
from timeline.edits import check
from timeline.model import Clip, Gap, Origin, Timeline, Track
from timeline.time import TimeRange
from tools.on_beats import OFF, Piece, frames_of, moved, spans
from tools.proposal import Proposal
from tools.pulse import given as tempo
from tools.pulse import of_music

LENGTHS = {"coffee": 8, "beach": 12, "sunset": 7, "city": 9, "light": 8, "pan": 8}
Lines = tuple[tuple[str, float, float], ...]
USUAL: Lines = (
    ("coffee", 1, 3.2), ("beach", 2, 5), ("sunset", 1, 2.76), ("city", 3, 5.4), ("light", 1, 3.6),
)  # fmt: skip


def lay(project: Project, lines: Lines = USUAL, **fields: Any) -> Timeline:
    clips = tuple(
        Clip(
            f"c-{n}-{name}", f"f-{name}", f"{name}.mp4",
            TimeRange(Fraction(str(a)), Fraction(str(b))),
            TimeRange(Fraction(0), Fraction(LENGTHS.get(name, 10))),
        )
        for n, (name, a, b) in enumerate(lines)
    )  # fmt: skip
    made = Timeline(tracks=(Track("V1", "video", clips),), **fields)
    with project.transaction():
        history.commit(project, made, "a cut", actor="hand")
    return made


def after(proposal: Proposal) -> Timeline:
    assert proposal.timeline is not None
    made = document.from_document(proposal.timeline)
    check(made)
    assert all((i.duration * made.rate).denominator == 1 for i in made.track("V1").items)
    assert all(r.verified for r in proposal.reasons), [r.problem for r in proposal.reasons]
    return made


def cuts(timeline: Timeline) -> list[Fraction]:
    ends = list(accumulate((i.duration for i in timeline.track("V1").items), initial=Fraction(0)))
    return ends[1:-1]


def test_cuts_fall_on_beats_and_the_film_stays_as_long(propose: Propose, dailies: Project) -> None:
    before = lay(dailies)
    proposal = propose("rhythm", bpm=120, every="beat")
    made = after(proposal)
    assert made.duration == before.duration
    for at in cuts(made):
        assert min(at % Fraction(1, 2), -at % Fraction(1, 2)) <= 1 / made.rate
    assert "4 of 4 cuts fall on the beat, it was 1" in proposal.answer
    assert [c.footage_id for _, c in made.clips()] == [c.footage_id for _, c in before.clips()]
    assert {c.verb for c in proposal.changes} == {"trim"}


def test_each_four_beats_choose_the_bar_that_moves_least(
    propose: Propose, dailies: Project
) -> None:
    lay(dailies, (("coffee", 1, 3.4), ("beach", 2, 6), ("city", 3, 5.2)))  # cuts at 2.4 and 6.4
    made = after(propose("rhythm", bpm=120, every="four"))
    assert [float(at) for at in cuts(made)] == [2.52, 6.52]


def test_pace_says_how_many_beats_a_shot_lasts(propose: Propose, dailies: Project) -> None:
    lay(dailies)
    assert "every beat of" in propose("rhythm", bpm=60, pace="fast").answer
    assert "every second beat" in propose("rhythm", bpm=60, pace="medium").answer
    assert "every fourth beat" in propose("rhythm", bpm=100, pace="slow").answer


def test_the_film_may_end_on_a_beat_instead(propose: Propose, dailies: Project) -> None:
    lay(dailies)
    made = after(propose("rhythm", bpm=120, every="beat", keep_length=False))
    at = made.duration
    assert min(at % Fraction(1, 2), -at % Fraction(1, 2)) <= 1 / made.rate


def test_no_clip_leaves_its_shot_or_shows_what_another_shows(
    propose: Propose, dailies: Project
) -> None:
    lay(dailies, (("dog", 4.1, 5.9), ("dog", 6.1, 7.3), ("dog", 7.4, 9.7), ("coffee", 1, 3)))
    made = after(propose("rhythm", bpm=90, every="beat"))
    first, second, third = (c.source for _, c in made.clips()[:3])
    assert first.end <= 6 <= second.start, "a cut of the footage lies at second 6"
    assert second.end <= third.start


def test_no_word_is_cut(propose: Propose, dailies: Project) -> None:
    lay(dailies, (("talk", 0.8, 3.8), ("beach", 2, 4.3), ("talk", 4, 7.2), ("city", 1, 3)))
    made = after(propose("rhythm", bpm=137, every="beat"))
    for _, clip in made.clips():
        if clip.footage_id == "f-talk":
            for end in (clip.source.start, clip.source.end):
                assert not 1 < end < Fraction("3.6") and not Fraction("4.2") < end < 7


def test_a_cut_that_cannot_move_stays_and_is_told(propose: Propose, dailies: Project) -> None:
    lay(dailies, (("sunset", 0, 7), ("coffee", 0, 8)))  # all there is, of both
    proposal = propose("rhythm", bpm=47, every="four")
    assert "1 cut could not move" in proposal.answer
    assert not proposal.changes


def with_music(project: Project, timeline: Timeline, *, start: str = "0") -> None:
    bed = Clip(
        "c-bed", "f-memo", "memo.wav", TimeRange(Fraction(start), Fraction(5)),
        TimeRange(Fraction(0), Fraction(5)),
    )  # fmt: skip
    both = replace(timeline, tracks=(*timeline.tracks, Track("A2", "audio", (bed,))))
    with project.transaction():
        history.commit(project, both, "music", actor="hand")


def test_the_beat_is_that_of_the_music_where_it_plays(propose: Propose, dailies: Project) -> None:
    moments = store.moments(dailies, "f-memo")
    beaten = [
        replace(
            m,
            senses=replace(
                m.senses, beats=(m.ordinal + 0.15, m.ordinal + 0.65), words=("steady beat",)
            ),
        )
        for m in moments
    ]
    with dailies.transaction():
        store.write_moments(dailies, beaten)
    lines = (("coffee", 1, 2.3), ("beach", 2, 3.2), ("city", 3, 4.5))
    with_music(dailies, lay(dailies, lines), start="1")
    proposal = propose("rhythm", every="beat")
    made = after(proposal)
    for at in cuts(made):
        assert float(at) % 0.5 == pytest.approx(0.15, abs=0.041)
    assert "the music (memo.wav), 120 a minute" in proposal.answer
    assert any("steady beat" in e.quote for r in proposal.reasons for e in r.evidence)


def test_a_bed_made_here_has_the_beat_of_its_score(dailies: Project) -> None:
    origin = Origin("synthesiser", "procedural bed", "calm: major chords at 66 beats per minute", 0)
    footage = replace(store.find(dailies, "f-memo"), origin=replace(origin, ai=False))
    with dailies.transaction():
        store.save(dailies, footage)
    with_music(dailies, lay(dailies))
    from tools.dailies import Dailies

    pulse = of_music(history.current(dailies), Dailies(dailies))
    assert pulse.bpm == pytest.approx(66) and pulse.beats_s[1] == Fraction(60, 66)


def test_without_music_or_beat_it_says_what_to_do(propose: Propose, dailies: Project) -> None:
    with pytest.raises(BadArguments, match="no cut"):
        propose("rhythm", bpm=100)
    with_music(dailies, lay(dailies))
    with pytest.raises(BadArguments, match="no steady beat"):
        propose("rhythm")
    lay(dailies)
    with pytest.raises(BadArguments, match="no music"):
        propose("rhythm")
    with pytest.raises(ValidationError):
        propose("rhythm", bpm=1000)


@settings(deadline=None, max_examples=60)
@given(
    lengths=st.lists(st.integers(13, 120), min_size=2, max_size=9),
    bpm=st.integers(50, 200),
    slack=st.integers(0, 60),
)
def test_the_cuts_found_can_always_be_played(lengths: list[int], bpm: int, slack: int) -> None:
    rate = Fraction(25)

    def piece(number: int, frames: int) -> Piece:
        item = Gap(f"g-{number}", frames / rate)

        def fits(wanted: int) -> TimeRange | None:
            return TimeRange(Fraction(0), wanted / rate) if abs(wanted - frames) <= slack else None

        return Piece(item, frames, fits)

    pieces = [piece(n, frames) for n, frames in enumerate(lengths)]
    beats = tempo(bpm, sum(lengths) / rate).beats_s
    found = moved(pieces, beats, rate)
    assert found.at[-1] == sum(lengths)
    assert list(found.at) == sorted(set(found.at))
    stood = list(accumulate(lengths))[:-1]
    off = sum(cut not in frames_of(beats, rate) for cut in stood)
    assert found.cost <= OFF * off, "staying would be cheaper"
    for span in spans(pieces, found).values():
        assert span.duration > 0
