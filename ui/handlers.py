"""What the page's events do: check the payload, call the room that knows, answer with views.

Every handler takes what a browser sent and is a public endpoint: payloads are the closed types
of `ui.payloads`, the project is named by id, and what is approved is looked up, never taken from
the page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.session import Session
from agent.values import PlannedStep, PlanView
from index.corrections import correct
from project import history, jobs
from project.errors import CreatorError
from timeline.model import Clip
from timeline.time import TimeRange, clock, exact
from tools.export import write_exchange
from tools.filling.place import place_of
from ui import (
    bringing,
    exports,
    fill_view,
    job_view,
    model_tests,
    plan_view,
    settings_view,
    together,
    views,
)
from ui.answers import answered, envelope
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
    TestModel,
)
from ui.studio import Activity, Desk, Studio

MAX_STEPS = 60  # of one plan, walked without a person in between


class Handlers:
    """The handlers of one server, bound to its studio."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    # --- reading

    def desk(self) -> dict[str, Any]:
        """Everything a page needs when it opens."""
        if not self.studio.is_open:
            return {"project": None}
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
            return {"project": None}
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
            "project": desk.id,
            "revision": project.revision,
            "footage": ":".join(map(str, footage_stamp or ())),
            "plan": ":".join(map(str, decisions or ())),
            "activity": activity
            and {
                "what": activity.what,
                "share": activity.share,
                "detail": activity.detail,
                "picture": fill_view.making(project),
            },
            "problem": desk.problem,
            "jobs": job_view.job_views(project, desk.worker),
        }

    def _plan(self, desk: Desk) -> plan_view.PlanPart:
        settings = desk.project.settings
        return plan_view.plan_part(desk.project, desk.session.view(), settings.brain)

    # --- the page's events, each payload -> JSON text

    def edit(self, payload: object) -> str:
        """A batch of edits by hand; each op stands alone, the rest runs when one fails."""

        def work() -> str:
            batch = Batch.model_validate(payload)
            desk = self.studio.require(batch.project)
            done = together.run(desk.project, batch.ops, batch.revision)
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
            desk.turn("planning", lambda session, say, cancel: _ask(session, asked, say, cancel))
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
            if said.decision == "approve" and _takes_time(desk):
                what = "making it"
            desk.turn(what, lambda session, say, cancel: _decide(session, said, say, cancel))
            return self._turned(desk)

        return answered(payload, work)

    def make_shot(self, payload: object) -> str:
        """A fill proposed for a hole, or another take of a made shot: one more step to approve."""

        def work() -> str:
            asked = MakeShot.model_validate(payload)
            desk = self.studio.require(asked.project)
            planned, arguments = _fill_step(desk, asked)
            desk.turn(
                "looking for a way",
                lambda session, say, cancel: walk(
                    session, session.add_step(planned, arguments), say, cancel
                ),
            )
            return self._turned(desk)

        return answered(payload, work)

    def advance(self, payload: object) -> str:
        """The next proposal of the open plan, after a restart or a stop."""

        def work() -> str:
            desk = self.studio.require(Payload.model_validate(payload).project)
            desk.turn("thinking", lambda session, say, cancel: walk(session, None, say, cancel))
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


def _takes_time(desk: Desk) -> bool:
    view = desk.session.view()
    return bool(view and view.shown and view.shown.proposal.effect in ("slow", "paid"))


def _fill_step(desk: Desk, asked: MakeShot) -> tuple[PlannedStep, dict[str, Any]]:
    """The fill of a hole or made shot, in words and arguments. Raises EditError, CreatorError."""
    place = place_of(asked.item_id, history.current(desk.project))
    if not isinstance(place.item, Clip):
        wanted = asked.words.strip() or place.wanted
        what = f" with: {wanted}" if wanted else ""
        intent = f"fill the hole at {clock(place.at_s)}{what}"
        return PlannedStep(tool="fill", intent=intent), {"gap": place.item.id, "words": asked.words}
    if place.item.origin is None:
        raise CreatorError(f"{place.item.name} was filmed; only made shots have takes")
    intent = f"another take of the made shot at {clock(place.at_s)}"
    return PlannedStep(tool="fill", intent=intent), {"gap": place.item.id, "another": True}


def _ask(
    session: Session, asked: Ask, say: Callable[[float, str], None], cancel: Callable[[], bool]
) -> PlanView | None:
    say(0.0, "")
    return walk(session, session.ask(asked.words, cancel), say, cancel)


def _decide(
    session: Session, said: Decide, say: Callable[[float, str], None], cancel: Callable[[], bool]
) -> PlanView | None:
    view = session.decide(
        said.decision,
        nonce=said.nonce,
        action_hash=said.action_hash,
        revision=said.revision,
        arguments=said.arguments,
        note=said.note,
        progress=say,
        cancel=cancel,
    )
    return walk(session, view, say, cancel)


def walk(
    session: Session,
    view: PlanView | None,
    say: Callable[[float, str], None],
    cancel: Callable[[], bool],
) -> PlanView | None:
    """On to the next proposal a person must see, through the steps that only read."""
    view = view or session.view()
    for _ in range(MAX_STEPS):
        if view is None or view.finished or view.shown is not None or cancel():
            return view
        view = session.advance(progress=say, cancel=cancel)
        if view.running is not None:
            return view  # another turn is at it
    return view
