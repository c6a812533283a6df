"""What stronger models said of footage: kept by content, so that it survives re-ingest."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from project.store import Project, now
from timeline.time import TimeRange


@dataclass(frozen=True, slots=True)
class Described:
    """What a captioner saw in a span of a file."""

    range: TimeRange
    text: str
    model: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One word with its times. chance: how sure the transcriber was, 0 to 1."""

    range: TimeRange
    text: str
    speaker: str = ""
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """A thing that a network saw in a span of a file. chance: how sure it was, 0 to 1."""

    range: TimeRange
    word: str
    chance: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """All words heard in a file, in order. A silent file has one without words."""

    model: str
    language: str
    words: tuple[Heard, ...]


def answer(project: Project, key: str) -> str | None:
    """What a model answered to the question with this key, or None where it was not asked."""
    row = project.row("SELECT text FROM answer WHERE key = ?", key)
    return row["text"] if row else None


def keep_answers(project: Project, model: str, answers: Sequence[tuple[str, str]]) -> None:
    """(key, text) of each, so that the same question costs nothing again."""
    with project.transaction() as db:
        db.executemany(
            "INSERT INTO answer VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET text = excluded.text",
            [(key, model, text, now()) for key, text in answers],
        )


def described(project: Project, fingerprint: str) -> tuple[Described, ...]:
    """What captioners saw in this content, in order of time."""
    rows = project.rows("SELECT * FROM described WHERE fingerprint = ? ORDER BY id", fingerprint)
    return tuple(Described(_range(r), r["text"], r["model"]) for r in rows)


def describe(project: Project, fingerprint: str, rows: Sequence[Described]) -> None:
    """`rows` in place of what was known of this content."""
    with project.transaction() as db:
        db.execute("DELETE FROM described WHERE fingerprint = ?", (fingerprint,))
        db.executemany(
            "INSERT INTO described (fingerprint, start_s, end_s, text, model)"
            " VALUES (?, ?, ?, ?, ?)",
            [(fingerprint, str(r.range.start), str(r.range.end), r.text, r.model) for r in rows],
        )


def transcript(project: Project, fingerprint: str) -> Transcript | None:
    """The words heard in this content; None where nobody listened to all of it."""
    said = project.row("SELECT * FROM transcript WHERE fingerprint = ?", fingerprint)
    if said is None:
        return None
    rows = project.rows("SELECT * FROM heard WHERE fingerprint = ? ORDER BY id", fingerprint)
    words = tuple(Heard(_range(r), r["text"], r["speaker"], r["chance"]) for r in rows)
    return Transcript(said["model"], said["language"], words)


def unheard(project: Project) -> list[str]:
    """Ids of usable footage in which somebody speaks and of which no words are known."""
    rows = project.rows(
        "SELECT id FROM footage AS f WHERE status != 'rejected'"
        " AND fingerprint NOT IN (SELECT fingerprint FROM transcript)"
        " AND NOT EXISTS (SELECT 1 FROM speech WHERE footage_id = f.id)"
        " AND EXISTS (SELECT 1 FROM moment WHERE footage_id = f.id"
        " AND json_extract(senses, '$.speech') > 0) ORDER BY id"
    )
    return [row["id"] for row in rows]


def transcribe(project: Project, fingerprint: str, heard: Transcript) -> None:
    """`heard` in place of what was known of this content."""
    with project.transaction() as db:
        db.execute("DELETE FROM transcript WHERE fingerprint = ?", (fingerprint,))
        db.execute(
            "INSERT INTO transcript VALUES (?, ?, ?, ?)",
            (fingerprint, heard.model, heard.language, now()),
        )
        db.executemany(
            "INSERT INTO heard (fingerprint, start_s, end_s, text, speaker, chance)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (fingerprint, str(w.range.start), str(w.range.end), w.text, w.speaker, w.chance)
                for w in heard.words
            ],
        )


def sightings(project: Project, fingerprint: str) -> tuple[Sighting, ...]:
    """The things seen in this content, in order of time."""
    rows = project.rows("SELECT * FROM thing WHERE fingerprint = ? ORDER BY id", fingerprint)
    return tuple(Sighting(_range(r), r["word"], r["chance"]) for r in rows)


def unlooked(project: Project, model: str) -> list[str]:
    """Ids of usable footage with a picture that this network has not looked over."""
    rows = project.rows(
        "SELECT id FROM footage WHERE status != 'rejected'"
        " AND json_extract(probe, '$.has_picture')"
        " AND fingerprint NOT IN (SELECT fingerprint FROM looked WHERE model = ?) ORDER BY id",
        model,
    )
    return [row["id"] for row in rows]


def look_over(project: Project, fingerprint: str, model: str, seen: Sequence[Sighting]) -> None:
    """What a network saw in this content, in place of what was known of it."""
    with project.transaction() as db:
        db.execute("DELETE FROM looked WHERE fingerprint = ?", (fingerprint,))
        db.execute("INSERT INTO looked VALUES (?, ?, ?)", (fingerprint, model, now()))
        db.executemany(
            "INSERT INTO thing (fingerprint, start_s, end_s, word, chance) VALUES (?, ?, ?, ?, ?)",
            [(fingerprint, str(s.range.start), str(s.range.end), s.word, s.chance) for s in seen],
        )


def _range(row: sqlite3.Row) -> TimeRange:
    return TimeRange(Fraction(row["start_s"]), Fraction(row["end_s"]))
