"""A vision model on a server: it sees the pixels, is asked within the cap, and fails in words."""

from __future__ import annotations

import json
import logging
import time
import traceback
from typing import Any

import numpy as np
import pytest

from index.captioning.server import AnswersUnusable, ServerCaptioner
from media.errors import Cancelled
from project.errors import CapReached, CreatorError
from project.settings import Settings
from tests.index.seeing_server import COLOURS, SeeingServer
from tests.servers import ScriptedServer, fails, raw, says, silent

KEY = "sk-canary-captions-73b1"


def teller(server: ScriptedServer, **more: Any) -> ServerCaptioner:
    settings = Settings(captioner_url=server.url, captioner_key=KEY, **more)
    return ServerCaptioner(settings, "seer-1", backoff_s=0.01)


def plain(*names: str) -> list[np.ndarray]:
    """Frames of one colour each, (288, 512, 3) uint8."""
    return [np.full((288, 512, 3), COLOURS[name], np.uint8) for name in names]


def captions(*texts: str) -> dict[str, Any]:
    return says(json.dumps({"captions": texts}))


def test_the_server_sees_the_pixels_of_all_frames_in_order() -> None:
    rng = np.random.default_rng(3)
    smooth = np.kron(rng.integers(0, 256, (9, 16, 3), np.uint8), np.ones((32, 32, 1), np.uint8))
    with SeeingServer() as server:
        said = teller(server).caption([*plain("red", "blue", "green"), smooth])
    assert said[:3] == ["a red picture", "a blue picture", "a green picture"]
    assert len(server.requests) == 1 and len(server.pictures) == 4
    assert server.pictures[3].shape == (288, 512, 3)
    error = np.abs(server.pictures[3].astype(float) - smooth)
    assert np.median(error) <= 2 and error.mean() < 8  # JPEG, and nothing else, lies between


def test_it_is_asked_for_a_list_with_the_prompt_and_the_key() -> None:
    with SeeingServer() as server:
        asked = teller(server, captioner_prompt="Name the bird.")
        asked.caption(plain("red", "blue"))
    [request] = server.requests
    assert request["model"] == "seer-1"
    assert request["response_format"]["type"] == "json_schema"
    assert "exactly 2 texts" in request["messages"][0]["content"]
    parts = request["messages"][1]["content"]
    assert parts[0]["text"] == "Name the bird."
    assert [p["text"] for p in parts if p["type"] == "text"][1:] == ["Frame 1:", "Frame 2:"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert asked.name == "openai:seer-1 at 127.0.0.1"


def test_a_busy_server_is_asked_again_after_the_time_it_says() -> None:
    busy = fails(429, "slow down", retry_after="0.4")
    with SeeingServer(busy, fails(503, "ill"), raw("not http json")) as server:
        began = time.monotonic()
        # what is no answer at all is not asked again
        with pytest.raises(AnswersUnusable, match="could not be read"):
            teller(server).caption(plain("red"))
        assert time.monotonic() - began >= 0.4 and len(server.requests) == 3
    with SeeingServer(busy) as server:
        assert teller(server).caption(plain("red")) == ["a red picture"]
        assert len(server.requests) == 2


def test_a_server_that_stays_busy_or_asks_for_too_long_a_wait_is_left() -> None:
    with ScriptedServer(fails(429, "no more today")) as server:
        with pytest.raises(CreatorError, match="over its limit"):
            teller(server).caption(plain("red"))
        assert len(server.requests) == 5
    with ScriptedServer(fails(429, "tomorrow", retry_after="86400")) as server:
        with pytest.raises(CreatorError, match="over its limit"):
            teller(server).caption(plain("red"))
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "does not accept the key; check ROUGHCUT_CAPTIONER_KEY"),
        (403, "does not accept the key"),
        (404, "has no model 'seer-1'"),
        (400, "failed with status 400: .*bad \\[key\\]"),
    ],
)
def test_what_asking_again_cannot_mend_is_asked_once(status: int, words: str) -> None:
    with ScriptedServer(fails(status, f"bad {KEY}")) as server:
        with pytest.raises(CreatorError, match=words):
            teller(server).caption(plain("red"))
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500])
def test_the_key_is_in_no_error_and_no_log(status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(fails(status, f"the key {KEY} is no good")) as server:
        asked = teller(server)
        with pytest.raises(CreatorError) as caught:
            asked.caption(plain("red"))
    told = "".join(traceback.format_exception(caught.value)) + repr(asked) + repr(asked.settings)
    assert KEY not in told
    # the body of a server that repeats the key is debug text of the client, not of ours
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("openai", "http"))]
    assert KEY not in " ".join(ours)


def test_junk_goes_back_with_the_error_and_a_good_answer_is_taken() -> None:
    with SeeingServer(says("Here you go!"), captions("only one")) as server:
        assert teller(server).caption(plain("red", "blue")) == ["a red picture", "a blue picture"]
    assert len(server.requests) == 3
    told = [m["content"] for m in server.requests[2]["messages"][2:]]
    assert told[0] == "Here you go!" and "no JSON list of 2 texts" in told[1]
    assert "1 texts for 2 frames" in told[3]


