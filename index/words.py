"""The words of the library in SQLite's full text index, and words cut to comparable stems.

The index finds whole pieces of footage; where in them a word stands is seen when they are judged.
"""

from __future__ import annotations

import functools
import math
import re
import uuid
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.kinds import KINDS
from project.footage import Level
from project.store import Project

REMEMBERED = 256  # words whose footage is kept in memory
GENERATION = "words"  # the meta key that changes with the index
SEAM = " / "  # between the lines of on-screen text
TEXT_LONGEST = 120  # characters of on-screen text that are embedded
TOKEN = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?")
_STOP = (
    "a an the this that these those some any every each all both of in on at by to from with into"
    " onto over under up down out off for as and or but nor so if then than is are was were be"
    " been being am do does did doing done has have had having it its he him his she her hers they"
    " them their we us our you your i me my mine who whom whose which what when where why how"
    " there here not no very just only also too can could would should will shall may might must"
    " about while during through between again once more most much many few little other one's"
    " something someone somebody anything anyone somewhere thing things get gets got getting like"
)
STOP = frozenset(_STOP.split())
_WHOLE_WORDS = """
    flower shower tower corner counter letter power number master matter poster cover water glider
    early morning evening wedding ceiling
"""
_WHOLE = frozenset(_WHOLE_WORDS.split())  # what looks like an ending is a part of the word
_SHORT = re.compile(r"[^aeiouy]+[aeiouy][^aeiouwxys]")  # "hop": with -e another word, "hope"


@dataclass(frozen=True, slots=True)
class Document:
    """The words of one moment, shot or whole piece of footage, by where they come from."""

    level: Level
    ordinal: int
    caption: str = ""
    speech: str = ""
    screen_text: str = ""
    senses: str = ""
    names: str = ""
    things: str = ""  # by any name; words find them, but their meaning is never embedded

    @property
    def meaning(self) -> str:
        """What is embedded: what is shown, said and written, in that order.

        Senses stand in where nothing is told at all: beside words that were said or are written
        they would only hide them. A screen full of text is cut short: whole, it would drown what
        is shown; the full text index has all of it.
        """
        parts = (self.caption, self.speech, self.screen_text[:TEXT_LONGEST], self.names)
        told = ". ".join(part.strip().rstrip(".") for part in parts if part.strip())
        return told or self.senses


def tokens(text: str) -> list[str]:
    """The words of `text` in lower case, in order."""
    return TOKEN.findall(text.lower())


@functools.lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """`word` without its common English endings; for comparing, not for showing.

    A silent e stays where a short word would be another one without it (Porter 1980, steps 1b and
    5a): "caring" is of "care", and no car. What is done by the name of an animal is apart from it:
    who ducks is no duck, and bearing a load shows no bear.
    """
    word = word.removesuffix("'s")
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("s") and not word.endswith(("ss", "us")):
        word = word[:-1]
    if word in _WHOLE:
        return word
    if len(word) > 3 and word.endswith("ie"):
        word = word[:-2] + "y"  # the plurals of "party" and "cookie" do not tell which it is
    for ending in ("ing", "ed", "er", "ly"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and re.search(r"[aeiouy]", root):
            if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
                root = root[:-1]
            elif ending != "ly" and _SHORT.fullmatch(root):
                root += "e"  # "hoping": of hop it would be "hopping"
            word = f"{root}ing" if root in _apart() else root
            break
    silent = len(word) > 3 and word.endswith("e") and not _SHORT.fullmatch(word[:-1])
    return word[:-1] if silent else word


@functools.cache
def _apart() -> frozenset[str]:
    """Nouns that are verbs of another meaning too; what is made of the verb is none of them."""
    return frozenset((*members("animal"), "train", "ship"))


@functools.lru_cache(maxsize=4096)
def members(word: str) -> tuple[str, ...]:
    """What a general word stands for, in the singular (`index.kinds`); nothing for others."""
    told = (KINDS.get(word.lower()) or KINDS.get(word.lower().removesuffix("s"), "")).split()
    return tuple(dict.fromkeys((*told, *(each for kind in told for each in members(kind)))))


@functools.lru_cache(maxsize=4096)
def roots(word: str) -> frozenset[str]:
    """The stem of `word`, and where it is a general one those of what it stands for."""
    return frozenset(map(stem, (word, *members(word))))


def stems(text: str) -> frozenset[str]:
    """The stems of all words of `text` that carry meaning."""
    return frozenset(stem(word) for word in tokens(text) if word not in STOP)


def content_words(text: str) -> tuple[str, ...]:
    """The words of `text` that carry meaning, in order, each once."""
    return tuple(dict.fromkeys(word for word in tokens(text) if word not in STOP))


def replace(project: Project, footage_id: str, documents: Sequence[Document]) -> None:
    """The words of one piece of footage, those of its document as a whole, in place of others.

    Its rows lie in one run of row numbers, kept in `meta`, so that nothing is searched to
    delete them.
    """
    whole = [document for document in documents if document.level == "footage"]
    with project.transaction() as db:
        remove(project, footage_id)
        if not whole:
            return
        last = db.execute("SELECT max(rowid) FROM words").fetchone()[0] or 0
        db.executemany(
            "INSERT INTO words (rowid, level, footage_id, ordinal, caption, speech, screen_text,"
            " senses, names) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (last + n, d.level, footage_id, d.ordinal, d.caption, d.speech, d.screen_text,
                 " / ".join(filter(None, (d.senses, d.things))), d.names)
                for n, d in enumerate(whole, start=1)
            ],
        )  # fmt: skip
        db.execute(
            "INSERT INTO meta VALUES (?, ?)",
            (f"words:{footage_id}", f"{last + 1} {last + len(whole)}"),
        )


