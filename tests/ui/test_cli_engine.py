"""Where footage is watched, said on the command line and told by the doctor."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from project import footage as store
from project.settings import Settings
from project.store import Project
from ui.cli import app
from ui.doctor import _ray

RUN = CliRunner()


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        (["--engine", "cloud"], "--engine takes local or ray; not 'cloud'"),
        (["--address", "127.0.0.1:6379"], "say --engine ray with it"),
        (["--engine", "ray", "--address", "nowhere"], "'nowhere' is no address of a Ray cluster"),
        (["--engine", "ray", "--address", "127.0.0.1:1"], "no Ray cluster answers at 127.0.0.1:1"),
    ],
)
def test_an_engine_that_cannot_watch_is_said_and_nothing_is_taken_in(
    engine: list[str], words: str, clips: Path, tmp_path: Path
) -> None:
    Project.create(tmp_path / "p").close()
    asked = ["ingest", str(clips), "--project", str(tmp_path / "p"), *engine, "--json"]
    done = RUN.invoke(app, asked)
    assert done.exit_code in (1, 2)
    assert words in json.loads(done.stdout)["error"]
    with Project.open(tmp_path / "p", write=False) as project:
        assert store.all_footage(project) == []


def test_the_environment_says_the_same_as_the_command(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Project.create(tmp_path / "p").close()
    monkeypatch.setenv("ROUGHCUT_ENGINE", "ray")
    monkeypatch.setenv("ROUGHCUT_RAY_ADDRESS", "127.0.0.1:1")
    done = RUN.invoke(app, ["ingest", str(clips), "--project", str(tmp_path / "p")])
    assert done.exit_code == 1
    assert "Watching on the Ray cluster at 127.0.0.1:1." in done.stdout


def test_the_doctor_says_whether_a_cluster_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ROUGHCUT_RAY_ADDRESS" in _ray(Settings())["detail"]
    assert _ray(Settings(engine="ray"))["ok"]
    away = _ray(Settings(engine="ray", ray_address="127.0.0.1:1"))
    assert not away["ok"]
    assert "no Ray cluster answers at 127.0.0.1:1" in away["detail"]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "pip install" in _ray(Settings())["detail"]
