"""Approval over the wire is data, and jobs go on without a page."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from agent.session import Session
from agent.values import Goal, Plan, PlannedStep
from index.values import IngestProgress, IngestReport, OnProgress
from media.errors import Cancelled
from project import history, jobs
from project.errors import CreatorError
from project.store import Project
from ui.handlers import Handlers
from ui.job_view import job_views
from ui.jobs import Live, Worker, remaining_s
from ui.proxies import Proxies

WAIT_S = 60


class OneTitle:
    """A brain that always plans one title."""

    name = "fake"

    def plan(self, words: str, project: Project) -> Plan:
        return Plan(goal=Goal(text=words), steps=(PlannedStep(tool="title", intent="a title"),))

    def bind(self, step: PlannedStep, goal: Goal, project: Project, problem: str) -> dict[str, Any]:
        return {"text": "<img src=x onerror=alert(1)>", "at": "start"}

    def write(self, request: str, facts: dict[str, Any]) -> str:
        return "done"


def _asked(handlers: Handlers) -> dict[str, Any]:
    """The answer to a goal on a timeline of one clip, with the title's proposal shown."""
    desk = handlers.studio.desk
    desk._session = Session(desk.project, OneTitle())  # the seam a real brain is set at
    op = {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "3", "key": "k" * 12}
    handlers.edit({"project": desk.id, "seq": 1, "ops": [op]})
    answer: dict[str, Any] = json.loads(handlers.ask({"project": desk.id, "words": "a title"}))
    end = time.monotonic() + WAIT_S
    while not answer["plan"]["shown"]:
        assert time.monotonic() < end, desk.problem
        answer = {"plan": handlers.desk()["plan"]}
    return answer


def _word(handlers: Handlers, shown: dict[str, Any], **more: Any) -> dict[str, Any]:
    payload = {
        "project": handlers.studio.desk.id, "decision": "approve", "nonce": shown["nonce"],
        "action_hash": shown["action_hash"], "revision": shown["revision"], **more,
    }  # fmt: skip
    answer: dict[str, Any] = json.loads(handlers.decide(payload))
    end = time.monotonic() + WAIT_S
    while handlers.studio.desk.activity is not None:
        assert time.monotonic() < end
        time.sleep(0.02)
    return answer


def _titles(handlers: Handlers) -> int:
    return len(history.current(handlers.studio.desk.project).titles)


def test_what_is_approved_is_what_was_shown_and_only_once(handlers: Handlers) -> None:
    shown = _asked(handlers)["plan"]["shown"]
    assert _titles(handlers) == 0
    _word(handlers, shown)
    assert _titles(handlers) == 1
    _word(handlers, shown)
    assert _titles(handlers) == 1 and handlers.studio.desk.problem


@pytest.mark.parametrize(
    "swap",
    [
        {"nonce": "guess"},
        {"action_hash": "0" * 64},
        {"revision": 0},
        {"decision": "do it"},
        {"project": "another"},
        {"timeline": {"tracks": []}},
        {"arguments": "rm -rf"},
    ],
)
def test_a_swapped_or_guessed_approval_runs_nothing(
    handlers: Handlers, swap: dict[str, Any]
) -> None:
    shown = _asked(handlers)["plan"]["shown"]
    _word(handlers, shown, **swap)
    assert _titles(handlers) == 0


def test_after_an_edit_by_hand_the_old_approval_runs_nothing(handlers: Handlers) -> None:
    shown = _asked(handlers)["plan"]["shown"]
    desk = handlers.studio.desk
    op = {"op": "split", "at_s": "1", "key": "s" * 12}
    handlers.edit({"project": desk.id, "seq": 2, "ops": [op]})
    assert handlers.desk()["plan"]["shown"]["stale"] is True
    _word(handlers, shown)
    assert _titles(handlers) == 0
    assert len(history.current(desk.project).clips()) == 2


def test_hostile_words_reach_the_page_as_they_are_and_as_data_only(handlers: Handlers) -> None:
    part = _asked(handlers)["plan"]
    fields = {field["name"]: field for field in part["shown"]["fields"]}
    assert fields["text"]["value"] == "<img src=x onerror=alert(1)>"
    assert part["shown"]["after"]["titles"][0]["text"] == "<img src=x onerror=alert(1)>"


def test_an_import_of_a_folder_that_is_not_there_is_said_and_no_job_is_made(
    handlers: Handlers, tmp_path: Path
) -> None:
    desk = handlers.studio.desk
    payload = {"project": desk.id, "folder": str(tmp_path / "nowhere")}
    answer = json.loads(handlers.import_folder(payload))
    assert "not there" in answer["problem"] and jobs.jobs(desk.project) == []


def test_an_empty_timeline_cannot_be_exported_and_says_so(handlers: Handlers) -> None:
    desk = handlers.studio.desk
    for kind in ("mp4", "otio", "edl"):
        payload = {"project": desk.id, "kind": kind, "key": "k" * 12}
        assert "empty" in json.loads(handlers.export(payload))["problem"]
    assert jobs.jobs(desk.project) == []


