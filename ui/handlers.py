"""What the page's events do: check the payload, call the room that knows, answer with views.

Every handler takes what a browser sent and is a public endpoint: payloads are the closed types
of `ui.payloads`, the project is named by id, and what is approved is looked up, never taken from
the page.
"""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path
from typing import Any

from agent.preferring import PreferArguments
from index.corrections import correct
from project import history, jobs
from project.errors import CreatorError
from timeline.time import TimeRange, exact
from tools.export import write_exchange
from ui import (
    bringing,
    exports,
    fill_view,
    job_view,
    model_tests,
    plan_view,
    preferring,
    recent,
    settings_view,
    together,
    turns,
    views,
)
from ui.answers import answered, envelope
from ui.jobs import remaining_s
from ui.payloads import (
    Again,
    Ask,
    Batch,
    Change,
    Correct,
    Decide,
    Export,
    Import,
    JobOf,
    MakeShot,
    Nothing,
    OpenProject,
    Payload,
    Preferred,
    Recent,
    TestModel,
)
from ui.selection import meant
from ui.studio import Activity, Desk, Studio


class Handlers:
    """The handlers of one server, bound to its studio."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.id = secrets.token_hex(8)  # a page that meets another one loads itself anew

    # --- reading

    def desk(self) -> dict[str, Any]:
        """Everything a page needs when it opens."""
        if not self.studio.is_open:
            found = [one.model_dump() for one in recent.recent()]
            return {"project": None, "recent": found, "pulse": self.pulse()}
        desk = self.studio.desk
        return {
            "project": {"id": desk.id, "name": desk.project.folder.name},
            "desk": views.desk_view(desk.project).model_dump(),
            "plan": self._plan(desk).model_dump(),
            "footage": [view.model_dump() for view in views.footage_views(desk.project)],
            "pulse": self.pulse(),
        }

    def pulse(self) -> dict[str, Any]:
        """The small part that is asked for often: revisions, jobs, what the agent does."""
        if not self.studio.is_open:
            return {"server": self.id, "project": None, "reopening": self.studio.reopening}
        desk = self.studio.desk
        project = desk.project
        activity: Activity | None = desk.activity
        footage_stamp = project.row(
            "SELECT count(*) AS n, coalesce(sum(length(title) + length(summary)), 0) AS words,"
            " coalesce(max(rowid), 0) AS last FROM footage"
        )
        decisions = project.row(
            "SELECT (SELECT count(*) FROM message) AS m, (SELECT count(*) FROM decision) AS d,"
            " (SELECT count(*) FROM proposal) AS p"
        )
        return {
            "server": self.id,
            "project": desk.id,
            "revision": project.revision,
            "footage": ":".join(map(str, footage_stamp or ())),
            "plan": ":".join(map(str, decisions or ())),
            "activity": activity
            and {
                "what": activity.what,
                "share": activity.share,
                "detail": activity.detail,
                "remaining_s": remaining_s(activity.begun, activity.share),
                "picture": fill_view.making(project),
            },
            "problem": desk.problem,
            "jobs": job_view.job_views(project, desk.worker),
        }

    def _plan(self, desk: Desk) -> plan_view.PlanPart:
        brain, view = desk.project.settings.brain, None
        try:
            view = desk.session.view()
        except CreatorError as error:  # a brain that cannot be had; all else can be worked with
            desk.problem = str(error)
        return plan_view.plan_part(desk.project, view, brain)

    # --- the page's events, each payload -> JSON text

    def edit(self, payload: object) -> str:
        """A batch of edits by hand; each op stands alone, the rest runs when one fails."""

        def work() -> str:
            batch = Batch.model_validate(payload)
            desk = self.studio.require(batch.project)
            with desk.by_hand():
                done = together.run(desk.project, batch.ops, batch.drawn_on)
                return envelope(
                    ack=batch.seq,
                    desk=views.desk_view(desk.project),
                    used=sorted(_used(desk)),
                    problem="; ".join(done.problems) or None,
                    notice=done.notice or None,
                )

        return answered(payload, work)

    def ask(self, payload: object) -> str:
        """A goal or an answer in words; the first proposal follows."""

        def work() -> str:
            asked = Ask.model_validate(payload)
            desk = self.studio.require(asked.project)
            words = meant(asked.words, desk.project, asked.selection, desk.since)
            desk.turn("planning", partial(turns.ask, words))
            return self._turned(desk)

        return answered(payload, work)

    def decide(self, payload: object) -> str:
        """A decision about the shown proposal, then the next one."""

        def work() -> str:
            said = Decide.model_validate(payload)
            desk = self.studio.require(said.project)
            if said.decision == "stop":
                desk.stop_turn()
            what = {"approve": "applying", "change": "changing"}.get(said.decision, said.decision)
            if said.decision == "approve" and turns.takes_time(desk):
                what = "making it"
            desk.turn(what, partial(turns.decide, said))
            return self._turned(desk)

        return answered(payload, work)

    def make_shot(self, payload: object) -> str:
        """A fill proposed for a hole, or another take of a made shot: one more step to approve."""

        def work() -> str:
            asked = MakeShot.model_validate(payload)
            desk = self.studio.require(asked.project)
            desk.turn("looking for a way", turns.filling(desk, asked))
            return self._turned(desk)

        return answered(payload, work)

    def advance(self, payload: object) -> str:
        """The next proposal of the open plan, after a restart or a stop."""

        def work() -> str:
            desk = self.studio.require(Payload.model_validate(payload).project)
            desk.turn("thinking", turns.go_on)
            return self._turned(desk)

        return answered(payload, work)

    def stop(self, payload: object) -> str:
        """Whatever the agent does ended; with nothing running, the open plan is stopped."""

        def work() -> str:
            desk = self.studio.require(Payload.model_validate(payload).project)
            desk.stop_turn()
            if desk.activity is None:
                desk.session.stop()
            return self._turned(desk)

        return answered(payload, work)

    def open_project(self, payload: object) -> str:
        def work() -> str:
            asked = OpenProject.model_validate(payload)
            self.studio.open(Path(asked.folder), create=asked.create)
            return envelope(opened=True)

        return answered(payload, work)

    def reopen(self, payload: object) -> str:
        """A project of the list of recent ones opened."""

        def work() -> str:
            self.studio.open(recent.found(Recent.model_validate(payload).id))
            return envelope(opened=True)

        return answered(payload, work)

    def forget(self, payload: object) -> str:
        """A project off the list of recent ones."""

        def work() -> str:
            recent.forget(recent.found(Recent.model_validate(payload).id))
            return envelope(recent=[one.model_dump() for one in recent.recent()])

        return answered(payload, work)

    def import_folder(self, payload: object) -> str:
        """An ingest job for a folder on this machine."""

        def work() -> str:
            asked = Import.model_validate(payload)
            desk = self.studio.require(asked.project)
            folder = Path(asked.folder).expanduser()
            if not folder.exists():
                raise CreatorError(f"{folder} is not there; type the path of a folder or file")
            desk.worker.ingest(folder.resolve())
            return envelope(pulse=self.pulse())

        return answered(payload, work)

    def sample(self, payload: object) -> str:
        """The sample project made and opened."""

        def work() -> str:
            Nothing.model_validate(payload)
            bringing.open_sample(self.studio)
            return envelope(opened=True)

        return answered(payload, work)

    def brought(self, payload: object) -> str:
        """An ingest job for what was dropped on the page."""

        def work() -> str:
            desk = self.studio.require(Payload.model_validate(payload).project)
            desk.worker.ingest(bringing.dropped(desk.project), more=True)
            return envelope(pulse=self.pulse())

        return answered(payload, work)

    def correct(self, payload: object) -> str:
        """A correction that lasts."""

        def work() -> str:
            asked = Correct.model_validate(payload)
            desk = self.studio.require(asked.project)
            span = (
                TimeRange(exact(asked.start_s), exact(asked.end_s))
                if asked.start_s is not None and asked.end_s is not None
                else None
            )
            correct(desk.project, asked.footage_id, asked.field, asked.value, span=span)
            return envelope(footage=_footage(desk))

        return answered(payload, work)

    def export(self, payload: object) -> str:
        """A video as a job, or an exchange file at once."""

        def work() -> str:
            asked = Export.model_validate(payload)
            desk = self.studio.require(asked.project)
            if asked.kind == "mp4":
                desk.worker.render(asked.key)
                return envelope(pulse=self.pulse())
            out = exports.place(desk.project, asked.kind)
            write_exchange(desk.project, asked.kind, out)
            return envelope(exported=out.name)

        return answered(payload, work)

    def cancel_job(self, payload: object) -> str:
        def work() -> str:
            asked = JobOf.model_validate(payload)
            desk = self.studio.require(asked.project)
            jobs.cancel(desk.project, asked.job_id)
            return envelope(pulse=self.pulse())

        return answered(payload, work)

    def try_again(self, payload: object) -> str:
        """The work of a job that failed or was cancelled, put again."""

        def work() -> str:
            asked = Again.model_validate(payload)
            desk = self.studio.require(asked.project)
            desk.worker.again(asked.job_id, asked.key)
            return envelope(pulse=self.pulse())

        return answered(payload, work)

    def set_settings(self, payload: object) -> str:
        """Settings written into their file; the project goes on with them."""

        def work() -> str:
            asked = Change.model_validate(payload)
            desk = self.studio.require(asked.project)
            settings_view.save(desk.project, asked.changes)
            self.studio.again()
            return envelope(opened=True)

        return answered(payload, work)

    def prefer(self, payload: object) -> str:
        """What a creator prefers, said, reworded or forgotten."""

        def work() -> str:
            asked = Preferred.model_validate(payload)
            project = self.studio.require(asked.project).project
            change = asked.model_dump(include={"action", "words", "number"})
            preferring.prefer(project, PreferArguments.model_validate(change))
            found = preferring.preference_views(project)
            return envelope(preferences=[one.model_dump() for one in found])

        return answered(payload, work)

    def test_model(self, payload: object) -> str:
        """One real call to a model, with what stands on the page."""

        def work() -> str:
            asked = TestModel.model_validate(payload)
            desk = self.studio.require(asked.project)
            try:
                settings = settings_view.changed(desk.project.settings, asked.changes)
            except CreatorError as error:
                return envelope(tested={"part": asked.part, "ok": False, "words": str(error)})
            return envelope(tested=model_tests.tested(asked.part, settings))

        return answered(payload, work)

    def _turned(self, desk: Desk) -> str:
        return envelope(
            plan=self._plan(desk),
            desk=views.desk_view(desk.project),
            pulse=self.pulse(),
            problem=desk.problem or None,
        )


def _used(desk: Desk) -> frozenset[str]:
    return views.used_footage(history.current(desk.project))


def _footage(desk: Desk) -> list[dict[str, Any]]:
    return [view.model_dump() for view in views.footage_views(desk.project)]
