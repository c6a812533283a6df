"""Topics gather what belongs together, at any size; every id in them exists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import topics
from index.labels import labels, terms
from index.library import refresh
from index.topics import FEW, MOST_TOPICS, Topic, gather
from project.store import Project
from tests.index import made_library


def made(count: int, kinds: int = 40) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Footage of some kinds, each with words and a direction of its own."""
    dice = np.random.default_rng(7)
    middles = dice.standard_normal((kinds, 32))
    rows = middles[np.arange(count) % kinds] + 0.6 * dice.standard_normal((count, 32))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [f"f{n:05}" for n in range(count)]
    texts = {
        i: f"Kind{n % kinds} scene {n}\na kind{n % kinds} with thing{n % 7}\nkind{n % kinds} again"
        for n, i in enumerate(ids)
    }
    return dict(zip(ids, rows.astype(np.float32), strict=True)), texts


def whole(tree: Sequence[Topic], expected: Sequence[str]) -> None:
    """Each level holds what it should, once; topics beside each other are called differently."""
    assert sorted(i for topic in tree for i in topic.footage_ids) == sorted(expected)
    assert len({topic.label for topic in tree}) == len(tree)
    for topic in tree:
        assert topic.footage_ids and topic.label.strip() and len(topic.label) <= 100
        if topic.children:
            assert len(topic.children) > 1
            whole(topic.children, topic.footage_ids)


def test_two_kinds_of_footage_become_two_topics_in_their_own_words() -> None:
    axes = np.eye(8, dtype=np.float32)
    vectors, texts = {}, {}
    for n in range(3):
        for kind, (axis, words) in enumerate(((0, "sheep meadow"), (1, "tram rails"))):
            vector = axes[axis] + 0.1 * axes[2 + n]
            vectors[f"{kind}{n}"] = vector / np.linalg.norm(vector)
            texts[f"{kind}{n}"] = f"{words} seen"
    tree = gather(vectors, texts)
    assert {frozenset(t.footage_ids) for t in tree} == {
        frozenset({"00", "01", "02"}), frozenset({"10", "11", "12"}),
    }  # fmt: skip
    found = {t.footage_ids[0][0]: t.label for t in tree}
    assert found == {"0": "Sheep meadow", "1": "Tram rails"}


def test_no_footage_has_no_topics() -> None:
    assert gather({}, {}) == ()


def test_a_handful_of_footage_is_a_topic_each_called_by_its_title() -> None:
    vectors, texts = made(FEW)
    tree = gather(vectors, texts)
    assert [t.label for t in tree] == [f"Kind{n} scene {n}" for n in range(FEW)]
    texts["f00001"] = texts["f00000"]  # two takes of the same
    assert sorted(len(t.footage_ids) for t in gather(vectors, texts)) == [1, 1, 1, 2]


def test_few_that_are_called_the_same_are_one_topic_also_where_nothing_is_told() -> None:
    vectors, texts = made(3)
    blank = dict(zip(texts, ("", " ", "\n"), strict=True))
    assert [topic.label for topic in gather(vectors, blank)] == ["Other"]


def test_ten_thousand_make_a_tree_that_can_be_looked_through() -> None:
    vectors, texts = made(10_000)
    tree = gather(vectors, texts)
    whole(tree, list(texts))
    assert 8 <= len(tree) <= MOST_TOPICS
    finer = [child for topic in tree for child in topic.children]
    finest = [each for child in finer for each in child.children]
    assert 50 <= len(finer) <= MOST_TOPICS**2 and finest
    assert all(len(beside.children) <= MOST_TOPICS for beside in (*tree, *finer))
    assert max(len(topic.footage_ids) for topic in tree) < 5_000  # none swallows the rest
    assert all(topic.label.startswith("Kind") for topic in tree)
    again = dict(sorted(texts.items(), reverse=True))
    assert gather(dict(sorted(vectors.items(), reverse=True)), again) == tree


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5), st.text(max_size=30)), max_size=70), st.integers(0, 9))
def test_any_footage_is_in_the_tree_once_on_each_level(
    told: list[tuple[int, str]], without: int
) -> None:
    axes = np.eye(8, dtype=np.float32)
    texts = {f"f{n}": text for n, (_, text) in enumerate(told)}
    vectors = {f"f{n}": axes[axis] for n, (axis, _) in enumerate(told) if n >= without}
    tree = gather(vectors, texts)
    whole(tree, list(texts))
    assert gather(vectors, texts) == tree and len(tree) <= MOST_TOPICS + 1


def test_labels_are_words_that_tell_a_group_from_the_others_in_pairs_that_belong_together() -> None:
    told = {
        "a": "Still camera, no sound\na red tram at the stop",
        "b": "Still camera\nthe red tram rings",
        "c": "Still camera, no sound\ntwo wolves in deep snow",
        "d": "Still camera\na wolf howls in deep snow",
    }
    one, two = labels([["a", "b"], ["c", "d"]], told)
    assert one.startswith("Red tram") and "Deep snow" in two.replace("deep", "Deep")
    assert "sound" not in (one + two).replace("no sound", "")
    assert "sound" not in terms(told["a"]).words


def test_a_word_that_never_goes_alone_is_said_in_its_clause() -> None:
    told = {
        "a": "Still camera, black and white, silent",
        "b": "Still camera, a face in close-up, black and white",
        "c": "Slow pan left, warm colours",
        "d": "Slow pan left, cold colours, warm colours",
    }
    one, two = labels([["a", "b"], ["c", "d"]], told)
    assert "black and white" in one and "still camera" in one.casefold()
    assert set(two.casefold().split(", ")) == {"slow pan left", "warm colours", "cold colours"}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_groups_that_say_the_same_still_have_labels_of_their_own(count: int) -> None:
    told = {f"{g}{n}": "a grey wall" for g in range(3) for n in range(count)}
    groups = [[f"{g}{n}" for n in range(count)] for g in range(3)]
    assert len(set(labels(groups, told))) == 3


def test_the_tree_covers_all_usable_footage_once_and_names_only_what_exists(
    project: Project,
) -> None:
    made_library.build(project)
    refresh(project)
    tree = topics.topics(project)
    whole(tree, [r["id"] for r in project.rows("SELECT id FROM footage")])
    assert 2 <= len(tree) <= topics.MOST_TOPICS
    with project.transaction() as db:
        db.execute("DELETE FROM footage WHERE id = 'made-003'")
    left = [i for topic in topics.topics(project) for i in topic.footage_ids]
    assert "made-003" not in left and len(left) == len(made_library.CLIPS) - 1