def test_a_job_left_by_a_dead_process_is_done_by_the_next_one(
    handlers: Handlers, tmp_path: Path
) -> None:
    folder = handlers.studio.desk.project.folder
    op = {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "1", "key": "k" * 12}
    handlers.edit({"project": handlers.studio.desk.id, "seq": 1, "ops": [op]})
    handlers.studio.close()
    with Project.open(folder) as project:
        jobs.enqueue(project, "render", {"name": "film-0002.mp4"}, key="left-behind")
        jobs.claim(project)  # and the process dies here
    desk = handlers.studio.open(folder)
    end = time.monotonic() + WAIT_S
    while not (job := jobs.jobs(desk.project)[0]).over:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert (job.status, job.result["export"]) == ("done", "film-0002.mp4")
    assert (folder / "exports" / "film-0002.mp4").stat().st_size > 0


def test_a_job_cut_short_by_closing_the_app_is_the_same_row_and_nobody_is_said_to_have_stopped_it(
    handlers: Handlers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(*_: Any, cancel: Callable[[], bool], **__: Any) -> None:
        begun.set()
        while not cancel():
            time.sleep(0.01)
        raise Cancelled("the ingest was stopped")

    monkeypatch.setattr("ui.jobs.ingest", endless)
    desk = handlers.studio.desk
    asked = desk.worker.ingest(tmp_path)
    assert begun.wait(WAIT_S)
    folder = desk.project.folder
    handlers.studio.close()
    with Project.open(folder, write=False) as project:
        [left] = jobs.jobs(project)
    assert (left.id, left.status, left.tries) == (asked.id, "waiting", 0)
    assert "the app closed" in left.detail
    begun.clear()
    desk = handlers.studio.open(folder)
    assert begun.wait(WAIT_S)
    handlers.cancel_job({"project": desk.id, "job_id": asked.id})
    end = time.monotonic() + WAIT_S
    while not (job := jobs.find(desk.project, asked.id)).over:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert (job.status, job.detail) == ("cancelled", "stopped by the creator")
    assert len(jobs.jobs(desk.project)) == 1


def test_a_stop_from_the_terminal_leaves_the_processes_of_a_job_to_the_job(
    handlers: Handlers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watched(*_: Any, **__: Any) -> None:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            os.kill(pool.submit(os.getpid).result(), signal.SIGINT)
            raise CreatorError(f"the worker lives and says {pool.submit(abs, -3).result()}")

    monkeypatch.setattr("ui.jobs.ingest", watched)
    desk = handlers.studio.desk
    asked = desk.worker.ingest(tmp_path)
    end = time.monotonic() + WAIT_S
    while not (job := jobs.find(desk.project, asked.id)).detail:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert job.detail == "the worker lives and says 3"


@pytest.mark.parametrize(
    ("passed_s", "share", "left_s"),
    [(30.0, 0.25, 90.0), (30.0, 1.0, 0.0), (0.01, 0.25, None), (30.0, 0.0, None)],
)
def test_what_is_left_of_work_is_told_at_its_pace_once_that_can_be_said(
    monkeypatch: pytest.MonkeyPatch, passed_s: float, share: float, left_s: float | None
) -> None:
    monkeypatch.setattr("ui.jobs.time.monotonic", lambda: 1000.0 + passed_s)
    assert remaining_s(1000.0, share) == left_s


def test_listening_is_told_as_a_stage_of_its_own_and_what_came_of_it(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[float, str]] = []

    def scripted(_: Project, folders: list[Path], *, progress: OnProgress, **__: Any) -> Any:
        progress(IngestProgress("talk.wav", 1.0, 1, 1, status="ok"))
        progress(IngestProgress("talk.wav", 0.5, 1, 1, listening=True))
        [live] = worker._live.values()
        told.append((live.done, str(live.files["talk.wav"]["status"])))
        return IngestReport((), 1.0, Fraction(8), listening="4 English words were written down.")

    def report(_: Project, __: int, share: float, detail: str) -> None:
        told.append((share, detail))

    monkeypatch.setattr("ui.jobs.ingest", scripted)
    monkeypatch.setattr("ui.jobs.REPORT_EVERY_S", -1.0)
    monkeypatch.setattr("ui.jobs.jobs.report", report)
    worker = Worker(project, Proxies(project))
    worker.ingest(tmp_path)
    job = jobs.claim(project)
    assert job is not None
    worker._live[job.id] = Live()
    worker._do(job)
    assert told == [(1.0, "talk.wav"), (0.5, "listening to talk.wav"), (1, "ok")]
    [shown] = job_views(project, worker)
    assert (shown["status"], shown["listening"]) == ("done", "4 English words were written down.")


def test_a_brain_that_cannot_be_had_leaves_the_rest_of_the_page(handlers: Handlers) -> None:
    project = handlers.studio.desk.project
    handlers.set_settings({"project": handlers.studio.desk.id, "changes": {"brain": "small"}})
    seen = handlers.desk()
    assert seen["project"]["id"] == handlers.studio.desk.id and len(seen["footage"]) == 3
    assert seen["plan"]["brain"] == "small" and "small" in seen["pulse"]["problem"]
    assert handlers.studio.desk.project is not project
