"""Pictures become vectors that stay beside those of texts, and are searched with words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.fuse import Nearness, Weights, fuse
from index.ingest import ingest
from index.library import refresh
from index.pictures import PictureEmbedder, look, picture_embedder, picture_nearness
from index.query import understand
from index.runs import watched
from index.search import search
from media.errors import Cancelled
from media.probe import fingerprint
from media.stills import strip
from project import footage as store
from project.errors import CreatorError
from project.footage import Footage, Moment, Senses, Shot, Technical
from project.settings import Settings
from project.store import Project
from tests.index import tiny_readers
from timeline.time import TimeRange


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_readers.clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def filmed(tmp_path: Path, clips: Path, clip: Path) -> Iterator[Project]:
    """The clip of red, green and blue, known but not captioned."""
    settings = Settings(image_embedder=str(clip))
    with Project.create(tmp_path / "p", settings) as project:
        path = clips / "cuts.mp4"
        facts = path.stat()
        technical = Technical(width=320, height=180, rate="25", has_picture=True)
        store.save(
            project,
            Footage("c", path, path.name, str(clips), fingerprint(path), facts.st_size,
                    facts.st_mtime_ns, "ok", duration_s=Fraction(6), technical=technical),
        )  # fmt: skip
        spans = [TimeRange(Fraction(n), Fraction(n + 1)) for n in range(6)]
        store.replace_knowledge(
            project, "c",
            shots=[Shot("c", n, TimeRange(Fraction(2 * n), Fraction(2 * n + 2))) for n in range(3)],
            moments=[
                Moment("c", n, span, n // 2, "plain colour", "sidecar", "", Senses())
                for n, span in enumerate(spans)
            ],
            speech=[], captions=[],
        )  # fmt: skip
        refresh(project)
        yield project


def model_of(project: Project) -> PictureEmbedder:
    found = picture_embedder(project.settings)
    assert found is not None
    return found


def test_each_moment_gets_the_vector_of_its_own_middle_picture(
    filmed: Project, clips: Path
) -> None:
    model = model_of(filmed)
    report = look(filmed, model)
    assert (report.files, report.looked, report.already, report.failed) == (1, 6, 0, ())
    held = vectors.matrix(filmed, "moment", model.name)
    assert held.keys == tuple(("c", n) for n in range(6))
    times = [Fraction(2 * n + 1, 2) for n in range(6)]
    alone = model.pictures(strip(clips / "cuts.mp4", times, height_px=224))
    assert np.allclose(held.vectors, alone, atol=1e-4)
    cosines = held.vectors @ held.vectors.T
    assert cosines[0, 1] > 0.999 and cosines[0, 2] < 0.99 and cosines[2, 4] < 0.99


def test_a_second_look_makes_nothing_and_a_new_index_keeps_the_pictures(filmed: Project) -> None:
    model = model_of(filmed)
    look(filmed, model)
    refresh(filmed)
    again = look(filmed, model)
    assert (again.looked, again.already) == (0, 6)
    assert vectors.hashes(filmed, "c", "minilm")
    other = PictureEmbedder("other", "nowhere")
    vectors.replace(filmed, "c", other.name, keep=set(), new=[])
    assert vectors.hashes(filmed, "c", "minilm"), "texts outlive a change of the picture model"
    assert not vectors.hashes(filmed, "c", model.name), "pictures of another model go"


def test_a_stopped_look_keeps_what_it_made_and_goes_on(
    filmed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.pictures.AT_ONCE", 2)
    model, seen = model_of(filmed), []
    with pytest.raises(Cancelled):
        look(filmed, model, progress=lambda name, share: seen.append(share),
             cancel=lambda: len(seen) == 2)  # fmt: skip
    assert len(vectors.hashes(filmed, "c", model.name)) == 4 and seen == sorted(seen)
    rest = look(filmed, model)
    assert (rest.looked, rest.already) == (2, 4)


def test_a_file_that_is_gone_is_named_and_left(filmed: Project) -> None:
    filmed_at = store.find(filmed, "c")
    from dataclasses import replace

    store.save(filmed, replace(filmed_at, path=filmed_at.path.with_name("gone.mp4")))
    report = look(filmed, model_of(filmed))
    assert report.looked == 0 and "cannot be read" in report.failed[0][1]


def test_a_folder_with_code_or_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("print(1)")
    with pytest.raises(CreatorError, match="program code"):
        picture_embedder(Settings(image_embedder=str(tmp_path)))
    assert picture_embedder(Settings()) is None


def test_nearness_puts_chance_at_nothing_and_the_floor_at_the_floor_of_texts(
    filmed: Project,
) -> None:
    model = model_of(filmed)
    assert picture_nearness(filmed, model, "red", ["c"], 0.35) == {}
    look(filmed, model)
    held = vectors.matrix(filmed, "moment", model.name)
    near = held.vectors @ model.background.T
    best = int(near.max(axis=0).argmax())
    from index.everyday import EVERYDAY

    found = picture_nearness(filmed, model, EVERYDAY[best], ["c"], 0.35)
    assert max(found.values()) >= 0.35 and min(found.values()) >= 0.0
    cosines = {("c", n): float(value) for n, value in enumerate(near[:, best])}
    assert sorted(found, key=lambda k: -found[k])[0] == max(cosines, key=lambda k: cosines[k])


def test_a_near_picture_lifts_a_run_and_one_without_changes_nothing(filmed: Project) -> None:
    (seen,) = watched(filmed, ["c"])
    question = understand("something blue")
    plain = fuse(question, seen, {n: Nearness(0.3, 0.3, 0.3) for n in range(3)}, {}, Weights())
    near = {0: Nearness(0.3, 0.3, 0.3), 1: Nearness(0.3, 0.3, 0.3, 0.9), 2: Nearness(0.3, 0.3, 0.3)}
    lifted = fuse(question, seen, near, {}, Weights())
    assert lifted[0].score == plain[0].score
    assert lifted[1].score > plain[1].score and lifted[1].nearest == 0.9


def test_search_asks_the_pictures_where_there_are_any(filmed: Project) -> None:
    before = search(filmed, "plain colour").hits
    look(filmed, model_of(filmed))
    without = search(filmed, "plain colour", weights=Weights(picture=0)).hits
    assert [h.range for h in without] == [h.range for h in before]
    assert [h.score for h in without] == [h.score for h in before]
    assert [h.score for h in search(filmed, "plain colour").hits] != [h.score for h in before]


def test_ingest_looks_at_pictures_where_a_model_is_named(
    clip: Path, clips: Path, tmp_path: Path
) -> None:
    settings = Settings(image_embedder=str(clip), read_text=False)
    with Project.create(tmp_path / "p", settings) as project:
        ingest(project, [clips / "cuts.mp4"], workers=1)
        assert len(vectors.matrix(project, "moment", model_of(project).name).keys) == 6
    gone = Settings(image_embedder=str(tmp_path / "no such model"), read_text=False)
    with (
        Project.create(tmp_path / "q", gone) as project,
        pytest.raises(CreatorError, match="no such model"),
    ):
        ingest(project, [clips / "cuts.mp4"], workers=1)
