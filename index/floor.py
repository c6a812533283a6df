"""The floor of search: how near a question must come before anything is claimed to answer it.

How near chance comes is another thing for each question: "a face" comes near to much, "a penalty
shootout" to little. So the question is first compared with some three hundred everyday captions
that belong to no library. What the library holds must come nearer than seven tenths of how near
the best of those come; the words that both have count a little besides. Rule and figures were
chosen on one half of made libraries and checked on the other (`benchmarks/recall.py`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.everyday import EVERYDAY
from index.fuse import Scored
from index.query import Question
from index.values import TextEmbedder

BEST = 3  # everyday captions whose nearness counts
GENERAL = 0.7  # how much of it the library has to reach
OVER = 0.01  # and by how much more, on a scale of 0 for chance and 1 for the same text
WORDS_COUNT = 0.1  # what finding all the question's words adds to the cosine
ALL_WORDS = 0.95  # share of the question's words that, found together, answers it alone
HEARD = 0.5  # share of the words to be heard or read that have to be there
MET = 0.5  # how well a wish about the senses has to be met

_backgrounds: dict[str, tuple[NDArray[np.float32], float]] = {}  # by the embedder's name


def floor(model: TextEmbedder, question: NDArray[np.float32]) -> float:
    """The evidence below which nothing is claimed to answer the question of this (width,) vector.

    A model whose chance cosines are not those of MiniLM has its floor moved with them.
    """
    everyday, chance = _background(model)
    near = float(np.sort(everyday @ question)[-BEST:].mean())
    return chance + OVER * (1 - chance) + GENERAL * (near - chance)


def beyond_chance(model: TextEmbedder, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far these cosines lie from chance, 0, to the same text, 1."""
    _, chance = _background(model)
    return np.asarray(np.maximum(0.0, (cosines - chance) / (1 - chance)), np.float32)


def _background(model: TextEmbedder) -> tuple[NDArray[np.float32], float]:
    """The everyday captions as (n, width) vectors, and the cosine of two of them by chance."""
    if model.name not in _backgrounds:
        everyday = model.embed(list(EVERYDAY))
        pairs = (everyday @ everyday.T)[np.triu_indices(len(everyday), 1)]
        _backgrounds[model.name] = everyday, float(np.median(pairs))
    return _backgrounds[model.name]


def evidence(scored: Scored) -> float:
    """How strongly one run answers: its nearest cosine, and a little for words in common."""
    return scored.nearest + WORDS_COUNT * scored.covered


def answers(question: Question, scored: Scored, least: float) -> bool:
    """Whether one run answers the question well enough to be claimed."""
    if scored.asked_of_file == 0.0:
        return False
    if question.all_asked and scored.asked_of_senses >= MET:
        return True
    if question.only_asked:  # beside what is measured only a caption may say it, in other words
        return evidence(scored) >= least and scored.covered > 0 and bool(scored.run.shown)
    if question.spoken or question.written:
        return scored.heard >= HEARD or (scored.nearest >= least and scored.listened)
    said_alike = len(question.open) >= 2 and scored.covered >= ALL_WORDS
    # a thing claims by its name alone: near in meaning are all labels to all nouns
    return scored.looks or said_alike or evidence(scored) >= least
