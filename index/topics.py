"""Topics: footage gathered into a small tree by what it means, labelled in its own words."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.clusters import clusters
from index.labels import labels
from project.store import Project
from project.understood import answer, keep_answers

MOST_TOPICS = 12  # beside each other
FEW = 5  # up to so many pieces of footage are a topic each
SPLIT_FROM = (9, 40)  # a topic with at least so many pieces of footage gets children, they theirs
UNTOLD = "Nothing known yet"
NAMED = "topics"  # where the tree stands that a model named, with the contents it holds

Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Topic:
    """Footage that belongs together. Children share out the same footage more finely."""

    label: str
    footage_ids: tuple[str, ...]
    children: tuple[Topic, ...] = ()


def topics(project: Project) -> tuple[Topic, ...]:
    """The topic tree as last refreshed, in order; every id in it is usable footage."""
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


def gather(vectors: Vectors, texts: Mapping[str, str]) -> tuple[Topic, ...]:
    """A tree over the footage in `texts`, largest topics first, finer where a topic is large.

    vectors: footage id to (width,) of length 1; texts: footage id to its title, on the first
    line, and what else is told of it. The same input, the same tree.
    """
    ids = sorted(i for i in texts if i in vectors)
    tree = _few(ids, texts) if len(ids) <= FEW else _branches(ids, vectors, texts, 0)
    untold = tuple(sorted(i for i in texts if i not in vectors))
    return (*tree, Topic(UNTOLD, untold)) if untold else tree


def _few(ids: Sequence[str], texts: Mapping[str, str]) -> tuple[Topic, ...]:
    """One topic a piece of footage, but one for those that are called the same."""
    alike: dict[str, tuple[str, list[str]]] = {}
    for each in ids:
        called = texts[each].partition("\n")[0].strip() or labels([[each]], texts)[0]
        alike.setdefault(called.casefold(), (called, []))[1].append(each)
    return tuple(Topic(called, tuple(group)) for called, group in alike.values())


def _branches(
    ids: Sequence[str], vectors: Vectors, texts: Mapping[str, str], level: int
) -> tuple[Topic, ...]:
    groups = shared_out(ids, vectors)
    if level and len(groups) < 2:
        return ()
    named = labels(groups, texts)
    grows = level < len(SPLIT_FROM) and len(groups) > 1
    return tuple(
        Topic(
            label,
            tuple(group),
            _branches(group, vectors, texts, level + 1)
            if grows and len(group) >= SPLIT_FROM[level]
            else (),
        )
        for group, label in zip(groups, named, strict=True)
    )


def shared_out(ids: Sequence[str], vectors: Vectors) -> list[list[str]]:
    """`ids` in at most MOST_TOPICS groups, the largest first."""
    wanted = min(MOST_TOPICS, max(1, round(math.sqrt(len(ids)))))
    owner = clusters(np.stack([vectors[i] for i in ids]), wanted)
    groups: dict[int, list[str]] = {}
    for each, number in zip(ids, owner.tolist(), strict=True):
        groups.setdefault(number, []).append(each)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0]))


def keep_named(project: Project, tree: Sequence[Topic], model: str) -> None:
    """`tree` as a model named it, kept by the footage's content until it is named anew."""
    prints = {
        r["id"]: r["fingerprint"] for r in project.rows("SELECT id, fingerprint FROM footage")
    }

    def plain(topic: Topic) -> dict[str, object]:
        if topic.children:
            return {"label": topic.label, "topics": [plain(child) for child in topic.children]}
        held = sorted({prints[i] for i in topic.footage_ids if i in prints})
        return {"label": topic.label, "holds": held}

    keep_answers(project, model, [(NAMED, json.dumps([plain(topic) for topic in tree]))])


def named(project: Project, vectors: Vectors, texts: Mapping[str, str]) -> tuple[Topic, ...]:
    """The tree that a model named, with the footage of today.

    Footage that is new to it goes to the nearest of its finest topics. Nothing where no model
    named one, or where it holds less than half of the footage in `texts`.
    """
    kept = answer(project, NAMED)
    if kept is None:
        return ()
    alike: dict[str, list[str]] = {}
    for row in project.rows("SELECT id, fingerprint FROM footage ORDER BY id"):
        if row["id"] in texts:
            alike.setdefault(row["fingerprint"], []).append(row["id"])
    plain = json.loads(kept)
    leaves = [[i for held in leaf["holds"] for i in alike.get(held, ())] for leaf in _leaves(plain)]
    known = {i for leaf in leaves for i in leaf}
    if not known or 2 * len(known) < len(texts):
        return ()
    _place([i for i in texts if i not in known], leaves, vectors)
    return _with(plain, iter(leaves))


def _leaves(plain: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for topic in plain:
        if "topics" in topic:
            yield from _leaves(topic["topics"])
        else:
            yield topic


def _place(new: Sequence[str], leaves: list[list[str]], vectors: Vectors) -> None:
    """Each new id put into the leaf whose middle it is nearest to, else into the largest."""
    largest = max(range(len(leaves)), key=lambda n: len(leaves[n]))
    full = [n for n, leaf in enumerate(leaves) if any(i in vectors for i in leaf)]
    middles = [
        np.mean([vectors[i] for i in leaves[n] if i in vectors], axis=0, dtype=np.float32)
        for n in full
    ]
    centres = np.stack(middles) if middles else None
    for each in new:
        place = largest
        if each in vectors and centres is not None:
            place = full[int(np.argmax(centres @ vectors[each]))]
        leaves[place].append(each)


def _with(plain: Sequence[dict[str, Any]], leaves: Iterator[list[str]]) -> tuple[Topic, ...]:
    """The kept topics holding the ids of `leaves`, in order; empty ones are left out."""
    tree = []
    for topic in plain:
        children = _with(topic["topics"], leaves) if "topics" in topic else ()
        ids = tuple(i for child in children for i in child.footage_ids) if children else ()
        if "topics" not in topic:
            ids = tuple(sorted(next(leaves)))
        if ids:
            tree.append(Topic(topic["label"], ids, children))
    return tuple(tree)
