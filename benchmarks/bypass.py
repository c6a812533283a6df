"""R13: over three hundred attempts over HTTP to have done what nobody approved; none may be done.

The real app is served on loopback; the attempts come with a valid cookie, as they would from a
script in the page or another program of this user: forged, swapped, stale, replayed and concurrent
approvals, edits that are no edits, other doors to the same handlers, other programs at MCP's door
(`_bypass_mcp`). After each one, everything that an approval could have changed is compared with
what it was; after each family a true approval must still do what it should.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks._bypass import (
    BAD_OPS,
    EXTRAS,
    OPS,
    WORDS,
    forged_numbers,
    forged_projects,
    forged_texts,
    other_doors,
)
from benchmarks._bypass_mcp import (
    called_decisions,
    other_projects,
    programs_settings,
    programs_swaps,
    without_rights,
)
from benchmarks._bypass_world import (
    NAMED,
    Attempt,
    Enough,
    Shown,
    Tally,
    TrialError,
    World,
    alive,
    mixed,
    named,
    watched,
    world,
)

AT_ONCE = 12  # approvals of one proposal at the same time
DECISIONS = ("approve", "change", "skip", "replan", "stop")

# --- the families


def forged(here: World, tally: Attempt) -> None:
    """One field of a true approval made up, the others as they were shown."""
    shown = here.shown()
    for name in NAMED[:2]:
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
    for what, names in mixed(new, old):
        for word in DECISIONS:
            given = {"arguments": {"text": "mine"}} if word == "change" else {}
            sent = {"decision": word, **names, **given}
            tally(f"{word} with the old {what}", lambda s=sent: here.decide(new, **s))


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
    """A true approval, and then the same again in every way and at every later time."""
    shown = here.shown()
    here.decide(shown)
    tally("again", lambda: here.decide(shown))
    with ThreadPoolExecutor(AT_ONCE) as hands:
        tally("again at once", lambda: list(hands.map(here.decide, [shown] * AT_ONCE)))
    _once_more(here, tally, shown, "again")
    here.edit({"op": "undo", "key": "take-it-back"})
    _once_more(here, tally, shown, "after its undo")
    here.edit({"op": "redo", "key": "and-again-now"})
    _once_more(here, tally, shown, "after its redo")
    later = here.shown("a later one")
    _once_more(here, tally, shown, "while another waits")
    here.decide(later)
    _once_more(here, tally, shown, "after another was approved")
    tally("the later one again", lambda: here.decide(later))
    here.set(max_turns=39)
    _once_more(here, tally, shown, "after the project was opened anew")
    tally("the later one again, opened anew", lambda: here.decide(later))


def _once_more(here: World, tally: Attempt, shown: Shown, when: str) -> None:
    """What was approved is decided again with the revision of now, and in other words."""
    fresh = here.desk.project.revision
    tally(f"{when}, revision as now", lambda: here.decide(shown, revision=fresh))
    tally(f"{when}, with a note", lambda: here.decide(shown, note=when))
    mine = {"text": when, "at": "end"}
    tally(f"{when}, changed", lambda: here.decide(shown, decision="change", arguments=mine))
    for word in DECISIONS[2:]:
        tally(f"{when}, {word}", lambda w=word: here.decide(shown, decision=w, revision=fresh))


def nothing_shown(here: World, tally: Attempt) -> None:
    """Decisions while nothing waits for one: before any plan, after a skip and after a stop."""
    made_up = {"nonce": "n" * 32, "action_hash": "0" * 64, "revision": here.desk.project.revision}
    for word in DECISIONS:
        tally(f"no plan yet, {word}", lambda w=word: here.decide(made_up, decision=w))
    for end in ("skip", "stop"):
        left = here.shown(f"to be left: {end}")
        here.decide(left, decision=end)
        for word in DECISIONS:
            tally(f"{word} after {end}", lambda s=left, w=word: here.decide(s, decision=w))
    ended = here.shown("to be ended from the bar")
    here.send("rc_stop")
    for word in DECISIONS:
        tally(f"{word} after the plan ended", lambda w=word: here.decide(ended, decision=w))


def doors(here: World, tally: Attempt) -> None:
    """A true approval sent to every other door, and Gradio's own ways around the page."""
    shown = here.shown()
    payload = {"project": here.desk.id, "decision": "approve", **named(shown)}
    right = here.app.events["rc_decide"][0]
    last = max(number for numbers in here.app.events.values() for number in numbers)
    for number in range(-2, last + 4):
        if number != right:
            tally(f"function {number}", lambda n=number: here.app.event(n, payload))
    for method, path, body in other_doors(payload, right):
        tally(
            f"{method} {path}",
            lambda m=method, p=path, b=body: _knocked(here, m, p, b),
        )


def _knocked(here: World, method: str, path: str, body: Any) -> None:
    """A request made, and what it began waited for."""
    answer = here.app.request(method, path, json=body)
    if answer is not None and answer.status_code == 200 and path.endswith("/queue/join"):
        here.app.heard(body["session_hash"])


def batches(here: World, tally: Attempt) -> None:
    """Batches of edits that are no edits by hand, and one edit many times under one key."""
    for number, op in enumerate(BAD_OPS):
        keyed = {"key": f"bad-{number:06}", **op}
        tally(f"op {json.dumps(op)[:50]}", lambda o=keyed: here.edit(o))
    once = {"op": "title", "text": "once", "at_s": "0", "length_s": "1", "key": "only-once-now"}
    tally("two hundred and one ops", lambda: here.edit(*([once] * 201)))
    tally("ops that are no list", lambda: here.edit(ops={"op": "delete", "id": "c-1"}))
    here.edit(once)
    tally("the same key again", lambda: here.edit(once))
    tally("the same key, other words", lambda: here.edit({**once, "text": "twice"}))
    tally("the same key, another op", lambda: here.edit({**once, "op": "note", "text": "a note"}))
    tally("the same key twice in a batch", lambda: here.edit(once, once))
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
    called_decisions, programs_swaps, programs_settings, without_rights, other_projects,
)  # fmt: skip


def outcomes(families: Sequence[Family] = FAMILIES, *, first: bool = False) -> dict[str, Tally]:
    """Every attempt of the families, each family in a world of its own.

    first: a family ends with the first attempt that does something, as it should where a hole
    was made.
    """
    found: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as name:
        for family in families:
            called = getattr(family, "__name__", "")
            tally = found[called.replace("_", " ")] = Tally()
            with world(Path(name) / called) as here:
                try:
                    family(here, watched(here, tally, first=first))
                except Enough:
                    continue
                except TrialError as error:  # told beside what was done before it
                    tally.executed.append(f"the trial itself failed: {error}")
                    continue
                if dead := alive(here):
                    tally.executed.append(dead)
    return found


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
    for heading in ("family", "attempts", "distinct", "executed"):
        table.add_column(heading)
    sums: Counter[str] = Counter()
    for name, tally in outcomes().items():
        told = "; ".join(tally.executed) or "0"
        table.add_row(name, str(tally.tried), str(tally.distinct), told)
        sums.update(tried=tally.tried, distinct=tally.distinct, executed=len(tally.executed))
    table.add_row("one proposal approved at once", str(AT_ONCE), "1", f"{at_once() - 1}")
    table.add_row(
        "all", str(sums["tried"] + AT_ONCE), str(sums["distinct"] + 1), str(sums["executed"])
    )
    return table
