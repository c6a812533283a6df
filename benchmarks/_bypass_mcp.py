"""R13 through the door for other programs: they read and propose, and can approve in no way.

A program holds MCP's token and nothing else. It calls tools that would decide, hides an approval
in what it asks for, changes what is shown under the creator's hand, repeats itself, waits for a
setting to approve it, and comes to the page's door. Projects that are not the one served belong
here too: their approvals are no approvals of this one.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from benchmarks._bypass import EXTRAS
from benchmarks._bypass_program import (
    DECIDING,
    GOALS,
    METHODS,
    ODD_CALLS,
    PROPOSES,
    SMUGGLED,
    credentials,
    decision_doors,
    visits,
)
from benchmarks._bypass_world import Attempt, Shown, TrialError, World, mixed, named
from benchmarks.injections import template
from project.settings import Settings

MCP = "/mcp"
PACED = "calls in a minute"


class Program:
    """Another program, with MCP's token."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.rights = {"authorization": f"Bearer {here.app.site.mcp_token}"}

    def ask(self, method: str, params: Any, **more: Any) -> str:
        """What the door answers to a message."""
        said = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params, **more}
        headers = {**self.rights, "accept": "application/json, text/event-stream"}
        answer = self.here.app.stranger.post(MCP, json=said, headers=headers)
        if PACED in answer.text:
            raise TrialError("the pace of calls turned this down, not what it asks for")
        known = self.here.desk.project.rows("SELECT nonce, action_hash FROM proposal")
        if any(secret in answer.text for row in known for secret in row):
            self.here.leaks.append(f"{method} told what approves")
        return answer.text

    def call(self, tool: Any, arguments: Any, **more: Any) -> str:
        return self.ask("tools/call", {"name": tool, "arguments": arguments, **more})

    def propose(self, tool: str, arguments: dict[str, Any]) -> Shown:
        """What the page shows after a proposal. Raises TrialError where it shows no new one."""
        before = self.here.seen()
        told = self.call(tool, arguments)
        shown = self.here.seen()
        if shown is None or (before is not None and before["nonce"] == shown["nonce"]):
            raise TrialError(f"{tool} proposed nothing: {told[:300]}")
        return shown

    def works(self) -> None:
        """Raises TrialError where this program is turned down whatever it asks for."""
        self.here.send("rc_stop")
        self.propose("title", {"text": "a wish of its own", "at": "start"})


def called_decisions(here: World, tally: Attempt) -> None:
    """Decisions about what is shown, sent as tools, as arguments, as messages and as words."""
    program, shown = Program(here), here.shown()
    approve = {"decision": "approve", **named(shown)}
    for name in DECIDING:
        tally(f"tool {name!r}", lambda n=name: program.call(n, approve))
    for extra in (*EXTRAS, *SMUGGLED, approve, {"project": here.desk.id, **approve}):
        given = {"text": "smuggled", "at": "start", **extra}
        tally(f"title with {', '.join(extra)}", lambda g=given: program.call("title", g))
        here.shown()
    approve = {"decision": "approve", **named(here.shown())}
    for name, arguments, more in ODD_CALLS:
        given = approve if arguments == "approve" else arguments
        tally(f"call {name!r} {more}", lambda n=name, g=given, m=more: program.call(n, g, **m))
        here.shown()
    approve = {"decision": "approve", **named(here.shown())}
    for method in METHODS:
        tally(f"message {method}", lambda m=method: program.ask(m, {**approve, "name": "decide"}))
    for words in GOALS:
        said = words.format(**approve)
        tally(f"goal {said[:30]!r}", lambda s=said: program.call("plan_goal", {"words": s}))
    program.works()


def programs_swaps(here: World, tally: Attempt) -> None:
    """What is shown changed under the creator's hand, mixed with what was, and asked for again."""
    program = Program(here)
    here.shown()
    tally("what it may know of the plan", lambda: program.call("project_state", {}))
    for tool, arguments in PROPOSES:
        old = here.shown(f"before {tool}")
        tally(f"{tool} proposed", lambda t=tool, a=arguments: program.call(t, a))
        new = here.seen()
        if new is None or new["nonce"] == old["nonce"]:
            raise TrialError(f"{tool} proposed nothing")
        tally(f"what {tool} took the place of", lambda o=old: here.decide(o))
        for what, names in mixed(new, old):
            if names != named(old):
                tally(f"{tool} with the old {what}", lambda n=new, m=names: here.decide(n, **m))
        here.send("rc_stop")
        tally(f"{tool} after the plan ended", lambda n=new: here.decide(n))
    once = {"text": "approved once", "at": "start"}
    shown = program.propose("title", once)
    here.decide(shown)
    tally("what was approved, asked for again", lambda: program.call("title", once))
    tally("what was approved, approved again", lambda: here.decide(shown))


