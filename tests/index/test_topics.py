"""Topics gather what belongs together; every id in them exists."""

from __future__ import annotations

import numpy as np

from index import topics
from index.library import refresh
from index.topics import gather
from project.store import Project
from tests.index import made_library


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
    labels = {t.footage_ids[0][0]: t.label.lower() for t in tree}
    assert "sheep" in labels["0"] and "tram" in labels["1"]


def test_no_footage_has_no_topics() -> None:
    assert gather({}, {}) == ()


def test_the_tree_covers_all_usable_footage_once_and_names_only_what_exists(
    project: Project,
) -> None:
    made_library.build(project)
    refresh(project)
    tree = topics.topics(project)
    ids = [i for topic in tree for i in topic.footage_ids]
    assert sorted(ids) == sorted(r["id"] for r in project.rows("SELECT id FROM footage"))
    assert 2 <= len(tree) <= topics.MOST_TOPICS
    for topic in tree:
        inside = [i for child in topic.children for i in child.footage_ids]
        assert topic.label and (not inside or sorted(inside) == sorted(topic.footage_ids))
    with project.transaction() as db:
        db.execute("DELETE FROM footage WHERE id = 'made-003'")
    left = [i for topic in topics.topics(project) for i in topic.footage_ids]
    assert "made-003" not in left and len(left) == len(ids) - 1
