"""The caption grammar: what it writes it reads back; what it cannot place it says."""

from itertools import product

import pytest

from generator.grammar import describe, read_prompt
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
