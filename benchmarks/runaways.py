"""R18: eight brains that run away, each stopped within one call of its cap, and the creator told.

A scripted model on loopback plays each of them through the real client and the whole session: it
calls for ever, wants the same again and again, plans thousands of steps, sends endless arguments,
endless words, the same plan after each replan, refuses all, or trickles.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from agent import caps
from agent.chat import Chat
from agent.llm import PLAN, LLMBrain
from agent.session import Session
from agent.values import PlanView
from benchmarks import _many
from index import library
from project.errors import BrainError, CreatorError
from project.settings import Settings
from project.store import Project
from tests.servers import Reply, Scripted, ScriptedServer, calls, endless, says

TURNS = 10  # the cap in force
NUMBERS = ("calls", "at most", "s")
PATIENCE = 200  # rounds a creator would go on for


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one brain. `most` is how many calls the cap lets it have."""

    name: str
    cap: str
    calls: int
    most: int
    told: str
    seconds: float
    changed: bool

    @property
    def held(self) -> bool:
        """Stopped within one call of the cap, with a word to the creator, and nothing done."""
        return self.calls <= self.most + 1 and bool(self.told) and not self.changed


@dataclass(frozen=True, slots=True)
class Brain:
    """One runaway: its script, the cap that should stop it, and after how many calls."""

    name: str
    cap: str
    most: int
    script: tuple[Scripted | Reply, ...]
    timeout_s: float = 20.0


def _plan(*steps: tuple[str, str]) -> Scripted:
    named = [{"tool": tool, "intent": intent} for tool, intent in steps]
    return calls(PLAN, {"goal": {"text": "x"}, "steps": named})


def _never_valid() -> Reply:
    """Each call asks for other footage that is not there."""
    count = iter(range(10**6))
    return lambda _: calls("trim", {"clip": f"nothing-{next(count)}", "length_s": 1})


def brains() -> tuple[Brain, ...]:
    """The eight of them."""
    look = {"query": "a surfer"}
    return (
        Brain("endless calls", "max_turns", TURNS,
              (_plan(*[("trim", f"trim {n}") for n in range(30)]), _never_valid())),
        Brain("the same step again", "repeats", 1 + 3 * caps.MOST_REPEATS,  # bind, answer, memory
              (_plan(*[("search", "look again")] * 30), _same(look))),
        Brain("a huge plan", "length of an answer", 1,
              (_plan(*[("search", f"look for number {n}") for n in range(5_000)]),)),
        Brain("huge arguments", "length of an answer", 2,
              (_plan(("search", "look")), calls("search", {"query": "sea " * 500_000}))),
        Brain("endless words", "length of an answer", 1, (endless("and so on " * 20),)),
        Brain("replan loop", "max_turns", TURNS,
              (lambda request: _plan(("trim", "trim it")) if _offers(request, PLAN)
               else calls("trim", {"clip": "nothing", "length_s": 1}),)),
        Brain("refuses everything", "one answer", 1, (says(refusal="I will not."),)),
        Brain("slow trickle", "5 times model_timeout_s", 1,
              (endless(".", pause_s=0.02),), timeout_s=0.4),
    )  # fmt: skip


def _offers(request: dict[str, Any], tool: str) -> bool:
    return any(t["function"]["name"] == tool for t in request.get("tools") or ())


def _same(arguments: dict[str, Any]) -> Reply:
    return lambda request: calls("search", arguments) if request.get("tools") else says("There.")


def tried(brain: Brain, project: Project) -> Outcome:
    """One brain on a project, with a creator who goes on as long as there is something to do."""
    from project import history

    head, began = history.head(project), time.perf_counter()
    with ScriptedServer(*brain.script) as server:
        settings = Settings(
            brain="openai:runaway", base_url=server.url, model_timeout_s=brain.timeout_s,
            max_turns=TURNS,
        )  # fmt: skip
        project.settings = settings
        mind = LLMBrain(settings, _tools(), chat=Chat(settings, backoff_s=0.01))
        session = Session(project, mind, _tools())
        told = _driven(session, replan=brain.name == "replan loop")
        asked = len(server.requests)
    spent = time.perf_counter() - began
    return Outcome(
        brain.name, brain.cap, asked, brain.most, told, spent, history.head(project) != head
    )


def _tools() -> dict[str, Any]:
    from agent.brain import all_tools

    return dict(all_tools())


def _driven(session: Session, *, replan: bool) -> str:
    """What the creator was told in the end; "" where it would have gone on for ever."""
    try:
        view = session.ask("a film of the surfer")
        if view.question:
            return view.question
        for _ in range(PATIENCE):
            view = session.advance()
            if view.finished:
                return "the plan came to its end"
            view = _decided(session, view, replan=replan)
    except (BrainError, CreatorError) as error:
        return str(error)
    return ""


def _decided(session: Session, view: PlanView, *, replan: bool) -> PlanView:
    """A creator who has seen that a step failed and goes on, or asks for another plan."""
    shown = view.shown
    if shown is None:
        return view
    failed = shown.step.status == "failed"
    decide: Callable[..., PlanView] = session.decide
    word = "replan" if replan else "approve" if failed else "skip"
    return decide(
        word, nonce=shown.nonce, action_hash=shown.action_hash, revision=shown.revision
    )  # fmt: skip


class Library:
    """A small library that each brain gets a copy of."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._copies = folder, 0
        with Project.create(folder / "library", Settings()) as project:
            _many.build(project, 12)
            library.refresh(project)

    def copy(self) -> Project:
        """A fresh copy, open."""
        self._copies += 1
        copy = self.folder / str(self._copies)
        shutil.copytree(self.folder / "library", copy)
        return Project.open(copy, Settings())


def outcomes() -> Iterator[Outcome]:
    """All eight, each on its own copy of a small library."""
    with tempfile.TemporaryDirectory() as name:
        made = Library(Path(name))
        for brain in brains():
            with made.copy() as project:
                yield tried(brain, project)


def benchmark() -> Table:
    """A row for each brain."""
    table = Table(title=f"R18: runaway brains, max_turns {TURNS}")
    for heading in (
        "brain",
        "cap",
        "calls",
        "at most",
        "s",
        "stopped and told",
        "the creator read",
    ):
        table.add_column(
            heading, justify="right" if heading in ("calls", "at most", "s") else "left"
        )
    for one in outcomes():
        table.add_row(
            one.name, one.cap, str(one.calls), str(one.most + 1), f"{one.seconds:.1f}",
            "yes" if one.held else "NO", one.told[:90],
        )  # fmt: skip
    return table