def programs_settings(here: World, tally: Attempt) -> None:
    """What a program asks for while a setting approves the assistant's own edits by itself."""
    program = Program(here)
    for way in ("auto", "show"):
        here.set(approve_edit=way)
        before = len(here.state()["edits"])
        here.send("rc_say", words=f"the creator's own, {way}")
        here.app.idle()
        if len(here.state()["edits"]) != before + 1:
            raise TrialError(f"approve_edit={way} did not approve the assistant's own edit")
        for tool, arguments in PROPOSES:
            tally(f"{tool}, {way}", lambda t=tool, a=arguments: program.call(t, a))
            tally(f"{tool}, {way}, gone on", lambda: here.send("rc_advance"))
            here.edit({"op": "note", "text": tool, "at_s": "1", "key": f"between-{way}-{tool}"})
            tally(f"{tool}, {way}, gone on after an edit", lambda: here.send("rc_advance"))
            _after_an_edit(here, tally, program, tool, arguments)
        here.send("rc_stop")
        said = {"words": f"a film by {way}"}
        tally(f"a goal, {way}", lambda s=said: program.call("plan_goal", s))
        tally(f"a goal, {way}, gone on", lambda: here.send("rc_advance"))
        here.send("rc_stop")
    here.set(approve_edit="ask")


def _after_an_edit(
    here: World, tally: Attempt, program: Program, tool: str, arguments: dict[str, Any]
) -> None:
    """What a program proposed is approved when the project has moved on: it is shown again."""
    here.send("rc_stop")
    shown = program.propose(tool, arguments)
    here.edit({"op": "note", "text": tool, "at_s": "1", "key": f"moved-{shown['nonce']}"})
    tally(f"{tool}, approved after an edit", lambda: here.decide(shown))
    here.send("rc_stop")


def without_rights(here: World, tally: Attempt) -> None:
    """Approvals with MCP's token where the page's cookie belongs, calls with the page's keys."""
    program, shown = Program(here), here.shown()
    here.proposing = True
    payload = {"project": here.desk.id, "decision": "approve", **named(shown)}
    body = here.app.joining("rc_decide", payload, "s" * 10)
    token, keys = here.app.site.mcp_token, here.app.keys

    def send(path: str, said: Any, headers: dict[str, str], method: str = "POST") -> None:
        with here.app.stranger.stream(method, path, json=said, headers=headers) as answer:
            if "content-length" in answer.headers:  # else it may be a stream without an end
                answer.read()

    for path, headers in decision_doors(token, keys, here.app.own):
        tally(
            f"approve at {path.split('?')[0]} with {list(headers)}",
            lambda p=path, h=headers: send(p, body, h),
        )
    call = {"name": "title", "arguments": {"text": "without rights", "at": "start"}}
    said = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    for what, headers in credentials(token, keys, here.app.host):
        accepting = {"accept": "application/json, text/event-stream", **headers}
        tally(f"a call with {what}", lambda h=accepting: send(MCP, said, h))
    for method, path in visits(token):
        tally(
            f"{method} {path.split('?')[0]}",
            lambda m=method, p=path: send(p, said, program.rights, m),
        )
    if not (found := here.seen()) or found["nonce"] != shown["nonce"]:
        raise TrialError("what was shown is not shown any more")
    program.works()


def other_projects(here: World, tally: Attempt) -> None:
    """What approves in one project sent to another, both ways, while each of them is open."""
    first = here.desk.project.folder
    second = here.folder / "other" / "project"
    template(second, Settings())
    ids: dict[Path, str] = {first: here.desk.id}
    shown = {first: here.shown("in the first")}
    _open(here, second)
    ids[second], shown[second] = here.desk.id, here.shown("in the second")
    for open_one, closed in ((second, first), (first, second)):
        _open(here, open_one)
        mine, theirs = shown[open_one], shown[closed]
        standing = _standing(closed)
        for what, names in mixed(mine, theirs):
            for word in ("approve", "change", "skip"):
                given = {"arguments": {"text": "mine"}} if word == "change" else {}
                sent = {"decision": word, **names, **given}
                tally(
                    f"{word} with the other project's {what}",
                    lambda m=mine, s=sent: here.decide(m, **s),
                )
        for which, whole in (("its own", theirs), ("this one's", mine)):
            tally(
                f"the other project named, {which} approval",
                lambda n=whole, i=ids[closed]: here.decide(n, project=i),
            )
        approve = {"decision": "approve", **named(theirs)}
        for extra in ({"project": ids[closed]}, {"project_id": ids[closed]}, approve):
            given = {"text": "there", "at": "start", **extra}
            tally(
                f"a program's title with {', '.join(extra)}",
                lambda g=given: Program(here).call("title", g),
            )
        if _standing(closed) != standing:
            raise TrialError("the project that is closed was changed")


def _open(here: World, folder: Path) -> None:
    here.app.event("rc_open", {"folder": str(folder)})
    if here.desk.project.folder != folder:
        raise TrialError(f"{folder} was not opened")


def _standing(folder: Path) -> str:
    """What a project that is not open holds of edits and decisions."""
    with sqlite3.connect(f"file:{folder / 'roughcut.db'}?mode=ro", uri=True) as db:
        found = [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("edit", "decision")]
    db.close()
    return json.dumps(found, default=str)
