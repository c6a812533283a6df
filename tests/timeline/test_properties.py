"""Whatever is edited in whatever order: the rules hold, and nothing depends on chance."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from project import history
from project.settings import Settings
from project.store import Project
from tests.timeline.cuts import Edit, busy, edit, examples, rates, sequences, timelines, worked
from timeline import document, edits
from timeline.model import Clip, Timeline, Transition

quick = examples(70)


@quick
@given(rates, sequences)
def test_every_sequence_of_edits_keeps_the_rules_and_repeats_to_the_byte(
    rate: Fraction, sequence: list[Edit]
) -> None:
    tl = again = busy(rate)
    for apply in sequence:
        tl, again = worked(tl, apply), worked(again, apply)
        edits.check(tl)
        require_handles(tl)
    text = document.dumps(tl)
    assert document.dumps(again) == text
    assert document.loads(text) == tl
    assert document.dumps(document.loads(text)) == text


def require_handles(tl: Timeline) -> None:
    """What `check` promises of transitions, said again in other words."""
    items = tl.track("V1").items
    for left, fade, right in zip(items, items[1:], items[2:], strict=False):
        if isinstance(fade, Transition):
            assert isinstance(left, Clip) and isinstance(right, Clip)
            assert left.source.end + fade.out_offset * left.speed <= left.available.end
            assert right.source.start - fade.in_offset * right.speed >= right.available.start


@quick
@given(timelines)
def test_snapping_puts_every_edge_on_a_frame_and_does_it_once(tl: Timeline) -> None:
    rate = tl.rate
    snapped = edits.snapped(tl)
    edits.check(snapped)
    for track in snapped.tracks:
        for at, item in track.placed():
            assert (at * rate).denominator == 1
            assert (item.duration * rate).denominator == 1
            if isinstance(item, Transition):
                assert (item.in_offset * rate).denominator == 1
                assert (item.out_offset * rate).denominator == 1
            if isinstance(item, Clip):
                assert (item.sound_cut_s * rate).denominator == 1
    for span in [t.span for t in snapped.titles] + [m.span for m in snapped.markers]:
        assert (span.start * rate).denominator == (span.end * rate).denominator == 1
    assert edits.snapped(snapped) == snapped


@quick
@given(sequences, edit())
def test_lengths_add_up(sequence: list[Edit], last: Edit) -> None:
    tl = busy()
    for apply in sequence:
        tl = worked(tl, apply)
    after = worked(tl, last)
    if after is tl:
        return
    before_ids = {i.id: i for i in tl.track("V1").items}
    kind, delta = last.__name__, after.duration - tl.duration
    fresh = [i for i in after.track("V1").items if i.id not in before_ids]
    gone = [i for i in before_ids.values() if i.id not in {j.id for j in after.track("V1").items}]
    if kind in ("split", "move", "lift", "crossfade", "roll", "slip", "slide", "title", "marker"):
        assert delta == 0
    elif kind == "append":
        assert delta == sum(i.duration for i in fresh)
    elif kind == "delete":
        assert delta == -sum(i.duration for i in gone)
    elif kind in ("trim", "speed"):
        changed = [
            (before_ids[i.id], i)
            for i in after.track("V1").items
            if i != before_ids[i.id] and not isinstance(i, Transition)
        ]
        assert delta == sum(new.duration - old.duration for old, new in changed)
    elif kind == "gap":
        assert -1 / tl.rate < delta <= 0


@examples(15)
@given(sequence=sequences, more=st.integers(0, 6))
def test_undo_all_is_the_first_state_and_redo_all_the_last(
    tmp_path_factory: object, sequence: list[Edit], more: int
) -> None:
    folder = Path(tmp_path_factory.mktemp("undo"))  # type: ignore[attr-defined]
    with Project.create(folder / "p", Settings()) as project:
        digests = [document.digest(Timeline())]
        history.commit(project, busy(), "start", actor="hand")
        digests.append(document.digest(busy()))
        for apply in sequence:
            before = history.current(project)
            after = worked(before, apply)
            if after != before:
                history.commit(project, after, apply.__name__, actor="hand")
                digests.append(document.digest(after))
        count = len(digests) - 1
        for step in range(count):
            history.undo(project)
            assert document.digest(history.current(project)) == digests[count - step - 1]
        for _ in range(count):
            history.redo(project)
        assert document.digest(history.current(project)) == digests[-1]
        for _ in range(min(more, count)):
            history.undo(project)
        assert document.digest(history.current(project)) == digests[count - min(more, count)]
