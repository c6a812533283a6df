"""One caption grammar: writes captions from scene parameters and reads prompts back.

    "A calm golden sunset over the sea with scattered clouds, slow pan left"
       pace   palette noun             density                camera

Training captions are written by `describe`; what a creator types is read by `read_prompt`, with
synonyms by table. A word in no table is taken as the nearest one that is, where the caller gives
an embedder; the rest are reported, never dropped in silence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from generator.scenes.params import CAMERA_MOVES, LEVELS, CameraMove, Level, SceneParams
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
Embed = Callable[[list[str]], NDArray[np.float32]]  # texts -> (N, D) rows of length 1
NEAR = 0.61  # cosine from which one word may stand for another
DEFAULTS = SceneParams("")
WORD = r"[a-z]+(?:'[a-z]+)?"

_PACE = {"low": "calm ", "medium": "", "high": "lively "}
_SPEED = {"low": "slow ", "medium": "", "high": "fast "}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a prompt says. params None: no scene was named.

    unknown: words in no table. beyond: words for what no scene can draw (people, animals).
    known: how many words or phrases were placed. said: which parameters the words gave.
    nearest: words in no table with the words they were taken for.
    """

    params: SceneParams | None
    unknown: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    known: int = 0
    scenes: tuple[str, ...] = ()  # every scene named, strongest first
    said: frozenset[str] = frozenset()
    nearest: tuple[tuple[str, str], ...] = ()


def describe(params: SceneParams) -> str:
    """The caption of a scene's parameters; `read_prompt` reads it back to the same ones."""
    scene = SCENES[params.scene]
    density = scene.density[LEVELS.index(params.density)]
    camera = "" if params.camera == "still" else f", {_SPEED[params.camera_speed]}{params.camera}"
    still = ", locked camera" if params.camera == "still" else ""
    palette = params.palette or scene.palettes[0]
    words = f"{_PACE[params.pace]}{palette} {scene.noun} {density}{camera}{still}"
    if not scene.article:
        return words[0].upper() + words[1:]
    return f"{'An' if words[0] in 'aeiou' else 'A'} {words}"


def read_prompt(prompt: str, *, embed: Embed | None = None) -> Reading:
    """What `prompt` asks for, and the words of it that could not be placed.

    embed: sentence embeddings; unknown words are then taken for the nearest word of the tables.
    """
    reading = _read(re.findall(WORD, prompt.lower()))
    if embed is None or not reading.unknown:
        return reading
    nearest = _nearest(reading.unknown, embed)
    if not nearest:
        return reading
    words = [nearest.get(word, word) for word in re.findall(WORD, prompt.lower())]
    again = _read([part for word in words for part in word.split()])
    return replace(again, nearest=tuple(nearest.items()))


def expand(prompt: str, *, seed: int = 0, embed: Embed | None = None) -> str:
    """`prompt` as a full caption; what it leaves unsaid is filled in, other seeds otherwise.

    Seed 0 takes the plain choice for each. A prompt that names no scene comes back as it is.
    """
    reading = read_prompt(prompt, embed=embed)
    params = reading.params
    if params is None:
        return prompt
    return describe(_filled(params, reading.said, seed) if seed else params)


def _filled(params: SceneParams, said: frozenset[str], seed: int) -> SceneParams:
    """`params` with everything that was not said chosen by `seed`, nothing of it fast."""
    pick = random.Random(f"{seed} {params.scene}")
    free = SceneParams(
        params.scene, pick.choice(SCENES[params.scene].palettes), pick.choice(CAMERA_MOVES),
        pick.choice(LEVELS[:2]), pick.choice(LEVELS[:2]), pick.choice(LEVELS),
    )  # fmt: skip
    if free.camera == "still" or params.camera == "still":
        free = replace(free, camera_speed="medium")  # a locked camera has no speed
    return replace(free, **{name: getattr(params, name) for name in said})


def _read(words: list[str]) -> Reading:
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
    move, speed = camera or (DEFAULTS.camera, None)
    found = {
        "palette": palette, "camera": camera and move, "camera_speed": speed, "pace": pace,
        "density": density,
    }  # fmt: skip
    params = SceneParams(
        scene, palette or SCENES[scene].palettes[0], move, speed or "medium",
        pace=pace or "medium", density=density or "medium",
    )  # fmt: skip
    said = frozenset(name for name, value in found.items() if value)
    return Reading(params, unknown, beyond, placed, scenes, said)


def _nearest(words: tuple[str, ...], embed: Embed) -> dict[str, str]:
    """For each word near enough to one of the tables, that one."""
    known = _vocabulary()
    likeness = embed(list(words)) @ embed(list(known)).T
    return {
        word: known[int(row.argmax())]
        for word, row in zip(words, likeness, strict=True)
        if row.max() >= NEAR
    }


@cache
def _vocabulary() -> tuple[str, ...]:
    """Every phrase a word may be taken for, those that no scene can draw among them."""
    tables = (SCENE_WORDS, PALETTE_WORDS, PACE_WORDS, DENSITY_WORDS, CAMERA_WORDS)
    return tuple(dict.fromkeys([*(phrase for one in tables for phrase in one), *sorted(BEYOND)]))


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


def _take_camera(
    words: list[str],
) -> tuple[tuple[CameraMove, Level | None] | None, list[str]]:
    """The camera's move and speed, None where unsaid; speed words count only beside a move."""
    left, speed = list(words), None
    moves = _matches(words, CAMERA_WORDS)
    for at, length, _ in moves:
        left[at : at + length] = [""] * length
        for beside in (at - 1, at + length):
            if 0 <= beside < len(left) and left[beside] in CAMERA_SPEED_WORDS:
                speed = CAMERA_SPEED_WORDS[left[beside]]
                left[beside] = ""
    return ((moves[-1][2], speed) if moves else None), left


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
