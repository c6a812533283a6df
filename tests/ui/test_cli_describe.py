"""`roughcut describe`: what it prints, what it leaves with, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks._many import WordEmbedder
from index import library
from project.settings import Settings
from project.store import Project
from tests.index import made_library
from tests.index.writing import WritingServer
from tests.servers import ScriptedServer, says
from ui.cli import app

RUN = CliRunner()
ALL = len(made_library.CLIPS)


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    words = WordEmbedder()
    monkeypatch.setattr(library, "embedder", lambda _: words)
    monkeypatch.setattr(library, "settle", lambda _: None)
    with Project.create(tmp_path / "film", Settings()) as project:
        made_library.build(project)
        library.refresh(project)
    yield tmp_path / "film"


def ask(film: Path, *arguments: str) -> tuple[int, str]:
    done = RUN.invoke(app, ["describe", *arguments, "--project", str(film)])
    return done.exit_code, done.stdout + (done.stderr or "")


def test_it_tells_titles_topics_and_what_it_took(film: Path) -> None:
    with WritingServer() as server:
        (film / "roughcut.toml").write_text(f'brain = "openai:x"\nbase_url = "{server.url}"\n')
        code, said = ask(film, "--json")
        document = json.loads(said)
        assert code == 0, said
        assert document["model"] == "openai:x at 127.0.0.1" and document["left"] == []
        assert {f["outcome"] for f in document["files"]} == {"described"}
        assert document["requests"] == len(server.requests)
        assert 500 < document["largest_request_tokens"] <= 3_000
        assert document["topics"]["named"] > 0 and document["topics"]["invented"] == 0
        code, said = ask(film, "A004.mp4")
        assert code == 0 and "written before" in said and "0 requests" in said
        assert "Log: five colleagues" in " ".join(said.split())


def test_what_is_left_leaves_with_code_1_and_says_how_to_go_on(film: Path) -> None:
    with ScriptedServer(says("[]")) as server:
        toml = f'brain = "openai:x"\nbase_url = "{server.url}"\n'
        (film / "roughcut.toml").write_text(toml)
        code, said = ask(film)
        assert code == 1 and "name a model that does as it is told" in " ".join(said.split())
    (film / "roughcut.toml").write_text("")
    code, said = ask(film, "--model", "openai:gpt-5", "--max-usd", "0", "--json")
    document = json.loads(said)
    assert code == 1 and "the limit is 0; raise it" in document["stopped"]
    assert len(document["left"]) == ALL and document["requests"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no model is set; name one with --model"),
        (["--model", "openai:x"], "needs a key"),
        (["--model", "nonsense"], "not one Roughcut knows"),
        (["--model", "openai:x", "--max-usd", "-1"], "0 or more"),
        (["--model", "openai:x", "--tokens", "100"], "allow 2000 or more"),
        (["nothing.mp4", "--model", "openai:x"], "no footage called 'nothing.mp4'"),
    ],
)
def test_what_cannot_be_meant_is_said(film: Path, arguments: list[str], words: str) -> None:
    code, said = ask(film, *arguments, "--json")
    assert code in (1, 2) and words in json.loads(said)["error"]


def test_a_topic_is_told_on_request(film: Path) -> None:
    whole = json.loads(RUN.invoke(app, ["overview", "--project", str(film), "--json"]).stdout)
    words = whole["topics"][0]["label"].split(",")[0].split()[0]
    asked = RUN.invoke(app, ["overview", words, "--project", str(film), "--json"])
    told = json.loads(asked.stdout)
    assert asked.exit_code == 0 and whole["topics"][0] in told["topics"]
    assert len(told["footage"]) < len(whole["footage"]) == ALL
