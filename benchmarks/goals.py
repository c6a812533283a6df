"""Goals as creators say them, tried on a library whose truth is known, checked by program.

Every goal of goals.toml is said to a fresh project; edits are approved, slow and paid work is only
looked at. What came of it is held against what the goal asks: the right tools, the length to the
frame, what is in it and what is not, order, opening, ending, aspect, footage used once, no cut
inside a word, every reason verified; and where a goal should not be understood, a question and an
untouched timeline. `python -m benchmarks.goals --held-out` tries the goals kept aside.

The brain is the one the settings name: ROUGHCUT_BRAIN=openai:MODEL measures a real model, with
tokens and dollars.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from agent import caps, state
from agent.session import Session
from benchmarks import _goal_library
from index.listening.cuts import said
from project import history
from project.errors import BrainError, CreatorError
from project.settings import Settings
from project.store import Project
from timeline.errors import EditError
from timeline.model import Clip, Timeline
from tools.proposal import Proposal

GOALS = Path(__file__).with_name("goals.toml")
MOST_STEPS = 12
BY_ITSELF = ("edit", "read")  # what is approved; all else is looked at and skipped


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one goal. problems: each check that did not hold, in words."""

    id: str
    category: str
    held_out: bool
    problems: tuple[str, ...]
    checks: int
    silent: bool  # an edit was made of a goal that should have been asked about
    seconds: float
    usage: caps.Usage


@dataclass
class Talk:
    """One conversation: what was said so far, and what the last sentence led to."""

    project: Project
    question: str = ""
    steps: list[tuple[str, str]] = field(default_factory=list)  # tool, status
    proposals: list[Proposal] = field(default_factory=list)
    before: Timeline | None = None

    def say(self, words: str) -> None:
        """Say it, approve what may be approved, and remember what came."""
        session = Session(self.project)
        self.question, self.steps, self.proposals = "", [], []
        self.before = history.current(self.project)
        view = session.ask(words)
        if view.question:
            self.question = view.question
            return
        for _ in range(MOST_STEPS):
            view = session.advance()
            if view.finished or view.shown is None:
                break
            shown = view.shown
            decision = "approve" if shown.proposal.effect in BY_ITSELF else "skip"
            view = session.decide(
                decision, nonce=shown.nonce, action_hash=shown.action_hash,
                revision=shown.revision,
            )  # fmt: skip
        self.steps = [(step.tool, step.status) for step in view.steps]
        stored = (state.last_proposal(self.project, step.id) for step in view.steps)
        self.proposals = [each.proposal for each in stored if each is not None]

    @property
    def timeline(self) -> Timeline:
        return history.current(self.project)

    def answer(self) -> str:
        return self.question or " ".join(p.answer for p in self.proposals)


def goals(file: Path = GOALS) -> list[dict[str, Any]]:
    """The goals of a file, each a table of what is said and what must come of it."""
    found: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["goal"]
    return found


def tried(goal: dict[str, Any], template: Path, place: Path, settings: Settings) -> Outcome:
    """One goal on a fresh copy of the library."""
    folder = place / goal["id"]
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("vectors", "*.lock"))
    began = time.perf_counter()
    with Project.open(folder, settings) as project:
        talk, problems, usage = Talk(project), list[str](), caps.Usage()
        try:
            for words in goal["say"]:
                try:
                    talk.say(words)
                finally:
                    usage += caps.usage(project)  # the meter starts anew with each sentence
        except (CreatorError, BrainError, EditError) as error:
            problems.append(f"it failed: {error}")
        wanted = {key: value for key, value in goal.items() if key in CHECKS}
        checked = [*wanted, *(() if goal.get("asks") else ALWAYS)]
        for name in checked:
            problems += CHECKS[name](wanted.get(name), talk)
        silent = bool(goal.get("asks")) and talk.before != talk.timeline
    seconds = time.perf_counter() - began
    shutil.rmtree(folder)
    return Outcome(
        goal["id"], goal["category"], goal.get("held_out", False), tuple(problems),
        len(checked), silent, seconds, usage,
    )  # fmt: skip


# --- checks: what must be so, and the conversation; each gives what is not so, in words

