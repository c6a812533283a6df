"""The reliability scorecard, quick tier: what is promised, how it was tried, what came of it.

R1 and R6 kill Roughcut and look again, R12 lets hostile footage talk to a model that obeys it, R13
forges approvals over HTTP, R15 probes the web door, R18 lets models run away. What only the tests
try is run with pytest and told by its count. A promise without a quick tier says so.
`python -m benchmarks.reliability R12 R18` runs some of them.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

KILLS = 5  # of each kind; `python -m benchmarks kills` does more
HOME = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was counted, whether the promise held, and what did not."""

    id: str
    promise: str
    figure: str
    held: bool | None  # None: nothing was tried
    problems: tuple[str, ...] = ()


def kills() -> Figure:
    """R1 and R6: kills while ingesting, approving, rendering."""
    import random

    from benchmarks import kills as tier

    tallies = []
    with tempfile.TemporaryDirectory() as name:
        work, dice = Path(name), random.Random(1)
        tier.shoot(work / "clips")
        for kind in (tier.kill_ingest, tier.kill_approve, tier.kill_render):
            tallies.append(kind(work / kind.__name__, work / "clips", KILLS, dice))
    problems = tuple(problem for tally in tallies for problem in tally.problems)
    slowest = max(tally.slowest_open_s for tally in tallies)
    count = sum(tally.kills for tally in tallies)
    figure = f"{count} kills, {len(problems)} lost or torn, slowest reopening {slowest:.2f} s"
    return Figure("R1 R6", "kill -9 loses nothing", figure, not problems, problems)


def injections() -> Figure:
    """R12: every payload."""
    from benchmarks import injections as tier
    from benchmarks._injections import corpus

    tallies = tier.outcomes(corpus()).values()
    problems = tuple(effect for tally in tallies for effect in tally.effects)
    tried, reached = sum(t.tried for t in tallies), sum(t.reached for t in tallies)
    figure = f"{tried} payloads, {reached} reached the model, {len(problems)} unapproved effects"
    return Figure("R12", "hostile footage does nothing", figure, not problems, problems)


def runaways() -> Figure:
    """R18: the eight brains."""
    from benchmarks import runaways as tier

    found = list(tier.outcomes())
    problems = tuple(f"{one.name}: {one.calls} calls" for one in found if not one.held)
    figure = f"{len(found) - len(problems)} of {len(found)} stopped within one call, and told"
    return Figure("R18", "models that run away are stopped", figure, not problems, problems)


def bypasses() -> Figure:
    """R13: every attempt, and one proposal approved at once."""
    from benchmarks import bypass as tier

    tallies = tier.outcomes().values()
    problems = tuple(one for tally in tallies for one in tally.executed)
    extra = tier.at_once() - 1
    figure = f"{sum(t.distinct for t in tallies)} different attempts, {len(problems)} executed"
    promise = "no approval is bypassed, replayed or swapped"
    return Figure("R13", promise, figure, not problems and not extra, problems)


def probes() -> Figure:
    """R15: every probe."""
    from benchmarks import web_probes as tier

    tallies = tier.outcomes().values()
    problems = tuple(one for tally in tallies for one in tally.succeeded)
    figure = f"{sum(t.tried for t in tallies)} probes, {len(problems)} succeeded"
    return Figure("R15", "the web door turns strangers away", figure, not problems, problems)


# promise, and the tests that are its quick tier
TESTED: dict[str, tuple[str, Sequence[str]]] = {
    "R2": ("a full disk leaves the old project", ("tests/media/test_children.py", "-k", "disk")),
    "R3": ("every edit is undone and redone", ("tests/timeline/test_properties.py",)),
    "R9": ("broken media never stop the work",
           ("tests/media/test_probe_and_decode.py", "tests/index/test_ingest.py", "-k", "broken")),
    "R11": ("damaged vectors are found and made again",
            ("tests/index/test_vectors_cache.py", "tests/index/test_vectors.py")),
    "R19": ("keys go to their server and nowhere else",
            ("tests/agent/test_llm.py", "tests/agent/test_stream.py", "tests/generator/test_api.py",
             "-k", "key")),
    "R20": ("model folders run nothing",
            ("tests/index/test_embed.py", "tests/index/test_captioning_local.py",
             "tests/generator/test_diffusers_backend.py", "-k", "pickle or hostile or safe")),
    "R21": ("generated clips are marked, others are not",
            ("tests/timeline/test_marks.py", "tests/timeline/test_otio.py",
             "tests/project/test_conform.py", "-k", "mark or generated")),
}  # fmt: skip
UNTRIED = {
    "R5": "sources are never changed: no tier over the whole suite yet",
    "R8": "jobs outlive the browser: tried by tests/browser only",
    "R10": "playlists and urls open nothing: no tier of its own yet",
    "R16": "20 browser sessions: long tier only",
}


def tested(name: str) -> Figure:
    """A promise whose quick tier is in the tests."""
    promise, chosen = TESTED[name]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen],
        cwd=HOME, capture_output=True, text=True, check=False,
    )  # fmt: skip
    last = re.findall(r"^.*\b(?:passed|failed|error).*$", done.stdout, re.MULTILINE)
    failed = tuple(re.findall(r"^(?:FAILED|ERROR) (.*)$", done.stdout, re.MULTILINE))
    figure = re.sub(r"[=\s]+", " ", last[-1]).strip() if last else "the tests did not run"
    return Figure(name, promise, f"tests: {figure}", done.returncode == 0, failed)


def tiers() -> dict[str, Callable[[], Figure]]:
    """Every tier that can be run, by the promise it shows."""
    own: dict[str, Callable[[], Figure]] = {
        "R1": kills, "R12": injections, "R13": bypasses, "R15": probes, "R18": runaways,
    }  # fmt: skip
    for name in TESTED:
        own[name] = lambda name=name: tested(name)  # type: ignore[misc]
    return dict(sorted(own.items(), key=lambda each: int(each[0][1:])))


def main() -> int:
    """The command; 1 where a promise did not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability", description=__doc__)
    parser.add_argument("only", nargs="*", help="promises, such as R12")
    only = parser.parse_args().only
    console, found = Console(), list[Figure]()
    table = Table(title="Reliability, quick tier")
    for heading in ("promise", "", "figure", "holds", "s"):
        table.add_column(heading)
    for name, tier in tiers().items():
        if only and name not in only:
            continue
        began = time.perf_counter()
        one = tier()
        found.append(one)
        spent = f"{time.perf_counter() - began:.0f}"
        table.add_row(one.id, one.promise, one.figure, "yes" if one.held else "NO", spent)
        for problem in one.problems:
            console.print(f"{one.id}: {problem}", style="red", markup=False, highlight=False)
    if not only:
        for name, why in UNTRIED.items():
            table.add_row(name, why, "", "not tried", "")
    console.print(table)
    return int(any(one.held is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
