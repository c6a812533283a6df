"""What a model is sent, and how long a plan takes, at 12, 1,000 and 10,000 pieces of footage.

The library is made by rows; on its timeline stands a film of 60 clips, and 40 turns were said. A
scripted model on loopback answers at once, so that the seconds are Roughcut's own: search, topics,
timeline, memory. Tokens are the upper estimate of `agent.tokens`, or counted by the tokenizer that
ROUGHCUT_TOKENIZER names. ROUGHCUT_BENCH_ALL=0 leaves the largest out.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.table import Table

import index.search
from agent import state, tokens
from agent.brain import all_tools
from agent.chat import Chat
from agent.llm import PLAN, LLMBrain
from agent.values import Goal, PlannedStep
from benchmarks._many import WordEmbedder, build
from index import library
from project import footage as store
from project import history
from project.settings import Settings
from project.store import Project
from tests.servers import Scripted, ScriptedServer, calls, says
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange

COUNTS = (12, 1_000, 10_000)
CLIPS, TURNS = 60, 40
GOALS = (
    "a calm 30 second film of the beach, end on a sunset",
    "the concert at night, fast, with the singer and the crowd",
    "show me shots of a dog",
)


def benchmark() -> Table:
    """A row for each size."""
    table = Table(title="What a model is sent, in tokens, and Roughcut's own seconds")
    for heading in ("footage", "moments", "budget", "project data", "plan prompt", "bind prompt",
                    "s the first", "s a plan", "s a bind", "within"):  # fmt: skip
        table.add_column(heading, justify="right")
    counts = COUNTS[:-1] if os.environ.get("ROUGHCUT_BENCH_ALL") == "0" else COUNTS
    words, places = WordEmbedder(), (library, index.search)
    true, settle = [place.embedder for place in places], library.settle
    for place in places:
        place.embedder = lambda _: words  # type: ignore[assignment]
    library.settle = lambda _: None
    try:
        for count in counts:
            table.add_row(*measured(count))
    finally:
        for place, embedder in zip(places, true, strict=True):
            place.embedder = embedder
        library.settle = settle
    return table


def measured(count: int) -> list[str]:
    """The row of one size."""
    with tempfile.TemporaryDirectory() as name, ScriptedServer(_answer) as server:
        settings = Settings(brain="openai:scripted", base_url=server.url, max_turns=1_000,
                            max_tokens=10**9)  # fmt: skip
        with Project.create(Path(name) / "project", settings) as project:
            build(project, count)
            library.refresh(project)
            film(project)
            brain = LLMBrain(settings, all_tools(), chat=Chat(settings))
            first = _timed(lambda: brain.plan(GOALS[0], project))  # caches are filled
            plans = [_timed(lambda goal=goal: brain.plan(goal, project)) for goal in GOALS]
            binds = [_timed(lambda tool=tool: _bound(brain, tool, project))
                     for tool in ("storyboard", "arrange", "sound")]  # fmt: skip
            moments = project.row("SELECT count(*) AS n FROM moment")
        sent = server.requests
    count_of = tokens.counter(settings)
    data = max(count_of(_data(request)) for request in sent)
    plan, bind = (
        max(count_of(_whole(request)) for request in sent if _is_plan(request) is kind)
        for kind in (True, False)
    )
    within = "yes" if data <= settings.context_tokens else "NO"
    return [
        f"{count:,}", f"{moments['n'] if moments else 0:,}", f"{settings.context_tokens:,}",
        f"{data:,}", f"{plan:,}", f"{bind:,}",
        f"{first:.2f}", f"{statistics.median(plans):.2f}", f"{statistics.median(binds):.2f}",
        within,
    ]  # fmt: skip


def film(project: Project) -> None:
    """A film of CLIPS clips, and TURNS turns of talk."""
    usable = store.all_footage(project, usable=True)
    clips = []
    for number in range(CLIPS):
        footage = usable[number % len(usable)]
        span = TimeRange(Fraction(0), Fraction(1))
        clips.append(Clip(f"c-{number}", footage.id, footage.name, span, footage.range,
                          beat="the sea at rest"))  # fmt: skip
    tracks = (Track("V1", "video", tuple(clips)),)
    history.commit(project, Timeline(tracks=tracks), "a film", actor="hand")
    for number in range(TURNS):
        state.say(project, "creator", f"wish {number}: a calmer beginning, and more of the sea")
        state.say(project, "assistant", "My plan:\n1. Cut it again, calmer\n2. Lay soft music")


def _bound(brain: LLMBrain, tool: str, project: Project) -> None:
    goal = Goal(text=GOALS[0], length_s=30, subjects=("beach", "surfer"), ending="a sunset")
    brain.bind(PlannedStep(tool=tool, intent="cut a calm film of the beach"), goal, project, "")


def _answer(request: dict[str, Any]) -> Scripted:
    offered = [t["function"]["name"] for t in request.get("tools") or ()]
    if not offered:
        return says("They want a calmer film of the sea.")
    step = {"tool": "search", "intent": "look"}
    return calls(offered[0], {"goal": {"text": "x"}, "steps": [step]} if PLAN in offered else {})


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _is_plan(request: dict[str, Any]) -> bool:
    return any(t["function"]["name"] == PLAN for t in request.get("tools") or ())


def _data(request: dict[str, Any]) -> str:
    text = str(request["messages"][0]["content"])
    return text[text.rindex("\n<data>") :]


def _whole(request: dict[str, Any]) -> str:
    said = "\n".join(str(message["content"]) for message in request["messages"])
    return said + json.dumps(request.get("tools") or [])
