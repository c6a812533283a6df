"""Long work as the drawer of jobs shows it: what runs, waits, came out and went wrong.

All of it is read from the store, so that a closed tab or a restarted server loses none of it;
the worker adds how each file of a running ingest fares and how long the rest will take.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from project import jobs
from project.store import Project
from ui.jobs import Live, Worker
from ui.view import View

SHOWN = 30
SHOTS_SHOWN = 12
FILES_SHOWN = 200

_STATUS: dict[str, jobs.JobStatus] = {
    "working": "running",
    "applied": "done",
    "failed": "failed",
    "stopped": "cancelled",
}


class FileView(View):
    """How one file of an ingest fares."""

    name: str
    share: float
    status: str
    reason: str


class JobView(View):
    """One piece of long work. `id` is the row's, "shot-N" for a shot that the plan has made."""

    id: int | str
    kind: jobs.Kind
    status: jobs.JobStatus
    progress: float
    detail: str
    cancelling: bool
    what: str
    done: int
    all: int
    files: list[dict[str, Any]]
    export: str
    listening: str = ""  # what came of writing down what is said, and of looking for things
    footage_id: str = ""  # a shot that was made
    warnings: list[str]
    remaining_s: float | None = None
    created_at: str
    updated_at: str
    tries: int
    may: list[Literal["cancel", "again", "download", "watch", "find"]]


def job_views(project: Project, worker: Worker) -> list[dict[str, Any]]:
    """The newest work of every kind, newest first."""
    rows = [_job(job, worker.live(job.id)) for job in jobs.jobs(project, limit=SHOWN)]
    both = [*rows, *_shots(project)]
    return [view.model_dump() for view in sorted(both, key=lambda v: v.created_at, reverse=True)]


def _job(job: jobs.Job, live: Live | None) -> JobView:
    files = list(live.files.values()) if live else job.result.get("files", [])
    export = str(job.result.get("export", ""))
    return JobView(
        id=job.id,
        kind=job.kind,
        status=job.status,
        progress=job.progress,
        detail=job.detail,
        cancelling=job.cancel and not job.over,
        what=_called(job),
        done=live.done if live else len(files),
        all=live.all if live else len(files),
        files=files[-FILES_SHOWN:],
        export=export,
        listening=str(job.result.get("listening", "")),
        warnings=job.result.get("warnings", []),
        remaining_s=live.remaining_s(job.progress) if live else None,
        created_at=job.created_at,
        updated_at=job.updated_at,
        tries=job.tries,
        may=_may(job, export),
    )


def _may(job: jobs.Job, export: str) -> list[Any]:
    if not job.over:
        return ["cancel"]
    if job.status != "done":
        return ["again"] if job.kind in ("ingest", "render") else []
    if export:
        return ["watch", "download"]
    return ["find"] if job.kind == "ingest" else []


def _called(job: jobs.Job) -> str:
    """What the work is about, without a path."""
    if job.arguments.get("sample"):
        return "the sample project"
    folder = Path(str(job.arguments.get("folder", ""))).name
    return folder or str(job.arguments.get("name", ""))


def _shots(project: Project) -> list[JobView]:
    """The shots that an approved step makes or made: rows of the plan, not of the job table."""
    rows = project.rows(
        "SELECT step.id, step.intent, step.status, step.answer, proposal.work,"
        " proposal.created_at, decision.created_at AS decided_at"
        " FROM step JOIN proposal ON proposal.step_id = step.id"
        " JOIN decision ON decision.proposal_id = proposal.id AND decision.decision = 'approve'"
        " WHERE step.tool = 'fill' AND step.status IN ('working', 'applied', 'failed', 'stopped')"
        " ORDER BY decision.id DESC LIMIT ?",
        SHOTS_SHOWN,
    )
    return [_shot(row) for row in rows]


def _wanted(intent: str) -> str:
    """What a fill is to show, where its step says so."""
    _, _, words = intent.partition(" with: ")
    return words or intent


def _shot(row: Any) -> JobView:
    status = _STATUS[row["status"]]
    made = json.loads(row["work"]) if row["work"] else {}
    footage_id = str(made.get("made", {}).get("footage_id", ""))
    may: list[Any] = ["cancel"] if status == "running" else []
    return JobView(
        id=f"shot-{row['id']}",
        kind="generate",
        status=status,
        progress=1.0 if status == "done" else 0.0,
        detail="" if status == "running" else row["answer"],
        cancelling=False,
        what=_wanted(row["intent"]),
        done=0,
        all=0,
        files=[],
        export="",
        footage_id=footage_id,
        warnings=[],
        created_at=row["decided_at"],
        updated_at=row["decided_at"],
        tries=1,
        may=["watch"] if status == "done" and footage_id else may,
    )
