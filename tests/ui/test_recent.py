"""The projects opened last: newest first, missing ones told, none lost by a bad file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from platformdirs import user_state_path

from project.errors import CreatorError
from project.store import Project
from ui.recent import MOST, forget, found, recent, remember
from ui.studio import Studio


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def names() -> list[str]:
    return [one.name for one in recent()]


def test_an_opened_project_comes_first_and_stands_once(tmp_path: Path) -> None:
    studio = Studio()
    for name in ("one", "two", "one"):
        studio.open(tmp_path / name, create=not (tmp_path / name).exists())
    studio.close()
    assert names() == ["one", "two"] and all(one.there for one in recent())


def test_one_that_is_gone_is_told_and_can_be_taken_off(tmp_path: Path) -> None:
    for name in ("stays", "goes"):
        Project.create(tmp_path / name).close()
        remember(tmp_path / name)
    shutil.rmtree(tmp_path / "goes")
    assert {one.name: one.there for one in recent()} == {"stays": True, "goes": False}
    gone = next(one for one in recent() if not one.there)
    assert found(gone.id) == tmp_path / "goes" and str(tmp_path) not in gone.model_dump_json()
    forget(found(gone.id))
    with pytest.raises(CreatorError, match="open it by its folder"):
        found(gone.id)
    assert names() == ["stays"] and (tmp_path / "stays").is_dir()


def test_the_list_has_an_end(tmp_path: Path) -> None:
    for number in range(MOST + 3):
        remember(tmp_path / str(number))
    assert names() == [str(n) for n in range(MOST + 2, 2, -1)]


@pytest.mark.parametrize("broken", ["", "{", "7", '[1, null, "/x"]'])
def test_a_broken_list_stops_nothing(broken: str, tmp_path: Path) -> None:
    file = user_state_path("roughcut") / "recent.json"
    file.parent.mkdir(parents=True)
    file.write_text(broken)
    assert names() in ([], ["x"])
    remember(tmp_path / "next")
    assert names()[0] == "next"


def test_a_list_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    remember(tmp_path / "next")
    assert names() == []
