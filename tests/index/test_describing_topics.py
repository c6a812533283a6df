"""A writer names and orders topics; which footage is in them is held to what exists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from benchmarks._many import WordEmbedder, build
from index import library, topics
from index.corrections import correct
from index.describing.asking import Asker
from index.describing.budget import request_tokens
from index.describing.naming import Naming
from index.describing.run import describe
from index.topics import Topic
from project import footage as store
from project.errors import CreatorError
from project.store import Project
from tests.index import made_library
from tests.index.writing import LogWriter, honest

Lie = Callable[[dict[int, list[int]]], object]  # topics with the numbers under them, to an answer


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    words = WordEmbedder()
    monkeypatch.setattr(library, "embedder", lambda _: words)
    monkeypatch.setattr(library, "settle", lambda _: None)


@pytest.fixture
def made(project: Project) -> Iterator[Project]:
    made_library.build(project)
    library.refresh(project)
    yield project


def shown(data: str) -> dict[int, list[int]]:
    """What a request shows: numbers of topics, and of the footage under each."""
    blocks = re.split(r"^(?=topic \d+)", data, flags=re.M)[1:]
    return {
        int(re.match(r"topic (\d+)", b)[1]): [int(n) for n in re.findall(r'"footage (\d+)"', b)]  # type: ignore[index]
        for b in blocks
    }


def naming(lie: Lie) -> LogWriter:
    """Honest about footage; about topics it says what `lie` makes of what it was shown."""

    def answer(_: int, data: str) -> str | None:
        if "\ntopic 1" not in data:
            return None
        said = lie(shown(data))
        return said if isinstance(said, str) else json.dumps({"topics": said})

    return LogWriter(lie=answer)


def ids(tree: tuple[Topic, ...]) -> list[str]:
    return [i for topic in tree for i in topic.footage_ids]


def every(project: Project) -> list[str]:
    return sorted(f.id for f in store.all_footage(project, usable=True))


def whole(tree: tuple[Topic, ...], expected: list[str]) -> None:
    """Each level of the tree holds what it should, once."""
    assert sorted(ids(tree)) == sorted(expected)
    for topic in tree:
        if topic.children:
            whole(topic.children, list(topic.footage_ids))


def test_labels_and_order_are_the_writers_and_each_footage_stays_once(made: Project) -> None:
    by_rule = topics.topics(made)
    report = describe(made, naming(lambda seen: [
        {"topic": t, "label": f"Bin {t}", "footage": seen[t]} for t in reversed(seen)
    ]))  # fmt: skip
    tree = topics.topics(made)
    whole(tree, every(made))
    count = len(tree)
    assert [t.label for t in tree] == [f"Bin {n}" for n in range(count, 0, -1)]
    assert report.topics is not None and report.topics.named >= count
    assert (report.topics.moved, report.topics.forgotten, report.topics.invented) == (0, 0, 0)
    assert by_rule and not {t.label for t in by_rule} & {t.label for t in tree}


def test_what_it_was_not_shown_is_dropped_and_what_it_forgets_stays(made: Project) -> None:
    def lie(seen: dict[int, list[int]]) -> object:
        said = [{"topic": t, "label": f"Bin {t}", "footage": [900, -1, "none"]} for t in seen]
        return [*said, {"topic": 77, "label": "Ghosts", "footage": [1]}]

    report = describe(made, naming(lie))
    tree = topics.topics(made)
    whole(tree, every(made))
    assert not any("Ghosts" in t.label for t in tree)
    assert report.topics is not None
    assert report.topics.invented >= 2 * len(tree) + 1
    assert report.topics.moved == 0 and report.topics.forgotten >= len(every(made))


def test_footage_it_puts_elsewhere_moves_once_and_an_emptied_topic_goes(made: Project) -> None:
    def lie(seen: dict[int, list[int]]) -> object:
        taken = [*seen[1], *seen[2]]
        return [{"topic": t, "label": f"Bin {t}", "footage": taken if t in (1, 3) else seen[t]}
                for t in seen]  # fmt: skip

    before = len(topics.topics(made))
    report = describe(made, naming(lie), max_usd=0)
    tree = topics.topics(made)
    whole(tree, every(made))
    assert report.topics is not None and report.topics.moved > 0
    assert len(tree) == before - 1 and "Bin 2" not in {t.label for t in tree}


@pytest.mark.parametrize(
    "said",
    [
        "Sure! I would call the first one Sea.",
        "[]",
        json.dumps({"topics": [{"topic": 1, "label": "\u200b"}]}),
    ],
)
def test_without_a_usable_answer_topics_keep_the_labels_made_by_rule(
    made: Project, said: str
) -> None:
    describe(made, LogWriter(), every(made))  # titles only
    by_rule = topics.topics(made)
    report = describe(made, naming(lambda _: said))
    assert report.topics is not None and report.topics.named == 0
    assert "no label for topic" in report.topics.reason and report.topics.by_rule > 0
    assert topics.topics(made) == by_rule


def test_labels_are_short_plain_and_differ(made: Project) -> None:
    long = "<b>Harbour</b> \u202eat dusk, " + "and the boats " * 20
    describe(made, naming(lambda seen: [{"topic": t, "label": long} for t in seen]))
    labels = [t.label for t in topics.topics(made)]
    assert len(set(labels)) == len(labels) and all(len(label) <= 80 for label in labels)
    assert sum(label.startswith("Harbour at dusk") for label in labels) == 1
    assert all(label.isprintable() and "<" not in label for label in labels)


def test_named_topics_stay_when_footage_is_corrected_comes_and_goes(made: Project) -> None:
    describe(made, LogWriter())
    labels = [t.label for t in topics.topics(made)]
    correct(made, "made-006", "title", "My cows")
    assert [t.label for t in topics.topics(made)] == labels
    twin = store.find(made, "made-022")  # elephants
    home = next(t.label for t in topics.topics(made) if twin.id in t.footage_ids)
    new = replace(twin, id="new", path=twin.path.with_name("n.mp4"), fingerprint="print-new")
    store.save(made, new)
    store.replace_knowledge(
        made, "new", shots=[replace(s, footage_id="new") for s in store.shots(made, twin.id)],
        moments=[replace(m, footage_id="new") for m in store.moments(made, twin.id)],
        speech=[], captions=[],
    )  # fmt: skip
    library.refresh(made, ["new"])
    tree = topics.topics(made)
    whole(tree, every(made))
    assert [t.label for t in tree] == labels
    assert next(t.label for t in tree if "new" in t.footage_ids) == home
    with made.transaction() as db:
        db.execute("DELETE FROM footage WHERE id = 'made-003'")
    library.refresh_topics(made)
    whole(topics.topics(made), every(made))


def test_a_library_that_outgrows_its_named_topics_gets_new_ones_by_rule(made: Project) -> None:
    describe(made, LogWriter())
    assert all(t.label.startswith("Bin") for t in topics.topics(made))
    build(made, 2 * len(made_library.CLIPS))
    library.refresh(made)
    tree = topics.topics(made)
    whole(tree, every(made))
    assert not any(t.label.startswith("Bin") for t in tree)


def test_the_cap_leaves_the_finer_topics_to_the_rule_and_a_next_run_goes_on(
    project: Project,
) -> None:
    build(project, 150)
    library.refresh(project)
    describe(project, LogWriter(), every(project))
    writer = LogWriter(usd=0.01)
    first = describe(project, writer, max_usd=0.025)
    assert "limit is 0.025" in first.stopped and first.requests == 2
    assert first.topics is not None and first.topics.by_rule > 0 < first.topics.named
    assert all(t.label.startswith("Bin") for t in topics.topics(project))
    whole(topics.topics(project), every(project))
    second = describe(project, writer, max_usd=1.0)
    data = [turns[1][1] for turns in writer.asked]
    assert second.topics is not None and second.topics.by_rule == 0
    assert len(data) == len(set(data)) == first.requests + second.requests


@pytest.mark.parametrize("count", [5, 300])
def test_requests_keep_to_their_budget_however_much_footage_there_is(
    project: Project, count: int
) -> None:
    build(project, count)
    library.refresh(project)
    writer = LogWriter()
    report = describe(project, writer, budget=2_500)
    largest = max(request_tokens(turns) for turns in writer.asked)
    assert largest == report.largest <= 2_500
    assert report.count("described") == count and report.requests <= 1 + count / 3
    whole(topics.topics(project), every(project))


def test_ten_thousand_are_named_level_by_level_within_the_budget(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = np.random.default_rng(1)
    middles = dice.standard_normal((40, 24))
    rows = (middles[np.arange(10_000) % 40] + 0.5 * dice.standard_normal((10_000, 24))).astype("f")
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    texts = {f"f{n:05}": f"A{n % 40} kind of thing {n}\nseen in B{n % 40}" for n in range(10_000)}
    held = dict(zip(texts, rows, strict=True))
    trees: list[tuple[Topic, ...]] = []
    monkeypatch.setattr(library, "gathered_from", lambda _: (texts, held))
    monkeypatch.setattr(library, "refresh_topics", lambda _: None)
    monkeypatch.setattr(topics, "keep_named", lambda _, tree, __: trees.append(tuple(tree)))
    writer = LogWriter()
    asker = Asker(writer, budget=3_000, cap_usd=0, cancel=None)
    shares: list[float] = []
    report = Naming(project, asker, again=False).run(shares.append)
    [tree] = trees
    whole(tree, list(texts))
    assert len(tree) <= topics.MOST_TOPICS and any(c.children for t in tree for c in t.children)
    assert asker.meter.largest <= 3_000 and shares == sorted(shares)
    assert report.named > 100 and (report.by_rule, report.invented, report.forgotten) == (0, 0, 0)
    assert "of 833 shown" in writer.asked[0][1][1] or " shown" in writer.asked[0][1][1]
    assert set(shown(writer.asked[0][1][1])) == set(range(1, 13))
    assert honest(writer.asked[0][1][1])


def test_a_writer_that_never_names_topics_is_soon_not_asked_any_more(project: Project) -> None:
    build(project, 150)
    library.refresh(project)
    describe(project, LogWriter(), every(project))
    writer = naming(lambda _: "What a fine library!")
    report = describe(project, writer)
    assert report.topics is not None and report.topics.named == 0
    assert report.requests == 3 * 3  # three families, each asked three times
    whole(topics.topics(project), every(project))


def test_a_server_lost_while_topics_are_named_leaves_titles_and_a_tree_by_rule(
    made: Project,
) -> None:
    def lose(_: int, data: str) -> str | None:
        if "\ntopic 1" in data:
            raise CreatorError("the server is gone; start it again")
        return None

    with pytest.raises(CreatorError, match="start it again"):
        describe(made, LogWriter(lie=lose))
    assert all(f.title.startswith("Log:") for f in store.all_footage(made))
    whole(topics.topics(made), every(made))
