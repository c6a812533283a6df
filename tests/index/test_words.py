"""Words are stemmed alike, indexed by footage, and weighed by how rare they are."""

from __future__ import annotations

import pytest

from index import words
from index.kinds import KINDS
from index.words import Document, stem
from project.store import Project
from tests.index import made_library


@pytest.mark.parametrize(
    "alike",
    [
        ("jump", "jumps", "jumping", "jumped"), ("party", "parties"), ("bake", "baker", "baking"),
        ("run", "runs", "running", "runner"), ("ride", "rides", "rider", "riding"),
        ("hope", "hoping", "hoped"), ("care", "cares", "caring", "carer"),
        ("wide", "wider", "widely"), ("cookie", "cookies"), ("family", "families"),
        ("pie", "pies"), ("bus", "buses"), ("box", "boxes"), ("nose", "noses"),
        ("house", "houses"), ("kayak", "kayaking"), ("ski", "skis", "skier", "skiing"),
        ("duck", "ducks"), ("fishing", "fished"),
        ("glass", "glasses"), ("dish", "dishes"), ("church", "churches"), ("ache", "aches"),
    ],
)  # fmt: skip
def test_forms_of_a_word_share_a_stem(alike: tuple[str, ...]) -> None:
    assert len({stem(word) for word in alike}) == 1


def test_different_words_keep_different_stems() -> None:
    assert len({stem(w) for w in ("bus", "glass", "grass", "sing", "red", "bed")}) == 6


@pytest.mark.parametrize(
    "apart",
    [
        ("car", "care"), ("cars", "caring"), ("hop", "hoping"), ("rat", "rating"), ("hat", "hated"),
        ("plan", "plane"), ("win", "wine"), ("star", "staring"), ("bear", "bearing", "bare"),
        ("duck", "ducking"), ("train", "training"), ("ship", "shipping"), ("moth", "mother"),
        ("flow", "flowers"), ("show", "shower"), ("tow", "tower"), ("even", "evening"),
    ],
)  # fmt: skip
def test_words_that_only_look_alike_keep_their_own_stems(apart: tuple[str, ...]) -> None:
    assert len({stem(word) for word in apart}) == len(apart)


def test_footage_is_found_by_its_words_and_forgotten_when_they_are_replaced(
    project: Project,
) -> None:
    made_library.build(project)
    first = [
        Document("moment", 0, caption="a heron lands"),
        Document("footage", 0, caption="a heron lands", speech="the tide is low"),
    ]
    words.replace(project, "made-000", first)
    words.replace(project, "made-001", [Document("footage", 0, caption="a crane lifts steel")])
    assert words.footage_with(project, "herons") == ["made-000"]
    assert words.footage_with(project, "tides") == ["made-000"]
    words.replace(project, "made-000", [Document("footage", 0, caption="an empty pond")])
    assert words.footage_with(project, "herons") == []
    assert words.footage_with(project, "steel") == ["made-001"]
    assert words.footage_with(project, "ponds") == ["made-000"]
    words.remove(project, "made-001")
    assert words.footage_with(project, "steel") == []


def test_only_whole_footage_has_words_in_the_index(project: Project) -> None:
    made_library.build(project)
    words.replace(project, "made-000", [Document("moment", 0, caption="a heron lands")])
    assert words.footage_with(project, "heron") == []
    assert project.rows("SELECT * FROM words") == []


def test_rare_words_weigh_more_and_quotes_do_no_harm(project: Project) -> None:
    made_library.build(project)
    for number in range(5):
        words.replace(
            project,
            f"made-{number:03}",
            [Document("footage", 0, caption="street " + ("tram" if number == 0 else ""))],
        )
    rare = words.rarity(project, ["street", "tram", 'say "hi" OR (x', "zeppelin"])
    assert rare["street"] < rare["tram"] < rare["zeppelin"]


def test_a_general_word_finds_what_it_stands_for_and_not_the_other_way(project: Project) -> None:
    made_library.build(project)
    words.replace(project, "made-000", [Document("footage", 0, caption="two ponies graze")])
    words.replace(project, "made-001", [Document("footage", 0, caption="animals in a zoo")])
    assert words.footage_with(project, "animals") == ["made-000", "made-001"]
    assert words.footage_with(project, "pony") == ["made-000"]
    assert words.footage_with(project, "vehicle") == []
    words.replace(project, "made-002", [Document("footage", 0, caption="a heron lands")])
    assert words.footage_with(project, "animals") == ["made-000", "made-001", "made-002"]


def test_a_word_that_only_looks_like_a_general_one_stands_for_itself() -> None:
    assert words.roots("flow") == {"flow"} and words.roots("Flowers") > {stem("tulip")}
    for kind, told in KINDS.items():
        members = told.split()
        assert len(members) == len(set(members)) and kind not in members, kind


def test_other_words_with_the_same_stem_are_no_member_of_a_kind() -> None:
    every = frozenset[str]().union(*map(words.roots, KINDS))
    assert every.isdisjoint(words.stems("mother is caring, hated the rating of the training"))
