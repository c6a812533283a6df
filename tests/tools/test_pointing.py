"""Which clips words mean: rows, all but some, from the end; and what stands in the cut."""

from __future__ import annotations

from fractions import Fraction

import pytest

from project import history
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Do, Propose
from timeline.model import Timeline
from tools.pointing import point


@pytest.fixture
def cut(do: Do) -> Timeline:
    """coffee, beach, dog, each of about three seconds."""
    return do("storyboard", length_s=9, beats=tuple({"words": w} for w in ("coffee", "beach",
                                                                          "dog")))  # fmt: skip


def places(words: str, timeline: Timeline, project: Project) -> list[int]:
    ids = [clip.id for _, clip in timeline.clips()]
    return [ids.index(found) + 1 for found in point(words, timeline, project)]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("the first two shots", [1, 2]),
        ("first two", [1, 2]),
        ("last 2 clips", [2, 3]),
        ("clips 2 to 3", [2, 3]),
        ("the second to last shot", [2]),
        ("penultimate clip", [2]),
        ("everything but the dog", [1, 2]),
        ("all shots except the coffee and the dog", [2]),
        ("all but the first two", [3]),
        ("everything except clip 2", [1, 3]),
        ("every clip apart from the last one", [1, 2]),
    ],
)
def test_rows_and_all_but_some_are_pointed_at(
    words: str, wanted: list[int], cut: Timeline, dailies: Project
) -> None:
    assert places(words, cut, dailies) == wanted


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("the first nine shots", "has 3"),
        ("clips 3 to 2", "has 3"),
        ("everything but all clips", "no other"),
        ("everything but the giraffe", "giraffe"),
    ],
)
def test_rows_that_are_not_there_are_said(
    words: str, why: str, cut: Timeline, dailies: Project
) -> None:
    with pytest.raises(BadArguments, match=why):
        point(words, cut, dailies)


def test_a_clip_gets_so_much_longer_or_shorter_at_the_end_or_the_start(
    cut: Timeline, do: Do
) -> None:
    first = cut.clips()[0][1]
    shorter = do("trim", clips=("1",), by_s=-1).clips()[0][1]
    assert shorter.duration == first.duration - 1 and shorter.source.start == first.source.start
    headless = do("trim", clips=("1",), by_s=-0.4, words="start").clips()[0][1]
    assert headless.source.end == shorter.source.end
    assert headless.duration == shorter.duration - Fraction(2, 5)
    longer = do("trim", clips=("1",), by_s=1).clips()[0][1]
    assert longer.duration == headless.duration + 1


def test_a_clip_gets_no_longer_than_its_shot_and_no_shorter_than_nothing(
    cut: Timeline, propose: Propose
) -> None:
    with pytest.raises(BadArguments, match="there are only"):
        propose("trim", clips=("1",), by_s=500)
    with pytest.raises(BadArguments, match="would leave nothing"):
        propose("trim", clips=("1",), by_s=-60)


def test_a_clip_is_replaced_in_its_place_and_length(cut: Timeline, do: Do) -> None:
    old = cut.clips()[1][1]
    after = do("arrange", action="replace", clips=("beach",), query="cars in a city")
    new = after.clips()[1][1]
    assert len(after.clips()) == 3 and new.footage_id != old.footage_id
    assert new.duration == old.duration and new.beat == "cars in a city"


def test_something_else_is_what_the_cut_does_not_show(cut: Timeline, do: Do) -> None:
    shown = {clip.footage_id for _, clip in cut.clips()}
    new = do("arrange", action="replace", clips=("2",)).clips()[1][1]
    assert new.footage_id not in shown


def test_clips_are_moved_and_added_beside_others(cut: Timeline, do: Do) -> None:
    beats = [clip.beat for _, clip in do("arrange", action="move", clips=("3",),
                                         before="coffee").clips()]  # fmt: skip
    assert beats == ["dog", "coffee", "beach"]
    beats = [clip.beat for _, clip in do("arrange", action="move", clips=("dog",),
                                         after="coffee").clips()]  # fmt: skip
    assert beats == ["coffee", "dog", "beach"]
    beats = [clip.beat for _, clip in do("arrange", action="add", query="cars in a city",
                                         after="dog").clips()]  # fmt: skip
    assert beats == ["coffee", "dog", "cars in a city", "beach"]


def test_a_clip_is_not_moved_beside_itself(cut: Timeline, propose: Propose) -> None:
    with pytest.raises(BadArguments, match="itself"):
        propose("arrange", action="move", clips=("dog",), before="the dog")


def test_the_cut_is_told_clip_by_clip_and_cites_what_each_shows(
    cut: Timeline, propose: Propose, dailies: Project
) -> None:
    told = propose("contents")
    assert "9 s" in told.answer and "3 clips" in told.answer
    assert all(clip.name in told.answer for _, clip in cut.clips())
    assert all(r.verified for r in told.reasons), [r.problem for r in told.reasons]
    one = propose("contents", clips=("last",))
    assert cut.clips()[2][1].name in one.answer and cut.clips()[0][1].name not in one.answer
    assert history.current(dailies) == cut


def test_an_empty_cut_says_so(propose: Propose) -> None:
    assert "Nothing is cut yet" in propose("contents").answer
