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
    ],
)  # fmt: skip
def test_what_a_film_should_be_is_no_edit_of_the_picture(words: str) -> None:
    found = requests(words) or ()
    assert not {r.tool for r in found} & {"reframe", "look", "stabilise", "rhythm"}


def test_two_edits_of_the_picture_in_one_sentence_are_two() -> None:
    found = requests("match the colours and stabilise the shaky ones")
    assert found is not None and [r.tool for r in found] == ["look", "stabilise"]
