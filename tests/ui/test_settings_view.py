"""Settings on the page: no key leaves, the environment wins, what is saved holds."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from fastapi import FastAPI

from agent import caps
from project.settings import Settings
from tests.ui.asgi import ask
from ui import settings_view
from ui.handlers import Handlers
from ui.routes import add_routes

CANARY = "sk-canary-5f2d"


def _set(handlers: Handlers, **changes: Any) -> dict[str, Any]:
    payload = {"project": handlers.studio.desk.id, "changes": changes}
    answer: dict[str, Any] = json.loads(handlers.set_settings(payload))
    return answer


def _test(handlers: Handlers, part: str, **changes: Any) -> dict[str, Any]:
    payload = {"project": handlers.studio.desk.id, "part": part, "changes": changes}
    answer = json.loads(handlers.test_model(payload))
    tested: dict[str, Any] = answer["tested"]
    return tested


def _fields(handlers: Handlers) -> dict[str, settings_view.FieldView]:
    view = settings_view.settings_view(handlers.studio.desk.project)
    return {field.name: field for group in view.groups for field in group.fields}


def test_keys_never_reach_the_page(handlers: Handlers) -> None:
    folder = handlers.studio.desk.project.folder
    text = "".join(f'{key} = "{CANARY}"\n' for key in settings_view.KEYS.values())
    (folder / "roughcut.toml").write_text(text)
    handlers.studio.again()
    app = FastAPI(openapi_url=None)
    add_routes(app, handlers)
    body = ask(app, "/view/settings")
    assert body.status == 200 and CANARY not in body.body.decode()
    groups = {group["name"]: group for group in body.json()["groups"]}
    assert groups["brain"]["key_set"] is True
    assert CANARY not in json.dumps(_set(handlers, api_key="x"))
    assert "cannot be set from the page" in _set(handlers, api_key="x")["problem"]


def test_what_is_saved_holds_and_leaves_comments_and_keys_as_they_were(handlers: Handlers) -> None:
    path = handlers.studio.desk.project.folder / "roughcut.toml"
    path.write_text(f'# mine\napi_key = "{CANARY}"\nmax_turns = 40 # enough\n')
    assert _set(handlers, max_turns=7, approve_edit="show")["opened"] is True
    assert path.read_text().startswith("# mine") and "# enough" in path.read_text()
    held = tomllib.loads(path.read_text())
    assert held == {"api_key": CANARY, "max_turns": 7, "approve_edit": "show"}
    settings = handlers.studio.desk.project.settings
    assert (settings.max_turns, settings.approve_edit) == (7, "show")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"approve_edit": "never"}, "approve_edit"),
        ({"max_money_usd": -1}, "below zero"),
        ({"max_turns": "many"}, "max_turns"),
        ({"workers": 9}, "cannot be set"),
    ],
)
def test_what_is_no_setting_is_refused_and_nothing_is_written(
    handlers: Handlers, changes: dict[str, Any], said: str
) -> None:
    assert said in _set(handlers, **changes)["problem"]
    assert not (handlers.studio.desk.project.folder / "roughcut.toml").exists()


def test_what_the_environment_says_is_shown_as_fixed_and_kept(
    handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUGHCUT_MAX_TURNS", "3")
    assert _fields(handlers)["max_turns"].fixed and not _fields(handlers)["max_tokens"].fixed
    assert "environment" in _set(handlers, max_turns=9)["problem"]


def test_the_meter_shows_what_the_goal_has_used(handlers: Handlers) -> None:
    caps.add(handlers.studio.desk.project, tokens=1200, money_usd=0.25)
    rows = settings_view.settings_view(handlers.studio.desk.project).meter
    used = {row["what"]: (row["used"], row["most"]) for row in rows}
    assert used["Tokens"] == (1200, Settings().max_tokens)
    assert used["US dollars"] == (0.25, Settings().max_money_usd)


def test_a_model_is_really_called_with_what_stands_on_the_page(handlers: Handlers) -> None:
    found = _test(handlers, "vectors")
    assert found["ok"] and "384 numbers" in found["words"]
    gone = _test(handlers, "vectors", embedder="/no/such/folder")
    assert not gone["ok"] and "/no/such/folder" in gone["words"]
    closed = "http://127.0.0.1:9/v1"
    brain = _test(handlers, "brain", brain="openai:small", base_url=closed, model_timeout_s=5)
    assert not brain["ok"] and brain["words"]
    assert handlers.studio.desk.project.settings.embedder == "minilm", "a test saves nothing"
