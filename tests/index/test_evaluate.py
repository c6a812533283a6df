"""An evaluation counts right hits, passes over acceptable ones and counts declines."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from index.evaluate import evaluate
from index.values import Found, Hit, Why
from project.errors import CreatorError
from project.store import Project
from timeline.time import TimeRange


def hit(name: str, start: int, end: int) -> Hit:
    span = TimeRange(Fraction(start), Fraction(end))
    return Hit(name, name, span, 0.5, (Why("caption", "x"),))


def asked(tmp_path: Path) -> Path:
    def span(file: str, start: float, end: float) -> dict[str, object]:
        return {"file": file, "start_s": start, "end_s": end}

    right = [span("a.mp4", 2, 4)]
    questions = [
        {"id": "1", "kind": "object", "query": "first", "answers": right, "acceptable": []},
        {"id": "2", "kind": "object", "query": "passed over", "answers": right,
         "acceptable": [span("b.mp4", 0, 9)]},
        {"id": "3", "kind": "mood", "query": "touching only", "answers": right, "acceptable": []},
        {"id": "4", "kind": "mood", "query": "sixth", "answers": right, "acceptable": []},
        {"id": "5", "kind": "none", "query": "nothing", "answers": [], "acceptable": []},
    ]  # fmt: skip
    path = tmp_path / "queries.json"
    path.write_text(json.dumps({"queries": questions}))
    return path


HITS = {
    "first": (hit("a.mp4", 3, 5),),
    "passed over": (hit("b.mp4", 0, 1), hit("a.mp4", 0, 3)),
    "touching only": (hit("a.mp4", 4, 6), hit("a.mp4", 0, 3)),
    "sixth": (*(hit("c.mp4", n, n + 1) for n in range(5)), hit("a.mp4", 2, 4)),
    "nothing": (),
}


def test_recall_and_declines_are_counted_by_kind(project: Project, tmp_path: Path) -> None:
    report = evaluate(
        project, asked(tmp_path), ask=lambda _, text: Found(text, bool(HITS[text]), HITS[text])
    )
    figures = {k.kind: (k.at_1, k.at_5, k.declined) for k in report.kinds}
    assert figures == {"object": (1.0, 1.0, 0), "mood": (0.0, 0.5, 0)}
    assert (report.overall.at_1, report.overall.at_5) == (0.5, 0.75)
    assert (report.unanswerable.questions, report.unanswerable.declined) == (1, 1)
    assert any("all answerable" in line and "0.50" in line for line in report.lines())


def test_a_file_that_holds_no_questions_is_told_so(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "queries.json"
    path.write_text("[]")
    with pytest.raises(CreatorError, match="needs a list 'queries'"):
        evaluate(project, path)
