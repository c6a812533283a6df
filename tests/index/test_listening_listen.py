from __future__ import annotations

import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import SecretStr

from index import library
from index.listening.listen import FileHeard, listen
from index.listening.transcribers import transcriber
from index.search import search
from index.values import Transcriber
from media.errors import Cancelled
from project import footage as store
from project import understood
from project.errors import CreatorError
from project.settings import Settings
from project.store import DATABASE, Project
from tests.index.listening_library import add_row, add_sound
from tests.index.made_voice import RATE
from tests.index.speech_server import SpeechServer

KEY = "sk-canary-8f2b61"
TALK = ((5, 8, 110), (9, 11, 200), (25, 28, 200))  # two near each other, one far away


@pytest.fixture
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project whose titles and vectors are another test's business."""
    monkeypatch.setattr(library, "refresh", lambda *_, **__: None)
    monkeypatch.setattr(library, "settle", lambda *_: None)
    with Project.create(tmp_path / "project", Settings()) as fresh:
        yield fresh


def asks(server: SpeechServer, *, model: str = "whisper-1", usd: float = 0.0) -> Transcriber:
    made = transcriber(
        Settings(
            transcriber=f"openai:{model}",
            transcriber_url=server.url,
            transcriber_key=SecretStr(KEY),
            transcriber_usd_per_minute=usd,
        )
    )
    assert made is not None
    return made


def words(project: Project, footage_id: str) -> list[tuple[str, float, float]]:
    footage = store.find(project, footage_id)
    heard = understood.transcript(project, footage.fingerprint)
    assert heard is not None
    for word in heard.words:
        assert footage.range.contains(word.range)
    assert all(a.range.end <= b.range.start for a, b in pairwise(heard.words))
    return [(w.text, float(w.range.start), float(w.range.end)) for w in heard.words]


def test_only_speech_is_sent_and_words_fall_where_they_are_said(
    quiet: Project, tmp_path: Path
) -> None:
    talk = add_sound(quiet, tmp_path / "talk.wav", 40, *TALK)
    add_sound(quiet, tmp_path / "room.wav", 20)
    told: list[tuple[float, str]] = []
    with SpeechServer() as server:
        report = listen(quiet, asks(server), progress=lambda a, b: told.append((a, b)))
        assert len(server.asked) == 2
        assert all(a.rate == RATE and a.seconds <= 30 for a in server.asked)
        assert 8 < server.seconds < 8 + 3 * 0.9  # eight seconds of speech, padded thrice
        assert {a.authorization for a in server.asked} == {f"Bearer {KEY}"}
        assert server.asked[0].fields["response_format"] == ["verbose_json"]
        assert server.asked[0].fields["timestamp_granularities[]"] == ["word", "segment"]
    found = words(quiet, talk)
    assert [w for w, _, _ in found] == ["Low", "high.", "High."]
    for (_, start, end), (said, stops, _) in zip(found, TALK, strict=True):
        assert abs(start - said) < 0.1
        assert abs(end - stops) < 0.1
    room, file = sorted(report.files, key=lambda f: f.name)
    assert (room.status, room.asked, file.status, file.asked) == ("silent", 0, "heard", 2)
    assert float(file.sent_s) == pytest.approx(server.seconds, abs=0.01)
    assert report.left_out == pytest.approx(1 - server.seconds / 60, abs=0.01)
    assert file.language == "en"
    lines = store.speech(quiet, talk)
    assert [line.source for line in lines] == [report.model] * 3
    assert told[-1][0] == 1.0


def test_what_was_heard_is_not_asked_again_unless_wanted(quiet: Project, tmp_path: Path) -> None:
    add_sound(quiet, tmp_path / "a.wav", 12, (2, 5, 110))
    add_sound(quiet, tmp_path / "twin.wav", 12, (2, 5, 110))
    with SpeechServer() as server:
        first = listen(quiet, asks(server))
        assert [f.status for f in first.files] == ["heard", "known"]
        assert all(store.speech(quiet, f.id) for f in first.files)
        assert [f.status for f in listen(quiet, asks(server)).files] == ["known", "known"]
        assert len(server.asked) == 1
        listen(quiet, asks(server), again=True)
        assert len(server.asked) == 2
        listen(quiet, asks(server, model="other"))
        assert len(server.asked) == 3


