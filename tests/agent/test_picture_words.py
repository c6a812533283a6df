"""Edits of the picture as creators say them, each to its exact request; films stay films."""

from __future__ import annotations

from typing import Any

import pytest

from agent.requests import requests
from tools.registry import tools

SAID: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("reframe it to square", "reframe", {"aspect": "1:1"}),
    ("reframe to 9:16", "reframe", {"aspect": "9:16"}),
    ("crop it to 4:5", "reframe", {"aspect": "4:5"}),
    ("reframe to square and follow the dog", "reframe", {"aspect": "1:1", "subject": "dog"}),
    ("make it vertical and follow the faces", "reframe", {"aspect": "9:16", "follow": "face"}),
    ("make the film vertical and follow the action", "reframe",
     {"aspect": "9:16", "follow": "motion"}),
    ("reframe the second clip to follow the ball", "reframe",
     {"clips": ("second clip",), "subject": "ball"}),
    ("match the colours", "look", {"action": "match"}),
    ("match the colors of the clips", "look", {"action": "match"}),
    ("even out the light", "look", {"action": "match"}),
    ("make clip 2 a bit brighter", "look",
     {"action": "brighter", "clips": ("clip 2",), "amount": "little"}),
    ("make the last shot much warmer", "look",
     {"action": "warmer", "clips": ("last shot",), "amount": "much"}),
    ("make it black and white", "look", {"action": "black and white"}),
    ("turn the film black and white", "look", {"action": "black and white"}),
    ("make the whole film more colourful", "look", {"action": "more colour"}),
    ("reset the grading", "look", {"action": "reset"}),
    ("stabilise the shaky ones", "stabilise", {}),
    ("stabilize it", "stabilise", {"clips": ("all",)}),
    ("steady clip 3", "stabilise", {"clips": ("clip 3",)}),
    ("stabilise the shaky clips gently", "stabilise", {"strength": "light"}),
    ("cut it to the beat", "rhythm", {}),
    ("cut to the music", "rhythm", {}),
    ("cut on every second beat", "rhythm", {"every": "two"}),
    ("sync the cuts to 120 bpm", "rhythm", {"bpm": 120.0}),
    ("cut on every beat", "rhythm", {"every": "beat"}),
    ("edit it to the rhythm of the song", "rhythm", {}),
    ("cut on every fourth beat", "rhythm", {"every": "four"}),
    ("reframe to 9:16, centred", "reframe", {"aspect": "9:16", "follow": "centre"}),
    ("let the frames follow what is seen", "reframe", {}),
    ("fit it into square with black bars", "reframe", {"aspect": "1:1", "fit": True}),
    ("turn it into a vertical video and follow the speaker", "reframe",
     {"aspect": "9:16", "follow": "face"}),
    ("convert the film to widescreen", "reframe", {"aspect": "16:9"}),
    ("crop the last shot to follow the movement", "reframe",
     {"clips": ("last shot",), "follow": "motion"}),
    ("please reframe it to portrait", "reframe", {"aspect": "9:16"}),
    ("match the colours to the second clip", "look",
     {"action": "match", "like": "the second clip"}),
    ("match the look of clips 2 and 3", "look", {"action": "match", "clips": ("2", "3")}),
    ("make the rest look like the first shot", "look",
     {"action": "match", "clips": ("rest",), "like": "the first shot"}),
    ("black and white", "look", {"action": "black and white"}),
    ("brighten clip 2", "look", {"action": "brighter", "clips": ("clip 2",)}),
    ("darken the last shot a bit", "look",
     {"action": "darker", "clips": ("last shot",), "amount": "little"}),
    ("brighten it up", "look", {"action": "brighter"}),
    ("warm up the second clip", "look", {"action": "warmer", "clips": ("second clip",)}),
    ("cool the first shot down", "look", {"action": "cooler", "clips": ("first shot",)}),
    ("desaturate clip 4", "look", {"action": "less colour", "clips": ("clip 4",)}),
    ("give clip 2 more contrast", "look", {"action": "more contrast", "clips": ("clip 2",)}),
    ("a bit less contrast in the third shot", "look",
     {"action": "less contrast", "clips": ("third shot",), "amount": "little"}),
    ("remove the colour correction", "look", {"action": "reset"}),
    ("stabilise everything that is shaky", "stabilise", {}),
    ("steady the second shot a lot", "stabilise",
     {"clips": ("second shot",), "strength": "strong"}),
    ("put subtitles on it", "title", {"kind": "subtitles"}),
    ("add subtitles", "title", {"kind": "subtitles"}),
    ("burn the captions in", "title", {"kind": "subtitles"}),
    ("subtitle the film", "title", {"kind": "subtitles"}),
    ("add subtitles as a track", "title", {"kind": "subtitles", "burned": False}),
    ("subtitles as a file", "title", {"kind": "subtitles", "burned": False}),
    ("don't burn the subtitles in", "title", {"kind": "subtitles", "burned": False}),
    ("take the subtitles off", "title", {"kind": "subtitles", "remove": True}),
    ("remove the subtitles from it", "title", {"kind": "subtitles", "remove": True}),
    ("turn off the captions", "title", {"kind": "subtitles", "remove": True}),
    ("no subtitles", "title", {"kind": "subtitles", "remove": True}),
    ("remove the title", "title", {"kind": "title", "remove": True}),
    ("take all the text off", "title", {"kind": "all", "remove": True}),
    ("remove the lower third from clip 2", "title",
     {"kind": "lower-third", "remove": True, "clip": "clip 2"}),
    ("lower third 'Anna, baker' over clip 2", "title",
     {"kind": "lower-third", "text": "Anna, baker", "clip": "clip 2"}),
    ('add a lower third saying "Ada" over the last shot', "title",
     {"kind": "lower-third", "text": "Ada", "clip": "the last shot"}),
    ('put "Ada, pilot" as a lower third on the first clip', "title",
     {"kind": "lower-third", "text": "Ada, pilot", "clip": "the first clip"}),
    ('put the title "Day two" over the third clip', "title",
     {"text": "Day two", "clip": "the third clip"}),
)  # fmt: skip


