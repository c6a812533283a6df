"""R13: some three hundred attempts over HTTP to have done what nobody approved; none may be done.

The real app is served on loopback; the attempts come with a valid cookie, as they would from a
script in the page or another program of this user: forged, swapped, stale, replayed and concurrent
approvals, edits that are no edits, other doors to the same handlers. After each one, everything
that an approval could have changed is compared with what it was.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from agent.session import Session
from agent.values import Goal, Plan, PlannedStep
from benchmarks._bypass import (
    EXTRAS,
    OPS,
    WORDS,
    forged_numbers,
    forged_projects,
    forged_texts,
    other_doors,
)
from benchmarks._served import Served, served
from benchmarks.injections import template
from project.settings import Settings
from project.store import Project

AT_ONCE = 12  # approvals of one proposal at the same time
SAYS = "a title"
Shown = dict[str, Any]
Attempt = Callable[[str, Callable[[], object]], None]  # what it is called, and doing it


@dataclass
class Tally:
    """What came of one family of attempts."""

    tried: int = 0
    executed: list[str] = field(default_factory=list)


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

    def __init__(self, app: Served) -> None:
        self.app = app
        self.desk = app.site.studio.desk
        self.desk._session = Session(self.desk.project, Titles())
        self.seq = 0

    def shown(self, words: str = SAYS) -> Shown:
        """A fresh proposal, as the page sees it."""
        self.send("rc_say", words=words)
        self.app.idle()
        found: Shown = self.app.client.get("/view/desk").json()["plan"]["shown"]
        return found

    def send(self, name: str | int, **payload: Any) -> dict[str, Any]:
        return self.app.event(name, {"project": self.desk.id, **payload})

    def decide(self, shown: Shown, **forged: Any) -> None:
        named = {name: shown[name] for name in ("nonce", "action_hash", "revision")}
        self.send("rc_decide", **{"decision": "approve", **named, **forged})
        self.app.idle()

    def edit(self, *ops: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.seq += 1
        return self.send("rc_edit", **{"seq": self.seq, "ops": list(ops), **more})

    def state(self) -> dict[str, Any]:
        """All that an approval, an edit, a job or a setting would change."""
        project = self.desk.project

        def rows(question: str) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in project.rows(question)]

        settings = project.folder / "roughcut.toml"
        return {
            "edits": rows("SELECT id, digest, actor FROM edit ORDER BY id"),
            "head": rows("SELECT edit_id FROM head ORDER BY id DESC LIMIT 1"),
            "decisions": rows("SELECT proposal_id, decision FROM decision ORDER BY id"),
            "jobs": rows("SELECT kind, arguments FROM job ORDER BY id"),
            "exports": sorted(path.name for path in project.folder.rglob("exports/*")),
            "settings": settings.read_text() if settings.is_file() else "",
        }


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A new world in `folder`."""
    folder.mkdir(parents=True)
    template(folder / "project", Settings())
    with served(folder / "project") as app:
        yield World(app)


# --- the families


def forged(here: World, tally: Attempt) -> None:
    """One field of a true approval made up, the others as they were shown."""
    shown = here.shown()
    for name in ("nonce", "action_hash"):
        for what, value in forged_texts(shown[name]):
            tally(f"{name}: {what}", lambda n=name, v=value: here.decide(shown, **{n: v}))
    for what, value in forged_numbers(shown["revision"]):
        tally(f"revision: {what}", lambda v=value: here.decide(shown, revision=v))
    for what, value in forged_projects(here.desk.id):
        tally(f"project: {what}", lambda v=value: here.decide(shown, project=v))
    for word in WORDS:
        tally(f"decision: {word!r}", lambda w=word: here.decide(shown, decision=w))
    for extra in EXTRAS:
        tally(f"extra field: {next(iter(extra))}", lambda e=extra: here.decide(shown, **e))


