"""What the store knows about footage: files, shots, moments with their senses, speech."""

from __future__ import annotations

import functools
import json
import os
import sqlite3
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from project.errors import CreatorError
from project.store import Project, now
from timeline.model import Origin
from timeline.time import TimeRange

Status = Literal["ok", "partial", "rejected"]
Level = Literal["moment", "shot", "footage"]


@dataclass(frozen=True, slots=True)
class Technical:
    """Technical facts of a file; width and height as shown, after rotation."""

    container: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    rotation: int = 0
    rate: str = "0"  # rational text, frames per second
    bits: int = 8
    hdr: bool = False
    variable_rate: bool = False
    has_picture: bool = False
    has_sound: bool = False  # an audio stream that is not pure silence
    picture_start_s: str = "0"  # rational text
    picture_end_s: str = "0"
    created: str = ""
    notes: tuple[str, ...] = ()

    @property
    def orientation(self) -> Literal["portrait", "landscape", "square", "none"]:
        if not self.has_picture:
            return "none"
        if self.width == self.height:
            return "square"
        return "portrait" if self.height > self.width else "landscape"


@dataclass(frozen=True, slots=True)
class Footage:
    """One source file. `duration_s` is what decodes, not what the header claims."""

    id: str
    path: Path
    name: str
    folder: str
    fingerprint: str
    bytes: int
    mtime_ns: int
    status: Status
    reason: str = ""
    duration_s: Fraction = Fraction(0)
    technical: Technical = Technical()
    title: str = ""
    summary: str = ""
    origin: Origin | None = None
    failures: int = 0
    analysed_by: str = ""

    @property
    def range(self) -> TimeRange:
        return TimeRange(Fraction(0), self.duration_s)

    @property
    def picture_range(self) -> TimeRange:
        """The span in which there is a picture; empty for sound-only footage."""
        return _span(self.technical.picture_start_s, self.technical.picture_end_s)


@dataclass(frozen=True, slots=True)
class Senses:
    """What one second looks, moves and sounds like. Shares are 0 to 1 unless said otherwise.

    Motion numbers are in frame widths per second, measured between decoded frames.
    """

    motion: float = 0.0  # mean optical flow magnitude
    pan: float = 0.0  # global horizontal camera speed; positive: the camera turns right
    tilt: float = 0.0  # positive: the camera turns up
    zoom: float = 0.0  # scale change per second; positive: in
    roll: float = 0.0  # degrees per second about the line of sight; positive: camera clockwise
    shake: float = 0.0  # rms of camera acceleration, frame widths per second per second
    light: float = 0.0  # mean luma
    light_change: float = 0.0  # luma at the end minus luma at the start of the second
    contrast: float = 0.0  # standard deviation of luma
    contrast_change: float = 0.0  # at the end of the second minus at its start
    sharpness: float = 0.0  # log-scaled variance of the Laplacian, 0 blurred to 1 crisp
    saturation: float = 0.0
    warmth: float = 0.0  # -1 cold to 1 warm
    colours: tuple[str, ...] = ()  # basic colour terms, most frequent first
    accents: tuple[str, ...] = ()  # others that are there: those of lamps, of flowers
    faces: int = 0
    face_size: float = 0.0  # height of the largest face over frame height
    shot_size: str = ""  # "extreme wide" ... "extreme close-up", "" where it cannot be told
    loudness_db: float = -100.0  # RMS dBFS; -100 is digital silence
    speech: float = 0.0  # share of the second with speech
    music: float = 0.0  # how surely it is music
    silence: float = 0.0  # share of the second below -60 dBFS
    tempo_bpm: float = 0.0  # beats per minute; 0 where no steady pulse is heard
    beats: tuple[float, ...] = ()  # seconds from the start of the footage
    words: tuple[str, ...] = ()  # the senses in words, as embedded captions use them


@dataclass(frozen=True, slots=True)
class Shot:
    """The span between two cuts inside one piece of footage."""

    footage_id: str
    ordinal: int
    range: TimeRange
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing in the picture. chance: how sure that is, below 1 of a network; 1 from a creator."""

    word: str
    chance: float = 1.0

    @property
    def sure(self) -> bool:
        """Whether the creator said so."""
        return self.chance >= 1

    @property
    def told(self) -> str:
        """As a reason quotes it: "dog (0.83)"."""
        return f"{self.word} ({self.chance:.2f})"


@dataclass(frozen=True, slots=True)
class Moment:
    """One second of footage with its caption, senses, and the things a network named in it."""

    footage_id: str
    ordinal: int
    range: TimeRange
    shot_ordinal: int
    caption: str
    caption_source: str
    screen_text: str
    senses: Senses
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """Words said in a span of footage, and who told us."""

    footage_id: str
    range: TimeRange
    text: str
    speaker: str
    source: str


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption somebody brought, as it came: "sidecar", "shot log", a captioner's name."""

    footage_id: str
    range: TimeRange
    text: str
    source: str


