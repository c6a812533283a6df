"""What a creator's decisions show again and again: how films are cut, what is left out.

Worked out from the history and the decisions that stand, never from one of them: three must
agree, and two of three of all there are. What was undone teaches nothing, and neither does a
film that only kept what a preference gave it.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from project.store import Project
from timeline import document
from timeline.model import Timeline
from tools.proposal import Proposal

Kind = Literal[
    "shot length", "length", "aspect", "opening", "ending", "sound", "leave out", "holes"
]  # fmt: skip
AGREE = 3  # decisions that must say the same
FILMS = 12  # looked back at
NEAR = Fraction(1, 5)  # how far a shot length may lie from the usual one
_SHAPES = {
    "16:9": Fraction(16, 9), "9:16": Fraction(9, 16), "1:1": Fraction(1), "4:5": Fraction(4, 5),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Habit:
    """Something decided the same way several times. `how` says by what: "approved" ..."""

    kind: Kind
    value: str
    taught: tuple[int, ...]  # the decisions that say so, newest first; 0 for one that was not kept
    how: str


@dataclass(frozen=True, slots=True)
class Film:
    """A cut that was approved, as it was first and as it was when the next film began."""

    decision: int
    arguments: Mapping[str, Any]
    given: Mapping[str, str]  # what preferences gave it: kind -> value
    first: Timeline
    last: Timeline


_LINE = """
    WITH RECURSIVE line (id, parent_id, depth) AS (
        SELECT edit.id, edit.parent_id, 0 FROM edit
        WHERE edit.id = (SELECT edit_id FROM head ORDER BY id DESC LIMIT 1)
        UNION ALL
        SELECT edit.id, edit.parent_id, depth + 1 FROM edit JOIN line ON edit.id = line.parent_id
    )
    SELECT line.id, line.depth, proposal.id AS proposal,
        (SELECT max(id) FROM decision WHERE proposal_id = proposal.id) AS decision
    FROM line JOIN edit USING (id)
    LEFT JOIN proposal ON proposal.nonce = edit.key
        AND proposal.step_id IN (SELECT id FROM step WHERE tool = 'storyboard')
    ORDER BY depth
"""


def films(project: Project) -> list[Film]:
    """The films on the way to the timeline that stands, newest first; none that was undone.

    A cut that kept the rest of the film it replaced is that film cut again: they count once.
    """
    found: list[Film] = []
    ended: int | None = None  # the edit a film ended with
    newest: tuple[int, int, Proposal] | None = None  # of the cuts of one film: edit, decision
    for row in project.rows(_LINE):
        ended = row["id"] if ended is None else ended
        if row["proposal"] is None:
            continue
        proposal = _proposal(project, row["proposal"])
        newest = newest or (row["id"], row["decision"] or 0, proposal)
        if proposal.arguments.get("keep_rest") is not False and _stood(project, row["id"]):
            continue
        edit, decision, cut = newest
        given = cut.data.get("preferences", {})
        first, last = _document(project, edit), _document(project, ended)
        found.append(Film(decision, cut.arguments, given, first, last))
        ended, newest = None, None
        if len(found) == FILMS:
            break
    return found


def _proposal(project: Project, number: int) -> Proposal:
    row = project.row("SELECT document FROM proposal WHERE id = ?", number)
    assert row is not None  # ids come from the same table
    return Proposal.model_validate_json(row["document"])


def _document(project: Project, edit_id: int) -> Timeline:
    row = project.row("SELECT document FROM edit WHERE id = ?", edit_id)
    assert row is not None  # ids come from the same table
    return document.loads(row["document"])


def _stood(project: Project, edit_id: int) -> bool:
    """Whether a film stood already when this edit cut one."""
    row = project.row("SELECT parent_id FROM edit WHERE id = ?", edit_id)
    if row is None or row["parent_id"] is None:
        return False
    return bool(_document(project, row["parent_id"]).clips())


def learned(project: Project, since: Mapping[str, int]) -> list[Habit]:
    """Every habit there is. `since`: for a key, the last decision that teaches nothing of it."""
    every = films(project)
    found: list[Habit] = []
    for kind, rule in _RULES.items():
        found += rule([film for film in every if film.decision > since.get(kind, 0)])
    found += [h for h in _left_out(every) if _after(h, every, since)]
    found += _holes(project, since.get("holes", 0))
    return found


def _after(habit: Habit, every: Sequence[Film], since: Mapping[str, int]) -> bool:
    """Whether what is left out still is, by what was decided after it was forgotten."""
    forgotten = since.get(f"leave out {habit.value}", 0)
    newer = [film for film in every if film.decision > forgotten]
    return not forgotten or any(h.value == habit.value for h in _left_out(newer))


def _usual(values: Sequence[str | None]) -> str | None:
    """What at least three films and two of three of them say."""
    said = Counter(value for value in values if value)
    if not said:
        return None
    value, times = said.most_common(1)[0]
    return value if times >= AGREE and times * 3 >= len(values) * 2 else None


def _alike(
    kind: Kind, of: Callable[[Film], str | None], how: str
) -> Callable[[Sequence[Film]], list[Habit]]:
    """The rule for what a film either has or has not; a film that was only given it is no word."""

    def rule(every: Sequence[Film]) -> list[Habit]:
        own = [film for film in every if not _given(film, kind, of(film))]
        value = _usual([of(film) for film in own])
        taught = tuple(film.decision for film in own if of(film) == value)
        return [Habit(kind, value, taught, how)] if value else []

    return rule


def _given(film: Film, kind: str, value: str | None) -> bool:
    """Whether a film has something because a preference gave it, and nobody changed it since."""
    return kind in film.given and value in (None, film.given[kind])


def _length(film: Film) -> str | None:
    asked = film.arguments.get("length_s")
    return f"{float(asked):g}" if asked else None


def _aspect(film: Film) -> str | None:
    """The shape that was asked for, or that the frame was given later."""
    shape = Fraction(film.last.width, film.last.height)
    changed = (film.first.width, film.first.height) != (film.last.width, film.last.height)
    if changed:
        return next((name for name, ratio in _SHAPES.items() if ratio == shape), None)
    asked = film.arguments.get("aspect")
    return str(asked) if asked else None


def _edge(name: str) -> Callable[[Film], str | None]:
    def of(film: Film) -> str | None:
        return str(film.arguments.get(name) or "").strip().casefold() or None

    return of


def _sound(film: Film) -> str | None:
    clips = [clip for _, clip in film.last.clips()]
    return "mute" if clips and all(clip.muted for clip in clips) else None


def _shot_length(every: Sequence[Film]) -> list[Habit]:
    """How long shots usually last: the middle shot of each film, after the creator's edits."""
    lengths = []
    for film in every:
        shots = [clip.duration for _, clip in film.last.clips()]
        middle = statistics.median(shots) if len(shots) >= 2 else None
        given = Fraction(film.given.get("shot length", "0"))
        if middle is not None and not (given and abs(middle - given) <= NEAR * given):
            lengths.append((film.decision, middle))
    if not lengths:
        return []
    usual = statistics.median(length for _, length in lengths)
    near = [one for one in lengths if abs(one[1] - usual) <= NEAR * usual]
    if len(near) < AGREE or len(near) * 3 < len(lengths) * 2:
        return []
    middle = statistics.median(length for _, length in near)
    value = f"{float(round(middle * 10) / 10):g}"
    return [Habit("shot length", value, tuple(decision for decision, _ in near), "approved")]


