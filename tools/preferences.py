"""How a creator likes films to be: said in words, or learned from what was decided before.

What is said is kept and wins over what is learned; what is forgotten teaches nothing any more.
What a film asks for itself wins over both.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from project.errors import BadArguments, CreatorError
from project.store import Project, now
from tools import habits
from tools.habits import Kind

_TIMES = ("", "once", "twice", "three times", "four times", "five times", "six times")


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing that holds for every film that does not ask for another."""

    kind: Kind
    value: str  # seconds, an aspect, words, a file's name; "mute" or "keep"; "leave"
    said: bool = True  # by the creator; else learned
    taught: tuple[int, ...] = ()  # the decisions it was learned from, newest first
    how: str = ""

    @property
    def times(self) -> int:
        """How often it was decided so."""
        return len(self.taught)

    @property
    def key(self) -> str:
        """What it is about: of one key there is one preference."""
        return f"leave out {self.value.casefold()}" if self.kind == "leave out" else self.kind


def sentence(one: Preference) -> str:
    """The preference in words that `agent.preference_words` reads back."""
    value = one.value
    return {
        "shot length": f"Shots last about {value} s",
        "length": f"Films last {value} s",
        "aspect": f"Films are {value}",
        "opening": f"Films open on {value}",
        "ending": f"Films end on {value}",
        "sound": "The clips' own sound is " + ("muted" if value == "mute" else "kept"),
        "leave out": f"Leave out {value}",
        "holes": "Holes are left as they are",
    }[one.kind]


def because(one: Preference) -> str:
    """Where it comes from: "as you approved four times"."""
    if one.said:
        return "as you said"
    many = _TIMES[one.times] if one.times < len(_TIMES) else f"{one.times} times"
    return f"as you {one.how} {many}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One decision that taught a preference: of what film, what it was about, when."""

    film: str  # as the creator asked for it
    step: str  # what was decided about
    at: str  # ISO 8601


def lessons(one: Preference, project: Project) -> list[Lesson]:
    """What a learned preference was learned from, newest first; none of one that was said."""
    rows = project.rows(
        "SELECT plan.goal_text, step.intent, decision.created_at FROM decision"
        " JOIN proposal ON proposal.id = decision.proposal_id"
        " JOIN step ON step.id = proposal.step_id JOIN plan ON plan.id = step.plan_id"
        f" WHERE decision.id IN ({', '.join('?' * one.times)}) ORDER BY decision.id DESC",
        *one.taught,
    )
    return [Lesson(row["goal_text"], row["intent"], row["created_at"]) for row in rows]


def preferences(project: Project) -> list[Preference]:
    """Every preference that holds, the said ones before the learned ones."""
    rows = project.rows("SELECT * FROM preference ORDER BY created_at, key")
    said = [Preference(r["kind"], r["value"]) for r in rows if r["status"] == "said"]
    gone = {r["key"]: int(r["decision"]) for r in rows if r["status"] == "forgotten"}
    known = {one.key for one in said}
    found = [
        Preference(habit.kind, habit.value, said=False, taught=habit.taught, how=habit.how)
        for habit in habits.learned(project, gone)
    ]
    return [*said, *(one for one in found if one.key not in known)]


def keep(project: Project, one: Preference) -> None:
    """A preference the creator said, in place of any other of its key. Raises BadArguments."""
    check(one)
    _put(project, one, "said")


def forget(project: Project, one: Preference) -> None:
    """A preference that holds no more; only decisions after this one may teach it again."""
    _put(project, one, "forgotten")


def _put(project: Project, one: Preference, status: Literal["said", "forgotten"]) -> None:
    with project.transaction() as db:
        last = db.execute("SELECT coalesce(max(id), 0) AS id FROM decision").fetchone()["id"]
        db.execute(
            "INSERT INTO preference (key, kind, value, status, decision, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value,"
            " status = excluded.status, decision = excluded.decision,"
            " created_at = excluded.created_at",
            (one.key, one.kind, one.value, status, last, now()),
        )
        project.bump()  # what is proposed and not decided yet is proposed anew


def check(one: Preference) -> None:
    """Raises BadArguments where no film could be made so."""
    if one.kind in ("shot length", "length"):
        try:
            seconds = Fraction(one.value)
        except (ValueError, ZeroDivisionError):
            seconds = Fraction(0)
        most = 60 if one.kind == "shot length" else 36000
        if not Fraction(1, 5) <= seconds <= most:
            raise BadArguments(
                f"{one.value!r} is no length for that; say seconds from 0.2 to {most}"
            )
    if not one.value.strip() or len(one.value) > 120:
        raise BadArguments("say it in a few words, 120 letters at most")


def numbered(project: Project, number: int) -> Preference:
    """The preference with this number, from 1, as they are listed. Raises CreatorError."""
    every = preferences(project)
    if not 1 <= number <= len(every):
        have = f"there are {len(every)}" if every else "there are none yet"
        raise CreatorError(f"there is no preference {number}; {have}")
    return every[number - 1]


def listing(every: list[Preference]) -> str:
    """All of them as numbered sentences; how to begin where there are none."""
    if not every:
        return (
            "There are no preferences yet. I learn one when you decide the same way three times;"
            " or say one, such as 'never use IMG_0412.mp4' or 'always open on the sea'."
        )
    return "\n".join(f"{n}. {sentence(p)}, {because(p)}." for n, p in enumerate(every, start=1))
