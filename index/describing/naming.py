"""The topic tree named by a writer: gathered by vectors, labelled and ordered from samples.

Level by level from the top, so that a run that stops has named what is seen first. What the
writer says is held to what it was shown: other numbers are dropped, and footage that it does not
mention stays where it was.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from index import library, topics
from index.describing.answers import Bin, bins_in
from index.describing.asking import Asker, data_tokens, prompt
from index.describing.material import LEAST_LINE, data_line
from index.describing.values import TopicsNamed
from index.labels import labels
from index.quote import shortened
from index.titles import spread
from index.topics import FEW, SPLIT_FROM, UNTOLD, Topic
from project.errors import CapReached
from project.store import Project
from project.understood import answer, keep_answers

A_TOPIC, A_TITLE = 40, 4  # tokens of a topic in an answer, and of the number of a title
TITLE_LENGTHS = (64, 32, 16)  # characters of a title as shown; fewer where there is no room
IN_A_ROW = 3  # families without a usable label before the rest is left to the rule


@dataclass(slots=True)
class _Node:
    """A topic under way."""

    label: str
    ids: list[str]
    children: list[_Node] = field(default_factory=list)

    def topic(self) -> Topic:
        """It as it ends up, with all below it."""
        return Topic(self.label, tuple(self.ids), tuple(c.topic() for c in self.children))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a request shows of some topics: its lines, and which number is which footage."""

    lines: tuple[str, ...]
    ids: dict[int, str]


