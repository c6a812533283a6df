from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import library
from index.ingest import ingest, ingest_file
from index.values import IngestProgress
from media.errors import Cancelled
from project import footage as store
from project.settings import Settings
from project.store import Project
from timeline.model import Origin


@pytest.fixture
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project without text reading; titles and vectors are another test's business."""
    monkeypatch.setattr(library, "refresh", lambda *_, **__: None)
    with Project.create(tmp_path / "project", Settings(read_text=False)) as fresh:
        yield fresh


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_size, p.stat().st_mtime_ns) for p in folder.iterdir()}


def test_footage_is_watched_once_found_again_when_moved_and_never_touched(
    quiet: Project, clips: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    for name in ("bars.mp4", "cuts.mp4"):
        shutil.copy2(clips / name, folder / name)
    shutil.copy2(clips / "bars.mp4", folder / "copy of bars.mp4")
    (folder / "fake.mp4").write_text("not a film")
    (folder / "cuts.captions.json").write_text(
        json.dumps([{"start_s": 0, "end_s": 2, "text": "a red wall"}])
    )
    before = snapshot(folder)
    told: list[IngestProgress] = []
    first = {r.name: r for r in ingest(quiet, [folder], workers=2, progress=told.append).footage}

    assert snapshot(folder) == before
    assert {n: r.status for n, r in first.items()} == {
        "bars.mp4": "ok", "copy of bars.mp4": "ok", "cuts.mp4": "ok", "fake.mp4": "rejected",
    }  # fmt: skip
    assert "not a video" in first["fake.mp4"].reason
    assert first["bars.mp4"].id != first["copy of bars.mp4"].id
    assert (first["cuts.mp4"].shots, first["cuts.mp4"].moments) == (3, 6)
    captions = [m.caption for m in store.moments(quiet, first["cuts.mp4"].id)]
    assert captions[:2] == ["a red wall", "a red wall"]
    assert "blue" in captions[5]
    assert "silent" in captions[5]
    assert told[-1].done_files == told[-1].all_files == 4

    (folder / "cuts.mp4").rename(folder / "renamed.mp4")
    (folder / "bars.mp4").unlink()
    again = ingest(quiet, [folder], workers=2)
    second = {r.name: r for r in again.footage}
    assert all(r.reused for r in second.values())
    assert second["renamed.mp4"].id == first["cuts.mp4"].id
    assert again.missing == ("bars.mp4",)
    assert "red" in store.moments(quiet, first["cuts.mp4"].id)[0].caption


def test_a_new_sidecar_changes_captions_without_watching_again(
    quiet: Project, clips: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    shutil.copy2(clips / "portrait.mp4", folder / "p.mp4")
    found = ingest(quiet, [folder], workers=1).footage[0]
    (folder / "p.srt").write_text("1\n00:00:00,100 --> 00:00:01,900\nGood evening\n")
    again = ingest(quiet, [folder], workers=1).footage[0]
    assert again.reused
    assert again.id == found.id
    assert store.speech(quiet, found.id)[0].text == "Good evening"
    assert "says Good evening" in store.moments(quiet, found.id)[0].caption


def test_a_generated_clip_keeps_its_origin_and_its_captions(quiet: Project, clips: Path) -> None:
    origin = Origin("builtin", "dit", "a sunset", 7)
    row = ingest_file(quiet, clips / "portrait.mp4", origin=origin, title="a sunset over sea")
    assert row.origin == origin
    assert row.technical.orientation == "portrait"
    assert [m.caption for m in store.moments(quiet, row.id)] == ["a sunset over sea"] * 2


def test_stopping_leaves_no_half_file_and_says_so(quiet: Project, clips: Path) -> None:
    with pytest.raises(Cancelled):
        ingest(quiet, [clips], workers=1, cancel=lambda: True)
    assert store.all_footage(quiet) == []


def test_broken_files_are_named_and_never_stop_the_others(
    quiet: Project, broken_footage: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    deserved = {
        "zero_bytes.mp4": "rejected", "text_renamed.mp4": "rejected",
        "playlist_inside.mp4": "rejected", "truncated_tail.mp4": "partial",
        "tiny_0.04s.mp4": "ok", "one_frame_long_sound.mp4": "ok",
    }  # fmt: skip
    for name in deserved:
        (folder / name).symlink_to(broken_footage / name)
    found = {r.name: r for r in ingest(quiet, [folder], workers=2).footage}
    assert {n: r.status for n, r in found.items()} == deserved
    assert all(r.reason for r in found.values() if r.status != "ok")
    tail = store.find(quiet, found["truncated_tail.mp4"].id)
    last = store.moments(quiet, tail.id)[-1].range.end
    assert last == tail.duration_s < 3
