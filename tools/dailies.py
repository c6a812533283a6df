"""What a proposal needs to know of the footage, each row of the store read once."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from index.listening import cuts
from project import footage as store
from project import understood
from project.errors import CreatorError
from project.footage import Caption, Footage, Moment, Shot, Speech
from project.store import Project
from project.understood import Heard, Transcript
from timeline.time import TimeRange

T = TypeVar("T")


class Dailies:
    """The footage of a project as one proposal sees it: read on demand, then remembered."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._footage: dict[str, Footage] = {}
        self._moments: dict[str, list[Moment]] = {}
        self._shots: dict[str, list[Shot]] = {}
        self._speech: dict[str, list[Speech]] = {}
        self._captions: dict[str, list[Caption]] = {}
        self._said: dict[str, tuple[TimeRange, ...]] = {}
        self._heard: dict[str, Transcript | None] = {}
        self._words: dict[str, tuple[list[Heard], Fraction]] = {}

    def footage(self, footage_id: str) -> Footage:
        """The footage called `footage_id`. Raises CreatorError."""
        return self._once(self._footage, footage_id, store.find)

    def moments(self, footage_id: str) -> list[Moment]:
        return self._once(self._moments, footage_id, store.moments)

    def shots(self, footage_id: str) -> list[Shot]:
        """The shots of one piece of footage; all of it is one shot where none are known."""
        found = self._once(self._shots, footage_id, store.shots)
        whole = self.footage(footage_id).picture_range
        return found or ([Shot(footage_id, 0, whole)] if whole.duration > 0 else [])

    def speech(self, footage_id: str) -> list[Speech]:
        return self._once(self._speech, footage_id, store.speech)

    def said(self, footage_id: str) -> tuple[TimeRange, ...]:
        """When something is said: each word where they are known, else each spoken line."""
        return self._once(self._said, footage_id, cuts.said)

    def heard(self, footage_id: str) -> Transcript | None:
        """The words heard in the footage with their times; None where nobody listened to it."""
        print_ = self.footage(footage_id).fingerprint
        return self._once(self._heard, footage_id, lambda p, _: understood.transcript(p, print_))

    def words(self, footage_id: str, span: TimeRange) -> list[Heard]:
        """The words that share time with `span` or touch it, in order of their starts."""
        heard, longest = self._once(self._words, footage_id, self._in_order)
        first = bisect_left(heard, span.start - longest, key=lambda word: word.range.start)
        last = bisect_right(heard, span.end, key=lambda word: word.range.start)
        return [word for word in heard[first:last] if word.range.end >= span.start]

    def _in_order(self, _: Project, footage_id: str) -> tuple[list[Heard], Fraction]:
        """The words heard in the footage by their starts, and how long the longest is."""
        heard = self.heard(footage_id)
        every = sorted(heard.words, key=lambda word: word.range) if heard is not None else []
        return every, max((word.range.duration for word in every), default=Fraction(0))

    def captions(self, footage_id: str) -> list[Caption]:
        """The captions that came with the footage, each with its own range."""
        return self._once(self._captions, footage_id, store.captions)

    def _once(self, kept: dict[str, T], footage_id: str, read: Callable[[Project, str], T]) -> T:
        if footage_id not in kept:
            kept[footage_id] = read(self.project, footage_id)
        return kept[footage_id]

    def within(self, footage_id: str, span: TimeRange) -> list[Moment]:
        """The moments that share time with `span`."""
        every = self.moments(footage_id)
        first = bisect_right(every, span.start, key=lambda moment: moment.range.end)
        last = bisect_left(every, span.end, key=lambda moment: moment.range.start)
        return every[first:last] if span.duration > 0 else []

    def pictures(self) -> list[Footage]:
        """All footage a picture can be cut from, by folder and name."""
        found = store.all_footage(self.project, usable=True)
        return [f for f in found if f.technical.has_picture and f.picture_range.duration > 0]

    def filmed(self) -> list[Footage]:
        """The pictures that were filmed; those generated here only where there are no others."""
        every = self.pictures()
        return [f for f in every if f.origin is None] or every

    def has(self, footage_id: str) -> bool:
        try:
            self.footage(footage_id)
        except CreatorError:
            return False
        return True


def said(footage: Footage) -> str:
    """Footage as people read it: its name, and its title where that says more."""
    title = footage.title.strip()
    stem = footage.name.rsplit(".", 1)[0]
    if not title or title.lower() in (footage.name.lower(), stem.lower()):
        return footage.name
    return f"{footage.name} ({title})"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 clip", "3 clips"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(words: list[str], *, limit: int = 6) -> str:
    """Words as a list in a sentence: "a, b and c"."""
    shown, more = words[:limit], len(words) - limit
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def made_id(prefix: str, *made_from: object) -> str:
    """An id such as "c-3f9a1c20" made from what it stands for: the same again, the same id."""
    text = "\x1f".join(str(part) for part in made_from)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
