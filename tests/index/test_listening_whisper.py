from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from index.listening import whisper
from index.listening.transcribers import transcriber
from index.listening.whisper import Whisper
from project.errors import CreatorError
from project.settings import Settings
from tests.index.made_voice import RATE, voice
from tests.index.tiny_whisper import tiny_whisper


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("faster_whisper")
    return tiny_whisper(tmp_path_factory.mktemp("models") / "tiny")


def test_the_sound_reaches_the_network_and_words_lie_within_it(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import faster_whisper

    seen: list[np.ndarray] = []
    real = faster_whisper.WhisperModel.encode

    def encode(self: Any, features: np.ndarray) -> Any:
        seen.append(features)
        return real(self, features)

    monkeypatch.setattr(faster_whisper.WhisperModel, "encode", encode)
    model = transcriber(Settings(transcriber=f"whisper:{tiny}", workers=1))
    assert model is not None
    quiet = np.zeros(RATE, np.float32)
    early, language = model.transcribe(np.concatenate([voice(1, 110), quiet]))
    first = seen[0].reshape(80, -1)
    seen.clear()
    late, _ = model.transcribe(np.concatenate([quiet, voice(1, 110)]))
    second = seen[0].reshape(80, -1)
    assert (language, model.usd) == ("en", 0.0)
    assert all(0 <= w.start_s <= w.end_s <= 2.5 for w in (*early, *late))
    before, behind = slice(5, 95), slice(105, 195)  # hundredths of a second
    assert first[:, before].mean() > first[:, behind].mean() + 0.3
    assert second[:, behind].mean() > second[:, before].mean() + 0.3


def test_a_model_in_a_folder_has_a_name_without_its_path(tiny: Path, tmp_path: Path) -> None:
    name = Whisper(str(tiny)).name
    assert name.startswith("whisper:tiny@")
    assert str(tiny.parent) not in name
    other = tiny_whisper(tmp_path / "tiny", seed=1)
    (other / "config.json").write_text((other / "config.json").read_text() + "\n")
    assert Whisper(str(other)).name != name


def test_a_folder_that_is_no_model_or_holds_code_is_not_opened(tiny: Path, tmp_path: Path) -> None:
    sound = np.zeros(RATE, np.float32)
    with pytest.raises(CreatorError, match="knows no language 'tlh'"):
        Whisper(str(tiny)).transcribe(sound, language="tlh")
    with pytest.raises(CreatorError, match=r"model\.bin, config\.json, tokenizer\.json is missing"):
        Whisper(str(tmp_path)).transcribe(sound)
    for name in whisper.NEEDED:
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(CreatorError, match="cannot be loaded"):
        Whisper(str(tmp_path)).transcribe(sound)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "modeling.py").write_text("raise SystemExit")
    with pytest.raises(CreatorError, match="Python files"):
        Whisper(str(tmp_path)).transcribe(sound)


def test_nothing_is_fetched_unless_that_was_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("faster_whisper")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(CreatorError, match="allow_downloads"):
        Whisper("tiny").transcribe(np.zeros(RATE, np.float32))
    with pytest.raises(CreatorError, match=r"large-v3-turbo"):
        Whisper("huge").transcribe(np.zeros(RATE, np.float32))
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_creator_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(CreatorError, match=r'pip install "faster-whisper>=1\.2,<2"'):
        transcriber(Settings(transcriber="whisper:small"))


class Heard:
    """A model that says what it was asked; it is called as the real one can be."""

    def __init__(self, *given: Any, **named: Any) -> None:
        import faster_whisper

        inspect.signature(faster_whisper.WhisperModel).bind(*given, **named)
        self.supported_languages = ["en", "de"]
        Heard.made = named

    made: dict[str, Any]
    asked: dict[str, Any]

    def transcribe(self, *given: Any, **named: Any) -> tuple[Iterator[Any], Any]:
        import faster_whisper

        inspect.signature(faster_whisper.WhisperModel.transcribe).bind(self, *given, **named)
        Heard.asked = named
        word = SimpleNamespace(start=0.5, end=0.9, word=" Hallo", probability=0.75)
        segments = [SimpleNamespace(words=[word]), SimpleNamespace(words=None)]
        return iter(segments), SimpleNamespace(language=named["language"] or "de")


def test_the_real_package_can_be_called_as_it_is_called(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faster_whisper.WhisperModel", Heard)
    model = Whisper(str(tiny), threads=2)
    words, language = model.transcribe(np.zeros(RATE, np.float32), language="en")
    assert [(w.text, w.start_s, w.end_s, w.chance) for w in words] == [("Hallo", 0.5, 0.9, 0.75)]
    assert (language, Heard.asked["language"], Heard.asked["word_timestamps"]) == ("en", "en", True)
    assert model.transcribe(np.zeros(RATE, np.float32))[1] == "de"
    assert Heard.asked["language"] is None
    assert Heard.made["local_files_only"] is True
    assert Heard.made["compute_type"] in ("int8_float32", "int8", "float16", "int8_float16")


def test_a_transcriber_is_named_or_there_is_none() -> None:
    assert transcriber(Settings(transcriber=" ")) is None
    for wrong in ("whisper", "whisper:", "vosk:small", "openai"):
        with pytest.raises(CreatorError, match="whisper:NAME"):
            transcriber(Settings(transcriber=wrong))
    with pytest.raises(CreatorError, match="needs a key"):
        transcriber(Settings(transcriber="openai:whisper-1"))
    for url in ("localhost:8000", "ftp://host/v1", "http://user:pass@host/v1"):
        with pytest.raises(CreatorError, match="transcriber_url"):
            transcriber(Settings(transcriber="openai:x", transcriber_url=url))
