"""What stronger models say of footage takes its place between the creator's words and ours."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from index import library
from index.corrections import correct
from index.ingest import ingest
from index.knowledge import rewrite
from project import footage as store
from project import understood
from project.footage import Footage
from project.settings import Settings
from project.store import Project
from project.understood import Described, Heard, Transcript
from timeline.time import TimeRange


@pytest.fixture
def watched(
    tmp_path: Path, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Project, Footage]]:
    """A clip of three walls with a caption of the creator's on its first two seconds."""
    monkeypatch.setattr(library, "refresh_topics", lambda *_: None)
    folder = tmp_path / "card"
    folder.mkdir()
    shutil.copy2(clips / "cuts.mp4", folder / "cuts.mp4")
    (folder / "cuts.captions.json").write_text('[{"start_s": 0, "end_s": 2, "text": "a wall"}]')
    with Project.create(tmp_path / "project", Settings(read_text=False)) as project:
        ingest(project, [folder], workers=1)
        yield project, store.all_footage(project)[0]


def span(start: float, end: float) -> TimeRange:
    return TimeRange(Fraction(start), Fraction(end))


def captions(project: Project, footage: Footage) -> list[tuple[str, str]]:
    return [(m.caption, m.caption_source) for m in store.moments(project, footage.id)]


def test_a_captioner_goes_before_our_words_and_behind_the_creators(
    watched: tuple[Project, Footage],
) -> None:
    project, footage = watched
    before = captions(project, footage)
    seen = Described(span(0, 5), "a man paints", "florence")
    understood.describe(project, footage.fingerprint, [seen])
    correct(project, footage.id, "caption", "my uncle paints", span=span(3, 4))
    rewrite(project, footage.id)
    library.refresh(project, [footage.id])

    assert captions(project, footage) == [
        ("a wall", "sidecar"),
        ("a wall", "sidecar"),
        ("a man paints", "florence"),
        ("my uncle paints", "creator"),
        ("a man paints", "florence"),
        before[5],
    ]
    understood.describe(project, footage.fingerprint, [])
    rewrite(project, footage.id)
    assert captions(project, footage) == before


def test_words_heard_are_spoken_lines_until_somebody_brings_subtitles(
    watched: tuple[Project, Footage],
) -> None:
    project, footage = watched
    words = [Heard(span(1, 1.5), "Paint"), Heard(span(1.5, 2), "it."), Heard(span(4, 4.5), "Red.")]
    understood.transcribe(
        project, footage.fingerprint, Transcript("whisper tiny", "en", tuple(words))
    )
    rewrite(project, footage.id)
    said = store.speech(project, footage.id)
    assert [(s.text, s.range, s.source) for s in said] == [
        ("Paint it.", span(1, 2), "whisper tiny"),
        ("Red.", span(4, 4.5), "whisper tiny"),
    ]
    footage.path.with_suffix(".srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nPaint it red.\n")
    ingest(project, [footage.path.parent], workers=1)
    assert [s.text for s in store.speech(project, footage.id)] == ["Paint it red."]


def test_a_file_that_is_watched_anew_keeps_what_models_said(
    watched: tuple[Project, Footage], tmp_path: Path
) -> None:
    project, footage = watched
    seen = Described(span(2, 6), "a man paints", "florence")
    understood.describe(project, footage.fingerprint, [seen])
    moved = tmp_path / "elsewhere"
    shutil.move(footage.path.parent, moved)
    with project.transaction() as db:
        db.execute("UPDATE footage SET analysed_by = 'an older version'")
    ingest(project, [moved], workers=1)
    assert captions(project, footage)[2:] == [("a man paints", "florence")] * 4
