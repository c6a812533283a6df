"""The tool that says what footage there is: how much, of what kind, about what."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any, ClassVar

from pydantic import Field

from index.topics import Topic, topics
from project import footage as store
from project.footage import Footage
from project.store import Project
from timeline.time import clock
from tools.dailies import Dailies, count, listed, said
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Reads


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
        """The overview in words; `data` holds the topics with footage ids."""
        every = store.all_footage(project)
        tree = chosen(topics(project), arguments.topic)[: arguments.limit]
        dailies = Dailies(project)
        reasons = [r for topic in tree for r in _reasons(topic, dailies)]
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer=_words(every, tree, arguments.topic, dailies),
            reasons=check_all(reasons, project),
            data={
                "topics": [topic_data(topic) for topic in tree],
                "footage": [_row(f) for f in every],
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


def topic_data(topic: Topic) -> dict[str, Any]:
    """A topic as plain values, with all below it."""
    return {
        "label": topic.label,
        "footage_ids": list(topic.footage_ids),
        "children": [topic_data(child) for child in topic.children],
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


def _words(every: list[Footage], tree: tuple[Topic, ...], asked: str, dailies: Dailies) -> str:
    usable = [f for f in every if f.status != "rejected"]
    if not usable:
        rejected = f" ({count(len(every), 'file')} could not be used)" if every else ""
        return f"There is no footage in this project yet{rejected}; ingest a folder first."
    lines = [_sums(usable, len(every) - len(usable))]
    if asked and not tree:
        lines.append(f"No topic is called {asked!r}.")
    lines += [_topic_line(topic, dailies) for topic in tree]
    return "\n".join(lines)


def _sums(usable: list[Footage], rejected: int) -> str:
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


def _topic_line(topic: Topic, dailies: Dailies) -> str:
    held = [dailies.footage(i) for i in topic.footage_ids if dailies.has(i)]
    length = sum((f.duration_s for f in held), Fraction(0))
    names = listed([said(f) for f in held], limit=4)
    return f"- {topic.label} ({count(len(held), 'file')}, {clock(length)}): {names}"


def _reasons(topic: Topic, dailies: Dailies) -> list[Reason]:
    """One reason a topic: each file cited by its own title."""
    held = [dailies.footage(i) for i in topic.footage_ids if dailies.has(i)]
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