class Naming:
    """The naming of one project's topics. `stopped` says why it ended early, "" where not."""

    def __init__(self, project: Project, asker: Asker, *, again: bool) -> None:
        self._project, self._asker, self._again = project, asker, again
        self._system = prompt("topics")
        self._texts, self._vectors = library.gathered_from(project)
        self._count: Counter[str] = Counter()
        self._problem = ""
        self._failures = 0  # families in a row for which no label could be used
        self.stopped = ""

    def run(self, told: Callable[[float], None]) -> TopicsNamed:
        """The tree in the store, and how it came out; `told` hears how far it is, 0 to 1."""
        ids = sorted(i for i in self._texts if i in self._vectors)
        if len(ids) > FEW:  # fewer are a topic each, called by their titles
            tree = [node.topic() for node in self._grown(ids, told)]
            untold = tuple(sorted(set(self._texts) - set(ids)))
            tree += [Topic(UNTOLD, untold)] if untold else []
            if self._count["named"]:
                topics.keep_named(self._project, tree, self._asker.writer.name)
        library.refresh_topics(self._project)
        names = ("named", "by_rule", "moved", "forgotten", "invented")
        counts = {name: self._count[name] for name in names}
        return TopicsNamed(**counts, reason=self.stopped or self._problem)

    def _grown(self, ids: list[str], told: Callable[[float], None]) -> list[_Node]:
        """The whole tree: each level named before the next is gathered."""
        tops = self._family(ids)
        level = tops
        for depth, least in enumerate(SPLIT_FROM):
            large = [node for node in level if len(node.ids) >= least and len(level) > 1]
            for place, node in enumerate(large):
                children = self._family(node.ids)
                node.children = children if len(children) > 1 else []
                told((depth + (place + 1) / len(large)) / len(SPLIT_FROM))
            level = [child for node in large for child in node.children]
        told(1.0)
        return tops

    def _family(self, ids: list[str]) -> list[_Node]:
        """`ids` as topics beside each other, named and in order where the writer said so."""
        groups = topics.shared_out(ids, self._vectors)
        nodes = [
            _Node(label, group)
            for label, group in zip(labels(groups, self._texts), groups, strict=True)
        ]
        if len(nodes) < 2:
            return nodes
        if self.stopped or self._failures >= IN_A_ROW:
            self._count["by_rule"] += len(nodes)
            return nodes
        shown = self._shown(nodes)
        try:
            bins = self._answer(shown, len(nodes))
        except CapReached as error:
            self.stopped = str(error)
            self._count["by_rule"] += len(nodes)
            return nodes
        return self._sorted(nodes, shown, bins)

    # --- what is shown

    def _shown(self, nodes: Sequence[_Node]) -> _Shown:
        """As many titles of each topic as there is room for, and how many more it has."""
        room = self._asker.room(self._system)
        by_likeness = [self._by_likeness(node.ids) for node in nodes]
        shown = self._with(by_likeness, 1, TITLE_LENGTHS[-1])
        for longest in TITLE_LENGTHS:
            few, many = 0, min(room // LEAST_LINE, max(len(ids) for ids in by_likeness))
            while few < many:  # the most for which there is room
                each = (few + many + 1) // 2
                tried = self._with(by_likeness, each, longest)
                if data_tokens(tried.lines) <= room:
                    few, shown = each, tried
                else:
                    many = each - 1
            if few:
                break
        return shown

    def _with(self, groups: Sequence[Sequence[str]], each: int, longest: int) -> _Shown:
        lines: list[str] = []
        ids: dict[int, str] = {}
        for number, group in enumerate(groups, start=1):
            some = spread(group, each)
            more = f", {len(some)} of {len(group)} shown" if len(some) < len(group) else ""
            lines.append(f"topic {number}{more}")
            for footage_id in some:
                ids[len(ids) + 1] = footage_id
                title = self._texts[footage_id].partition("\n")[0]
                lines.append(data_line(f"footage {len(ids)}", shortened(title, longest)))
        return _Shown(tuple(lines), ids)

    def _by_likeness(self, ids: Sequence[str]) -> list[str]:
        """`ids` from the one nearest to their middle to the one farthest from it."""
        rows = np.stack([self._vectors[i] for i in ids])
        near = rows @ rows.mean(axis=0)
        return [ids[n] for n in np.argsort(-near, kind="stable")]

    # --- what is answered

    def _answer(self, shown: _Shown, count: int) -> list[Bin]:
        """What the writer says of these topics, or said before of the very same."""
        asked = [self._asker.writer.name, self._system, shown.lines]
        key = "topics:" + hashlib.sha256(json.dumps(asked).encode()).hexdigest()
        kept = None if self._again else answer(self._project, key)
        if kept is not None:
            return bins_in(kept)
        best: list[Bin] = []

        def take(text: str) -> str:
            nonlocal best
            bins = bins_in(text)
            named = {each.topic for each in bins if each.label} & set(range(1, count + 1))
            if len(named) >= len({each.topic for each in best if each.label}):
                best = bins
            missing = sorted(set(range(1, count + 1)) - named)
            return f"it has no label for topic {', '.join(map(str, missing))}" if missing else ""

        written = A_TOPIC * count + A_TITLE * len(shown.ids)
        problem = self._asker.ask(self._system, shown.lines, take, written=written)
        self._problem = problem or self._problem
        self._failures = 0 if any(each.label for each in best) else self._failures + 1
        if not problem:
            plain = [{"topic": b.topic, "label": b.label, "footage": list(b.footage)} for b in best]
            keep_answers(
                self._project, self._asker.writer.name, [(key, json.dumps({"topics": plain}))]
            )
        return best

    def _sorted(self, nodes: list[_Node], shown: _Shown, bins: Sequence[Bin]) -> list[_Node]:
        """The topics as the writer wants them, as far as that can be done."""
        count = self._count
        known = [each for each in bins if 1 <= each.topic <= len(nodes)]
        count["invented"] += len(bins) - len(known)
        home = {i: place for place, node in enumerate(nodes) for i in node.ids}
        claimed: dict[str, int] = {}
        for each in known:
            for number in each.footage:
                if number in shown.ids:
                    claimed.setdefault(shown.ids[number], each.topic - 1)
                else:
                    count["invented"] += 1
        count["forgotten"] += len(shown.ids) - len(claimed)
        moved = {i: place for i, place in claimed.items() if home[i] != place}
        count["moved"] += len(moved)
        for place, node in enumerate(nodes):
            node.ids = [i for i in node.ids if i not in moved]
            node.ids += sorted(i for i, to in moved.items() if to == place)
        order = [each.topic - 1 for each in known]
        order += [place for place in range(len(nodes)) if place not in order]
        said = {each.topic - 1: each.label for each in known}
        taken: set[str] = set()
        for place in order:
            label, node = said.get(place, ""), nodes[place]
            good = bool(label) and label.casefold() not in taken
            count["named" if good else "by_rule"] += 1
            node.label = label if good else node.label
            if node.label.casefold() in taken:
                node.label = f"{node.label} ({len(node.ids)})"
            taken.add(node.label.casefold())
        return [nodes[place] for place in order if nodes[place].ids]
