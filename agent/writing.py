"""Words for people by rule: what a tool found, and the film that a goal wants."""

from __future__ import annotations

import re
from typing import Any

from agent.grammar import length_text
from agent.values import Goal

_ORDERED = {
    "day to night": "from day to night",
    "chronological": "in the order it was shot",
}
_SMALL = frozenset(
    ["a", "an", "the", "and", "or", "of", "in", "on", "at", "to", "for", "with", "from", "by"]
)


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


def described(goal: Goal) -> str:
    """The film a goal wants, in one line: "a calm 30 s film about the beach, ending on ..."."""
    adjectives = [*goal.mood]
    if goal.pace and goal.pace not in goal.mood:
        adjectives.append(f"{goal.pace}-paced")
    length = [length_text(goal.length_s)] if goal.length_s else []
    shape = [goal.aspect] if goal.aspect else []
    words = [", ".join(adjectives), *length, *shape, "film"]
    words = [w for w in words if w]
    head = " ".join(["an" if words[0][0] in "aeiou8" else "a", *words])
    told = [_as_said(words, goal) for words in goal.subjects]
    inside = [w for w in goal.generate if w not in (goal.opening, goal.ending, *goal.subjects)]
    parts = [head + (f" about {_and(told)}" if told else "")]
    parts += [_ORDERED[goal.order]] if goal.order in _ORDERED else []
    parts += ["with a clip of every file"] if goal.everything else []
    parts += [f"opening on {_as_said(goal.opening, goal)}"] if goal.opening else []
    parts += [f"with generated shots of {_and(inside)}"] if inside else []
    parts += [f"ending on {_as_said(goal.ending, goal)}"] if goal.ending else []
    parts += [f"without {_and(list(goal.exclude))}"] if goal.exclude else []
    parts += ["its own sound muted"] if goal.speech == "mute" else []
    return ", ".join(parts)


def title_of(goal: Goal | None) -> str:
    """A title for a film from what it is about: "waves at night" as "Waves at Night"; "" if none.

    A film of many things is called after the first two.
    """
    if goal is None:
        return ""
    told = _and(list(goal.subjects[:2])) if goal.subjects else ""
    words = (told or goal.ending or goal.opening).split()
    return " ".join(
        word if n and word in _SMALL else word[:1].upper() + word[1:]
        for n, word in enumerate(words)
    )


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _as_said(words: str, goal: Goal) -> str:
    """Words with the article the creator gave them: "golden sunset" as "a golden sunset"."""
    made = "generated " if words in goal.generate else ""
    found = re.search(rf"\b(an?|the|my|our) {re.escape(words)}(?!\w)", goal.text, re.IGNORECASE)
    if found:
        return f"{found[1].lower()} {made}{words}"
    return f"a {made}{words}" if made else words
