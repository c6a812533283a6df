"""The README's own commands, run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.test_whole import card
from ui.cli import app

__all__ = ["card"]

README = Path(__file__).resolve().parents[1] / "README.md"
COMMANDS = re.findall(r"^\.venv/bin/roughcut (.+?)(?:\s+#.*)?$", README.read_text("utf-8"), re.M)


@pytest.mark.filterwarnings("default")
def test_every_command_in_the_readme_works(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(COMMANDS) >= 10
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        words = [str(card) if w == "~/Videos/holiday" else w for w in shlex.split(command)]
        if words[0] == "generate":
            words += ["--size", "320x180", "--duration", "1"]
        done = CliRunner().invoke(app, words, input="a\n" * 20)
        assert done.exit_code == 0, f"{command}: {done.output}\n{done.exception!r}"
    for made in ("my-film.mp4", "film.mp4", "rough-cut.otio", "sky.mp4"):
        assert (tmp_path / made).stat().st_size > 1000, made