_NAMES = {cls: {f.name for f in fields(cls)} for cls in (Technical, Senses)}


def _load(cls: type[Any], text: str) -> Any:
    body = json.loads(text)
    for unknown in body.keys() - _NAMES[cls]:
        del body[unknown]
    for name, value in body.items():
        if isinstance(value, list):
            body[name] = tuple(value)
    return cls(**body)


def _dump(value: Any) -> str:
    return json.dumps(asdict(value), ensure_ascii=False)


def _range(row: sqlite3.Row) -> TimeRange:
    return _span(row["start_s"], row["end_s"])


@functools.lru_cache(maxsize=20_000)  # the same seconds come back in all footage
def _span(start_s: str, end_s: str) -> TimeRange:
    return TimeRange(Fraction(start_s), Fraction(end_s))


_COLUMNS = (
    "id, path, name, folder, fingerprint, bytes, mtime_ns, status, reason, duration_s, probe,"
    " title, summary, origin, failures, analysed_by"
)
_every: weakref.WeakKeyDictionary[Project, tuple[str, list[Footage]]] = weakref.WeakKeyDictionary()


@functools.lru_cache(maxsize=40_000)  # a row that is as it was makes what it made
def _footage(row: sqlite3.Row) -> Footage:
    return Footage(
        id=row["id"],
        path=Path(os.fsdecode(bytes.fromhex(row["path"]))),
        name=row["name"],
        folder=row["folder"],
        fingerprint=row["fingerprint"],
        bytes=row["bytes"],
        mtime_ns=row["mtime_ns"],
        status=row["status"],
        reason=row["reason"],
        duration_s=Fraction(row["duration_s"]),
        technical=_load(Technical, row["probe"]),
        title=row["title"],
        summary=row["summary"],
        origin=Origin(**json.loads(row["origin"])) if row["origin"] else None,
        failures=row["failures"],
        analysed_by=row["analysed_by"],
    )


def path_key(path: Path) -> str:
    """A path as the store keeps it: the hex of its bytes, so that any name fits."""
    return os.fsencode(path).hex()


def all_footage(project: Project, *, usable: bool = False) -> list[Footage]:
    """Every piece of footage by path; only those that can be cut from when `usable`."""
    now, held = changes(project), _every.get(project)
    if held is None or held[0] != now:
        rows = project.rows(f"SELECT {_COLUMNS} FROM footage ORDER BY folder, name, id")
        held = _every[project] = (now, [_footage(row) for row in rows])
    return [f for f in held[1] if f.status != "rejected"] if usable else list(held[1])


def changes(project: Project) -> str:
    """Another text whenever any footage came, went or is told of otherwise."""
    row = project.row("SELECT value FROM meta WHERE key = 'footage'")
    return str(row["value"]) if row else ""


def find(project: Project, footage_id: str) -> Footage:
    """The footage called `footage_id`. Raises CreatorError."""
    row = project.row(f"SELECT {_COLUMNS} FROM footage WHERE id = ?", footage_id)
    if row is None:
        raise CreatorError(f"there is no footage {footage_id!r} in this project")
    return _footage(row)


def by_path(project: Project, path: Path) -> Footage | None:
    """The footage last seen at `path`, or None."""
    row = project.row(f"SELECT {_COLUMNS} FROM footage WHERE path = ?", path_key(path))
    return _footage(row) if row else None


def by_fingerprint(project: Project, fingerprint: str) -> list[Footage]:
    """All footage with this content; several when a file was brought twice."""
    rows = project.rows(
        f"SELECT {_COLUMNS} FROM footage WHERE fingerprint = ? ORDER BY id", fingerprint
    )
    return [_footage(row) for row in rows]


