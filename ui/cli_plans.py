"""Plans that `roughcut make` starts from more than a sentence: a script, several versions."""

from __future__ import annotations

import sys
from pathlib import Path

from ui.cli_make import run_plan_of
from ui.console import Door, open_project
from ui.telling import watching

LONGEST = 200_000  # characters of a script


def run_script(
    way: Door, path: Path, goal: str, folder: Path | None, *, yes: bool, out: Path | None
) -> None:
    """A script cut step by step; a goal beside it ("20 s, portrait") holds over it."""
    way.need_consent(yes=yes)
    text = _text(way, path)
    with open_project(way, folder) as project:
        from agent.ready import bound
        from agent.scripted import plan_for

        plan = plan_for(text, goal)
        if plan.question:
            way.fail(plan.question)
        words = f"{goal}\n{text}".strip()
        run_plan_of(way, project, words, bound(plan, project), yes=yes, out=out)


def run_versions(
    way: Door,
    goal: str,
    folder: Path | None,
    wanted: tuple[int, int | None],
    *,
    yes: bool,
    out: Path | None,
) -> None:
    """Versions of a film compared, and the one that is taken, or the first, cut step by step."""
    way.need_consent(yes=yes)
    count, take = wanted
    with open_project(way, folder) as project:
        from agent.session import Session
        from agent.versions import plan_for

        session = Session(project)
        words = f"{count} versions of {goal or 'the cut'}"
        written = plan_for(count, goal.strip(), session.brain, project)
        if written.plan.question:
            way.fail(written.plan.question)
        session.begin(words, written)
        with watching(way.console, "Comparing") as seen:
            shown = session.advance(progress=seen.bar).shown
        if take is not None and shown is not None:
            session.decide(
                "change",
                nonce=shown.nonce,
                action_hash=shown.action_hash,
                revision=shown.revision,
                note=f"version {take}",
            )
        run_plan_of(way, project, "", None, yes=yes, out=out)  # it goes on with the open plan


def _text(way: Door, path: Path) -> str:
    """What the file says. Leaves with code 2 where it is no text or far too long."""
    if str(path) == "-":
        return sys.stdin.read(LONGEST)
    if not path.is_file():
        way.fail(f"there is no script {path}", code=2)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        way.fail(f"{path} is not a text in UTF-8; save the script as plain text", code=2)
    if len(text) > LONGEST:
        way.fail(f"{path} has {len(text)} characters; a script has {LONGEST} at most", code=2)
    return text
