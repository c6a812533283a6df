"""MCP: a real client starts `roughcut mcp`; reading is answered, wishes are proposed."""

from __future__ import annotations

import asyncio
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client
from typer.testing import CliRunner

from agent.brain import all_tools
from agent.session import Session
from project import history
from project.settings import Settings
from project.store import Project
from tests.ui.conftest import put
from ui.cli import app

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def film(tmp_path: Path, clips: Path) -> Path:
    folder = tmp_path / "film"
    with Project.create(folder, Settings()) as project:
        put(project, clips / "bars.mp4", Fraction(3))
    (folder / "roughcut.toml").write_text('approve_edit = "auto"\n')
    return folder


def talk(folder: Path, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """What a client that starts the command hears: the tools' names, then each answer."""

    async def run() -> list[Any]:
        way = StdioServerParameters(
            command=sys.executable,
            args=["-c", "from ui.cli import main; main()", "mcp", "--project", str(folder)],
            cwd=str(Path(__file__).resolve().parents[2]),
        )
        async with Client(stdio_client(way)) as client:
            heard: list[Any] = [{tool.name for tool in (await client.list_tools()).tools}]
            for name, arguments in calls:
                heard.append(await client.call_tool(name, arguments))
            return heard

    return asyncio.run(run())


ADD = {"action": "add", "footage_id": "f-bars", "in_s": 0, "out_s": 1}


def test_every_tool_is_offered_and_an_edit_waits_for_a_person_whatever_the_settings_say(
    film: Path,
) -> None:
    names, said, state = talk(film, ("arrange", ADD), ("project_state", {}))
    assert names == {"project_state", "plan_goal", *all_tools()}
    told = said.structured_content
    assert told["status"] == "waits for the creator" and "bars" in told["answer"]
    assert state.structured_content["timeline"]["clips"] == []
    assert state.structured_content["plan"]["waiting"] == told["answer"]
    with Project.open(film) as project:
        assert not history.current(project).clips()
        view = Session(project).view()
        assert view is not None and view.shown is not None
        assert "another program" in view.shown.step.intent


def test_what_was_proposed_is_approved_in_the_terminal(film: Path) -> None:
    talk(film, ("arrange", ADD))
    done = CliRunner().invoke(app, ["make", "--yes", "--json", "--project", str(film)])
    assert done.exit_code == 0, done.output
    with Project.open(film) as project:
        assert len(history.current(project).clips()) == 1
    again = CliRunner().invoke(app, ["make", "--yes", "--json", "--project", str(film)])
    assert again.exit_code == 2 and "say what the film should be" in again.output


def test_reading_answers_at_once_and_leaves_no_step(film: Path) -> None:
    _, said = talk(film, ("overview", {}))
    assert said.structured_content["status"] == "answered"
    with Project.open(film) as project:
        assert Session(project).view() is None


def test_wrong_calls_are_told_and_change_nothing(film: Path) -> None:
    _, unknown, wrong, path = talk(
        film,
        ("delete_everything", {}),
        ("arrange", {"action": "add", "surprise": 1}),
        ("project_state", {"path": "/etc/passwd"}),
    )
    assert unknown.is_error and "there is no tool" in unknown.content[0].text
    assert wrong.is_error and "surprise" in wrong.content[0].text
    assert path.is_error and "path" in path.content[0].text
    with Project.open(film) as project:
        assert Session(project).view() is None and not history.current(project).clips()


def test_a_goal_is_planned_and_none_of_it_done(film: Path) -> None:
    _, said = talk(film, ("plan_goal", {"words": "a calm 3 second film"}))
    told = said.structured_content
    assert told["status"] == "waits for the creator"
    assert {step["status"] for step in told["steps"]} == {"waiting"}
    with Project.open(film) as project:
        assert not history.current(project).clips()
