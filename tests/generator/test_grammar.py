"""The caption grammar: what it writes it reads back; what it cannot place it says."""

import zlib
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from generator.grammar import describe, expand, read_prompt
from generator.scenes.params import CAMERA_MOVES, LEVELS, SceneParams
from generator.scenes.registry import SCENES


def test_every_caption_reads_back_to_its_parameters() -> None:
    for scene in SCENES.values():
        for palette, camera, speed, pace, density in product(
            scene.palettes, CAMERA_MOVES, LEVELS, LEVELS[::2], LEVELS
        ):
            if camera == "still" and speed != "medium":
                continue  # a locked camera has no speed
            params = SceneParams(scene.name, palette, camera, speed, pace, density)
            reading = read_prompt(describe(params))
            assert reading.params == params, describe(params)
            assert not reading.unknown and not reading.beyond


@pytest.mark.parametrize(
    ("prompt", "scene"),
    [
        ("northern lights", "aurora"), ("starry night", "stars"), ("a campfire", "fire"),
        ("foggy mountains in the morning", "hills"), ("raindrops on a window", "rain"),
        ("OCEAN WAVES!", "waves"), ("city lights at night", "bokeh"), ("snowfall", "snow"),
        ("the sun sets: sundown", "sunset"), ("abstract background", "gradient"),
        ("liquid marble", "marble"), ("light leaks", "leaks"), ("a sun flare", "flare"),
        ("rotating shapes", "geometry"), ("vintage film", "film"), ("paper texture", "film"),
        ("a colour wipe", "wipes"), ("floating circles", "shapes"), ("rolling fog", "fog"),
        ("god rays", "fog"), ("neon geometry", "neon"), ("misty mountains", "hills"),
    ],
)  # fmt: skip
def test_synonyms_find_their_scene(prompt: str, scene: str) -> None:
    params = read_prompt(prompt).params
    assert params is not None and params.scene == scene


def test_words_in_no_table_are_reported_and_things_beyond_are_told_apart() -> None:
    reading = read_prompt("a dog and a zeppelin over misty hills")
    assert reading.unknown == ("zeppelin",)
    assert reading.beyond == ("dog",)


def test_time_of_day_colours_another_scene() -> None:
    params = read_prompt("ocean waves at sunset").params
    assert params is not None and (params.scene, params.palette) == ("waves", "golden")


def embed(texts: list[str]) -> NDArray[np.float32]:
    """Vectors in which a few made-up words lie beside one of the tables, and all else apart."""
    beside = {"zunder": "fire", "wuffel": "dog", "flott": "fast"}
    rows = np.zeros((len(texts), 4096), np.float32)
    for row, text in zip(rows, texts, strict=True):
        at = zlib.crc32(beside.get(text, text).encode()) % 4095
        row[at] = 0.8 if text in beside else 1.0
        row[4095] = 0.6 if text in beside else 0.0
    return rows


def test_a_word_in_no_table_is_taken_for_the_nearest_that_is_and_that_is_said() -> None:
    assert read_prompt("a flott zunder").params is None
    reading = read_prompt("a flott zunder by the blimp", embed=embed)
    assert reading.params is not None
    assert (reading.params.scene, reading.params.pace) == ("fire", "high")
    assert reading.nearest == (("flott", "fast"), ("zunder", "fire"))
    assert reading.unknown == ("blimp",)


def test_a_word_near_to_what_no_scene_can_draw_closes_like_it() -> None:
    assert read_prompt("a wuffel at sunset", embed=embed).beyond == ("dog",)


@pytest.mark.parametrize("scene", list(SCENES))
def test_a_short_prompt_is_filled_in_and_keeps_what_it_said(scene: str) -> None:
    plain = SceneParams(scene, SCENES[scene].palettes[0])
    assert expand(SCENES[scene].noun) == describe(plain)
    palette = SCENES[scene].palettes[-1]
    seen = {expand(f"{palette} {SCENES[scene].noun}, slow pan left", seed=s) for s in range(1, 9)}
    assert len(seen) > 1
    for caption in seen:
        params = read_prompt(caption).params
        assert params is not None and describe(params) == caption
        assert (params.palette, params.camera, params.camera_speed) == (palette, "pan left", "low")


def test_expanding_what_names_no_scene_gives_it_back() -> None:
    assert expand("quantum blockchain", seed=3) == "quantum blockchain"


def test_expanding_twice_with_one_seed_says_the_same() -> None:
    assert expand("ocean", seed=5) == expand("ocean", seed=5)
