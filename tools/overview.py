"""The tool that says what footage there is: how much, of what kind, about what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from pydantic import Field

from index.topics import Topic, topics
from project import footage as store
from project.footage import Footage
from project.store import Project
from timeline.time import clock
from tools.dailies import count, listed, said
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Reads

LINE = 78  # characters: an overview of much footage fits a screen
FEW_TOPICS = 6  # of so many, each may have two lines
LISTED = 200  # pieces of footage in the data
CITED = (40, 8)  # ids in the data of a topic, and of those below it

Held = Mapping[str, Footage]


class OverviewArguments(Arguments):
    """How far to go into detail."""

    topic: str = Field("", description="only the topic with these words; empty for everything")
    limit: int = Field(12, ge=1, le=100, description="how many topics to tell at most")


class Overview(Reads):
    """Tells what the footage holds; changes nothing."""

    name: ClassVar[str] = "overview"
    summary: ClassVar[str] = "Say what footage there is, by topic, with lengths and what is special"
    effect: ClassVar[Effect] = "read"
    arguments: ClassVar[type[Arguments]] = OverviewArguments

    def propose(self, arguments: OverviewArguments, project: Project) -> Proposal:
        """The overview in words; `data` holds the topics with some footage ids of each."""
        every = {f.id: f for f in store.all_footage(project)}
        found = chosen(topics(project), arguments.topic)
        tree = found[: arguments.limit]
        asked = bool(arguments.topic.strip())
        reasons = [r for topic in tree for r in _reasons(topic, every)]
        rows = [every[i] for t in tree for i in t.footage_ids] if asked else list(every.values())
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer=_words(every, found, arguments),
            reasons=check_all(reasons, project),
            data={
                "topics": [topic_data(topic) for topic in tree],
                "footage": [_row(f) for f in rows[:LISTED]],
                "more_footage": max(0, len(rows) - LISTED),
            },
        )


def chosen(tree: tuple[Topic, ...], words: str) -> tuple[Topic, ...]:
    """The topics whose label has one of the words, at any depth; all without words."""
    asked = set(words.casefold().split())
    if not asked:
        return tree
    found: list[Topic] = []
    for topic in tree:
        if asked & set(topic.label.casefold().replace(",", " ").split()):
            found.append(topic)
        else:
            found += chosen(topic.children, words)
    return tuple(found)


def topic_data(topic: Topic, depth: int = 0) -> dict[str, Any]:
    """A topic as plain values, with those below it; ids of some of its footage, first ones first.

    files: how many pieces of footage it has.
    """
    below = topic.children if depth < len(CITED) - 1 else ()
    return {
        "label": topic.label,
        "files": len(topic.footage_ids),
        "footage_ids": list(topic.footage_ids[: CITED[min(depth, len(CITED) - 1)]]),
        "children": [topic_data(child, depth + 1) for child in below],
    }


def _row(footage: Footage) -> dict[str, Any]:
    return {
        "id": footage.id,
        "name": footage.name,
        "title": footage.title,
        "status": footage.status,
        "duration_s": str(footage.duration_s),
        "summary": footage.summary,
    }


def _words(every: Held, found: Sequence[Topic], arguments: OverviewArguments) -> str:
    usable = [f for f in every.values() if f.status != "rejected"]
    if not usable:
        rejected = f" ({count(len(every), 'file')} could not be used)" if every else ""
        return f"There is no footage in this project yet{rejected}; ingest a folder first."
    lines = [_sums(usable, len(every) - len(usable))]
    if arguments.topic.strip() and not found:
        lines.append(f"No topic is called {arguments.topic!r}.")
    tree = found[: arguments.limit]
    room = LINE if len(tree) > FEW_TOPICS else 2 * LINE
    for topic in tree:
        lines.append(_topic_line(topic, every, room))
        if arguments.topic.strip():
            lines += [f"  {_topic_line(child, every, LINE)}" for child in topic.children]
    if len(found) > len(tree):
        lines.append(f"and {count(len(found) - len(tree), 'more topic')}.")
    if any(topic.children for topic in tree) and not arguments.topic.strip():
        lines.append("Ask for a topic by a word of its name to see what is in it.")
    return "\n".join(lines)


def _sums(usable: Sequence[Footage], rejected: int) -> str:
    total = sum((f.duration_s for f in usable), Fraction(0))
    shapes: Counter[str] = Counter(f.technical.orientation for f in usable)
    shapes["sound only"] = shapes.pop("none", 0)
    kinds = listed([f"{n} {shape}" for shape, n in shapes.most_common() if n])
    folders = len({f.folder for f in usable})
    partial = sum(f.status == "partial" for f in usable)
    said_of = f"{count(len(usable), 'file')} in {count(folders, 'folder')}, {clock(total)} long"
    notes = [f"{partial} only in part"] if partial else []
    notes += [f"{rejected} set aside as unusable"] if rejected else []
    return f"{said_of}: {kinds}." + (f" {listed(notes).capitalize()}." if notes else "")


def _topic_line(topic: Topic, every: Held, room: int) -> str:
    """A topic with its size, and as much of what is in it as there is room for."""
    held = [every[i] for i in topic.footage_ids if i in every]
    length = clock(sum((f.duration_s for f in held), Fraction(0)))
    if len(held) == 1:
        return _cut(f"- {said(held[0])}, {length}", room)
    head = f"- {topic.label} ({count(len(held), 'file')}, {length})"
    labels = [child.label for child in topic.children]
    inside = labels or list(dict.fromkeys(f.title or f.name for f in held))
    for shown in range(min(len(inside), room), 0, -1):
        more = f" and {len(inside) - shown} more" if shown < len(inside) else ""
        line = f"{head}: {'; '.join(inside[:shown])}{more}"
        if len(line) <= room:
            return line
    return _cut(head, room)


def _cut(line: str, room: int) -> str:
    return line if len(line) <= room else f"{line[: room - 1].rstrip()}…"


def _reasons(topic: Topic, every: Held) -> list[Reason]:
    """One reason a topic: each file cited by its own title."""
    held = [every[i] for i in topic.footage_ids if i in every]
    cited = tuple(
        Evidence(
            kind="title" if f.title else "name",
            footage_id=f.id,
            end_s=str(f.duration_s),
            quote=f.title or f.name,
        )
        for f in held[:4]
    )
    text = f"{topic.label}: {listed([said(f) for f in held], limit=4)}"
    return [Reason(text=text, evidence=cited)] if cited else []
