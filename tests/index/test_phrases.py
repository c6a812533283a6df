"""The phrases of editors reach the file, the senses, speech or text; and so does their absence."""

from __future__ import annotations

import pytest

from index.query import understand

# question, (what is asked, "not " before what is not wanted), what captions must answer
ASKED = (
    ("vertical clips of a fountain", ("portrait",), ("fountain",)),
    ("not vertical", ("not portrait",), ()),
    ("a fountain, landscape format", ("landscape",), ("fountain",)),
    ("ultra HD shots of bees", ("4k",), ("bees",)),
    ("1080p", ("hd",), ()),
    ("slow-mo of a splash", ("high frame rate",), ("splash",)),
    ("cows, with sound", ("with sound",), ("cows",)),
    ("silent clip of a mill", ("silent",), ("mill",)),
    ("longer than half a minute", ("longer than",), ()),
    ("under ten seconds", ("shorter than",), ()),
    ("no longer than 20 seconds", ("not longer than",), ()),
    ("over 3 surfers", (), ("3", "surfers")),
    ("slow pan", ("pan",), ()),
    ("slow pan to the left over a harbour", ("pan left",), ("harbour",)),
    ("camera tilts up a tower", ("tilt up",), ("tower",)),
    ("no zoom", ("not zoom",), ()),
    ("not shaky", ("not shaky",), ()),
    ("a kitchen that is not too dark", ("not dark",), ("kitchen",)),
    ("a garden, no green", ("not green",), ("garden",)),
    ("high contrast", ("high contrast",), ()),
    ("a lake without text", ("not text",), ("lake",)),
    ("a lake with no subtitles on the screen", ("not text",), ("lake",)),
    ("text on screen", ("text",), ()),
    ("market but nobody talks", ("not speech",), ("market",)),
    ("forest without people", ("not people",), ("forest",)),
    ("faces not visible", ("not faces",), ()),
    ("crowd without music", ("not music",), ("crowd",)),
)  # fmt: skip


@pytest.mark.parametrize(("text", "asked", "content"), ASKED)
def test_each_phrase_reaches_its_layer(
    text: str, asked: tuple[str, ...], content: tuple[str, ...]
) -> None:
    question = understand(text)
    named = tuple(("not " if a.negated else "") + a.name for a in question.asked)
    assert (set(named), question.open) == (set(asked), content)
    assert question.spoken == question.written == ""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("longer than half a minute", 30), ("at least 2 min", 120), ("more than a minute", 60),
        ("under ten seconds", 10), ("90 seconds or longer", 90), ("up to 1 hour", 3600),
        ("shorter than 2.5s", 2.5),
    ],
)  # fmt: skip
def test_lengths_are_read_in_words_and_figures(text: str, seconds: float) -> None:
    assert [each.amount for each in understand(text).asked] == [seconds]


@pytest.mark.parametrize(
    ("text", "excluded", "content"),
    [
        ("a dog but no people", ("people",), ("dog",)),
        ("with a dog but no people", ("people",), ("dog",)),
        ("a beach with nobody in sight", ("people",), ("beach",)),
        ("street without cars or buses", ("cars", "buses"), ("street",)),
        ("street without people or cars", ("people", "cars"), ("street",)),
    ],
)
def test_what_is_not_wanted_is_neither_searched_nor_embedded(
    text: str, excluded: tuple[str, ...], content: tuple[str, ...]
) -> None:
    question = understand(text)
    assert (question.excluded, question.content) == (excluded, content)
    assert not any(word in question.plain for word in excluded)


@pytest.mark.parametrize(
    ("text", "spoken", "written"),
    [
        ("she says hello", "hello", ""),
        ("a man who says there is no text in it", "there is no text in it", ""),
        ('a poster that reads "no people"', "", "no people"),
        ("dog without text in the background", "", ""),
    ],
)
def test_negations_inside_what_is_said_stay_there(text: str, spoken: str, written: str) -> None:
    question = understand(text)
    assert (question.spoken, question.written) == (spoken, written)
