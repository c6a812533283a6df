"""The commands `article`, `chapters` and `shotlist`: what they print, write and refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from project.store import Project
from tests.index import made_film
from ui.cli_outputs import run_article, run_chapters, run_shotlist
from ui.console import Door, door


@pytest.fixture
def folder(project: Project, clips: Path) -> Path:
    """A project with one film of two and a half minutes; its file is three seconds of bars."""
    made_film.keep(project, made_film.known(path=clips / "bars.mp4"))
    return project.folder


def answered(capsys: pytest.CaptureFixture[str], command: Callable[[Door], None]) -> dict[str, Any]:
    with door(as_json=True) as way:
        command(way)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_chapters_are_printed_for_people_and_programs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with door(as_json=False) as way:
        run_chapters(way, "bars", folder)
    printed = capsys.readouterr().out
    assert printed.startswith("0:00 ") and "\n0:40 " in printed and "\n1:30 " in printed
    found = answered(capsys, lambda way: run_chapters(way, "bars", folder, "vtt"))
    assert [c["start_s"] for c in found["chapters"]] == [0, 40, 90]
    assert found["text"].startswith("WEBVTT") and found["out"] is None


def test_chapters_go_to_a_file_of_their_format(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "chapters.vtt"
    found = answered(capsys, lambda way: run_chapters(way, "bars", folder, "vtt", out=out))
    assert found["out"] == str(out) and out.read_text() == found["text"]
    for wrong in (lambda way: run_chapters(way, "bars", folder, "vtt", out=out),
                  lambda way: run_chapters(way, "bars", folder, "youtube", out=out),
                  lambda way: run_chapters(way, "bars", folder, "pdf")):  # fmt: skip
        with pytest.raises(typer.Exit):
            answered(capsys, wrong)
        assert json.loads(capsys.readouterr().out)["error"]


def test_a_shot_list_covers_the_whole_library_or_what_is_named(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")  # no path is broken in two, however long it is
    with door(as_json=False) as way:
        run_shotlist(way, [], folder)
    printed = " ".join(capsys.readouterr().out.split())
    assert "shots.csv: 3 shots of 1 file" in printed
    assert (tmp_path / "shots.csv").read_text("utf-8-sig").startswith("name,shot,in,out,")
    found = answered(capsys, lambda way: run_shotlist(way, ["film"], folder))
    assert found["out"] is None
    assert [(s["in"], s["start_s"]) for s in found["shots"]][1] == ("00:00:40:00", 40.0)


def test_an_article_says_where_it_is_and_what_it_could_not_do(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "story"
    found = answered(capsys, lambda way: run_article(way, "bars", folder, out=out))
    assert found["out"] == str(out / "article.html") and found["sections"] == 3
    assert (out / "article.html").is_file() and found["pictures"] == 3
    with pytest.raises(typer.Exit):
        answered(capsys, lambda way: run_article(way, "bras.mp4", folder, out=out))
    assert "did you mean bars.mp4?" in json.loads(capsys.readouterr().out)["error"]
