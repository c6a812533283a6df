"""What a creator corrected: kept by the content's fingerprint, applied again at each refresh."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, get_args

from index.things.meant import meant, shown
from index.words import content_words
from project import footage as store
from project.errors import CreatorError
from project.footage import Moment, Thing
from project.store import Project, now
from timeline.time import TimeRange

Field = Literal["title", "summary", "caption", "people", "place", "thing"]
FIELDS: tuple[Field, ...] = get_args(Field)
SOURCE = "creator"  # the caption source of a corrected caption
LONGEST = 2_000  # characters
NOT_THERE = "no "  # before a thing that is not in the picture
_ARTICLE = re.compile(r"^(?:an?|the|any) (?=.)")


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing the creator said about a span of footage; the latest on a field counts."""

    field: Field
    value: str
    span: TimeRange


def correct(
    project: Project,
    footage_id: str,
    field: Field,
    value: str,
    *,
    span: TimeRange | None = None,
) -> None:
    """Keep what the creator says of a piece of footage for good, and index it at once.

    `span` says which part a caption, people, place or thing is about; None is all of it. A thing
    is a word for what is in the picture, "dog"; "no dog" takes that word out.
    Raises CreatorError where the field, the span or the value cannot be meant.
    """
    from index.library import refresh

    footage = store.find(project, footage_id)
    about = span or footage.range
    value = " ".join("".join(c for c in value if c.isprintable() or c.isspace()).split())
    if field not in FIELDS:
        raise CreatorError(f"{field!r} cannot be corrected; one of {', '.join(FIELDS)} can")
    if not value or len(value) > LONGEST:
        raise CreatorError(f"a {field} needs 1 to {LONGEST} characters, not {len(value)}")
    if span is not None and not footage.range.contains(span):
        raise CreatorError(f"{footage.name} lasts {footage.range}; {span} is not inside it")
    with project.transaction() as db:
        db.execute(
            "INSERT INTO correction (fingerprint, field, start_s, end_s, value, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (footage.fingerprint, field, str(about.start), str(about.end), value, now()),
        )
        alike = [each.id for each in store.by_fingerprint(project, footage.fingerprint)]
        project.bump()
        refresh(project, alike)


def corrections(project: Project, fingerprint: str) -> tuple[Correction, ...]:
    """All that was corrected on this content, oldest first."""
    rows = project.rows("SELECT * FROM correction WHERE fingerprint = ? ORDER BY id", fingerprint)
    return tuple(
        Correction(r["field"], r["value"], TimeRange(Fraction(r["start_s"]), Fraction(r["end_s"])))
        for r in rows
    )


def latest(kept: Sequence[Correction], field: Field) -> str:
    """What was last said of `field`, "" where nothing was."""
    return next((c.value for c in reversed(kept) if c.field == field), "")


def names(kept: Sequence[Correction], span: TimeRange) -> str:
    """The people and places known in `span`, each once."""
    said = [c.value for c in kept if c.field in ("people", "place") and c.span.overlap(span) > 0]
    return ", ".join(dict.fromkeys(said))


def corrected(moments: Sequence[Moment], kept: Sequence[Correction]) -> list[Moment]:
    """`moments` with corrected captions and things in place; a later correction wins."""
    told = [c for c in kept if c.field in ("caption", "thing")]
    out = []
    for moment in moments:
        for each in told:
            if each.span.overlap(moment.range) * 2 < moment.range.duration:
                continue
            if each.field == "caption":
                moment = replace(moment, caption=each.value, caption_source=SOURCE)
            else:
                moment = replace(moment, things=_with(moment.things, each.value))
        out.append(moment)
    return out


def _with(things: Sequence[Thing], said: str) -> tuple[Thing, ...]:
    """`things` with the one that was said in front, sure; or, after "no", without all of it.

    Who says that there is no animal takes out the dog, and who says "a puppy" means one.
    """
    said = said.lower()
    word = _ARTICLE.sub("", said.removeprefix(NOT_THERE))
    if said.startswith(NOT_THERE):
        return tuple(t for t in things if t.word != word and not _whole(word, t))
    return (Thing(word), *(thing for thing in things if thing.word != word))


def _whole(word: str, thing: Thing) -> bool:
    """Whether each word of `word` is met by a thing: a red car is not all that is a car."""
    content = content_words(word)
    return len(shown(meant(word, content), content, [thing])[0]) == len(content) > 0
