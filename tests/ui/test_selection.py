"""What "this" means while a clip is selected."""

from __future__ import annotations

from fractions import Fraction

import pytest

from project.errors import CreatorError
from timeline.model import Clip, Gap, Timeline, Track
from timeline.time import TimeRange
from ui.selection import pointed

WHOLE = TimeRange(Fraction(0), Fraction(2))
ITEMS = (
    Clip("c-1", "f", "a", WHOLE, WHOLE),
    Gap("g-1", Fraction(1), "penguins"),
    Clip("c-2", "f", "b", WHOLE, WHOLE),
)
FILM = Timeline(tracks=(Track("V1", "video", ITEMS),))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("make this one 1 second shorter", "make the 2nd shot 1 second shorter"),
        ("make this shorter", "make the 2nd shot shorter"),
        ("why this clip?", "why the 2nd shot?"),
        ("Why this?", "Why the 2nd shot?"),
        ("delete the selected shot", "delete the 2nd shot"),
        ("put this after the first shot", "put the 2nd shot after the first shot"),
        ("swap THIS ONE for something with water", "swap the 2nd shot for something with water"),
    ],
)
def test_this_is_the_selected_shot(said: str, meant: str) -> None:
    assert pointed(said, FILM, "c-2") == meant


@pytest.mark.parametrize(
    "said",
    ["make this film shorter", "a calm 30 s reel of the sea", "make it vertical", "undo that",
     "is this cut too long?", "do it this way", "this year in pictures, 20 seconds"],
)  # fmt: skip
def test_the_film_is_never_taken_for_a_shot(said: str) -> None:
    assert pointed(said, FILM, "c-2") == said


def test_a_selected_hole_is_named_by_its_time() -> None:
    assert pointed("fill this hole", FILM, "g-1") == "fill the hole at 0:02.0"


def test_without_a_selection_the_words_stand_and_a_lost_one_is_said() -> None:
    assert pointed("make this one shorter", FILM, "") == "make this one shorter"
    assert pointed("make the first shot shorter", FILM, "c-9") == "make the first shot shorter"
    with pytest.raises(CreatorError, match="select a clip"):
        pointed("make this one shorter", FILM, "c-9")
