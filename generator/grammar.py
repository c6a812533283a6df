"""One caption grammar: writes captions from scene parameters and reads prompts back.

    "A calm golden sunset over the sea with scattered clouds, slow pan left"
       pace   palette noun             density                camera

Training captions are written by `describe`; what a creator types is read by `read_prompt`, with
synonyms by table. Words in no table are reported, never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from generator.scenes.params import LEVELS, CameraMove, Level, SceneParams
from generator.scenes.registry import SCENES
from generator.words import (
    BEYOND,
    CAMERA_SPEED_WORDS,
    CAMERA_WORDS,
    DENSITY_WORDS,
    PACE_WORDS,
    PALETTE_WORDS,
    SCENE_WORDS,
    SILENT_WORDS,
)

T = TypeVar("T")
DEFAULTS = SceneParams("")

_PACE = {"low": "calm ", "medium": "", "high": "lively "}
_SPEED = {"low": "slow ", "medium": "", "high": "fast "}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a prompt says. params None: no scene was named.

    unknown: words in no table. beyond: words for what no scene can draw (people, animals).
    known: how many words or phrases were placed.
    """

    params: SceneParams | None
    unknown: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    known: int = 0
    scenes: tuple[str, ...] = ()  # every scene named, strongest first


def describe(params: SceneParams) -> str:
    """The caption of a scene's parameters; `read_prompt` reads it back to the same ones."""
    scene = SCENES[params.scene]
    density = scene.density[LEVELS.index(params.density)]
    camera = "" if params.camera == "still" else f", {_SPEED[params.camera_speed]}{params.camera}"
    still = ", locked camera" if params.camera == "still" else ""
    palette = params.palette or scene.palettes[0]
    words = f"{_PACE[params.pace]}{palette} {scene.noun} {density}{camera}{still}"
    article = "An" if words[0] in "aeiou" else "A"
    return f"{article} {words}"


def read_prompt(prompt: str) -> Reading:
    """What `prompt` asks for, and the words of it that could not be placed."""
    words = re.findall(r"[a-z]+(?:'[a-z]+)?", prompt.lower())
    scenes, left, others = _take_scenes(words)
    scene = scenes[0] if scenes else ""
    density, own = _take(words, _own_density(scene))
    left = [word if kept else "" for word, kept in zip(left, own, strict=True)]
    camera, left = _take_camera(left)
    if density is None:
        density, left = _take(left, DENSITY_WORDS, stems=False)
    pace, left = _take(left, PACE_WORDS)
    palette, left = _take_palette(left, scene)
    left = ["" if at in others else word for at, word in enumerate(left)]
    beyond = tuple(dict.fromkeys(word for word in left if _stem(word) in BEYOND or word in BEYOND))
    rest = (w for w in left if w and w not in SILENT_WORDS and w not in beyond)
    unknown = tuple(dict.fromkeys(rest))
    placed = sum(1 for word in left if not word)
    if not scenes:
        return Reading(None, unknown, beyond, placed)
    params = SceneParams(
        scene, palette or SCENES[scene].palettes[0], *camera,
        pace=pace or "medium", density=density or "medium",
    )  # fmt: skip
    return Reading(params, unknown, beyond, placed, scenes)


def _take_scenes(words: list[str]) -> tuple[tuple[str, ...], list[str], set[int]]:
    """Scenes named in `words`, most votes first; the first one's words become "".

    Also where words for the other scenes stand: they may still say a palette ("neon").
    """
    votes: dict[str, float] = {}
    found = _matches(words, SCENE_WORDS)
    for _, _, (name, weight) in found:
        votes[name] = votes.get(name, 0) + weight
    scenes = tuple(sorted(votes, key=lambda name: -votes[name]))
    left, others = list(words), set[int]()
    for at, length, (name, _) in found:
        if name == scenes[0]:
            left[at : at + length] = [""] * length
        else:
            others.update(range(at, at + length))
    return scenes, left, others


def _take(
    words: list[str], table: Mapping[str, Level], *, stems: bool = True
) -> tuple[Level | None, list[str]]:
    """The last value that `table` gives for words of the prompt; those words become ""."""
    left, value = list(words), None
    for at, length, found in _matches(words, table, stems=stems):
        value = found
        left[at : at + length] = [""] * length
    return value, left


def _take_camera(words: list[str]) -> tuple[tuple[CameraMove, Level], list[str]]:
    """The camera's move and speed; speed words count only beside a move."""
    left, move, speed = list(words), DEFAULTS.camera, DEFAULTS.camera_speed
    for at, length, found in _matches(words, CAMERA_WORDS):
        move = found
        left[at : at + length] = [""] * length
        for beside in (at - 1, at + length):
            if 0 <= beside < len(left) and left[beside] in CAMERA_SPEED_WORDS:
                speed = CAMERA_SPEED_WORDS[left[beside]]
                left[beside] = ""
    return (move, speed), left


def _take_palette(words: list[str], scene: str) -> tuple[str, list[str]]:
    """The palette of `scene` nearest to the colour words; colours it lacks stay unplaced."""
    left, palette = list(words), ""
    for at, length, choices in _matches(words, PALETTE_WORDS):
        fitting = [name for name in choices if scene and name in SCENES[scene].palettes]
        if fitting:
            palette = fitting[0]
            left[at : at + length] = [""] * length
    return palette, left


def _own_density(scene: str) -> dict[str, Level]:
    """The scene's own phrases for its density, {} without a scene."""
    return dict(zip(SCENES[scene].density, LEVELS, strict=True)) if scene else {}


def _matches(
    words: list[str], table: Mapping[str, T], *, stems: bool = True
) -> list[tuple[int, int, T]]:
    """Where phrases of `table` stand in `words`: (start, length, value), longest phrase first."""
    found, at = [], 0
    longest = max((len(phrase.split()) for phrase in table), default=0)
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            key = phrase if phrase in table or not stems else _stem(phrase)
            if key in table:
                found.append((at, length, table[key]))
                at += length
                break
        else:
            at += 1
    return found


def _stem(phrase: str) -> str:
    """The phrase without a plural s."""
    return phrase[:-1] if phrase.endswith("s") and not phrase.endswith("ss") else phrase