Check = Callable[[Any, Talk], list[str]]


def _shown(timeline: Timeline) -> list[str]:
    tags = _goal_library.tags()
    return [tags.get(clip.footage_id, "generated") for _, clip in timeline.clips()]


def _tools(wanted: list[str], talk: Talk) -> list[str]:
    have = [tool for tool, _ in talk.steps]
    return [] if have == wanted else [f"the steps are {have}, not {wanted}"]


def _uses(wanted: list[str], talk: Talk) -> list[str]:
    have = {tool for tool, _ in talk.steps}
    return [f"no step of {tool}" for tool in wanted if tool not in have]


def _length(wanted: float, talk: Talk) -> list[str]:
    timeline = talk.timeline
    frames = int(Fraction(str(wanted)) * timeline.rate + Fraction(1, 2))
    have = timeline.duration * timeline.rate
    return [] if have == frames else [f"it lasts {have} frames, not {frames}"]


def _between(wanted: list[float], talk: Talk) -> list[str]:
    have = float(talk.timeline.duration)
    return [] if wanted[0] <= have <= wanted[1] else [f"it lasts {have:.2f} s, not in {wanted}"]


def _has(wanted: list[str], talk: Talk) -> list[str]:
    have = _shown(talk.timeline)
    return [f"{tag} is not in it, only {sorted(set(have))}" for tag in wanted if tag not in have]


def _only(wanted: list[str], talk: Talk) -> list[str]:
    have = set(_shown(talk.timeline)) - set(wanted)
    return [f"{sorted(have)} is in it"] if have else []


def _without(wanted: list[str], talk: Talk) -> list[str]:
    return [f"{tag} is in it" for tag in wanted if tag in _shown(talk.timeline)]


def _order(wanted: list[str], talk: Talk) -> list[str]:
    firsts = [tag for tag in dict.fromkeys(_shown(talk.timeline)) if tag in wanted]
    return [] if firsts == wanted else [f"the order is {firsts}, not {wanted}"]


def _opens(wanted: str, talk: Talk) -> list[str]:
    have = _shown(talk.timeline)
    return [] if have and have[0] == wanted else [f"it opens on {have[:1]}, not {wanted}"]


def _ends(wanted: str, talk: Talk) -> list[str]:
    have = _shown(talk.timeline)
    return [] if have and have[-1] == wanted else [f"it ends on {have[-1:]}, not {wanted}"]


def _chronological(_: bool, talk: Talk) -> list[str]:
    taken = {_goal_library._id(made): made.created for made in _goal_library.everything()}
    times = [taken[clip.footage_id] for _, clip in talk.timeline.clips()]
    return [] if times == sorted(times) else [f"not in the order of filming: {times}"]


