"""Search measured against a file of questions with known answers: recall by kind, declines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.fuse import Weights
from index.search import search
from index.values import Filters, Found, Hit
from project import footage as store
from project.errors import CreatorError
from project.settings import Settings
from project.store import Project
from timeline.time import TimeRange, exact

NOTHING = "none"  # the kind of questions without an answer


@dataclass(frozen=True, slots=True)
class Judged:
    """One question asked: at which place the first right hit stood (0: none in five)."""

    id: str
    kind: str
    query: str
    place: int
    declined: bool


@dataclass(frozen=True, slots=True)
class Recall:
    """How the questions of one kind came out."""

    kind: str
    questions: int
    at_1: float
    at_5: float
    declined: int


@dataclass(frozen=True, slots=True)
class Report:
    """A whole evaluation. Declines count right on unanswerable questions, wrong on others."""

    kinds: tuple[Recall, ...]
    overall: Recall  # over the answerable ones
    unanswerable: Recall
    judged: tuple[Judged, ...]

    def lines(self) -> list[str]:
        """The report as lines of text, one for each kind."""
        out = [f"{'kind':16} {'n':>3} {'R@1':>5} {'R@5':>5} declined"]
        for each in (*self.kinds, self.overall, self.unanswerable):
            out.append(
                f"{each.kind:16} {each.questions:3} {each.at_1:5.2f} {each.at_5:5.2f}"
                f" {each.declined}"
            )
        return out


def evaluate(
    project: Project,
    queries_file: Path,
    *,
    only: Callable[[str], bool] = lambda _: True,
    ask: Callable[[Project, str], Found] | None = None,
) -> Report:
    """Every question of `queries_file` whose id passes `only` asked; raises CreatorError.

    A hit is right when its file is and the spans overlap; an acceptable hit is passed over,
    neither rewarded nor punished.
    """
    return judge(project, read_questions(queries_file, only), ask=ask)


def judge(
    project: Project,
    questions: Sequence[Mapping[str, Any]],
    *,
    ask: Callable[[Project, str], Found] | None = None,
) -> Report:
    """These questions, of the form `read_questions` gives, asked of a project."""
    asking = ask or (lambda where, text: search(where, text, limit=20))
    return report([_judge(q, asking(project, q["query"])) for q in questions])


def report(judged: Sequence[Judged]) -> Report:
    """How all of these came out, by kind and together, from one project or several."""
    kinds = tuple(
        _recall(kind, [j for j in judged if j.kind == kind])
        for kind in dict.fromkeys(j.kind for j in judged)
        if kind != NOTHING
    )
    return Report(
        kinds,
        _recall("all answerable", [j for j in judged if j.kind != NOTHING]),
        _recall(NOTHING, [j for j in judged if j.kind == NOTHING]),
        tuple(judged),
    )


def read_questions(
    queries_file: Path, only: Callable[[str], bool] = lambda _: True
) -> list[dict[str, Any]]:
    """The questions of a file: {id, kind, query, answers, acceptable}; raises CreatorError.

    answers: spans as {file, start_s, end_s}; none for a question that has no answer here.
    """
    try:
        body = json.loads(queries_file.read_text(encoding="utf-8"))
        found = [_question(each, n) for n, each in enumerate(body["queries"], start=1)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CreatorError(
            f"{queries_file} cannot be read as questions ({error!r}); it needs a list 'queries'"
            " of {id, kind, query, answers}"
        ) from error
    return [each for each in found if only(each["id"])]


def _question(given: dict[str, Any], number: int) -> dict[str, Any]:
    """One question with what it may leave out: an id, and a kind told by whether it is answered."""
    answers = [_span(each) for each in given["answers"]]
    return {
        "id": str(given.get("id", number)),
        "kind": str(given.get("kind") or ("asked" if answers else NOTHING)),
        "query": str(given["query"]),
        "answers": answers,
        "acceptable": [_span(each) for each in given.get("acceptable", [])],
    }


def _span(given: dict[str, Any]) -> tuple[str, TimeRange]:
    return str(given["file"]), TimeRange(exact(given["start_s"]), exact(given["end_s"]))


def stages(settings: Settings) -> tuple[tuple[str, Weights], ...]:
    """The layers of search, each added to those before it; models only where they are set."""
    found = [
        ("vectors only", Weights(words=0, sensed=False, reading=False, things=0, picture=0,
                                 reread=0)),
        ("+ words", Weights(sensed=False, reading=False, things=0, picture=0, reread=0)),
        ("+ senses", Weights(reading=False, things=0, picture=0, reread=0)),
        ("+ reading the question", Weights(things=0, picture=0, reread=0)),
        ("+ things", Weights(picture=0, reread=0)),
    ]  # fmt: skip
    if settings.image_embedder:
        found.append(("+ pictures", Weights(reread=0)))
    if settings.cross_encoder:
        found.append(("+ cross-encoder", Weights()))
    return tuple(found)


def ablate(project: Project, queries_file: Path) -> list[tuple[str, Report]]:
    """The same questions asked with one layer more each time; raises CreatorError."""

    def asking(weights: Weights) -> Callable[[Project, str], Found]:
        return lambda where, text: search(where, text, limit=20, weights=weights)

    return [
        (name, evaluate(project, queries_file, ask=asking(weights)))
        for name, weights in stages(project.settings)
    ]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How well spans found by words lie on the true ones, over the questions of one kind.

    iou: mean of shared time over time of either; whole: the same of taking all of the footage.
    half: share of questions whose span shares at least half.
    """

    kind: str
    questions: int
    iou: float
    half: float
    whole: float


