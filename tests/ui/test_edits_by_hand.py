"""Edits from the page: closed ops, whole frames, one undo step each, nothing done twice."""

from __future__ import annotations

import json
import uuid
from fractions import Fraction
from typing import Any

import pytest

from project import history
from timeline.model import Timeline
from ui.handlers import Handlers


def _do(handlers: Handlers, *ops: dict[str, Any], seq: int = 1) -> dict[str, Any]:
    keyed = [{"key": uuid.uuid4().hex, **op} for op in ops]
    payload = {"project": handlers.studio.desk.id, "seq": seq, "ops": keyed}
    answer: dict[str, Any] = json.loads(handlers.edit(payload))
    return answer


def _now(handlers: Handlers) -> Timeline:
    return history.current(handlers.studio.desk.project)


def _two(handlers: Handlers) -> tuple[str, str]:
    answer = _do(
        handlers,
        {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "2"},
        {"op": "insert", "footage_id": "f-cuts", "in_s": "1", "out_s": "5"},
    )
    assert "problem" not in answer
    first, second = [clip.id for _, clip in _now(handlers).clips()]
    return first, second


def test_an_insert_lands_on_whole_frames_and_says_what_is_in_use(handlers: Handlers) -> None:
    answer = _do(
        handlers,
        {"op": "insert", "footage_id": "f-bars", "in_s": "0.333333", "out_s": "1.777777"},
    )
    (_, clip), *_ = _now(handlers).clips()
    assert (clip.duration * 25).denominator == 1
    assert answer["used"] == ["f-bars"] and answer["ack"] == 1


def test_rejected_footage_cannot_be_used_and_the_page_is_told_why(handlers: Handlers) -> None:
    answer = _do(handlers, {"op": "insert", "footage_id": "f-pan", "in_s": "0", "out_s": "1"})
    assert "it is empty" in answer["problem"] and _now(handlers).duration == 0


def test_an_insert_past_the_end_keeps_to_what_there_is(handlers: Handlers) -> None:
    _do(handlers, {"op": "insert", "footage_id": "f-bars", "in_s": "2", "out_s": "900"})
    (_, clip), *_ = _now(handlers).clips()
    assert clip.source.end == 3


@pytest.mark.parametrize(("start", "end"), [("2", "1"), ("1", "1")])
def test_an_insert_that_ends_before_it_begins_is_refused(
    handlers: Handlers, start: str, end: str
) -> None:
    answer = _do(handlers, {"op": "insert", "footage_id": "f-bars", "in_s": start, "out_s": end})
    assert "not after its in point" in answer["problem"] and _now(handlers).duration == 0


def test_move_trim_split_delete_and_undo_walk_back_to_the_start(handlers: Handlers) -> None:
    first, second = _two(handlers)
    start = _now(handlers)
    _do(handlers, {"op": "move", "id": first, "index": 1})
    assert [c.id for _, c in _now(handlers).clips()] == [second, first]
    _do(handlers, {"op": "trim", "id": second, "out_s": "3.01"})
    assert _now(handlers).clips()[0][1].source.end == 3
    _do(handlers, {"op": "split", "at_s": "1"})
    assert len(_now(handlers).clips()) == 3
    _do(handlers, {"op": "delete", "id": first})
    assert _now(handlers).duration == 2
    _do(handlers, *[{"op": "undo"}] * 4)
    assert _now(handlers) == start


def test_trimming_one_edge_leaves_the_other_where_it_was(handlers: Handlers) -> None:
    _, second = _two(handlers)
    _do(handlers, {"op": "trim", "id": second, "in_s": "2.004"})
    clip = _now(handlers).clips()[1][1]
    assert clip.source.end == 5
    assert (clip.duration * 25).denominator == 1 and clip.source.start == Fraction(2)


def test_the_same_batch_twice_changes_the_edit_once(handlers: Handlers) -> None:
    op = {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "1", "key": "k" * 16}
    _do(handlers, op)
    _do(handlers, op)
    assert len(_now(handlers).clips()) == 1


def test_one_bad_op_does_not_stop_the_others(handlers: Handlers) -> None:
    answer = _do(
        handlers,
        {"op": "delete", "id": "c-nowhere"},
        {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "1"},
    )
    assert "c-nowhere" in answer["problem"] and len(_now(handlers).clips()) == 1


def test_what_is_no_op_is_told_each_time_and_the_others_are_done_once(handlers: Handlers) -> None:
    odd = {"op": "note", "text": "x" * 301, "at_s": "0", "key": "odd-one-"}
    batch = [
        {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "1", "key": "first---"},
        odd, "none at all", {"op": "note", "text": "mine", "at_s": "0", "key": "second--"},
    ]  # fmt: skip
    for _ in range(2):
        payload = {"project": handlers.studio.desk.id, "seq": 5, "ops": batch}
        answer = json.loads(handlers.edit(payload))
        assert (
            answer["ack"] == 5
            and "note.text: String should have at most 300" in (answer["problem"])
        )
        assert answer["problem"].count("left out") == 2
        assert len(_now(handlers).clips()) == 1 and [m.text for m in _now(handlers).markers] == [
            "mine"
        ]


def test_a_bug_in_one_op_costs_no_other(
    handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    _two(handlers)
    monkeypatch.delattr("ui.edits._crossfade")
    first = _now(handlers).clips()[0][1].id
    answer = _do(
        handlers,
        {"op": "crossfade", "id": first, "fade_s": "0.5"},
        {"op": "note", "text": "mine", "at_s": "0"},
    )
    assert "went wrong" in answer["problem"] and len(_now(handlers).markers) == 1


def test_titles_go_on_and_off(handlers: Handlers) -> None:
    _two(handlers)
    _do(handlers, {"op": "title", "text": "<b>Hi</b>", "at_s": "1", "length_s": "2"})
    (title,) = _now(handlers).titles
    assert title.text == "<b>Hi</b>" and title.span.duration == 2
    _do(handlers, {"op": "untitle", "id": title.id})
    assert _now(handlers).titles == ()


def test_a_kept_version_can_be_gone_back_to(handlers: Handlers) -> None:
    first, _ = _two(handlers)
    answer = _do(handlers, {"op": "keep", "name": "two"})
    kept = answer["desk"]["versions"][0]
    _do(handlers, {"op": "delete", "id": first})
    _do(handlers, {"op": "restore", "edit_id": kept["edit_id"]})
    assert len(_now(handlers).clips()) == 2


@pytest.mark.parametrize(
    "op",
    [
        {"op": "run", "command": "id"},
        {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "1", "path": "/etc"},
        {"op": "insert", "footage_id": "f-bars", "in_s": "1e9", "out_s": "nan"},
        {"op": "insert", "footage_id": "f-bars", "in_s": "-1", "out_s": "1"},
        {"op": "trim", "id": "x" * 65, "in_s": "0"},
        {"op": "sound", "id": "c-1", "gain_db": 900},
        {"op": "move", "id": "c-1", "index": -1},
    ],
)
def test_what_is_not_an_op_is_refused_and_acked(handlers: Handlers, op: dict[str, Any]) -> None:
    answer = _do(handlers, op, seq=77)
    assert answer["problem"] and answer["ack"] == 77
    assert _now(handlers).duration == 0


@pytest.mark.parametrize("payload", [None, "x", [], {"seq": 3}, {"project": "other", "seq": 3,
                                                                 "ops": []}])  # fmt: skip
def test_a_payload_that_is_none_of_ours_changes_nothing(handlers: Handlers, payload: Any) -> None:
    assert json.loads(handlers.edit(payload))["problem"]
