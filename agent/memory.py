"""The conversation as a model is told it: the last turns word for word, older ones in a summary.

Everything said is quoted as data: also what a model answered before, since it came from footage.
An answer that found moments is told with them, numbered, so that "the above two clips" can be
understood. The summary is written once and kept with the last message that it covers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from agent import state
from agent.tokens import Count
from agent.values import Message
from index.quote import data_block, quoted, shortened
from project.store import Project

KEPT = "conversation"  # the row of `meta` that holds the summary
LONGEST_TURN = 800  # characters of one thing that was said
FOUND = 12  # moments of one answer that are named
FOLD = 300  # tokens of older turns that are worth a summary by a model
LONGEST_SUMMARY = 900  # characters

Summarise = Callable[[str], str]  # a data block -> the summary; "" where it has none


@dataclass(frozen=True, slots=True)
class Summary:
    """What was said up to and with message `upto`."""

    upto: int = 0
    text: str = ""
    by: str = "rule"  # or "model"


def recalled(
    project: Project, count: Count, budget: int, summarise: Summarise | None = None
) -> list[str]:
    """Quoted lines, oldest first, of at most `budget` tokens, without the words said just now.

    `summarise` is asked once for what does not fit, a rule where it is None or has no answer.
    """
    said = [m for m in state.messages(project) if m.text.strip()]
    if said and said[-1].role == "creator":
        said.pop()
    recent, used = list[list[str]](), 0
    room = budget - budget // 4  # the rest is for the summary
    while said:
        lines = _turn(project, said[-1])
        cost = sum(count(line) + 1 for line in lines)
        if used + cost > room:
            break
        used += cost
        recent.insert(0, lines)
        said.pop()
    lines = [line for turn in recent for line in turn]
    if not said:
        return lines
    return [_told(_summary(project, said, count, summarise), count, budget - used), *lines]


def _told(summary: Summary, count: Count, room: int) -> str:
    """The summary as a line of at most `room` tokens: a rule's loses its beginning."""
    text = summary.text
    while True:
        line = quoted("earlier in this conversation", text, longest=LONGEST_SUMMARY)
        if count(line) < room or len(text) < 40:
            return line
        keep = len(text) * 3 // 4
        text = text[:keep] if summary.by == "model" else "…" + text[-keep:]


def _turn(project: Project, message: Message) -> list[str]:
    """One thing that was said, and the moments it found, in their order."""
    who = {"creator": "the creator said", "assistant": "you said", "tool": "you answered"}
    lines = [quoted(who[message.role], message.text, longest=LONGEST_TURN)]
    return lines + _found(project, message)


def _found(project: Project, message: Message) -> list[str]:
    number = message.data.get("proposal")
    if message.data.get("kind") != "answer" or not isinstance(number, int):
        return []
    hits: Sequence[dict[str, Any]] = state.proposal_at(project, number).proposal.data.get(
        "hits", ()
    )
    return [
        quoted(
            f"found, number {place}: footage {hit['footage_id']} from {_seconds(hit['start_s'])} s"
            f" to {_seconds(hit['end_s'])} s",
            str(hit.get("title") or hit.get("name") or ""),
            longest=80,
        )
        for place, hit in enumerate(hits[:FOUND], start=1)
    ]


def _seconds(exact: str) -> str:
    """Rational seconds as a model reads them best, to the millisecond."""
    return f"{round(float(Fraction(exact)), 3):g}"


# --- what is older


def kept(project: Project) -> Summary:
    """The summary as the store has it."""
    row = project.row("SELECT value FROM meta WHERE key = ?", KEPT)
    return Summary(**json.loads(row["value"])) if row else Summary()


def _summary(
    project: Project, older: Sequence[Message], count: Count, summarise: Summarise | None
) -> Summary:
    """The summary of `older`: the kept one, with what came since added to it."""
    have = kept(project)
    new = [message for message in older if message.id > have.upto]
    if not new:
        return have
    lines = [line for message in new for line in _turn(project, message)]
    if summarise is not None and project.write and sum(map(count, lines)) >= FOLD:
        before = [quoted("earlier in this conversation", have.text, longest=LONGEST_SUMMARY)]
        text = summarise(data_block((before if have.text else []) + lines, budget=40_000))
        by = "model" if text.strip() else "rule"  # a rule's is kept too: it is not asked again
        text = shortened(text, LONGEST_SUMMARY) or _by_rule(have, new)
        made = Summary(new[-1].id, text, by)
        _keep(project, made)
        return made
    return Summary(new[-1].id, _by_rule(have, new), "rule")


def _by_rule(have: Summary, new: Sequence[Message]) -> str:
    """What the creator asked for, newest kept where not all fits."""
    asked = [shortened(m.text, 120) for m in new if m.role == "creator"]
    text = "; ".join(filter(None, (have.text, *(f"the creator asked: {a}" for a in asked))))
    return text if len(text) <= LONGEST_SUMMARY else "…" + text[-(LONGEST_SUMMARY - 1) :]


def _keep(project: Project, summary: Summary) -> None:
    with project.transaction() as db:
        db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (KEPT, json.dumps(asdict(summary), ensure_ascii=False)),
        )
