"""Search: what a question means, found in the footage as spans with the evidence of why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from index import looks, vectors, words
from index.allowed import Allowed, allowed, run_passes
from index.candidates import Batch, candidates
from index.embed import embedder, label_vectors, question_vector
from index.floor import MET, answers, beyond_chance, floor
from index.fuse import Nearness, Scored, Weights, fuse
from index.hits import hits
from index.pictures import nearest_pictures, picture_embedder, picture_nearness
from index.query import Asked, Question, understand, unread
from index.rerank import reread, rereader
from index.runs import Run, Watched, watched
from index.things.meant import called
from index.values import Filters, Found, Hit
from index.words import content_words, roots, stems
from project.errors import CreatorError
from project.footage import Level
from project.store import Project

LONGEST_QUESTION = 400  # characters
LONG = 400  # runs of one piece of footage; of a longer one those that come near are judged
Near = Mapping[str, Mapping[int, float]]  # footage id -> ordinal -> how near it comes
Places = Mapping[tuple[str, int], float]  # the same by both at once


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
    if not allowed(project, filters).ids:
        return Found(query, False, (), "no footage passes the filters")
    question = understand(text) if weights.reading else unread(text)
    asked, narrowed = _Asked(project, question, weights), looks.asked(filters)
    scored: list[Scored] = []
    found: list[Hit] = []
    for batch in asked.candidates(filters):
        judged = asked.judged(batch.footage_ids)
        scored += (s for s in judged if run_passes(s.run, filters)) if narrowed else judged
        scored.sort(key=lambda s: -s.score)
        found = hits(scored, limit, question.reach)
        if len(found) >= limit and min(hit.score for hit in found) >= batch.rest:
            break
    confident = any(answers(question, s, asked.least) for s in scored)
    reader = rereader(project.settings) if weights.reread else None
    if reader is not None and not question.only_asked:
        ordered = reread(question.plain, scored, reader, weights.reread)
        found = hits(ordered, limit, question.reach)
    return Found(query, confident, tuple(found), _reason(question, scored, confident=confident))


def _reason(question: Question, scored: Sequence[Scored], *, confident: bool) -> str:
    """What was understood beyond the plain words; or that nothing comes near."""
    if not confident:
        if any(each.layer == "technical" for each in question.asked) and question.only_asked:
            return "no footage is like that"
        near = _partly(question, scored[0]) if scored else ""
        return f"nothing like that; {near or 'these are the nearest there are'}"
    parts = [_wish(each) for each in question.asked]
    parts += [f"hears “{question.spoken}”"] if question.spoken else []
    parts += [f"reads “{question.written}”"] if question.written else []
    named = {each.name for each in question.asked}
    parts += [f"without {word}" for word in question.excluded if word not in named]
    return "understood as: " + ", ".join(parts) if parts else ""


def _wish(asked: Asked) -> str:
    """A wish by its name: "not dark", "longer than 30 s"."""
    unit = " s" if asked.name in ("longer than", "shorter than", "about") else ""
    amount = f" {asked.amount:g}{unit}" if asked.amount else ""
    return f"{'not ' * asked.negated}{asked.name}{amount}"


def _partly(question: Question, best: Scored) -> str:
    """What the nearest is of all that was asked, where senses can tell but words are missing."""
    wanted = [f"“{each.said}”" for each in question.asked if not each.negated]
    untold = [word for word in question.open if not roots(word) & best.watched.words]
    if not wanted or not untold or best.asked_of_senses < MET:
        return ""
    return f"the nearest is {' and '.join(wanted)}, but nothing tells of {', '.join(untold)}"


class _Asked:
    """A question on its way through the library: what is judged of it, and how."""

    def __init__(self, project: Project, question: Question, weights: Weights) -> None:
        self._project, self._question, self._weights = project, question, weights
        self._model = embedder(project.settings)
        self._vector = question_vector(self._model, question.plain)
        self.least = floor(self._model, self._vector)
        heard = (*content_words(question.spoken), *content_words(question.written))
        wanted = list(dict.fromkeys((*question.content, *heard)))
        self._rare = words.rarity(project, wanted)
        self._roots = frozenset().union(*map(roots, wanted))
        self._looker = picture_embedder(project.settings) if weights.picture else None

    def candidates(self, filters: Filters) -> Iterator[Batch]:
        """The footage to judge, in batches."""
        return candidates(
            self._project, self._question, self._vector, filters, model=self._model.name,
            weights=self._weights, rare=self._rare,
            pictured=None if self._looker is None else self._pictured,
        )  # fmt: skip

    def _pictured(self, may: Allowed, limit: int) -> list[vectors.Near]:
        if self._looker is None:
            return []
        _, rows = may.rows(self._project, "moment", self._looker.name)
        return nearest_pictures(
            self._project, self._looker, self._question.plain, rows, self.least, limit=limit
        )

    def judged(self, ids: Sequence[str]) -> list[Scored]:
        """The runs of this footage that are worth judging, with their scores."""
        near = {level: self._cosines(level, ids) for level in vectors.LEVELS}
        pictures: Places = {}
        if self._looker is not None:
            pictures = picture_nearness(
                self._project, self._looker, self._question.plain, ids, self.least
            )
        out: list[Scored] = []
        every = watched(self._project, ids)
        labels = self._labels(every)
        for seen in every:
            nearness = self._nearness(seen, near, pictures, labels)
            out += fuse(self._question, seen, nearness, self._rare, self._weights)
        return out

    def _labels(self, every: Sequence[Watched]) -> dict[str, float]:
        """How near each word for a thing comes, beyond chance: it orders, and claims nothing."""
        runs = (run for seen in every for run in seen.runs)
        words_ = sorted({thing.word for run in runs for thing in run.things})
        if not words_:
            return {}
        near = beyond_chance(self._model, label_vectors(self._model, words_) @ self._vector)
        return dict(zip(words_, near.tolist(), strict=True))

    def _cosines(self, level: Level, ids: Sequence[str]) -> Near:
        held = vectors.matrix(self._project, level, self._model.name)
        return held.cosines(self._vector, ids)

    def _nearness(
        self,
        seen: Watched,
        near: Mapping[Level, Near],
        pictures: Places,
        labels: Mapping[str, float],
    ) -> dict[int, Nearness]:
        """By the number of the run, how near it comes."""
        key = seen.footage.id
        moments, shots, whole = (near[level].get(key, {}) for level in vectors.LEVELS)
        out = {
            number: Nearness(
                max(moments.get(o, 0.0) for o in run.ordinals),
                shots.get(run.shot, 0.0),
                whole.get(0, 0.0),
                max((pictures[key, o] for o in run.ordinals if (key, o) in pictures), default=None)
                if pictures
                else None,
                max((labels[t.word] * t.chance for t in run.things), default=0.0),
            )
            for number, run in enumerate(seen.runs)
        }
        if len(out) <= LONG:
            return out

        def promise(number: int) -> tuple[bool, float]:
            here = out[number]
            found = max(here.moment, here.picture or 0.0)
            return self._roots.isdisjoint(_words(seen.runs[number])), -found

        best = sorted(out, key=promise)[: LONG // 2]
        best += sorted(out, key=lambda number: promise(number)[1])[: LONG // 2]
        return {number: out[number] for number in best}


def _words(run: Run) -> frozenset[str]:
    looks = frozenset().union(*(stems(called(thing.word)) for thing in run.things))
    return run.shown | run.said | run.written | run.named | run.sensed | looks
