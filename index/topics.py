"""Topics: footage gathered into a small tree by what it means, labelled in its own words."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.titles import label_words, surface
from index.words import stem
from project.store import Project

MOST_TOPICS = 12
SPLIT_FROM = 9  # a topic with at least so many pieces of footage gets children
LABEL_WORDS = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """Footage that belongs together. Children share out the same footage more finely."""

    label: str
    footage_ids: tuple[str, ...]
    children: tuple[Topic, ...] = ()


def topics(project: Project) -> tuple[Topic, ...]:
    """The topic tree as last refreshed, largest first; every id in it is usable footage."""
    usable = {r["id"] for r in project.rows("SELECT id FROM footage WHERE status != 'rejected'")}
    under: dict[int | None, list[tuple[int, str, tuple[str, ...]]]] = {}
    for row in project.rows("SELECT * FROM topic ORDER BY id"):
        ids = tuple(i for i in json.loads(row["footage_ids"]) if i in usable)
        if ids:
            under.setdefault(row["parent_id"], []).append((row["id"], row["label"], ids))

    def grown(parent: int | None) -> tuple[Topic, ...]:
        return tuple(Topic(label, ids, grown(key)) for key, label, ids in under.get(parent, ()))

    return grown(None)


def write(project: Project, tree: Sequence[Topic]) -> None:
    """`tree` in place of the topics that were, in one transaction."""
    with project.transaction() as db:
        db.execute("DELETE FROM topic")

        def put(branch: Sequence[Topic], parent: int | None) -> None:
            for topic in branch:
                key = db.execute(
                    "INSERT INTO topic (parent_id, label, footage_ids) VALUES (?, ?, ?)",
                    (parent, topic.label, json.dumps(topic.footage_ids)),
                ).lastrowid
                put(topic.children, key)

        put(tree, None)


def gather(
    vectors: Mapping[str, NDArray[np.float32]], texts: Mapping[str, str]
) -> tuple[Topic, ...]:
    """A tree over the footage in `vectors`, two levels deep where a topic is large.

    vectors: footage id to (width,) of length 1; texts: footage id to the words it is known by.
    """
    ids = sorted(vectors)
    if not ids:
        return ()
    top = _clusters(ids, vectors)
    labels = _labels(top, texts)
    tree = []
    for members, label in zip(top, labels, strict=True):
        children: tuple[Topic, ...] = ()
        if len(members) >= SPLIT_FROM and len(top) > 1:
            parts = _clusters(members, vectors)
            if len(parts) > 1:
                named = _labels(parts, texts)
                children = tuple(Topic(n, tuple(p)) for p, n in zip(parts, named, strict=True))
        tree.append(Topic(label, tuple(members), children))
    return tuple(tree)


def _clusters(ids: Sequence[str], vectors: Mapping[str, NDArray[np.float32]]) -> list[list[str]]:
    """`ids` shared out by spherical k-means, largest cluster first; the same input, the same."""
    wanted = min(MOST_TOPICS, max(1, round(math.sqrt(len(ids)))))
    if wanted == 1:
        return [list(ids)]
    points = np.stack([vectors[i] for i in ids])
    centres = points[_far_apart(points, wanted)]
    owner = np.zeros(len(ids), np.intp)
    for _ in range(25):
        now = np.argmax(points @ centres.T, axis=1)
        if np.array_equal(now, owner):
            break
        owner = now
        sums = np.stack([points[owner == k].sum(axis=0) for k in range(wanted)])
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(length > 1e-6, sums / np.maximum(length, 1e-6), centres)
    groups = [[i for i, k in zip(ids, owner, strict=True) if k == n] for n in range(wanted)]
    return sorted((g for g in groups if g), key=lambda g: (-len(g), g[0]))


def _far_apart(points: NDArray[np.float32], wanted: int) -> list[int]:
    """Rows to start from: the most central one, then always the one farthest from those taken."""
    taken = [int(np.argmax(points @ points.mean(axis=0)))]
    nearest = points @ points[taken[0]]
    while len(taken) < wanted:
        taken.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, points @ points[taken[-1]])
    return taken


def _labels(groups: Sequence[Sequence[str]], texts: Mapping[str, str]) -> list[str]:
    """Each group's most telling words (c-TF-IDF: Grootendorst 2022, section 3.3)."""
    forms = surface(texts[i] for group in groups for i in group)
    counts = [
        Counter(s for i in group for s in {stem(w) for w in label_words(texts[i])})
        for group in groups
    ]
    everywhere: Counter[str] = Counter()
    for count in counts:
        everywhere.update(count)
    average = sum(everywhere.values()) / max(1, len(groups))
    labels: list[str] = []
    for count, group in zip(counts, groups, strict=True):
        size = sum(count.values()) or 1
        ranked = sorted(
            count, key=lambda s: (-count[s] / size * math.log(1 + average / everywhere[s]), s)
        )
        words = [forms.get(s, s) for s in ranked[:LABEL_WORDS]]
        label = ", ".join(words).capitalize() or "Other"
        labels.append(label if label not in labels else f"{label} ({len(group)})")
    return labels
