from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.listening.cuts import clear_of_words, gap_near, inside_word, nearest_gap, within_said
from project import footage as store
from project import understood
from project.footage import Footage, Speech
from project.store import Project
from project.understood import Heard, Transcript
from timeline.time import TimeRange


def at(text: str) -> Fraction:
    return Fraction(text)


def spans(*ends: str) -> tuple[TimeRange, ...]:
    return tuple(TimeRange(at(a), at(b)) for a, b in (each.split("-") for each in ends))


WORDS = spans("1-1.5", "1.5-2", "2.2-3", "5-6")


def test_a_cut_inside_a_word_moves_into_the_middle_of_the_nearest_pause() -> None:
    assert within_said(WORDS, at("1.2"))
    assert not within_said(WORDS, at("1.5"))  # the seam of two words
    assert gap_near(WORDS, at("1.9"), within_s=at("1")) == at("2.1")
    assert gap_near(WORDS, at("2.3"), within_s=at("1")) == at("2.1")


def test_in_a_long_pause_a_cut_keeps_clear_of_the_words_and_no_more() -> None:
    assert gap_near(WORDS, at("2.9"), within_s=at("1")) == at("3.2")
    assert gap_near(WORDS, at("4"), within_s=at("1")) == at("4")
    assert gap_near(WORDS, at("4.95"), within_s=at("1")) == at("4.8")
    assert gap_near(WORDS, at("5.9"), within_s=at("1")) == at("6.2")


def test_a_pause_goes_before_a_seam_and_out_of_reach_nothing_moves() -> None:
    assert gap_near(WORDS, at("1.6"), within_s=at("0.6")) == at("2.1")
    assert gap_near(WORDS, at("1.6"), within_s=at("0.2")) == at("1.5")
    assert gap_near(WORDS, at("2.6"), within_s=at("0.1")) == at("2.6")
    assert gap_near(WORDS, at("3.1"), within_s=at("0.05")) == at("3.15")
    assert gap_near((), at("3"), within_s=at("1")) == at("3")


TIMES = st.lists(st.integers(0, 400), max_size=24, unique=True)


@given(TIMES, st.integers(0, 420), st.integers(0, 100))
def test_a_moved_cut_is_in_reach_and_never_in_a_word(
    edges: list[int], place: int, reach: int
) -> None:
    marks = [Fraction(e, 20) for e in sorted(edges)]
    words = [TimeRange(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    where, within = Fraction(place, 20), Fraction(reach, 20)
    found = gap_near(words, where, within_s=within)
    assert abs(found - where) <= within
    assert found >= 0
    if found != where:
        assert not within_said(words, found)
    elif within_said(words, where):
        clean = [e for e in marks if abs(e - where) <= within and not within_said(words, e)]
        assert not clean


def test_a_clip_moves_so_that_both_its_ends_fall_into_pauses() -> None:
    room = TimeRange(Fraction(0), Fraction(8))
    moved = clear_of_words(WORDS, spans("1.8-5.2")[0], room)
    assert moved == spans("0.8-4.2")[0]  # 0.2 s before a word, and in the long pause
    assert clear_of_words(WORDS, spans("0.5-4")[0], room) == spans("0.5-4")[0]
    assert clear_of_words(WORDS, spans("1.2-1.9")[0], spans("1.2-1.9")[0]) == spans("1.2-1.9")[0]


@given(TIMES, st.integers(0, 300), st.integers(1, 80), st.integers(0, 60), st.integers(0, 60))
def test_a_moved_clip_stays_in_its_room_and_clear_if_that_can_be(
    edges: list[int], start: int, length: int, before: int, behind: int
) -> None:
    marks = [Fraction(e, 20) for e in sorted(edges)]
    words = [TimeRange(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    begin, end = start, start + length
    span = TimeRange(Fraction(begin, 20), Fraction(end, 20))
    room = TimeRange(Fraction(max(0, begin - before), 20), Fraction(end + behind, 20))

    def cuts(each: TimeRange) -> int:
        return within_said(words, each.start) + within_said(words, each.end)

    moved = clear_of_words(words, span, room)
    assert moved.duration == span.duration
    assert room.contains(moved)
    steps = range(int((room.start - span.start) * 20), int((room.end - span.end) * 20) + 1)
    assert cuts(moved) == min(cuts(span.shift(Fraction(k, 20))) for k in steps)


def test_words_are_gone_by_where_there_are_some_and_lines_where_not(project: Project) -> None:
    row = Footage("f", Path("/a.wav"), "a.wav", "", "print", 1, 0, "ok", duration_s=Fraction("6.1"))
    store.save(project, row)
    line = Speech("f", TimeRange(Fraction(1), Fraction(3)), "we go", "", "subtitle file")
    store.replace_knowledge(project, "f", shots=[], moments=[], speech=[line], captions=[])
    assert inside_word(project, "f", Fraction(2))
    assert nearest_gap(project, "f", at("2.9"), within_s=at("0.5")) == at("3.2")
    heard = tuple(Heard(span, "w") for span in WORDS)
    understood.transcribe(project, "print", Transcript("whisper:x", "en", heard))
    assert not inside_word(project, "f", at("2.1"))
    assert inside_word(project, "f", at("5.5"))
    assert nearest_gap(project, "f", at("5.9"), within_s=at("1")) == at("6.1")  # its end
