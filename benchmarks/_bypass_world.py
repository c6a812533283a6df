"""Where R13 is tried: a served project, what an attacker would change, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.session import Session
from agent.values import Goal, Plan, PlannedStep
from benchmarks._served import Served, served
from benchmarks.injections import template
from project.settings import Settings
from project.store import Project
from ui.studio import Desk

SAYS = "a title"
NAMED = ("nonce", "action_hash", "revision")  # what a decision must name
OWN = ("roughcut.db", "roughcut.lock", "roughcut.toml", "cache", "vectors", "backups", "state")
Shown = dict[str, Any]
Attempt = Callable[[str, Callable[[], object]], None]  # what it is called, and doing it


def named(shown: Shown) -> Shown:
    """What a decision about it names."""
    return {name: shown[name] for name in NAMED}


def mixed(mine: Shown, theirs: Shown) -> Iterator[tuple[str, Shown]]:
    """Every mixture of what two approvals name, but for the whole of mine: (theirs in it, names).

    Where both name the same, as the revision often is, no mixture comes twice.
    """
    differ = [name for name in NAMED if mine[name] != theirs[name]]
    for bits in range(1, 1 << len(differ)):
        taken = [name for n, name in enumerate(differ) if bits >> n & 1]
        yield "+".join(taken), {n: (theirs if n in taken else mine)[n] for n in NAMED}


class TrialError(RuntimeError):
    """The trial itself did not work: it says nothing about the app."""


class Enough(Exception):
    """One attempt did something, and no more was asked for."""


@dataclass
class Tally:
    """What came of one family of attempts. sent: what was sent by each, the same ones once."""

    tried: int = 0
    executed: list[str] = field(default_factory=list)
    sent: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def distinct(self) -> int:
        """How many attempts differ in what they send, leaving out what differs by itself."""
        return len(self.sent)


class Titles:
    """A brain whose every plan is one title of the words that were said."""

    name = "fake"

    def plan(self, words: str, project: Project) -> Plan:
        del project
        return Plan(goal=Goal(text=words), steps=(PlannedStep(tool="title", intent=words),))

    def bind(self, step: PlannedStep, goal: Goal, project: Project, problem: str) -> dict[str, Any]:
        del goal, project, problem
        return {"text": step.intent, "at": "start"}

    def write(self, request: str, facts: dict[str, Any]) -> str:
        del request, facts
        return "done"


class World:
    """A served project of two clips, its assistant, and what an attacker would change."""

    def __init__(self, app: Served, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.seq = 0
        self.leaks: list[str] = []  # what another program was told that only the page may know
        self.proposing = False  # whether a proposal counts as something done

    @property
    def desk(self) -> Desk:
        """The open project's desk, with the brain of this trial."""
        desk = self.app.site.studio.desk
        if desk._session is None or not isinstance(desk._session.brain, Titles):
            desk._session = Session(desk.project, Titles())
        return desk

    def seen(self) -> Shown | None:
        """What the page shows for a decision."""
        found: Shown | None = self.app.client.get("/view/desk").json()["plan"]["shown"]
        return found

    def shown(self, words: str = SAYS) -> Shown:
        """A fresh proposal, as the page sees it."""
        self.send("rc_say", words=words)
        self.app.idle()
        found = self.seen()
        if found is None:
            raise TrialError("nothing was proposed")
        return found

    def send(self, name: str | int, **payload: Any) -> dict[str, Any]:
        return self.app.event(name, {"project": self.desk.id, **payload})

    def decide(self, shown: Shown, **forged: Any) -> None:
        self.send("rc_decide", **{"decision": "approve", **named(shown), **forged})
        self.app.idle()

    def edit(self, *ops: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.seq += 1
        return self.app.edit({"project": self.desk.id, "seq": self.seq, "ops": list(ops), **more})

    def set(self, **changes: Any) -> None:
        """Settings changed as the page does; the project is opened anew."""
        if not self.send("rc_set", changes=changes).get("opened"):
            raise TrialError(f"{changes} could not be set")

    def state(self) -> dict[str, Any]:
        """All that an approval, an edit, a job or a setting would change."""
        project = self.desk.project

        def rows(question: str) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in project.rows(question)]

        settings = project.folder / "roughcut.toml"
        files = [path.relative_to(self.folder) for path in self.folder.rglob("*")]
        theirs = [path for path in files if not any(part.startswith(OWN) for part in path.parts)]
        proposals = rows("SELECT id, status FROM proposal ORDER BY id") if self.proposing else []
        return {
            "edits": rows("SELECT id, digest, actor FROM edit ORDER BY id"),
            "head": rows("SELECT edit_id FROM head ORDER BY id DESC LIMIT 1"),
            "decisions": rows("SELECT proposal_id, decision FROM decision ORDER BY id"),
            "jobs": rows("SELECT kind, arguments FROM job ORDER BY id"),
            "preferences": rows("SELECT key, value, status FROM preference ORDER BY key"),
            "files": sorted(map(str, theirs)),
            "settings": settings.read_text() if settings.is_file() else "",
            "project": str(project.folder),
            "secrets told": list(self.leaks),
            "proposals": proposals,
        }


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A new world in `folder`."""
    folder.mkdir(parents=True)
    template(folder / "project", Settings())
    with served(folder / "project", mcp=True) as app:
        yield World(app, folder)


def watched(here: World, tally: Tally, *, first: bool = False) -> Attempt:
    """Does an attempt and counts what it changed. first: Enough is raised when one did."""

    def attempt(name: str, do: Callable[[], object]) -> None:
        before = here.state()
        here.app.sent.clear()
        do()
        here.app.idle()
        sent = tuple(sorted(set(here.app.sent)))
        after = here.state()
        tally.tried += 1
        tally.sent.add(sent)
        if not sent:
            raise TrialError(f"{name} sent nothing")
        changed = [part for part in before if before[part] != after[part]]
        if changed:
            tally.executed.append(f"{name}: changed {', '.join(changed)}")
            if first:
                raise Enough

    return attempt


def alive(here: World) -> str:
    """Why a true approval does nothing in this world any more, "" where it does what it should.

    What turns down everything, or does not answer at all, has not turned down an attempt.
    """
    here.proposing = False
    here.send("rc_stop")
    before = here.state()["edits"]
    try:
        here.decide(here.shown("a true one"))
    except TrialError as error:
        return f"afterwards {error}"
    made = len(here.state()["edits"]) - len(before)
    return "" if made == 1 else f"afterwards a true approval made {made} edits"