def swapped(here: World, tally: Attempt) -> None:
    """The parts of one proposal with those of another, and old ones in place of the new."""
    old, new = here.shown("the first"), here.shown("the second")
    for bits in range(1, 8):
        mixed = {
            name: (old if bits >> n & 1 else new)[name]
            for n, name in enumerate(("nonce", "action_hash", "revision"))
        }
        if mixed == {name: new[name] for name in mixed}:
            continue
        what = "+".join(name for n, name in enumerate(mixed) if bits >> n & 1)
        for decision in ("approve", "change"):
            given = {"arguments": {"text": "mine"}} if decision == "change" else {}
            tally(
                f"{decision} with the old {what}",
                lambda m=mixed, d=decision, g=given: here.decide(new, decision=d, **m, **g),
            )


def stale(here: World, tally: Attempt) -> None:
    """Approvals of what was shown before the edit changed."""
    for number, op in enumerate(OPS):
        shown = here.shown(f"before {number}")
        here.edit({"key": f"by-hand-{number:04}", **op})
        tally(f"after {op['op']} {number}", lambda s=shown: here.decide(s))
        fresh = here.desk.project.revision
        tally(
            f"after {op['op']} {number}, revision as now",
            lambda s=shown, r=fresh: here.decide(s, revision=r),
        )


def replayed(here: World, tally: Attempt) -> None:
    """A true approval, and then the same again in every way."""
    shown = here.shown()
    here.decide(shown)
    for number in range(10):
        tally(f"again, {number}", lambda: here.decide(shown))
    with ThreadPoolExecutor(AT_ONCE) as hands:
        for number in range(AT_ONCE):
            tally(f"again at once, {number}", lambda: list(hands.map(here.decide, [shown] * 4)))
    here.edit({"op": "undo", "key": "take-it-back"})
    for number in range(5):
        tally(f"after its undo, {number}", lambda: here.decide(shown))
    here.edit({"op": "redo", "key": "and-again-now"})
    for word in ("skip", "change", "replan", "stop"):
        tally(f"then {word}", lambda w=word: here.decide(shown, decision=w))


def nothing_shown(here: World, tally: Attempt) -> None:
    """Approvals while nothing waits for one: before any plan, after a skip and after a stop."""
    made_up = {"nonce": "n" * 32, "action_hash": "0" * 64, "revision": here.desk.project.revision}
    for number in range(5):
        tally(f"no plan yet, {number}", lambda: here.decide(made_up))
    for word in ("skip", "stop"):
        shown = here.shown(f"to be left: {word}")
        here.decide(shown, decision=word)
        for number in range(5):
            tally(f"after {word}, {number}", lambda s=shown: here.decide(s))


def doors(here: World, tally: Attempt) -> None:
    """A true approval sent to every other door, and Gradio's own ways around the page."""
    shown = here.shown()
    payload = {
        "project": here.desk.id, "decision": "approve",
        **{name: shown[name] for name in ("nonce", "action_hash", "revision")},
    }  # fmt: skip
    right = here.app.events["rc_decide"][0]
    last = max(number for numbers in here.app.events.values() for number in numbers)
    for number in range(-2, last + 4):
        if number != right:
            tally(f"function {number}", lambda n=number: here.app.event(n, payload))
    for method, path, body in other_doors(payload, right):
        tally(
            f"{method} {path}",
            lambda m=method, p=path, b=body: here.app.request(m, p, json=b),
        )
    here.app.idle()