def _left_out(every: Sequence[Film]) -> list[Habit]:
    """Words that are excluded again and again, and footage that is taken out of every film."""
    words: dict[str, list[int]] = {}
    for film in every:
        for word in {word.casefold() for word in film.arguments.get("exclude", ())}:
            words.setdefault(word, []).append(film.decision)
    found = [
        Habit("leave out", word, tuple(taught), "asked for")
        for word, taught in words.items()
        if len(taught) >= AGREE and len(taught) * 3 >= len(every) * 2
    ]
    chosen, dropped = Counter[str](), dict[str, list[int]]()
    for film in every:
        stays = _names(film.last)
        for name in _names(film.first):
            chosen[name] += 1
            if name not in stays:
                dropped.setdefault(name, []).append(film.decision)
        for name in stays - _names(film.first):
            chosen[name] += 1  # put in by the creator: it is no footage that is left out
    found += [
        Habit("leave out", name, tuple(taught), "took it out")
        for name, taught in dropped.items()
        if len(taught) >= AGREE and len(taught) == chosen[name]
    ]
    return found


def _names(timeline: Timeline) -> set[str]:
    """The files a film shows, by name; what was made for it is no file anybody leaves out."""
    return {clip.name for _, clip in timeline.clips() if clip.origin is None}


def _holes(project: Project, since: int) -> list[Habit]:
    """Whether steps that would fill holes are skipped, plan after plan, and never approved."""
    rows = project.rows(
        "SELECT step.plan_id, decision.id, decision.decision, decision.note FROM decision"
        " JOIN proposal ON proposal.id = decision.proposal_id"
        " JOIN step ON step.id = proposal.step_id"
        " WHERE step.tool = 'fill' AND decision.decision IN ('approve', 'skip')"
        " AND proposal.status != 'failed' AND decision.id > ? ORDER BY decision.id",
        since,
    )
    filled = {row["plan_id"] for row in rows if row["decision"] == "approve"}
    skipped = {  # of each plan the newest
        row["plan_id"]: int(row["id"])
        for row in rows
        if row["decision"] == "skip" and not row["note"]
    }
    if filled or len(skipped) < AGREE:
        return []
    return [Habit("holes", "leave", tuple(sorted(skipped.values(), reverse=True)), "skipped")]


_RULES: dict[str, Callable[[Sequence[Film]], list[Habit]]] = {
    "shot length": _shot_length,
    "length": _alike("length", _length, "asked for"),
    "aspect": _alike("aspect", _aspect, "asked for"),
    "opening": _alike("opening", _edge("opening"), "asked for"),
    "ending": _alike("ending", _edge("ending"), "asked for"),
    "sound": _alike("sound", _sound, "approved"),
}
