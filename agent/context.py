"""What a model is told of a project: timeline, topic tree, search results; within a budget."""

from __future__ import annotations

from collections.abc import Sequence

from index.quote import data_block, quoted, shortened
from index.search import search
from index.topics import topics
from index.values import Hit
from project import footage as store
from project import history
from project.store import Project
from timeline.model import Clip, Gap
from timeline.time import clock

BUDGET = 12_000  # characters, about 3,000 tokens, however much footage there is
TOPICS = 40
CITED = 5  # footage ids of each topic
HITS = 12


def project_data(project: Project, queries: Sequence[str] = ()) -> str:
    """The project in at most BUDGET characters: the timeline first, then hits, then topics."""
    lines = timeline_lines(project)
    for query in queries:
        if query.strip():
            lines += _hits(project, query)
    lines += _topics(project)
    return data_block(lines, budget=BUDGET)


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
