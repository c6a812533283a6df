"""The command line: exit codes, one JSON document, messages that say what to do."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.values import Shown, Step
from project import history
from project.store import Project
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from tools.proposal import Proposal
from ui.cli import app
from ui.cli_make import _choose
from ui.console import Door, plain

RUN = CliRunner()


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ui.cli import app; "
        "heavy = {'torch', 'gradio', 'chromadb', 'transformers', 'av', 'cv2', 'numpy', 'rich'};"
        " print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_new_project_is_made_once_and_the_second_time_says_so(tmp_path: Path) -> None:
    first = RUN.invoke(app, ["new", str(tmp_path / "p"), "--json"])
    assert first.exit_code == 0
    assert json.loads(first.stdout) == {"project": str(tmp_path / "p")}
    again = RUN.invoke(app, ["new", str(tmp_path / "p"), "--json"])
    assert again.exit_code == 1
    assert "already holds a project" in json.loads(again.stdout)["error"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["search", "sea"], "which project?"),
        (["search", " ", "--project", "P"], "say what to look for"),
        (["search", "sea", "--light", "purple", "--project", "P"], "dark, bright"),
        (["ingest", "/no/such/folder", "--project", "P"], "there is no /no/such/folder"),
        (["export", "--to", "avi", "--project", "P"], "otio, fcpxml, edl, srt"),
        (["make", "  ", "--project", "P"], "say what the film should be"),
        (["make", "a film", "--json", "--project", "P"], "--yes"),
        (["generate", "sea", "--size", "big"], "WIDTHxHEIGHT"),
        (["generate", "sea", "--rate", "1/0"], "30000/1001"),
        (["ui", "--host", "0.0.0.0"], "password"),
    ],
)
def test_wrong_use_leaves_with_two_and_says_what_to_do(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Project.create(tmp_path / "P").close()
    done = RUN.invoke(app, arguments)
    assert done.exit_code == 2, done.output
    assert words in " ".join(done.output.split())


def test_an_unknown_option_leaves_with_two() -> None:
    assert RUN.invoke(app, ["new", "--sideways"]).exit_code == 2


def test_a_folder_without_a_project_is_a_failure_with_the_way_out(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["timeline", "show", "--project", str(tmp_path), "--json"])
    assert done.exit_code == 1
    assert "roughcut new" in json.loads(done.stdout)["error"]


def test_timeline_commands_walk_the_history(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    with Project.create(folder) as project:
        span = TimeRange(0, 2)
        clip = Clip("c-1", "f1", "we\nird [bold]name[/].mp4", span, TimeRange(0, 5))
        history.commit(
            project, Timeline(tracks=(Track("V1", "video", (clip,)),)), "Add a clip", actor="hand"
        )

    def run(*words: str) -> dict[str, object]:
        done = RUN.invoke(app, ["timeline", *words, "--project", str(folder), "--json"])
        assert done.exit_code == 0, done.output
        document: dict[str, object] = json.loads(done.stdout)
        return document

    assert run("show")["duration_s"] == 2
    shown = RUN.invoke(app, ["timeline", "show", "--project", str(folder)])
    assert "we⏎ird [bold]name[/].mp4" in " ".join(shown.output.split())
    assert run("undo")["clips"] == []
    assert run("redo")["duration_s"] == 2
    run("versions", "--name", "first")
    run("undo")
    back = run("versions", "--restore", "first")
    assert [row["name"] for row in back["versions"] if row["head"]] == ["first"]  # type: ignore[union-attr]
    again = RUN.invoke(app, ["timeline", "redo", "--project", str(folder)])
    assert again.exit_code == 1
    assert "nothing to redo" in again.output


def test_reading_works_while_another_process_writes(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p"):
        shown = RUN.invoke(app, ["timeline", "show", "--project", str(tmp_path / "p"), "--json"])
        assert shown.exit_code == 0
        busy = RUN.invoke(app, ["timeline", "undo", "--project", str(tmp_path / "p"), "--json"])
        assert busy.exit_code == 1
        assert "open for writing" in json.loads(busy.stdout)["error"]


def roughcut(*words: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command as a shell runs it."""
    code = "from ui.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], input=typed, capture_output=True, text=True
    )


@pytest.mark.parametrize("words", [("search",), ("bogus",), ("search", "sea", "--limit", "0")])
def test_wrong_use_answers_in_json_where_that_was_asked_for(words: tuple[str, ...]) -> None:
    done = roughcut(*words, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]


def test_generating_never_writes_over_a_file_unless_forced(tmp_path: Path) -> None:
    dear = tmp_path / "dear.mp4"
    dear.write_bytes(b"the only copy")
    wish = ["generate", "sunset", "--size", "64x48", "--duration", "0.2", "--out", str(dear)]
    refused = RUN.invoke(app, wish)
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert dear.read_bytes() == b"the only copy"
    assert RUN.invoke(app, [*wish, "--force", "--json"]).exit_code == 0
    assert dear.read_bytes() != b"the only copy"


@pytest.mark.parametrize(
    ("typed", "word"),
    [("approve", "approve"), ("A", "approve"), ("abort", "stop"), ("stop", "stop"), ("s", "skip")],
)
def test_only_a_whole_word_decides(
    typed: str, word: str, monkeypatch: pytest.MonkeyPatch, shown: Shown
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\nall wrong\n{typed}\n"))
    assert _choose(Door(as_json=False), shown)[0] == word


@pytest.fixture
def shown() -> Shown:
    step = Step(1, 0, "title", "a title", "proposed", {}, "")
    proposal = Proposal(tool="title", arguments={}, effect="edit", answer="")
    return Shown(1, step, proposal, "n", "h", 0)


def test_seconds_are_numbers_in_every_document() -> None:
    document = {"in_s": "1/4", "rate": "25", "rows": [{"usable_s": "17017/5000"}], "name": "1/2"}
    assert plain(document) == {
        "in_s": 0.25,
        "rate": "25",
        "rows": [{"usable_s": 3.4034}],
        "name": "1/2",
    }


def test_a_folder_with_things_in_it_does_not_become_a_project(tmp_path: Path) -> None:
    (tmp_path / "C0001.MP4").touch()
    done = RUN.invoke(app, ["new", str(tmp_path), "--json"])
    assert done.exit_code == 1
    assert "not empty" in json.loads(done.stdout)["error"]
    assert [path.name for path in tmp_path.iterdir()] == ["C0001.MP4"]
