"""One goal through every room: ingest, search, make, render, export, undo, all by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import opentimelineio
import pytest
from typer.testing import CliRunner

from tests.conftest import ffmpeg
from ui.cli import app

RUN = CliRunner()
LOG = {
    "MVI_0001": ("0x2060c0", "calm blue sea with small waves under a clear sky"),
    "MVI_0002": ("0xe08020", "golden sunset over the harbour, boats at anchor"),
    "MVI_0003": ("0x105010", "green forest path between tall pine trees"),
    "MVI_0004": ("0x101030", "city street at night with car lights"),
}


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four clips of 6 s, each with what it shows beside it."""
    folder = tmp_path_factory.mktemp("card")
    for name, (colour, caption) in LOG.items():
        ffmpeg(
            "-f", "lavfi", "-i", f"color={colour}:s=640x360:r=25:d=6,noise=alls=20:allf=t",
            "-f", "lavfi", "-i", "anoisesrc=d=6:c=pink:a=0.1:r=48000",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac",
            folder / f"{name}.mp4",
        )  # fmt: skip
        (folder / f"{name}.captions.json").write_text(
            json.dumps([{"start_s": 0, "end_s": 6, "text": caption}]), encoding="utf-8"
        )
    (folder / "notes.mp4").write_text("this is not a video", encoding="utf-8")
    return folder


def run(*words: str | Path) -> dict[str, Any]:
    done = RUN.invoke(app, [*map(str, words), "--json"])
    assert done.exit_code == 0, f"{words}: {done.output}\n{done.exception!r}"
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.filterwarnings("default")
def test_a_folder_and_a_sentence_become_a_film_a_timeline_and_can_be_undone(
    card: Path, tmp_path: Path
) -> None:
    folder, film = tmp_path / "p", tmp_path / "film.mp4"
    before = {path: path.read_bytes() for path in card.iterdir()}
    run("new", folder)

    report = run("ingest", card, "--project", folder)
    status = {row["name"]: row["status"] for row in report["footage"]}
    assert status == {f"{name}.mp4": "ok" for name in LOG} | {"notes.mp4": "rejected"}
    assert report["media_seconds"] == pytest.approx(24, abs=0.5)

    found = run("search", "sunset at the harbour", "--project", folder)
    assert found["confident"]
    assert found["hits"][0]["name"] == "MVI_0002.mp4"
    assert found["hits"][0]["why"]

    goal = "a 10 second film: the sea, the forest, end on the sunset"
    assert next(step["tool"] for step in run("plan", goal, "--project", folder)["steps"]) == (
        "storyboard"
    )
    made = run("make", goal, "--yes", "--out", film, "--project", folder)
    clips = made["timeline"]["clips"]
    assert made["timeline"]["duration_s"] == 10
    assert [clip["name"] for clip in clips][-1] == "MVI_0002.mp4"
    assert {"MVI_0001.mp4", "MVI_0003.mp4"} <= {clip["name"] for clip in clips}
    reasons = [reason for step in made["steps"] for reason in step["reasons"]]
    assert reasons
    assert all(reason["verified"] for reason in reasons), reasons

    with av.open(str(film)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 250

    out = run("export", "--to", "otio", "--out", tmp_path / "cut.otio", "--project", folder)
    read = opentimelineio.adapters.read_from_file(out["out"])
    for clip in read.find_clips():
        url = clip.media_reference.target_url
        assert Path(url.removeprefix("file://")).is_file(), url

    assert run("timeline", "undo", "--project", folder)["clips"] == []
    assert run("timeline", "redo", "--project", folder)["clips"] == clips
    assert {path: path.read_bytes() for path in card.iterdir()} == before
