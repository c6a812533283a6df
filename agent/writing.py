"""Words for people by rule: what a tool found, told from its facts only."""

from __future__ import annotations

from typing import Any


def told(facts: dict[str, Any]) -> str:
    """The facts of an answer in words: the tool's own answer where it gave one."""
    answer = str(facts.get("answer", "")).strip()
    if answer:
        return answer
    if facts.get("ideas"):
        return "\n".join(_idea(n, idea) for n, idea in enumerate(facts["ideas"], start=1))
    if facts.get("topics"):
        return "\n".join(_topic(topic) for topic in facts["topics"])
    return "; ".join(f"{name}: {value}" for name, value in facts.items() if _plain(value))


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _idea(number: int, idea: dict[str, Any]) -> str:
    return f"{number}. {idea.get('title', 'An idea')}: {idea.get('logline', '')}".rstrip(": ")


def _topic(topic: dict[str, Any]) -> str:
    many = len(topic.get("footage_ids", ()))
    return f"- {topic.get('label', 'other')} ({many} {'file' if many == 1 else 'files'})"
