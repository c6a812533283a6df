from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from index import library
from project.settings import Settings
from project.store import Project
from tests.index.listening_library import add_sound
from tests.index.speech_server import SpeechServer
from ui.cli_listen import run_listen
from ui.console import Door, door


def run(
    folder: Path, *names: str, as_json: bool = True, model: str = "openai:whisper-1",
    max_usd: float | None = None,
) -> int:  # fmt: skip
    try:
        with door(as_json=as_json) as way:
            assert isinstance(way, Door)
            run_listen(way, folder, model=model, names=list(names), again=False, max_usd=max_usd)
    except typer.Exit as left:
        return left.exit_code
    return 0


def test_the_command_listens_tells_and_leaves_with_the_right_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(library, "refresh", lambda *_, **__: None)
    monkeypatch.setattr(library, "settle", lambda *_: None)
    folder = tmp_path / "project"
    with Project.create(folder, Settings()) as project:
        add_sound(project, tmp_path / "talk.wav", 12, (2, 5, 110))
        add_sound(project, tmp_path / "room.wav", 8)
    with SpeechServer() as server:
        (folder / "roughcut.toml").write_text(
            f'transcriber_url = "{server.url}"\ntranscriber_usd_per_minute = 0.6\n'
        )
        assert run(folder, "talk.wav", max_usd=0.01) == 1
        first = json.loads(capsys.readouterr().out)
        assert (first["left"], first["files"], len(server.asked)) == (["talk.wav"], [], 0)
        assert "0.01 USD" in first["stopped"]

        assert run(folder) == 0
        done = json.loads(capsys.readouterr().out)
        told = {f["name"]: (f["status"], f["words"]) for f in done["files"]}
        assert told == {"talk.wav": ("heard", 1), "room.wav": ("silent", 0)}
        assert 0.7 < done["left_out_share"] < 0.9

        assert run(folder, as_json=False) == 0
        printed = capsys.readouterr().out
        assert "heard before" in printed
        assert "asked 0 times" in printed
        assert run(folder, "nothing.wav") == 1
        assert "no footage called 'nothing.wav'" in capsys.readouterr().out
    assert run(folder, model=" ") == 2
    assert "whisper:NAME" in capsys.readouterr().out
