"""A refresh takes time in step with what it refreshes, whatever else is in the library."""

from __future__ import annotations

from fractions import Fraction

from benchmarks._many import WordEmbedder, build
from index.library import Lines, refresh
from project import footage as store
from project.footage import Speech
from project.store import Project
from timeline.time import TimeRange


def test_refreshing_one_piece_looks_through_no_table_however_large_the_library(
    project: Project,
) -> None:
    """Each statement finds its rows by an index, so that a library takes time in step with it."""
    build(project, 30)
    model = WordEmbedder()
    refresh(project, model=model, gather=False)
    one = store.all_footage(project)[7].id
    said: list[str] = []
    project._db.set_trace_callback(said.append)
    refresh(project, [one], model=model, gather=False)
    project._db.set_trace_callback(None)
    asked = [sql for sql in said if sql.startswith(("SELECT", "DELETE", "UPDATE", "INSERT"))]
    plans = [row["detail"] for sql in asked for row in project.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert any(plan.startswith("SEARCH vector") for plan in plans)
    assert [p for p in plans if p.startswith("SCAN") and "VIRTUAL TABLE" not in p] == []


def test_what_did_not_change_is_not_written_again(project: Project) -> None:
    build(project, 4)
    refresh(project, model=WordEmbedder())
    said: list[str] = []
    project._db.set_trace_callback(said.append)
    refresh(project, model=WordEmbedder(), gather=False)
    project._db.set_trace_callback(None)
    assert not [
        sql for sql in said if sql.startswith(("INSERT INTO moment", "INSERT INTO footage"))
    ]
    assert len([sql for sql in said if sql == "COMMIT"]) == 1


def test_a_line_is_heard_in_every_span_it_shares_and_in_no_other() -> None:
    spans = [(0, 1), (Fraction(1, 2), Fraction(5, 2)), (2, 2), (0, 10), (9, Fraction(99, 10))]
    said = [
        Speech("f", TimeRange(Fraction(a), Fraction(b)), f" word{n}", "", "srt")
        for n, (a, b) in enumerate(spans)
    ]
    lines = Lines(said)
    for start in range(12):
        for length in (Fraction(0), Fraction(1, 3), Fraction(1), Fraction(4)):
            span = TimeRange(Fraction(start), start + length)
            shared = [f"word{n}" for n, s in enumerate(said) if s.range.overlap(span) > 0]
            assert lines.within(span) == " ".join(shared)
