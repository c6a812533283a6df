"""Titles and summaries say what captions, names or senses say, and no more."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from index import titles
from project.footage import Footage, Moment, Senses, Speech, Technical
from timeline.time import TimeRange

CLIP = Footage(
    "f", Path("/x/IMG_0001.MP4"), "IMG_0001.MP4", "x", "p", 1, 0, "ok", duration_s=Fraction(4),
    technical=Technical(width=1920, height=1080, has_picture=True, has_sound=True),
)  # fmt: skip


def moment(second: int, caption: str, source: str = "sidecar", *words: str) -> Moment:
    span = TimeRange(Fraction(second), Fraction(second + 1))
    return Moment("f", second, span, 0, caption, source, "", Senses(words=words))


def test_a_brought_caption_gives_the_title() -> None:
    seen = [
        moment(0, "black"),
        moment(1, "a kite climbs over dunes"),
        moment(2, "a kite climbs over dunes"),
    ]
    assert titles.title(CLIP, seen, []) == "A kite climbs over dunes"


def test_a_camera_numbered_file_with_senses_only_gets_an_honest_title() -> None:
    seen = [moment(n, "dark, slow pan", "embedded", "dark", "slow pan", "orange") for n in range(3)]
    assert titles.title(CLIP, seen, []) == "Dark, slow pan, orange"


def test_a_file_name_that_says_something_gives_the_title() -> None:
    named = replace(CLIP, name="beach_sunset-02.mp4")
    assert titles.title(named, [moment(0, "bright", "embedded", "bright")], []) == "Beach sunset"


def test_camera_names_say_nothing() -> None:
    for name in (
        "C0001.MP4",
        "DJI_0031.mp4",
        "GH010233.MP4",
        "VID_20200611_101522.mp4",
        "clip_12.webm",
    ):
        assert titles.name_words(name) == []


def test_long_captions_are_cut_at_a_joint() -> None:
    long = (
        "an old tram turns the corner, its bell rings and people step back from the rails in time"
    )
    assert titles.title(CLIP, [moment(0, long)], []) == "An old tram turns the corner"


@pytest.mark.parametrize(
    ("told", "title"),
    [
        (
            "young man in a white jacket sitting in the dark with a big lamp that he holds",
            "Young man in a white jacket sitting in the dark",
        ),
        (
            "two bottles left on the table near the window with flowers and cups and plates",
            "Two bottles left on the table near the window",
        ),
        (
            "person types very quickly on a mechanical keyboard below very very bright lamps",
            "Person types very quickly on a mechanical keyboard",
        ),
    ],
)
def test_a_title_ends_before_a_phrase_that_lost_its_end(told: str, title: str) -> None:
    assert titles.title(CLIP, [moment(0, told)], []) == title


def test_the_summary_tells_format_pictures_and_words() -> None:
    said = [Speech("f", TimeRange(Fraction(0), Fraction(2)), "mind the gap", "", "srt")]
    text = titles.summary(
        CLIP, [moment(0, "a tram"), moment(1, "a tram; a bus"), moment(2, "a bus")], said
    )
    assert text == (
        "0:04.0, landscape 1920x1080, with sound. Shows a tram; a bus. Says “mind the gap”"
    )


def test_a_shot_is_told_by_its_captions_in_order_without_repeats() -> None:
    seen = [moment(0, "a red tram"), moment(1, "the red tram"), moment(2, "two cyclists wait")]
    assert titles.shot_caption(seen) == "a red tram; two cyclists wait"


def test_nothing_known_leaves_the_file_name() -> None:
    assert titles.title(CLIP, [], []) == "IMG_0001.MP4"
