from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.listening.lines import LONGEST, lines, written
from project.understood import Heard
from timeline.time import TimeRange


def said(text: str, start: str = "0", *, each: str = "0.3", speaker: str = "") -> list[Heard]:
    """The words of `text` one after the other, without pauses."""
    length, at = Fraction(each), Fraction(start)
    return [
        Heard(TimeRange(at + k * length, at + (k + 1) * length), word, speaker)
        for k, word in enumerate(text.split())
    ]


def test_a_line_ends_with_its_sentence_and_not_with_an_abbreviation() -> None:
    made = lines(said("Dr. Who came at 3. May, i.e. late. Was he tired? yes he was. So!"))
    assert [line.text for line in made] == [
        "Dr. Who came at 3. May, i.e. late.",
        "Was he tired? yes he was.",
        "So!",
    ]
    assert made[0].range == TimeRange(Fraction(0), Fraction(12, 5))
    assert made[1].range.start == made[0].range.end


def test_a_pause_ends_a_line_and_a_shorter_one_does_not() -> None:
    first, second = said("we go"), said("down there", "1.2")  # exactly 0.6 s apart
    assert [line.text for line in lines(first + second)] == ["we go down there"]
    second = said("down there", "1.21")
    assert [line.text for line in lines(first + second)] == ["we go", "down there"]


def test_another_speaker_begins_another_line() -> None:
    words = said("are you", speaker="Ann") + said("I am", "0.6", speaker="Bob")
    assert [(x.speaker, x.text) for x in lines(words)] == [("Ann", "are you"), ("Bob", "I am")]


def test_a_long_sentence_is_divided_at_its_comma_into_lines_that_fit() -> None:
    long = "when the tide came in over the long flat sand we ran, all of us together, to the old"
    long += " wooden boats that lay behind the wall"
    made = lines(said(long))
    assert " ".join(x.text for x in made) == long
    assert all(len(x.text) <= LONGEST for x in made)
    assert len(made) == 2
    assert made[0].text.endswith(",")


def test_scripts_without_spaces_are_joined_without_and_punctuation_leans_on_its_word() -> None:
    assert written(["你", "好", "，", "世界", "!"]) == "你好，世界!"
    assert written(["It", "costs", "$5", "(or", "so", ")", "."]) == "It costs $5 (or so)."
    assert written(["a", "&", "b", "-", "c"]) == "a & b - c"


WORDS = st.lists(
    st.tuples(
        st.text(st.characters(codec="utf-8"), max_size=120),
        st.integers(0, 900),
        st.integers(0, 900),
        st.sampled_from(["", "Ann", "Bob"]),
    ),
    max_size=60,
)


@given(WORDS)
def test_whatever_is_said_no_line_is_too_long_and_no_word_is_lost(
    raw: list[tuple[str, int, int, str]],
) -> None:
    at, words = Fraction(0), []
    for text, pause, length, speaker in raw:
        start = at + Fraction(pause, 1000)
        at = start + Fraction(length, 1000)
        words.append(Heard(TimeRange(start, at), text, speaker))
    made = lines(words)
    assert all(0 < len(line.text) <= LONGEST for line in made)
    assert all(a.range.end <= b.range.start for a, b in pairwise(made))
    kept = "".join("".join(line.text.split()) for line in made)
    assert kept == "".join("".join(word.text.split()) for word in words)
    whole = TimeRange(Fraction(0), at)
    assert all(whole.contains(line.range) for line in made)
