"""Long work as rows: it outlives the browser and the process, and stops after two tries.

    enqueue -> waiting -> claim -> running -> finish -> done
                  ^                   |-> fail: waiting again, after two tries failed
                  |-- interrupted <---|-> cancel: cancelled
                  |-- put_back <------|

Only the process that has the project open for writing works on jobs, so a job that is
`running` when the project is opened was left by a process that died.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from project.errors import CreatorError
from project.store import Project, now

Kind = Literal["ingest", "render", "generate", "caption", "listen"]
JobStatus = Literal["waiting", "running", "done", "failed", "cancelled"]
MOST_TRIES = 2


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of long work as the store has it. progress: share done, 0 to 1."""

    id: int
    kind: Kind
    arguments: dict[str, Any]
    status: JobStatus
    progress: float
    detail: str
    result: dict[str, Any]
    tries: int
    cancel: bool
    key: str
    created_at: str
    updated_at: str

    @property
    def over(self) -> bool:
        return self.status in ("done", "failed", "cancelled")


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        arguments=json.loads(row["arguments"]),
        status=row["status"],
        progress=row["progress"],
        detail=row["detail"],
        result=json.loads(row["result"]),
        tries=row["tries"],
        cancel=bool(row["cancel"]),
        key=row["key"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def enqueue(project: Project, kind: Kind, arguments: dict[str, Any], *, key: str) -> Job:
    """A new job that waits. The same key again is the same job, whatever its arguments."""
    moment = now()
    with project.transaction() as db:
        db.execute(
            "INSERT INTO job (kind, arguments, status, key, created_at, updated_at)"
            " VALUES (?, ?, 'waiting', ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (kind, json.dumps(arguments, ensure_ascii=False), key, moment, moment),
        )
        return _job(db.execute("SELECT * FROM job WHERE key = ?", (key,)).fetchone())


def claim(project: Project, *, kinds: tuple[Kind, ...] = ()) -> Job | None:
    """The oldest waiting job, now running and one try older; None when none waits."""
    only = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    with project.transaction() as db:
        row = db.execute(
            "UPDATE job SET status = 'running', tries = tries + 1, progress = 0, detail = '',"
            f" updated_at = ? WHERE id = (SELECT id FROM job WHERE status = 'waiting'{only}"
            " ORDER BY id LIMIT 1) RETURNING *",
            (now(), *kinds),
        ).fetchone()
    return _job(row) if row else None


def report(project: Project, job_id: int, share: float, detail: str = "") -> bool:
    """How far a running job is, 0 to 1. True where its worker should stop: it was cancelled."""
    with project.transaction() as db:
        db.execute(
            "UPDATE job SET progress = ?, detail = ?, updated_at = ?"
            " WHERE id = ? AND status = 'running'",
            (min(1.0, max(0.0, share)), detail, now(), job_id),
        )
    return is_cancelled(project, job_id)


def finish(project: Project, job_id: int, result: dict[str, Any] | None = None) -> Job:
    """A running job, done with `result`. Call it in the transaction of the job's effect."""
    return _end(project, job_id, "done", progress=1.0, result=result or {})


def fail(project: Project, job_id: int, reason: str) -> Job:
    """A running job that failed: waiting once more, or failed for good after two tries."""
    job = find(project, job_id)
    if job.cancel:
        return _end(project, job_id, "cancelled", detail=reason)
    status: JobStatus = "waiting" if job.tries < MOST_TRIES else "failed"
    return _end(project, job_id, status, detail=reason)


def cancel(project: Project, job_id: int) -> Job:
    """A job told to stop. One that waits is cancelled now, a running one by its worker.

    A job that is over stays as it is.
    """
    with project.transaction() as db:
        db.execute(
            "UPDATE job SET cancel = 1, updated_at = ?,"
            " status = CASE status WHEN 'waiting' THEN 'cancelled' ELSE status END"
            " WHERE id = ? AND status IN ('waiting', 'running')",
            (now(), job_id),
        )
    return find(project, job_id)


def stopped(project: Project, job_id: int) -> Job:
    """A running job that its worker gave up because it was cancelled."""
    return _end(project, job_id, "cancelled", detail="stopped by the creator")


def put_back(project: Project, job_id: int) -> Job:
    """A running job that waits for the next start, because the app closes; it was no try."""
    with project.transaction() as db:
        db.execute(
            "UPDATE job SET tries = tries - 1 WHERE id = ? AND status = 'running'", (job_id,)
        )
        return _end(
            project, job_id, "waiting", detail="cut short when the app closed; goes on by itself"
        )


def is_cancelled(project: Project, job_id: int) -> bool:
    """Whether the creator asked this job to stop."""
    row = project.row("SELECT cancel FROM job WHERE id = ?", job_id)
    return bool(row and row["cancel"])


def interrupted(project: Project) -> list[Job]:
    """Jobs a dead process left running, each put back: waiting, failed after two tries.

    Called once when a worker starts, before it claims anything.
    """
    left = project.rows("SELECT id FROM job WHERE status = 'running' ORDER BY id")
    reason = "cut short: Roughcut ended while it was at work on this"
    return [fail(project, row["id"], reason) for row in left]


def find(project: Project, job_id: int) -> Job:
    """The job with this id. Raises CreatorError."""
    row = project.row("SELECT * FROM job WHERE id = ?", job_id)
    if row is None:
        raise CreatorError(f"there is no job {job_id} in this project")
    return _job(row)


def waiting(project: Project) -> list[Job]:
    """The jobs nobody works on yet, oldest first."""
    return [_job(r) for r in project.rows("SELECT * FROM job WHERE status='waiting' ORDER BY id")]


def jobs(project: Project, *, limit: int = 100) -> list[Job]:
    """The newest jobs of any status, newest first."""
    return [_job(r) for r in project.rows("SELECT * FROM job ORDER BY id DESC LIMIT ?", limit)]


def _end(
    project: Project,
    job_id: int,
    status: JobStatus,
    *,
    progress: float | None = None,
    detail: str = "",
    result: dict[str, Any] | None = None,
) -> Job:
    with project.transaction() as db:
        row = db.execute(
            "UPDATE job SET status = ?, progress = COALESCE(?, progress), detail = ?,"
            " result = ?, updated_at = ? WHERE id = ? AND status = 'running' RETURNING *",
            (
                status,
                progress,
                detail,
                json.dumps(result or {}, ensure_ascii=False),
                now(),
                job_id,
            ),
        ).fetchone()
    if row is None:
        known = find(project, job_id)
        raise CreatorError(
            f"job {job_id} was to become {status}, but it is {known.status};"
            " only a running job can end, so claim it first"
        )
    return _job(row)
