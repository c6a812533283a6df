"""The delta between two timelines, in words: sound, speed, look, and clips that were cut up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from timeline import edits
from timeline.model import Clip, Grade, Timeline, Track
from timeline.time import TimeRange
from tools.changes import changes
from tools.proposal import Change


def film(*clips: Clip) -> Timeline:
    return Timeline(tracks=(Track("V1", "video", clips),))


def clip(key: str, start: int = 2, end: int = 6) -> Clip:
    source, available = (TimeRange(Fraction(a), Fraction(b)) for a, b in ((start, end), (0, 10)))
    return Clip(key, f"f-{key}", f"{key}.mp4", source, available)


def only(before: Timeline, after: Timeline) -> Change:
    [change] = changes(before, after)
    return change


def test_sound_is_said_as_it_is_heard() -> None:
    before = film(clip("a"), clip("b"))
    muted = only(before, edits.set_clip(before, "a", muted=True))
    assert (muted.verb, muted.item_id) == ("sound", "a")
    assert muted.what == "a.mp4 0:02.0-0:06.0: muted"
    back = only(edits.set_clip(before, "a", muted=True), before)
    assert back.what.endswith("heard again")
    low = only(before, edits.set_clip(before, "b", gain_db=-6.0))
    assert low.verb == "sound" and low.what.endswith("its sound at -6 dB, was +0 dB")


def test_split_sound_says_which_way_it_goes() -> None:
    before = film(clip("a"), clip("b"))
    early = edits.split_sound(before, "a", "b", Fraction(-1))
    late = edits.split_sound(before, "a", "b", Fraction(1, 2))
    assert "the sound of the next clip starts 1.00 s before its picture" in only(before, early).what
    assert "its sound goes on for 0.50 s over the next clip" in only(before, late).what
    assert "its sound is cut with the picture" in only(late, before).what
    assert only(before, early).verb == "sound"


def test_speed_is_one_change_with_what_it_does_to_the_length() -> None:
    before = film(clip("a"))
    slow = only(before, edits.set_clip(before, "a", speed=Fraction(2, 5), muted=True))
    assert slow.verb == "speed"
    assert slow.what == "a.mp4 0:02.0-0:06.0 plays at 0.4x, was 1x (0:06.0 longer), muted"


def test_loudness_and_look_are_changes_too() -> None:
    before = film(clip("a"))
    loud = only(before, replace(before, loudness_lufs=-14.0))
    assert loud.what == "the loudness of the film is brought to -14 LUFS (was left as it is)"
    assert (loud.verb, loud.item_id) == ("sound", "")
    assert only(before, edits.set_clip(before, "a", grade=Grade(light=0.1))).verb == "grade"
    assert only(before, edits.set_clip(before, "a", reasons=("why",))).verb == "replace"


def test_a_clip_that_is_cut_up_is_one_change() -> None:
    before = film(clip("a"), clip("b"))
    after = edits.extract(
        before, [TimeRange(Fraction(1), Fraction(2)), TimeRange(Fraction(3), Fraction(7, 2))]
    )
    change = only(before, after)
    assert (change.verb, change.item_id) == ("split", "a")
    assert change.what == "a.mp4 0:02.0-0:06.0 becomes 3 parts (0:01.5 shorter)"


def test_the_same_moment_added_again_is_no_part_of_the_clip_that_was_there() -> None:
    before = film(clip("a"))
    again = replace(clip("z", 3, 5), footage_id="f-a")
    assert only(before, edits.append(before, again)).verb == "add"
    trimmed = edits.trim(before, "a", TimeRange(Fraction(2), Fraction(5)))
    verbs = [change.verb for change in changes(before, edits.append(trimmed, again))]
    assert verbs == ["trim", "add"]
