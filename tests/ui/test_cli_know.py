"""Commands that know the footage: what they print, write and refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.library import refresh
from project import footage as store
from project.store import Project
from tests.index import made_library
from ui.cli import app

RUN = CliRunner()


@pytest.fixture
def film(tmp_path: Path) -> Iterator[str]:
    """The folder of a closed project with the made-up library in it."""
    with Project.create(tmp_path / "film") as project:
        made_library.build(project)
        refresh(project)
    yield str(tmp_path / "film")


def asked(*arguments: str) -> tuple[int, dict[str, object]]:
    done = RUN.invoke(app, [*arguments, "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_a_correction_from_the_terminal_is_found_at_once(film: str) -> None:
    with Project.open(Path(film), write=False) as project:
        name = store.find(project, "made-005").name
    code, said = asked(
        "correct", name, "caption", "a heron lands", "--from", "6", "--to", "9", "--project", film
    )
    assert code == 0, said
    code, found = asked("search", "a heron lands", "--project", film)
    hits = found["hits"]
    assert isinstance(hits, list)
    assert hits[0]["footage_id"] == "made-005"
    assert code == 0 and found["confident"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["correct", "made-005", "mood", "x"], "one of title"),
        (["correct", "made-005", "caption", "x", "--from", "3"], "both --from and --to"),
        (["correct", "made-005", "caption", "x", "--from", "4", "--to", "3"], "before"),
        (["correct", "made-005", "caption", "x", "--from", "1", "--to", "999"], "not inside"),
        (["correct", "nothing.mp4", "title", "x"], "nothing.mp4"),
        (["chapters", "nothing.mp4"], "nothing.mp4"),
        (["article", "made-005", "--format", "pdf"], "html or md"),
        (["caption"], "no captioner is set"),
        (["caption", "--model", "openai:some-model"], "key"),
        (["listen", "--model", " "], "no transcriber is set"),
        (["listen", "--model", "whisper:/no/such/folder"], "/no/such/folder"),
        (["listen", "--model", "openai:whisper-1"], "key"),
        (["listen", "--model", "openai:whisper-1", "--max-usd", "-1"], "0 or more"),
    ],
)
def test_what_cannot_be_meant_is_said(film: str, arguments: list[str], words: str) -> None:
    code, said = asked(*arguments, "--project", film)
    assert code in (1, 2)
    assert words in str(said["error"])


def test_one_index_gives_chapters_and_a_shot_list(film: str, tmp_path: Path) -> None:
    code, said = asked("chapters", "made-005", "--project", film)
    assert code == 0 and str(said["text"]).startswith("0:00 ")
    out = tmp_path / "shots.csv"
    code, said = asked("shotlist", "--out", str(out), "--project", film)
    assert code == 0
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 1 + len(made_library.CLIPS)
