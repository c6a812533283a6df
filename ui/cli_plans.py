"""Plans that `roughcut make` starts from something other than a sentence: a script."""

from __future__ import annotations

import sys
from pathlib import Path

from ui.cli_make import run_plan_of
from ui.console import Door, open_project

LONGEST = 200_000  # characters of a script


def run_script(
    way: Door, path: Path, goal: str, folder: Path | None, *, yes: bool, out: Path | None
) -> None:
    """A script cut step by step; a goal beside it ("20 s, portrait") holds over it."""
    if way.as_json and not yes:
        way.fail("--json cannot ask: add --yes to approve edits and slow steps", code=2)
    text = _text(way, path)
    with open_project(way, folder) as project:
        from agent.scripted import plan_for

        plan = plan_for(text, goal)
        if plan.question:
            way.fail(plan.question)
        run_plan_of(way, project, f"{goal}\n{text}".strip(), plan, yes=yes, out=out)


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