def _darker(_: bool, talk: Talk) -> list[str]:
    light = {_goal_library._id(made): made.light for made in _goal_library.everything()}
    levels = [light[clip.footage_id] for _, clip in talk.timeline.clips()]
    third = max(1, len(levels) // 3)
    first, last = sum(levels[:third]) / third, sum(levels[-third:]) / third
    return [] if levels and first > last else [f"it does not go from light to dark: {levels}"]


def _aspect(wanted: str, talk: Talk) -> list[str]:
    across, down = map(int, wanted.split(":"))
    have = Fraction(talk.timeline.width, talk.timeline.height)
    near = abs(float(have / Fraction(across, down)) - 1) < 0.02
    return [] if near else [f"it is {talk.timeline.width}x{talk.timeline.height}, not {wanted}"]


def _clips(wanted: int, talk: Talk) -> list[str]:
    have = len(talk.timeline.clips())
    return [] if have == wanted else [f"there are {have} clips, not {wanted}"]


def _titles(wanted: list[str], talk: Talk) -> list[str]:
    have = [title.text for title in talk.timeline.titles]
    return [f"no title {text!r}, only {have}" for text in wanted if text not in have]


def _muted(wanted: bool, talk: Talk) -> list[str]:
    have = {clip.muted for _, clip in talk.timeline.clips()}
    return [] if have == {wanted} else [f"muted is {have}, not {wanted}"]


def _holes(wanted: list[str], talk: Talk) -> list[str]:
    have = [gap.wanted.lower() for _, gap in talk.timeline.holes()]
    return [f"no hole for {word!r}, only {have}" for word in wanted
            if not any(word in text for text in have)]  # fmt: skip


def _answers(wanted: list[str], talk: Talk) -> list[str]:
    told = talk.answer().lower()
    return [f"{word!r} is not in the answer {told[:120]!r}" for word in wanted if word not in told]


def _finds(wanted: list[str], talk: Talk) -> list[str]:
    tags = _goal_library.tags()
    hits = [hit for p in talk.proposals for hit in p.data.get("hits", [])]
    have = [tags.get(str(hit.get("footage_id")), "?") for hit in hits]
    return [f"{tag} was not found first, but {have[:4]}" for tag in wanted if tag not in have[:3]]


def _arguments(wanted: dict[str, Any], talk: Talk) -> list[str]:
    """Arguments of the proposals, by tool: those named must be so."""
    bad = []
    for tool, fields in wanted.items():
        given = [p.arguments for p in talk.proposals if p.tool == tool]
        for name, value in fields.items():
            if not any(each.get(name) == value for each in given):
                have = [each.get(name) for each in given]
                bad.append(f"{tool}.{name} is {have}, not {value!r}")
    return bad


def _asks(_: bool, talk: Talk) -> list[str]:
    if talk.question:
        return []
    changed = talk.before != talk.timeline
    if not changed and not any(p.effect in ("slow", "paid") for p in talk.proposals):
        failed = [status for _, status in talk.steps if status in ("failed", "skipped")]
        if failed:
            return []  # it said why not, and nothing was done
    return [f"it did {[tool for tool, _ in talk.steps]} instead of asking"]


def _unchanged(_: bool, talk: Talk) -> list[str]:
    return [] if talk.before == talk.timeline else ["the timeline changed"]


def _once(_: Any, talk: Talk) -> list[str]:
    """No second of footage is shown twice."""
    clips = [clip for _, clip in talk.timeline.clips()]
    return [
        f"{one.name} {one.source} and {other.source} overlap"
        for place, one in enumerate(clips)
        for other in clips[place + 1 :]
        if one.footage_id == other.footage_id and one.source.overlap(other.source) > 0
    ]


def _words(_: Any, talk: Talk) -> list[str]:
    """No clip that is heard starts or ends inside a word, by more than the frame it must be on."""
    bad, frame = [], 1 / talk.timeline.rate
    for clip in _heard(talk.timeline):
        spoken = said(talk.project, clip.footage_id)
        for at in (clip.source.start, clip.source.end):
            if any(word.start < at - frame and at + frame < word.end for word in spoken):
                bad.append(f"{clip.name} is cut inside a word at {float(at):.2f} s")
    return bad


def _heard(timeline: Timeline) -> Iterator[Clip]:
    return (
        clip for _, clip in timeline.clips()
        if not clip.muted and not clip.footage_id.startswith("generated")
        and clip.footage_id in _goal_library.tags()
    )  # fmt: skip


def _reasons(_: Any, talk: Talk) -> list[str]:
    return [
        f"unverified: {reason.text} ({reason.problem})"
        for proposal in talk.proposals
        for reason in proposal.reasons
        if not reason.verified
    ]


def _none_failed(_: Any, talk: Talk) -> list[str]:
    return [f"{tool} failed" for tool, status in talk.steps if status == "failed"] + (
        [f"it asked: {talk.question[:160]}"] if talk.question else []
    )


CHECKS: dict[str, Check] = {
    "tools": _tools, "uses": _uses, "length": _length, "between": _between, "has": _has,
    "only": _only, "without": _without, "order": _order, "opens": _opens, "ends": _ends,
    "chronological": _chronological, "darker": _darker, "aspect": _aspect, "clips": _clips,
    "titles": _titles, "muted": _muted, "holes": _holes, "answers": _answers, "finds": _finds,
    "arguments": _arguments, "asks": _asks, "unchanged": _unchanged,
    "once": _once, "words": _words, "reasons": _reasons, "none_failed": _none_failed,
}  # fmt: skip
ALWAYS = ("once", "words", "reasons", "none_failed")


# --- running and telling


def outcomes(wanted: Sequence[dict[str, Any]], settings: Settings) -> Iterator[Outcome]:
    """Each goal tried on a copy of one library."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "library"
        with Project.create(template, settings) as project:
            _goal_library.build(project, Path(folder) / "footage")
        for goal in wanted:
            yield tried(goal, template, Path(folder), settings)


def table_of(found: Sequence[Outcome], brain: str) -> Table:
    """How many goals and checks hold, by category."""
    table = Table(title=f"{len(found)} goals, brain {brain}")
    for heading in ("category", "goals", "right", "checks", "hold", "silent edits", "s a goal"):
        table.add_column(heading, justify="left" if heading == "category" else "right")
    names = list(dict.fromkeys(each.category for each in found))
    for name in [*names, "all"]:
        some = [o for o in found if name in (o.category, "all")]
        checks = sum(o.checks for o in some)
        wrong = sum(min(o.checks, len(o.problems)) for o in some)
        table.add_row(
            name, str(len(some)), f"{sum(not o.problems for o in some) / len(some):.0%}",
            str(checks), f"{1 - wrong / max(1, checks):.0%}", str(sum(o.silent for o in some)),
            f"{sum(o.seconds for o in some) / len(some):.2f}",
        )  # fmt: skip
    tokens = sum(o.usage.tokens for o in found)
    if tokens:
        cost = sum(o.usage.money_usd for o in found)
        table.caption = f"{tokens} tokens, {cost:.3f} US dollars, {tokens / len(found):.0f} a goal"
    return table


def table_by_goal(found: Sequence[Outcome]) -> Table:
    """What each goal took of a model, and whether it came out right."""
    table = Table(title="By goal")
    for heading in ("goal", "right", "calls", "tokens", "US dollars", "s"):
        table.add_column(heading, justify="left" if heading == "goal" else "right")
    for each in found:
        used = each.usage
        table.add_row(
            each.id, "no" if each.problems else "yes", str(used.turns), f"{used.tokens:,}",
            f"{used.money_usd:.4f}", f"{each.seconds:.1f}",
        )  # fmt: skip
    return table


def benchmark() -> Table:
    """The goals that the grammar was built beside; the others are for `--held-out`."""
    settings = Settings()
    mine = [goal for goal in goals() if not goal.get("held_out")]
    return table_of(list(outcomes(mine, settings)), settings.brain)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.goals", description=__doc__)
    parser.add_argument("--file", type=Path, default=GOALS)
    parser.add_argument("--held-out", action="store_true", help="the goals kept aside, alone")
    parser.add_argument("--all", action="store_true", help="both, each in a table of its own")
    parser.add_argument("--only", nargs="+", help="categories or ids")
    parser.add_argument("--quiet", action="store_true", help="do not print what went wrong")
    parser.add_argument("--json", type=Path, help="a file for every outcome")
    given = parser.parse_args()
    console, settings, kept = Console(), Settings(), []
    every = goals(given.file)
    if given.only:
        every = [g for g in every if g["category"] in given.only or g["id"] in given.only]
    for aside in (False, True):
        mine = [goal for goal in every if bool(goal.get("held_out")) == aside]
        if not mine or not (given.all or aside == given.held_out):
            continue
        found = []
        for outcome in outcomes(mine, settings):
            found.append(outcome)
            for problem in () if given.quiet else outcome.problems:
                console.print(f"[dim]{outcome.id}:[/dim] {problem}", highlight=False, markup=True)
        if settings.brain != "embedded":
            console.print(table_by_goal(found))
        console.print(table_of(found, settings.brain))
        kept += found
    if given.json:
        rows = [{"id": o.id, "category": o.category, "held_out": o.held_out,
                 "problems": o.problems, "checks": o.checks, "silent": o.silent,
                 "calls": o.usage.turns, "tokens": o.usage.tokens, "usd": o.usage.money_usd,
                 "seconds": round(o.seconds, 3)} for o in kept]  # fmt: skip
        given.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