def test_a_busy_server_is_asked_again_and_a_refusal_is_not(
    quiet: Project, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    talk = add_sound(quiet, tmp_path / "a.wav", 12, (2, 5, 110))
    with SpeechServer(429, 503) as server:
        [heard] = listen(quiet, asks(server)).files
        assert (len(server.asked), heard.asked, heard.words) == (3, 1, 1)
    with SpeechServer(401, message=f"no such key {KEY}") as server:
        with pytest.raises(CreatorError, match="transcriber_key") as refused:
            listen(quiet, asks(server), [talk], again=True)
        assert len(server.asked) == 1
    assert KEY not in str(refused.value)
    assert "***" in str(refused.value)
    assert KEY not in caplog.text
    assert KEY.encode() not in (quiet.folder / DATABASE).read_bytes()


def test_one_bad_file_never_stops_the_rest(quiet: Project, tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"RIFF nothing of a sound" * 40)
    add_row(quiet, tmp_path / "bad.wav", 12, (2, 5, 110))
    add_row(quiet, tmp_path / "gone.wav", 12, (2, 5, 110))
    add_sound(quiet, tmp_path / "refused.wav", 12, (2, 6, 110))
    add_sound(quiet, tmp_path / "well.wav", 12, (2, 5, 200))
    with SpeechServer(422, message="too odd a sound") as server:
        files: dict[str, FileHeard] = {f.name: f for f in listen(quiet, asks(server)).files}
    assert {n: f.status for n, f in files.items()} == {
        "bad.wav": "failed", "gone.wav": "failed", "refused.wav": "failed", "well.wav": "heard",
    }  # fmt: skip
    assert "too odd a sound" in files["refused.wav"].reason
    assert "gone.wav" in files["gone.wav"].reason
    refused = store.find(quiet, files["refused.wav"].id)
    assert understood.transcript(quiet, refused.fingerprint) is None
    with SpeechServer() as server:
        again = {f.name: f.status for f in listen(quiet, asks(server)).files}
    # a server at another address is another model's name, so all is asked of it
    assert again["refused.wav"] == "heard"


def test_no_more_is_spent_than_allowed_and_the_rest_is_heard_later(
    quiet: Project, tmp_path: Path
) -> None:
    talk = add_sound(quiet, tmp_path / "talk.wav", 40, *TALK)
    with SpeechServer() as server:
        dear = asks(server, usd=0.6)  # a cent for a second
        report = listen(quiet, dear, max_usd=0.07)
        assert len(server.asked) == 1
        assert 0.05 < report.usd <= 0.07
        assert "0.07 USD" in report.stopped
        assert understood.transcript(quiet, store.find(quiet, talk).fingerprint) is None
        assert listen(quiet, dear, max_usd=0.0).stopped
        assert len(server.asked) == 1
        done = listen(quiet, dear, max_usd=0.07)
        assert (len(server.asked), done.stopped) == (2, "")
        assert (done.files[0].asked, done.files[0].remembered) == (1, 1)
        assert done.usd < 0.05
    assert len(words(quiet, talk)) == 3


RUN = """
import sys
from pathlib import Path
from index.listening.listen import listen
from index.listening.transcribers import transcriber
from project.settings import Settings
from project.store import Project
settings = Settings(transcriber="openai:whisper-1", transcriber_url=sys.argv[2])
with Project.open(Path(sys.argv[1]), settings) as project:
    listen(project, transcriber(settings))
"""


def test_a_killed_run_goes_on_and_asks_nothing_twice(tmp_path: Path) -> None:
    with Project.create(tmp_path / "project", Settings()) as project:
        talk = add_sound(project, tmp_path / "talk.wav", 40, *TALK)
    with SpeechServer(200, 0) as server:
        child = subprocess.Popen([sys.executable, "-c", RUN, str(project.folder), server.url])
        try:
            assert server.reached.wait(60)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
        first = server.asked[0].samples
        assert len(server.asked) == 2
        with Project.open(tmp_path / "project", Settings()) as project:
            assert store.speech(project, talk) == []
            [file] = listen(project, asks(server)).files
            assert (file.status, file.asked, file.remembered) == ("heard", 1, 1)
            assert len(words(project, talk)) == 3
            found = search(project, 'says "low"')
    assert len(server.asked) == 3
    assert len(server.asked[2].samples) != len(first)
    assert found.hits
    assert found.hits[0].range.start <= 8
    assert any(why.kind == "speech" for why in found.hits[0].why)


def test_a_stop_does_not_wait_for_the_server(quiet: Project, tmp_path: Path) -> None:
    add_sound(quiet, tmp_path / "a.wav", 12, (2, 5, 110))
    with SpeechServer(0) as server, pytest.raises(Cancelled):
        listen(quiet, asks(server), cancel=server.reached.is_set)


def test_a_diarising_server_keeps_speakers_apart(quiet: Project, tmp_path: Path) -> None:
    talk = add_sound(quiet, tmp_path / "talk.wav", 20, (5, 8, 110), (9, 11, 200))
    with SpeechServer(shape="diarized") as server:
        listen(quiet, asks(server, model="gpt-4o-transcribe-diarize"))
        assert server.asked[0].fields["response_format"] == ["diarized_json"]
    lines = store.speech(quiet, talk)
    assert [(x.speaker, x.text) for x in lines] == [("A", "so low I am"), ("B", "so high I am")]
    assert lines[0].range.end <= Fraction(9) <= lines[1].range.start + Fraction(1, 10)


def test_a_server_that_tells_no_times_is_asked_for_the_text_once_and_for_all(
    quiet: Project, tmp_path: Path
) -> None:
    talk = add_sound(quiet, tmp_path / "talk.wav", 40, *TALK)
    with SpeechServer(400, shape="text", message="response_format is not supported") as server:
        listen(quiet, asks(server))
        forms = [a.fields["response_format"] for a in server.asked]
        assert forms == [["verbose_json"], ["json"], ["json"]]
    found = words(quiet, talk)
    assert len(found) == 3
    assert found[0][0] == "Low"
    for _, start, end in found:
        assert any(a - 0.3 <= start and end <= b + 0.5 for a, b, _ in TALK)
