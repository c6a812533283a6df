"""What the built-in model is told: the prompt as a caption of its training, and what to avoid."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache

from generator.grammar import Embed, describe, expand, read_prompt
from generator.scenes.params import CAMERA_MOVES, LEVELS, SceneParams
from generator.scenes.registry import SCENES
from generator.values import Condition, ShotRequest
from generator.words import PALETTE_WORDS


def caption(request: ShotRequest, embed: Embed | None = None) -> str:
    """The prompt as a caption, "" where it names no scene.

    What is unsaid is filled in by the seed, or by what given frames look like. A loop's camera
    is locked unless a move was asked for.
    """
    reading = read_prompt(request.prompt, embed=embed)
    if reading.params is None:
        return ""
    if not request.conditions:
        whole = expand(request.prompt, seed=request.seed, embed=embed)
        return _locked(whole) if request.loop and "camera" not in reading.said else whole
    params = reading.params
    if "palette" not in reading.said:
        params = replace(params, palette=nearest_palette(params, request.conditions[0]))
    return describe(params)


def _locked(caption: str) -> str:
    """The same caption with a camera that can end where it began."""
    params = read_prompt(caption).params
    if params is None:
        return caption
    return describe(replace(params, camera="still", camera_speed="medium"))


def nearest_palette(params: SceneParams, one: Condition) -> str:
    """The palette of the scene whose colours lie nearest to the given frames'."""
    import numpy as np

    scene = SCENES[params.scene]
    given = one.frames[0].reshape(-1, 3).mean(0)

    def away(palette: str) -> float:
        asked = replace(params, palette=palette)
        painted = scene.render(asked, (64, 36), Fraction(1), 1, 0, layer="plate")
        return float(np.abs(painted.reshape(-1, 3).mean(0) - given).sum())

    return min(scene.palettes, key=away)


def negative_words(prompt: str, embed: Embed | None = None) -> tuple[str, tuple[str, ...]]:
    """The words of a negative prompt that the model was trained on, and those left out."""
    reading = read_prompt(prompt, embed=embed)
    kept = [SCENES[name].noun for name in reading.scenes]
    left = []
    for word in re.findall(r"[a-z]+", prompt.lower()):
        if word in _vocabulary():
            kept.append(word)
        elif word in PALETTE_WORDS:
            kept.append(PALETTE_WORDS[word][0])
        elif word in reading.unknown or word in reading.beyond:
            left.append(word)
    return " ".join(dict.fromkeys(" ".join(kept).split())), tuple(dict.fromkeys(left))


@cache
def _vocabulary() -> frozenset[str]:
    """Every word that a training caption may hold."""
    captions = [
        describe(SceneParams(scene.name, palette, camera, level, level, level))
        for scene in SCENES.values()
        for palette in scene.palettes
        for camera in CAMERA_MOVES
        for level in LEVELS
    ]
    small = {"a", "an", "the", "of", "in", "with", "over", "on", "under", "at", "to"}
    return frozenset(re.findall(r"[a-z]+", " ".join(captions).lower())) - small