def remove(project: Project, footage_id: str) -> None:
    """Forget the words of one piece of footage."""
    key = f"words:{footage_id}"
    with project.transaction() as db:
        db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (GENERATION, uuid.uuid4().hex),
        )
        found = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if found is None:
            return
        first, last = map(int, found["value"].split())
        db.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", (first, last))
        db.execute("DELETE FROM meta WHERE key = ?", (key,))


@dataclass(frozen=True, slots=True, eq=False)
class Roll:
    """The footage that has words, in the order of its rows, and what was looked up of late."""

    generation: str
    footage: tuple[str, ...]
    firsts: NDArray[np.int64]  # its first row
    lasts: NDArray[np.int64]
    known: OrderedDict[str, NDArray[np.intp]] = field(default_factory=OrderedDict)


_rolls: weakref.WeakKeyDictionary[Project, Roll] = weakref.WeakKeyDictionary()


def roll(project: Project) -> Roll:
    """All footage that has words, read again when that changed."""
    row = project.row("SELECT value FROM meta WHERE key = ?", GENERATION)
    now, held = row["value"] if row else "", _rolls.get(project)
    if held is None or held.generation != now:
        spans = sorted(
            (*map(int, each["value"].split()), each["key"].partition(":")[2])
            for each in project.rows("SELECT key, value FROM meta WHERE key GLOB 'words:*'")
        )
        ends = np.array([(first, last) for first, last, _ in spans], np.int64).reshape(-1, 2)
        held = Roll(now, tuple(name for _, _, name in spans), ends[:, 0], ends[:, 1])
        _rolls[project] = held
    return held


def places(project: Project, word: str) -> NDArray[np.intp]:
    """Where in the roll the footage stands that has this word, or one it stands for, in order."""
    held = roll(project)
    if word not in held.known:
        row = project.row(
            "SELECT group_concat(rowid) AS rows FROM words WHERE words MATCH ?",
            " OR ".join(map(_phrase, (word, *members(word)))),
        )
        found = np.array((row["rows"] or "").split(",") if row and row["rows"] else [], np.int64)
        at = np.searchsorted(held.firsts, found, side="right") - 1
        fits = (at >= 0) & (found <= held.lasts[at]) if len(held.lasts) else at >= 0
        held.known[word] = np.unique(at[fits])
        while len(held.known) > REMEMBERED:
            held.known.popitem(last=False)
    held.known.move_to_end(word)
    return held.known[word]


def footage_with(project: Project, word: str) -> list[str]:
    """The footage that has this word, in any of its forms."""
    return [roll(project).footage[at] for at in places(project, word)]


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def rarity(project: Project, words: Sequence[str]) -> dict[str, float]:
    """How rare each word is over the footage: idf, 0 where all have it, most where none has."""
    whole = project.row("SELECT count(*) AS n FROM footage WHERE status != 'rejected'")
    total = int(whole["n"]) if whole else 0
    return {w: math.log((total + 1) / (len(places(project, w)) + 0.5)) for w in words}
