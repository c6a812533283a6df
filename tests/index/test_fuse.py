"""The layers of a search are weighed run by run, each with its own quote."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from index.fuse import Nearness, Scored, Weights, fuse
from index.query import understand
from index.runs import watched
from index.words import content_words
from project import footage as store
from project.footage import Footage, Moment, Senses, Shot, Speech, Technical
from project.store import Project
from timeline.time import TimeRange


def put(project: Project, captions: Sequence[str], *, said: str = "", silent: bool = False) -> None:
    end = Fraction(len(captions))
    technical = Technical(width=9, height=16, has_picture=True, has_sound=not silent)
    store.save(
        project,
        Footage("f", Path("/x/a.mp4"), "a.mp4", "x", "p", 1, 0, "ok", duration_s=end,
                technical=technical),
    )  # fmt: skip
    spans = [TimeRange(Fraction(n), Fraction(n + 1)) for n in range(len(captions))]
    store.replace_knowledge(
        project, "f", shots=[Shot("f", 0, TimeRange(Fraction(0), end))],
        moments=[
            Moment("f", n, span, 0, text, "sidecar", "", Senses())
            for n, (span, text) in enumerate(zip(spans, captions, strict=True))
        ],
        speech=[Speech("f", spans[-1], said, "", "srt")] if said else [], captions=[],
    )  # fmt: skip


def scores(project: Project, text: str, weights: Weights | None = None) -> list[Scored]:
    question = understand(text)
    (seen,) = watched(project, ["f"])
    rare = dict.fromkeys((*question.content, *content_words(question.spoken)), 1.0)
    near = {n: Nearness(0.4, 0.4, 0.4) for n in range(len(seen.runs))}
    return fuse(question, seen, near, rare, weights or Weights())


def test_the_same_caption_is_one_run_and_a_word_in_it_lifts_it(project: Project) -> None:
    put(project, ["a goose", "a goose", "an empty bank"])
    goose, empty = scores(project, "goose")
    assert goose.run.range == TimeRange(Fraction(0), Fraction(2))
    assert goose.score > empty.score
    assert [(w.kind, w.quote) for w in goose.why] == [("caption", "a goose")]
    assert empty.why == ()


def test_without_the_word_layer_only_meaning_counts(project: Project) -> None:
    put(project, ["a goose", "an empty bank"])
    goose, empty = scores(project, "goose", Weights(words=0))
    assert goose.score == empty.score


def test_a_file_that_is_not_as_asked_comes_to_nothing(project: Project) -> None:
    put(project, ["a goose"], silent=True)
    assert scores(project, "goose with sound")[0].score == 0
    met = scores(project, "vertical clip of a goose without sound")[0]
    assert met.score > 0
    assert {w.quote for w in met.why if w.kind == "technical"} == {"portrait 9x16", "no sound"}


def test_speech_is_found_where_it_is_said(project: Project) -> None:
    put(project, ["a desk", "a desk"], said="the budget is tight")
    before, there = scores(project, "he talks about the budget")
    assert there.heard == 1 and before.heard == 0 and there.score > before.score
    assert ("speech", "the budget is tight") in [(w.kind, w.quote) for w in there.why]


def test_what_is_excluded_falls_behind(project: Project) -> None:
    put(project, ["a pier with people", "a pier at dawn"])
    crowded, calm = scores(project, "pier without people")
    assert calm.score > crowded.score
