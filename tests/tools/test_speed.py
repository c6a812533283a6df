"""Slow motion and faster clips: lengths to the frame, sound, and an honest word on stutter."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project import footage as store
from project import history
from project.errors import BadArguments
from project.store import Project
from tests.timeline.cuts import examples
from tests.tools.conftest import Do, Propose
from tests.tools.talk import after, clip, cut
from timeline.model import Clip, Timeline
from tools.speed import smoothest


@pytest.fixture
def film(dailies: Project) -> Timeline:
    """dog, talk and beach, four seconds of each at 25 frames per second."""
    return cut(dailies, clip("dog", 1, 5), clip("talk", 1, 5), clip("beach", 1, 5, 12))


def of(timeline: Timeline, key: str) -> Clip:
    item = timeline.item(key)
    assert isinstance(item, Clip)
    return item


def filmed_at(project: Project, key: str, rate: str) -> None:
    known = store.find(project, f"f-{key}")
    store.save(project, replace(known, technical=replace(known.technical, rate=rate)))


@pytest.mark.usefixtures("film")
class TestSpeed:
    def test_half_speed_is_twice_as_long_and_what_is_later_moves(self, propose: Propose) -> None:
        proposal = propose("speed", clips=("dog",), factor=0.5)
        made = after(proposal)
        assert of(made, "c-dog").duration == 8 and made.duration == 16
        assert of(made, "c-dog").speed == Fraction(1, 2) and not of(made, "c-dog").muted
        assert proposal.answer.endswith("The cut is 0:16.0, 0:04.0 longer.")
        assert [c.verb for c in proposal.changes] == ["speed"]

    def test_faster_keeps_its_sound_and_slower_than_half_is_muted(self, propose: Propose) -> None:
        fast = after(propose("speed", clips=("2",), factor=2))
        assert of(fast, "c-talk").duration == 2 and not of(fast, "c-talk").muted
        slow = propose("speed", clips=("2",), factor=0.4)
        assert of(after(slow), "c-talk").muted
        assert "muted, since its sound would be of no use so slow" in slow.answer
        kept = after(propose("speed", clips=("2",), factor=0.4, sound="keep"))
        assert not of(kept, "c-talk").muted
        assert of(after(propose("speed", clips=("2",), factor=2, sound="mute")), "c-talk").muted

    def test_to_a_length_to_the_frame(self, propose: Propose) -> None:
        made = after(propose("speed", clips=("2",), length_s=7))
        assert of(made, "c-talk").duration == 7
        assert of(made, "c-talk").source == of(after(propose("speed", clips=("2",), length_s=3)),
                                               "c-talk").source  # fmt: skip

    def test_stutter_is_foretold_with_what_would_be_smooth(
        self, dailies: Project, propose: Propose
    ) -> None:
        slow = propose("speed", clips=("dog",), factor=0.5)
        assert "It will stutter: it was filmed at 25 fps and this film shows 25 fps" in slow.answer
        assert "each frame is shown 2 times; it has no frames to spare" in slow.answer
        filmed_at(dailies, "dog", "60")
        assert "stutter" not in propose("speed", clips=("dog",), factor=0.5).answer
        assert "0.42x is smooth" in propose("speed", clips=("dog",), factor=0.25).answer
        filmed_at(dailies, "dog", "60000/1001")
        proposal = propose("speed", clips=("dog",), factor=0.45)
        assert "stutter" not in proposal.answer
        assert (
            proposal.reasons[0].evidence[0].quote == "59.9401 fps" and proposal.reasons[0].verified
        )

    def test_back_to_how_it_was_filmed(self, propose: Propose, do: Do, film: Timeline) -> None:
        do("speed", clips=("1",), factor=0.5)
        assert after(propose("speed", clips=("1",), factor=1)) == film

    def test_several_clips_at_once(self, propose: Propose) -> None:
        made = after(propose("speed", clips=("1", "3"), factor=2))
        assert [c.duration for _, c in made.clips()] == [2, 4, 2]

    def test_undo_restores(self, dailies: Project, do: Do, film: Timeline) -> None:
        do("speed", clips=("all",), factor=4)
        history.undo(dailies)
        assert history.current(dailies) == film

    def test_bad_arguments_say_what_can_be(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match="either factor or length_s"):
            propose("speed", clips=("1",))
        with pytest.raises(BadArguments, match="either factor or length_s"):
            propose("speed", clips=("1",), factor=2, length_s=3)
        with pytest.raises(BadArguments, match=r"would play at 100x; 0\.05x to 20x"):
            propose("speed", clips=("1",), factor=100)
        with pytest.raises(BadArguments, match="plays at that speed already"):
            propose("speed", clips=("1",), factor=1)


def test_the_slowest_smooth_speed_by_rates() -> None:
    assert smoothest(Fraction(60), Fraction(24)) == Fraction(2, 5)
    assert smoothest(Fraction(24), Fraction(25)) == 1
    assert smoothest(Fraction(0), Fraction(25)) == 1


@examples(40)
@given(
    st.floats(0.06, 18, allow_nan=False),
    st.sampled_from([Fraction(25), Fraction(24000, 1001), Fraction(30), Fraction(60)]),
    st.integers(2, 200),
)
def test_any_speed_leaves_whole_frames_of_the_same_footage(
    dailies: Project, propose: Propose, factor: float, rate: Fraction, frames: int
) -> None:
    one = clip("dog", 0, 10)
    one = replace(one, source=replace(one.source, end=min(frames, int(10 * rate)) / rate))
    cut(dailies, one, clip("beach", 1, 5, 12), rate=Fraction(rate))
    factor = round(factor, 3)
    if factor == 1 or one.source.duration / Fraction(str(factor)) < 1 / rate:
        return
    made = after(propose("speed", clips=("1",), factor=factor))
    played = of(made, "c-dog")
    assert played.speed == Fraction(str(factor))
    assert abs(played.duration - one.source.duration / played.speed) < 1 / rate
    assert one.available.contains(played.source)
