"""The sound of the cut: on, off, its levels, the film's loudness, and where it is cut."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from pydantic import ValidationError

from project import history
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Do, Propose
from tests.tools.talk import after, clip, cut, hear, words_of
from timeline import edits
from timeline.model import Clip, Timeline, Track


@pytest.fixture
def film(dailies: Project) -> Timeline:
    """coffee, talk, ntsc (which has no sound) and beach, with handles on every side."""
    return cut(
        dailies, clip("coffee", 2, 6, 8), clip("talk", 3, 6), clip("ntsc", 1, 3, 6),
        clip("beach", 4, 8, 12),
    )  # fmt: skip


@pytest.fixture
def scored(film: Timeline, dailies: Project) -> Timeline:
    """The same with music under it, in two pieces."""
    bed = tuple(replace(clip("memo", 0, 5, 5), id=f"c-bed{n}", gain_db=-12.0) for n in range(2))
    made = edits.set_track(film, Track("A2", "audio", bed))
    with dailies.transaction():
        history.commit(dailies, made, "music", actor="hand")
    return made


def of(timeline: Timeline, key: str) -> Clip:
    item = timeline.item(key)
    assert isinstance(item, Clip)
    return item


@pytest.mark.usefixtures("film")
class TestSwitch:
    def test_named_clips_are_muted_and_heard_again(self, propose: Propose, do: Do) -> None:
        proposal = propose("sound", action="mute", clips=("2", "beach"))
        made = after(proposal)
        assert [c.muted for _, c in made.clips()] == [False, True, False, True]
        assert proposal.answer == "talk.mp4 (clip 2) and beach.mp4 (clip 4) are muted."
        assert {c.verb for c in proposal.changes} == {"sound"}
        do("sound", action="mute", clips=("2", "beach"))
        back = propose("sound", action="unmute", clips=("2",))
        assert [c.muted for _, c in after(back).clips()] == [False, False, False, True]
        assert back.answer == "talk.mp4 (clip 2) is heard again."

    def test_all_of_them_but_those_without_sound(self, propose: Propose) -> None:
        proposal = propose("sound", action="mute")
        assert [c.muted for _, c in after(proposal).clips()] == [True, True, False, True]
        assert "ntsc.mp4 had no sound." in proposal.answer

    def test_what_is_so_already_or_has_no_sound_is_no_edit(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match=r"talk\.mp4 \(clip 2\) is heard already"):
            propose("sound", action="unmute", clips=("2",))
        with pytest.raises(BadArguments, match="has no sound"):
            propose("sound", action="mute", clips=("3",))


class TestLevel:
    def test_louder_softer_and_set(self, film: Timeline, propose: Propose, do: Do) -> None:
        softer = propose("sound", action="gain", clips=("2",), by_db=-3)
        assert of(after(softer), "c-talk").gain_db == -3
        assert softer.answer == "talk.mp4 (clip 2) is 3 dB softer."
        do("sound", action="gain", clips=("2",), by_db=-3)
        assert (
            of(after(propose("sound", action="gain", clips=("2",), by_db=5)), "c-talk").gain_db == 2
        )
        exact = propose("sound", action="gain", clips=("talk",), gain_db=-18)
        assert of(after(exact), "c-talk").gain_db == -18
        assert exact.answer == "talk.mp4 (clip 2) is at -18 dB."

    def test_the_music_and_nothing_else(self, scored: Timeline, propose: Propose) -> None:
        proposal = propose("sound", action="gain", of="music", by_db=-3)
        made = after(proposal)
        assert [c.gain_db for _, c in made.clips("A2")] == [-15, -15]
        assert made.track("V1") == scored.track("V1")
        assert proposal.answer == "The music is 3 dB softer."
        muted = after(propose("sound", action="mute", of="music"))
        assert all(c.muted for _, c in muted.clips("A2"))

    def test_without_music_or_beyond_what_can_be_set(
        self, film: Timeline, propose: Propose
    ) -> None:
        with pytest.raises(BadArguments, match="no music under the film"):
            propose("sound", action="gain", of="music", by_db=-3)
        with pytest.raises(BadArguments, match=r"would come to \+20 dB; -60 dB to \+12 dB"):
            propose("sound", action="gain", clips=("2",), by_db=20)
        with pytest.raises(BadArguments, match="either by_db, the change, or gain_db"):
            propose("sound", action="gain", clips=("2",))
        with pytest.raises(ValidationError):
            propose("sound", action="gain", clips=("2",), gain_db=40)

    def test_a_muted_clip_is_still_muted_and_that_is_said(
        self, dailies: Project, propose: Propose
    ) -> None:
        cut(dailies, replace(clip("talk", 3, 6), muted=True))
        assert "is still muted" in propose("sound", action="gain", by_db=3).answer


@pytest.mark.usefixtures("film")
class TestLoudness:
    def test_the_film_is_brought_to_a_loudness_and_left_again(
        self, propose: Propose, do: Do
    ) -> None:
        proposal = propose("sound", action="loudness")
        assert after(proposal).loudness_lufs == -14
        assert proposal.changes[0].what.startswith("the loudness of the film is brought to -14")
        assert do("sound", action="loudness", loudness_lufs=-23).loudness_lufs == -23
        with pytest.raises(BadArguments, match="-23 LUFS already"):
            propose("sound", action="loudness", loudness_lufs=-23)
        assert after(propose("sound", action="loudness off")).loudness_lufs is None

    def test_undo_brings_the_old_loudness_back(self, dailies: Project, do: Do) -> None:
        do("sound", action="loudness")
        history.undo(dailies)
        assert history.current(dailies).loudness_lufs is None


@pytest.mark.usefixtures("film")
class TestSoundCut:
    def test_a_clip_is_heard_before_it_is_seen(self, propose: Propose) -> None:
        proposal = propose("sound", action="j-cut", clips=("2",), by_s=1)
        made = after(proposal)
        assert of(made, "c-coffee").sound_cut_s == -1
        assert made.duration == 13, "no picture moves"
        assert proposal.answer == "talk.mp4 (clip 2) is heard 1.00 s before it is seen."
        assert proposal.reasons[0].text == (
            "talk.mp4 is heard 1.00 s before it is seen, out of 'we started this bakery in nineteen"
            " ninety'"
        )

    def test_a_clip_is_heard_on_over_the_next(self, propose: Propose) -> None:
        made = after(propose("sound", action="l-cut", clips=("coffee",), by_s=0.8))
        assert of(made, "c-coffee").sound_cut_s == Fraction(4, 5)

    def test_where_words_are_known_the_cut_stays_out_of_them(
        self, dailies: Project, propose: Propose
    ) -> None:
        hear(dailies, "talk", words_of("so we begin", 1.6, each=0.5))  # 1.6-2.1, 2.2-2.7, 2.8-3.3
        proposal = propose("sound", action="j-cut", clips=("2",), by_s=1)
        cut_at = 3 + of(after(proposal), "c-coffee").sound_cut_s
        assert Fraction("2.1") <= cut_at <= Fraction("2.2")
        assert "(1 s would have cut into a word)" in proposal.answer
        assert proposal.reasons[0].evidence[0].kind == "speech"

    def test_without_a_length_speech_runs_to_the_end_of_its_line(
        self, dailies: Project, propose: Propose
    ) -> None:
        cut(dailies, clip("talk", 3, 6), clip("beach", 4, 8, 12))  # a line goes on to 7 s
        made = after(propose("sound", action="l-cut", clips=("1",)))
        assert of(made, "c-talk").sound_cut_s == 1

    def test_too_little_room_says_how_much_there_is_and_why(self, propose: Propose) -> None:
        with pytest.raises(
            BadArguments,
            match=r"coffee\.mp4 \(clip 1\) can go on for at most 2\.00 s .*0:02\.0 after its out",
        ):
            propose("sound", action="l-cut", clips=("1",), by_s=2.5)
        with pytest.raises(BadArguments, match=r"beach\.mp4 \(clip 4\) can start at most 2\.00 s.*"
                           r"the clip before it is only 0:02\.0 long"):  # fmt: skip
            propose("sound", action="j-cut", clips=("4",), by_s=3)

    def test_what_cannot_be_heard_early_says_so(self, dailies: Project, propose: Propose) -> None:
        with pytest.raises(BadArguments, match="no clip stands before it"):
            propose("sound", action="j-cut", clips=("1",))
        with pytest.raises(BadArguments, match=r"ntsc\.mp4 \(clip 3\) has no sound"):
            propose("sound", action="j-cut", clips=("3",))
        cut(dailies, clip("coffee", 2, 6, 8), replace(clip("talk", 3, 6), muted=True))
        with pytest.raises(BadArguments, match="is muted; unmute it first"):
            propose("sound", action="j-cut", clips=("2",))
        faded = edits.crossfade(
            cut(dailies, clip("coffee", 2, 6, 8), clip("talk", 3, 6)), "c-coffee", "c-talk",
            Fraction(1),
        )  # fmt: skip
        with dailies.transaction():
            history.commit(dailies, faded, "a fade", actor="hand")
        with pytest.raises(BadArguments, match="a crossfade stands there"):
            propose("sound", action="j-cut", clips=("2",))

    def test_everywhere_it_can_be_and_the_rest_is_named(self, propose: Propose) -> None:
        proposal = propose("sound", action="j-cut")
        cuts = [c.sound_cut_s for _, c in after(proposal).clips()]
        assert cuts == [Fraction(-12, 25), 0, Fraction(-12, 25), 0]  # whole frames
        assert "1 cut stays as it is: ntsc.mp4 (clip 3) has no sound." in proposal.answer

    def test_where_nothing_is_named_only_speech_goes_on_and_only_into_another_shot(
        self, dailies: Project, propose: Propose
    ) -> None:
        made = after(propose("sound", action="l-cut"))
        assert [bool(c.sound_cut_s) for _, c in made.clips()] == [False, True, False, False]
        cut(dailies, clip("talk", 1, 3), clip("talk", 4, 6, name="more"), clip("coffee", 2, 6, 8))
        made = after(propose("sound", action="l-cut"))
        assert [bool(c.sound_cut_s) for _, c in made.clips()] == [False, True, False]
        cut(dailies, clip("coffee", 2, 6, 8), clip("beach", 4, 8, 12))
        with pytest.raises(BadArguments, match="nobody is heard speaking where one shot becomes"):
            propose("sound", action="l-cut")

    def test_and_back_to_a_straight_cut(self, propose: Propose, do: Do) -> None:
        do("sound", action="j-cut", clips=("2",), by_s=1)
        made = after(propose("sound", action="straight cut"))
        assert all(not c.sound_cut_s for _, c in made.clips())
        with pytest.raises(BadArguments, match="is cut so already"):
            propose("sound", action="straight cut", clips=("4",))
        do("sound", action="straight cut")
        with pytest.raises(BadArguments, match="all sound is cut with its picture already"):
            propose("sound", action="straight cut")


def test_without_a_film_there_is_no_sound(propose: Propose) -> None:
    with pytest.raises(BadArguments, match="no film yet"):
        propose("sound", action="loudness")
