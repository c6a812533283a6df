"""The floor of search: general questions need more, and made libraries keep their rates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks._libraries import Told, build, libraries
from index.embed import embedder
from index.everyday import EVERYDAY
from index.floor import BEST, GENERAL, floor
from index.search import search
from project.settings import Settings
from project.store import Project


class Stretched:
    """The built-in model with its cosines pushed together, as other models have them."""

    name, width = "stretched", 385

    def embed(self, texts: list[str]) -> np.ndarray:
        """(len(texts), 385) float32: one more number, the same for all, which all share."""
        plain = embedder(Settings()).embed(texts)
        wide = np.concatenate([plain, np.full((len(plain), 1), 1.5, np.float32)], axis=1)
        return np.asarray(wide / np.linalg.norm(wide, axis=1, keepdims=True), np.float32)


def test_a_general_question_needs_more_than_a_particular_one() -> None:
    model = embedder(Settings())
    general, particular = model.embed(["a dog", "conservation of mechanical energy"])
    assert floor(model, general) > floor(model, particular) + 0.1


def test_the_floor_is_a_share_of_how_near_everyday_captions_come() -> None:
    model = embedder(Settings())
    everyday = model.embed(list(EVERYDAY))
    low, high = (model.embed([text])[0] for text in ("plasma physics", "a woman laughs"))
    near = [float(np.sort(everyday @ each)[-BEST:].mean()) for each in (low, high)]
    apart = floor(model, high) - floor(model, low)
    assert apart == pytest.approx(GENERAL * (near[1] - near[0]), abs=1e-5)


def test_another_models_floor_lies_where_its_cosines_lie() -> None:
    plain, other = embedder(Settings()), Stretched()
    question, answer, chance = "a wolf", "a grey wolf in the snow", "stock prices fall"
    for model in (plain, other):
        asked, near, far = model.embed([question, answer, chance])
        assert float(asked @ far) < floor(model, asked) < float(asked @ near)


@pytest.mark.parametrize(
    "told", [t for t in libraries() if t.name in ("lectures", "real estate", "wildlife")],
    ids=lambda t: t.name,
)  # fmt: skip
def test_what_is_there_is_claimed_and_most_of_what_is_not_is_declined(
    told: Told, tmp_path: Path
) -> None:
    with Project.create(tmp_path / "p", Settings()) as project:
        build(project, told)
        claimed = [q for q in told.absent if search(project, q).confident]
        declined = [q for q, _ in told.there if not search(project, q).confident]
    assert len(declined) <= len(told.there) // 8, declined
    assert len(claimed) <= len(told.absent) * 0.6, claimed


def test_footage_that_was_only_watched_claims_no_things(tmp_path: Path) -> None:
    (told,) = [t for t in libraries() if t.name == "night out"]
    with Project.create(tmp_path / "p", Settings()) as project:
        build(project, told, captioned=False)
        claimed = [q for q in (*told.absent, "a wolf", "mixing drinks") if
                   search(project, q).confident]  # fmt: skip
        assert claimed == []
        assert search(project, "dark, with music").confident
        assert search(project, "something purple").confident


def test_general_words_are_answered_by_what_they_stand_for(tmp_path: Path) -> None:
    clips = (
        ("a spaniel rolls on the lawn outside", "the spaniel shakes itself dry"),
        ("a dog waits outside the bakery",),
        ("a tram turns into a narrow street", "people cross the street"),
        ("hands slice a loaf of bread on a board",),
        ("the lecturer points at a diagram",),
    )
    questions = ("animals outside", "a vehicle in a street", "food on a board")
    with Project.create(tmp_path / "p", Settings()) as project:
        build(project, Told("kinds", "a", clips, (), ()))
        found = [search(project, question) for question in questions]
        assert [each.confident for each in found] == [True, True, True]
        shown = [each.hits[0].why[0].quote for each in found]
        assert shown == [clips[1][0], clips[2][0], clips[3][0]]
        assert not search(project, "furniture outside").confident
        without = search(project, "outside without animals")
        assert without.hits[0].why[0].quote != clips[1][0]
