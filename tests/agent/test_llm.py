"""The chat model's brain, with the real client, against a scripted server on loopback."""

from __future__ import annotations

import json
import logging
import socket
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent import caps, state
from agent.chat import Chat
from agent.llm import PLAN, LLMBrain
from agent.session import Session
from agent.values import Goal, PlannedStep
from project import history
from project.errors import BrainError, CapReached, CreatorError
from project.settings import Settings
from project.store import Project
from tests.fakes import Add, Fill, Look
from tests.servers import ScriptedServer, calls, fails, raw, says, silent
from tools.shape import Tool

KEY = "sk-canary-5e1f0c7a9b"
GOOD = calls(
    PLAN, {"goal": {"text": "x", "length_s": 5}, "steps": [{"tool": "add", "intent": "a"}]}
)
ADD = calls("add", {"footage_id": "f1", "length_s": 5})


def tools(tmp_path: Path) -> dict[str, Tool]:
    return {"add": Add(), "look": Look(), "fill": Fill(tmp_path / "made")}


def settings(url: str, **more: Any) -> Settings:
    values = {"brain": "openai:scripted", "base_url": url, "api_key": SecretStr(KEY)}
    return Settings(**{**values, "model_timeout_s": 5, **more})


def brain(server: ScriptedServer, tmp_path: Path, **more: Any) -> LLMBrain:
    chosen = settings(server.url, **more)
    return LLMBrain(chosen, tools(tmp_path), chat=Chat(chosen, backoff_s=0.01))


STEP = PlannedStep(tool="add", intent="add five seconds of the beach")


def test_a_plan_comes_back_with_the_creators_own_words_as_its_goal(
    project: Project, tmp_path: Path
) -> None:
    with ScriptedServer(GOOD) as server:
        plan = brain(server, tmp_path).plan("a 5 s film", project)
    assert plan.goal == Goal(text="a 5 s film", length_s=5)
    assert plan.steps == (PlannedStep(tool="add", intent="a"),)
    sent = server.requests[0]
    assert sent["tools"][0]["function"]["name"] == PLAN
    system = sent["messages"][0]["content"]
    assert "`add`: Adds a clip behind the last one." in system and "timeline: empty" in system


def test_a_plan_can_be_made_of_a_project_that_is_only_read(tmp_path: Path) -> None:
    Project.create(tmp_path / "p", Settings()).close()
    with Project.open(tmp_path / "p", Settings(), write=False) as project:
        with ScriptedServer(GOOD) as server:
            plan = brain(server, tmp_path).plan("a 5 s film", project)
        assert plan.steps and caps.usage(project) == caps.Usage()


def test_binding_offers_the_tools_own_schema_and_returns_the_call(
    project: Project, tmp_path: Path
) -> None:
    with ScriptedServer(ADD) as server:
        arguments = brain(server, tmp_path).bind(STEP, Goal(text="x"), project, "")
    assert arguments == {"footage_id": "f1", "length_s": 5}
    sent = server.requests[0]
    assert sent["tools"][0]["function"]["parameters"]["properties"].keys() == {
        "footage_id", "length_s", "hole",
    }  # fmt: skip
    assert sent["tool_choice"]["function"]["name"] == "add"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (
            calls(PLAN, {"goal": {"text": "x"}, "steps": [{"tool": "dance", "intent": "d"}]}),
            "dance",
        ),
        (calls(PLAN, {"goal": {"text": "x"}, "steps": []}), "neither steps nor a question"),
        (calls(PLAN, {"steps": "all"}), "steps"),
        (calls(PLAN, "{not json"), "not JSON"),
        (calls("rm_rf", {}), "rm_rf"),
        (says("Sure! Here is a plan."), "answered in words"),
        (says(""), "empty"),
    ],
)
def test_an_invalid_plan_goes_back_with_the_error(
    project: Project, tmp_path: Path, bad: dict[str, Any], told: str
) -> None:
    with ScriptedServer(bad, bad, GOOD) as server:
        plan = brain(server, tmp_path).plan("a film", project)
    assert plan.steps and len(server.requests) == 3
    assert told in server.requests[1]["messages"][-1]["content"]


def test_three_invalid_plans_become_a_question_and_no_plan(
    project: Project, tmp_path: Path
) -> None:
    with ScriptedServer(says("no idea")) as server:
        session = Session(project, brain(server, tmp_path), tools(tmp_path))
        view = session.ask("a film")
    assert len(server.requests) == 3
    assert "no usable plan" in view.question and history.head(project) is None


def test_a_refusal_is_told_and_not_asked_again(project: Project, tmp_path: Path) -> None:
    with ScriptedServer(says(refusal="I will not help with that.")) as server:
        plan = brain(server, tmp_path).plan("a film", project)
    assert "I will not help with that." in plan.question and not plan.steps
    assert len(server.requests) == 1


def test_a_whole_goal_through_the_session_with_a_wrong_call_in_between(
    project: Project, tmp_path: Path
) -> None:
    wrong = calls("add", {"footage_id": "unknown", "length_s": 5})
    with ScriptedServer(GOOD, calls("explode", {}), wrong, ADD) as server:
        session = Session(project, brain(server, tmp_path), tools(tmp_path))
        session.ask("a 5 s film")
        shown = session.advance().shown
        assert shown is not None and shown.step.status == "proposed"
        assert "explode" in server.requests[2]["messages"][-1]["content"]
        assert "there is no footage 'unknown'" in server.requests[3]["messages"][-1]["content"]
        session.decide(
            "approve", nonce=shown.nonce, action_hash=shown.action_hash, revision=shown.revision
        )
    assert history.current(project).duration == 5
    assert caps.usage(project) == caps.Usage(turns=4, tool_calls=2, tokens=480)