def save(project: Project, footage: Footage) -> None:
    """`footage` written, new or over the row with its id; what hangs on it stays."""
    values = {
        "id": footage.id,
        "path": path_key(footage.path),
        "name": footage.name,
        "folder": footage.folder,
        "fingerprint": footage.fingerprint,
        "bytes": footage.bytes,
        "mtime_ns": footage.mtime_ns,
        "status": footage.status,
        "reason": footage.reason,
        "duration_s": str(footage.duration_s),
        "probe": _dump(footage.technical),
        "title": footage.title,
        "summary": footage.summary,
        "origin": _dump(footage.origin) if footage.origin else None,
        "failures": footage.failures,
        "analysed_by": footage.analysed_by,
        "created_at": now(),
    }
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    updates = ", ".join(f"{n} = excluded.{n}" for n in values if n not in ("id", "created_at"))
    with project.transaction() as db:
        db.execute(
            f"INSERT INTO footage ({names}) VALUES ({marks})"
            f" ON CONFLICT (id) DO UPDATE SET {updates}",
            tuple(values.values()),
        )


def replace_knowledge(
    project: Project,
    footage_id: str,
    *,
    shots: Sequence[Shot],
    moments: Sequence[Moment],
    speech: Sequence[Speech],
    captions: Sequence[Caption],
) -> None:
    """All that is known of one piece of footage, in place of what was, in one transaction."""
    with project.transaction() as db:
        for table in ("shot", "moment", "speech", "caption"):
            db.execute(f"DELETE FROM {table} WHERE footage_id = ?", (footage_id,))
        db.executemany(
            "INSERT INTO shot (footage_id, ordinal, start_s, end_s, caption)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                (footage_id, s.ordinal, str(s.range.start), str(s.range.end), s.caption)
                for s in shots
            ],
        )
        write_moments(project, moments)
        db.executemany(
            "INSERT INTO speech (footage_id, start_s, end_s, text, speaker, source)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (footage_id, str(s.range.start), str(s.range.end), s.text, s.speaker, s.source)
                for s in speech
            ],
        )
        db.executemany(
            "INSERT INTO caption (footage_id, start_s, end_s, text, source) VALUES (?, ?, ?, ?, ?)",
            [
                (footage_id, str(c.range.start), str(c.range.end), c.text, c.source)
                for c in captions
            ],
        )


def write_moments(project: Project, moments: Iterable[Moment]) -> None:
    """Moments written over those with the same footage and ordinal."""
    with project.transaction() as db:
        db.executemany(
            "INSERT INTO moment (footage_id, ordinal, start_s, end_s, shot_ordinal, caption,"
            " caption_source, screen_text, senses, things) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (footage_id, ordinal) DO UPDATE SET start_s = excluded.start_s,"
            " end_s = excluded.end_s, shot_ordinal = excluded.shot_ordinal,"
            " caption = excluded.caption, caption_source = excluded.caption_source,"
            " screen_text = excluded.screen_text, senses = excluded.senses,"
            " things = excluded.things",
            [
                (
                    m.footage_id,
                    m.ordinal,
                    str(m.range.start),
                    str(m.range.end),
                    m.shot_ordinal,
                    m.caption,
                    m.caption_source,
                    m.screen_text,
                    _dump(m.senses),
                    json.dumps([[t.word, t.chance] for t in m.things], ensure_ascii=False),
                )
                for m in moments
            ],
        )


def shots(project: Project, footage_id: str) -> list[Shot]:
    """The shots of one piece of footage, in order."""
    rows = project.rows("SELECT * FROM shot WHERE footage_id = ? ORDER BY ordinal", footage_id)
    return [Shot(footage_id, r["ordinal"], _range(r), r["caption"]) for r in rows]


def moments(project: Project, footage_id: str) -> list[Moment]:
    """The moments of one piece of footage, in order."""
    rows = project.rows("SELECT * FROM moment WHERE footage_id = ? ORDER BY ordinal", footage_id)
    return [
        Moment(
            footage_id,
            r["ordinal"],
            _range(r),
            r["shot_ordinal"],
            r["caption"],
            r["caption_source"],
            r["screen_text"],
            _load(Senses, r["senses"]),
            tuple(Thing(word, chance) for word, chance in json.loads(r["things"])),
        )
        for r in rows
    ]


def speech(project: Project, footage_id: str) -> list[Speech]:
    """What is said in one piece of footage, in order."""
    rows = project.rows("SELECT * FROM speech WHERE footage_id = ? ORDER BY id", footage_id)
    return [Speech(footage_id, _range(r), r["text"], r["speaker"], r["source"]) for r in rows]


def captions(project: Project, footage_id: str) -> list[Caption]:
    """The captions somebody brought for one piece of footage, in order."""
    rows = project.rows("SELECT * FROM caption WHERE footage_id = ? ORDER BY id", footage_id)
    return [Caption(footage_id, _range(r), r["text"], r["source"]) for r in rows]
