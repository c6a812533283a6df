"""What a model writes is seen in the terminal while it is written, and gone when it is done."""

from __future__ import annotations

import io

from rich.console import Console

from agent.stream import Piece
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
