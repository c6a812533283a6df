"""The storyboard keeps to what was asked, to the frame, and says what is missing."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from project import footage as store
from project.errors import BadArguments
from project.store import Project
from tests.tools import library
from tests.tools.conftest import Do, Propose
from timeline import document
from timeline.edits import check
from timeline.model import Timeline
from tools.proposal import Proposal
from tools.reasons import check_all


def made(proposal: Proposal) -> Timeline:
    assert proposal.timeline is not None
    return document.from_document(proposal.timeline)


def names(timeline: Timeline) -> list[str]:
    return [clip.name for _, clip in timeline.clips()]


BEATS = ({"words": "pouring coffee"}, {"words": "a dog on the grass"}, {"words": "beach waves"})


@pytest.mark.parametrize("length", [7.0, 12.34, 20.0])
def test_the_cut_is_as_long_as_asked_to_the_frame(propose: Propose, length: float) -> None:
    proposal = propose("storyboard", goal="a day", length_s=length, beats=BEATS)
    cut = made(proposal)
    asked = int(Fraction(str(length)) * cut.rate + Fraction(1, 2)) / cut.rate
    assert cut.duration == asked
    assert all((clip.duration * cut.rate).denominator == 1 for _, clip in cut.clips())
    check(cut)


def test_each_beat_is_shown_by_the_footage_that_fits_in_the_asked_order(propose: Propose) -> None:
    cut = made(propose("storyboard", length_s=9, beats=BEATS))
    assert names(cut) == ["coffee.mp4", "dog.mp4", "beach.mp4"]
    assert [clip.beat for _, clip in cut.clips()] == [b["words"] for b in BEATS]


def test_every_reason_is_verified_and_cites_the_clip_itself(
    propose: Propose, dailies: Project
) -> None:
    proposal = propose("storyboard", length_s=10, beats=BEATS)
    cut = made(proposal)
    again = check_all(proposal.reasons, dailies, timeline=cut)
    assert [r.problem for r in again if not r.verified] == []
    assert all(r.verified for r in proposal.reasons)
    cited = {e.footage_id for r in proposal.reasons for e in r.evidence if e.footage_id}
    assert cited == {clip.footage_id for _, clip in cut.clips()}
    assert "coffee.mp4" in proposal.reasons[0].text
    assert "coffee" in proposal.reasons[0].text.split(":", 1)[1]


def test_a_beat_nothing_fits_becomes_a_hole_with_near_misses(propose: Propose) -> None:
    beats = ({"words": "pouring coffee"}, {"words": "a rocket launch at the space station"})
    proposal = propose("storyboard", length_s=8, beats=beats)
    cut = made(proposal)
    [(at, gap)] = cut.holes()
    assert gap.wanted == "a rocket launch at the space station"
    [hole] = proposal.holes
    assert (hole.gap_id, hole.start_s) == (gap.id, str(at))
    assert cut.duration == 8
    assert "rocket" in proposal.answer


def test_no_source_second_is_shown_twice(propose: Propose) -> None:
    beats = ({"words": "beach waves"}, {"words": "waves on a sandy beach"}, {"words": "the beach"})
    cut = made(propose("storyboard", length_s=9, beats=beats, pace="fast"))
    spans = sorted((c.source.start, c.source.end) for _, c in cut.clips() if c.name == "beach.mp4")
    assert len(spans) >= 2
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_clips_keep_out_of_shake_black_and_cuts(propose: Propose) -> None:
    beats = ({"words": "a dog"}, {"words": "fog over a field"})
    cut = made(propose("storyboard", length_s=6, beats=beats, pace="medium"))
    for _, clip in cut.clips():
        if clip.name == "dog.mp4":
            assert clip.source.end <= 6 or clip.source.start >= 6, "it plays over a cut"
            assert clip.source.end <= 3 or clip.source.start >= 4, "it plays the shaky second"
        if clip.name == "black.mp4":
            assert clip.source.start >= 3, "it plays black"
    assert {"dog.mp4", "black.mp4"} <= set(names(cut))


def test_sound_only_footage_is_never_on_the_picture_track(propose: Propose) -> None:
    cut = made(propose("storyboard", goal="everything", length_s=60))
    assert "memo.wav" not in names(cut)


def test_too_little_footage_is_said_with_the_missing_length(propose: Propose) -> None:
    proposal = propose(
        "storyboard", length_s=60, beats=({"words": "coffee"},), footage_ids=("f-coffee",)
    )
    cut = made(proposal)
    missing = Fraction(proposal.data["missing_s"])
    assert cut.duration + missing == 60
    assert 6 < cut.duration <= 8
    assert "too short" in proposal.answer
    length = [r for r in proposal.reasons if r.evidence and r.evidence[0].kind == "length"]
    assert [r.verified for r in length] == [False]


def test_what_is_too_short_becomes_a_named_hole_and_no_other_footage(propose: Propose) -> None:
    beats = ({"words": "coffee"}, {"words": "a dog"})
    full = propose("storyboard", length_s=30, beats=beats)
    cut = made(full)
    assert cut.duration == 30
    assert {clip.footage_id for _, clip in cut.clips()} <= {"f-coffee", "f-dog"}
    assert {gap.wanted for _, gap in cut.holes()} <= {"coffee", "a dog"}
    assert "All footage of" in full.answer
    short = propose("storyboard", length_s=30, beats=beats, fill_up=False)
    assert made(short).duration < 30
    assert not made(short).holes()


def test_opening_and_ending_stand_at_the_ends(propose: Propose) -> None:
    cut = made(
        propose(
            "storyboard", goal="a film", length_s=12, opening="pouring coffee",
            ending="sunset behind mountains", order="chronological",
        )
    )  # fmt: skip
    assert names(cut)[0] == "coffee.mp4"
    assert names(cut)[-1] == "sunset.mp4"


def test_excluded_words_are_not_shown(propose: Propose) -> None:
    cut = made(propose("storyboard", goal="", length_s=30, exclude=("dog", "people")))
    assert "dog.mp4" not in names(cut)
    assert "talk.mp4" not in names(cut), "a face is people"


def test_chronological_follows_the_cameras_clock(propose: Propose, dailies: Project) -> None:
    ids = ("f-city", "f-beach", "f-coffee", "f-dog")
    cut = made(propose("storyboard", goal="", length_s=10, order="chronological", footage_ids=ids))
    when = [store.find(dailies, c.footage_id).technical.created for _, c in cut.clips()]
    assert when == sorted(when)
    assert len(set(when)) == 4


def test_day_to_night_goes_from_light_to_dark(propose: Propose) -> None:
    ids = ("f-city", "f-beach", "f-coffee")
    cut = made(propose("storyboard", goal="", length_s=8, order="day to night", footage_ids=ids))
    assert names(cut)[-1] == "city.mp4"


@pytest.mark.parametrize(
    ("aspect", "size"), [("9:16", (720, 1280)), ("1:1", (720, 720)), (None, (1280, 720))]
)
def test_the_frame_has_the_asked_aspect(propose: Propose, aspect: Any, size: Any) -> None:
    cut = made(propose("storyboard", length_s=9, beats=BEATS, aspect=aspect))
    assert (cut.width, cut.height) == size
    fits = {clip.reframe.fit if clip.reframe else None for _, clip in cut.clips()}
    assert fits == ({"fill"} if aspect else {None})


def test_an_upright_clip_in_a_wide_film_is_shown_whole_between_bars(propose: Propose) -> None:
    cut = made(propose("storyboard", length_s=6, beats=(*BEATS, {"words": "a child on a swing"})))
    [swing] = [clip for _, clip in cut.clips() if clip.name == "phone.mp4"]
    assert swing.reframe is not None
    assert swing.reframe.fit == "fit"


def test_the_rate_is_that_of_most_footage_snapped_to_a_standard_one(propose: Propose) -> None:
    lake = made(propose("storyboard", length_s=4, beats=({"words": "a boat on a lake"},)))
    assert lake.rate == Fraction(30000, 1001)
    assert (lake.duration * lake.rate).denominator == 1
    assert made(propose("storyboard", length_s=9, beats=BEATS)).rate == 25


def test_a_clip_with_speech_starts_and_ends_between_lines(propose: Propose) -> None:
    cut = made(propose("storyboard", length_s=4, beats=({"words": "a woman talks"},)))
    lines = [(Fraction(1), Fraction("3.6")), (Fraction("4.2"), Fraction(7))]
    for _, clip in cut.clips():
        for end in (clip.source.start, clip.source.end):
            assert not any(a < end < b for a, b in lines), f"{clip.source} cuts a line"


def test_another_storyboard_replaces_v1_and_keeps_the_music(do: Do) -> None:
    do("storyboard", length_s=9, beats=BEATS)
    with_music = do("music", footage_id="f-memo")
    again = do("storyboard", length_s=6, beats=({"words": "a boat on a lake"},))
    assert {c.name for _, c in again.clips()} >= {"ntsc.mp4"}
    assert again.track("A2") == with_music.track("A2")


def test_another_film_starts_without_the_titles_of_the_last_one(do: Do) -> None:
    do("storyboard", goal="the beach", length_s=8)
    titled = do("title", text="Summer", at="start")
    assert [title.text for title in titled.titles] == ["Summer"]
    again = do("storyboard", goal="the forest", length_s=8)
    assert [title.text for title in again.titles] == ["Summer"]
    other = do("storyboard", goal="the city at night", length_s=8, keep_rest=False)
    assert other.titles == ()
    assert [track.name for track in other.tracks] == ["V1"]


def test_the_same_storyboard_twice_is_the_same_action(propose: Propose) -> None:
    one = propose("storyboard", length_s=9, beats=BEATS)
    other = propose("storyboard", length_s=9, beats=BEATS)
    assert one.action_hash() == other.action_hash()


def test_unknown_footage_is_an_error_that_names_it(propose: Propose) -> None:
    with pytest.raises(BadArguments, match="f-nowhere"):
        propose("storyboard", goal="x", footage_ids=("f-nowhere",))


def test_a_goal_nothing_is_known_of_is_asked_back_with_what_could_be_said(
    propose: Propose,
) -> None:
    with pytest.raises(BadArguments, match="chosen by how they look"):
        propose("storyboard", goal="a calm 12 s film about quantum chromodynamics", length_s=12)


def test_everything_is_a_clip_of_every_file_and_says_what_does_not_fit(propose: Propose) -> None:
    whole = propose("storyboard", everything=True, pace="fast")
    pictures = {s.name for s in library.SPECS if s.picture}
    assert set(names(made(whole))) == pictures
    short = propose("storyboard", everything=True, length_s=6, pace="slow")
    used = set(names(made(short)))
    assert 1 <= len(used) < len(pictures)
    assert f"{len(used)} of {len(pictures)} files" in short.answer
