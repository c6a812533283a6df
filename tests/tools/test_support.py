"""A film claims to show only what is borne out; everything else is a hole with its near misses."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import library
from index.search import search
from index.values import Filters, Hit, Why
from project import footage as store
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Propose
from timeline import document
from timeline.edits import check
from timeline.model import Timeline
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.kinds import members, spelled_out
from tools.moods import FLOOR_S
from tools.proposal import Proposal, Reason
from tools.reasons import check as check_reason
from tools.registry import tools
from tools.search import reason_of
from tools.shown import affirmed, focus
from tools.support import held, supported
from tools.wanted import wanted


def made(proposal: Proposal) -> Timeline:
    assert proposal.timeline is not None
    return document.from_document(proposal.timeline)


def names(project: Project, words: str) -> set[str]:
    found = search(project, words, filters=Filters(has_picture=True), limit=20)
    dailies = Dailies(project)
    good = supported(words, found.hits, dailies, confident=found.confident)
    return {hit.name for hit, _ in good}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("a dog", "dog.mp4"),
        ("pouring coffee", "coffee.mp4"),
        ("the sea", "beach.mp4"),
        ("vehicles", "city.mp4"),
        ("kids", "phone.mp4"),
    ],
)
def test_what_means_the_same_is_borne_out(dailies: Project, words: str, name: str) -> None:
    assert name in names(dailies, words)


@pytest.mark.parametrize(
    "words", ["aurora", "a horse", "fireworks", "a wedding cake", "an aeroplane"]
)
def test_what_is_only_related_is_not(dailies: Project, words: str) -> None:
    assert names(dailies, words) == set()


def test_a_phrase_is_about_its_noun_and_not_about_what_stands_beside_it() -> None:
    heads = {
        words: found.head
        for words in (
            "night sky full of stars", "a child playing in a park", "pouring coffee",
            "rain on glass", "a ball juggled with the feet",
        )
        if (found := wanted(words)) is not None
    }  # fmt: skip
    assert heads == {
        "night sky full of stars": "sky",
        "a child playing in a park": "child",
        "pouring coffee": "coffee",
        "rain on glass": "rain",
        "a ball juggled with the feet": "ball",
    }


def test_a_kind_is_looked_for_by_what_belongs_to_it() -> None:
    assert {"squirrel", "dog"} <= members("animals")
    assert members("teapot") == {"teapot"}
    assert "kitten" in spelled_out("pets")
    assert spelled_out("teapot") == ""


@pytest.mark.parametrize("place", ["opening", "ending"])
def test_an_unsupported_opening_or_ending_is_a_hole_with_near_misses(
    propose: Propose, place: str
) -> None:
    proposal = propose(
        "storyboard", length_s=12, subjects=("dog", "beach waves"), **{place: "aurora"}
    )
    cut = made(proposal)
    [(at, gap)] = cut.holes()
    assert gap.wanted == "aurora"
    assert at == 0 if place == "opening" else at + gap.duration == cut.duration
    assert proposal.holes[0].near_misses
    assert cut.duration == 12


def test_what_is_to_be_generated_gets_its_place_although_footage_would_fit(
    propose: Propose,
) -> None:
    wish = {"subjects": ("dog", "pouring coffee"), "length_s": 12}
    for generate, edge in (("sunset", "ending"), ("beach waves", "opening"), ("aurora", "")):
        cut = made(propose("storyboard", **wish, generate=(generate,), **(
            {edge: generate} if edge else {})))  # fmt: skip
        [(at, gap)] = cut.holes()
        assert gap.wanted == generate
        assert (at == 0) == (edge == "opening")
        assert (at + gap.duration == cut.duration) == (edge == "ending")
        assert cut.duration == 12
    beats = ({"words": "dog"}, {"words": "pouring coffee", "generate": True}, {"words": "beach"})
    cut = made(propose("storyboard", length_s=9, beats=beats))
    assert [gap.wanted for _, gap in cut.holes()] == ["pouring coffee"]
    assert [clip.name for _, clip in cut.clips()] == ["dog.mp4", "beach.mp4"]


@pytest.mark.parametrize("pace", ["slow", "medium"])
def test_no_clip_is_shorter_than_the_pace_allows(propose: Propose, pace: Any) -> None:
    cut = made(propose("storyboard", goal="a film", length_s=21, pace=pace))
    assert cut.duration == 21
    assert min(clip.duration for _, clip in cut.clips()) >= FLOOR_S[pace] - 1 / cut.rate


def test_more_things_than_the_length_has_room_for_are_named_and_not_rushed(
    propose: Propose,
) -> None:
    things = ("dog", "coffee", "beach", "sunset", "city street", "window", "forest path", "boat")
    proposal = propose("storyboard", length_s=4, subjects=things, pace="slow")
    cut = made(proposal)
    assert cut.duration == 4
    assert "left out" in proposal.answer
    assert min(clip.duration for _, clip in cut.clips()) >= 1


SUBJECTS = ("dog", "pouring coffee", "beach waves", "aurora", "a boat on a lake", "rocket launch",
            "a window", "people")  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    subjects=st.lists(st.sampled_from(SUBJECTS), max_size=4, unique=True),
    length=st.decimals("1", "45", places=3),
    edge=st.sampled_from(["", "aurora", "sunset behind mountains"]),
    pace=st.sampled_from(["slow", "medium", "fast", None]),
    order=st.sampled_from(["story", "chronological", "day to night"]),
    generate=st.sampled_from([(), ("aurora",), ("dog",)]),
    only=st.sampled_from([None, ("f-coffee", "f-ntsc"), ("f-dog", "f-beach", "f-city")]),
)
def test_the_cut_is_as_long_as_asked_or_says_exactly_how_much_is_missing(
    dailies: Project, subjects: Any, length: Any, edge: str, pace: Any, order: Any,
    generate: Any, only: Any,
) -> None:  # fmt: skip
    tool = tools()["storyboard"]
    arguments = tool.arguments(
        goal="a film", subjects=tuple(subjects), length_s=float(length), ending=edge,
        pace=pace, order=order, generate=generate, footage_ids=only,
    )  # fmt: skip
    try:
        proposal = tool.propose(arguments, dailies)
    except BadArguments as error:
        assert subjects and "known to show" in str(error)
        return
    cut = made(proposal)
    check(cut)
    asked = int(Fraction(str(length)) * cut.rate + Fraction(1, 2)) / cut.rate
    missing = Fraction(proposal.data["missing_s"])
    assert cut.duration + missing == asked
    if only is None and not subjects:
        assert missing == 0
    if missing:
        assert "too short" in proposal.answer


@pytest.mark.parametrize(
    ("caption", "left"),
    [
        ("woman alone, dog out of frame", "woman alone"),
        ("an empty street, no people", "an empty street"),
        ("a beach without people at dusk", "a beach at dusk"),
        ("a man walks a dog, nobody else", "a man walks a dog"),
        ("a street with no cars and a dog", "a street with and a dog"),
        ("a knot in a note", "a knot in a note"),
    ],
)
def test_what_a_caption_denies_is_not_what_it_shows(caption: str, left: str) -> None:
    assert " ".join(affirmed(caption).strip(" ,").split()) == left


def captioned(project: Project, footage_id: str, captions: list[str], source: str) -> None:
    """Captions by the second for one piece of footage, and the index made anew."""
    old = store.moments(project, footage_id)
    new = [
        replace(m, caption=captions[min(n, len(captions) - 1)], caption_source=source)
        for n, m in enumerate(old)
    ]
    with project.transaction():
        store.write_moments(project, new)
    library.refresh(project, [footage_id])


def test_a_thing_a_caption_denies_is_neither_cut_in_nor_found(
    dailies: Project, propose: Propose
) -> None:
    captioned(dailies, "f-phone", ["a woman alone, zebra out of frame"], "sidecar")
    assert names(dailies, "zebra") == set()
    assert "phone.mp4" not in propose("search", query="zebra").answer.partition("nearest")[0]


def test_a_clip_starts_and_quotes_where_its_caption_holds(
    dailies: Project, propose: Propose
) -> None:
    told = ["a grey wall"] * 3 + ["a zebra drinks"] * 3
    captioned(dailies, "f-phone", told, "sidecar")
    found = search(dailies, "zebra", filters=Filters(has_picture=True), limit=20)
    whole = next(h for h in found.hits if h.footage_id == "f-phone")
    wide = replace(
        whole,
        range=TimeRange(Fraction(0), Fraction(6)),
        why=(Why("caption", "a grey wall. a zebra drinks", 1.0),),
    )
    asked = wanted("zebra")
    assert asked is not None
    narrow = held(asked, wide, Dailies(dailies))
    assert narrow.range == TimeRange(Fraction(3), Fraction(6))
    assert [w.quote for w in narrow.why] == ["a zebra drinks"]
    cut = made(propose("storyboard", beats=({"words": "zebra"},), length_s=5))
    assert cut.clips()[0][1].source.start >= 1  # as late as its shot allows


def test_a_caption_nobody_wrote_is_told_and_checked_as_senses(dailies: Project) -> None:
    captioned(dailies, "f-phone", ["bright, still camera. Heard: a zebra"], "embedded")
    room = Dailies(dailies)
    hit = Hit(
        "f-phone", "phone.mp4", TimeRange(Fraction(0), Fraction(3)), 0.9,
        (Why("caption", "bright, still camera. Heard: a zebra", 1.0),),
    )  # fmt: skip
    reason = reason_of(hit, room)
    assert "in what it looks and sounds like" in reason.text
    assert "caption" not in reason.text
    assert [e.kind for e in reason.evidence] == ["senses"]
    assert check_reason(reason, dailies).verified
    lie = reason.evidence[0].model_copy(update={"kind": "caption"})
    assert not check_reason(Reason(text="", evidence=(lie,)), dailies).verified


def test_one_named_subject_that_nothing_shows_is_asked_back_and_not_filled_up(
    propose: Propose,
) -> None:
    with pytest.raises(BadArguments, match="known to show 'unicorn on the moon'"):
        propose("storyboard", goal="a 10 s film about a unicorn", subjects=("unicorn on the moon",))
    wished = propose("storyboard", subjects=("unicorn",), generate=("unicorn",), length_s=4)
    assert [h.wanted for h in wished.holes] == ["unicorn"]
    assert "other footage" not in wished.answer


def test_of_two_captions_with_the_word_the_one_about_it_is_cut_in(
    dailies: Project, propose: Propose
) -> None:
    captioned(dailies, "f-phone", ["blue light in dancing zebras"], "sidecar")
    captioned(dailies, "f-ntsc", ["a herd: zebras with dust"], "sidecar")
    cut = made(propose("storyboard", beats=({"words": "zebras"},), length_s=2))
    assert [c.name for _, c in cut.clips()] == ["ntsc.mp4"]
    captioned(dailies, "f-ntsc", ["an open sea with waves"], "sidecar")
    captioned(dailies, "f-phone", ["underwater light in dancing waves"], "sidecar")
    hits = search(dailies, "waves", filters=Filters(has_picture=True), limit=20).hits
    room = Dailies(dailies)
    about = {h.name: focus("waves", h, room) for h in hits}
    assert (about["ntsc.mp4"], about["phone.mp4"]) == (1.0, 0.0)


def test_who_talks_by_a_caption_is_seen_and_one_read_out_shows_nobody(
    dailies: Project,
) -> None:
    captioned(dailies, "f-phone", ["a window with a caption: I am talking"], "sidecar")
    captioned(dailies, "f-talk", ["a woman talks to the camera"], "sidecar")
    bare = [replace(m, senses=replace(m.senses, faces=0)) for m in store.moments(dailies, "f-talk")]
    with dailies.transaction():
        store.write_moments(dailies, bare)
    library.refresh(dailies)
    hit = Hit("f-talk", "talk.mp4", TimeRange(Fraction(0), Fraction(3)), 0.8, ())
    heard = replace(hit, footage_id="f-phone", name="phone.mp4")
    judged = supported("people talking", [hit, heard], Dailies(dailies), confident=True)
    assert [h.name for h, _ in judged] == ["talk.mp4"]


def test_a_coaster_is_no_coast(dailies: Project) -> None:
    assert "beach.mp4" in names(dailies, "coast")
    captioned(dailies, "f-phone", ["the coast from above"], "sidecar")
    assert not names(dailies, "a roller coaster") & {"beach.mp4", "phone.mp4"}


def test_without_captions_a_subject_is_cut_by_looks_and_that_is_said(dailies: Project) -> None:
    with dailies.transaction() as db:
        db.execute("DELETE FROM caption")
        db.execute("UPDATE moment SET caption_source = 'embedded', caption = 'still camera, grey'")
    library.refresh(dailies)
    storyboard = tools()["storyboard"]
    wish = storyboard.arguments(goal="a 6 second film of a zebra", subjects=("zebra",), length_s=6)
    proposal = storyboard.propose(wish, dailies)
    assert "No captions say what these shots show" in proposal.answer
    assert made(proposal).duration == 6
    assert made(proposal).clips()


def test_a_screen_full_of_words_shows_none_of_the_things_it_names(dailies: Project) -> None:
    page = "file edit view zebra " * 12
    with dailies.transaction() as db:
        db.execute(
            "UPDATE moment SET screen_text = ?, caption_source = 'embedded', caption = ?"
            " WHERE footage_id IN (SELECT id FROM footage WHERE name = 'coffee.mp4')",
            (page, f"still camera, text reads {page}"),
        )
    library.refresh(dailies)
    assert "coffee.mp4" not in names(dailies, "a zebra")
