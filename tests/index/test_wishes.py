"""What is asked of the senses is judged second by second, or of the whole shot it holds for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from index.query import understand
from index.runs import watched
from index.wishes import Wishes
from project import footage as store
from project.footage import Footage, Moment, Senses, Shot, Technical
from project.store import Project
from timeline.time import TimeRange

STILL = Senses(light=0.4, contrast=0.2, saturation=0.3, words=("still camera",))
MOVED = Senses(
    light=0.4, contrast=0.2, saturation=0.3, motion=0.3, pan=0.3, shake=0.1, words=("pan right",)
)


def put(
    project: Project,
    seconds: Sequence[Senses],
    *,
    captions: Sequence[str] = (),
    cut: int = 0,
    name: str = "a.mp4",
) -> None:
    """One piece of footage of so many seconds, of two shots where there is a cut."""
    end = len(seconds)
    technical = Technical(width=16, height=9, has_picture=True, picture_end_s=str(end))
    store.save(
        project,
        Footage("f", Path("/x") / name, name, "x", "p", 1, 0, "ok", duration_s=Fraction(end),
                technical=technical),
    )  # fmt: skip
    edges = [0, cut, end] if cut else [0, end]
    spans = [TimeRange(Fraction(a), Fraction(b)) for a, b in pairwise(edges)]
    told = captions or [""] * end
    store.replace_knowledge(
        project, "f", shots=[Shot("f", n, each) for n, each in enumerate(spans)],
        moments=[
            Moment("f", n, TimeRange(Fraction(n), Fraction(n + 1)), int(bool(cut) and n >= cut),
                   text, "sidecar" if text else "embedded", f"sign {n}", senses)
            for n, (senses, text) in enumerate(zip(seconds, told, strict=True))
        ],
        speech=[], captions=[],
    )  # fmt: skip


def met(project: Project, text: str) -> list[float]:
    (seen,) = watched(project, ["f"])
    wishes = Wishes(seen, understand(text).asked)
    return [round(degree or 0.0, 2) for degree, _, _ in map(wishes.met, seen.runs)]


def test_a_still_second_of_a_moving_shot_is_no_static_shot(project: Project) -> None:
    put(project, [STILL, MOVED, MOVED, MOVED, STILL, STILL], cut=4)
    assert met(project, "static shot") == [0.25] * 4 + [1.0] * 2
    assert met(project, "pan right") == [0.0, 1.0, 1.0, 1.0, 0.0, 0.0]


def test_where_one_caption_tells_how_a_shot_is_filmed_all_of_it_is(project: Project) -> None:
    put(project, [STILL] * 3, captions=["a bay", "drone view of the bay", "a boat"], cut=2)
    assert met(project, "aerial footage") == [0.95, 0.95, 0.0]
    (seen,) = watched(project, ["f"])
    told = Wishes(seen, understand("aerial footage").asked).met(seen.runs[0])
    assert told[1] == []  # its own words say nothing of it, so none are quoted


def test_a_file_named_by_its_camera_is_nearly_what_is_akin_to_that(project: Project) -> None:
    put(project, [STILL], name="DJI_0031.MP4")
    assert met(project, "aerial") == [0.7]
    assert met(project, "top-down shot") == [0.42]
    assert met(project, "webcam") == [0.0]


@pytest.mark.parametrize(
    ("colours", "degree"),
    [(("purple",), 0.96), (("blue", "purple"), 0.48), (("blue",), 0.35), (("green",), 0.0)],
)
def test_a_colour_beside_the_one_that_is_asked_is_a_little_of_it(
    project: Project, colours: tuple[str, ...], degree: float
) -> None:
    words = ("still camera", " and ".join(colours))
    put(project, [Senses(light=0.4, contrast=0.2, saturation=0.34, colours=colours, words=words)])
    assert met(project, "purple light") == [degree]
    (seen,) = watched(project, ["f"])
    quotes = [
        why.quote for why in Wishes(seen, understand("purple light").asked).met(seen.runs[0])[1]
    ]
    assert quotes == ([words[1]] if degree else [])


def test_a_colour_that_only_a_lamp_has_counts_more_than_one_taken_for_it(project: Project) -> None:
    lit = Senses(light=0.4, contrast=0.2, colours=("blue",), accents=("purple",), words=("blue",))
    put(project, [lit])
    assert met(project, "purple lights") == [0.45]
    assert met(project, "green lights") == [0.0]
    (seen,) = watched(project, ["f"])
    [why] = Wishes(seen, understand("purple lights").asked).met(seen.runs[0])[1]
    assert why.quote == "some purple"
