"""A script is read line by line: what is to be seen, for how long, and what cannot be read."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tools.script import is_script, parse

SCREENPLAY = """INT. KITCHEN – MORNING
A woman pours coffee. Steam rises.
NARRATOR (V.O.): Every day starts the same.
CUT TO:
EXT. BEACH - DAY

WAVES roll in
onto the sand.
"""
TIMED = """0:00-0:05 Waves at dawn
VO: "Morning comes early here."
0:05-0:12 - A fisherman pulls a net
0:12-0:10 A broken one
[0:20] Sunset
[0:26] Night sky
"""


def words(text: str) -> list[str]:
    return [beat.words for beat in parse(text).beats]


def test_a_screenplay_gives_its_action_in_order_and_says_which_lines_are_none() -> None:
    script = parse(SCREENPLAY)
    assert words(SCREENPLAY) == [
        "A woman pours coffee",
        "Steam rises",
        "WAVES roll in onto the sand",
    ]
    assert script.beats[1].said == "Every day starts the same."
    assert [(u.line, u.text) for u in script.unread] == [(4, "CUT TO:")]


def test_a_heading_that_nothing_stands_under_shows_its_place() -> None:
    assert words("INT. KITCHEN – MORNING\n\nEXT. BEACH. NIGHT - LATER\n") == [
        "kitchen morning",
        "beach. night",
    ]


def test_times_give_lengths_and_impossible_ones_are_said() -> None:
    script = parse(TIMED)
    assert [beat.given_s for beat in script.beats] == [5, 7, None, 6, None]
    assert script.beats[0].said == "Morning comes early here."
    [wrong] = script.unread
    assert wrong.line == 4 and "before it starts" in wrong.why
    assert script.beats[2].words == "A broken one"


@pytest.mark.parametrize(
    ("line", "shown", "given"),
    [
        ("1. A dog runs (3s)", "A dog runs", Fraction(3)),
        ("- A dog runs | 2.5 s", "A dog runs", Fraction(5, 2)),
        ("Shot 4: CLOSE UP of a dog", "a dog", None),
        ("(0:03-0:04) We see a dog.", "a dog", Fraction(1)),
        ("3-6 s: a dog", "a dog", Fraction(3)),
        ("a dog at 4:30 in the rain", "a dog at 4:30 in the rain", None),
    ],
)
def test_lists_cameras_and_lengths_are_no_part_of_what_is_shown(
    line: str, shown: str, given: Fraction | None
) -> None:
    [beat] = parse(line).beats
    assert (beat.words, beat.given_s) == (shown, given)


def test_speech_alone_in_its_paragraph_is_a_beat_with_or_without_quotes() -> None:
    script = parse("Waves roll in.\n\n“This is where we grew up.”\n\nANNA (V.O.)\nWe never left.\n")
    assert [beat.words for beat in script.beats] == [
        "Waves roll in",
        "This is where we grew up",
        "We never left",
    ]
    assert [beat.voice for beat in script.beats] == [False, True, True]


def test_a_long_line_lasts_as_long_as_it_takes_to_read() -> None:
    short, long = parse("A dog.\n\n" + "A dog runs over the wide green field of grass today").beats
    assert short.length_s == 2 and long.length_s == Fraction(11) / Fraction(5, 2)


def test_a_title_and_words_on_music_or_screen_are_no_beats() -> None:
    script = parse("TITLE: Home\nMUSIC: soft piano\nSUPER: 1984\n(pause)\n???\nA dog runs")
    assert script.title == "Home" and [b.words for b in script.beats] == ["A dog runs"]
    assert [u.line for u in script.unread] == [2, 3, 4, 5]
    assert all(u.why for u in script.unread)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        (SCREENPLAY, True), (TIMED, True), ("1. a dog\n2. a cat", True),
        ("Waves roll in.\n\nA dog runs.\n\nNight falls.", True),
        ("a calm film\nof the sea", False), ("make a film of dogs\nand cats\n30 seconds", False),
        ("a calm 30 s reel of the sea", False), ("", False),
    ],
)  # fmt: skip
def test_a_script_is_told_from_a_wish_typed_over_lines(text: str, script: bool) -> None:
    assert is_script(text) is script
