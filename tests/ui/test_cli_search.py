"""`roughcut search`: every filter, more like a moment, and why each hit matched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from index.library import refresh
from project import footage as store
from project import history
from project.footage import Footage, Moment, Senses, Shot, Technical
from project.settings import Settings
from project.store import Project
from tests.index import made_library
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from ui.cli import app

RUN = CliRunner()
TALK = {"A019.mp4", "A020.mp4"}  # somebody speaks all through
SPOKEN = {name for name, _, _, speech in made_library.CLIPS if speech}
DARK = Senses(light=0.05, contrast=0.1, motion=0.001, words=("very dark", "still camera"))
FACED = Senses(light=0.7, contrast=0.2, motion=0.2, faces=1, face_size=0.3, words=("a face",))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The made library: A001 dark and still, A002 bright and moving with a face, A003 is used."""
    with Project.create(tmp_path_factory.mktemp("search") / "film", Settings()) as project:
        made_library.build(project)
        for footage_id, senses in (("made-000", DARK), ("made-001", FACED)):
            moments = store.moments(project, footage_id)
            store.write_moments(project, [replace(m, senses=senses) for m in moments])
        memo(project)
        span = TimeRange(Fraction(0), Fraction(2))
        clip = Clip("c-1", "made-002", "A003.mp4", span, TimeRange(Fraction(0), Fraction(11)))
        cut = Timeline(tracks=(Track("V1", "video", (clip,)),))
        history.commit(project, cut, "one clip", actor="hand")
        refresh(project)
        yield str(project.folder)


def memo(project: Project) -> None:
    """A voice memo of three seconds, without a picture."""
    end = Fraction(3)
    store.save(
        project,
        Footage("memo", Path("/made/memo.m4a"), "memo.m4a", "made", "memo", 1, 0, "ok",
                duration_s=end, technical=Technical(has_sound=True)),
    )  # fmt: skip
    spans = [TimeRange(Fraction(n), Fraction(n + 1)) for n in range(3)]
    heard = Senses(loudness_db=-20.0, speech=0.9, words=("person speaking",))
    store.replace_knowledge(
        project, "memo", shots=[Shot("memo", 0, TimeRange(Fraction(0), end))],
        moments=[Moment("memo", n, span, 0, "person speaking", "embedded", "", heard)
                 for n, span in enumerate(spans)],
        speech=[], captions=[],
    )  # fmt: skip


def found(film: str, *arguments: str) -> dict[str, Any]:
    done = RUN.invoke(app, ["search", *arguments, "--project", film, "--limit", "200", "--json"])
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def names(film: str, *arguments: str) -> set[str]:
    return {hit["name"] for hit in found(film, "people", *arguments)["hits"]}


@pytest.mark.parametrize(
    ("filters", "only"),
    [
        (["--orientation", "portrait"], {"A005.mp4", "A008.mp4"}),
        (["--light", "dark"], {"A001.mp4"}),
        (["--light", "bright"], {"A002.mp4"}),
        (["--motion", "still"], {"A001.mp4"}),
        (["--motion", "moving"], {"A002.mp4"}),
        (["--speech"], SPOKEN | {"memo.m4a"}),
        (["--faces"], {"A002.mp4"}),
        (["--no-picture"], {"memo.m4a"}),
        (["--used"], {"A003.mp4"}),
        (["--max-length", "7", "--picture"], {"A008.mp4"}),
        (["--max-length", "7"], {"A008.mp4", "memo.m4a"}),
        (["--within", "A004.mp4", "--within", "made-004"], {"A004.mp4", "A005.mp4"}),
        (["--no-sound", "--light", "dark"], set()),
    ],
)  # fmt: skip
def test_each_filter_lets_through_what_it_says_and_nothing_else(
    film: str, filters: list[str], only: set[str]
) -> None:
    assert names(film, *filters) == only


@pytest.mark.parametrize(
    ("filters", "others"),
    [
        (["--sound"], {n for n, form, _, _ in made_library.CLIPS if not form[3]}),
        (["--no-sound"], {n for n, form, _, _ in made_library.CLIPS if form[3]} | {"memo.m4a"}),
        (["--no-speech"], TALK | {"memo.m4a"}),
        (["--no-faces"], {"A002.mp4"}),
        (["--picture"], {"memo.m4a"}),
        (["--unused"], {"A003.mp4"}),
        (["--min-length", "7.5"], {"A008.mp4", "memo.m4a"}),
    ],
)
def test_each_filter_leaves_out_all_else(film: str, filters: list[str], others: set[str]) -> None:
    kept = names(film, *filters)
    every = {name for name, _, _, _ in made_library.CLIPS} | {"memo.m4a"}
    assert kept == every - others


def test_a_filter_that_is_none_says_what_there_is(film: str) -> None:
    for wrong, said in (
        (["--orientation", "round"], "portrait, landscape, square"),
        (["--motion", "fast"], "still, moving"),
        (["--min-length", "-1"], "from 0 on"),
        (["--within", "none.mp4"], "none.mp4"),
    ):
        done = RUN.invoke(app, ["search", "people", *wrong, "--project", film])
        assert done.exit_code != 0 and said in done.output, done.output


def test_more_like_a_moment_obeys_the_filters(film: str) -> None:
    near = found(film, "--like", "A001.mp4@5", "--orientation", "portrait")["hits"]
    assert {hit["name"] for hit in near} == {"A005.mp4", "A008.mp4"}


def test_people_read_why_a_hit_matched_and_what_was_understood(film: str) -> None:
    done = RUN.invoke(app, ["search", "very dark shot", "--project", film])
    assert "Understood as: dark." in done.output
    assert "A001.mp4" in done.output and "sensed: very dark" in done.output
    done = RUN.invoke(app, ["search", "loaves slide into an oven", "--project", film])
    assert "'loaves slide into a stone oven' in its caption" in done.output
    done = RUN.invoke(app, ["search", "very dark shot of a wolf", "--project", film])
    assert "nothing tells of wolf" in done.output