def batches(here: World, tally: Attempt) -> None:
    """Batches of edits that are no edits by hand, and one edit many times under one key."""
    bad = [
        {"op": name}
        for name in ("approve", "apply", "decide", "commit", "render", "delete_footage", "shell",
                     "settings", "__class__", "", "INSERT", "undo\0", "fill; drop")
    ]  # fmt: skip
    bad += [
        {"op": "delete", "id": wrong} for wrong in ("", "c-9", "../c-1", "f-1", "c-1\0", "C-1", "*")
    ]
    bad += [
        {"op": "insert", "footage_id": wrong, "in_s": "0", "out_s": "1"}
        for wrong in ("", "f-9", "../../etc/passwd", "/etc/passwd", "http://127.0.0.1/", "f-1\n")
    ]
    bad += [
        {"op": "insert", "footage_id": "f-1", "in_s": start, "out_s": end}
        for start, end in (("-1", "1"), ("2", "1"), ("1", "1"), ("nan", "1"), ("0", "inf"),
                           ("0", "1e400"), ("0/0", "1"), ("0", "1/0"), ("__", "1"))
    ]  # fmt: skip
    bad += [{"op": "delete", "id": "c-1", extra: True} for extra in ("actor", "approved", "nonce")]
    for number, op in enumerate(bad):
        keyed = {"key": f"bad-{number:06}", **op}
        tally(f"op {json.dumps(op)[:50]}", lambda o=keyed: here.edit(o))
    once = {"op": "title", "text": "once", "at_s": "0", "length_s": "1", "key": "only-once-now"}
    tally("two hundred and one ops", lambda: here.edit(*([once] * 201)))
    tally("ops that are no list", lambda: here.edit(ops={"op": "delete", "id": "c-1"}))
    here.edit(once)
    for number in range(8):
        tally(f"the same key again, {number}", lambda: here.edit(once))
    with ThreadPoolExecutor(AT_ONCE) as hands:
        tally("the same key at once", lambda: list(hands.map(here.edit, [once] * AT_ONCE)))


def made_unasked(here: World, tally: Attempt) -> None:
    """Shots, settings and exports without what they need."""
    for wrong in ("", "c-1", "c-9", "../c-1", "f-1", "x" * 65):
        tally(f"make {wrong[:8]!r}", lambda w=wrong: here.send("rc_make", item_id=w))
    here.app.idle()
    for change in ({"approve_edit": "anything"}, {"no_such": 1}, {"__class__": "x"},
                   {"max_usd": "much"}, {"project": "/etc"}, {"engine": "shell"}):  # fmt: skip
        tally(f"settings {change}", lambda c=change: here.send("rc_set", changes=c))
    for kind in ("exe", "", "../mp4", "mp4\0", None):
        tally(f"export {kind!r}", lambda k=kind: here.send("rc_export", kind=k, key="k" * 12))
    for job in (1, -1, "1; DROP TABLE job", None):
        tally(f"again {job!r}", lambda j=job: here.send("rc_again", job_id=j, key="k" * 12))


Family = Callable[[World, Attempt], None]
FAMILIES: tuple[Family, ...] = (
    forged, swapped, stale, replayed, nothing_shown, doors, batches, made_unasked,
)  # fmt: skip


def outcomes(families: Sequence[Family] = FAMILIES) -> dict[str, Tally]:
    """Every attempt of the families, each family in a world of its own."""
    found: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as name:
        for family in families:
            called = getattr(family, "__name__", "")
            tally = found[called.replace("_", " ")] = Tally()
            with world(Path(name) / called) as here:
                family(here, _watched(here, tally))
    return found


def _watched(here: World, tally: Tally) -> Attempt:
    def attempt(name: str, do: Callable[[], object]) -> None:
        before = here.state()
        do()
        here.app.idle()
        after = here.state()
        tally.tried += 1
        changed = [part for part in before if before[part] != after[part]]
        if changed:
            tally.executed.append(f"{name}: changed {', '.join(changed)}")

    return attempt


def at_once(count: int = AT_ONCE) -> int:
    """How many edits come of `count` approvals of one proposal at the same time: 1."""
    with tempfile.TemporaryDirectory() as name, world(Path(name) / "at once") as here:
        shown = here.shown()
        before = len(here.state()["edits"])
        with ThreadPoolExecutor(count) as hands:
            list(hands.map(here.decide, [shown] * count))
        here.app.idle()
        return len(here.state()["edits"]) - before


def benchmark() -> Table:
    """Attempts by family."""
    table = Table(title="R13: approvals bypassed, replayed, swapped over HTTP")
    for heading in ("family", "attempts", "executed"):
        table.add_column(heading)
    sums: Counter[str] = Counter()
    for name, tally in outcomes().items():
        table.add_row(name, str(tally.tried), "; ".join(tally.executed) or "0")
        sums.update(tried=tally.tried, executed=len(tally.executed))
    table.add_row("one proposal approved at once", str(AT_ONCE), f"{at_once() - 1}")
    table.add_row("all", str(sums["tried"] + AT_ONCE), str(sums["executed"]))
    return table
