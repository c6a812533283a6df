"""Search measured against a file of questions with known answers: recall by kind, declines."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.search import search
from index.values import Found, Hit
from project.errors import CreatorError
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
    """Ask every question of `queries_file` whose id passes `only`; raises CreatorError.

    A hit is right when its file is and the spans overlap; an acceptable hit is passed over,
    neither rewarded nor punished.
    """
    try:
        body = json.loads(queries_file.read_text(encoding="utf-8"))
        questions = [q for q in body["queries"] if only(str(q["id"]))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CreatorError(
            f"{queries_file} cannot be read as questions ({error!r}); it needs a list 'queries'"
            " of {id, kind, query, answers}"
        ) from error
    asking = ask or (lambda where, text: search(where, text, limit=20))
    judged = tuple(_judge(q, asking(project, q["query"])) for q in questions)
    kinds = tuple(
        _recall(kind, [j for j in judged if j.kind == kind])
        for kind in dict.fromkeys(j.kind for j in judged)
        if kind != NOTHING
    )
    return Report(
        kinds,
        _recall("all answerable", [j for j in judged if j.kind != NOTHING]),
        _recall(NOTHING, [j for j in judged if j.kind == NOTHING]),
        judged,
    )


def _judge(question: dict[str, Any], found: Found) -> Judged:
    place = counted = 0
    for hit in found.hits:
        if _among(hit, question["answers"]):
            place = counted + 1
            break
        counted += not _among(hit, question.get("acceptable", []))
        if counted == 5:
            break
    return Judged(question["id"], question["kind"], question["query"], place, not found.confident)


def _among(hit: Hit, spans: Sequence[dict[str, Any]]) -> bool:
    return any(
        span["file"] == hit.name
        and hit.range.overlap(TimeRange(exact(span["start_s"]), exact(span["end_s"]))) > 0
        for span in spans
    )


def _recall(kind: str, judged: Sequence[Judged]) -> Recall:
    count = len(judged)
    return Recall(
        kind,
        count,
        sum(j.place == 1 for j in judged) / count if count else 0.0,
        sum(j.place > 0 for j in judged) / count if count else 0.0,
        sum(j.declined for j in judged),
    )
