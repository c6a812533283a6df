"""The goals' benchmark itself: its checks can fail, its goals are well written, one runs whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest

from benchmarks import _goal_library, goals
from project import history
from project.settings import Settings
from project.store import Project
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange

TAGS = set(_goal_library.tags().values())
ABOUT = {"id", "category", "say", "held_out"}


def test_goals_are_many_each_its_own_and_ask_for_what_can_be_checked() -> None:
    every = goals.goals()
    assert len(every) >= 120 and sum(bool(g.get("held_out")) for g in every) >= 30
    assert max(Counter(goal["id"] for goal in every).values()) == 1
    for goal in every:
        assert goal["say"] and set(goal) <= ABOUT | set(goals.CHECKS), goal["id"]
        named = {*goal.get("has", ()), *goal.get("without", ()), *goal.get("order", ())}
        named |= {goal[key] for key in ("opens", "ends") if key in goal}
        assert named <= TAGS, goal["id"]
        assert set(goal) - ABOUT, f"{goal['id']} checks nothing"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[goals.Talk]:
    """A conversation over a cut: the baker cut inside a word, the train shown twice."""
    place = tmp_path_factory.mktemp("goals")
    project = Project.create(place / "film", Settings())
    _goal_library.build(project, place / "footage")

    def clip(name: str, footage_id: str, start: str, end: str) -> Clip:
        span = TimeRange(Fraction(start), Fraction(end))
        return Clip(name, footage_id, footage_id, span, TimeRange(Fraction(0), Fraction(13)))

    items = (
        clip("c-1", "f-int0401", "1.1", "2.98"), clip("c-2", "f-img0304", "0", "2"),
        clip("c-3", "f-img0304", "1", "3"),
    )  # fmt: skip
    with project.transaction():
        cut = Timeline(tracks=(Track("V1", "video", items),))
        history.commit(project, cut, "a cut", actor="hand")
    with project:
        yield goals.Talk(project, before=Timeline())


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("has", ["train"], ["dog"]),
        ("only", ["train", "baker"], ["train"]),
        ("without", ["dog"], ["train"]),
        ("order", ["baker", "train"], ["train", "baker"]),
        ("opens", "baker", "train"),
        ("ends", "train", "baker"),
        ("length", 5.88, 6),
        ("between", [5, 6], [6, 7]),
        ("clips", 3, 2),
        ("aspect", "16:9", "9:16"),
        ("muted", False, True),
    ],
)
def test_a_check_tells_right_from_wrong(
    talk: goals.Talk, check: str, right: object, wrong: object
) -> None:
    assert not goals.CHECKS[check](right, talk)
    assert goals.CHECKS[check](wrong, talk)


def test_footage_used_twice_words_cut_and_edits_without_a_question_are_seen(
    talk: goals.Talk,
) -> None:
    assert "overlap" in goals.CHECKS["once"](None, talk)[0]
    assert "inside a word" in goals.CHECKS["words"](None, talk)[0]
    assert "instead of asking" in goals.CHECKS["asks"](True, talk)[0]
    assert goals.CHECKS["unchanged"](True, talk)


def test_a_goal_is_tried_whole() -> None:
    wanted = [
        {"id": "a", "category": "x", "say": ["a 6 second film of the train"], "length": 6},
        {"id": "b", "category": "x", "say": ["frobnicate the wibble"], "asks": True},
        {"id": "c", "category": "x", "say": ["a 6 second film of the train"], "asks": True},
    ]
    right, asked, silent = goals.outcomes(wanted, Settings())
    assert not right.problems and not asked.problems
    assert silent.silent and silent.problems
