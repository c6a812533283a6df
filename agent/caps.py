"""What one goal may use: turns, tool calls, tokens, money, disk. Checked before each call."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from project.errors import CapReached
from project.store import Project
from tools.proposal import Cost

METER = "meter"  # the row of `meta` that holds what the goal at hand has used
REPEATS = "repeats"  # the row that counts what was asked more than once
MOST_REPEATS = 3


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used since the creator last said a goal."""

    turns: int = 0
    tool_calls: int = 0
    tokens: int = 0
    money_usd: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        """What both used together."""
        return Usage(
            self.turns + other.turns,
            self.tool_calls + other.tool_calls,
            self.tokens + other.tokens,
            self.money_usd + other.money_usd,
        )


def usage(project: Project) -> Usage:
    """The meter as it stands; it survives restarts."""
    row = project.row("SELECT value FROM meta WHERE key = ?", METER)
    return Usage(**json.loads(row["value"])) if row else Usage()


def _write(project: Project, value: Usage) -> None:
    with project.transaction() as db:
        db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (METER, json.dumps(asdict(value))),
        )


def reset(project: Project) -> None:
    """The meter back at nothing: the creator said something new."""
    with project.transaction() as db:
        _write(project, Usage())
        db.execute("DELETE FROM meta WHERE key = ?", (REPEATS,))


def add(
    project: Project,
    *,
    turns: int = 0,
    tool_calls: int = 0,
    tokens: int = 0,
    money_usd: float = 0.0,
) -> Usage:
    """The meter moved on by what a call used."""
    with project.transaction():
        so_far = usage(project)
        value = replace(
            so_far,
            turns=so_far.turns + turns,
            tool_calls=so_far.tool_calls + tool_calls,
            tokens=so_far.tokens + tokens,
            money_usd=so_far.money_usd + money_usd,
        )
        _write(project, value)
        return value


def before_model_call(project: Project) -> None:
    """Raises CapReached when the next call to a model would pass a limit."""
    so_far, settings = usage(project), project.settings
    _hold("model calls", so_far.turns, settings.max_turns, "max_turns")
    _hold("tokens", so_far.tokens, settings.max_tokens, "max_tokens")
    _hold("US dollars for models", so_far.money_usd, settings.max_money_usd, "max_money_usd")


def tokens_left(project: Project) -> int:
    """How many tokens this goal may still use."""
    return max(0, project.settings.max_tokens - usage(project).tokens)


def before_tool_call(project: Project) -> None:
    """Raises CapReached when the next proposal would pass the limit of tool calls."""
    so_far = usage(project)
    _hold("tool calls", so_far.tool_calls, project.settings.max_tool_calls, "max_tool_calls")


def before_repeat(project: Project, tool: str, arguments: Mapping[str, Any]) -> None:
    """Raises CapReached when one goal asks for the same thing a fourth time, with nothing changed.

    What was asked is kept as a count of each hash of tool, arguments and revision.
    """
    asked = json.dumps([tool, arguments, project.revision], sort_keys=True, default=str)
    key = hashlib.sha256(asked.encode()).hexdigest()[:16]
    with project.transaction() as db:
        row = project.row("SELECT value FROM meta WHERE key = ?", REPEATS)
        counts: dict[str, int] = json.loads(row["value"]) if row else {}
        counts[key] = counts.get(key, 0) + 1
        db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (REPEATS, json.dumps(counts)),
        )
    if counts[key] > MOST_REPEATS:
        raise CapReached(
            f"{tool} was asked for the same thing {MOST_REPEATS} times and nothing changed;"
            " stop the plan, or say what should be different"
        )


def before_work(project: Project, cost: Cost) -> None:
    """Raises CapReached when slow or paid work would pass the money or disk limit."""
    settings, spent = project.settings, usage(project).money_usd
    if cost.money_usd and spent + cost.money_usd > settings.max_money_usd:
        raise CapReached(
            f"this would cost {cost.money_usd:.2f} US dollars on top of {spent:.2f} spent on this"
            f" goal; the limit max_money_usd is {settings.max_money_usd:.2f}"
        )
    free = shutil.disk_usage(project.folder).free
    if cost.disk_bytes > free:
        raise CapReached(
            f"this needs {cost.disk_bytes / 1e6:.0f} MB and only {free / 1e6:.0f} MB are free on"
            f" the disk of {project.folder}; make room and approve again"
        )


def _hold(what: str, used: float, limit: float, name: str) -> None:
    if used >= limit:
        raise CapReached(
            f"this goal has used {used:g} {what}, and the limit {name} is {limit:g};"
            f" raise {name} in the settings, or say a new goal"
        )
