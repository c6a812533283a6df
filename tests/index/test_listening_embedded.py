"""The transcriber that comes with Roughcut: what it is asked, what it leaves out, when it runs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index import library
from index.ingest import ingest
from index.listening import at_once, embedded
from index.listening.embedded import NAME, Embedded
from index.listening.listen import listen
from index.listening.spans import pieces
from index.listening.transcribers import transcriber
from index.values import IngestProgress, Spoken
from media.errors import Cancelled
from project import footage as store
from project import understood
from project.errors import CreatorError
from project.settings import Settings
from project.store import Project
from tests.index.listening_library import add_sound
from tests.index.made_voice import RATE, scene, write_wav
from timeline.time import TimeRange


class Says:
    """A transcriber under any name that hears one sentence in whatever it is given."""

    usd = 0.0

    def __init__(self, name: str, *words: str) -> None:
        self.name, self.words, self.asked = name, words, 0

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str = ""
    ) -> tuple[list[Spoken], str]:
        self.asked += 1
        each = len(samples) / RATE / len(self.words)
        said = [
            Spoken(n * each, (n + 1) * each, word, "", 0.9) for n, word in enumerate(self.words)
        ]
        return said, language or "en"


@pytest.fixture
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project whose titles and vectors are another test's business."""
    monkeypatch.setattr(library, "refresh", lambda *_, **__: None)
    monkeypatch.setattr(library, "settle", lambda *_: None)
    with Project.create(tmp_path / "project", Settings()) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def real() -> Embedded:
    return Embedded(threads=1)


# --- the model


def test_it_is_the_one_that_is_there_when_nothing_was_set() -> None:
    made = transcriber(Settings())
    assert made is not None
    assert (made.name, made.usd) == (NAME, 0.0)
    assert transcriber(Settings(transcriber="")) is None


def test_no_words_are_made_of_silence_noise_and_tones(real: Embedded) -> None:
    t = np.arange(3 * RATE) / RATE
    noise = np.random.default_rng(3).standard_normal(len(t)) * 0.1
    chord = sum(np.sin(2 * np.pi * hertz * t) for hertz in (220, 277, 330)) * 0.1
    for sound in (np.zeros(len(t)), noise, chord):
        assert real.transcribe(sound.astype(np.float32)) == ([], "en")


def test_real_speech_is_written_down_as_it_was_said(real: Embedded, real_footage: Path) -> None:
    path = real_footage / "audio_memo_03.webm"
    [piece] = pieces(path, [TimeRange(Fraction(0), Fraction(10))])
    words, _ = real.transcribe(piece.samples)
    said = " ".join(w.text for w in words).lower()
    assert "conservation of mechanical energy" in said
    assert all(0 <= w.start_s <= w.end_s <= piece.duration + 1 for w in words)
    [energy] = [w for w in words if w.text.lower().startswith("energy")]
    assert 3 < energy.start_s < energy.end_s < 5.2


class Scripted:
    """A model that says given words; it is called as the real one can be."""

    asked: dict[str, Any]
    script: tuple[tuple[float, float, str, float], ...] = ()

    def __init__(self, *given: Any, **named: Any) -> None:
        pass

    def transcribe(self, *given: Any, **named: Any) -> tuple[Iterator[Any], Any]:
        import faster_whisper

        inspect.signature(faster_whisper.WhisperModel.transcribe).bind(self, *given, **named)
        Scripted.asked = named
        words = [SimpleNamespace(start=a, end=b, word=t, probability=p) for a, b, t, p in
                 self.script]  # fmt: skip
        segments = [SimpleNamespace(words=words), SimpleNamespace(words=None)]
        return iter(segments), SimpleNamespace(language="en")


def test_each_word_keeps_its_time_and_the_unsure_phrase_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.listening.whisper._device", lambda: ("cpu", "int8"))
    monkeypatch.setattr("faster_whisper.WhisperModel", Scripted)
    monkeypatch.setattr(
        Scripted, "script",
        ((0.2, 0.5, " Lift", 0.9), (0.5, 0.9, " it.", 0.8), (1.0, 1.4, " Busy", 0.5),
         (1.4, 1.8, " sick", 0.6)),
    )  # fmt: skip
    words, language = Embedded(threads=1).transcribe(np.zeros(2 * RATE, np.float32))
    assert [(w.start_s, w.end_s, w.text, w.chance) for w in words] == [
        (0.2, 0.5, "Lift", 0.9), (0.5, 0.9, "it.", 0.8),
    ]  # fmt: skip
    asked = Scripted.asked
    assert (language, asked["language"], asked["temperature"]) == ("en", "en", 0.0)


def test_another_language_and_a_model_that_was_changed_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = np.zeros(RATE, np.float32)
    with pytest.raises(CreatorError, match="English only"):
        Embedded(threads=1).transcribe(sound, language="de")
    for name in embedded.FILES:
        (tmp_path / name).write_bytes(b"{}")
    monkeypatch.setattr(embedded, "_home", lambda: tmp_path)
    with pytest.raises(CreatorError, match="not the model that was tested"):
        Embedded(threads=1).transcribe(sound)


def test_without_its_packages_the_creator_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as gone:
        gone.setattr(embedded, "PACKAGE", "no_such_package_of_models")
        with pytest.raises(CreatorError, match="make setup"):
            Embedded()
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(CreatorError, match="faster-whisper"):
        Embedded()


# --- when it runs


