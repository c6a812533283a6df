"""What a model writes is seen in the terminal and the app while it is written."""

from __future__ import annotations

import io
import time
from pathlib import Path

from rich.console import Console

from agent.llm import PLAN
from agent.stream import Piece
from project.settings import Settings
from project.store import Project
from tests.servers import ScriptedServer, calls, slowly
from ui.studio import Studio
from ui.telling import LINES, watching


def seen(*, terminal: bool, pieces: list[Piece]) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=80, height=30, _environ={})
    with watching(console, "Planning") as at_work:
        at_work.bar(0.5, "half of it")
        for piece in pieces:
            at_work.told(piece)
    return out.getvalue()


def test_the_steps_of_a_plan_are_seen_as_they_are_written() -> None:
    pieces = [Piece('{"steps": [{"tool": "search", "intent": "look for', "make_plan"),
              Piece(' the sea"}, {"intent": "lay soft', "make_plan")]  # fmt: skip
    text = seen(terminal=True, pieces=pieces)
    assert "look for the sea" in text and "lay soft" in text and "half of it" in text
    assert '"steps"' not in text


def test_only_the_newest_lines_are_kept_on_screen_and_control_characters_are_shown() -> None:
    lines = "\n".join(f"line {n}" for n in range(LINES + 20))
    text = seen(terminal=True, pieces=[Piece(lines), Piece("\n\x1b[2Jnot obeyed")])
    assert f"line {LINES + 19}" in text and "\x1b[2Jnot" not in text and "not obeyed" in text


def test_without_a_terminal_nothing_is_printed() -> None:
    assert seen(terminal=False, pieces=[Piece("words")]) == ""


def test_the_app_shows_what_is_being_written_and_stops_it_in_the_middle(tmp_path: Path) -> None:
    steps = [{"tool": "search", "intent": "look " * 90}]
    plan = calls(PLAN, {"goal": {"text": "x"}, "steps": steps})
    with ScriptedServer(slowly(plan, pause_s=0.05)) as server:
        Project.create(tmp_path / "film", Settings()).close()
        own = f'brain = "openai:scripted"\nbase_url = "{server.url}"\n'
        (tmp_path / "film" / "roughcut.toml").write_text(own)
        studio = Studio(tmp_path / "film")
        try:
            desk = studio.desk
            desk.turn("planning", lambda session, _, cancel: session.ask("a film", cancel))
            seen = ""
            while "look look" not in seen:
                assert desk.activity is not None, desk.problem
                seen = desk.activity.detail
            began = time.monotonic()
            desk.stop_turn()
            while desk.activity is not None:
                assert time.monotonic() - began < 2.5
        finally:
            studio.close()
    assert "stopped" in desk.problem and len(server.requests) == 1
