"""Overview and ideas of five and of ten thousand pieces of footage; all they cite exists."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks._many import KINDS, WordEmbedder, build
from index import library, topics
from index.topics import Topic
from project import footage as store
from project.footage import Footage, Technical
from project.settings import Settings
from project.store import Project
from tools.proposal import Proposal
from tools.registry import tools

SCREEN = (80, 24)  # columns, rows
MANY = 10_000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that share words lie near each other; no model is loaded."""
    words = WordEmbedder()
    for place in ("index.library.embedder", "index.search.embedder"):
        monkeypatch.setattr(place, lambda _: words)


def propose(project: Project, name: str, **arguments: Any) -> Proposal:
    tool = tools()[name]
    return tool.propose(tool.arguments.model_validate(arguments), project)


def rows(answer: str) -> int:
    """How many rows of a screen an answer takes."""
    return sum(max(1, len(textwrap.wrap(line, SCREEN[0]))) for line in answer.splitlines())


@pytest.fixture(scope="module")
def ten_thousand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Rows of footage without moments, and a tree of three levels over them."""
    with Project.create(tmp_path_factory.mktemp("many") / "project", Settings()) as project:
        technical = Technical(width=1920, height=1080, has_picture=True, picture_end_s="10")
        names = [f"f{n:05}" for n in range(MANY)]
        with project.transaction():
            for n, each in enumerate(names):
                store.save(
                    project,
                    Footage(
                        each, Path("/many") / each, f"C{n:04}.mp4", f"/many/{n // 100}", each,
                        1, 0, "ok", duration_s=Fraction(10), technical=technical,
                        title=f"A title of some length for footage number {n}",
                    ),
                )  # fmt: skip
        topics.write(project, _tree("Topic of many words", names, 0))
        yield project


def _tree(label: str, ids: list[str], depth: int) -> list[Topic]:
    if depth == 3:
        return []
    parts = [ids[n::12] for n in range(12)]
    return [
        Topic(f"{label} {depth}.{n}", tuple(part), tuple(_tree(label, part, depth + 1)))
        for n, part in enumerate(parts)
    ]


def test_ten_thousand_fit_a_screen_and_a_topic_is_told_on_request(ten_thousand: Project) -> None:
    everything = propose(ten_thousand, "overview")
    assert rows(everything.answer) <= SCREEN[1]
    assert "10000 files in 100 folders" in everything.answer
    assert "- Topic of many words 0.5 (833 files, 2:18:50.0)" in everything.answer
    assert "Ask for a topic" in everything.answer
    assert all(r.verified for r in everything.reasons) and len(everything.reasons) == 12
    one = propose(ten_thousand, "overview", topic="0.5")
    assert one.answer.count("\n  - Topic of many words 1.") == 12 and rows(one.answer) <= SCREEN[1]
    assert {row["id"] for row in one.data["footage"]} <= {f"f{n:05}" for n in range(5, MANY, 12)}


def test_what_a_program_gets_of_ten_thousand_is_short_and_counts_the_rest(
    ten_thousand: Project,
) -> None:
    data = propose(ten_thousand, "overview").data
    assert len(json.dumps(data)) < 150_000
    assert len(data["footage"]) + data["more_footage"] == MANY
    assert sum(topic["files"] for topic in data["topics"]) == MANY
    assert all(len(t["footage_ids"]) <= 40 and len(t["children"]) == 12 for t in data["topics"])


@pytest.mark.parametrize("count", [1, 5, 24, 300])
def test_fewer_are_told_on_a_screen_too_and_nothing_is_left_out_of_the_counts(
    project: Project, count: int
) -> None:
    build(project, count)
    library.refresh(project)
    told = propose(project, "overview")
    assert rows(told.answer) <= SCREEN[1]
    assert sum(topic["files"] for topic in told.data["topics"]) == count
    assert all(r.verified for r in told.reasons)
    if count <= 5:  # a line for each file, by its name and title
        for each in store.all_footage(project):
            assert f"- {each.name} (" in told.answer or f"- {each.name}," in told.answer


def test_ideas_of_ten_thousand_look_at_some_and_cite_what_is_there(
    ten_thousand: Project,
) -> None:
    told = propose(ten_thousand, "ideas", count=4)
    cited = {i for idea in told.data["ideas"] for i in idea["footage_ids"]}
    assert told.data["ideas"] and cited <= {f"f{n:05}" for n in range(MANY)} and len(cited) <= 200
    assert all(r.verified for r in told.reasons)


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.create(tmp_path_factory.mktemp("forty") / "project", Settings()) as project:
        build(project, 40)
        library.refresh(project, model=WordEmbedder())
        yield project


WORDS = sorted({w for kind in KINDS for part in kind for w in part.split(",")})


@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    gone=st.sets(st.integers(0, 39)),
    guidance=st.text(max_size=20) | st.lists(st.sampled_from(WORDS), max_size=3).map(" and ".join),
    count=st.integers(1, 10),
)
def test_whatever_is_asked_and_whatever_is_gone_ideas_cite_only_what_can_be_shown(
    forty: Project, gone: set[int], guidance: str, count: int
) -> None:
    every = sorted(f.id for f in store.all_footage(forty))
    lost = {every[n] for n in gone}
    with forty.transaction() as db:  # rejected after the topics were gathered
        db.execute("UPDATE footage SET status = 'ok'")
        db.executemany("UPDATE footage SET status = 'rejected' WHERE id = ?", [(i,) for i in lost])
    told = propose(forty, "ideas", guidance=guidance, count=count)
    ideas = told.data["ideas"]
    assert len(ideas) <= count
    for idea in ideas:
        beats = {i for beat in idea["beats"] for i in beat["footage_ids"]}
        assert idea["footage_ids"] and set(idea["footage_ids"]) == beats <= set(every) - lost
        assert len(idea["names"]) == len(idea["footage_ids"]) and idea["title"] and idea["logline"]
    cited = {e.footage_id for reason in told.reasons for e in reason.evidence}
    assert cited <= set(every) - lost and all(r.verified for r in told.reasons)
