"""Preferences and versions as the page reads and changes them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI

from project import history
from tests.ui.asgi import ask
from tools.preferences import preferences
from ui.handlers import Handlers
from ui.routes import add_routes


def _prefer(handlers: Handlers, **said: Any) -> dict[str, Any]:
    payload = {"project": handlers.studio.desk.id, **said}
    answer: dict[str, Any] = json.loads(handlers.prefer(payload))
    return answer


def _sentences(handlers: Handlers) -> list[str]:
    app = FastAPI(openapi_url=None)
    add_routes(app, handlers)
    return [one["sentence"] for one in ask(app, "/view/preferences").json()]


def test_a_preference_is_said_reworded_and_forgotten(handlers: Handlers) -> None:
    said = _prefer(handlers, action="keep", words="never use dogs")
    assert len(said["preferences"]) == 1 and said["preferences"][0]["said"]
    assert "dogs" in _sentences(handlers)[0]
    _prefer(handlers, action="keep", words="never use cats", number=1)
    assert len(_sentences(handlers)) == 1 and "cats" in _sentences(handlers)[0]
    _prefer(handlers, action="forget", number=1)
    assert _sentences(handlers) == [] == preferences(handlers.studio.desk.project)


@pytest.mark.parametrize(
    "bad",
    [
        {"action": "keep", "words": "purple elephants of the mind"},
        {"action": "forget", "number": 7},
        {"action": "burn", "words": "never use dogs"},
        {"action": "keep", "words": "never use dogs", "how": "always"},
    ],
)
def test_what_is_not_understood_is_said_and_changes_nothing(
    handlers: Handlers, bad: dict[str, Any]
) -> None:
    _prefer(handlers, action="keep", words="films of 30 s")
    before = _sentences(handlers)
    assert _prefer(handlers, **bad)["problem"] and _sentences(handlers) == before


def test_a_version_is_read_as_it_was(handlers: Handlers) -> None:
    desk = handlers.studio.desk
    op = {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "2", "key": "k" * 12}
    keep = {"op": "keep", "name": "short", "key": "n" * 12}
    more = {**op, "footage_id": "f-cuts", "key": "m" * 12}
    handlers.edit({"project": desk.id, "seq": 1, "ops": [op, keep, more]})
    app = FastAPI(openapi_url=None)
    add_routes(app, handlers)
    kept = history.versions(desk.project)["short"]
    then: Any = ask(app, f"/view/version/{kept.id}").json()
    assert then["duration_s"] == 2.0 and history.current(desk.project).duration == 4
    assert ask(app, "/view/version/999").status == 404
