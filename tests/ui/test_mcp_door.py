"""MCP through the app that has the project open: a real client, over HTTP, behind a token."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from typer.testing import CliRunner

from agent.brain import all_tools
from agent.session import Session
from project import history
from project.errors import CreatorError
from project.settings import Settings
from project.store import Project
from tests.ui.asgi import HOST, ask
from tests.ui.conftest import put
from ui.cli import app as command
from ui.guard import Guard, Keys
from ui.mcp_door import Door
from ui.mcp_server import Pace
from ui.server import serve
from ui.studio import Activity, Studio

pytestmark = pytest.mark.filterwarnings("default")
ADD = {"action": "add", "footage_id": "f-bars", "in_s": 0, "out_s": 1}
SERVE = (
    "import sys; from pathlib import Path; from ui.server import serve;"
    " serve(Path(sys.argv[1]), port=0, open_browser=False, mcp=True)"
)


@dataclass(frozen=True)
class Heard:
    """What a client heard of an app that has the project open, by call."""

    folder: Path
    names: set[str]
    answers: list[Any]
    command: Any  # how `roughcut mcp` ended meanwhile


CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("overview", {}),
    ("plan_goal", {"words": "a calm 3 second film"}),
    ("plan_goal", {"words": "another film instead"}),
    ("decide", {"decision": "approve"}),
    ("arrange", ADD),
    ("project_state", {}),
    *((("arrange", ADD),) * 20),
)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory, clips: Path) -> Heard:
    """The app with MCP started as a person would, talked to by a real client, and ended."""
    folder = tmp_path_factory.mktemp("mcp") / "film"
    with Project.create(folder, Settings()) as project:
        put(project, clips / "bars.mp4", Fraction(3))
    (folder / "roughcut.toml").write_text('approve_edit = "auto"\n')
    app = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder)], cwd=Path(__file__).resolve().parents[2],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert app.stderr is not None
        said = next(line for line in app.stderr if line.startswith("MCP is at"))
        found = re.match(r"MCP is at (\S+) with the header Authorization: Bearer (\S+)$", said)
        assert found is not None
        names, answers = asyncio.run(_talk(found[1], found[2]))
        meanwhile = CliRunner().invoke(command, ["mcp", "--project", str(folder)])
    finally:
        app.terminate()
        app.communicate()
    return Heard(folder, names, answers, meanwhile)


async def _talk(url: str, token: str) -> tuple[set[str], list[Any]]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        names = {tool.name for tool in (await client.list_tools()).tools}
        return names, [await client.call_tool(*call) for call in CALLS]


def test_a_client_reads_and_proposes_through_the_app(heard: Heard) -> None:
    overview, goal, _, _, add, state, *_ = heard.answers
    assert heard.names == {"project_state", "plan_goal", *all_tools()}
    assert overview.structured_content["status"] == "answered"
    assert goal.structured_content["status"] == "waits for the creator"
    assert add.structured_content["status"] == "waits for the creator"
    assert state.structured_content["timeline"]["clips"] == []  # whatever the settings approve


def test_nothing_can_be_approved_or_replaced_from_outside(heard: Heard) -> None:
    _, _, again, decide, *_ = heard.answers
    assert again.is_error and "plan is open" in again.content[0].text
    assert decide.is_error and "there is no tool" in decide.content[0].text


def test_another_program_cannot_pile_up_steps_without_end(heard: Heard) -> None:
    last = heard.answers[-1]
    assert last.is_error and "wait for the creator" in last.content[0].text


def test_what_was_proposed_waits_for_a_person_who_approves_it(heard: Heard) -> None:
    with Project.open(heard.folder) as project:
        assert not history.current(project).clips()
        session = Session(project)
        view = session.view()
        assert view is not None and view.shown is not None
        shown = view.shown
        assert "another program" in shown.step.intent
        session.decide(
            "approve", nonce=shown.nonce, action_hash=shown.action_hash, revision=shown.revision
        )
        assert len(history.current(project).clips()) == 1


def test_the_command_says_where_the_project_is_reached_while_the_app_has_it(heard: Heard) -> None:
    assert heard.command.exit_code == 1
    assert "roughcut ui --mcp" in " ".join(heard.command.output.split())


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    Project.create(tmp_path / "film", Settings()).close()
    made = Studio(tmp_path / "film")
    yield made
    made.close()


def test_while_the_assistant_works_a_program_is_told_to_come_back(studio: Studio) -> None:
    studio.desk.activity = Activity("planning")
    with pytest.raises(CreatorError, match="busy: planning"), studio.desk.visit("a program"):
        pass
    studio.desk.activity = None
    with studio.desk.visit("a program") as session:
        assert session.project is studio.desk.project
        with pytest.raises(CreatorError, match="busy"):
            studio.desk.turn("planning", lambda *_: None)
    assert studio.desk.activity is None


# --- who is turned away, without a server in between


async def page(_scope: Any, _receive: Any, send: Any) -> None:
    """What stands behind the page's guard."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


def test_the_door_wants_the_token_this_machine_and_no_web_page(studio: Studio) -> None:
    door = Door(studio)
    app = door.before(page, {HOST})
    good = {"authorization": f"Bearer {door.token}", "content-type": "application/json"}
    tries: list[tuple[dict[str, str], str, int]] = [
        ({}, "127.0.0.1", 401),
        ({"authorization": "Bearer wrong"}, "127.0.0.1", 401),
        ({"authorization": f"Basic {door.token}"}, "127.0.0.1", 401),
        ({**good, "origin": f"http://{HOST}"}, "127.0.0.1", 403),
        ({**good, "origin": "https://evil.example"}, "127.0.0.1", 403),
        ({**good, "sec-fetch-site": "same-origin"}, "127.0.0.1", 403),
        ({**good, "host": "evil.example"}, "127.0.0.1", 421),
        (good, "192.168.1.7", 421),
        (good, "127.0.0.1", 503),  # let in; nothing runs behind it here
    ]
    for headers, client, status in tries:
        said = ask(app, "/mcp", method="POST", headers=headers, body=b"{}", client=client)
        assert said.status == status, (headers, client)
        assert door.token not in said.body.decode()


def test_the_token_of_the_page_opens_no_mcp_and_the_other_way_round(studio: Studio) -> None:
    keys, door = Keys(), Door(studio)
    app = door.before(Guard(page, keys, {HOST}), {HOST})
    for said in (keys.token, keys.cookie):
        headers = {"authorization": f"Bearer {said}", "cookie": f"roughcut={keys.cookie}"}
        assert ask(app, "/mcp", method="POST", headers=headers).status == 401
    given = {"authorization": f"Bearer {door.token}"}
    for path in ("/view/desk", "/mcp/", "/gradio_api/mcp", "/MCP"):
        assert ask(app, path, headers=given).status == 401, path


def test_it_is_never_offered_to_other_machines() -> None:
    with pytest.raises(CreatorError, match="programs on this machine"):
        serve(None, host="0.0.0.0", port=0, password="x", open_browser=False, mcp=True)


def test_calls_come_at_a_pace() -> None:
    pace = Pace(2)
    pace.take()
    pace.take()
    with pytest.raises(CreatorError, match="calls in a minute"):
        pace.take()
