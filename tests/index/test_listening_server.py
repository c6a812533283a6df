from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from index.listening import server as listening_server
from index.listening.server import NotHeard, SpeechServer, wav
from project.errors import CreatorError
from tests.index import speech_server
from tests.index.made_voice import RATE, scene

SOUND = scene(4, (1, 3, 110))


def asks(url: str) -> SpeechServer:
    return SpeechServer("whisper-1", url=url)


def test_the_sound_that_arrives_is_the_sound_that_was_sent() -> None:
    with speech_server.SpeechServer() as server:
        words, language = asks(server.url).transcribe(SOUND, language="fr")
        [asked] = server.asked
    assert asked.rate == RATE
    assert np.abs(asked.samples - SOUND).max() < 1e-4
    assert asked.fields["language"] == ["fr"]
    assert asked.fields["model"] == ["whisper-1"]
    assert language == "en"  # what the server heard
    assert [w.text for w in words] == ["Low."]
    loudest = np.array([2.0, -2.0, np.float32(0.5)], np.float32)
    samples, _ = speech_server.decoded(wav(loudest))
    assert samples.tolist() == pytest.approx([1, -1, 0.5], abs=1e-4)


def test_a_broken_server_is_given_up_after_five_times() -> None:
    with speech_server.SpeechServer(*[500] * 9) as server:
        with pytest.raises(CreatorError, match="asked 5 times") as gone:
            asks(server.url).transcribe(SOUND)
        assert len(server.asked) == 5
    assert not isinstance(gone.value, NotHeard)


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening_server, "RETRIES", 0)
    with speech_server.SpeechServer() as server:
        url = server.url
    with pytest.raises(CreatorError, match="cannot be reached"):
        asks(url).transcribe(SOUND)
    with speech_server.SpeechServer(404) as server, pytest.raises(CreatorError, match="the model"):
        asks(server.url).transcribe(SOUND)


@pytest.mark.parametrize(
    ("answer", "reason"), [([1, 2], "another shape"), ({"text": "x" * 5000}, "cut off")]
)
def test_an_answer_that_is_no_transcription_is_refused(
    answer: Any, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening_server, "LARGEST_ANSWER", 2000)
    with speech_server.SpeechServer() as server:
        monkeypatch.setattr(server, "transcription", lambda *_: answer)
        with pytest.raises(NotHeard, match=reason):
            asks(server.url).transcribe(SOUND)
