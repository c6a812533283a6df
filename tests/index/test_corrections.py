"""What a creator corrects is indexed at once and outlives moves and a new ingest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from index.corrections import correct
from index.library import refresh
from index.search import search
from project import footage as store
from project.errors import CreatorError
from project.store import Project
from tests.index import made_library
from timeline.time import TimeRange


@pytest.fixture
def made(project: Project) -> Iterator[Project]:
    made_library.build(project)
    refresh(project)
    yield project


def test_a_corrected_caption_is_found_at_once_and_the_old_one_is_not(made: Project) -> None:
    span = TimeRange(Fraction(6), Fraction(9))
    correct(made, "made-005", "caption", "sunset over a calm marina", span=span)
    best = search(made, "marina at sunset").hits[0]
    assert (best.footage_id, best.range) == ("made-005", span)
    assert store.moments(made, "made-005")[6].caption_source == "creator"
    assert not search(made, "lightning").confident


def test_corrections_survive_a_new_ingest_under_another_name(made: Project) -> None:
    correct(made, "made-007", "title", "Mia walks")
    correct(made, "made-007", "people", "Mia Lindqvist")
    correct(
        made,
        "made-007",
        "caption",
        "Mia reaches the armchair",
        span=TimeRange(Fraction(2), Fraction(4)),
    )
    old = store.find(made, "made-007")
    shots, moments = store.shots(made, old.id), store.moments(made, old.id)
    with made.transaction() as db:
        db.execute("DELETE FROM footage WHERE id = ?", (old.id,))
    again = replace(old, id="new", path=old.path.with_name("moved.mp4"), name="moved.mp4", title="")
    store.save(made, again)
    store.replace_knowledge(
        made, "new",
        shots=[replace(s, footage_id="new", caption="") for s in shots],
        moments=[
            replace(m, footage_id="new", caption="baby takes first steps across the carpet")
            for m in moments
        ],
        speech=[], captions=[],
    )  # fmt: skip
    refresh(made, ["new"])
    assert store.find(made, "new").title == "Mia walks"
    assert store.moments(made, "new")[2].caption == "Mia reaches the armchair"
    assert store.moments(made, "new")[0].caption.startswith("baby")
    assert search(made, "Lindqvist").hits[0].footage_id == "new"


def test_the_last_word_on_a_field_counts(made: Project) -> None:
    correct(made, "made-001", "title", "Platform")
    correct(made, "made-001", "title", "Leaving home")
    assert store.find(made, "made-001").title == "Leaving home"


def test_a_correction_moves_the_revision_that_proposals_depend_on(made: Project) -> None:
    before = made.revision
    correct(made, "made-001", "place", "Uppsala")
    assert made.revision == before + 1


@pytest.mark.parametrize(
    ("field", "value", "span", "says"),
    [
        ("mood", "sad", None, "cannot be corrected"),
        ("title", "  \u200b ", None, "needs 1 to"),
        ("caption", "x", TimeRange(Fraction(0), Fraction(99)), "not inside"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_keeps_nothing(
    made: Project, field: str, value: str, span: TimeRange | None, says: str
) -> None:
    with pytest.raises(CreatorError, match=says):
        correct(made, "made-001", field, value, span=span)  # type: ignore[arg-type]
    assert made.rows("SELECT * FROM correction") == []
