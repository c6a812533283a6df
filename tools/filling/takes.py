"""Takes: the shots that were made for one place. Earlier ones stay and can be chosen again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from project import footage as store
from project.errors import BadArguments
from project.footage import Footage
from project.store import Project
from timeline.model import Clip, Origin, Timeline
from timeline.time import clock
from tools.dailies import count, made_id
from tools.filling.looks import look_of
from tools.filling.place import Place

_ORDER = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_COUNT = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SHOT = r"(?:take|one|shot|version|alternate|alternative|try|attempt|fill)"
_NEW = r"(?:an?other|a different|a new|the next|next|one more)"
_AGAIN = re.compile(
    r"(?:(?:make|give me|show me|try|draw|do|render|i want|i(?:'d| would) like|let me see"
    r"|let's (?:see|try)) (?:me )?)?"
    rf"(?:{_NEW} {_SHOT}|an?other|one more|once more|one more time|(?:try |do )?(?:it |that )?"
    r"(?:once )?again|(?:try|do) (?:it |that )(?:over|once more|one more time)"
    r"|re-?(?:generate|roll|do|make|draw)(?: it| that)?"
    rf"|{_NEW} seed|something else)(?: with {_NEW} seed)?(?: please)?",
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"(?P<lead>(?:use|take|choose|pick|keep|restore|put|(?:go |change |switch )?back to|return to"
    r"|i (?:want|prefer|liked?)) )?(?:the |that |my )?(?:"
    rf"{_SHOT} (?:no\.? ?|number |#)?(?P<number>\d+|{'|'.join(_COUNT)})"
    rf"|(?P<nth>{'|'.join(_ORDER)}|original)(?P<noun> {_SHOT})?"
    rf"|(?P<last>previous|earlier|former|last|other|old(?:er)?)(?P<noun_> {_SHOT})?"
    rf"|(?P<before>{_SHOT} before))"
    r"(?: again| instead| back)*(?P<better> (?:(?:is|was|looked|looks) )?(?:much )?"
    r"(?:better|nicer)| please)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?P<head>.+?) (?:of|for) (?:(?:the|that|this) )?(?P<of>.+)", re.IGNORECASE)
_IT = re.compile(r"(?:it|that|this|(?:made |generated )?(?:shot|hole|gap|fill|clip|one))", re.I)
_SAYS_TAKE = re.compile(r"\b(?:takes?|versions?|alternat\w+|seed|re-?(?:generate|roll))\b", re.I)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of the takes. number: which one again, from 1; -1 the one before; 0 none.

    of: which made shot, in words. plain: the words can mean nothing but takes, as "another
    one" can.
    """

    words: str
    another: bool = False
    number: int = 0
    of: str = ""
    plain: bool = False

    @property
    def about_takes(self) -> bool:
        return self.another or bool(self.number)


def wish(words: str, *, another: bool = False, number: int = 0) -> Wish:
    """The wish in words such as "another one", "take 2" or "the first one again".

    Words that say neither are what to show, and stay as they are.
    """
    told = words.strip().strip(".!? ").strip()
    plain = bool(_SAYS_TAKE.search(told))
    read = _read(told)
    if read is None and plain and (about := _ABOUT.fullmatch(told)):
        read = _read(about["head"])
        of = "" if _IT.fullmatch(about["of"]) else about["of"]
        if read is not None and _SAYS_TAKE.search(about["head"]):
            return Wish("", *read, of=of, plain=True)
        read = None
    return Wish("", *read, plain=plain) if read else Wish(words.strip(), another, number)


def _read(told: str) -> tuple[bool, int] | None:
    """Whether another one is wanted, and which earlier one; None where it is about neither."""
    if _AGAIN.fullmatch(told):
        return True, 0
    found = _CHOSEN.fullmatch(told)
    if not found:
        return None
    if found["number"]:
        told = found["number"].lower()
        return False, int(told) if told.isdigit() else _COUNT.index(told) + 1
    if found["before"]:
        return False, -1
    if not (found["lead"] or found["noun"] or found["noun_"] or found["better"]):
        return None
    if found["last"]:
        return False, -1
    nth = found["nth"].lower()
    return False, 1 if nth == "original" else _ORDER.index(nth) + 1


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


def standing(key: str, timeline: Timeline, project: Project) -> Clip | None:
    """The clip on the picture track that is a take of the place with `key`; None without one."""
    made = {footage.id for footage in takes(key, project)}
    return next((clip for _, clip in timeline.clips() if clip.footage_id in made), None)


def chosen(number: int, place: Place, made: list[Footage]) -> tuple[int, Footage]:
    """The take that a number means, counted from 1; -1 is the one before the one that stands.

    Raises BadArguments where there is none, or where it is too short for the place.
    """
    here = getattr(place.item, "footage_id", "")
    if not made:
        raise BadArguments("no shot was made for this place yet; fill it first")
    if number < 0:
        now = next((n for n, f in enumerate(made) if f.id == here), len(made))
        if now == 0 and len(made) == 1:
            raise BadArguments(
                "this place has one take only, and it stands there; ask for another take, or"
                " undo to have the hole back"
            )
        number = now if now > 0 else len(made)
    if number > len(made):
        has = count(len(made), "take")
        raise BadArguments(f"take {number} was asked for; this place has {has}")
    take = made[number - 1]
    if take.id == here:
        raise BadArguments(f"take {number} is the one that stands there now")
    if take.picture_range.duration < place.length_s:
        raise BadArguments(
            f"take {number} lasts {clock(take.picture_range.duration)} and the place"
            f" {clock(place.length_s)}; make another one, or shorten the place"
        )
    return number, take


def chosen_by_id(footage_id: str, place: Place, project: Project) -> tuple[int, Footage]:
    """The same for a take named by its footage. Raises BadArguments."""
    made = takes(place_key(place, project), project)
    number = next((n for n, f in enumerate(made, 1) if f.id == footage_id), 0)
    if not number:
        raise BadArguments("that shot is no take of this place; its takes are shown beside it")
    return chosen(number, place, made)


def next_seed(asked: int, made: list[Footage]) -> int:
    """A seed no take was made with."""
    used = [f.origin.seed for f in made if f.origin is not None]
    return (max([asked, *used]) + 1) % 2**31


def called(origin: Origin) -> str:
    """A take in a few words: "builtin, seed 3, in the look 'beach'"."""
    look = look_of(origin)
    return f"{origin.backend}, seed {origin.seed}" + (f", in the look {look!r}" if look else "")


def told(made: list[Footage], here: str) -> str:
    """The takes in a sentence; "" where there is at most the one that stands."""
    others = [
        f"take {n} ({called(f.origin)})"
        for n, f in enumerate(made, 1)
        if f.id != here and f.origin is not None
    ]
    if not others:
        return ""
    return f"Earlier takes stay and can be chosen again: {', '.join(others[-4:])}."
