"""The settings as the page sees them: values, where each comes from, whether a key is set.

Keys never leave: the page hears only that one is there. What the environment sets cannot be
changed here, and is shown as such. What is changed goes into the `roughcut.toml` in effect.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import tomlkit
import tomlkit.exceptions
from pydantic import SecretStr, ValidationError
from pydantic_settings import EnvSettingsSource

from agent import caps
from project.errors import CreatorError
from project.settings import Settings
from project.store import Project
from ui.view import View

Kind = Literal["text", "number", "switch", "choice"]
FILE = "roughcut.toml"

# groups: name, title, and of each setting its name, what it is called, what it may be
GROUPS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    ("brain", "Brain", (
        ("brain", "Model", "“embedded”, or provider:model such as openai:gpt-5-mini"),
        ("base_url", "Server", "an OpenAI-compatible server, such as Ollama or LM Studio"),
        ("model_timeout_s", "Time limit (s)", "seconds a call may take"))),
    ("captioner", "Captioner", (
        ("captioner", "Model", "transformers:FOLDER, openai:MODEL; empty: measured words"),
        ("captioner_url", "Server", "an OpenAI-compatible server"),
        ("captioner_usd_per_frame", "US dollars a frame", "what a frame costs, for the cap"))),
    ("transcriber", "Transcriber", (
        ("transcriber", "Model", "embedded (English), whisper:FOLDER, openai:MODEL, or empty"),
        ("transcriber_url", "Server", "an OpenAI-compatible server"),
        ("language", "Language", "spoken in the footage, such as en; empty: found out"))),
    ("vectors", "Search", (
        ("embedder", "Text vectors", "minilm, or a sentence-transformers name or folder"),
        ("cross_encoder", "Second reading", "reads the best hits again; empty: none"),
        ("image_embedder", "Picture vectors", "CLIP or SigLIP, for pictures; empty: none"))),
    ("video", "Video model", (
        ("generator", "Backend", "auto, or one backend"),
        ("diffusers_model", "Local model", "a hub id or a local folder"),
        ("video_api_url", "Service", "a video service"),
        ("video_api_model", "Its model", "its model"))),
    ("approval", "Approval and caps", (
        ("approve_edit", "Edits", "ask: before each edit; show: done, then shown; auto: just done"),
        ("max_money_usd", "US dollars", "US dollars that one goal may spend"),
        ("max_tokens", "Tokens", "tokens of one goal"),
        ("max_turns", "Model calls", "model calls of one goal"),
        ("max_tool_calls", "Proposals", "proposals of one goal"),
        ("max_generated_s", "Generated (s)", "seconds generated at once"),
        ("max_disk_gb", "Disk (GB)", "for what is made and dropped"),
        ("allow_downloads", "Downloads", "models may be downloaded"))),
)  # fmt: skip
KEYS = {"brain": "api_key", "captioner": "captioner_key", "transcriber": "transcriber_key",
        "video": "video_api_key"}  # fmt: skip
TESTED = ("brain", "captioner", "transcriber", "vectors", "video")
_EDITABLE = frozenset(name for _, _, fields in GROUPS for name, _, _ in fields)


class FieldView(View):
    """One setting. `fixed`: the environment says it, so it is not changed here."""

    name: str
    label: str
    kind: Kind
    value: str | float | bool
    help: str
    fixed: bool
    choices: tuple[str, ...] = ()


class GroupView(View):
    """Settings that belong together; `key` tells of the key they need, never the key."""

    name: str
    title: str
    fields: list[FieldView]
    can_test: bool
    key: str  # its name, "" where none is needed
    key_set: bool


class SettingsView(View):
    """All of it, with the meter of the goal at hand."""

    groups: list[GroupView]
    meter: list[dict[str, Any]]
    always_asked: str = "What takes long or costs money is always asked before, with its estimate."


def settings_view(project: Project) -> SettingsView:
    """The settings the open project works with."""
    settings, fixed = project.settings, frozenset(EnvSettingsSource(Settings)())
    return SettingsView(
        groups=[
            GroupView(
                name=name,
                title=title,
                fields=[_field(settings, field, field[0] in fixed) for field in fields],
                can_test=name in TESTED,
                key=KEYS.get(name, ""),
                key_set=name in KEYS and _key_set(settings, KEYS[name]),
            )
            for name, title, fields in GROUPS
        ],
        meter=_meter(project),
    )


def _key_set(settings: Settings, name: str) -> bool:
    key: SecretStr = getattr(settings, name)
    return bool(key.get_secret_value())


def _field(settings: Settings, field: tuple[str, str, str], fixed: bool) -> FieldView:
    name, label, words = field
    value = getattr(settings, name)
    kind: Kind = "switch" if isinstance(value, bool) else "text"
    if isinstance(value, int | float) and not isinstance(value, bool):
        kind = "number"
    choices = ("ask", "show", "auto") if name == "approve_edit" else ()
    return FieldView(
        name=name,
        label=label,
        kind="choice" if choices else kind,
        value=value,
        help=words,
        fixed=fixed,
        choices=choices,
    )


def _meter(project: Project) -> list[dict[str, Any]]:
    used, settings = caps.usage(project), project.settings
    rows = (
        ("US dollars", used.money_usd, settings.max_money_usd),
        ("Tokens", used.tokens, settings.max_tokens),
        ("Model calls", used.turns, settings.max_turns),
        ("Proposals", used.tool_calls, settings.max_tool_calls),
    )
    return [{"what": what, "used": used, "most": most} for what, used, most in rows]


def changed(settings: Settings, changes: dict[str, Any]) -> Settings:
    """The settings with what the page changed, checked. Raises CreatorError in words."""
    unknown = sorted(set(changes) - _EDITABLE)
    if unknown:
        raise CreatorError(f"{', '.join(unknown)} cannot be set from the page")
    for name, value in changes.items():
        if isinstance(value, int | float) and value < 0:
            raise CreatorError(f"{name} is {value:g} and must not be below zero")
    held = {name: getattr(settings, name) for name in type(settings).model_fields}
    try:
        return Settings(**{**held, **changes})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise CreatorError(f"{where}: {first['msg']}") from error


def save(project: Project, changes: dict[str, Any]) -> Path:
    """The changes written into the file in effect, comments and keys kept. Raises CreatorError."""
    changed(project.settings, changes)
    fixed = sorted(set(changes) & set(EnvSettingsSource(Settings)()))
    if fixed:
        raise CreatorError(f"{', '.join(fixed)} is set by the environment; change it there")
    places = (project.folder / FILE, Path.cwd() / FILE)
    path = next((place for place in places if place.is_file()), places[0])
    try:
        held = tomlkit.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
        for name, value in changes.items():
            held[name] = value
        part = path.with_suffix(".part")
        part.touch(mode=0o600)  # keys may stand in it
        part.write_text(tomlkit.dumps(held), encoding="utf-8")
        part.replace(path)
    except (OSError, tomlkit.exceptions.TOMLKitError) as error:
        raise CreatorError(f"{path.name} could not be written: {error}") from error
    return path
