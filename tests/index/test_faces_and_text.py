from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from index import senses_faces
from index.captions import caption_words
from index.screen_text import ScreenText, text_mask, texts
from index.screen_text_reader import LineReader
from index.senses_faces import Box, FaceSense, overlap, shot_size
from media.values import Still
from project.footage import Senses
from timeline.time import TimeRange

Frame = NDArray[np.uint8]


def lawn(seed: int = 0) -> Frame:
    """A picture full of fine texture and without any text."""
    noise = np.random.default_rng(seed).normal(0, 40, (360, 640, 3))
    soft = cv2.GaussianBlur(noise, (0, 0), 1.5) * 3
    return np.clip(soft + np.array((70, 120, 60)), 0, 255).astype(np.uint8)


def with_text(text: str, *, seed: int = 0) -> Frame:
    picture = lawn(seed)
    cv2.rectangle(picture, (40, 140), (600, 220), (20, 20, 20), -1)
    cv2.putText(picture, text, (60, 200), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (255, 255, 255), 3)
    return picture


def seconds(count: int) -> list[TimeRange]:
    return [TimeRange(Fraction(k), Fraction(k + 1)) for k in range(count)]


def test_text_is_read_once_where_it_stays_and_again_where_it_changed() -> None:
    sense = ScreenText()
    shown = [lawn(), *[with_text("HARBOUR 1974")] * 4, lawn(), *[with_text("NIGHT TRAIN")] * 2]
    for second, rgb in enumerate(shown):
        sense.still(Still(Fraction(second), second, rgb))
    read = texts(sense.finish(Fraction(len(shown))), seconds(len(shown)))
    assert [t.upper() for t in read[1:5]] == ["HARBOUR 1974"] * 4
    assert [t.upper() for t in read[6:]] == ["NIGHT TRAIN"] * 2
    assert read[0] == read[5] == ""
    assert sense.read == 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_texture_and_plain_pictures_are_never_sent_to_the_reader(seed: int) -> None:
    assert not text_mask(lawn(seed))[0].any()
    assert not text_mask(np.full((360, 640, 3), 90, np.uint8))[0].any()
    assert text_mask(with_text("EXIT", seed=seed))[0].any()


def page(lines: list[str], *, scale: float) -> Frame:
    picture = np.full((540, 960, 3), 245, np.uint8)
    for place, line in enumerate(lines):
        at = (60, 60 + place * 40)
        cv2.putText(picture, line, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 1, cv2.LINE_AA)
    return picture


def test_only_lines_that_changed_are_read_again() -> None:
    names, reader = ["north harbour", "south harbour", "old market", "new bridge"], LineReader()
    first = page(names, scale=0.9)
    assert len(reader.lines(first, text_mask(first)[0])) == 4
    second = page([*names[:2], "night train", names[3]], scale=0.9)
    read = reader.lines(second, text_mask(second)[0])
    assert [line.replace(" ", "") for line in read][2] == "nighttrain"
    assert reader.read == 5
    blank = np.full((540, 960, 3), 245, np.uint8)
    assert reader.lines(blank, text_mask(blank)[0]) == ()
    assert reader.searched == 2


def test_small_print_is_found_though_the_small_copy_cannot_show_it() -> None:
    picture = page([f"line {n} of a long list of small words" for n in range(11)], scale=0.5)
    assert len(LineReader().lines(picture, text_mask(picture)[0])) >= 8


def test_no_face_is_seen_in_textures_and_still_pictures_are_searched_once() -> None:
    sense = FaceSense()
    for second in range(6):
        sense.still(Still(Fraction(second), second, lawn(second // 3)))
    people = sense.people(seconds(7))
    assert [p.faces if p else None for p in people] == [0, 0, 0, 0, 0, 0, None]
    assert sense.searched == 2


def test_a_face_in_the_real_clip_of_a_speaker_is_found_in_each_second(
    real_footage: object,
) -> None:
    from pathlib import Path

    from media.decode import decode
    from media.probe import probe

    path = Path(str(real_footage)) / "take_05.mkv"
    if not path.is_file():
        pytest.skip("the clip with a face is not here")
    sense = FaceSense()
    for event in decode(path, probe(path), width_px=0):
        if isinstance(event, Still):
            sense.still(event)
    assert [p.faces for p in sense.people(seconds(3)) if p] == [1, 1, 1]


def test_stills_that_rested_are_looked_at_again_where_a_face_came_or_went(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    face: Box = (0.4, 0.2, 0.2, 0.3)

    def glance(gray: Frame) -> tuple[Box, ...]:
        return (face,) if gray.mean() > 100 else ()

    def search(gray: Frame, places: Sequence[Box]) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
        return ((face,) if places and gray.mean() > 100 else ()), ()

    monkeypatch.setattr(senses_faces, "_glance", glance)
    monkeypatch.setattr(senses_faces, "_search", search)
    sense = FaceSense()
    there = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]
    for second, bright in enumerate(there):  # the picture changes a little all the time
        level = (105 if bright else 90) + 3 * (second % 2)
        sense.still(Still(Fraction(second), second, np.full((90, 160, 3), level, np.uint8)))
    assert [len(boxes) for _, boxes in sense.places()] == there
    assert sense.searched < len(there) // 2


def test_shot_sizes_follow_the_height_of_the_face() -> None:
    sizes = [shot_size(h) for h in (0.7, 0.4, 0.25, 0.15, 0.08, 0.03)]
    assert sizes[:3] == ["extreme close-up", "close-up", "medium close-up"]
    assert sizes[3:] == ["medium", "medium wide", ""]
    assert overlap((0, 0, 1, 1), (0.5, 0, 1, 1)) == pytest.approx(1 / 3)


def test_faces_are_told_in_words_that_search_knows() -> None:
    close = Senses(light=0.4, saturation=0.2, faces=1, face_size=0.4, shot_size="close-up")
    assert "a face in close-up" in caption_words(close)
    two = Senses(light=0.4, saturation=0.2, faces=2, face_size=0.15, shot_size="medium")
    assert {"two faces", "medium shot"} <= set(caption_words(two))