def test_a_stronger_one_takes_its_place_and_is_not_undone_by_it(
    quiet: Project, tmp_path: Path
) -> None:
    talk = add_sound(quiet, tmp_path / "talk.wav", 8, (2, 5, 110))
    weak, strong = Says(NAME, "lanterns"), Says("whisper:large", "lanterns", "at", "dusk")
    listen(quiet, weak)
    assert [(s.text, s.source) for s in store.speech(quiet, talk)] == [("lanterns", NAME)]
    listen(quiet, strong)
    assert [file.status for file in listen(quiet, weak).files] == ["known"]
    assert [(s.text, s.source) for s in store.speech(quiet, talk)] == [
        ("lanterns at dusk", "whisper:large")
    ]
    assert (weak.asked, strong.asked) == (1, 1)
    listen(quiet, weak, again=True)  # it was said outright
    assert [s.source for s in store.speech(quiet, talk)] == [NAME]


def test_only_speech_nobody_has_told_is_listened_to(
    quiet: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("new", "told", "known", "muddled", "elsewhere"):
        add_sound(quiet, tmp_path / f"{name}.wav", 8, (2, 5, 110 + len(name)))
    add_sound(quiet, tmp_path / "room.wav", 8)
    span = TimeRange(Fraction(2), Fraction(5))
    store.replace_knowledge(
        quiet, "f-told", shots=[], moments=store.moments(quiet, "f-told"), captions=[],
        speech=[store.Speech("f-told", span, "as the subtitles say", "", "subtitle file")],
    )  # fmt: skip
    listen(quiet, Says("whisper:large", "before"), ["f-known"])
    listen(quiet, Says(NAME, "[noise]"), ["f-muddled"])  # heard, and not one word was understood
    says = Says(NAME, "lanterns")
    monkeypatch.setattr(at_once, "transcriber", lambda _: says)
    mine = {"f-new", "f-told", "f-known", "f-muddled", "f-room"}
    told = at_once.listen_at_once(quiet, mine)
    assert told == f"1 English word in 1 file was written down by {NAME}."
    assert says.asked == 1
    assert [s.text for s in store.speech(quiet, "f-new")] == ["lanterns"]
    assert at_once.listen_at_once(quiet, mine) == ""
    assert says.asked == 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(transcriber=""), ""),
        (Settings(transcriber="openai:whisper-1"), ""),  # it may cost money
        (Settings(language="de"), "it is in 'de'"),
    ],
)
def test_ingest_asks_nobody_but_the_embedded_one_about_english(
    tmp_path: Path, settings: Settings, told: str
) -> None:
    with Project.create(tmp_path / "project", settings) as project:
        talk = add_sound(project, tmp_path / "talk.wav", 8, (2, 5, 110))
        said = at_once.listen_at_once(project, {talk})
        assert told in said and bool(told) == bool(said)
        assert understood.unheard(project) == [talk]


def test_a_transcriber_that_cannot_listen_does_not_fail_the_ingest(
    quiet: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = add_sound(quiet, tmp_path / "talk.wav", 8, (2, 5, 110))
    monkeypatch.setattr(embedded, "PACKAGE", "no_such_package_of_models")
    assert "make setup" in at_once.listen_at_once(quiet, {talk})


def test_english_by_another_name_is_english(
    quiet: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scripted, "script", ())
    monkeypatch.setattr("index.listening.whisper._device", lambda: ("cpu", "int8"))
    monkeypatch.setattr("faster_whisper.WhisperModel", Scripted)
    assert Embedded(threads=1).transcribe(np.zeros(RATE, np.float32), language="en-GB")[1] == "en"
    monkeypatch.setattr(at_once, "transcriber", lambda _: Says(NAME, "lanterns"))
    with Project.create(tmp_path / "british", Settings(language="English")) as project:
        talk = add_sound(project, tmp_path / "talk.wav", 8, (2, 5, 110))
        assert at_once.listen_at_once(project, {talk}).startswith("1 English word ")


def test_a_file_that_cannot_be_heard_is_told_apart_from_words_that_are_not_understood(
    quiet: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = add_sound(quiet, tmp_path / "gone.wav", 8, (2, 5, 110))
    (tmp_path / "gone.wav").unlink()
    monkeypatch.setattr(at_once, "transcriber", lambda _: Says(NAME, "lanterns"))
    told = at_once.listen_at_once(quiet, {gone})
    assert told.startswith("gone.wav could not be listened to: ")
    talk = add_sound(quiet, tmp_path / "talk.wav", 8, (2, 5, 120))
    told = at_once.listen_at_once(quiet, {gone, talk})
    assert "1 English word in 1 file was" in told and "gone.wav could not" in told


def test_ingest_listens_once_all_can_be_found_and_goes_on_where_it_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(library, "refresh", lambda *_, **__: done.append("refresh"))
    monkeypatch.setattr(library, "settle", lambda _: done.append("settle"))
    folder = tmp_path / "card"
    folder.mkdir()
    write_wav(scene(8, (2, 6, 110)), folder / "talk.wav")
    says = Says(NAME, "lanterns", "over", "the", "harbour")
    monkeypatch.setattr(at_once, "transcriber", lambda _: says)

    def watched(at: IngestProgress) -> None:
        if at.listening and done[-1] != "listening":
            done.append("listening")

    with Project.create(tmp_path / "project", Settings(read_text=False)) as project:
        with pytest.raises(Cancelled):
            ingest(project, [folder], progress=watched, cancel=lambda: "listening" in done)
        assert done == ["refresh", "settle", "listening"]
        [known] = store.all_footage(project)
        assert (understood.unheard(project), says.asked) == ([known.id], 0)

        report = ingest(project, [folder])
        assert report.listening == f"4 English words in 1 file were written down by {NAME}."
        lines = store.speech(project, known.id)  # a word a second: pauses end lines
        assert " ".join(line.text for line in lines) == "lanterns over the harbour"
        assert {line.source for line in lines} == {NAME}
        assert ingest(project, [folder]).listening == ""
