"""`roughcut eval` and `search --like`: what they measure, print, draw and refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from index.library import refresh
from project.settings import Settings
from project.store import Project
from tests.index import made_library
from ui.cli_eval import run_eval_search, run_eval_trim
from ui.cli_footage import run_search
from ui.console import Door, door
from ui.eval_plot import plot

ASKED = made_library.ANSWERABLE[::4]
NONE = made_library.UNANSWERABLE[:3]
NOTHING = dict.fromkeys(("orientation", "light", "motion"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with Project.create(tmp_path_factory.mktemp("made") / "dailies", Settings()) as project:
        made_library.build(project)
        refresh(project)
        yield project.folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same footage with captions that say nothing."""
    with Project.create(tmp_path_factory.mktemp("bare") / "bare", Settings()) as project:
        made_library.build(project)
        with project.transaction() as db:
            db.execute("UPDATE moment SET caption = 'a picture'")
            db.execute("UPDATE shot SET caption = 'a picture'")
        refresh(project)
        yield project.folder


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asked") / "queries.json"
    asked: list[dict[str, Any]] = [
        {"query": text, "kind": "seen" if n % 2 else "meant",
         "answers": [{"file": f, "start_s": a, "end_s": b} for f, a, b in spans]}
        for n, (text, spans) in enumerate(ASKED)
    ]  # fmt: skip
    asked += [{"query": text, "answers": []} for text in NONE]
    path.write_text(json.dumps({"queries": asked}))
    return path


def answered(capsys: pytest.CaptureFixture[str], command: Callable[[Door], None]) -> dict[str, Any]:
    with door(as_json=True) as way:
        command(way)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], command: Callable[[Door], None]) -> str:
    with pytest.raises(typer.Exit), door(as_json=True) as way:
        command(way)
    return str(json.loads(capsys.readouterr().out)["error"])


def test_recall_is_told_by_kind_for_people_and_programs(
    folder: Path, queries: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chart = tmp_path / "recall.svg"
    found = answered(capsys, lambda way: run_eval_search(way, queries, folder, plot=chart))
    (report,) = found["reports"]
    assert {k["kind"] for k in report["kinds"]} == {"seen", "meant"}
    assert report["overall"]["questions"] == len(ASKED) and report["overall"]["at_5"] >= 0.8
    assert (report["name"], report["unanswerable"]["questions"]) == ("dailies", len(NONE))
    drawn = chart.read_text()
    assert drawn.startswith("<svg") and "all answerable" in drawn and "R@5" in drawn
    with door(as_json=False) as way:
        run_eval_search(way, queries, folder)
    printed = capsys.readouterr().out
    assert "R@1" in printed and f"{report['overall']['at_1']:.2f}" in printed


def test_two_projects_stand_side_by_side_and_better_captions_win(
    folder: Path, bare: Path, queries: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    chart = tmp_path / "beside.png"
    found = answered(
        capsys, lambda way: run_eval_search(way, queries, folder, compare=bare, plot=chart)
    )
    ours, theirs = found["reports"]
    assert (ours["name"], theirs["name"]) == ("dailies", "bare")
    assert ours["overall"]["at_1"] > theirs["overall"]["at_1"] + 0.3
    with Image.open(chart) as picture:
        assert picture.format == "PNG" and len(picture.getcolors(100_000) or ()) > 5


def test_the_layers_are_added_one_by_one(
    folder: Path, queries: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answered(capsys, lambda way: run_eval_search(way, queries, folder, ablate=True))
    names = [each["name"] for each in found["reports"]]
    assert names == ["vectors only", "+ words", "+ senses", "+ reading the question", "+ things"]
    first, last = found["reports"][0]["overall"], found["reports"][-1]["overall"]
    assert last["at_1"] >= first["at_1"]
    both = refused(
        capsys, lambda way: run_eval_search(way, queries, folder, ablate=True, compare=folder)
    )
    assert "one of them" in both


def test_found_spans_are_laid_on_true_ones(
    folder: Path, queries: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chart = tmp_path / "trim.svg"
    found = answered(capsys, lambda way: run_eval_trim(way, queries, folder, plot=chart))
    whole = found["kinds"][-1]
    assert whole["kind"] == "all" and whole["questions"] >= len(ASKED)
    assert 0.7 < whole["iou"] <= 1 and whole["iou"] > whole["whole"]
    assert "all of the footage" in chart.read_text()


def test_a_file_without_questions_or_of_other_footage_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"queries": [{"query": "x"}]}')
    assert "needs a list" in refused(capsys, lambda way: run_eval_search(way, wrong, folder))
    span = {"file": "other.mp4", "start_s": 0, "end_s": 1}
    wrong.write_text(json.dumps({"queries": [{"query": "x", "answers": [span]}]}))
    assert "none of the files" in refused(capsys, lambda way: run_eval_trim(way, wrong, folder))


def test_a_chart_says_strange_names_as_text(tmp_path: Path) -> None:
    out = tmp_path / "a.svg"
    plot([("<script>x</script>", {"R@1": 0.5})], out, title="a & b")
    assert "<script>" not in out.read_text() and "a &amp; b" in out.read_text()


def test_more_like_a_moment_is_found_by_name_and_seconds(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answered(
        capsys, lambda way: run_search(way, "", folder, 5, dict(NOTHING), like="A012.mp4@6.5")
    )
    assert found["hits"] and all(h["name"] != "A012.mp4" for h in found["hits"])
    assert "A012.mp4 at 6.5 s" in found["query"]
    for wrong in ("A012.mp4", "A012.mp4@soon", "@3", "A012.mp4@-1"):
        said = refused(
            capsys, lambda way, w=wrong: run_search(way, "", folder, 5, dict(NOTHING), like=w)
        )
        assert "NAME@SECONDS" in said
    said = refused(
        capsys, lambda way: run_search(way, "fire", folder, 5, dict(NOTHING), like="A012.mp4@1")
    )
    assert "not both" in said
    said = refused(
        capsys, lambda way: run_search(way, "", folder, 5, dict(NOTHING), like="none.mp4@1")
    )
    assert "no footage called 'none.mp4'" in said
