"""Which clips are meant: by id, by number, by order word, by name or by what they show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.search import search
from index.values import Filters
from project.errors import BadArguments
from project.footage import Moment
from project.store import Project
from timeline.model import Clip, Gap, Timeline
from timeline.time import clock
from tools.coverage import PEOPLE, says
from tools.dailies import Dailies

_ORDINALS = (
    ("first", "opening", "1st"),
    ("second", "2nd"),
    ("third", "3rd"),
    ("fourth", "4th"),
    ("fifth", "5th"),
    ("sixth", "6th"),
    ("seventh", "7th"),
    ("eighth", "8th"),
    ("ninth", "9th"),
    ("tenth", "10th"),
)
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MANY = rf"(?P<many>\d{{1,3}}|{'|'.join(_COUNTED)})"
_CLIPS = r"(?:clips|shots|ones|scenes)"
_ROW = re.compile(
    rf"(?:the )?(?P<side>first|opening|last|final|closing) {_MANY}(?: {_CLIPS})?"
    rf"|(?:the )?{_CLIPS} (?P<from>\d{{1,3}}) ?(?:to|through|until|[-–]) ?(?P<to>\d{{1,3}})"
    rf"|(?P<start>\d{{1,3}}) ?(?:to|through|[-–]) ?(?P<end>\d{{1,3}})",
    re.IGNORECASE,
)
_FROM_END = re.compile(
    r"(?:the )?(?:(?:second|next) (?:to|from) (?:the )?last|last but one|penultimate)"
    r"(?: (?:clip|shot|one|scene))?",
    re.IGNORECASE,
)
_ALL_BUT = re.compile(
    r"(?:the )?(?:all|everything|everyone|everybody|every|each|any|the (?:whole|rest)|both)"
    r"(?: (?:of |the |other )*(?:clips?|shots?|ones?|scenes?|thing|film|cut|else))*,?"
    r" (?:but|except(?:ing)?(?: for)?|apart from|aside from|besides|other than|save(?: for)?"
    r"|that (?:is|are)(?: not|n't)|without|not) (?P<kept>.+)",
    re.IGNORECASE,
)
_EMPTY = frozenset(["the", "a", "an", "clip", "clips", "shot", "shots", "one", "number", "no"])
_ALL = frozenset(["all", "every", "everything", "whole", "each"])


def point(words: str, timeline: Timeline, project: Project) -> tuple[str, ...]:
    """The ids of the clips on V1 that `words` mean, in timeline order. Raises BadArguments."""
    clips = [clip for _, clip in timeline.clips()]
    if not clips:
        raise BadArguments("the timeline has no clips yet; make a storyboard first")
    kept = _ALL_BUT.fullmatch(words.strip())
    if kept:
        return _all_but(kept["kept"], timeline, project)
    found = (
        _by_id(words, clips)
        or _by_row(words, clips)
        or _by_place(words, clips)
        or _by_name(words, clips)
        or _by_content(words, clips, project)
    )
    if not found:
        raise BadArguments(f"no clip on the timeline is {words!r}; it has {inventory(timeline)}")
    return found


def point_all(words: Sequence[str], timeline: Timeline, project: Project) -> tuple[str, ...]:
    """The clips that any of the words mean, in the order they are named."""
    found: list[str] = []
    for word in words:
        found += [i for i in point(word, timeline, project) if i not in found]
    return tuple(found)


def _all_but(kept: str, timeline: Timeline, project: Project) -> tuple[str, ...]:
    """Every clip but those that words mean: "everything but the dog and the train"."""
    named = re.split(r"\s*(?:,|\band\b|\bor\b|&)\s*(?:the )?", kept)
    stay = point_all([words for words in named if words], timeline, project)
    left = tuple(clip.id for _, clip in timeline.clips() if clip.id not in stay)
    if not left:
        raise BadArguments(f"every clip on the timeline is {kept!r}; there is no other")
    return left


def inventory(timeline: Timeline) -> str:
    """The clips of V1 in words, for an answer that says what there is."""
    lines = [f"{n}. {c.name} at {clock(at)}" for n, (at, c) in enumerate(timeline.clips(), 1)]
    return ", ".join(lines[:12]) + (f" and {len(lines) - 12} more" if len(lines) > 12 else "")


def hole(words: str, timeline: Timeline) -> Gap:
    """The gap on V1 that `words` mean: its id, number or what it wants. Raises BadArguments."""
    placed = timeline.holes()
    holes = [gap for _, gap in placed]
    if not holes:
        raise BadArguments("the timeline has no hole to fill")
    if not words.strip():
        return next((g for g in holes if g.wanted), holes[0])
    for gap in holes:
        if gap.id == words.strip():
            return gap
    place = _place(words)
    if place is not None and -len(holes) <= place < len(holes):
        return holes[place]
    named = [g for g in holes if any(says(w, g.wanted) for w in _content(words))]
    if named:
        return named[0]
    have = ", ".join(
        f"{n}. {g.wanted or 'no words'} at {clock(at)}" for n, (at, g) in enumerate(placed, 1)
    )
    raise BadArguments(f"no hole on the timeline is {words!r}; there are {have}")


def _by_id(words: str, clips: Sequence[Clip]) -> tuple[str, ...]:
    return tuple(c.id for c in clips if c.id == words.strip())


def _content(words: str) -> list[str]:
    tokens = re.findall(r"[\w'-]+", words.casefold())
    return [t for t in tokens if t not in _EMPTY and t not in ("with", "of", "in", "that", "which")]


def _place(words: str) -> int | None:
    """The place an order word or a number means, from 0; -1 is the last; None is neither."""
    tokens = _content(words)
    if len(tokens) != 1:
        return None
    token = tokens[0].lstrip("#")
    if token.isdigit():
        return int(token) - 1
    if token in ("last", "final", "ending", "closing"):
        return -1
    return next((n for n, names in enumerate(_ORDINALS) if token in names), None)


def _by_place(words: str, clips: Sequence[Clip]) -> tuple[str, ...]:
    tokens = _content(words)
    if tokens and all(t in _ALL for t in tokens):
        return tuple(c.id for c in clips)
    if tokens in (["longest"], ["shortest"]):
        best = max if tokens == ["longest"] else min
        return (best(clips, key=lambda c: c.duration).id,)
    place = -2 if _FROM_END.fullmatch(words.strip()) else _place(words)
    if place is None:
        return ()
    if not -len(clips) <= place < len(clips):
        raise BadArguments(f"there is no clip {words!r}: the timeline has {len(clips)}")
    return (clips[place].id,)


def _by_row(words: str, clips: Sequence[Clip]) -> tuple[str, ...]:
    """Clips that stand side by side: "the first two", "the last 3 shots", "clips 2 to 4"."""
    found = _ROW.fullmatch(words.strip())
    if not found:
        return ()
    if found["side"]:
        said = found["many"].lower()
        many = int(said) if said.isdigit() else _COUNTED.index(said) + 1
        first = found["side"].lower() in ("first", "opening")
        start, end = (1, many) if first else (len(clips) - many + 1, len(clips))
    else:
        start, end = int(found["from"] or found["start"]), int(found["to"] or found["end"])
    if not 1 <= start <= end <= len(clips):
        raise BadArguments(f"there are no clips {words!r}: the timeline has {len(clips)}")
    return tuple(clip.id for clip in clips[start - 1 : end])


def _by_name(words: str, clips: Sequence[Clip]) -> tuple[str, ...]:
    wanted = words.strip().casefold()
    exact = [c.id for c in clips if wanted in (c.name.casefold(), c.footage_id.casefold())]
    stem = [c.id for c in clips if wanted == c.name.rsplit(".", 1)[0].casefold()]
    return tuple(exact or stem)


def _by_content(words: str, clips: Sequence[Clip], project: Project) -> tuple[str, ...]:
    """Clips whose beat, captions, words on screen, speech or senses have every content word."""
    tokens = [t for t in _content(words) if t not in _ALL]
    if not tokens:
        return ()
    dailies = Dailies(project)
    if all(t in PEOPLE for t in tokens):
        seen = [c.id for c in clips if any(m.senses.faces for m in _moments(c, dailies))]
        if seen:
            return tuple(seen)
    told = {c.id: _told(c, dailies) for c in clips}
    literal = [c.id for c in clips if all(says(t, told[c.id]) for t in tokens)]
    if literal:
        return tuple(literal)
    ids = tuple({c.footage_id for c in clips})
    found = search(project, words, filters=Filters(footage_ids=ids), limit=20)
    if not found.confident:
        return ()
    return tuple(
        c.id
        for c in clips
        if any(h.footage_id == c.footage_id and h.range.overlap(c.source) > 0 for h in found.hits)
    )


def _moments(clip: Clip, dailies: Dailies) -> list[Moment]:
    return dailies.within(clip.footage_id, clip.source)


def _told(clip: Clip, dailies: Dailies) -> str:
    footage = dailies.footage(clip.footage_id)
    told = [clip.beat, footage.title]
    for moment in _moments(clip, dailies):
        told += [moment.caption, moment.screen_text, *moment.senses.words]
        told += [thing.word for thing in moment.things]
    told += [s.text for s in dailies.speech(clip.footage_id) if s.range.overlap(clip.source) > 0]
    return " ".join(told)
