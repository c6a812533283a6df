"""The floor of search: how near a question must come before anything is claimed to answer it.

Sixty everyday questions about everything under the sun are asked of the library. Most of them it
cannot answer, so how near they come is how near chance comes, in this library, at its size and
in its kind of captions. A real answer has to come nearer than most of them.
"""

from __future__ import annotations

import weakref

import numpy as np
from numpy.typing import NDArray

from index import vectors
from index.embed import MINILM
from index.fuse import Scored
from index.query import Question
from index.values import TextEmbedder
from project.store import Project

SHARE = 0.7  # of the background questions come less near than the floor
LOWEST, HIGHEST = 0.33, 0.37  # cosines of MiniLM: a tiny library, one that has everything
SAMPLED = 50_000  # vectors at a level that the background is compared with
WORDS_COUNT = 0.1  # what finding all the question's words adds to the cosine
ALL_WORDS = 0.95  # share of the question's words that, found together, answers it alone
HEARD = 0.5  # share of the words to be heard or read that have to be there
MET = 0.5  # how well a wish about the senses has to be met

BACKGROUND = (
    "a tall glass of orange juice",
    "stock market figures on a screen",
    "a guitar solo at a rock concert",
    "the president gives a speech",
    "a child builds a sandcastle",
    "recipe for tomato soup",
    "a cat sleeps on a sofa",
    "people dancing at a party",
    "skyline of a big city at night",
    "snow falls in a forest",
    "an old man reads a newspaper",
    "a football match in a stadium",
    "a doctor examines a patient",
    "a plane lands on a runway",
    "waves on a beach at sunset",
    "a train crosses a bridge",
    "a couple kisses in the rain",
    "a dog runs across a field",
    "a teacher writes on a blackboard",
    "a chef chops onions",
    "a woman does yoga",
    "a desert with sand dunes",
    "a flock of birds in the sky",
    "factory workers at a conveyor belt",
    "a wedding couple leaves the church",
    "a boxer trains in a gym",
    "a spaceship in orbit",
    "fish swim in a coral reef",
    "a car race on a track",
    "a bride throws her bouquet",
    "a police car with flashing lights",
    "a horse in a stable",
    "a market with spices",
    "fireworks on new year's eve",
    "a museum with paintings",
    "a baby sleeps in a cradle",
    "people ride an escalator",
    "a mountain lake in autumn",
    "a typewriter on a desk",
    "a robot arm in a laboratory",
    "protesters march with banners",
    "a ship in the harbour",
    "a skier jumps over a ramp",
    "a bartender mixes a cocktail",
    "a clown makes balloon animals",
    "a field of sunflowers",
    "a thunderstorm over the sea",
    "a woman cries at a funeral",
    "a video game character runs",
    "a phone rings on the table",
    "a hand writes a letter",
    "text on a computer screen",
    "close-up of an eye",
    "aerial view of a river",
    "slow motion of a splash",
    "a black and white photograph",
    "someone explains how to invest",
    "an interview about climate change",
    "thank you all for coming",
    "what time is it",
)

_floors: weakref.WeakKeyDictionary[Project, tuple[str, float]] = weakref.WeakKeyDictionary()
_backgrounds: dict[str, NDArray[np.float32]] = {}  # by the embedder's name


def floor(project: Project, model: TextEmbedder) -> float:
    """The evidence below which nothing is claimed; worked out again when the library changes."""
    now = f"{model.name} {vectors.generation(project)}"
    known = _floors.get(project)
    if known is None or known[0] != now:
        known = _floors[project] = (now, _floor(project, model))
    return known[1]


def _floor(project: Project, model: TextEmbedder) -> float:
    background = _background(model)
    nearest = np.zeros(len(BACKGROUND), np.float32)
    for level in vectors.LEVELS:
        held = vectors.matrix(project, level, model.name)
        if len(held):
            some = held.sample(SAMPLED)
            nearest = np.maximum(nearest, (some @ background.T).max(axis=0))
    value = float(np.quantile(nearest, SHARE))
    return min(HIGHEST, max(LOWEST, value)) if model.name == MINILM else value


def _background(model: TextEmbedder) -> NDArray[np.float32]:
    if model.name not in _backgrounds:
        _backgrounds[model.name] = model.embed(list(BACKGROUND))
    return _backgrounds[model.name]


def evidence(scored: Scored) -> float:
    """How strongly one run answers: its nearest cosine, and a little for words in common."""
    return scored.nearest + WORDS_COUNT * scored.covered


def answers(question: Question, scored: Scored, least: float) -> bool:
    """Whether one run answers the question well enough to be claimed."""
    if scored.asked_of_file == 0.0:
        return False
    if question.only_asked:
        return scored.asked_of_senses >= MET or (evidence(scored) >= least and scored.covered > 0)
    if question.spoken or question.written:
        return scored.heard >= HEARD or (scored.nearest >= least and scored.listened)
    said_alike = len(question.open) >= 2 and scored.covered >= ALL_WORDS
    return said_alike or evidence(scored) >= least
