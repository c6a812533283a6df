"""A copy of a file is the same footage: what it shows was shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from index.library import refresh
from project import footage as store
from project.errors import BadArguments
from project.settings import Settings
from project.store import Project
from tests.tools import library
from timeline import document
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from tools.adding import Wanted, added, replaced
from tools.assembly import continuous
from tools.beats import Beat
from tools.casting import Cast
from tools.coverage import Brief, cover
from tools.registry import tools

BEACH = next(spec for spec in library.SPECS if spec.name == "beach.mp4")
TWO = {"beach.mp4", "copy.mp4"}


@pytest.fixture
def twice(tmp_path: Path) -> Iterator[Project]:
    """The beach and a copy of its file."""
    with Project.create(tmp_path / "twice", Settings()) as project:
        for name in sorted(TWO):
            library.write(project, replace(BEACH, name=name), tmp_path)
            footage = store.find(project, f"f-{name.removesuffix('.mp4')}")
            store.save(project, replace(footage, fingerprint="beach"))
        refresh(project)
        yield project


def shown(start: int, end: int) -> Timeline:
    """A cut of some seconds of the beach."""
    whole = TimeRange(Fraction(0), Fraction(12))
    span = TimeRange(Fraction(start), Fraction(end))
    return Timeline(
        tracks=(Track("V1", "video", (Clip("c", "f-beach", BEACH.name, span, whole),)),)
    )


def test_a_storyboard_shows_nothing_of_it_a_second_time(twice: Project) -> None:
    beats = ({"words": "beach waves"}, {"words": "waves on a sandy beach"}, {"words": "the beach"})
    tool = tools()["storyboard"]
    arguments = tool.arguments.model_validate({"length_s": 9, "beats": beats, "pace": "fast"})
    proposal = tool.propose(arguments, twice)
    assert proposal.timeline is not None
    cut = document.from_document(proposal.timeline)
    spans = sorted((c.source.start, c.source.end) for _, c in cut.clips() if c.name in TWO)
    assert len(spans) >= 2
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_it_is_no_footage_that_the_cut_does_not_show_yet(twice: Project) -> None:
    with pytest.raises(BadArguments, match="all footage is in the cut already"):
        replaced(Wanted(query=""), shown(0, 3), "c", twice)


def test_words_bring_other_seconds_than_those_it_shows(twice: Project) -> None:
    shore = replace(BEACH, name="shore.mp4", captions=["people on a beach with small waves"] * 12)
    library.write(twice, shore, Path())
    refresh(twice)
    after, _, _ = added(Wanted(query="waves on a beach"), shown(0, 12), twice, place=None)
    assert [clip.name for _, clip in after.clips()] == ["beach.mp4", "shore.mp4"]


def test_what_the_project_no_longer_has_stops_no_addition(twice: Project) -> None:
    [clip] = (clip for _, clip in shown(0, 12).clips())
    cut = Timeline(tracks=(Track("V1", "video", (replace(clip, footage_id="f-gone"),)),))
    after, _, _ = added(Wanted(query="waves on a beach"), cut, twice, place=None)
    assert len(after.clips()) == 2


def test_what_is_to_be_unlike_one_is_unlike_both(twice: Project) -> None:
    library.write(twice, replace(BEACH, name="shore.mp4"), Path())
    refresh(twice)
    unlike = Brief(unlike=(("f-beach", TimeRange(Fraction(0), Fraction(12))),))
    [covered] = cover((Beat("beach waves", Fraction(1)),), unlike, twice)
    scores = {c.footage.name: c.score for c in covered.candidates[::-1]}  # best last
    assert scores["shore.mp4"] > max(scores["beach.mp4"], scores["copy.mp4"])


def test_one_after_the_other_is_a_jump_cut(twice: Project) -> None:
    library.write(twice, replace(BEACH, name="shore.mp4"), Path())
    refresh(twice)
    [covered] = cover((Beat("beach waves", Fraction(1)),), Brief(), twice)
    first = {c.footage.name: Cast(c, c.core) for c in covered.candidates}
    order = continuous([first["beach.mp4"], first["copy.mp4"], first["shore.mp4"]])
    assert [cast.candidate.footage.name for cast in order][1] == "shore.mp4"
