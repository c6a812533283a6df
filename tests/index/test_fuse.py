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


def put(
    project: Project,
    captions: Sequence[str],
    *,
    said: str = "",
    silent: bool = False,
    name: str = "a.mp4",
    picture: bool = True,
    senses: Senses | None = None,
    apart: bool = False,
) -> None:
    """One piece of footage, a caption a second; apart: each of them a shot of its own."""
    end = Fraction(len(captions))
    technical = Technical(
        width=9, height=16, has_picture=picture, has_sound=not silent, picture_end_s=str(end)
    )
    store.save(
        project,
        Footage("f", Path("/x") / name, name, "x", "p", 1, 0, "ok", duration_s=end,
                technical=technical),
    )  # fmt: skip
    spans = [TimeRange(Fraction(n), Fraction(n + 1)) for n in range(len(captions))]
    store.replace_knowledge(
        project, "f",
        shots=[Shot("f", n, span) for n, span in enumerate(spans)]
        if apart else [Shot("f", 0, TimeRange(Fraction(0), end))],
        moments=[
            Moment("f", n, span, n if apart else 0, text, "sidecar" if text else "embedded", "",
                   senses or Senses())
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


def met(project: Project, text: str) -> list[float]:
    return [round(each.asked_of_senses, 2) for each in scores(project, text)]


def test_a_wish_is_met_by_a_caption_that_says_it_in_any_editors_words(project: Project) -> None:
    told = ["drone view of a bay", "a bay from the beach", "overhead shot of a table"]
    put(project, told, apart=True)
    assert met(project, "aerial footage") == [0.95, 0.0, 0.76]
    drone, beach, _ = scores(project, "aerial footage")
    assert [(w.kind, w.quote) for w in drone.why] == [("caption", "drone view of a bay")]
    assert beach.why == ()
    assert met(project, "no aerials")[:2] == [0.05, 1.0]


def test_the_name_of_a_file_tells_which_camera_or_program_made_it(project: Project) -> None:
    put(project, ["", ""], name="DJI_0031.MP4", senses=Senses(light=0.4, words=("grey",)))
    (run,) = scores(project, "drone shot")
    assert run.asked_of_senses == 0.7
    assert [(w.kind, w.quote) for w in run.why] == [("name", "DJI_0031.MP4")]
    assert met(project, "point of view") == [0.0]


def test_where_there_is_no_picture_no_wish_about_it_is_met_nor_its_absence(
    project: Project,
) -> None:
    put(project, [""], picture=False, senses=Senses(loudness_db=-10, words=("loud",)))
    assert met(project, "dark") == [0.0]
    assert met(project, "no face visible") == [0.4]
    assert met(project, "loud") == [1.0]


def test_a_run_that_meets_one_wish_of_two_is_worth_less_than_half(project: Project) -> None:
    put(project, [""], senses=Senses(light=0.05, contrast=0.2, words=("very dark",)))
    assert met(project, "very dark") == [1.0]
    assert met(project, "very dark, colourful") == [0.25]


def test_black_leader_is_black_before_it_is_dark(project: Project) -> None:
    put(project, [""], senses=Senses(light=0.0, contrast=0.0, words=("very dark",)))
    assert met(project, "black screen") == [1.0]
    assert met(project, "very dark") == [0.4]


def test_a_camera_is_not_called_still_where_nothing_could_be_told_of_it(
    project: Project,
) -> None:
    put(project, [""], senses=Senses(light=0.4, motion=0.3, words=("fast movement",)))
    assert met(project, "static shot") == [0.3]
    assert met(project, "steady") == [0.0]


def test_what_was_only_watched_comes_near_to_no_thing(project: Project) -> None:
    put(project, [""], senses=Senses(light=0.4, words=("grey",)))
    assert scores(project, "a wolf")[0].nearest == 0.0


def test_what_is_told_comes_as_near_as_its_vectors(project: Project) -> None:
    put(project, ["a wolf"])
    assert scores(project, "a wolf")[0].nearest == 0.4


def test_words_of_a_wish_that_is_met_count_as_found(project: Project) -> None:
    put(project, [""], name="Screen Recording 4.mov", senses=Senses(light=0.4, words=("grey",)))
    (run,) = scores(project, "screen recording")
    assert run.covered == 1.0


def test_what_is_excluded_is_the_thing_with_its_words(project: Project) -> None:
    put(project, ["a street with red cars", "a street with a blue car", "a street"])
    red, blue, none = scores(project, "street without red cars")
    assert red.score < blue.score and red.score < none.score


def test_where_nothing_is_told_senses_count_as_they_do_alone(project: Project) -> None:
    put(project, [""], senses=Senses(light=0.05, contrast=0.2, words=("very dark",)))
    (watched_only,) = scores(project, "very dark shot of a wolf")
    assert watched_only.score > Weights().senses_alone * 0.95
    assert watched_only.nearest == 0.0
