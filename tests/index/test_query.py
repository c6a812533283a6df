"""Questions are taken apart into file facts, senses, speech, on-screen text and the rest."""

from __future__ import annotations

import pytest

from index.query import understand


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("vertical clips", ["portrait"]),
        ("something upright for my instagram story", ["portrait"]),
        ("square video", ["square"]),
        ("16:9 footage", ["landscape"]),
        ("4k shots", ["4k"]),
        ("low-res video", ["low resolution"]),
        ("slow motion", ["high frame rate"]),
        ("clips with no audio", ["silent"]),
        ("footage that has sound", ["with sound"]),
        ("audio only", ["sound only"]),
        ("longer than 20 seconds", ["longer than"]),
        ("black & white", ["black and white"]),
        ("slow pan", ["pan"]),
        ("pan to the left", ["pan left"]),
        ("handheld", ["shaky"]),
        ("on a tripod", ["static"]),
        ("extreme close-up", ["close-up"]),
        ("establishing shot", ["wide"]),
        ("fades to black", ["fade out"]),
        ("very dark", ["dark"]),
    ],
)  # fmt: skip
def test_the_words_of_editors_are_understood_as_facts_and_senses(
    text: str, names: list[str]
) -> None:
    question = understand(text)
    assert [each.name for each in question.asked] == names
    assert question.only_asked


def test_what_is_left_over_is_looked_for_in_captions() -> None:
    question = understand("vertical video of a waterfall without any sound")
    assert {each.name for each in question.asked} == {"portrait", "silent"}
    assert question.content == ("waterfall",)
    assert not question.only_asked


def test_a_landscape_that_is_scenery_is_not_a_format() -> None:
    assert understand("a snowy landscape").asked == ()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("where she says good morning everyone", "good morning everyone"),
        ("someone talks about the budget", "the budget"),
        ('he mentions "plan B"', "plan B"),
    ],
)
def test_what_is_to_be_heard_is_told_apart(text: str, spoken: str) -> None:
    question = understand(text)
    assert (question.spoken, question.written) == (spoken, "")


def test_what_is_to_be_read_is_told_apart() -> None:
    question = understand("a sign that says Exit")
    assert (question.spoken, question.written) == ("", "Exit")


def test_sign_language_is_not_text_to_read() -> None:
    assert understand("sign language").written == ""


def test_what_is_not_wanted_is_not_searched_for() -> None:
    question = understand("beach without people")
    assert question.excluded == ("people",)
    assert question.content == ("beach",)


def test_no_face_means_no_face() -> None:
    (asked,) = understand("hands only, no face visible").asked
    assert (asked.name, asked.negated) == ("faces", True)


def test_lengths_are_read_with_their_units() -> None:
    (asked,) = understand("at least 2 minutes").asked
    assert (asked.name, asked.amount) == ("longer than", 120.0)


def test_asking_politely_changes_nothing() -> None:
    assert understand("please show me shots of a lighthouse").content == ("lighthouse",)


def test_a_question_of_only_small_words_is_survived() -> None:
    question = understand("the of and")
    assert question.content == () and question.plain


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("portrait clips with sound", "file"), ("fast cuts", "file"),
        ("static shots", "shot"), ("handheld aerials", "shot"), ("vertical drone footage", "shot"),
        ("dark shots", "met"), ("static shot, dark", "met"),
        ("a dog on a beach", "alike"), ("static shot of a dog", "alike"),
    ],
)  # fmt: skip
def test_an_answer_goes_as_far_as_what_is_asked_can_hold(text: str, reach: str) -> None:
    assert understand(text).reach == reach
