"""Takes: the shots that were made for one place. Earlier ones stay and can be chosen again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from project import footage as store
from project.errors import BadArguments
from project.footage import Footage
from project.store import Project
from timeline.time import clock
from tools.dailies import count, made_id
from tools.filling.place import Place

_NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_SHOT = r"(?:take|one|shot|version|alternate|alternative|try|attempt|fill)"
_AGAIN = re.compile(
    rf"(?:(?:make|give me|show me|try|draw|i want) )?(?:an?other {_SHOT}|an?other|a new {_SHOT}"
    rf"|a different {_SHOT}|(?:try |once )?(?:it |that )?again|once more|re-?(?:generate|roll|do)"
    r"(?: it| that)?|(?:an?other|a different|a new|next) seed|something else)",
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    rf"(?:(?:use|take|choose|pick|back to|go back to|i (?:want|prefer|like)) )?(?:the |that )?(?:"
    rf"{_SHOT} (?:no\.? ?|number |#)?(?P<number>\d+)"
    rf"|(?P<nth>{'|'.join(_NUMBERS)}) {_SHOT}"
    rf"|(?P<last>previous|earlier|former|last|other) {_SHOT}|(?P<before>{_SHOT} before))"
    r"(?: again| instead)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of the takes. number: which one again, from 1; -1 the one before; 0 none."""

    words: str
    another: bool = False
    number: int = 0


def wish(words: str, *, another: bool = False, number: int = 0) -> Wish:
    """The wish in words such as "another one", "take 2" or "the first one again".

    Words that say neither are what to show, and stay as they are.
    """
    told = words.strip().strip(".!? ").strip()
    if _AGAIN.fullmatch(told):
        return Wish("", True, number)
    found = _CHOSEN.fullmatch(told)
    if not found:
        return Wish(words.strip(), another, number)
    if found["last"] or found["before"]:
        return Wish("", another, -1)
    nth = (found["nth"] or "").lower()
    return Wish("", another, int(found["number"] or 0) or _NUMBERS.index(nth) + 1)


def place_key(place: Place, project: Project) -> str:
    """What the files of one place's takes have in common: made from the hole it once was."""
    item = place.item
    footage_id = getattr(item, "footage_id", None)
    if footage_id is not None:
        known = _key(store.find(project, footage_id).path)
        if known:
            return known
    return made_id("", item.id).strip("-")


def file_of(key: str, action: str, project: Project) -> Path:
    """Where the take that an action makes lies: the same action, the same file."""
    return project.generated / f"fill-{key}-{action[:16]}.mp4"


def _key(path: Path) -> str:
    found = re.fullmatch(r"fill-([0-9a-f]{8})-[0-9a-f]{16}", path.stem)
    return found[1] if found else ""


def takes(key: str, project: Project) -> list[Footage]:
    """The takes of one place that are still there, the first made first."""
    rows = project.rows("SELECT id FROM footage WHERE origin IS NOT NULL ORDER BY created_at, id")
    made = [store.find(project, row["id"]) for row in rows]
    return [f for f in made if _key(f.path) == key and f.status == "ok" and f.path.is_file()]


def chosen(number: int, place: Place, made: list[Footage]) -> tuple[int, Footage]:
    """The take that a number means, counted from 1; -1 is the one before the one that stands.

    Raises BadArguments where there is none, or where it is too short for the place.
    """
    standing = getattr(place.item, "footage_id", "")
    if not made:
        raise BadArguments("no shot was made for this place yet; fill it first")
    if number < 0:
        now = next((n for n, f in enumerate(made) if f.id == standing), len(made))
        number = now if now > 0 else len(made)
    if number > len(made):
        has = count(len(made), "take")
        raise BadArguments(f"take {number} was asked for; this place has {has}")
    take = made[number - 1]
    if take.id == standing:
        raise BadArguments(f"take {number} is the one that stands there now")
    if take.picture_range.duration < place.length_s:
        raise BadArguments(
            f"take {number} lasts {clock(take.picture_range.duration)} and the place"
            f" {clock(place.length_s)}; make another one, or shorten the place"
        )
    return number, take


def next_seed(asked: int, made: list[Footage]) -> int:
    """A seed no take was made with."""
    used = [f.origin.seed for f in made if f.origin is not None]
    return (max([asked, *used]) + 1) % 2**31


def told(made: list[Footage], standing: str) -> str:
    """The takes in a sentence; "" where there is at most the one that stands."""
    others = [
        f"take {n} ({f.origin.backend if f.origin else 'made'}, seed {f.origin.seed})"
        for n, f in enumerate(made, 1)
        if f.id != standing and f.origin is not None
    ]
    if not others:
        return ""
    return f"Earlier takes stay and can be chosen again: {', '.join(others[-4:])}."


def length(footage: Footage) -> Fraction:
    """Seconds of picture a take has."""
    return footage.picture_range.duration
