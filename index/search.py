"""Search: what a question means, found in the footage as spans with the evidence of why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index import vectors, words
from index.embed import embedder, question_vector
from index.floor import answers, floor
from index.fuse import Nearness, Scored, Weights, fuse
from index.hits import hits
from index.pictures import picture_embedder, picture_nearness
from index.predicates import UNKNOWN
from index.query import Question, understand, unread
from index.rerank import reread, rereader
from index.runs import Run, watched
from index.values import Filters, Found, TextEmbedder
from index.words import content_words
from project import footage as store
from project import history
from project.errors import CreatorError
from project.footage import Footage
from project.store import Project
from timeline.model import Clip

LONGEST_QUESTION = 400  # characters
CANDIDATES = 200  # neighbours and word matches asked for at each level
SMALL = 24  # pieces of footage; up to here all are judged, beyond it the nearest of them


def search(
    project: Project,
    query: str,
    *,
    filters: Filters | None = None,
    limit: int = 10,
    weights: Weights | None = None,
) -> Found:
    """The spans of footage that answer `query`, best first, at most `limit`.

    Not confident means that nothing like it was found; hits are then the nearest there are.
    Raises CreatorError for an empty question.
    """
    text = " ".join(query.split())[:LONGEST_QUESTION]
    if not text:
        raise CreatorError("a search needs words; say what you look for")
    filters = filters or Filters()
    weights = weights or Weights()
    allowed = passing(project, filters)
    if not allowed:
        return Found(query, False, (), "no footage passes the filters")
    question = understand(text) if weights.reading else unread(text)
    model = embedder(project.settings)
    scored = score(project, question, allowed, model=model, weights=weights)
    scored = [s for s in scored if run_passes(s.run, filters)]
    least = floor(project, model)
    confident = any(answers(question, s, least) for s in scored)
    ordered = sorted(scored, key=lambda s: -s.score)
    reader = rereader(project.settings) if weights.reread else None
    if reader is not None and not question.only_asked:
        ordered = reread(question.plain, ordered, reader, weights.reread)
    return Found(query, confident, tuple(hits(ordered, limit)), _reason(question, confident))


def _reason(question: Question, confident: bool) -> str:
    """What was understood beyond the plain words; or that nothing comes near."""
    if not confident:
        if any(each.layer == "technical" for each in question.asked) and question.only_asked:
            return "no footage is like that"
        return "nothing like that; these are the nearest there are"
    parts = [("not " if each.negated else "") + each.name for each in question.asked]
    parts += [f"hears “{question.spoken}”"] if question.spoken else []
    parts += [f"reads “{question.written}”"] if question.written else []
    named = {each.name for each in question.asked}
    parts += [f"without {word}" for word in question.excluded if word not in named]
    return "understood as: " + ", ".join(parts) if parts else ""


def score(
    project: Project,
    question: Question,
    allowed: Sequence[Footage],
    *,
    model: TextEmbedder,
    weights: Weights,
) -> list[Scored]:
    """Every run worth judging, with its score."""
    vector = question_vector(model, question.plain)
    ids = _candidates(project, question, vector, allowed, model)
    heard = (*content_words(question.spoken), *content_words(question.written))
    rare = words.rarity(project, list(dict.fromkeys((*question.content, *heard))))
    near = {level: _cosines(project, vector, level, ids, model) for level in vectors.LEVELS}
    looker = picture_embedder(project.settings) if weights.picture else None
    pictures: dict[tuple[str, int], float] = {}
    if looker is not None:
        pictures = picture_nearness(project, looker, question.plain, ids, floor(project, model))
    out: list[Scored] = []
    for seen in watched(project, ids):
        key = seen.footage.id
        nearness = {
            number: Nearness(
                max(near["moment"].get((key, o), 0.0) for o in run.ordinals),
                near["shot"].get((key, run.shot), 0.0),
                near["footage"].get((key, 0), 0.0),
                max((pictures[key, o] for o in run.ordinals if (key, o) in pictures), default=None),
            )
            for number, run in enumerate(seen.runs)
        }
        out += fuse(question, seen, nearness, rare, weights)
    return out


def _cosines(
    project: Project,
    vector: np.ndarray,
    level: store.Level,
    ids: Sequence[str],
    model: TextEmbedder,
) -> dict[tuple[str, int], float]:
    held = vectors.matrix(project, level, model.name)
    found = vectors.brute_force(held, vector, len(held.keys), ids)
    return {(n.footage_id, n.ordinal): n.cosine for n in found}


def _candidates(
    project: Project,
    question: Question,
    vector: np.ndarray,
    allowed: Sequence[Footage],
    model: TextEmbedder,
) -> list[str]:
    """The footage worth judging run by run: all of a small library, else the nearest of it."""
    ids = [f.id for f in allowed]
    if len(ids) <= SMALL or question.only_asked:
        return ids
    may, wanted = set(ids), list(question.content)
    wanted += [*content_words(question.spoken), *content_words(question.written)]
    every = len(ids) == len(store.all_footage(project, usable=True))
    found: dict[str, None] = {}
    for level in vectors.LEVELS:
        near = vectors.nearest(
            project, vector, level, model=model.name, limit=CANDIDATES,
            footage_ids=None if every else ids,
        )  # fmt: skip
        found.update(dict.fromkeys(n.footage_id for n in near))
        found.update(
            dict.fromkeys(i for i, _, _ in words.best(project, wanted, level, limit=CANDIDATES))
        )
    return [i for i in found if i in may]


def passing(project: Project, filters: Filters) -> list[Footage]:
    """The footage that passes what the filters ask of whole files."""
    used = _used(project) if filters.used is not None else set()

    def passes(f: Footage) -> bool:
        tech = f.technical
        return (
            (filters.orientation is None or tech.orientation == filters.orientation)
            and (filters.min_length_s is None or f.duration_s >= filters.min_length_s)
            and (filters.max_length_s is None or f.duration_s <= filters.max_length_s)
            and (filters.has_sound is None or tech.has_sound == filters.has_sound)
            and (filters.has_picture is None or tech.has_picture == filters.has_picture)
            and (filters.used is None or (f.id in used) == filters.used)
            and (filters.footage_ids is None or f.id in filters.footage_ids)
            and f.id not in filters.not_footage_ids
        )

    return [f for f in store.all_footage(project, usable=True) if passes(f)]


def _used(project: Project) -> set[str]:
    timeline = history.current(project)
    return {
        item.footage_id
        for track in timeline.tracks
        for item in track.items
        if isinstance(item, Clip)
    }


def run_passes(run: Run, filters: Filters) -> bool:
    """Whether most of a run is what the filters ask of moments. Unknown senses never are."""
    seen = [m.senses for m in run.moments if m.senses != UNKNOWN]

    def mostly(wanted: list[bool]) -> bool:
        return sum(wanted) * 2 > len(wanted) if wanted else False

    if filters.light and not mostly(
        [s.light < 0.25 if filters.light == "dark" else s.light > 0.5 for s in seen]
    ):
        return False
    if filters.motion and not mostly(
        [(s.motion < 0.03) == (filters.motion == "still") for s in seen]
    ):
        return False
    if filters.has_speech is not None:
        speaks = bool(run.speech) or mostly([s.speech > 0.3 for s in seen])
        if speaks != filters.has_speech:
            return False
    if filters.has_faces is not None:
        return mostly([s.faces > 0 for s in seen]) == filters.has_faces
    return True
