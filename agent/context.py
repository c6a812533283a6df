"""What a model is told of a project: timeline, conversation, search results, topic tree.

All of it together stays within a budget of tokens, however much footage there is. Each part has
a share; what one part does not need goes to the others, in the order they are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.tokens import Count, at_most
from index.quote import data_block, quoted, shortened
from index.search import search
from index.topics import topics
from index.values import Hit
from project import footage as store
from project import history
from project.store import Project
from timeline.model import Clip, Gap
from timeline.time import clock

BUDGET = 4_000  # tokens, where a caller names none
TOPICS = 40
CITED = 5  # footage ids of each topic
HITS = 12
NOTE = 12  # tokens of a line that says how much was left out


@dataclass(frozen=True, slots=True)
class Part:
    """Lines about one thing; `share` of the budget is theirs. A film is cut in its middle."""

    name: str
    lines: Sequence[str]
    share: float
    ends: bool = False  # its end matters as much as its beginning


def project_data(
    project: Project,
    queries: Sequence[str] = (),
    said: Sequence[str] = (),
    *,
    budget: int = BUDGET,
    count: Count = at_most,
) -> str:
    """The project in at most `budget` tokens; `said` is the conversation so far."""
    hits = [line for query in queries if query.strip() for line in _hits(project, query)]
    parts = (
        Part("timeline", timeline_lines(project), 0.35, ends=True),
        Part("conversation", said, 0.25, ends=True),
        Part("search", list(dict.fromkeys(hits)), 0.25),
        Part("topics", _topics(project), 0.15),
    )
    return fitted(parts, budget=budget, count=count)


def fitted(parts: Sequence[Part], *, budget: int, count: Count = at_most) -> str:
    """The parts between <data> and </data>, in at most `budget` tokens."""
    budget -= count(data_block([], budget=0))
    needs = [sum(count(line) + 1 for line in part.lines) for part in parts]
    given = [min(need, int(budget * part.share)) for need, part in zip(needs, parts, strict=True)]
    left = budget - sum(given)
    lines: list[str] = []
    for part, need, has in zip(parts, needs, given, strict=True):
        more = min(left, need - has)
        left -= more
        lines += _cut(part, has + more, count) if has + more < need else part.lines
    return data_block(lines, budget=sum(len(line) + 1 for line in lines))


def _cut(part: Part, room: int, count: Count) -> list[str]:
    """As many lines as fit, first ones first, or from both ends; how many are missing is told."""
    room -= NOTE
    first, last = list[str](), list[str]()
    waiting = list(part.lines)
    while waiting:
        at_end = part.ends and len(last) < len(first)
        line = waiting[-1] if at_end else waiting[0]
        room -= count(line) + 1
        if room < 0:
            break
        waiting.remove(line) if not at_end else waiting.pop()
        (last if at_end else first).append(line)
    note = [f"({len(waiting)} more lines of the {part.name} left out)"] if waiting else []
    return [*first, *note, *reversed(last)]


def timeline_lines(project: Project) -> list[str]:
    """One line for each clip, hole and title of the cut that stands."""
    timeline = history.current(project)
    lines = [
        f"timeline: {clock(timeline.duration)} long, {timeline.width}x{timeline.height}"
        if timeline.duration
        else "timeline: empty"
    ]
    number = 0
    for at, item in timeline.track("V1").placed():
        if isinstance(item, Clip):
            number += 1
            text = f"{item.name} {item.source}" + (f", for: {item.beat}" if item.beat else "")
            lines.append(
                quoted(f"clip {number} {item.id} of footage {item.footage_id} at {clock(at)}", text)
            )
        elif isinstance(item, Gap):
            lines.append(
                quoted(f"hole {item.id} at {clock(at)}, {clock(item.duration)} long", item.wanted)
            )
    lines += [quoted(f"title at {title.span}", title.text) for title in timeline.titles]
    return lines


def _hits(project: Project, query: str) -> list[str]:
    found = search(project, query, limit=HITS)
    if not found.confident:
        return [quoted("search", f"nothing in the footage is like: {query}")]
    return [_hit(hit) for hit in found.hits]


def _hit(hit: Hit) -> str:
    why = "; ".join(f"{w.kind}: {w.quote}" for w in hit.why[:3])
    text = f"{hit.title} - {why}" if hit.title else why
    return quoted(f"footage {hit.footage_id} {hit.name} {hit.range}", text)


def _topics(project: Project) -> list[str]:
    """The topic tree level by level, so that what it holds is seen before what is in one part."""
    lines: list[str] = []
    level = [("", topic) for topic in topics(project)]
    while level and len(lines) < TOPICS:
        for inside, topic in level[: TOPICS - len(lines)]:
            ids = ", ".join(topic.footage_ids[:CITED])
            more = len(topic.footage_ids) - CITED
            held = f"{ids} and {more} more" if more > 0 else ids
            lines.append(quoted(f"topic{inside}, footage {held}", topic.label))
        level = [
            (f" in {shortened(topic.label, 30)}", child)
            for _, topic in level
            for child in topic.children
        ]
    usable = store.all_footage(project, usable=True)
    seconds = sum((f.duration_s for f in usable), start=0)
    return [f"footage: {len(usable)} files, {clock(seconds)} in all", *lines]
