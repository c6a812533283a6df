from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.listening.doubts import believed, sure
from index.values import Spoken


def said(text: str, start: float = 0.0, *, each: float = 0.3, chance: float = 0.9) -> list[Spoken]:
    return [
        Spoken(start + k * each, start + (k + 1) * each, word, "", chance)
        for k, word in enumerate(text.split())
    ]


def text(words: list[Spoken]) -> str:
    return " ".join(w.text for w in words)


def test_what_is_really_said_stays_as_it_is() -> None:
    words = said("No, no, no! Thank you, we read the captions by hand.")
    assert believed(words, 10.0) == words
    assert text(believed(said("Thank you."), 2.0)) == "Thank you."


def test_a_phrase_in_a_loop_is_kept_once() -> None:
    words = said("we went out " + "and then we left " * 6 + "at last")
    assert text(believed(words, 20.0)) == "we went out and then we left at last"
    assert text(believed(said("you " * 40), 20.0)) == "you"
    assert text(believed(said("no no no no yes"), 20.0)) == "no no no no yes"


def test_subtitle_credits_and_unsure_farewells_are_left_out() -> None:
    assert believed(said("Subtitles by the Amara.org community"), 5.0) == []
    assert believed(said("Untertitel der Amara.org-Community"), 5.0) == []
    assert believed(said("Thanks for watching!", chance=0.2), 5.0) == []
    assert believed(said("Quarrel over the mill", chance=0.2), 5.0) != []
    assert believed(said("Quarrel over the mill", chance=0.1), 5.0) == []
    kept = believed(said("That is all. Subtitles by the Amara.org community"), 5.0)
    assert text(kept) == "That is all."


def test_remarks_and_notes_are_not_words() -> None:
    words = said("[Music] (soft piano music) so ♪ la ♪ we - go (applause)")
    assert text(believed(words, 10.0)) == "so la we go"
    assert text(believed(said("(we never closed this bracket at all"), 10.0)).startswith(
        "(we never"
    )


def test_words_outside_the_sound_or_faster_than_anybody_speaks_are_left_out() -> None:
    words = [*said("in here"), Spoken(9.0, 9.5, "behind"), Spoken(float("nan"), 1.0, "never")]
    assert text(believed(words, 2.0)) == "in here"
    assert believed(said("a very long sentence indeed " * 3, each=0.01), 0.4) == []


SOME = st.floats(-3, 40, allow_nan=False) | st.just(float("nan")) | st.just(float("inf"))
WORD = st.builds(
    Spoken, SOME, SOME, st.text(max_size=12), st.sampled_from(["", "A"]), st.floats(0, 1)
)


@given(st.lists(WORD, max_size=40), st.floats(0.3, 30))
def test_whatever_came_words_are_in_order_inside_and_never_overlap(
    words: list[Spoken], length_s: float
) -> None:
    kept = believed(words, length_s)
    assert all(0 <= w.start_s < w.end_s <= length_s for w in kept)
    assert all(a.end_s <= b.start_s for a, b in pairwise(kept))
    assert all(w.text.strip() for w in kept)


def test_of_a_small_model_only_phrases_it_is_sure_of_are_taken_and_those_whole() -> None:
    clear = [*said("we lit the", 0.0), *said("lanterns", 0.9, chance=0.6), *said("early.", 1.2)]
    muddled = said("put this on the edge", 3.0, chance=0.7)
    assert sure([*clear, *muddled], 6.0) == clear


def test_of_a_language_that_a_small_model_does_not_know_nothing_is_taken() -> None:
    lucky = said("Thank you very much.", 0.0, chance=0.95)
    foreign = said("of the Nemanium dictonium mujet", 3.0, chance=0.3)
    assert sure([*lucky, *foreign], 6.0) == []
    circles = said("I am going to do this " * 12, each=0.2)
    assert text(believed(circles, 20.0)) == "I am going to do this"
    assert sure(circles, 20.0) == []
    assert sure([], 1.0) == []
