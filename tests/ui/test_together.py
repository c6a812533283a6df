"""Two windows on one project: the later one is told, nothing is lost, nothing undone unseen."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from project import history
from project.errors import StoreError
from project.store import DATABASE, Project
from tests.ui.test_edits_by_hand import _do
from timeline.model import Timeline
from ui.handlers import Handlers


def _from(handlers: Handlers, drawn_on: int, *ops: dict[str, Any]) -> dict[str, Any]:
    keyed = [{"key": uuid.uuid4().hex, **op} for op in ops]
    desk = handlers.studio.desk
    payload = {"project": desk.id, "seq": 1, "drawn_on": drawn_on, "ops": keyed}
    answer: dict[str, Any] = json.loads(handlers.edit(payload))
    return answer


def _stands(project: Project) -> int:
    """The edit that a page would draw now."""
    head = history.head(project)
    return head.id if head else 0


def _add(seconds: str) -> dict[str, Any]:
    return {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": seconds}


def test_an_edit_on_what_another_window_changed_is_made_on_top_and_told(
    handlers: Handlers,
) -> None:
    seen = _stands(handlers.studio.desk.project)
    _from(handlers, seen, _add("1"))
    answer = _from(handlers, seen, _add("2"))
    assert "problem" not in answer and "both are kept" in answer["notice"]
    clips = history.current(handlers.studio.desk.project).clips()
    assert [float(clip.duration) for _, clip in clips] == [1, 2]
    assert answer["desk"]["revision"] == handlers.studio.desk.project.revision


def test_an_edit_on_what_is_there_is_told_nothing(handlers: Handlers) -> None:
    answer = _from(handlers, _stands(handlers.studio.desk.project), _add("1"))
    assert "notice" not in answer and "problem" not in answer


def test_undo_in_a_window_that_has_not_seen_the_newest_edit_undoes_nothing(
    handlers: Handlers,
) -> None:
    first = _from(handlers, _stands(handlers.studio.desk.project), _add("1"))["desk"]["edit_id"]
    _from(handlers, first, _add("2"))
    before = history.current(handlers.studio.desk.project)
    for op in ({"op": "undo"}, {"op": "redo"}, {"op": "restore", "edit_id": 1}):
        answer = _from(handlers, first, op)
        assert "changed meanwhile" in answer["problem"]
        assert history.current(handlers.studio.desk.project) == before
    again = _from(handlers, answer["desk"]["edit_id"], {"op": "undo"})
    assert "problem" not in again
    assert len(history.current(handlers.studio.desk.project).clips()) == 1


def test_an_edit_of_a_clip_that_another_window_removed_says_so(handlers: Handlers) -> None:
    desk = _do(handlers, _add("1"))["desk"]
    clip = desk["timeline"]["tracks"][0]["items"][0]["id"]
    _from(handlers, desk["edit_id"], {"op": "delete", "id": clip})
    answer = _from(handlers, desk["edit_id"], {"op": "trim", "id": clip, "out_s": "0.5"})
    assert clip in answer["problem"] and "changed meanwhile (Delete The bars" in answer["problem"]


def test_a_batch_that_comes_again_is_no_other_window(handlers: Handlers) -> None:
    seen = _stands(handlers.studio.desk.project)
    op = {**_add("1"), "key": "k" * 16}
    for _ in range(2):
        answer = _from(handlers, seen, op)
        assert "notice" not in answer and "problem" not in answer
    assert len(history.current(handlers.studio.desk.project).clips()) == 1


def test_a_batch_that_was_done_and_never_answered_is_done_once(handlers: Handlers) -> None:
    project = handlers.studio.desk.project
    _from(handlers, _stands(project), _add("1"))
    clip = history.current(project).clips()[0][1]
    seen = _stands(project)
    batch = [
        {"key": "split-one", "op": "split", "at_s": "0.52"},
        {"key": "delete-one", "op": "delete", "id": clip.id},
        {"key": "undo-once", "op": "undo"},
        {"key": "back-once", "op": "restore", "edit_id": history.edits(project)[-1].id},
    ]
    _from(handlers, seen, *batch)
    done = (history.current(project), project.revision, len(history.edits(project)))
    again = _from(handlers, seen, *batch)
    assert "problem" not in again and "notice" not in again
    assert (history.current(project), project.revision, len(history.edits(project))) == done


@pytest.mark.parametrize("restarted", [False, True])
def test_what_is_learned_of_the_footage_meanwhile_is_no_change_of_the_edit(
    handlers: Handlers, restarted: bool
) -> None:
    desk = handlers.studio.desk
    seen = _from(handlers, _stands(desk.project), _add("1"))["desk"]
    said = {"project": desk.id, "footage_id": "f-cuts", "field": "title", "value": "Three walls"}
    assert "problem" not in json.loads(handlers.correct(said))
    assert desk.project.revision != seen["revision"]
    if restarted:
        handlers.studio.close()
        desk = handlers.studio.open(desk.project.folder)
    answer = _from(handlers, seen["edit_id"], _add("2"))
    assert "notice" not in answer and "problem" not in answer
    handlers.correct({**said, "value": "Four walls"})
    answer = _from(handlers, answer["desk"]["edit_id"], {"op": "undo"})
    assert "problem" not in answer
    assert len(history.current(desk.project).clips()) == 1


def test_two_windows_that_edit_at_once_lose_nothing(handlers: Handlers) -> None:
    project = handlers.studio.desk.project

    def window(name: str) -> None:
        for number in range(15):
            _from(handlers, _stands(project), _note(f"{name} {number}"))

    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(window, name) for name in "ab"]:
            done.result()
    assert len(history.current(project).markers) == 30


def test_what_a_batch_that_comes_again_did_already_is_not_tried_again(handlers: Handlers) -> None:
    project = handlers.studio.desk.project
    _from(handlers, _stands(project), _add("1"))
    stood = history.head(project)
    keeps = [{"key": "keep-once", "op": "keep", "name": "v1"}, {"key": "then-add", **_add("2")}]
    for _ in range(2):
        _from(handlers, _stands(project), *keeps)
    assert history.versions(project)["v1"] == stood
    first, second = (clip.id for _, clip in history.current(project).clips())
    grows = [
        {"key": "no-room-yet", "op": "trim", "id": first, "out_s": "3", "ripple": False},
        {"key": "lift-once", "op": "delete", "id": second, "lift": True},
    ]
    _from(handlers, _stands(project), *grows)
    after = history.current(project)
    _from(handlers, _stands(project), *grows)
    assert history.current(project) == after


def test_a_batch_for_a_project_that_is_not_open_is_not_acked_so_that_it_can_come_again(
    handlers: Handlers,
) -> None:
    desk = handlers.studio.desk
    batch = {"project": desk.id, "seq": 7, "ops": [{"key": "k" * 8, **_note("later")}]}
    other = json.loads(handlers.edit({**batch, "project": "f" * 16}))
    assert other["kept"] and "another project" in other["problem"] and "ack" not in other
    desk.close()
    closed = json.loads(handlers.edit(batch))
    assert closed["kept"] and "no project is open" in closed["problem"] and "ack" not in closed


def test_a_batch_for_which_the_disk_has_no_room_is_kept_and_done_once_there_is(
    handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, full = handlers.studio.desk, threading.Event()
    commit = history.commit

    def on_a_small_disk(project: Project, timeline: Timeline, label: str, **more: Any) -> Any:
        if full.is_set():
            raise StoreError("the disk is full")
        full.set()
        return commit(project, timeline, label, **more)

    ops = [{"key": f"note-{n}-once", **_note(str(n))} for n in range(3)]
    batch = {"project": desk.id, "seq": 7, "drawn_on": _stands(desk.project), "ops": ops}
    monkeypatch.setattr(history, "commit", on_a_small_disk)
    answer = json.loads(handlers.edit(batch))
    assert answer["kept"] and answer["problem"] == "the disk is full" and "ack" not in answer
    monkeypatch.undo()
    answer = json.loads(handlers.edit(batch))
    assert answer["ack"] == 7 and "problem" not in answer and "notice" not in answer
    assert [m.text for m in history.current(desk.project).markers] == ["0", "1", "2"]


def test_a_batch_is_kept_while_another_program_writes_to_the_store(handlers: Handlers) -> None:
    desk = handlers.studio.desk
    ops = [{"key": "note-once", **_note("mine")}]
    batch = {"project": desk.id, "seq": 7, "drawn_on": _stands(desk.project), "ops": ops}
    desk.project._db.execute("PRAGMA busy_timeout = 0")
    with contextlib.closing(sqlite3.connect(desk.project.folder / DATABASE)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = json.loads(handlers.edit(batch))
        other.rollback()
    assert answer["kept"] and "another program" in answer["problem"] and "ack" not in answer
    answer = json.loads(handlers.edit(batch))
    assert answer["ack"] == 7 and "problem" not in answer
    assert [m.text for m in history.current(desk.project).markers] == ["mine"]


def test_an_undo_that_comes_again_after_another_window_edited_takes_nothing_back(
    handlers: Handlers,
) -> None:
    project = handlers.studio.desk.project
    seen = _stands(project)
    batch = [{"key": "mine-once", **_note("mine")}, {"key": "undo-once", "op": "undo"}]
    _from(handlers, seen, batch[0])
    _from(handlers, _stands(project), _note("theirs"))
    again = {"project": handlers.studio.desk.id, "seq": 2, "drawn_on": seen, "ops": batch}
    answer = json.loads(handlers.edit(again))
    assert "nothing was undone" in answer["problem"]
    assert [m.text for m in history.current(project).markers] == ["mine", "theirs"]


def _note(text: str) -> dict[str, Any]:
    return {"op": "note", "text": text, "at_s": "0"}