def trim_overlaps(project: Project, queries_file: Path) -> tuple[Overlap, ...]:
    """For each answer's footage: the span its own search gives, beside the true span.

    One figure a question and file, by kind, all together last. Files that the project does not
    have are left out. Raises CreatorError, also where none of the files is there.
    """
    ids: dict[str, list[str]] = {}
    lengths: dict[str, TimeRange] = {}
    for each in store.all_footage(project, usable=True):
        ids.setdefault(each.name, []).append(each.id)
        lengths[each.name] = each.range
    found: list[tuple[str, float, float]] = []
    for question in read_questions(queries_file):
        for name in dict.fromkeys(file for file, _ in question["answers"] if file in ids):
            true = [span for file, span in question["answers"] if file == name]
            only = Filters(footage_ids=tuple(ids[name]))
            hits = search(project, question["query"], filters=only, limit=1).hits
            best = max((iou(hits[0].range, span) for span in true), default=0.0) if hits else 0.0
            whole = max(iou(lengths[name], span) for span in true)
            found.append((question["kind"], best, whole))
    if not found:
        raise CreatorError(f"none of the files that {queries_file} names is in this project")
    kinds = dict.fromkeys(kind for kind, _, _ in found)
    rows = [_overlap(kind, [f for f in found if f[0] == kind]) for kind in kinds]
    return (*rows, _overlap("all", found))


def _overlap(kind: str, found: Sequence[tuple[str, float, float]]) -> Overlap:
    count = len(found)
    return Overlap(
        kind,
        count,
        sum(best for _, best, _ in found) / count,
        sum(best >= 0.5 for _, best, _ in found) / count,
        sum(whole for _, _, whole in found) / count,
    )


def iou(one: TimeRange, other: TimeRange) -> float:
    """Shared time over the time of either, 0 to 1."""
    shared = one.overlap(other)
    either = one.duration + other.duration - shared
    return float(shared / either) if either > 0 else 0.0


def _judge(question: Mapping[str, Any], found: Found) -> Judged:
    place = counted = 0
    for hit in found.hits:
        if _among(hit, question["answers"]):
            place = counted + 1
            break
        counted += not _among(hit, question["acceptable"])
        if counted == 5:
            break
    return Judged(question["id"], question["kind"], question["query"], place, not found.confident)


def _among(hit: Hit, spans: Sequence[tuple[str, TimeRange]]) -> bool:
    return any(file == hit.name and hit.range.overlap(span) > 0 for file, span in spans)


def _recall(kind: str, judged: Sequence[Judged]) -> Recall:
    count = len(judged)
    return Recall(
        kind,
        count,
        sum(j.place == 1 for j in judged) / count if count else 0.0,
        sum(j.place > 0 for j in judged) / count if count else 0.0,
        sum(j.declined for j in judged),
    )
