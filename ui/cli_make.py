"""`roughcut plan` and `roughcut make`: the agent's loop in the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from timeline.time import clock, exact
from ui.console import Door, one_line, open_project
from ui.telling import watching

if TYPE_CHECKING:
    from agent.session import Session
    from agent.values import PlanView, Shown, Step
    from agent.versions import Ready
    from project.store import Project
    from timeline.model import Timeline

CHOICES = {
    "approve": ("a", "approve", "y", "yes"),
    "change": ("c", "change"),
    "skip": ("s", "skip"),
    "replan": ("r", "replan"),
    "stop": ("q", "quit", "stop", "abort", "cancel", "exit"),
}


def run_plan(way: Door, goal: str, folder: Path | None) -> None:
    """The plan for a goal, without starting it."""
    from agent import ready
    from agent.brain import make_brain

    _need_words(way, goal)
    with open_project(way, folder, write=False) as project:
        brain = make_brain(project.settings)
        written = ready.plan(goal, brain, project)
        made = written.plan if written else brain.plan(goal, project)
    if made.question:
        way.fail(made.question)
    way.answer(
        {
            "goal": made.goal.model_dump(mode="json"),
            "steps": [{"tool": s.tool, "intent": s.intent} for s in made.steps],
        }
    )
    if not way.as_json:
        _plan_table(way, [(s.tool, s.intent) for s in made.steps])


def _need_words(way: Door, goal: str) -> None:
    if not goal.strip():
        way.fail("say what the film should be, for example: 'a calm 30 s reel of the sea'", code=2)


def _plan_table(way: Door, steps: list[tuple[str, str]]) -> None:
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for number, (tool, intent) in enumerate(steps, start=1):
        table.add_row(
            Text(f"{number}", style="bold magenta"),
            Text(tool, style="cyan"),
            Text(one_line(intent)),
        )
    way.console.print(Panel(table, title="Plan", title_align="left", border_style="dim"))


def run_make(way: Door, goal: str, folder: Path | None, *, yes: bool, out: Path | None) -> None:
    """The whole loop: plan, show each step, decide, apply; then render if asked.

    Without a goal it goes on with the plan that is open, whoever asked for it.
    """
    way.need_consent(yes=yes)
    with open_project(way, folder) as project:
        run_plan_of(way, project, goal, None, yes=yes, out=out)


def run_plan_of(
    way: Door, project: Project, goal: str, plan: Ready | None, *, yes: bool, out: Path | None
) -> None:
    """The loop over a plan, or over one made for the goal; then the film, if one is asked for."""
    from ui.cli_out import check_out, write_film

    if out is not None:
        check_out(way, project, out, (".mp4",))
    document = drive(way, project, goal, yes=yes, plan=plan)
    if out is not None and document["timeline"]["clips"]:
        document["out"] = write_film(way, project, out)
    way.answer(document)
    if any(step["decision"] == "failed" for step in document["steps"]):
        raise typer.Exit(1)


def drive(
    way: Door, project: Project, goal: str, *, yes: bool, plan: Ready | None = None
) -> dict[str, Any]:
    """The loop of one goal, or of a plan made for it; returns what `make --json` prints."""
    from agent import state
    from agent.session import Session
    from project import history
    from project.errors import BrainError, CreatorError

    session = Session(project)
    open_plan = None if goal.strip() else session.view()
    if open_plan is None or open_plan.finished:
        _need_words(way, goal)
    if plan is not None:
        view = session.begin(goal, plan)
    elif open_plan and not goal.strip():
        view = open_plan
    else:
        view = _asked(way, session, goal)
    if view.question:
        way.fail(view.question)
    notes = state.notes(project, view.id)
    if not way.as_json:
        _plan_table(way, [(s.tool, s.intent) for s in view.steps])
        for note in notes:
            way.say(f"? {note}", "yellow")
    log: dict[int, dict[str, Any]] = {}
    decision = "approve"
    while decision != "stop":
        with watching(way.console, "Looking") as seen:
            session.told = seen.told
            view = session.advance(progress=seen.bar)
        _note_passed(way, session, view, log)
        if view.finished:
            break
        if view.shown is None:
            continue  # applied by the creator's own setting; on to the next step
        try:
            decision, view = _settle(way, session, view.shown, yes=yes, log=log)
        except (CreatorError, BrainError) as error:
            if yes:
                raise
            way.say(f"   {error}", "yellow")  # shown again, asked again
    return {
        "plan": {
            "goal": view.goal.model_dump(mode="json"),
            "steps": [{"tool": s.tool, "intent": s.intent} for s in view.steps],
            "notes": notes,
        },
        "steps": list(log.values()),
        "timeline": timeline_document(history.current(project)),
        "out": None,
    }


def _asked(way: Door, session: Session, goal: str) -> PlanView:
    """The plan for a goal, seen as it is written."""
    with watching(way.console, "Planning") as seen:
        session.told = seen.told
        return session.ask(goal)


def _note_passed(
    way: Door, session: Session, view: PlanView, log: dict[int, dict[str, Any]]
) -> None:
    """Steps that ended without asking: reads, what the settings approve or nothing could do."""
    for step in view.steps:
        if step.id in log or step.status not in ("applied", "failed", "skipped"):
            continue
        if view.shown is not None and view.shown.step.id == step.id:
            continue  # a failed step is shown and acknowledged like any other
        reads = step.tool in session.tools and session.tools[step.tool].effect == "read"
        word = {"failed": "failed", "skipped": "skip"}.get(
            step.status, "read" if reads else "approve"
        )
        log[step.id] = {
            "tool": step.tool,
            "decision": word,
            "answer": step.answer,
            "reasons": [],
            "changes": [],
            "data": _found(session.project, step) if reads else {},
        }
        first, *more = step.answer.splitlines() or [""]
        style = "red" if word == "failed" else ""
        way.say(f"{'✗' if word == 'failed' else '•'} {step.tool}: {first}", style)
        for line in more:
            way.say(f"  {line}", style)


def _found(project: Project, step: Step) -> dict[str, Any]:
    """What a step that only tells found, as the tool gives it to programs."""
    from agent import state

    stored = state.last_proposal(project, step.id)
    return stored.proposal.data if stored is not None else {}


def _settle(
    way: Door, session: Session, shown: Shown, *, yes: bool, log: dict[int, dict[str, Any]]
) -> tuple[str, PlanView]:
    """One proposal shown, decided and carried out."""
    show_proposal(way, shown)
    decision, arguments, note = _choose(way, shown) if not yes else _yes(way, shown)
    with watching(way.console, f"Doing: {shown.step.tool}") as seen:
        session.told = seen.told
        view = session.decide(
            decision,  # type: ignore[arg-type]
            nonce=shown.nonce,
            action_hash=shown.action_hash,
            revision=shown.revision,
            arguments=arguments,
            note=note,
            progress=seen.bar,
        )
    if decision == "change":
        return decision, view
    after = next((s for s in view.steps if s.id == shown.step.id), shown.step)
    log[shown.step.id] = {
        "tool": shown.step.tool,
        "decision": "failed" if after.status == "failed" else decision,
        "answer": after.answer or shown.proposal.answer,
        "reasons": [r.model_dump(mode="json") for r in shown.proposal.reasons],
        "changes": [c.model_dump(mode="json") for c in shown.proposal.changes],
    }
    if after.status == "failed":
        way.say(f"  ✗ {after.answer}", "red")
    elif decision == "approve":
        way.say(f"   ✓ {shown.step.tool} done", "green")
        if after.answer != shown.proposal.answer:  # what slow work really made
            way.say(f"   {after.answer}", "dim")
    return decision, view


def _yes(way: Door, shown: Shown) -> tuple[str, None, str]:
    if shown.proposal.effect == "paid":
        way.say("  - skipped: it costs money, and --yes never spends any", "yellow")
        return "skip", None, "costs money"
    return "approve", None, ""


def show_proposal(way: Door, shown: Shown) -> None:
    """What would change and why, before anything does."""
    proposal = shown.proposal
    way.say("")
    way.say(f"{shown.step.ordinal + 1}. {shown.step.tool}: {shown.step.intent}", "bold cyan")
    for line in proposal.answer.splitlines():
        way.say(f"   {line}")
    for change in proposal.changes:
        sign = {"remove": "-", "add": "+"}.get(change.verb, "~")
        way.say(f"   {sign} {change.what}", "green" if sign == "+" else "")
    for reason in proposal.reasons:
        if reason.verified:
            way.say(f"   ✓ {reason.text}", "dim")
        else:
            way.say(f"   ? {reason.text} (unverified: {reason.problem})", "yellow")
    for hole in proposal.holes:
        way.say(f"   ○ hole at {clock(exact(hole.start_s))}: {hole.wanted}", "yellow")
    cost = proposal.cost
    if cost.seconds >= 1 or cost.money_usd:
        money = f", ${cost.money_usd:.2f}" if cost.money_usd else ""
        way.say(f"   takes about {cost.seconds:.0f} s{money}", "dim")


def _choose(way: Door, shown: Shown) -> tuple[str, dict[str, Any] | None, str]:
    """What the creator types: approve, change, skip, replan or stop. No more input is stop."""
    while True:
        way.console.print("   [bold]a[/]pprove  [bold]c[/]hange  [bold]s[/]kip  [bold]r[/]eplan"
                          "  [bold]q[/]uit: ", end="")  # fmt: skip
        typed = sys.stdin.readline()
        if not typed:
            way.say("no answer; stopping here, the plan is kept")
            return "stop", None, ""
        said = typed.strip().lower()
        word = next((name for name, typings in CHOICES.items() if said in typings), None)
        if word == "change":
            arguments, note = _new_arguments(way, shown)
            if arguments is not None or note:
                return word, arguments, note
        elif word == "replan":
            way.console.print("   what should be different? ", end="")
            return word, None, sys.stdin.readline().strip()
        elif word is not None:
            return word, None, ""
        else:
            way.say("   one of: a, c, s, r, q", "yellow")


def _new_arguments(way: Door, shown: Shown) -> tuple[dict[str, Any] | None, str]:
    """What should differ: `name = value` over the arguments shown, or plain words as a note."""
    current = shown.proposal.arguments
    way.say("   the arguments now:", "dim")
    for name, value in current.items():
        way.say(f"     {name} = {json.dumps(value, ensure_ascii=False)}", "dim")
    way.console.print("   what should differ (words, or name = value): ", end="")
    typed = sys.stdin.readline().strip()
    name, equals, value = (part.strip() for part in typed.partition("="))
    if not equals or name not in current:
        return None, typed
    try:
        read = json.loads(value)
    except json.JSONDecodeError:
        read = value
    return {**current, name: read}, ""


def timeline_document(film: Timeline) -> dict[str, Any]:
    """The cut as `make --json` and `timeline show --json` print it."""
    return {
        "duration_s": film.duration,
        "rate": str(film.rate),
        "width": film.width,
        "height": film.height,
        "clips": [
            {
                "id": clip.id,
                "footage_id": clip.footage_id,
                "name": clip.name,
                "in_s": clip.source.start,
                "out_s": clip.source.end,
                "start_s": at,
                "generated": clip.origin is not None,
            }
            for at, clip in film.clips()
        ],
        "holes": [
            {"id": gap.id, "start_s": at, "duration_s": gap.duration, "wanted": gap.wanted}
            for at, gap in film.holes()
        ],
        "titles": [
            {"text": t.text, "start_s": t.span.start, "end_s": t.span.end} for t in film.titles
        ],
        "sounds": [
            {"name": clip.name, "start_s": at, "duration_s": clip.duration}
            for track in film.tracks
            if track.kind == "audio"
            for at, clip in film.clips(track.name)
        ],
    }
