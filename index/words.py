"""The words of the library in SQLite's full text index, and words cut to comparable stems."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from project.footage import Level
from project.store import Project

WEIGHTS = (0.0, 0.0, 0.0, 10.0, 8.0, 6.0, 3.0, 5.0)  # by column, the three unindexed ones first
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

    @property
    def meaning(self) -> str:
        """What is embedded: what is shown, said and written, in that order.

        Senses stand in for a caption where there is none. A screen full of text is cut short:
        whole, it would drown what is shown; the full text index has all of it.
        """
        written = self.screen_text[:TEXT_LONGEST]
        parts = (self.caption or self.senses, self.speech, written, self.names)
        return ". ".join(part.strip().rstrip(".") for part in parts if part.strip())


def tokens(text: str) -> list[str]:
    """The words of `text` in lower case, in order."""
    return TOKEN.findall(text.lower())


@functools.lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """`word` without its common English endings; for comparing, not for showing."""
    word = word.removesuffix("'s")
    if len(word) <= 3 or not word.isascii():
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch")):
        if word.endswith(ending):
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed", "er", "ly"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and re.search(r"[aeiouy]", root):
            if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
                root = root[:-1]
            word = root
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def stems(text: str) -> frozenset[str]:
    """The stems of all words of `text` that carry meaning."""
    return frozenset(stem(word) for word in tokens(text) if word not in STOP)


def content_words(text: str) -> tuple[str, ...]:
    """The words of `text` that carry meaning, in order, each once."""
    return tuple(dict.fromkeys(word for word in tokens(text) if word not in STOP))


def replace(project: Project, footage_id: str, documents: Sequence[Document]) -> None:
    """The words of one piece of footage, in place of what was there.

    Its rows lie in one run of row numbers, kept in `meta`, so that nothing is searched to
    delete them.
    """
    with project.transaction() as db:
        remove(project, footage_id)
        if not documents:
            return
        last = db.execute("SELECT max(rowid) FROM words").fetchone()[0] or 0
        db.executemany(
            "INSERT INTO words (rowid, level, footage_id, ordinal, caption, speech, screen_text,"
            " senses, names) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (last + n, d.level, footage_id, d.ordinal, d.caption, d.speech, d.screen_text,
                 d.senses, d.names)
                for n, d in enumerate(documents, start=1)
            ],
        )  # fmt: skip
        db.execute(
            "INSERT INTO meta VALUES (?, ?)",
            (f"words:{footage_id}", f"{last + 1} {last + len(documents)}"),
        )


def remove(project: Project, footage_id: str) -> None:
    """Forget the words of one piece of footage."""
    key = f"words:{footage_id}"
    with project.transaction() as db:
        found = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if found is None:
            return
        first, last = map(int, found["value"].split())
        db.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", (first, last))
        db.execute("DELETE FROM meta WHERE key = ?", (key,))


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def any_of(words: Iterable[str]) -> str:
    """A full text question: rows with any of `words`."""
    return " OR ".join(_phrase(word) for word in words)


def best(
    project: Project, words: Sequence[str], level: Level, *, limit: int = 200
) -> list[tuple[str, int, float]]:
    """(footage id, ordinal, score) of the rows with any of `words`, best first; higher is better.

    Scored by bm25 with the columns weighed: captions over speech over text over senses.
    """
    if not words:
        return []
    weights = ", ".join(map(str, WEIGHTS))
    rows = project.rows(
        f"SELECT footage_id, ordinal, -bm25(words, {weights}) AS score FROM words"
        " WHERE words MATCH ? AND level = ? ORDER BY score DESC LIMIT ?",
        any_of(words), level, limit,
    )  # fmt: skip
    return [(r["footage_id"], int(r["ordinal"]), float(r["score"])) for r in rows]


def rarity(project: Project, words: Sequence[str]) -> dict[str, float]:
    """How rare each word is over the footage: idf, 0 where all have it, most where none has."""
    whole = project.row("SELECT count(*) AS n FROM footage WHERE status != 'rejected'")
    total = int(whole["n"]) if whole else 0
    out = {}
    for word in words:
        found = project.row(
            "SELECT count(*) AS n FROM words WHERE words MATCH ? AND level = 'footage'",
            _phrase(word),
        )
        have = int(found["n"]) if found else 0
        out[word] = math.log((total + 1) / (have + 0.5))
    return out
