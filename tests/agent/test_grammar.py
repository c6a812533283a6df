"""Goals in English, read by rule."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.grammar import read
from agent.spans import every_span, film_length


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("a 30 second reel", 30),
        ("30s reel", 30),
        ("a 30-second reel", 30),
        ("half a minute of water", 30),
        ("1:20 of the trip", 80),
        ("two minutes about skiing", 120),
        ("a minute and a half", 90),
        ("a one minute film", 60),
        ("1 min 15 sec film", 75),
        ("1.5 minutes", 90),
        ("twenty-five seconds of cats", 25),
        ("a film of about 45 seconds", 45),
        ("20 to 30 seconds of the sea", 30),
        ("a minute-long film", 60),
        ("0:45", 45),
    ],
)
def test_a_length_is_read_however_it_is_said(words: str, seconds: int) -> None:
    assert read(words).goal.length_s == seconds


@pytest.mark.parametrize(
    "words",
    [
        "use the first 5 seconds of the dog",
        "a 90s style video",
        "cut every 2 seconds",
        "3 second shots of water",
        "as short as possible",
        "in 9:16",
        "a film about am radio",
        "four dogs and a cat",
    ],
)
def test_what_is_not_the_films_length_is_not_taken_for_it(words: str) -> None:
    assert read(words).goal.length_s is None


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (
            "a calm 30 s reel of the beach day, end on a sunset",
            {"length_s": 30, "mood": ("calm",), "subjects": ("beach day",), "ending": "sunset"},
        ),
        (
            'make a 45 second vertical video about the dog and pouring coffee, without people,'
            ' with soft music, title "Summer"',
            {
                "length_s": 45, "aspect": "9:16", "subjects": ("dog", "pouring coffee"),
                "exclude": ("people",), "music": "soft", "title": "Summer",
            },
        ),
        (
            "half a minute, energetic, for tiktok, start with the skyline"
            " and finish with fireworks",
            {
                "length_s": 30, "mood": ("energetic",), "aspect": "9:16", "opening": "skyline",
                "ending": "fireworks",
            },
        ),
        (
            "two minutes of nature in chronological order with no screens and no music",
            {
                "length_s": 120, "subjects": ("nature",), "order": "chronological",
                "exclude": ("screens",),
            },
        ),
        (
            "create a square trailer called Winter Light with piano music",
            {"aspect": "1:1", "title": "Winter Light", "music": "piano"},
        ),
        ("1:20 film from day to night, keep the speech", {
            "length_s": 80, "order": "day to night", "speech": "keep"}),
        (
            "30-second reel: skiing, climbing and horses. Leave out the dog. Open on a lake",
            {
                "length_s": 30, "subjects": ("skiing", "climbing", "horses"),
                "exclude": ("dog",), "opening": "lake",
            },
        ),
        (
            "make me a slow paced story about a golden retriever, calm and warm",
            {"pace": "slow", "mood": ("calm", "warm"), "subjects": ("golden retriever",)},
        ),
        ("film about music and musicians, mute the original sound", {
            "subjects": ("music", "musicians"), "speech": "mute"}),
        ("make something fun", {"mood": ("fun",)}),
        (
            "a calm 40 second film: waves, a golden sunset, then a night sky full of stars and"
            " rain on glass, and lay soft music under it",
            {
                "length_s": 40, "mood": ("calm",), "music": "soft",
                "subjects": ("waves", "golden sunset", "night sky full of stars",
                             "rain on glass"),
            },
        ),
        ("15 s: waves and a golden retriever", {
            "length_s": 15, "subjects": ("waves", "golden retriever")}),
        ("a 15 s reel of cars on a road and a man with a dog", {
            "length_s": 15, "subjects": ("cars on a road", "man with a dog")}),
        ("a 20 s film of dogs with a generated aurora shot in the middle", {
            "length_s": 20, "subjects": ("dogs",), "generate": ("aurora",)}),
        (
            "a film without cars, phones or screens",
            {"exclude": ("cars", "phones", "screens")},
        ),
        ("a film titled 'End on a high note', 20 s", {
            "title": "End on a high note", "length_s": 20}),
        ("a 10 s film for instagram stories", {"length_s": 10, "aspect": "9:16"}),
        ("a portrait of my grandmother film, 20 s", {
            "length_s": 20, "subjects": ("portrait of my grandmother",)}),
    ],
)  # fmt: skip
def test_a_goal_is_read_into_its_fields_and_nothing_else(
    words: str, wanted: dict[str, Any]
) -> None:
    reading = read(words)
    said = {
        name: value
        for name, value in reading.goal.model_dump().items()
        if name != "text" and value not in (None, "", ())
    }
    assert said == wanted
    assert reading.film


def test_what_is_beyond_the_cut_is_read_too() -> None:
    reading = read(
        "a 20s montage of water, generate a starry sky for the ending, export for resolve"
    )
    assert reading.goal.ending == "starry sky" and reading.export == "otio"
    assert [(w.words, w.place) for w in reading.generate] == [("starry sky", "ending")]
    assert reading.goal.generate == ("starry sky",)
    assert read("a film of dogs, without generated shots").goal.generate == ()
    assert read("a film, fill the holes").fill_holes
    assert read("a film with no music").no_music and read("a film with no music").goal.music is None


@pytest.mark.parametrize(
    "words",
    [
        "mach mir ein ruhiges Video über den Hund",
        "une vidéo de 30 secondes avec le chien",
        "haz un vídeo para mi madre sobre los perros",
        "сделай короткий фильм о собаке",
        "作一个三十秒的视频",
    ],
)
def test_other_languages_are_noticed(words: str) -> None:
    assert read(words).foreign


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_read_without_an_error(words: str) -> None:
    reading = read(words)
    assert reading.goal.text == words


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 59), st.integers(1, 59))
def test_minutes_and_seconds_add_up(minutes: int, seconds: int) -> None:
    assume((minutes, seconds) not in {(9, 16), (16, 9), (21, 9)})  # written so, those are shapes
    for form in (f"{minutes}:{seconds:02}", f"{minutes} min {seconds} s", f"{minutes}m{seconds}s"):
        (span,) = every_span(form)
        assert span.length_s == 60 * minutes + seconds
        assert film_length(f"a film, {form} long")[0] == Fraction(60 * minutes + seconds)