def test_a_model_that_cannot_count_is_asked_about_one_frame_at_a_time_from_then_on() -> None:
    with SeeingServer(says("a red thing and a blue thing")) as server:
        server.first = 3
        server.script = [says("a red thing and a blue thing")] * 3
        asked = teller(server)
        with pytest.raises(AnswersUnusable, match="no usable answer for 2 frames in 3 tries"):
            asked.caption(plain("red", "blue"))
        assert asked.at_once == 1 and len(server.requests) == 3
        assert asked.caption(plain("blue")) == ["a blue picture"]
    with SeeingServer(fails(400, "At most 1 image(s) may be provided")) as server:
        asked = teller(server)
        with pytest.raises(AnswersUnusable):
            asked.caption(plain("red", "blue"))
        assert asked.at_once == 1


def test_plain_words_do_for_one_frame() -> None:
    with ScriptedServer(says("A red wall.")) as server:
        assert teller(server).caption(plain("red")) == ["A red wall."]


def test_a_server_without_structured_output_is_asked_without_it_for_good() -> None:
    with SeeingServer(fails(400, "response_format json_schema is not supported")) as server:
        asked = teller(server)
        assert asked.caption(plain("red")) == ["a red picture"]
        assert asked.caption(plain("blue")) == ["a blue picture"]
    assert ["response_format" in r for r in server.requests] == [True, False, False]


def test_a_refusal_is_an_answer_without_a_caption() -> None:
    with ScriptedServer(says(refusal="I will not look at that.")) as server:
        assert teller(server).caption(plain("red", "blue")) == ["", ""]
        assert len(server.requests) == 1


def test_no_request_is_sent_that_would_pass_the_cap() -> None:
    with SeeingServer() as server:
        asked = teller(server, captioner_usd_per_frame=0.01)
        asked.meter.cap_usd = 0.05
        asked.caption(plain("red", "blue", "green"))
        assert asked.meter.usd == pytest.approx(0.03)
        with pytest.raises(CapReached, match=r"limit is 0\.05"):
            asked.caption(plain("red", "blue", "green"))
        assert len(server.requests) == 1
        asked.caption(plain("red", "blue"))
        assert len(server.requests) == 2 and asked.meter.tokens == 240


def test_answers_sent_back_and_retries_stand_under_the_cap_too() -> None:
    with ScriptedServer(says("junk")) as server:
        asked = teller(server, captioner_usd_per_frame=0.01)
        asked.meter.cap_usd = 0.05
        with pytest.raises(CapReached):
            asked.caption(plain("red", "blue"))
        assert len(server.requests) == 2


def test_what_the_server_says_it_cost_goes_before_the_price_of_a_frame() -> None:
    answer = {
        "id": "1", "object": "chat.completion", "created": 1, "model": "seer-1",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": '["a", "b"]'}}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10, "cost": 0.04},
    }  # fmt: skip
    with ScriptedServer(raw(json.dumps(answer))) as server:
        asked = teller(server)
        asked.meter.cap_usd = 0.07
        asked.caption(plain("red", "blue"))
        assert asked.meter.usd == pytest.approx(0.04)
        with pytest.raises(CapReached):  # it was said to be free, and is not
            asked.caption(plain("red", "blue"))
    assert len(server.requests) == 1


def test_openais_own_server_needs_a_key_and_counts_as_dear() -> None:
    with pytest.raises(CreatorError, match="ROUGHCUT_CAPTIONER_KEY"):
        ServerCaptioner(Settings(), "gpt-5-mini")
    hosted = ServerCaptioner(Settings(captioner_key=KEY), "gpt-5-mini")
    assert hosted.usd > 0 and hosted.name == "openai:gpt-5-mini"
    assert ServerCaptioner(Settings(captioner_url="http://u:pw@h:1/v1"), "m").usd == 0
    assert (
        ServerCaptioner(Settings(captioner_url="http://u:pw@h:1/v1"), "m").where == "http://h:1/v1"
    )


@pytest.mark.parametrize("url", ["localhost:11434", "ftp://h/v1", "http://h:port/v1", "http://"])
def test_what_is_no_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(CreatorError, match="captioner_url is not the address"):
        ServerCaptioner(Settings(captioner_url=url), "m")


def test_a_silent_server_is_left_and_a_dead_one_named() -> None:
    with ScriptedServer(silent()) as server:
        asked = teller(server, model_timeout_s=0.2, captioner_usd_per_frame=0.01)
        asked.meter.cap_usd = 0.035
        with pytest.raises(CapReached):  # what was not answered may have been paid for
            asked.caption(plain("red"))
        assert len(server.requests) == 3
        url = server.url
    gone = ServerCaptioner(Settings(captioner_url=url), "seer-1", backoff_s=0.01)
    with pytest.raises(CreatorError, match="cannot be reached"):
        gone.caption(plain("red"))


def test_a_stop_does_not_wait_for_the_server() -> None:
    with ScriptedServer(silent()) as server:
        asked = teller(server)
        began = time.monotonic()
        asked.cancel = lambda: time.monotonic() - began > 0.3
        with pytest.raises(Cancelled):
            asked.caption(plain("red"))
        assert time.monotonic() - began < 2
    with ScriptedServer(fails(429, "wait", retry_after="30")) as server:
        asked, began = teller(server), time.monotonic()
        asked.cancel = lambda: time.monotonic() - began > 0.5
        with pytest.raises(Cancelled):
            asked.caption(plain("red"))
        assert time.monotonic() - began < 2
