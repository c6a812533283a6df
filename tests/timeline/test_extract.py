"""Extract: spans of the film go, what is later moves up, words stay over what they are about."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.cuts import abc, clip, examples, seconds, shape, span, timelines
from timeline import edits
from timeline.edits.extracting import joined
from timeline.errors import EditError
from timeline.model import Clip, Gap, Marker, Timeline, Title, Track
from timeline.time import TimeRange


def test_a_span_inside_a_clip_leaves_two_parts_and_what_is_later_moves_up() -> None:
    after = edits.extract(abc(), [span("0.5", "1.25")])
    assert shape(after) == "A4-9/2 A21/4-6 B4-6 C4-6"
    assert after.duration == Fraction(21, 4)
    first, second, *_ = after.track("V1").items
    assert first.id == "c-A" and second.id not in ("c-A", "c-B", "c-C")


def test_a_span_over_a_cut_takes_from_both_sides_and_one_over_a_clip_takes_all_of_it() -> None:
    after = edits.extract(abc(), [span("1.5", "4.5")])
    assert shape(after) == "A4-11/2 C9/2-6"
    assert [i.id for i in after.track("V1").items] == ["c-A", "c-C"]


def test_many_spans_at_once_in_any_order_and_overlapping() -> None:
    after = edits.extract(abc(), [span(5, 9), span("0.5", 1), span("0.75", "1.5")])
    assert shape(after) == "A4-9/2 A11/2-6 B4-6 C4-5"


def test_speed_counts_in_film_seconds() -> None:
    tl = Timeline(tracks=(Track("V1", "video", (clip("A", span(0, 8), speed=2),)),))
    assert shape(edits.extract(tl, [span(1, 2)])) == "A0-2 A4-8"


def test_gaps_get_shorter_and_fades_on_the_cut_go() -> None:
    tl = edits.crossfade(abc(), "c-A", "c-B", Fraction(1))
    tl = edits.append(tl, Gap("g-1", Fraction(3), "sea"))
    after = edits.extract(tl, [span("1.9", "2.1"), span(7, 8)])
    assert shape(after) == "A4-59/10 B41/10-6 C4-6 gap1 gap1"
    kept = edits.extract(tl, [span("0.2", "0.4")])
    assert "x1/2+1/2" in shape(kept)


def test_only_the_end_of_a_clip_keeps_its_late_sound() -> None:
    tl = edits.split_sound(abc(), "c-A", "c-B", Fraction(1, 2))
    parts = edits.extract(tl, [span("0.5", 1)]).clips()
    assert [c.sound_cut_s for _, c in parts] == [0, Fraction(1, 2), 0, 0]
    assert [c.sound_cut_s for _, c in edits.extract(tl, [span("1.5", "2.5")]).clips()] == [0, 0, 0]


def test_words_over_a_cut_lose_only_what_is_gone() -> None:
    tl = edits.add_title(abc(), Title("t-1", "words", span(0, 2), "subtitle"))
    tl = edits.add_title(tl, Title("t-2", "gone", span("0.6", "0.9"), "subtitle"))
    tl = edits.add_title(tl, Title("t-3", "later", span(3, 4), "lower-third"))
    tl = edits.add_title(tl, Title("t-4", "The end", span(5, 6), "title"))
    tl = edits.add_marker(tl, Marker("m-1", span("0.7", "0.7"), "why", "reason"))
    tl = edits.add_marker(tl, Marker("m-2", span("0.7", "0.7"), "mine", "note"))
    after = edits.extract(tl, [span("0.5", 1)])
    assert {t.id: t.span for t in after.titles} == {
        "t-1": span(0, "1.5"), "t-3": span("2.5", "3.5"), "t-4": span("4.5", "5.5"),
    }  # fmt: skip
    assert [(m.id, m.span) for m in after.markers] == [("m-2", span("0.5", "0.5"))]


def test_nothing_to_take_out_changes_nothing_and_all_of_it_is_refused() -> None:
    assert edits.extract(abc(), []) == abc()
    assert edits.extract(abc(), [span(6, 9)]) == abc()
    with pytest.raises(EditError, match="nothing of V1 would be left"):
        edits.extract(abc(), [span(0, 6)])


@examples(60)
@given(timelines, st.lists(st.tuples(seconds, seconds), max_size=4))
def test_the_rules_hold_and_the_lengths_add_up(
    tl: Timeline, pairs: list[tuple[Fraction, Fraction]]
) -> None:
    spans = [TimeRange(min(pair), max(pair)) for pair in pairs]
    try:
        after = edits.extract(tl, spans)
    except EditError as error:
        assert "would be left" in str(error)
        return
    edits.check(after)
    whole = TimeRange(Fraction(0), tl.track("V1").duration)
    gone = sum((s.duration for s in joined(spans, whole)), Fraction(0))
    assert after.track("V1").duration == whole.duration - gone
    ids = [i.id for i in tl.track("V1").items]
    kept = [i.id for i in after.track("V1").items if i.id in ids]
    assert kept == [i for i in ids if i in kept]
    played = sum((c.source.duration / c.speed for _, c in after.clips()), Fraction(0))
    assert played <= sum((c.duration for _, c in tl.clips()), Fraction(0))
    assert all(isinstance(i, Clip | Gap) or i.fade > 0 for i in after.track("V1").items)
