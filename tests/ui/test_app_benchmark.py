"""The benchmark of the app, at a tiny size and without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import _app_page, _app_project, app
from benchmarks._many import WordEmbedder
from index import library
from media.probe import probe
from project import footage, history
from project.settings import Settings
from project.store import Project
from ui import views


def test_a_project_to_measure_has_real_files_under_its_footage_and_an_edit_that_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = WordEmbedder()
    monkeypatch.setattr(library, "embedder", lambda _: words)
    monkeypatch.setattr(library, "settle", lambda _: None)
    _app_project.build(tmp_path / "film", 2, 4)
    with Project.open(tmp_path / "film", Settings(), write=False) as project:
        some = footage.all_footage(project)
        assert len(some) == 2
        for one in some:
            told = probe(one.path)
            assert told.video is not None and told.audio is not None
            assert round(float(told.claimed_duration_s or 0)) == one.duration_s
        assert len(history.current(project).clips()) == 4
        shown = views.desk_view(project).timeline
        assert shown.duration_s == 4
        assert all(view.tiles is not None for view in views.footage_views(project))


def test_without_a_browser_the_benchmark_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_app_page, "CHROMIUM", "")
    assert "Chromium" in str(app.benchmark())


def test_a_share_of_times_is_one_of_them() -> None:
    assert _app_page.at(0.5, [3.0, 1.0, 2.0]) == 2.0
    assert _app_page.at(0.95, [1.0]) == 1.0
