"""Each edit does what its picture shows, and says what is so when it cannot."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from tests.timeline.cuts import abc, clip, shape, span
from timeline import edits
from timeline.errors import EditError, NoSuchItem, OutOfMedia
from timeline.model import Gap, Marker, Timeline, Title, Track, Transition
from timeline.time import TimeRange


def faded() -> Timeline:
    """A x B x C: one-second crossfades evenly over both cuts."""
    tl = edits.crossfade(abc(), "c-A", "c-B", F(1))
    return edits.crossfade(tl, "c-B", "c-C", F(1))


def test_append_puts_an_item_last() -> None:
    assert shape(edits.append(abc(), Gap("g-1", F(1)))) == "A4-6 B4-6 C4-6 gap1"


def test_insert_inside_a_clip_cuts_it_and_moves_the_rest() -> None:
    tl = edits.insert(abc(), clip("N", span(0, 1)), F(3))
    assert shape(tl) == "A4-6 B4-5 N0-1 B5-6 C4-6"
    assert tl.track("V1").items[1].id == "c-B"


def test_insert_at_a_faded_cut_drops_the_fade_there_only() -> None:
    tl = edits.insert(faded(), clip("N", span(0, 1)), F(2))
    assert shape(tl) == "A4-6 N0-1 B4-6 x1/2+1/2 C4-6"


def test_insert_past_the_end_fills_the_way_with_a_gap() -> None:
    tl = edits.insert(abc(), clip("N", span(0, 1)), F(8))
    assert shape(tl) == "A4-6 B4-6 C4-6 gap2 N0-1"


def test_overwrite_covers_and_moves_nothing() -> None:
    tl = edits.overwrite(abc(), clip("N", span(0, 3)), F(1))
    assert shape(tl) == "A4-5 N0-3 C4-6"
    inside = edits.overwrite(abc(), clip("N", span(0, 1)), F("2.5"))
    assert shape(inside) == "A4-6 B4-9/2 N0-1 B11/2-6 C4-6"


def test_a_clip_cut_at_its_head_by_overwrite_keeps_its_id() -> None:
    tl = edits.overwrite(abc(), clip("N", span(0, 3)), F(0))
    assert shape(tl) == "N0-3 B5-6 C4-6"
    assert tl.track("V1").items[1].id == "c-B"


def test_trim_ripples() -> None:
    assert shape(edits.trim(abc(), "c-A", span(1, 5))) == "A1-5 B4-6 C4-6"


def test_trim_shortens_the_fade_that_lost_its_handle_and_drops_it_without_any() -> None:
    assert shape(edits.trim(faded(), "c-B", span("0.25", 6))).startswith("A4-6 x1/4+1/2 B1/4-6")
    tl = edits.trim(edits.trim(faded(), "c-A", span(4, 10)), "c-B", span(0, 6))
    assert shape(tl) == "A4-10 B0-6 x1/2+1/2 C4-6"


def test_fades_at_both_ends_of_a_short_clip_share_it() -> None:
    tl = edits.trim(faded(), "c-B", span(4, "4.5"))
    assert shape(tl) == "A4-6 x1/2+1/4 B4-9/2 x1/4+1/2 C4-6"


def test_trim_alone_leaves_everything_else_where_it_is() -> None:
    shorter = edits.trim_alone(abc(), "c-B", span("4.5", "5.5"))
    assert shape(shorter) == "A4-6 gap1/2 B9/2-11/2 gap1/2 C4-6"
    assert shorter.start_of("c-C") == abc().start_of("c-C")
    again = edits.trim_alone(shorter, "c-B", span("4.25", 6))
    assert shape(again) == "A4-6 gap1/4 B17/4-6 C4-6"


def test_trim_alone_grows_at_the_end_of_the_track_but_not_over_a_neighbour() -> None:
    assert shape(edits.trim_alone(abc(), "c-C", span(4, 8))) == "A4-6 B4-6 C4-8"
    with pytest.raises(EditError, match="turn ripple on"):
        edits.trim_alone(abc(), "c-A", span(4, 7))
    with pytest.raises(EditError, match=r"by 0\.50 s into the gap"):
        edits.trim_alone(edits.trim_alone(abc(), "c-A", span(4, "5.5")), "c-A", span(4, 7))


def test_trim_alone_at_the_beginning_leaves_a_gap_and_drops_the_fade_on_the_trimmed_side() -> None:
    assert shape(edits.trim_alone(abc(), "c-A", span(5, 6))) == "gap1 A5-6 B4-6 C4-6"
    tl = edits.trim_alone(faded(), "c-B", span(4, 5))
    assert shape(tl) == "A4-6 x1/2+1/2 B4-5 gap1 C4-6"


def test_move_alone_lies_over_what_plays_there_and_leaves_a_gap() -> None:
    moved = edits.move_alone(abc(), "c-A", F(3))
    assert shape(moved) == "gap2 B4-5 A4-6 C5-6"
    assert shape(edits.move_alone(abc(), "c-C", F(1))) == "A4-5 C4-6 B5-6"
    assert shape(edits.move_alone(abc(), "c-A", F(7))) == "gap2 B4-6 C4-6 gap1 A4-6"
    assert shape(edits.move_alone(abc(), "c-A", F("0.5"))) == "gap1/2 A4-6 B9/2-6 C4-6"
    assert edits.move_alone(faded(), "c-B", faded().start_of("c-B")) == faded()


def test_words_on_a_clip_ride_with_it_when_it_is_moved_alone() -> None:
    tl = edits.add_title(abc(), Title("t-1", "Anna", span("0.5", "1.5"), "lower-third"))
    tl = edits.add_marker(tl, Marker("m-1", span("0.5", "0.5"), "why", "reason"))
    moved = edits.move_alone(tl, "c-A", F(3))
    assert [title.span for title in moved.titles] == [span("3.5", "4.5")]
    assert [marker.span.start for marker in moved.markers] == [F("3.5")]


def test_trim_outside_the_footage_says_what_there_is() -> None:
    with pytest.raises(OutOfMedia, match=r"asked for source 4 s to 11 s.*covers 0 s to 10 s"):
        edits.trim(abc(), "c-A", span(4, 11))


def test_split_cuts_at_timeline_time_and_respects_speed() -> None:
    tl = edits.set_clip(abc(), "c-A", speed=F(2))
    tl = edits.split(tl, "c-A", F("0.25"))
    assert shape(tl) == "A4-9/2 A9/2-6 B4-6 C4-6"
    assert tl.duration == 5


def test_split_at_an_edge_says_where_the_clip_plays() -> None:
    with pytest.raises(EditError, match="plays from 2 s to 4 s"):
        edits.split(abc(), "c-B", F(2))


def test_move_reorders_and_drops_the_fades_it_tears() -> None:
    assert shape(edits.move(abc(), "c-A", 2)) == "B4-6 C4-6 A4-6"
    assert shape(edits.move(abc(), "c-C", 0)) == "C4-6 A4-6 B4-6"
    assert shape(edits.move(faded(), "c-A", 1)) == "B4-6 A4-6 C4-6"
    assert edits.move(faded(), "c-B", 1) == faded()
    with pytest.raises(EditError, match="places 0 to 2"):
        edits.move(abc(), "c-A", 3)


def test_delete_closes_up_and_lift_leaves_a_gap() -> None:
    assert shape(edits.delete(faded(), "c-B")) == "A4-6 C4-6"
    assert shape(edits.lift(faded(), "c-B")) == "A4-6 gap2 C4-6"


def test_a_crossfade_lies_evenly_or_moves_to_where_the_handles_are() -> None:
    assert shape(edits.crossfade(abc(), "c-A", "c-B", F(1))).startswith("A4-6 x1/2+1/2 B4-6")
    tl = edits.trim(abc(), "c-B", span("0.2", 2))
    assert shape(edits.crossfade(tl, "c-A", "c-B", F(1))).startswith("A4-6 x1/5+4/5 B1/5-2")


def test_a_crossfade_without_handles_says_how_long_it_could_be() -> None:
    whole = (clip("A", span(0, 10)), clip("B", span(0, 10)))
    tl = Timeline(tracks=(Track("V1", "video", whole),))
    with pytest.raises(OutOfMedia, match="allow 0 s"):
        edits.crossfade(tl, "c-A", "c-B", F(1))
    assert edits.longest_fade(tl, "c-A", "c-B") == 0
    assert edits.longest_fade(abc(), "c-A", "c-B") == 4


def test_a_second_crossfade_replaces_the_first() -> None:
    tl = edits.crossfade(faded(), "c-A", "c-B", F("0.4"))
    assert shape(tl).startswith("A4-6 x1/5+1/5 B4-6 x1/2+1/2")


def test_crossfades_need_neighbours_and_a_frame() -> None:
    with pytest.raises(EditError, match="'c-B' stands there"):
        edits.crossfade(abc(), "c-A", "c-C", F(1))
    with pytest.raises(EditError, match="one frame"):
        edits.crossfade(abc(), "c-A", "c-B", F(1, 100))


def test_remove_transition_leaves_a_plain_cut() -> None:
    tl = faded()
    fade = next(i for i in tl.track("V1").items if isinstance(i, Transition))
    assert shape(edits.remove_transition(tl, fade.id)) == "A4-6 B4-6 x1/2+1/2 C4-6"


def test_a_longer_clip_ends_with_the_gap_it_fills() -> None:
    tl = edits.lift(abc(), "c-B", wanted="sea")
    gap = tl.holes()[0][1]
    assert gap.wanted == "sea"
    assert shape(edits.replace_gap(tl, gap.id, clip("N", span(0, 5)))) == "A4-6 N0-2 C4-6"


def test_a_shorter_clip_plays_on_into_its_handles_and_leaves_the_rest_a_hole() -> None:
    tl = edits.lift(abc(), "c-B", wanted="sea")
    gap = tl.holes()[0][1]
    longer = edits.replace_gap(tl, gap.id, clip("N", span(0, 1)))
    assert shape(longer) == "A4-6 N0-2 C4-6"
    short = edits.replace_gap(tl, gap.id, clip("N", span(0, 1), span(0, 1)))
    assert shape(short) == "A4-6 N0-1 gap1 C4-6"
    assert short.holes()[0][1].wanted == "sea"
    nearly = edits.replace_gap(tl, gap.id, clip("N", span(0, "1.97"), span(0, "1.97")))
    assert shape(nearly) == "A4-6 N0-197/100 C4-6"


def test_replace_keeps_the_place_and_what_fades_fit() -> None:
    tl = edits.replace(faded(), "c-B", clip("N", span(1, 5), span(1, 5)))
    assert shape(tl) == "A4-6 x0+1/2 N1-5 x1/2+0 C4-6"


def test_set_clip_sets_only_what_a_clip_has() -> None:
    tl = edits.set_clip(abc(), "c-A", gain_db=-3.0, muted=True, reasons=("calm",))
    assert tl.clips()[0][1].reasons == ("calm",)
    with pytest.raises(EditError, match="source"):
        edits.set_clip(abc(), "c-A", source=span(0, 1))  # type: ignore[call-arg]
    with pytest.raises(EditError, match="above 0"):
        edits.set_clip(abc(), "c-A", speed=F(0))


def test_slip_roll_and_slide_keep_the_length() -> None:
    assert shape(edits.slip(abc(), "c-B", F(1))) == "A4-6 B5-7 C4-6"
    assert shape(edits.roll(abc(), "c-A", "c-B", F("0.5"))) == "A4-13/2 B9/2-6 C4-6"
    assert shape(edits.slide(abc(), "c-B", F(-1))) == "A4-5 B4-6 C3-6"
    with pytest.raises(EditError, match="leaves nothing"):
        edits.roll(abc(), "c-A", "c-B", F(3))
    with pytest.raises(OutOfMedia):
        edits.slip(abc(), "c-B", F(5))


def test_an_id_comes_onto_the_timeline_once() -> None:
    with pytest.raises(EditError, match="already"):
        edits.append(abc(), clip("A", span(0, 1)))
    with pytest.raises(NoSuchItem, match="'c-Z'"):
        edits.delete(abc(), "c-Z")


def test_a_track_is_set_whole_and_refused_when_it_cannot_play() -> None:
    music = Track("A1", "audio", (clip("M", span(0, 9)),))
    tl = edits.set_track(abc(), music)
    assert (tl.duration, shape(tl, "A1")) == (F(6), "M0-9")
    assert edits.set_track(tl, Track("A1", "audio")).track("A1").items == ()
    with pytest.raises(EditError, match="breaks 1 rule"):
        edits.set_track(abc(), Track("A1", "audio", (clip("M", span(0, 11)),)))


def test_check_names_every_broken_rule() -> None:
    fade = Transition("x-1", F(3), F(3))
    items = (fade, clip("A", span(4, 6)), clip("A", span(4, 20)), Gap("g-1", F(0)))
    tl = Timeline(tracks=(Track("V1", "video", items),), titles=(Title("t", "x", span(1, 1)),))
    with pytest.raises(EditError) as caught:
        edits.check(tl)
    for words in ("'c-A' is used 2", "does not stand between", "4 s to 20 s", "lasts 0 s", "'t'"):
        assert words in str(caught.value)
    left, right = clip("A", span(4, 6)), clip("B", span(4, 6))
    greedy = Timeline(tracks=(Track("V1", "video", (left, Transition("x", F(5), F(5)), right)),))
    assert len(list(edits.problems(greedy))) == 4


def test_snapping_moves_cuts_to_the_nearest_frame_without_drift() -> None:
    third = F(1, 3)
    items = tuple(clip(str(n), span(0, 10)) for n in range(30))
    tl = Timeline(tracks=(Track("V1", "video", items),))
    for item in items:
        tl = edits.trim(tl, item.id, TimeRange(F(4), F(4) + third))
    snapped = edits.snapped(tl)
    assert snapped.duration == tl.duration == 10
    assert {i.duration * 25 for i in snapped.track("V1").items} <= {8, 9}


def test_snapping_stays_inside_the_footage() -> None:
    whole = (clip("A", span(0, "1.03"), span(0, "1.03")), clip("B", span("0.5", 2), span(0, 2)))
    tl = edits.snapped(Timeline(tracks=(Track("V1", "video", whole),)))
    assert shape(tl) == "A0-1 B1/2-99/50"
    tiny = Timeline(tracks=(Track("V1", "video", (clip("T", span(0, "0.01"), span(0, "0.02")),)),))
    assert shape(edits.snapped(tiny)) == ""


def words(tl: Timeline) -> dict[str, str]:
    found = {t.id: f"{t.span.start}-{t.span.end}" for t in tl.titles}
    return found | {m.id: f"{m.span.start}-{m.span.end}" for m in tl.markers}


def titled() -> Timeline:
    tl = edits.add_title(abc(), Title("t-open", "My film", span(0, 2)))
    tl = edits.add_title(tl, Title("t-end", "The end", span(5, 6)))
    tl = edits.add_title(tl, Title("t-sub", "hello", span("2.5", "3.5"), "subtitle"))
    tl = edits.add_marker(tl, Marker("m-why", span(2, 4), "bright", "reason"))
    return edits.add_marker(tl, Marker("m-note", span(3, 3), "check this"))


def test_subtitles_and_reasons_ride_with_their_clip_and_film_titles_do_not() -> None:
    moved = words(edits.move(titled(), "c-B", 2))
    assert moved == {
        "t-open": "0-2",
        "t-end": "5-6",
        "t-sub": "9/2-11/2",
        "m-why": "4-6",
        "m-note": "5-5",
    }


def test_words_are_cut_with_their_clip_and_stretched_with_its_speed() -> None:
    trimmed = words(edits.trim(titled(), "c-B", span(5, 6)))
    assert (trimmed["t-sub"], trimmed["m-why"], trimmed["m-note"]) == ("2-5/2", "2-3", "2-2")
    assert trimmed["t-end"] == "4-5"
    slow = words(edits.set_clip(titled(), "c-B", speed=F(1, 2)))
    assert (slow["t-sub"], slow["t-end"]) == ("3-5", "7-8")


def test_words_go_with_a_deleted_clip_but_notes_stay() -> None:
    left = words(edits.delete(titled(), "c-B"))
    assert left == {"t-open": "0-2", "t-end": "3-4", "m-note": "3-3"}


def test_words_find_their_half_after_a_split() -> None:
    tl = edits.split(titled(), "c-B", F("2.25"))
    assert words(tl)["t-sub"] == "5/2-7/2"
    tl = edits.delete(tl, "c-B")
    assert words(tl)["t-sub"] == "9/4-13/4"


def test_sound_is_cut_after_its_picture_or_before_it_and_stays_within_the_handles() -> None:
    tl = edits.split_sound(abc(), "c-A", "c-B", F(1))
    assert shape(tl) == shape(abc())
    assert tl.item("c-A").sound_cut_s == 1  # type: ignore[union-attr]
    with pytest.raises(OutOfMedia, match="handles and lengths allow -2 s to 2 s"):
        edits.split_sound(abc(), "c-A", "c-B", F(3))
    with pytest.raises(EditError, match="right behind"):
        edits.split_sound(abc(), "c-A", "c-C", F(1))


def test_a_sound_cut_gives_way_to_shorter_clips_fades_and_missing_neighbours() -> None:
    tl = edits.split_sound(abc(), "c-A", "c-B", F(2))
    shorter = edits.trim(tl, "c-B", span(4, 5))
    assert shorter.item("c-A").sound_cut_s == 1  # type: ignore[union-attr]
    for after in (
        edits.crossfade(tl, "c-A", "c-B", F(1)),
        edits.lift(tl, "c-B"),
        edits.delete(edits.delete(tl, "c-B"), "c-C"),
    ):
        assert after.item("c-A").sound_cut_s == 0  # type: ignore[union-attr]
    with pytest.raises(EditError, match="crossfade stands between"):
        edits.split_sound(faded(), "c-A", "c-B", F(1))


def test_a_split_clip_keeps_its_sound_cut_on_the_half_that_has_the_cut() -> None:
    tl = edits.split(edits.split_sound(abc(), "c-A", "c-B", F("0.5")), "c-A", F(1))
    left, right, *_ = tl.track("V1").items
    assert left.sound_cut_s == 0 and right.sound_cut_s == F("0.5")  # type: ignore[union-attr]
