"""Which footage of a large library is worth judging run by run, the most promising first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import looks, vectors, words
from index.allowed import Allowed, allowed
from index.fuse import Weights
from index.predicates import telling
from index.query import Asked, Question
from index.values import Filters
from index.vectors import Near
from index.words import content_words
from project.footage import Level
from project.store import Project

SMALL = 24  # pieces of footage; up to here all are judged
FEW = 1_000  # moments; the same
FEW_SENSED = 5_000  # the same where senses are asked, of which little is known before judging
NEAREST = 200  # neighbours asked for at each level
AT_ONCE = 24  # pieces of footage judged before looking whether others can matter
MOST = 120  # pieces of footage judged at all
Numbers = NDArray[np.float64]
Pictured = Callable[[Allowed, int], list[Near]]  # the nearest pictures, at most so many


@dataclass(frozen=True, slots=True)
class Batch:
    """Footage to judge next, and the most that a run of footage after it can score, about."""

    footage_ids: tuple[str, ...]
    rest: float = -np.inf


def is_small(project: Project, may: Allowed, model: str, *, sensed: bool = True) -> bool:
    """Whether so little may answer that all of it is judged; sensed: the senses are asked."""
    few = FEW_SENSED if sensed else FEW
    rows = vectors.matrix(project, "moment", model).rows
    return len(may.ids) <= SMALL or sum(len(rows.get(each, ())) for each in may.ids) <= few


def candidates(
    project: Project,
    question: Question,
    vector: NDArray[np.float32],
    filters: Filters,
    *,
    model: str,
    weights: Weights,
    rare: Mapping[str, float],
    pictured: Pictured | None = None,
) -> Iterator[Batch]:
    """All footage that passes of a small library at once; else the most promising, in batches."""
    may = allowed(project, filters)
    sensed = any(each.layer == "senses" for each in question.asked)
    if is_small(project, may, model, sensed=sensed):
        yield Batch(may.ids)
        return
    wishes = [each for each in question.asked if each.layer == "technical"]
    could = allowed(project, filters, wishes) if wishes else may
    may = could if could.ids else may
    meaning = (
        weights.moment * _near(project, may, vector, "moment", model)
        + weights.shot * _near(project, may, vector, "shot", model)
        + weights.footage * _exact(project, may, vector, "footage", model)
    )
    if pictured is not None:
        seen = _best(may, pictured(may, NEAREST), NEAREST)
        meaning += weights.picture * np.maximum(0.0, seen - meaning)
    most = _most(project, may, question, meaning, weights, rare)
    if looks.asked(filters):
        most[~may.with_moments(project, model)] = -np.inf
    order = np.argsort(-most, kind="stable")[: np.count_nonzero(most > -np.inf)]
    for at in range(0, min(len(order), MOST), AT_ONCE):
        some = tuple(may.ids[place] for place in order[at : at + AT_ONCE])
        rest = float(most[order[at + AT_ONCE]]) if at + AT_ONCE < len(order) else -np.inf
        yield Batch(some, rest)


def _near(
    project: Project, may: Allowed, vector: NDArray[np.float32], level: Level, model: str
) -> Numbers:
    """The greatest cosine there can be at a level, for each piece of footage."""
    within = may.rows(project, level, model)
    near = vectors.nearest(project, vector, level, model=model, limit=NEAREST, within=within)
    return _best(may, near, NEAREST)


def _best(may: Allowed, near: Sequence[Near], asked: int) -> Numbers:
    """The nearest of each piece of footage; the farthest found for others, 0 where all were."""
    far = near[-1].cosine if len(near) >= asked else 0.0
    out = np.full(len(may.ids), max(0.0, far))
    for each in reversed(near):
        if each.footage_id in may.place:
            out[may.place[each.footage_id]] = each.cosine
    return out


def _exact(
    project: Project, may: Allowed, vector: NDArray[np.float32], level: Level, model: str
) -> Numbers:
    """The cosine of each piece of footage as a whole."""
    held, rows = may.rows(project, level, model)
    out = np.zeros(len(may.ids))
    if len(rows):
        places = may.places(level, held.footage)[held.owners(rows)]
        out[places[places >= 0]] = held.compare(vector, rows)[places >= 0]
    return out


def _most(
    project: Project,
    may: Allowed,
    question: Question,
    meaning: Numbers,
    weights: Weights,
    rare: Mapping[str, float],
) -> Numbers:
    """The most that a run of each piece of footage can score (`fuse.fuse`), about.

    Words are taken to stand in the run when the footage has them, and those of wishes to be met.
    What is asked of the senses is taken to be met, or, where nothing else is asked, as far as the
    footage has the words for it.
    """
    senses = [each for each in question.asked if each.layer == "senses"]
    wished = [word for each in senses for word in content_words(each.said)]
    covered = _covered(project, may, question.content, rare, given=frozenset(wished))
    most = meaning + weights.words * covered
    if question.only_asked:
        most *= weights.beside if senses else weights.beside / 10
        most += weights.senses_alone * _sensed(project, may, senses)
    elif senses:  # where nothing is told they count as they do alone
        alone = weights.beside * most + weights.senses_alone
        most = np.maximum(most + weights.senses, alone)
    for wanted in (question.spoken, question.written):
        most += weights.heard * _covered(project, may, content_words(wanted), rare)
    return most + 0.3 * any(each.layer == "technical" for each in question.asked)


def _sensed(project: Project, may: Allowed, wishes: Sequence[Asked]) -> Numbers:
    """How much of these wishes each piece of footage has words for: as said, or as senses say."""
    out = np.zeros(len(may.ids))
    wanted = [each for each in wishes if not each.negated]
    for each in wanted:
        ways = [content_words(text) for text in (each.said, *telling(each.name))]
        known = words.rarity(project, [word for way in ways for word in way])
        found = [_covered(project, may, way, known) for way in ways]
        out += np.max(found, axis=0) / len(wanted)
    return out


def _covered(
    project: Project,
    may: Allowed,
    wanted: Sequence[str],
    rare: Mapping[str, float],
    *,
    given: frozenset[str] = frozenset(),
) -> Numbers:
    """The share of these words that each piece of footage has, rare words counting more.

    Those that are `given` count as if all had them.
    """
    out = np.zeros(len(may.ids))
    total = sum(rare[word] for word in wanted)
    if total > 0:
        out += sum(rare[word] for word in wanted if word in given) / total
        here = may.places("words", words.roll(project).footage)
        for word in wanted:
            if word in given:
                continue
            found = here[words.places(project, word)]
            out[found[found >= 0]] += rare[word] / total
    return out