def test_a_step_the_model_cannot_bind_is_shown_as_failed(project: Project, tmp_path: Path) -> None:
    answers = [calls("add", {"length_s": n}) for n in (1, 2, 3)]
    with ScriptedServer(GOOD, *answers) as server:
        session = Session(project, brain(server, tmp_path), tools(tmp_path))
        session.ask("a film")
        shown = session.advance().shown
    assert shown is not None and shown.step.status == "failed"
    assert "footage_id" in shown.step.answer and len(server.requests) == 4


def test_a_busy_server_is_asked_again_and_a_broken_one_not_for_ever(
    project: Project, tmp_path: Path
) -> None:
    with ScriptedServer(fails(429, retry_after="0"), fails(500), GOOD) as server:
        assert brain(server, tmp_path).plan("a film", project).steps
    with ScriptedServer(fails(503)) as server:
        with pytest.raises(CreatorError, match="503"):
            brain(server, tmp_path).plan("a film", project)
        assert len(server.requests) == 3


def test_a_silent_server_ends_in_a_timeout_that_says_what_to_do(
    project: Project, tmp_path: Path
) -> None:
    with ScriptedServer(silent()) as server, pytest.raises(CreatorError, match="model_timeout_s"):
        brain(server, tmp_path, model_timeout_s=0.2).plan("a film", project)


def test_a_server_that_is_not_there_says_what_to_check(project: Project, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    chosen = settings(url)
    with pytest.raises(CreatorError, match="base_url"):
        LLMBrain(chosen, tools(tmp_path)).plan("a film", project)


def test_a_wrong_key_and_a_missing_key_say_so(project: Project, tmp_path: Path) -> None:
    with ScriptedServer(fails(401, f"Incorrect API key provided: {KEY}")) as server:
        with pytest.raises(CreatorError, match="ROUGHCUT_API_KEY") as told:
            brain(server, tmp_path).plan("a film", project)
        assert KEY not in str(told.value)
    bare = Settings(brain="openai:gpt-5-mini", base_url="", api_key=SecretStr(""))
    with pytest.raises(CreatorError, match="ROUGHCUT_API_KEY"):
        LLMBrain(bare, tools(tmp_path)).plan("a film", project)


def test_an_answer_that_is_no_json_is_an_error_a_person_can_read(
    project: Project, tmp_path: Path
) -> None:
    with ScriptedServer(raw("<html>oops</html>")) as server, pytest.raises(BrainError):
        brain(server, tmp_path).plan("a film", project)
    with ScriptedServer(raw('{"choices": []}')) as server, pytest.raises(BrainError):
        brain(server, tmp_path).plan("a film", project)


def test_the_key_goes_to_the_server_and_nowhere_else(
    project: Project, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(GOOD, fails(400, f"bad key {KEY}")) as server:
        mind = brain(server, tmp_path)
        session = Session(project, mind, tools(tmp_path))
        session.ask("a film")
        with pytest.raises(CreatorError) as told:
            session.advance()
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in json.dumps(server.requests)
    assert KEY not in str(told.value) and KEY not in caplog.text
    assert KEY not in repr(mind.settings) and KEY not in repr(vars(mind))
    stored = "".join(str(tuple(r)) for t in ("message", "plan", "meta", "proposal")
                     for r in project.rows(f"SELECT * FROM {t}"))  # fmt: skip
    assert KEY not in stored and KEY.encode() not in (project.folder / "roughcut.db").read_bytes()


@pytest.mark.parametrize(
    ("cap", "value", "calls_made"),
    [("max_turns", 2, 2), ("max_tokens", 200, 2), ("max_money_usd", 0.0, 0)],
)
def test_a_cap_stops_the_next_call(tmp_path: Path, cap: str, value: float, calls_made: int) -> None:
    with ScriptedServer(says("no")) as server:
        chosen = settings(server.url, **{cap: value})
        with Project.create(tmp_path / "p", chosen) as project:
            mind = LLMBrain(chosen, tools(tmp_path), chat=Chat(chosen, backoff_s=0.01))
            with pytest.raises(CapReached, match=cap):
                mind.plan("a film", project)
            assert len(server.requests) == calls_made


def test_a_cap_leaves_the_step_waiting_and_says_which(tmp_path: Path) -> None:
    with ScriptedServer(GOOD, ADD) as server:
        chosen = settings(server.url, max_turns=1)
        with Project.create(tmp_path / "p", chosen) as project:
            session = Session(project, LLMBrain(chosen, tools(tmp_path)), tools(tmp_path))
            session.ask("a film")
            with pytest.raises(CapReached, match="max_turns"):
                session.advance()
            view = session.view()
            assert view is not None and view.steps[0].status == "waiting"
            assert len(server.requests) == 1


def test_words_that_name_footage_nobody_gave_are_not_shown(
    project: Project, tmp_path: Path
) -> None:
    facts = {"answer": "3 files", "topics": [{"footage_ids": ["aaaaaaaaaaaa"]}]}
    with ScriptedServer(says("See aaaaaaaaaaaa."), says("See bbbbbbbbbbbb.")) as server:
        mind = brain(server, tmp_path)
        mind.plan  # noqa: B018 - a brain is made, nothing was planned yet
        assert mind.write("what is there?", facts) == "See aaaaaaaaaaaa."
        assert mind.write("what is there?", facts) == ""


def test_messages_keep_what_was_asked_and_answered(project: Project, tmp_path: Path) -> None:
    with ScriptedServer(GOOD) as server:
        Session(project, brain(server, tmp_path), tools(tmp_path)).ask("a 5 s film")
    assert [(m.role, m.data.get("kind")) for m in state.messages(project)] == [
        ("creator", None), ("assistant", "plan"),
    ]  # fmt: skip
