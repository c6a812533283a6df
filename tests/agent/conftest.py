"""The fake tools and a session over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.session import Session
from project.store import Project
from tests.fakes import Add, Fill, Look, ScriptedBrain

STEPS = (("look", "see what there is"), ("add", "add the beach"), ("fill", "make the stars"))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The file in which `fill` writes a line each time it really works."""
    return tmp_path / "made.txt"


@pytest.fixture
def session_with(project: Project, made: Path) -> Callable[[ScriptedBrain], Session]:
    def build(brain: ScriptedBrain) -> Session:
        return Session(project, brain, {"add": Add(), "look": Look(), "fill": Fill(made)})

    return build


@pytest.fixture
def brain() -> ScriptedBrain:
    return ScriptedBrain(
        STEPS, {"add": [{"footage_id": "f1", "length_s": 3}], "fill": [{"words": "stars"}]}
    )
