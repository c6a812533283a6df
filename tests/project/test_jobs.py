"""Jobs: rows that outlive processes, claimed once, tried twice, stopped when asked."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from project import jobs
from project.errors import CreatorError
from project.store import Project


def test_the_same_key_is_the_same_job(project: Project) -> None:
    first = jobs.enqueue(project, "render", {"out": "a.mp4"}, key="k")
    again = jobs.enqueue(project, "render", {"out": "b.mp4"}, key="k")
    assert again == first
    assert [job.id for job in jobs.waiting(project)] == [first.id]


def test_jobs_are_claimed_oldest_first_and_once(project: Project) -> None:
    for name in "abc":
        jobs.enqueue(project, "ingest", {"folder": name}, key=name)
    got: list[str] = []

    def work() -> None:
        while job := jobs.claim(project):
            got.append(job.arguments["folder"])

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["a", "b", "c"]
    assert {job.tries for job in jobs.jobs(project)} == {1}


def test_a_claim_can_ask_for_kinds(project: Project) -> None:
    jobs.enqueue(project, "render", {}, key="r")
    made = jobs.enqueue(project, "generate", {}, key="g")
    claimed = jobs.claim(project, kinds=("generate",))
    assert claimed is not None and claimed.id == made.id
    assert jobs.claim(project, kinds=("ingest",)) is None


def test_a_job_reports_and_finishes_with_its_result(project: Project) -> None:
    jobs.enqueue(project, "render", {}, key="k")
    job = jobs.claim(project)
    assert job is not None
    assert jobs.report(project, job.id, 0.5, "part 3 of 6") is False
    seen = jobs.find(project, job.id)
    assert (seen.status, seen.progress, seen.detail) == ("running", 0.5, "part 3 of 6")
    done = jobs.finish(project, job.id, {"out": "film.mp4"})
    assert (done.status, done.progress, done.result) == ("done", 1.0, {"out": "film.mp4"})
    with pytest.raises(CreatorError, match="it is done"):
        jobs.finish(project, job.id)


def test_a_poison_job_stops_after_two_tries_and_the_rest_goes_on(project: Project) -> None:
    poison = jobs.enqueue(project, "ingest", {}, key="poison")
    jobs.enqueue(project, "ingest", {}, key="good")
    outcomes = []
    while job := jobs.claim(project):
        if job.key == "poison":
            outcomes.append(jobs.fail(project, job.id, "it broke").status)
        else:
            outcomes.append(jobs.finish(project, job.id).status)
    assert outcomes == ["waiting", "failed", "done"]
    assert jobs.find(project, poison.id).detail == "it broke"


def test_cancelling_stops_a_waiting_job_now_and_tells_the_worker_of_a_running_one(
    project: Project,
) -> None:
    waits = jobs.enqueue(project, "render", {}, key="a")
    assert jobs.cancel(project, waits.id).status == "cancelled"
    jobs.enqueue(project, "render", {}, key="b")
    runs = jobs.claim(project)
    assert runs is not None
    jobs.cancel(project, runs.id)
    assert jobs.report(project, runs.id, 0.1) is True
    assert jobs.stopped(project, runs.id).status == "cancelled"
    assert jobs.cancel(project, runs.id).status == "cancelled"
    assert jobs.claim(project) is None


def test_a_cancelled_job_that_fails_on_the_way_out_is_not_tried_again(project: Project) -> None:
    jobs.enqueue(project, "render", {}, key="a")
    job = jobs.claim(project)
    assert job is not None
    jobs.cancel(project, job.id)
    assert jobs.fail(project, job.id, "worker ended").status == "cancelled"


def test_jobs_left_running_by_a_dead_process_wait_again_but_only_once(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        jobs.enqueue(project, "ingest", {}, key="k")
        jobs.claim(project)
    with Project.open(tmp_path / "p") as project:
        assert [job.status for job in jobs.interrupted(project)] == ["waiting"]
        jobs.claim(project)
    with Project.open(tmp_path / "p") as project:
        left = jobs.interrupted(project)
        assert [(job.status, job.tries) for job in left] == [("failed", 2)]
        assert jobs.interrupted(project) == []


def test_a_job_cut_short_by_closing_the_app_goes_on_as_itself_however_often(
    tmp_path: Path,
) -> None:
    with Project.create(tmp_path / "p") as project:
        first = jobs.enqueue(project, "ingest", {}, key="k")
    for _ in range(3):
        with Project.open(tmp_path / "p") as project:
            job = jobs.claim(project)
            assert job is not None and (job.id, job.tries) == (first.id, 1)
            back = jobs.put_back(project, job.id)
            assert (back.status, back.tries) == ("waiting", 0) and "the app closed" in back.detail
            assert len(jobs.jobs(project)) == 1


def test_an_unknown_job_is_named(project: Project) -> None:
    with pytest.raises(CreatorError, match="no job 7"):
        jobs.fail(project, 7, "why")
