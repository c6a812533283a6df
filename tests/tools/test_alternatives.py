"""Versions of a film differ for real, are the same on every run, and keep what was asked for."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from project import history
from project.store import Project
from tests.tools.conftest import Propose
from timeline import document
from tools.alternatives import Alternatives, AlternativesArguments, Version, versions
from tools.outline import BeatWanted, StoryboardArguments, Unlike
from tools.storyboard import Storyboard


def compare(project: Project, count: int = 3, **film: Any) -> list[Version]:
    return versions(
        AlternativesArguments(film=StoryboardArguments.model_validate(film), count=count), project
    )


def shared(one: Version, other: Version) -> Fraction:
    return sum(
        (
            mine.source.overlap(theirs.source)
            for mine in one.clips
            for theirs in other.clips
            if mine.footage_id == theirs.footage_id
        ),
        Fraction(0),
    )


def test_three_versions_differ_in_moments_order_and_pace(dailies: Project) -> None:
    made = compare(dailies, length_s=12)
    assert [version.number for version in made] == [1, 2, 3]
    assert len({version.pace for version in made}) == 3
    assert len({version.arguments.order for version in made}) == 3
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert shared(made[one], made[other]) < Fraction(12) / 2
    assert all(version.timeline.duration == 12 for version in made)


def test_the_same_question_has_the_same_answer(dailies: Project) -> None:
    arguments = AlternativesArguments(film=StoryboardArguments(length_s=10, subjects=("dog",)))
    first = Alternatives().propose(arguments, dailies)
    assert Alternatives().propose(arguments, dailies) == first


def test_what_was_asked_for_stays_in_every_version(dailies: Project) -> None:
    beats = ({"words": "pouring coffee"}, {"words": "beach waves"})
    for version in compare(dailies, length_s=8, beats=beats, pace="slow", aspect="9:16"):
        assert version.pace == "slow" and version.arguments.order == "story"
        assert [clip.beat for clip in version.clips] == sorted(
            (clip.beat for clip in version.clips), reverse=True
        )
        assert version.timeline.height > version.timeline.width
        assert all(reason.verified for reason in version.proposal.reasons)


def test_a_calm_film_has_no_hectic_version(dailies: Project) -> None:
    assert {v.pace for v in compare(dailies, length_s=12, mood=("calm",))} == {"slow", "medium"}


def test_footage_for_one_version_only_is_said(dailies: Project, propose: Propose) -> None:
    film = {"length_s": 6.0, "footage_ids": ("f-ntsc",), "pace": "slow", "order": "chronological"}
    assert len(compare(dailies, **film)) == 1
    told = propose("alternatives", film=film).answer
    assert "1 version that differ" in told or "has 1 version" in told


def test_a_row_tells_what_its_storyboard_holds(dailies: Project, propose: Propose) -> None:
    told = propose("alternatives", film={"length_s": 12, "subjects": ("dog", "rocket launch")})
    assert told.timeline is None and history.head(dailies) is None
    for row in told.data["alternatives"]:
        again = Storyboard().propose(StoryboardArguments.model_validate(row["arguments"]), dailies)
        assert again.timeline is not None
        cut = document.from_document(again.timeline)
        assert (row["shots"], Fraction(row["length_s"])) == (len(cut.clips()), cut.duration)
        assert row["holes"] == ["rocket launch"] == [gap.wanted for _, gap in cut.holes()]
        assert row["coverage"] < 1
    assert "No footage fits 'rocket launch'" in told.answer


def test_a_span_that_is_to_be_left_out_is_shown_where_nothing_else_fits(dailies: Project) -> None:
    whole = Unlike(footage_id="f-coffee", in_s="0", out_s="8")
    beats = (BeatWanted(words="pouring coffee"),)
    film = StoryboardArguments(length_s=3, beats=beats, unlike=(whole,))
    proposal = Storyboard().propose(film, dailies)
    assert proposal.timeline is not None
    [(_, clip)] = document.from_document(proposal.timeline).clips()
    assert clip.footage_id == "f-coffee"


@pytest.mark.parametrize("count", [1, 6])
def test_the_number_of_versions_is_bounded(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        AlternativesArguments(film=StoryboardArguments(), count=count)
