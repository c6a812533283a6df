"""Words are stemmed alike, indexed by footage, and weighed by how rare they are."""

from __future__ import annotations

import pytest

from index import words
from index.words import Document, stem
from project.store import Project
from tests.index import made_library


@pytest.mark.parametrize(
    "alike",
    [("jump", "jumps", "jumping", "jumped"), ("party", "parties"), ("bake", "baker", "baking")],
)
def test_forms_of_a_word_share_a_stem(alike: tuple[str, ...]) -> None:
    assert len({stem(word) for word in alike}) == 1


def test_different_words_keep_different_stems() -> None:
    assert len({stem(w) for w in ("bus", "glass", "grass", "sing", "red", "bed")}) == 6


def test_words_are_found_by_level_and_gone_when_replaced(project: Project) -> None:
    made_library.build(project)
    first = [
        Document("moment", 0, caption="a heron lands"),
        Document("footage", 0, caption="heron"),
    ]
    words.replace(project, "made-000", first)
    words.replace(project, "made-001", [Document("moment", 0, caption="a crane lifts steel")])
    assert [f for f, _, _ in words.best(project, ["herons"], "moment")] == ["made-000"]
    words.replace(project, "made-000", [Document("moment", 0, caption="an empty pond")])
    assert words.best(project, ["herons"], "moment") == []
    assert [f for f, _, _ in words.best(project, ["steel"], "moment")] == ["made-001"]
    words.remove(project, "made-001")
    assert words.best(project, ["steel"], "moment") == []


def test_a_word_in_the_caption_counts_more_than_one_in_the_speech(project: Project) -> None:
    made_library.build(project)
    words.replace(project, "made-000", [Document("moment", 0, speech="the harbour")])
    words.replace(project, "made-001", [Document("moment", 0, caption="the harbour")])
    assert [f for f, _, _ in words.best(project, ["harbour"], "moment")] == ["made-001", "made-000"]


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
