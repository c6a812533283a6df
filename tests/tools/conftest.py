"""A project with the hand-written library in it, built once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from project import history
from project.settings import Settings
from project.store import Project
from tests.tools import library
from timeline.model import Timeline
from tools.proposal import Proposal
from tools.registry import tools


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the library's files would lie; few tests need them to be there."""
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="session")
def library_files(library_folder: Path) -> Path:
    """The files of the library, made once, for the tests that play them."""
    library.make_files(library_folder)
    return library_folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, library_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("built") / "project"
    with Project.create(folder, Settings()) as project:
        library.build(project, library_folder)
    return folder


@pytest.fixture
def dailies(built: Path, tmp_path: Path) -> Iterator[Project]:
    """The library's project, fresh for each test."""
    shutil.copytree(built, tmp_path / "dailies")
    with Project.open(tmp_path / "dailies", Settings()) as project:
        yield project


Propose = Callable[..., Proposal]
Do = Callable[..., Timeline]


@pytest.fixture
def propose(dailies: Project) -> Propose:
    """Propose with a tool by name, and hold it to writing nothing."""

    def run(name: str, /, **arguments: Any) -> Proposal:
        tool = tools()[name]
        before = snapshot(dailies)
        proposal = tool.propose(tool.arguments.model_validate(arguments), dailies)
        assert snapshot(dailies) == before, f"{name}.propose wrote to the project"
        assert Proposal.model_validate_json(proposal.model_dump_json()) == proposal
        return proposal

    return run


@pytest.fixture
def do(dailies: Project, propose: Propose) -> Do:
    """Propose, approve, apply: what the agent does."""

    def run(name: str, /, **arguments: Any) -> Timeline:
        proposal = propose(name, **arguments)
        tool = tools()[name]
        work = tool.work(proposal, dailies, lambda *_: None, lambda: False)
        with dailies.transaction():
            timeline = tool.apply(proposal, work, dailies)
            assert timeline is not None
            history.commit(dailies, timeline, name, actor="agent", key=proposal.action_hash())
        return timeline

    return run


def snapshot(project: Project) -> tuple[int, str]:
    """The revision, and every row of every table that a creator's work lives in."""
    tables = ("meta", "footage", "shot", "moment", "speech", "caption", "edit", "head", "job")
    rows = [tuple(row) for table in tables for row in project.rows(f"SELECT * FROM {table}")]
    return project.revision, repr(rows)


@pytest.fixture
def holed(library_files: Path, do: Do, dailies: Project) -> Timeline:
    """coffee, a hole of about two seconds, beach: small, so that it renders fast."""
    do(
        "storyboard", length_s=6,
        beats=({"words": "coffee"}, {"words": "a rocket launch in space"}, {"words": "beach"}),
    )  # fmt: skip
    small = replace(history.current(dailies), width=160, height=90)
    with dailies.transaction():
        history.commit(dailies, small, "smaller", actor="hand")
    return small


def nothing(*_: object) -> None: ...


def never() -> bool:
    return False
