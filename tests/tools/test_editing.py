"""Trim, arrange and title do what their words say, on whole frames."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from project import history
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Do, Propose
from timeline import document
from timeline.edits import check
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from tools.proposal import Proposal

LENGTHS = {"coffee": 8, "dog": 10, "light": 8, "pan": 8, "talk": 10}


@pytest.fixture
def cut(dailies: Project) -> Timeline:
    """coffee, dog, light, pan and talk, four seconds of each, from second 1."""
    clips = tuple(
        Clip(
            id=f"c-{name}",
            footage_id=f"f-{name}",
            name=f"{name}.mp4",
            source=TimeRange(Fraction(1), Fraction(5)),
            available=TimeRange(Fraction(0), Fraction(length)),
        )
        for name, length in LENGTHS.items()
    )
    made = Timeline(width=320, height=180, tracks=(Track("V1", "video", clips),))
    with dailies.transaction():
        history.commit(dailies, made, "a cut", actor="hand")
    return made


def after(proposal: Proposal) -> Timeline:
    assert proposal.timeline is not None
    made = document.from_document(proposal.timeline)
    check(made)
    assert all((i.duration * made.rate).denominator == 1 for i in made.track("V1").items)
    assert all(r.verified for r in proposal.reasons), [r.problem for r in proposal.reasons]
    return made


def source(timeline: Timeline, key: str) -> tuple[Fraction, Fraction]:
    item = timeline.item(key)
    assert isinstance(item, Clip)
    return item.source.start, item.source.end


def order(timeline: Timeline) -> list[str]:
    return [clip.name.split(".")[0] for _, clip in timeline.clips()]


@pytest.mark.usefixtures("cut")
class TestTrim:
    def test_where_the_sense_hardly_changes_the_clip_stays_and_the_answer_says_so(
        self, propose: Propose, cut: Timeline
    ) -> None:
        proposal = propose("trim", clips=("1",), words="the brightest part")
        assert source(after(proposal), "c-coffee") == source(cut, "c-coffee")
        assert "stays as it is" in proposal.answer and "brightest" in proposal.answer

    def test_a_length_is_kept_even_where_the_sense_hardly_changes(
        self, propose: Propose, cut: Timeline
    ) -> None:
        proposal = propose("trim", clips=("1",), words="the brightest part", length_s=2)
        start, end = source(after(proposal), "c-coffee")
        assert end - start == 2

    def test_the_brightest_part_is_found_outside_what_plays_now(self, propose: Propose) -> None:
        made = after(propose("trim", clips=("3",), words="the brightest part"))
        assert source(made, "c-light") == (5, 7)
        assert made.duration == 18, "what is later moves up"

    def test_a_length_with_a_sense_is_kept_exactly(self, propose: Propose) -> None:
        made = after(propose("trim", clips=("light.mp4",), words="brightest", length_s=1.5))
        start, end = source(made, "c-light")
        assert end - start == Fraction(38, 25)  # 1.5 s is 37.5 frames; halves go up
        assert start >= 5 and end <= 7

    def test_before_the_camera_moves_ends_where_it_starts_to(self, propose: Propose) -> None:
        made = after(propose("trim", clips=("pan",), words="before the camera moves"))
        assert source(made, "c-pan") == (0, 4)

    def test_after_the_cut_starts_on_it(self, propose: Propose) -> None:
        made = after(propose("trim", clips=("dog",), words="after the cut", length_s=2))
        assert source(made, "c-dog") == (6, 8)

    def test_by_words_the_moment_is_found_in_the_clips_own_footage(self, propose: Propose) -> None:
        made = after(propose("trim", clips=("dog",), words="sleeping on the sofa"))
        start, end = source(made, "c-dog")
        assert start >= 6
        assert end <= 10

    def test_words_that_are_not_there_change_nothing_and_say_so(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match=r"nothing in coffee\.mp4"):
            propose("trim", clips=("coffee",), words="an astronaut on the moon", mode="words")

    def test_by_length_the_side_is_kept(self, propose: Propose) -> None:
        for side, span in (("first", (1, 3)), ("last", (3, 5)), ("middle", (2, 4))):
            made = after(propose("trim", clips=("1",), mode="length", words=side, length_s=2))
            assert source(made, "c-coffee") == span

    def test_speech_is_not_cut_where_that_can_be_helped(self, propose: Propose) -> None:
        made = after(propose("trim", clips=("last",), mode="length", words="middle", length_s=3))
        for end in source(made, "c-talk"):
            assert not 1 < end < Fraction("3.6")
            assert not Fraction("4.2") < end < 7

    def test_until_a_moment_ends_there(self, propose: Propose) -> None:
        words = "until the camera moves"
        made = after(propose("trim", clips=("pan",), mode="until", words=words))
        assert source(made, "c-pan") == (1, 4)

    def test_all_clips_at_once(self, propose: Propose) -> None:
        proposal = propose("trim", clips=("all",), length_s=1)
        assert after(proposal).duration == 5
        assert {c.verb for c in proposal.changes} == {"trim"}

    def test_more_than_the_footage_has_is_an_error(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match="only"):
            propose("trim", clips=("1",), length_s=9)


@pytest.mark.usefixtures("cut")
class TestArrange:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"action": "order", "clips": ("talk", "the dog")}, "talk dog coffee light pan"),
            ({"action": "swap", "clips": ("2", "3")}, "coffee light dog pan talk"),
            ({"action": "reverse"}, "talk pan light dog coffee"),
            ({"action": "move", "clips": ("first",)}, "dog light pan talk coffee"),
            (
                {"action": "move", "clips": ("c-talk",), "position": 2},
                "coffee talk dog light pan",
            ),
            ({"action": "drop", "clips": ("the second shot",)}, "coffee light pan talk"),
            ({"action": "drop", "clips": ("everything with faces",)}, "coffee dog light pan"),
            ({"action": "drop", "clips": ("forest", "a window")}, "coffee dog talk"),
        ],
    )
    def test_clips_come_in_the_asked_order(
        self, propose: Propose, arguments: dict[str, Any], expected: str
    ) -> None:
        assert order(after(propose("arrange", **arguments))) == expected.split()

    @pytest.mark.parametrize("length", [10.0, 17.3, 28.0])
    def test_the_whole_lasts_as_asked_to_the_frame(self, propose: Propose, length: float) -> None:
        made = after(propose("arrange", action="length", length_s=length))
        assert made.duration == int(Fraction(str(length)) * 25 + Fraction(1, 2)) / Fraction(25)
        assert order(made) == ["coffee", "dog", "light", "pan", "talk"]
        dog = source(made, "c-dog")
        assert dog[1] <= 6, "it grew over the cut"

    def test_more_than_the_handles_have_is_said(self, propose: Propose) -> None:
        proposal = propose("arrange", action="length", length_s=60)
        assert "missing" in proposal.answer
        assert [r.verified for r in proposal.reasons] == [False]

    def test_a_moment_is_added_where_asked(self, propose: Propose) -> None:
        proposal = propose("arrange", action="add", query="waves on the beach", position=2)
        made = after(proposal)
        assert order(made)[1] == "beach"
        assert [c.verb for c in proposal.changes] == ["add"]

    def test_a_given_range_is_added_at_the_end(self, propose: Propose) -> None:
        proposal = propose("arrange", action="add", footage_id="f-ntsc", in_s=1, out_s=3)
        made = after(proposal)
        assert order(made)[-1] == "ntsc"
        assert made.duration == 22
        with pytest.raises(BadArguments, match="not inside"):
            propose("arrange", action="add", footage_id="f-ntsc", in_s=1, out_s=99)

    def test_all_clips_go_where_all_is_said_and_not_where_words_happen_to_mean_all(
        self, propose: Propose
    ) -> None:
        emptied = propose("arrange", action="drop", clips=("all",))
        assert emptied.timeline is not None
        assert document.from_document(emptied.timeline).track("V1").items == ()
        with pytest.raises(BadArguments, match="every clip"):
            propose("arrange", action="drop", clips=("1", "2", "3", "4", "5"))

    def test_a_clip_that_is_not_there_is_an_error_with_the_list(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match=r"1\. coffee\.mp4"):
            propose("arrange", action="drop", clips=("a submarine full of accountants",))
        with pytest.raises(BadArguments, match="has 5"):
            propose("arrange", action="drop", clips=("9",))


@pytest.mark.usefixtures("cut")
class TestTitle:
    def test_a_title_stands_at_the_start_and_is_one_undo_step(
        self, do: Do, dailies: Project
    ) -> None:
        made = do("title", text="A day out")
        [title] = made.titles
        assert (title.text, title.span) == ("A day out", TimeRange(Fraction(0), Fraction(3)))
        history.undo(dailies)
        assert history.current(dailies).titles == ()

    def test_a_lower_third_stands_over_its_clip(self, propose: Propose) -> None:
        made = after(propose("title", kind="lower-third", text="Ada", clip="talk", length_s=2))
        assert made.titles[0].span == TimeRange(Fraction(16), Fraction(18))
        end = after(propose("title", text="The end", at="end", length_s=2))
        assert end.titles[0].span == TimeRange(Fraction(18), Fraction(20))

    def test_subtitles_are_the_words_that_are_said_when_they_are_said(
        self, propose: Propose
    ) -> None:
        proposal = propose("title", kind="subtitles")
        first, second = after(proposal).titles
        assert first.text == "we started this bakery in nineteen ninety"
        assert first.span == TimeRange(Fraction(16), Fraction("18.6"))
        assert second.span == TimeRange(Fraction("19.2"), Fraction(20))

    def test_a_title_without_words_is_refused(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match="text"):
            propose("title", text="  ")


def test_tools_on_an_empty_timeline_say_what_to_do_first(propose: Propose) -> None:
    for name, arguments in (
        ("trim", {"length_s": 1}),
        ("arrange", {"action": "reverse"}),
        ("title", {"text": "x"}),
        ("music", {}),
        ("export", {}),
        ("fill", {}),
    ):
        with pytest.raises(BadArguments):
            propose(name, **arguments)
