"""Footage is parted where its subject changes, by rules that hold for any footage."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.outputs import headings, tiling
from index.outputs.known import Known
from index.outputs.sections import LEAST_S, most, sections, shortest_s
from index.words import stems
from project.footage import Senses, Speech
from tests.index import made_film
from tests.index.made_film import BEES, BREAD, STORM, Subject
from timeline.time import TimeRange

TRUE_EDGES = [0, 40, 90, 150]


def edges(film: Known) -> list[float]:
    found = sections(film)
    return [float(s.range.start) for s in found] + [float(found[-1].range.end)]


def without(film: Known, what: str) -> Known:
    if what == "speech":
        return replace(film, speech=())
    if what == "vectors":
        return replace(film, vectors=None)
    moments = [replace(m, **{what: "" if what == "caption" else Senses()}) for m in film.moments]
    return replace(film, moments=tuple(moments))


@pytest.mark.parametrize("lacks", ["", "vectors", "speech", "caption", "senses"])
def test_sections_start_where_the_subject_changes_whatever_one_layer_lacks(lacks: str) -> None:
    film = made_film.known()
    assert edges(without(film, lacks) if lacks else film) == TRUE_EDGES


def test_sound_without_picture_is_parted_by_what_is_said_and_heard() -> None:
    talk = [replace(s, caption="") for s in made_film.SUBJECTS]
    assert edges(made_film.known(talk, picture=False)) == TRUE_EDGES
    music = [
        Subject(40, senses=Senses(loudness_db=-12, music=1.0, words=("music", "loud"))),
        Subject(50, senses=Senses(loudness_db=-50, words=("quiet",))),
        Subject(60, senses=Senses(loudness_db=-20, speech=0.9, words=("person speaking",))),
    ]
    film = made_film.known(music, picture=False, meaning=False)
    assert edges(film) == TRUE_EDGES
    assert [s.title for s in sections(film)] == ["Music, loud", "Quiet", "Person speaking"]


lines = st.lists(st.tuples(st.integers(0, 2400), st.integers(1, 300)), max_size=40)


@settings(max_examples=60, deadline=None)
@given(seconds=st.integers(1, 240), said=lines, seed=st.integers(0, 99))
def test_the_rules_of_chapters_hold_for_any_footage(
    seconds: int, said: list[tuple[int, int]], seed: int
) -> None:
    film = made_film.known([Subject(seconds, "something")])
    whole = film.footage.range
    light = np.random.default_rng(seed).random(seconds)
    speech = [
        Speech("film", TimeRange(Fraction(a, 10), Fraction(a + n, 10)).clamp(whole), "word", "", "")
        for a, n in sorted(said)
    ]
    film = replace(
        film,
        moments=tuple(
            replace(m, senses=Senses(light=float(x)))
            for m, x in zip(film.moments, light, strict=True)
        ),
        speech=tuple(s for s in speech if s.range.duration > 0),
        vectors=None,
    )
    found = [s.range for s in sections(film)]
    assert found[0].start == 0 and found[-1].end == whole.end
    assert all(a.end == b.start for a, b in itertools.pairwise(found))
    assert len(found) == 1 or min(r.duration for r in found) >= LEAST_S
    for span in found:
        assert not any(s.range.start < span.start < s.range.end for s in film.speech)
    if not film.speech:
        assert len(found) >= min(3, max(1, seconds // LEAST_S))
        assert len(found) <= max(3, most(seconds))


def test_the_shortest_section_grows_with_the_whole() -> None:
    film = made_film.known([STORM, BREAD, BEES] * 24)
    assert film.footage.duration_s == 3600
    found = sections(film)
    assert min(s.range.duration for s in found) >= shortest_s(3600) == 60
    assert 3 <= len(found) <= most(3600) < 20


def test_footage_too_short_for_two_sections_is_one() -> None:
    [only] = sections(made_film.known([replace(BREAD, seconds=19)]))
    assert only.range == TimeRange(Fraction(0), Fraction(19))
    assert only.title


def test_the_places_taken_are_the_best_of_all_that_may_be() -> None:
    generator = np.random.default_rng(3)
    for _ in range(30):
        times = np.sort(generator.choice(100, 9, replace=False)).astype(np.float64)
        values = generator.normal(size=9)

        def fits(picked: tuple[int, ...], times: tiling.Floats = times) -> bool:
            ends = [0.0, *times[list(picked)], 100.0]
            return all(b - a >= 12 for a, b in itertools.pairwise(ends))

        options = [
            picked
            for count in range(2, 5)
            for picked in itertools.combinations(range(9), count)
            if fits(picked)
        ]
        chosen = tiling.places(times, values, whole_s=100.0, shortest_s=12.0, counts=range(2, 5))
        if options:
            best = max(sum(values[list(picked)]) for picked in options)
            assert fits(tuple(chosen)) and sum(values[chosen]) == pytest.approx(best)
        else:
            assert len(chosen) < 2


def test_titles_tell_sections_apart_in_words_of_their_own() -> None:
    film = made_film.known([replace(s, caption="") for s in made_film.SUBJECTS])
    found = sections(film)
    assert len({s.title for s in found}) == 3
    for section, about in zip(found, ("sourdough", "lighthouse", "bee"), strict=True):
        said = " ".join(s.text for s in film.speech if section.range.contains(s.range))
        assert stems(section.title) <= stems(said)
        assert about in section.title.lower()


def test_a_caption_names_a_section_in_which_little_is_said() -> None:
    film = replace(made_film.known(), speech=())
    assert [s.title for s in sections(film)] == [
        "Baker kneads dough on a floured table",
        "Waves crash against a lighthouse",
        "Beekeeper lifts a honeycomb frame",
    ]


def test_titles_never_repeat_and_say_only_a_number_where_nothing_is_known() -> None:
    same = made_film.known([Subject(90, "a grey wall")])
    assert [s.title for s in sections(same)] == [
        "A grey wall",
        "A grey wall (2)",
        "A grey wall (3)",
    ]
    silent = made_film.known([Subject(90)], meaning=False)
    assert [s.title for s in sections(silent)] == ["Part 1", "Part 2", "Part 3"]


def test_text_read_once_names_nothing() -> None:
    film = made_film.known([Subject(15, senses=Senses(words=("dark", "still camera")))])
    once = [replace(film.moments[0], screen_text="BARWOOO"), *film.moments[1:]]
    assert sections(replace(film, moments=tuple(once)))[0].title == "Dark, still camera"
    card = [replace(m, screen_text="Chapter of Storms") for m in film.moments[:4]]
    titled = replace(film, moments=(*card, *film.moments[4:]))
    assert sections(titled)[0].title == "Chapter of Storms"


def test_a_long_title_is_cut_where_it_can_be_left_off() -> None:
    long = "Young man in a white jacket sitting in the dark with a big mechanical hand"
    assert headings.shortened(long) == "Young man in a white jacket sitting in the dark"
    assert headings.shortened("a dog, a cat.") == "a dog, a cat"
    assert len(headings.shortened("word " * 40)) <= headings.LONGEST
    assert len(headings.shortened("あ" * 200)) <= headings.LONGEST
