"""What a model writes arrives piece by piece, is stopped in the middle, and never runs away."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent import caps, state
from agent.chat import LONGEST, Chat
from agent.llm import PLAN, LLMBrain
from agent.session import Session
from agent.stream import Piece, Writing
from media.errors import Cancelled
from project.errors import BrainError, CapReached
from project.settings import Settings
from project.store import Project
from tests.fakes import Add, Look
from tests.servers import PIECE, ScriptedServer, calls, endless, fails, raw, says, slowly

WORDS = [("human", "hello")]
GOOD = calls(PLAN, {"goal": {"text": "x"}, "steps": [{"tool": "look", "intent": "see the sea"}]})


def chat(server: ScriptedServer, **more: Any) -> Chat:
    given = {"model_timeout_s": 5.0, **more}
    settings = Settings(brain="openai:scripted", base_url=server.url, **given)
    return Chat(settings, backoff_s=0.01)


def test_words_arrive_piece_by_piece_before_the_answer_is_whole() -> None:
    text, heard = "the sea is never the same twice", list[str]()
    released = threading.Event()

    def told(piece: Piece) -> None:
        heard.append(piece.text)

    with ScriptedServer(slowly(says(text), pause_s=0.02)) as server:
        answer = chat(server).ask(None, WORDS, told=told)
        released.set()
    assert answer.text == text == "".join(heard)
    assert len(heard) == -(-len(text) // PIECE)
    assert (answer.read, answer.written) == (100, 20)  # the server's own count, from its last event


def test_a_tool_call_is_put_together_from_its_pieces() -> None:
    arguments = {"footage_id": "f1", "length_s": 5, "note": 'with "quotes", ümläuts and {braces}'}
    heard = list[Piece]()
    with ScriptedServer(calls("add", arguments)) as server:
        answer = chat(server).ask(None, WORDS, [_tool("add")], "add", told=heard.append)
        assert server.requests[0]["stream"] is True
    assert answer.calls == (("add", arguments),) and not answer.broken_calls
    assert {piece.tool for piece in heard} == {"add"} and len(heard) > 5
    assert json.loads("".join(piece.text for piece in heard)) == arguments


def test_a_call_that_breaks_off_is_no_call() -> None:
    with ScriptedServer(calls("add", '{"footage_id": "f1", "length_s"')) as server:
        answer = chat(server).ask(None, WORDS, [_tool("add")], "add")
    assert not answer.calls and answer.broken_calls == ('{"footage_id": "f1", "length_s"',)


def test_two_calls_in_one_stream_stay_two() -> None:
    both = calls("add", {"a": 1})
    other = {"id": "call_2", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    both["message"]["tool_calls"].append(other)
    with ScriptedServer(both) as server:
        answer = chat(server).ask(None, WORDS, [_tool("add"), _tool("look")], "add")
    assert answer.calls == (("add", {"a": 1}), ("look", {}))


def test_a_refusal_that_is_streamed_is_heard() -> None:
    with ScriptedServer(says(refusal="I will not help with that.")) as server:
        assert chat(server).ask(None, WORDS).refusal == "I will not help with that."


@pytest.mark.parametrize("answer", [says("plainly"), calls("add", {"a": [1, 2]})])
def test_a_server_that_cannot_stream_is_asked_at_once_and_not_asked_to_stream_again(
    answer: dict[str, Any],
) -> None:
    heard = list[Piece]()
    with ScriptedServer(answer, streams=False) as server:
        mind = chat(server)
        for _ in range(2):
            said = mind.ask(None, WORDS, [_tool("add")], "add", told=heard.append)
        assert said.text == "plainly" or said.calls == (("add", {"a": [1, 2]}),)
        assert [bool(r.get("stream")) for r in server.requests] == [True, False, False]
    assert len(heard) == 2


def test_a_server_that_says_it_cannot_stream_is_believed() -> None:
    with ScriptedServer(fails(400, "stream is not supported"), says("plainly")) as server:
        assert chat(server).ask(None, WORDS).text == "plainly"
    with ScriptedServer(raw("<html>oops</html>")) as server, pytest.raises(BrainError):
        chat(server).ask(None, WORDS)


def test_a_stop_in_the_middle_ends_the_call_and_hangs_up() -> None:
    stop = threading.Event()
    heard = list[str]()

    def told(piece: Piece) -> None:
        heard.append(piece.text)
        if len(heard) == 3:
            stop.set()

    with ScriptedServer(endless(pause_s=0.01)) as server:
        with pytest.raises(Cancelled):
            chat(server).ask(None, WORDS, told=told, cancel=stop.is_set)
        assert server.broken_off.wait(10)  # it notices when it writes on
    assert len(heard) >= 3 and len(server.requests) == 1


def test_a_stop_while_the_server_is_silent_ends_the_call_within_two_seconds() -> None:
    began = time.monotonic()
    with ScriptedServer(slowly(says("one two three"), pause_s=30, after=1)) as server:
        mind = chat(server, model_timeout_s=60.0)
        with pytest.raises(Cancelled):
            mind.ask(None, WORDS, cancel=lambda: time.monotonic() > began + 0.3)
        assert time.monotonic() - began < 2.3


def test_a_stopped_plan_leaves_nothing_but_a_word_about_it(
    project: Project, tmp_path: Path
) -> None:
    with ScriptedServer(endless(tool=PLAN, text='"', pause_s=0.01)) as server:
        session = _session(project, server)
        heard = list[Piece]()
        session.told = heard.append
        with pytest.raises(Cancelled):
            session.ask("a film", cancel=lambda: bool(heard))
    assert session.view() is None
    said = state.messages(project)[-1]
    assert said.data == {"kind": "stopped"} and "No plan was made" in said.text
    assert caps.usage(project).turns == 1 and caps.usage(project).tokens > 0


def test_a_stopped_step_waits_as_it_did(project: Project) -> None:
    with ScriptedServer(GOOD, endless(tool="look", text='"', pause_s=0.01)) as server:
        session = _session(project, server)
        session.ask("what is there?")
        heard = list[Piece]()
        session.told = heard.append
        view = session.advance(cancel=lambda: bool(heard))
    assert view.steps[0].status == "waiting" and view.shown is None


@pytest.mark.parametrize("tool", ["", PLAN])
def test_an_answer_without_an_end_is_broken_off(project: Project, tool: str) -> None:
    with ScriptedServer(endless("and so on " * 200, tool=tool)) as server:
        with pytest.raises(CapReached, match="broken off"):
            _session(project, server).ask("a film")
        assert len(server.requests) == 1
    assert LONGEST / 8 < caps.usage(project).tokens < LONGEST


def test_an_answer_is_never_longer_than_what_the_goal_may_still_use(tmp_path: Path) -> None:
    with ScriptedServer(endless("word ")) as server:
        settings = Settings(brain="openai:x", base_url=server.url, max_tokens=500)
        with Project.create(tmp_path / "p", settings) as project:
            with pytest.raises(CapReached, match="2,000 characters"):
                Chat(settings).ask(project, WORDS)
            assert caps.usage(project).tokens < 700


def test_a_trickle_that_never_falls_silent_is_broken_off() -> None:
    with ScriptedServer(endless("a", pause_s=0.02)) as server:
        mind = chat(server, model_timeout_s=0.1)
        with pytest.raises(CapReached, match=r"more than 0\.5 s"):
            mind.ask(None, WORDS)


def test_the_key_is_not_in_what_is_told_of_a_broken_stream() -> None:
    with ScriptedServer(endless("sk-canary ")) as server:
        mind = chat(server, api_key=SecretStr("sk-canary"), model_timeout_s=0.05)
        with pytest.raises(CapReached) as told:
            mind.ask(None, WORDS)
    assert "sk-canary" not in str(told.value)


def test_what_is_being_written_is_read_as_sentences_even_where_it_has_no_end() -> None:
    writing = Writing()
    for text in ('{"goal": {"te', 'xt": "x"}, "steps": [{"tool": "look", "inte', 'nt": "see the '):
        writing.add(Piece(text, PLAN))
    assert str(writing) == "x\nsee the"
    writing.add(Piece('sea \\u2014 calm"}]}', PLAN))
    writing.add(Piece("It is "))
    writing.add(Piece("there."))
    assert str(writing) == "x\nsee the sea — calm\nIt is there."


def _tool(name: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {}}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


def _session(project: Project, server: ScriptedServer) -> Session:
    settings = Settings(brain="openai:x", base_url=server.url)
    tools: dict[str, Any] = {"add": Add(), "look": Look()}
    return Session(project, LLMBrain(settings, tools), tools)
