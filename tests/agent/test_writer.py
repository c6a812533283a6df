"""The chat model as a writer, with the real client, against a scripted server on loopback."""

from __future__ import annotations

import time

import pytest
from pydantic import SecretStr

from agent.writer import ChatWriter, writer
from media.errors import Cancelled
from project.errors import BrainError, CreatorError
from project.settings import Settings
from tests.servers import ScriptedServer, fails, raw, says, silent

TURNS = [("system", "Write titles."), ("human", "<data>\n</data>")]


def test_the_writer_is_the_brain_that_the_settings_name() -> None:
    assert writer(Settings()) is None
    own = writer(Settings(brain="openai:gemma", base_url="http://127.0.0.1:11434/v1"))
    assert own is not None and own.name == "openai:gemma at 127.0.0.1"
    assert own.price(10**6, 10**6) == 0
    hosted = writer(Settings(brain="openai:gpt-5-mini", api_key=SecretStr("sk-canary")))
    assert hosted is not None and hosted.name == "openai:gpt-5-mini"
    assert hosted.price(10**6, 10**6) == 2.25
    with pytest.raises(CreatorError, match="not one Roughcut knows"):
        writer(Settings(brain="gpt"))


def test_it_says_what_it_was_told_and_what_that_took() -> None:
    with ScriptedServer(fails(429), says("  [1]  ")) as server:
        chat = ChatWriter(Settings(brain="openai:x", base_url=server.url), backoff_s=0.01)
        said = chat.write(TURNS)
    assert (said.text, said.tokens, said.usd, said.declined) == ("[1]", 120, 0, "")
    assert [m["role"] for m in server.requests[1]["messages"]] == ["system", "user"]
    assert server.requests[1]["messages"][1]["content"] == TURNS[1][1]


def test_a_refusal_is_said_and_an_unreadable_answer_is_the_writers_to_mend() -> None:
    with ScriptedServer(says(refusal="I must not.")) as server:
        said = ChatWriter(Settings(brain="openai:x", base_url=server.url)).write(TURNS)
    assert said.declined == "I must not." and said.tokens == 120
    with ScriptedServer(raw("not json")) as server, pytest.raises(BrainError, match="be read"):
        ChatWriter(Settings(brain="openai:x", base_url=server.url)).write(TURNS)


def test_a_try_that_timed_out_is_counted_and_none_is_made_after_a_stop() -> None:
    words = [("human", "w" * 4_000)]
    with ScriptedServer(silent(), says("ok")) as server:
        settings = Settings(brain="openai:x", base_url=server.url, model_timeout_s=0.3)
        said = ChatWriter(settings, backoff_s=0.01).write(words)
        assert said.tokens == 1_000 + 120
        began, asked = time.monotonic(), len(server.requests)
        with pytest.raises(Cancelled):
            ChatWriter(settings).write(words, cancel=lambda: True)
        assert len(server.requests) == asked and time.monotonic() - began < 2
