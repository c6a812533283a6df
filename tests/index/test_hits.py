"""Neighbouring moments become one hit, and its in and out points lie where something begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from index.fuse import Scored
from index.hits import hits
from index.runs import Watched, watched
from index.values import Why
from project import footage as store
from project.footage import Caption, Footage, Moment, Senses, Shot, Speech, Technical
from project.store import Project
from timeline.time import TimeRange


def span(start: str, end: str) -> TimeRange:
    return TimeRange(Fraction(start), Fraction(end))


def put(
    project: Project,
    captions: Sequence[str],
    *,
    cuts: Sequence[str] = (),
    told: Sequence[TimeRange] = (),
    said: TimeRange | None = None,
) -> Watched:
    """One piece of footage, a caption a second; cuts: where shots end, the last left out."""
    end = Fraction(len(captions))
    edges = [Fraction(0), *map(Fraction, cuts), end]
    shots = [TimeRange(a, b) for a, b in pairwise(edges)]
    technical = Technical(width=16, height=9, has_picture=True, has_sound=True, picture_end_s="99")
    footage = Footage(
        "f", Path("/x/a.mp4"), "a.mp4", "x", "p", 1, 0, "ok", duration_s=end, technical=technical
    )
    store.save(project, footage)
    spans = [TimeRange(Fraction(n), Fraction(n + 1)) for n in range(len(captions))]
    store.replace_knowledge(
        project, "f",
        shots=[Shot("f", n, each) for n, each in enumerate(shots)],
        moments=[
            Moment("f", n, each, max(range(len(shots)), key=lambda k: shots[k].overlap(each)),
                   text, "sidecar", "", Senses())
            for n, (each, text) in enumerate(zip(spans, captions, strict=True))
        ],
        speech=[Speech("f", said, "we begin at dawn", "", "srt")] if said else [],
        captions=[Caption("f", each, "told", "sidecar") for each in told],
    )  # fmt: skip
    (seen,) = watched(project, ["f"])
    return seen


def ordered(seen: Watched, scores: Sequence[float], why: tuple[Why, ...] = ()) -> list[Scored]:
    """The runs of footage with these scores, best first."""
    made = [
        Scored(seen, run, score, score, 0.0, nearest=score, asked_of_file=None,
               asked_of_senses=0.0, listened=bool(run.said), heard=0.0, why=why)
        for run, score in zip(seen.runs, scores, strict=True)
    ]  # fmt: skip
    return sorted(made, key=lambda s: -s.score)


def test_neighbours_nearly_as_good_join_and_a_worse_one_ends_the_hit(project: Project) -> None:
    seen = put(project, ["a", "b", "c", "d", "e"])
    found = hits(ordered(seen, [0.1, 0.45, 0.5, 0.42, 0.2]), 9)
    assert found[0].range == span("1", "4")
    assert [hit.range for hit in found[1:]] == [span("4", "5"), span("0", "1")]


def test_one_weak_second_between_good_ones_is_bridged_but_not_two(project: Project) -> None:
    seen = put(project, ["a", "b", "c", "d", "e", "f"])
    assert hits(ordered(seen, [0.5, 0.1, 0.48, 0.1, 0.1, 0.49]), 1)[0].range == span("0", "3")


def test_a_hit_ends_at_the_cut_and_not_at_the_full_second(project: Project) -> None:
    seen = put(project, ["a", "a", "b", "b"], cuts=["1.7"])
    best, other = hits(ordered(seen, [0.5, 0.4]), 2)
    assert best.range == span("0", "1.7")
    assert other.range == span("1.7", "4")


def test_what_is_asked_of_the_file_takes_all_of_it_across_cuts(project: Project) -> None:
    seen = put(project, ["a", "a", "b", "b"], cuts=["1.7"])
    assert hits(ordered(seen, [0.3, 0.3]), 5, "file")[0].range == span("0", "4")
    assert len(hits(ordered(seen, [0.3, 0.3]), 5, "file")) == 1


def test_what_is_asked_of_shots_takes_all_of_the_shot_and_no_more(project: Project) -> None:
    seen = put(project, ["a", "b", "c", "d"], cuts=["3"])
    assert hits(ordered(seen, [0.1, 0.5, 0.1, 0.5]), 5, "shot")[0].range == span("0", "3")


def test_what_meets_the_wish_as_well_joins_however_its_score(project: Project) -> None:
    seen = put(project, ["a", "b", "c", "d", "e"])
    met = [0.0, 0.9, 1.0, 0.6, 0.1]
    scores = [0.1, 0.3, 0.5, 0.2, 0.1]
    made = [
        replace(scored, asked_of_senses=met[scored.run.moments[0].ordinal])
        for scored in ordered(seen, scores)
    ]
    assert hits(made, 5, "met")[0].range == span("1", "4")
    assert hits(made, 5)[0].range == span("2", "3")


def test_edges_move_to_the_borders_of_brought_captions_where_these_are_near(
    project: Project,
) -> None:
    seen = put(project, ["a", "a", "b", "b", "c"], told=[span("0", "2.3"), span("2.3", "3.6")])
    best = hits(ordered(seen, [0.1, 0.5, 0.1]), 1)[0]
    assert best.range == span("2.3", "3.6")


def test_a_hit_on_what_is_said_spans_the_line_and_no_other_hit_overlaps_it(
    project: Project,
) -> None:
    seen = put(project, ["a", "a", "a", "a", "a"], said=span("1.4", "3.2"))
    why = (Why("speech", "we begin at dawn", 0.9), Why("caption", "a", 0.2))
    found = hits(ordered(seen, [0.2, 0.6, 0.2], why), 5)
    assert found[0].range == span("1.4", "3.2")
    for n, hit in enumerate(found):
        assert all(hit.range.overlap(other.range) == 0 for other in found[n + 1 :])
