"""The loop: a goal becomes a plan, and its steps become approved edits, one at a time.

A session keeps nothing of its own: goal, steps, proposals and decisions are rows in the store.
Make one per request or per process; kill it anywhere, make another, and the plan stands where
it stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from agent import approval, caps, made, ready, replan, state, versions, why_words
from agent.brain import all_tools, make_brain
from agent.proposing import Outcome, propose, propose_step
from agent.stream import Speaks, Told
from agent.values import (
    Brain,
    DecisionWord,
    Goal,
    Plan,
    PlannedStep,
    PlanView,
    Shown,
    Step,
    StepStatus,
)
from agent.versions import Ready
from agent.why import Why
from media.errors import Cancelled
from project.errors import (
    BadArguments,
    BrainError,
    CapReached,
    CreatorError,
    NothingToDo,
    StaleProposal,
)
from project.store import Project
from timeline.errors import EditError
from tools.shape import Cancel, Progress, Tool

MOST_WAITING = 20  # steps of a plan, before another program may add no more


def _quiet(share: float, what: str) -> None:
    """Progress nobody watches."""


def _never() -> bool:
    return False


class Session:
    """An agent at work on one project. `told` hears what a model writes, piece by piece."""

    def __init__(
        self,
        project: Project,
        brain: Brain | None = None,
        tools: Mapping[str, Tool] | None = None,
        told: Told | None = None,
    ) -> None:
        self.project, self.told = project, told
        self.tools = dict(tools) if tools is not None else all_tools()
        self.brain = brain or make_brain(project.settings, self.tools)

    # --- saying and seeing

    def _heard(self, cancel: Cancel | None) -> AbstractContextManager[None]:
        """The brain heard and stopped from here, where it is one that can be."""
        if isinstance(self.brain, Speaks):
            return self.brain.heard_by(self.told, cancel)
        return nullcontext()

    def ask(self, words: str, cancel: Cancel | None = None, *, guest: bool = False) -> PlanView:
        """A plan for what the creator typed, or a question; an open plan is replaced by a plan.

        A `guest` is another program: it replaces no open plan, and what it asks is paid from the
        meter of the goal at hand. Raises CreatorError when the brain cannot be reached,
        CapReached, Cancelled.
        """
        words = words.strip()
        if guest:
            self._let_in(words)
        else:
            caps.reset(self.project)
            state.say(self.project, "creator", words)
        said = made.take_wish(words)
        about = self._about_versions(words) or self._about_reasons(words)
        if about is None and said is not None:
            about = self._about_takes(said)
        if about is not None:
            return about
        written = None
        try:
            with self._heard(cancel):
                written = ready.plan(words, self.brain, self.project)
                plan = written.plan if written else self.brain.plan(words, self.project)
        except (CapReached, Cancelled) as error:
            state.say(self.project, "assistant", f"No plan was made: {error}.", {"kind": "stopped"})
            raise
        except BrainError as error:
            plan = Plan(goal=Goal(text=words), question=f"I could not make a plan: {error}")
        if plan.question or not plan.steps:
            return self._question(plan)
        return self._open(words, plan, written.arguments if written else (), guest=guest)

    def begin(self, words: str, written: Ready) -> PlanView:
        """A plan that was made elsewhere, opened as if the creator had asked for it in `words`."""
        caps.reset(self.project)
        state.say(self.project, "creator", words)
        if written.plan.question or not written.plan.steps:
            return self._question(written.plan)
        return self._open(words, written.plan, written.arguments)

    def _about_versions(self, words: str) -> PlanView | None:
        """Another version of the cut that is shown; None where it is for a plan of its own."""
        view = self._newest()
        shown = view.shown if view is not None and not view.finished else None
        if view is None or shown is None or shown.step.tool != "storyboard":
            return None
        if versions.picked(words, self.project, shown) is None:
            return None
        try:
            self._change(view, state.proposal_at(self.project, shown.id), None, words)
        except (BadArguments, EditError) as error:
            state.say(self.project, "assistant", str(error), {"kind": "answer"})
        return self._require()

    def _about_reasons(self, words: str) -> PlanView | None:
        """Why something is so, answered beside an open plan: what is shown goes on waiting.

        None where no plan is open, or it is no such question: it is for the brain then.
        """
        view, asked = self._newest(), why_words.asked(words)
        if asked is None or view is None or view.finished:
            return None
        try:
            told = propose(self.project, Why(), asked.arguments).proposal.answer
        except BadArguments as error:
            told = str(error)
        state.say(self.project, "tool", told, {"kind": "answer", "plan": view.id})
        return view

    def _about_takes(self, said: made.TakeWish) -> PlanView | None:
        """Words about takes while a plan is open: they change or join it, nothing is replaced.

        None where it is for the brain to say.
        """
        view = self._newest()
        if view is None or view.finished:
            return None
        shown = view.shown
        if shown is not None and shown.step.tool == "fill" and shown.step.status == "proposed":
            return self._over_shown(view, shown, said)
        if made.unclear(said, self.project):
            return None
        planned, arguments = made.step_for(said, self.project)
        view = self.add_step(planned, arguments)
        state.say(self.project, "assistant", f"Next: {planned.intent}.", {"kind": "plan"})
        return view

    def _over_shown(self, view: PlanView, shown: Shown, said: made.TakeWish) -> PlanView:
        """The fill that is shown with another seed or take; skipped where the old one is kept."""
        stored = state.proposal_at(self.project, shown.id)
        same = made.same_again(said, stored.proposal)
        if same:
            state.say(self.project, "assistant", same, {"kind": "answer"})
            return view
        different = made.over(said, stored.proposal)
        if different is None:
            self._skip(view, stored, said.words)
            state.say(self.project, "assistant", "The take that stands is kept.", {"kind": "kept"})
            return self._require()
        try:
            self._change(view, stored, different, said.words)
        except (BadArguments, EditError) as error:
            told = str(error).rstrip(".")
            told = f"{told[:1].upper()}{told[1:]}. What was proposed still stands."
            state.say(self.project, "assistant", told, {"kind": "answer"})
        return self._require()

    def add_step(self, planned: PlannedStep, arguments: dict[str, Any]) -> PlanView:
        """One more step, next in the open plan, or in a plan of its own. `advance` proposes it.

        A step that is shown waits behind it. Raises CreatorError while a step is being made.
        """
        view = self._newest()
        if view is None or view.finished:
            with self.project.transaction():
                goal = Goal(text=planned.intent)
                plan_id = state.open_plan(
                    self.project, planned.intent, goal, self.brain.name, [planned]
                )
                [step] = state.steps(self.project, plan_id)
                state.set_step(self.project, step.id, "waiting", arguments=arguments)
            return self._require()
        if view.running is not None:
            raise CreatorError("a step is being made; wait for it, or stop it first")
        with self.project.transaction():
            ended = [s.ordinal for s in view.steps if s.status not in ("waiting", "proposed")]
            if view.shown is not None and view.shown.step.status == "proposed":
                self._stale(view.shown.id, view.shown.step)
            state.insert_after(
                self.project, view.id, max(ended, default=-1), [(planned, arguments)]
            )
        return self._require()

    def suggest(self, planned: PlannedStep, arguments: dict[str, Any]) -> Outcome:
        """What another program wants done: proposed, and shown for a person to decide.

        Whatever the settings approve by themselves, this is not approved. What only answers is
        not kept as a step. Raises BadArguments, EditError, CreatorError, CapReached.
        """
        tool = self.tools.get(planned.tool)
        if tool is None:
            raise BadArguments(f"there is no tool {planned.tool!r}; there are {sorted(self.tools)}")
        outcome = propose(self.project, tool, arguments, metered=False)
        if not _runs_by_itself(outcome):
            self._room_for_more()
            with self.project.transaction():
                view = self.add_step(planned, arguments)
                step = next(s for s in view.steps if s.status == "waiting")
                state.mark_guest(self.project, [step])
                self._show(step, outcome)
        return outcome

    def _let_in(self, words: str) -> None:
        """Another program asks for a plan; the creator's own is not taken away for it."""
        view = self._newest()
        if view is not None and not view.finished:
            raise CreatorError(
                "the creator's plan is open; propose single edits, or ask again when it is done"
            )
        state.say(self.project, "tool", f"Another program asks: {words}", {"kind": "guest"})

    def _room_for_more(self) -> None:
        view = self._newest()
        left = () if view is None or view.finished else view.steps
        waiting = sum(step.status in ("waiting", "proposed") for step in left)
        if waiting >= MOST_WAITING:
            raise CreatorError(
                f"{waiting} steps wait for the creator already; ask again when some are decided"
            )

    def _question(self, plan: Plan) -> PlanView:
        question = plan.question or "I found nothing to do in that. What should the film be?"
        state.say(self.project, "assistant", question, {"kind": "question"})
        return PlanView(0, plan.goal, self.brain.name, (), None, question, status="done")

    def _open(
        self, words: str, plan: Plan, arguments: Sequence[dict[str, Any] | None] = (), *,
        guest: bool = False,
    ) -> PlanView:  # fmt: skip
        with self.project.transaction():
            plan_id = state.open_plan(self.project, words, plan.goal, self.brain.name, plan.steps)
            if guest:
                state.mark_guest(self.project, state.steps(self.project, plan_id))
            if arguments:
                state.bind_steps(self.project, plan_id, arguments)
            lines = [f"{n}. {step.intent}" for n, step in enumerate(plan.steps, start=1)]
            state.say(
                self.project,
                "assistant",
                "My plan:\n" + "\n".join(lines),
                {"kind": "plan", "plan": plan_id},
            )
            if plan.notes:
                told = {"kind": "note", "plan": plan_id}
                state.say(self.project, "assistant", "\n".join(plan.notes), told)
        return state.view(self.project, plan_id)

    def view(self) -> PlanView | None:
        """The open plan, else the last one, else None; with the question asked since, if any."""
        view, question = self._newest(), state.open_question(self.project)
        if view is not None and (view.status == "open" or not question):
            return replace(view, question=question)
        if question:
            return PlanView(0, Goal(text=""), self.brain.name, (), None, question, status="done")
        return None

    def _newest(self) -> PlanView | None:
        plan_id = state.newest_plan(self.project)
        return state.view(self.project, plan_id) if plan_id is not None else None

    def _require(self) -> PlanView:
        view = self._newest()
        if view is None:
            raise NothingToDo("there is no plan yet; say what the film should be")
        return view

    # --- going on

    def advance(self, progress: Progress | None = None, cancel: Cancel | None = None) -> PlanView:
        """The next step proposed. `read` steps run by themselves; the plan may end here.

        Goes on where a killed process stopped: approved slow work is finished first, a proposal
        the project has moved away from is made again. Raises CapReached, CreatorError.
        """
        progress, cancel = progress or _quiet, cancel or _never
        while True:
            view = self._require()
            if view.finished or cancel():
                return view
            working = view.running
            if working is not None:
                approval.finish(
                    self.project, self.tools, view.id, working.id, progress=progress, cancel=cancel
                )
                if state.step(self.project, working.id).status == "working":
                    return self._require()  # another thread is at it
                continue
            if view.shown is not None:
                if view.shown.revision == self.project.revision or view.shown.step.status == (
                    "failed"
                ):
                    return view
                self._stale(view.shown.id, view.shown.step)
                continue
            step = next((s for s in view.steps if s.status == "waiting"), None)
            if step is None:
                state.close_if_done(self.project, view.id)
                return self._require()
            try:
                with self._heard(cancel):
                    shows = self._take(view, step, progress, cancel)
            except Cancelled:
                return self._require()  # the step waits as it did
            if shows:
                return self._require()

    def _take(self, view: PlanView, step: Step, progress: Progress, cancel: Cancel) -> bool:
        """One waiting step proposed, or run if it may run by itself. True: show it now."""
        outcome = propose_step(self.project, self.brain, self.tools, view.goal, step)
        if _runs_by_itself(outcome):
            self._answer(view, step, outcome)
            return False
        stored = self._show(step, outcome)
        if stored is None or outcome.failed:
            return True
        way = self.project.settings.approve_edit
        if way == "ask" or step.guest or outcome.proposal.effect != "edit":
            return True
        approval.accept(
            self.project,
            self.tools,
            view.id,
            stored,
            note=f"by the setting approve_edit={way}",
            progress=progress,
            cancel=cancel,
        )
        return way == "show"

    def _answer(self, view: PlanView, step: Step, outcome: Outcome) -> None:
        proposal = outcome.proposal
        text = self._written(step, outcome)
        with self.project.transaction():
            if state.step(self.project, step.id).status != "waiting":
                return
            stored = state.add_proposal(
                self.project, step.id, proposal, outcome.revision, status="applied"
            )
            # a tool that edits, yet only answers: there was nothing it could do
            ended: StepStatus = "applied" if self.tools[step.tool].effect == "read" else "skipped"
            state.set_step(self.project, step.id, ended, answer=text, arguments=proposal.arguments)
            state.say(
                self.project,
                "tool",
                text,
                {"kind": "answer", "plan": view.id, "step": step.id, "proposal": stored.id},
            )
            state.close_if_done(self.project, view.id)

    def _written(self, step: Step, outcome: Outcome) -> str:
        """The answer in the brain's words; the tool's own where the brain has none."""
        proposal = outcome.proposal
        facts = {"tool": step.tool, "answer": proposal.answer, **proposal.data}
        try:
            return self.brain.write(step.intent, facts) or proposal.answer
        except (BrainError, CreatorError):
            return proposal.answer

    def _show(self, step: Step, outcome: Outcome) -> state.Stored | None:
        """The proposal stored and shown; None when another thread was quicker."""
        with self.project.transaction():
            if state.step(self.project, step.id).status != "waiting":
                return None
            work = self._kept_work(step, outcome)
            stored = state.add_proposal(
                self.project, step.id, outcome.proposal, outcome.revision, work=work
            )
            if outcome.failed:
                state.set_step(self.project, step.id, "failed", answer=outcome.proposal.answer)
            else:
                state.set_step(
                    self.project,
                    step.id,
                    "proposed",
                    answer="",
                    arguments=outcome.proposal.arguments,
                )
            return stored

    def _kept_work(self, step: Step, outcome: Outcome) -> dict[str, Any] | None:
        """What was made for a proposal that went stale, when the same thing is to be made."""
        last = state.last_proposal(self.project, step.id)
        if last is None or last.status != "stale" or "made" not in (last.work or {}):
            return None
        same = (last.proposal.arguments, last.proposal.data) == (
            outcome.proposal.arguments,
            outcome.proposal.data,
        )
        return last.work if same else None

    def _stale(self, proposal_id: int, step: Step) -> None:
        """The shown proposal is withdrawn; its step waits with the arguments it had."""
        with self.project.transaction():
            state.set_proposal(self.project, proposal_id, "stale")
            state.set_step(self.project, step.id, "waiting")

    # --- deciding

    def decide(
        self,
        decision: DecisionWord,
        *,
        nonce: str,
        action_hash: str,
        revision: int,
        arguments: Mapping[str, Any] | None = None,
        note: str = "",
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> PlanView:
        """The creator's word on what is shown, which nonce, hash and revision must name.

        approve runs the stored proposal, once; of a failed step it only says "seen, go on".
        change proposes it anew with `arguments` over
        those it has, or as `note` says. replan plans again with `note`. Raises StaleProposal
        (and shows the step again), BadArguments, NothingToDo, CapReached.
        """
        view = self._require()
        if view.shown is None:
            raise NothingToDo("nothing is waiting for a decision")
        stored = state.proposal_at(self.project, view.shown.id)
        approval.check(stored, nonce, action_hash, revision)
        if decision == "approve":
            self._approve(view, stored, note, progress or _quiet, cancel or _never)
        elif decision == "change":
            with self._heard(cancel):
                self._change(view, stored, arguments, note)
        elif decision == "skip":
            self._skip(view, stored, note)
        elif decision == "replan":
            with self._heard(cancel):
                self._replan(view, stored, note)
        else:
            self._stop(view, stored, note)
        return self._require()

    def _approve(
        self,
        view: PlanView,
        stored: state.Stored,
        note: str,
        progress: Progress,
        cancel: Cancel,
    ) -> None:
        step = state.step(self.project, stored.step_id)
        if step.status == "failed":
            self._accept_failure(view, stored, note)
            return
        if stored.revision != self.project.revision:
            self._stale(stored.id, step)
            self.advance()
            raise StaleProposal(
                f"the project changed since this was shown (revision {stored.revision}, now"
                f" {self.project.revision}); it is shown again, nothing was changed"
            )
        approval.accept(
            self.project,
            self.tools,
            view.id,
            stored,
            note=note,
            progress=progress,
            cancel=cancel,
        )

    def _decided(
        self,
        stored: state.Stored,
        decision: DecisionWord,
        note: str,
        *,
        status: state.ProposalStatus = "stopped",
    ) -> None:
        """The word kept and the proposal closed, inside a transaction. Raises StaleProposal."""
        approval.still_shown(self.project, stored)
        state.set_proposal(self.project, stored.id, status)
        state.add_decision(self.project, stored.id, decision, note=note)

    def _accept_failure(self, view: PlanView, stored: state.Stored, note: str) -> None:
        """The creator has seen that this step failed: nothing runs, the plan goes on."""
        with self.project.transaction():
            self._decided(stored, "skip", note, status="failed")
            state.close_if_done(self.project, view.id)

    def _change(
        self,
        view: PlanView,
        stored: state.Stored,
        arguments: Mapping[str, Any] | None,
        note: str,
    ) -> None:
        step = state.step(self.project, stored.step_id)
        number = None
        if step.tool == "storyboard" and not arguments:
            number = versions.picked(note, self.project, self._require().shown)
        if number is not None:
            found = versions.arguments_of(number, self.project)
            if isinstance(found, str):
                raise BadArguments(found)
            arguments = {**found, "keep_rest": stored.proposal.arguments["keep_rest"]}
        said = made.take_wish(note) if step.tool == "fill" and not arguments else None
        if said is not None:
            arguments = made.over(said, stored.proposal)
            if arguments is None:
                raise BadArguments("that take stands already; skip this step to keep it")
        if arguments:
            tool = self.tools.get(step.tool)
            if tool is None:
                raise BadArguments(f"there is no tool {step.tool!r}; skip this step or plan again")
            outcome = propose(self.project, tool, {**stored.proposal.arguments, **arguments})
        elif note.strip():
            wanted = f"{step.intent}; {note.strip()}"
            reworded = Step(step.id, step.ordinal, step.tool, wanted, "waiting", None, "")
            outcome = propose_step(self.project, self.brain, self.tools, view.goal, reworded)
            if outcome.failed:
                raise BadArguments(outcome.proposal.answer)
            step = reworded
        else:
            raise BadArguments("to change a step, give new arguments or say what should differ")
        if _runs_by_itself(outcome) and self.tools[step.tool].effect != "read":
            raise BadArguments(outcome.proposal.answer)  # it could only say why not
        with self.project.transaction():
            self._decided(stored, "change", note, status="changed")
            state.reword_step(self.project, step.id, step.intent)
            state.set_step(self.project, step.id, "waiting")
            self._show(step, outcome)

    def _skip(self, view: PlanView, stored: state.Stored, note: str) -> None:
        with self.project.transaction():
            self._decided(stored, "skip", note, status="skipped")
            state.set_step(self.project, stored.step_id, "skipped")
            state.close_if_done(self.project, view.id)

    def _replan(self, view: PlanView, stored: state.Stored, note: str) -> None:
        done = [f"{s.tool}: {s.intent}" for s in view.steps if s.status == "applied"]
        guest = any(step.guest for step in view.steps)  # its words may be another program's
        words = state.plan_words(self.project, view.id)
        plan = self.brain.plan(replan.compose(words, note, done), self.project)
        if plan.question or not plan.steps:
            raise CreatorError(plan.question or "there is nothing left to plan for that")
        with self.project.transaction():
            self._decided(stored, "replan", note)
            if note.strip():
                state.say(self.project, "creator", note.strip())
            wanted = f"{words}. {note.strip()}" if note.strip() else words
            self._open(wanted, plan, guest=guest)

    def _stop(self, view: PlanView, stored: state.Stored, note: str) -> None:
        with self.project.transaction():
            self._decided(stored, "stop", note)
            state.close_plan(self.project, view.id, "stopped")

    def stop(self) -> None:
        """The open plan ends here; what was applied stays. Slow work that runs is dropped."""
        view = self._newest()
        if view is not None and view.status == "open":
            state.close_plan(self.project, view.id, "stopped")


def _runs_by_itself(outcome: Outcome) -> bool:
    """Whether the proposal only answers: nothing changes and nothing is made."""
    proposal = outcome.proposal
    changes = proposal.timeline is not None or bool(proposal.changes)
    return not outcome.failed and proposal.effect == "read" and not changes
