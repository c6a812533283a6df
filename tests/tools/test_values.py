"""The checker of reasons, the delta between timelines, and lengths that add up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project.store import Project
from timeline import edits
from timeline.model import Clip, Gap, Timeline, Title, Track
from timeline.time import TimeRange
from tools.beats import subject_words
from tools.canvas import standard_rate
from tools.changes import changes
from tools.lengths import deal
from tools.proposal import Evidence, Reason
from tools.reasons import check, length_evidence
from tools.sensing import understood


def reason(kind: str, quote: str, *, footage: str = "f-coffee", start: str = "0", end: str = "2"):
    cited = {"kind": kind, "footage_id": footage, "start_s": start, "end_s": end, "quote": quote}
    return Reason(text="because", evidence=(Evidence.model_validate(cited),))


@pytest.mark.parametrize(
    ("kind", "quote", "footage"),
    [
        ("caption", "pours  Coffee", "f-coffee"),
        ("senses", "still camera", "f-coffee"),
        ("technical", "320x180", "f-coffee"),
        ("title", "coffee", "f-coffee"),
        ("name", "coffee.mp4", "f-coffee"),
        ("speech", "started this bakery", "f-talk"),
    ],
)
def test_a_reason_that_quotes_the_index_is_verified(
    dailies: Project, kind: str, quote: str, footage: str
) -> None:
    checked = check(reason(kind, quote, footage=footage), dailies)
    assert checked.verified, checked.problem


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (reason("caption", "pours tea"), "does not say"),
        (reason("caption", "offee"), "does not say"),  # a part of a word is no quote
        (reason("caption", "coffee", footage="f-none"), "no footage"),
        (reason("caption", "coffee", end="99"), "outside"),
        (reason("caption", "coffee", start="3", end="1"), "not a range"),
        (reason("caption", "coffee", start="one"), "not a range"),
        (reason("caption", " "), "quotes no"),
        (reason("speech", "bread comes first", footage="f-talk"), "does not say"),  # said later
        (reason("senses", "very bright", footage="f-light"), "does not say"),
        (Reason(text="trust me"), "nothing that can be looked up"),
    ],
)
def test_a_reason_that_does_not_hold_is_unverified_and_says_why(
    dailies: Project, wrong: Reason, problem: str
) -> None:
    checked = check(wrong, dailies)
    assert checked.verified is False
    assert problem in checked.problem


def test_one_false_quote_beside_a_true_one_is_enough_to_fail(dailies: Project) -> None:
    both = reason("caption", "coffee").evidence + reason("caption", "a whale").evidence
    assert check(Reason(text="x", evidence=both), dailies).verified is False


def clip(key: str, start: int, end: int) -> Clip:
    span = TimeRange(Fraction(start), Fraction(end))
    return Clip(key, f"f-{key}", f"{key}.mp4", span, TimeRange(Fraction(0), Fraction(20)))


def film(*items: Clip | Gap) -> Timeline:
    return Timeline(tracks=(Track("V1", "video", items),))


def test_a_length_is_checked_to_the_frame_and_against_the_timeline(dailies: Project) -> None:
    cut = film(clip("a", 0, 4))
    kept = Reason(text="4 s", evidence=(length_evidence(Fraction(4), cut),))
    assert check(kept, dailies, timeline=cut).verified
    off = Reason(text="4 s", evidence=(length_evidence(Fraction("4.04"), cut),))
    assert check(off, dailies, timeline=cut).verified is False
    assert check(kept, dailies, timeline=film(clip("a", 0, 5))).verified is False


def test_the_delta_names_what_is_added_moved_trimmed_and_removed() -> None:
    a, b, c = clip("a", 0, 2), clip("b", 0, 2), clip("c", 0, 2)
    before = film(a, b, c)
    shorter = replace(b, source=TimeRange(Fraction(0), Fraction(1)))
    after = film(c, a, shorter, clip("d", 5, 6))
    after = edits.add_title(after, Title("t", "Hi", TimeRange(Fraction(0), Fraction(1))))
    verbs = {change.item_id: change.verb for change in changes(before, after)}
    assert verbs == {"c": "move", "b": "trim", "d": "add", "t": "title"}
    assert [x.verb for x in changes(before, film(a, c))] == ["remove"]
    assert changes(before, before) == ()


def test_only_the_clip_that_moved_is_called_moved() -> None:
    clips = [clip(k, 0, 2) for k in "abcdef"]
    after = film(clips[5], *clips[:5])
    assert [x.item_id for x in changes(film(*clips), after)] == ["f"]


def test_a_changed_frame_is_one_change_in_words() -> None:
    [change] = changes(Timeline(), Timeline(width=720, height=1280))
    assert change.verb == "resize"
    assert "720x1280" in change.what


@given(
    st.integers(0, 4000),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60), st.integers(0, 400)), max_size=9),
)
def test_dealt_frames_add_up_and_keep_to_their_bounds(
    total: int, shares: list[tuple[int, int, int]]
) -> None:
    weights = [Fraction(w) for w, _, _ in shares]
    floors, ceilings = [f for _, f, _ in shares], [c for _, _, c in shares]
    dealt = deal(total, weights, floors, ceilings)
    assert len(dealt) == len(shares)
    assert sum(dealt) == min(total, sum(ceilings))
    assert all(0 <= d <= c for d, c in zip(dealt, ceilings, strict=True))
    lows = [min(f, c) for f, c in zip(floors, ceilings, strict=True)]
    if sum(lows) <= total:
        assert all(d >= low for d, low in zip(dealt, lows, strict=True))


@pytest.mark.parametrize(
    ("goal", "subjects"),
    [
        ("make a calm 30 s reel about the dog and pouring coffee", ("dog", "pouring coffee")),
        ("A 1:30 vertical video of the beach day, end on a sunset", ("beach",)),
        ("60 second fast trailer of everything", ()),
        ("surfers, whales and boats without people", ("surfers", "whales", "boats")),
    ],
)
def test_subjects_are_what_is_left_of_a_goal(goal: str, subjects: tuple[str, ...]) -> None:
    assert subject_words(goal) == subjects


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("the brightest part", "brightest"),
        ("where it is dark", "darkest"),
        ("before the camera moves", "before the camera moves"),
        ("after the cut", "after the cut"),
        ("when it moves the most", "liveliest"),
        ("where someone speaks", "where someone speaks"),
        ("the calmest seconds", "calmest"),
        ("sharpest", "sharpest"),
        ("the bread", None),
        ("a lighthouse", None),
    ],
)
def test_words_about_light_motion_and_sound_are_understood(words: str, said: str | None) -> None:
    sense = understood(words)
    assert (sense.said if sense else None) == said


def test_measured_rates_are_snapped_to_standard_ones() -> None:
    assert standard_rate(Fraction("29.563")) == Fraction(30000, 1001)
    assert standard_rate(Fraction("23.98")) == Fraction(24000, 1001)
    assert standard_rate(Fraction("57.966")) == Fraction(60000, 1001)
    assert standard_rate(Fraction(0)) == 25