@pytest.mark.parametrize(("words", "tool", "arguments"), SAID)
def test_what_is_done_to_the_picture_is_read_to_the_argument(
    words: str, tool: str, arguments: dict[str, Any]
) -> None:
    found = requests(words)
    assert found is not None and [(r.tool, r.arguments) for r in found] == [(tool, arguments)]
    tools()[tool].arguments.model_validate(found[0].arguments)


@pytest.mark.parametrize(
    "words",
    [
        "a dark film", "bright colours only", "vertical shots of the tower", "make it darker",
        "a black and white film of the sea", "make it vertical", "a square 12 second cut of coffee",
        "a steady walk through the town", "cut a film to 30 seconds", "20 seconds for TikTok",
        "a film cut to fast music about the sea", "colour it like that movie",
        "turn the lights warmer", "make a brighter future film", "follow the dog",
        "cool shots of the sea", "warm colours only", "a film in black and white about trains",
        "a vertical film with subtitles", "square dance at the fair", "a film to the beat of drums",
        "show me the shaky shots", "which clips are too dark?", "the portrait of my grandmother",
        "a 30 s film with the title \"Black and white\"", "find shots with captions",
    ],
)  # fmt: skip
def test_what_a_film_should_be_is_no_edit_of_the_picture(words: str) -> None:
    found = requests(words) or ()
    assert not {r.tool for r in found} & {"reframe", "look", "stabilise", "rhythm", "title"}


def test_two_edits_of_the_picture_in_one_sentence_are_two() -> None:
    found = requests("match the colours and stabilise the shaky ones")
    assert found is not None and [r.tool for r in found] == ["look", "stabilise"]


def test_there_are_many_ways_to_say_it() -> None:
    assert len(SAID) >= 60 and len({words for words, _, _ in SAID}) == len(SAID)


@pytest.mark.parametrize(
    ("words", "tools_after"),
    [
        ("add subtitles and match the colours", ["title", "look"]),
        ("brighten clip 2 and take the subtitles off", ["look", "title"]),
        ("cut it to the beat, then stabilise the shaky ones", ["rhythm", "stabilise"]),
    ],
)
def test_edits_of_picture_and_words_stand_side_by_side(words: str, tools_after: list[str]) -> None:
    found = requests(words)
    assert found is not None and [r.tool for r in found] == tools_after
