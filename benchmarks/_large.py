"""A made library of up to millions of moments in the real tables, as ingest leaves one.

Captions are sentences from `_many.KINDS`, embedded by the library's own text model, once each; the
vector of a moment lies beside that of its caption, as captions written second by second do. So
neighbours mean something, and questions in words find what they name. Nothing is said or written.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._many import DOING, KINDS, LOOKS
from index import vectors, words
from index.embed import embedder
from index.values import TextEmbedder
from index.words import Document
from project import footage as store
from project.footage import Footage, Level, Moment, Senses, Shot, Technical
from project.store import Project
from timeline.time import TimeRange

LENGTH, SHOT_S = 100, 5  # seconds of a piece of footage, and of a shot
SPREAD = 0.5  # how far a moment lies from its caption; a cosine of about 0.9
TOGETHER = 100  # pieces of footage in one transaction
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Kind:
    """What footage of one kind shows: its captions, and a vector of each."""

    captions: tuple[str, ...]
    vectors: Vectors


def build(project: Project, files: range) -> None:
    """Pieces of footage with these numbers, half of them upright, with their words and vectors."""
    model = embedder(project.settings)
    kinds = _kinds(model)
    dice, numbers = random.Random(files.start), np.random.default_rng(files.start)
    senses = [_senses(dice) for _ in range(500)]
    for at in range(0, len(files), TOGETHER):
        with project.transaction():
            for number in files[at : at + TOGETHER]:
                add(project, number, kinds, model.name, senses, dice, numbers)


@functools.lru_cache(maxsize=1)
def _kinds(model: TextEmbedder) -> tuple[Kind, ...]:
    """Every kind of footage with every sentence there is about it, embedded."""
    out = []
    for parts in KINDS:
        seen, who, where = (each.split(",") for each in parts)
        captions = tuple(
            f"a {a} {does} a {b} in the {c}"
            for a, does, b, c in itertools.product(who, DOING, seen, where)
        )
        out.append(Kind(captions, model.embed(list(captions))))
    return tuple(out)


def add(
    project: Project,
    number: int,
    kinds: Sequence[Kind],
    model: str,
    senses: Sequence[Senses],
    dice: random.Random,
    numbers: np.random.Generator,
) -> None:
    """One piece of footage, a caption for each of its shots."""
    kind, footage = dice.choice(kinds), _footage(number, dice)
    chosen = [dice.randrange(len(kind.captions)) for _ in range(LENGTH // SHOT_S)]
    captions = [kind.captions[n] for n in chosen]
    store.save(project, replace(footage, title=captions[0]))
    spans = [TimeRange(Fraction(n), Fraction(n + 1)) for n in range(LENGTH)]
    moments = [
        Moment(footage.id, n, span, n // SHOT_S, captions[n // SHOT_S], "sidecar", "",
               dice.choice(senses))
        for n, span in enumerate(spans)
    ]  # fmt: skip
    shots = [
        Shot(footage.id, n, TimeRange(Fraction(n * SHOT_S), Fraction((n + 1) * SHOT_S)), caption)
        for n, caption in enumerate(captions)
    ]
    store.replace_knowledge(
        project, footage.id, shots=shots, moments=moments, speech=[], captions=[]
    )
    said = ". ".join(dict.fromkeys(captions))
    whole = Document("footage", 0, caption=said, senses=", ".join(LOOKS))
    words.replace(project, footage.id, [whole])
    _embed(project, footage.id, model, kind.vectors[chosen], numbers)


def _embed(
    project: Project, footage_id: str, model: str, shots: Vectors, dice: np.random.Generator
) -> None:
    moments = around(np.repeat(shots, SHOT_S, axis=0), dice)
    whole = shots.mean(axis=0, keepdims=True)
    whole /= np.linalg.norm(whole)
    levels: Mapping[Level, Vectors] = {"moment": moments, "shot": shots, "footage": whole}
    new = [
        vectors.Stored(level, place, "made", row)
        for level, rows in levels.items()
        for place, row in enumerate(rows)
    ]
    vectors.replace(project, footage_id, model, keep=set(), new=new)


def around(middle: Vectors, dice: np.random.Generator) -> Vectors:
    """One vector of length 1 near each row of `middle`, which have it too."""
    noise = dice.standard_normal(middle.shape, np.float32) / np.sqrt(middle.shape[1])
    found = middle + SPREAD * noise
    unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit.astype(np.float32)


def _senses(dice: random.Random) -> Senses:
    return Senses(
        motion=dice.random() / 10,
        light=dice.random(),
        speech=dice.random() / 2,
        faces=dice.randint(0, 2),
        words=tuple(dice.sample(LOOKS, 3)),
    )


def _footage(number: int, dice: random.Random) -> Footage:
    upright = number % 2 == 1
    technical = Technical(
        container="mp4", codec="h264", width=1080 if upright else 1920,
        height=1920 if upright else 1080, rate="25", has_picture=True, has_sound=True,
        picture_end_s=str(LENGTH),
    )  # fmt: skip
    name = f"C{number:05}.mp4" if dice.random() < 0.7 else f"take_{number}.mp4"
    called = f"f{number:05}-{hashlib.sha256(str(number).encode()).hexdigest()[:8]}"
    folder = Path("/many") / str(number // 100)
    return Footage(
        called, folder / name, name, str(folder), f"print-{number}", 1, 0, "ok",
        duration_s=Fraction(LENGTH), technical=technical,
    )  # fmt: skip
