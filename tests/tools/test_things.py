"""Things that a network named, as the tools use them: reasons that hold, what is left out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from index.knowledge import rewrite
from index.library import refresh
from index.search import search
from index.things.network import NAME
from index.values import Why
from project import footage as store
from project import understood
from project.footage import Moment, Senses, Thing
from project.store import Project
from project.understood import Sighting
from timeline.time import TimeRange
from tools.coverage import _excluded
from tools.dailies import Dailies
from tools.outline import StoryboardArguments
from tools.proposal import Evidence, Reason
from tools.reasons import check
from tools.search import Search, SearchArguments, evidence_of
from tools.shown import looks_there
from tools.storyboard import Storyboard
from tools.support import supported

WHOLE = TimeRange(Fraction(0), Fraction(3))


@pytest.fixture
def kennel(project: Project) -> Project:
    """Three seconds that look like a dog."""
    row = store.Footage(
        "dog", Path("/clips/A001.mp4"), "A001.mp4", "/clips", "print-dog", 1, 0, "ok",
        duration_s=WHOLE.duration,
        technical=store.Technical(container="mp4", width=320, height=180, has_picture=True),
    )  # fmt: skip
    store.save(project, row)
    spans = [TimeRange(Fraction(k), Fraction(k + 1)) for k in range(3)]
    moments = [Moment("dog", k, span, 0, "", "embedded", "", Senses(words=("grey",)))
               for k, span in enumerate(spans)]  # fmt: skip
    store.replace_knowledge(
        project, "dog", shots=[store.Shot("dog", 0, WHOLE)], moments=moments, speech=[], captions=[]
    )
    understood.look_over(project, "print-dog", NAME, [Sighting(WHOLE, "dog", 0.83)])
    rewrite(project, "dog")
    refresh(project)
    return project


def test_a_search_says_what_it_looks_like_and_the_reason_holds(kennel: Project) -> None:
    proposal = Search().propose(SearchArguments(query="a dog in the garden"), kennel)
    assert "looks like: dog (0.83)" in proposal.answer
    [reason] = proposal.reasons
    assert reason.verified
    assert [each.kind for each in reason.evidence] == ["looks like"]


@pytest.mark.parametrize("quote", ["cat (0.83)", "dog (0.99)"])
def test_a_reason_that_no_network_gave_does_not_hold(kennel: Project, quote: str) -> None:
    said = Evidence(kind="looks like", footage_id="dog", start_s="0", end_s="3", quote=quote)
    assert not check(Reason(text="", evidence=(said,)), kennel).verified


def test_what_is_to_be_left_out_is_left_out_by_what_it_looks_like() -> None:
    moment = Moment("f", 0, WHOLE, 0, "", "embedded", "", Senses(), (Thing("dog", 0.8),))
    assert _excluded(moment, ["dogs"])
    assert _excluded(moment, ["puppies"])
    assert not _excluded(moment, ["cats"])


@pytest.mark.parametrize(
    ("word", "thing", "out"),
    [
        ("animals", "meerkat", True), ("instruments", "banjo", True),
        ("vehicles", "forklift", True), ("animals", "computer mouse", False),
        ("water", "water bottle", False),
        ("dogs", "hot dog", False), ("fish", "shark", True),
    ],
)  # fmt: skip
def test_a_film_leaves_out_what_a_search_does(word: str, thing: str, out: bool) -> None:
    moment = Moment("f", 0, WHOLE, 0, "", "embedded", "", Senses(), (Thing(thing, 0.8),))
    assert _excluded(moment, [word]) is out


def test_beside_a_caption_only_what_the_creator_named_is_left_out() -> None:
    things = (Thing("dog", 0.8), Thing("banana"))
    moment = Moment("f", 0, WHOLE, 0, "an empty lawn", "sidecar", "", Senses(), things)
    assert not _excluded(moment, ["dogs"])
    assert _excluded(moment, ["bananas"])


def test_somebody_whom_a_creator_names_is_one_of_the_people() -> None:
    things = (Thing("old woman"), Thing("baby carriage"))
    nobody, woman = (
        Moment("f", 0, WHOLE, 0, "", "embedded", "", Senses(), (thing,)) for thing in things[::-1]
    )
    assert _excluded(woman, ["people"])
    assert not _excluded(nobody, ["people"])


def test_a_reason_may_quote_the_colour_of_a_lamp(kennel: Project) -> None:
    [moment, *rest] = store.moments(kennel, "dog")
    lit = replace(moment, senses=replace(moment.senses, accents=("purple",)))
    with kennel.transaction():
        store.write_moments(kennel, [lit, *rest])
    for quote, held in (("some purple", True), ("some green", False)):
        said = Evidence(kind="senses", footage_id="dog", start_s="0", end_s="3", quote=quote)
        assert check(Reason(text="", evidence=(said,)), kennel).verified is held


def test_a_cut_out_of_what_was_found_is_as_sure_as_it_is_there(kennel: Project) -> None:
    """A reason quotes the clip's own seconds, not the surest ones of the hit."""
    seconds = [TimeRange(Fraction(k), Fraction(k + 1)) for k in range(3)]
    seen = [Sighting(s, "dog", c) for s, c in zip(seconds, (0.91, 0.62, 0.71), strict=True)]
    understood.look_over(kennel, "print-dog", NAME, seen)
    rewrite(kennel, "dog")
    refresh(kennel)
    [hit] = search(kennel, "a dog").hits
    [why] = [w for w in hit.why if w.kind == "looks like"]
    assert why.quote == "dog (0.91)"
    later = replace(hit, range=TimeRange(Fraction(1), Fraction(3)))
    there = looks_there(why, later, Dailies(kennel))
    assert (there.quote, there.strength) == ("dog (0.71)", 0.71)
    assert check(Reason(text="", evidence=(evidence_of(there, later),)), kennel).verified
    senses = Why("senses", "grey", 0.5)
    assert looks_there(senses, later, Dailies(kennel)) is senses


def test_a_storyboard_says_what_its_clip_looks_like(kennel: Project) -> None:
    ten = TimeRange(Fraction(0), Fraction(10))
    row = store.find(kennel, "dog")
    technical = replace(row.technical, picture_end_s="10", rate="25")
    row = replace(row, duration_s=ten.duration, technical=technical)
    seconds = [TimeRange(Fraction(k), Fraction(k + 1)) for k in range(10)]
    store.save(kennel, row)
    moments = [Moment("dog", k, span, 0, "", "embedded", "", Senses(words=("grey",)))
               for k, span in enumerate(seconds)]  # fmt: skip
    store.replace_knowledge(
        kennel, "dog", shots=[store.Shot("dog", 0, ten)], moments=moments, speech=[], captions=[]
    )
    seen = [Sighting(s, "dog", 0.91 if k == 0 else 0.6) for k, s in enumerate(seconds)]
    understood.look_over(kennel, "print-dog", NAME, seen)
    rewrite(kennel, "dog")
    refresh(kennel)
    proposal = Storyboard().propose(StoryboardArguments(subjects=("a dog",), length_s=3), kennel)
    assert "looks like: dog (0.60)" in proposal.reasons[0].text


def test_a_beat_is_borne_out_by_the_thing_and_by_none_near_it(kennel: Project) -> None:
    dailies = Dailies(kennel)

    def borne_out(words: str) -> bool:
        found = search(kennel, words)
        return bool(supported(words, found.hits, dailies, confident=found.confident))

    assert borne_out("a dog")
    assert not borne_out("a cat")
    assert not borne_out("a horse")
    # also where something else made the search sure of itself
    assert not supported("a cat", search(kennel, "a dog").hits, dailies, confident=True)
