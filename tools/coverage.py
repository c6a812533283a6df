"""Coverage: for each beat the footage that could show it, best first, with why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from index.predicates import shows_people
from index.search import search
from index.things.meant import named
from index.titles import looks_like
from index.values import Filters, Found, Hit, Why
from index.words import tokens
from project.footage import Footage, Moment
from project.store import Project
from timeline.time import TimeRange
from tools.beats import Beat
from tools.dailies import Dailies
from tools.kinds import joined, named_in, of_kind, people_in, spelled_out
from tools.moods import suits
from tools.ranges import SHORTEST_S, Room, flawed_rooms, free, quality, rooms
from tools.shown import affirmed, focus
from tools.speaking import DETAIL, asks_for_speaker, seen_in
from tools.support import related, supported
from tools.wanted import wanted

HITS = 120  # looked at per beat
WORDED = frozenset(["caption", "speech", "screen text", "looks like"])
TEXTFUL = 40  # characters on screen, above which a picture is there to be read
PEOPLE = frozenset(["people", "person", "persons", "faces", "face", "humans", "anyone", "someone"])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that could show a beat: cut around `core`, anywhere inside `room`."""

    footage: Footage
    shot: int
    room: TimeRange
    core: TimeRange
    score: float  # how well it answers the beat, 0 to 1
    quality: float  # how good it looks, 0 to 1
    why: tuple[Why, ...] = ()
    framing: str = ""
    light: float = 0.5
    mood: float = 0.0  # -1 to 1


@dataclass(frozen=True, slots=True)
class Covered:
    """A beat with its candidates; without any it is a hole, and these came nearest."""

    beat: Beat
    candidates: tuple[Candidate, ...]
    near_misses: tuple[str, ...] = ()
    reason: str = ""  # what the search said when it was not confident


@dataclass(frozen=True, slots=True)
class Brief:
    """What holds for every beat: where to look, what to leave out, which moods to favour."""

    footage_ids: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    unlike: tuple[tuple[str, TimeRange], ...] = ()  # shown only where nothing else fits


AGAIN = 0.6  # of its score, what a span loses that is to be left out where others fit
Allowed = dict[str, list[TimeRange]]  # footage id -> spans that were excluded


def cover(beats: Sequence[Beat], brief: Brief, project: Project) -> tuple[Covered, ...]:
    """Each beat with what could show it."""
    dailies = Dailies(project)
    usable = {f.id: f for f in dailies.pictures()}
    allowed = _allowed(usable, brief, dailies)
    named = set(brief.footage_ids or ())
    filmed = {i: spans for i, spans in allowed.items() if i in named or not usable[i].origin}
    covered = [_filmed_or_made(beat, brief, (filmed, allowed), dailies) for beat in beats]
    if not brief.unlike:
        return tuple(covered)
    others = tuple(_without(spans, brief.unlike, usable) for spans in (filmed, allowed))
    return tuple(
        _rather(_filmed_or_made(one.beat, brief, (others[0], others[1]), dailies), one)
        for one in covered
    )


def _without(
    allowed: Allowed, unlike: Sequence[tuple[str, TimeRange]], usable: dict[str, Footage]
) -> Allowed:
    """The same footage with more spans of its content that may not be used."""
    contents = [(usable[i].fingerprint, span) for i, span in unlike if i in usable]
    return {
        i: [*spans, *(span for content, span in contents if content == usable[i].fingerprint)]
        for i, spans in allowed.items()
    }


def _rather(other: Covered, one: Covered) -> Covered:
    """A beat by what is shown nowhere else, and behind that by what is."""
    if not other.candidates:
        return one
    again = [replace(c, score=c.score - AGAIN) for c in one.candidates]
    return replace(one, candidates=_best([*other.candidates, *again]))


def _filmed_or_made(
    beat: Beat, brief: Brief, footage: tuple[Allowed, Allowed], dailies: Dailies
) -> Covered:
    """A beat by what was filmed; what was generated earlier counts where it is named or alone.

    `footage` is what was filmed, and that with what was generated.
    """
    filmed, every = footage
    if beat.footage_ids is not None and not any(i in filmed for i in beat.footage_ids):
        return _covered(beat, brief, every, dailies)
    covered = _covered(beat, brief, filmed, dailies)
    if covered.candidates or beat.near or len(filmed) == len(every):
        return covered
    made = {i: spans for i, spans in every.items() if i not in filmed}
    made = {i: spans for i, spans in made.items() if _names(dailies.footage(i), beat.words)}
    return replace(covered, candidates=_covered(beat, brief, made, dailies).candidates)


def _names(footage: Footage, words: str) -> bool:
    """Whether what generated footage was asked for is what words ask for now."""
    asked, prompt = wanted(words), footage.origin.prompt if footage.origin else ""
    return asked is not None and all(named_in(w, tokens(joined(prompt))) for w in asked.words)


def _allowed(usable: dict[str, Footage], brief: Brief, dailies: Dailies) -> Allowed:
    """The footage that may be used, with the spans of it that may not."""
    named = [i for i in brief.footage_ids if i in usable] if brief.footage_ids else list(usable)
    out: Allowed = {}
    for footage_id in named:
        footage = usable[footage_id]
        if not any(says(word, f"{footage.name} {footage.title}") for word in brief.exclude):
            moments = dailies.moments(footage_id) if brief.exclude else []
            out[footage_id] = [m.range for m in moments if _excluded(m, brief.exclude)]
    return out


def says(word: str, text: str) -> bool:
    """Whether text has the word, in the singular or a regular plural."""
    stem = re.escape(word.strip().casefold().removesuffix("s"))
    return bool(stem) and bool(re.search(rf"\b{stem}(?:s|es)?\b", text.casefold()))


def _excluded(moment: Moment, words: Iterable[str]) -> bool:
    caption = affirmed(moment.caption)
    told = " ".join((caption, moment.screen_text, *moment.senses.words))
    things = looks_like(moment)
    for word in words:
        if says(word, told) or of_kind(word, caption) or named(word, things):
            return True
        people = people_in(caption) or shows_people(moment.senses, frozenset(), things)
        if people and PEOPLE & set(word.casefold().split()):
            return True
    return False


def _covered(beat: Beat, brief: Brief, allowed: Allowed, dailies: Dailies) -> Covered:
    if beat.made:
        return Covered(beat, (), reason="it is to be generated")
    ids = [i for i in allowed if beat.footage_ids is None or i in beat.footage_ids]
    if not ids:
        return Covered(beat, (), reason="no footage is left to look in")
    filters = _filters(beat, brief, ids, allowed, dailies)
    if beat.near:
        return Covered(beat, _best(_related(beat, brief, filters, allowed, dailies)))
    if beat.by_senses or not beat.words:
        pool = [c for i in ids for c in _from_rooms(dailies.footage(i), brief, allowed, dailies)]
        return Covered(beat, _best(pool))
    found = search(dailies.project, beat.words, filters=filters, limit=HITS)
    good = borne_out(beat.words, found, filters, dailies)
    pool = [
        c
        for hit, support in good
        if hit.footage_id in allowed
        for c in _from_hit(beat.words, hit, support, brief, allowed, dailies)
    ]
    if not pool and beat.footage_ids is not None:  # named for it, whatever it is known to show
        pool = [c for i in ids for c in _from_rooms(dailies.footage(i), brief, allowed, dailies)]
    if pool:
        return Covered(beat, _best(pool))
    return Covered(beat, (), tuple(near_miss(hit) for hit in found.hits[:3]), found.reason)


def _best(pool: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(pool, key=lambda c: -merit(c)))


def _filters(
    beat: Beat, brief: Brief, ids: Sequence[str], allowed: Allowed, dailies: Dailies
) -> Filters:
    """What a search for a beat may answer with; the shorter list of the two is told."""
    if beat.footage_ids is not None or brief.footage_ids is not None or brief.exclude:
        return Filters(has_picture=True, footage_ids=tuple(ids))
    out = tuple(f.id for f in dailies.pictures() if f.id not in allowed)
    if len(out) > len(ids):
        return Filters(has_picture=True, footage_ids=tuple(ids))
    return Filters(has_picture=True, not_footage_ids=out)


def _related(
    beat: Beat, brief: Brief, filters: Filters, allowed: Allowed, dailies: Dailies
) -> list[Candidate]:
    """What is about something like the words a beat of b-roll goes with, and shows none of it."""
    pool: list[Candidate] = []
    for words in beat.near:
        found = search(dailies.project, words, filters=filters, limit=HITS)
        every = [*found.hits, *_in_detail(words, filters, dailies)]
        for hit in every:
            if hit.footage_id in allowed and related(words, hit, dailies):
                seen = seen_in(hit, dailies) if asks_for_speaker(words) else ()
                hit = replace(hit, why=seen or hit.why)
                some = _from_hit(words, hit, 0.0, brief, allowed, dailies)
                pool += [replace(c, room=c.core) for c in some]  # what is beside it may be anything
    return pool


def borne_out(
    words: str, found: Found, filters: Filters, dailies: Dailies
) -> list[tuple[Hit, float]]:
    """The hits that show what the words ask for, with how well; kinds are looked for in detail.

    A search for "nature" finds little; the flowers, rivers and birds that it means are found
    by their names.
    """
    good = supported(words, found.hits, dailies, confident=found.confident)
    known = [(hit.footage_id, hit.range) for hit, _ in good]
    good += [
        (hit, share)
        for hit, share in supported(
            words,
            _in_detail(words, filters, dailies),
            dailies,
            confident=False,
        )
        if not any(hit.footage_id == i and hit.range.overlap(r) > 0 for i, r in known)
    ]
    best = max((share for _, share in good), default=0.0)
    return [(hit, share) for hit, share in good if share >= 0.7 * best]


def _in_detail(words: str, filters: Filters, dailies: Dailies) -> tuple[Hit, ...]:
    """The hits for what a kind of thing is spelled out as; people who talk by their faces."""
    if asks_for_speaker(words):
        seen = replace(filters, has_faces=True)
        return search(dailies.project, DETAIL, filters=seen, limit=HITS).hits
    detail = spelled_out(words)
    if not detail:
        return ()
    return search(dailies.project, detail, filters=filters, limit=HITS).hits


def near_miss(hit: Hit) -> str:
    """A hit that was not good enough, in words."""
    about = f" ({hit.title})" if hit.title and hit.title != hit.name else ""
    return f"{hit.name} {hit.range}{about}"


def merit(candidate: Candidate) -> float:
    """What a candidate is worth by itself, before diversity and continuity."""
    return candidate.score + 0.15 * candidate.quality + 0.2 * candidate.mood


def _from_hit(
    words: str, hit: Hit, support: float, brief: Brief, allowed: Allowed, dailies: Dailies
) -> Iterable[Candidate]:
    """The rooms a hit lies in; where its seconds are flawed, its shot at a low quality."""
    footage = dailies.footage(hit.footage_id)
    found = False
    aside = 1 - focus(words, hit, dailies)
    for offered in (rooms(dailies, footage), flawed_rooms(dailies, footage)):
        for room in _open_rooms(offered, allowed):
            core = room.range.clamp(hit.range)
            if core.duration >= min(SHORTEST_S / 2, room.range.duration):
                found = True
                score = 0.5 * hit.score + 0.4 * support - 0.15 * aside
                if not any(why.kind in WORDED for why in hit.why):
                    score -= 0.4 * _reads(dailies.within(footage.id, core))
                yield _candidate(footage, room, core, score, hit.why, brief, dailies)
        if found:
            return


def _open_rooms(offered: Iterable[Room], allowed: Allowed) -> list[Room]:
    return [
        replace(room, range=piece)
        for room in offered
        for piece in free(room.range, allowed.get(room.footage_id, []))
        if piece.duration > 0
    ]


def _from_rooms(
    footage: Footage, brief: Brief, allowed: Allowed, dailies: Dailies
) -> Iterable[Candidate]:
    """Every room of the footage, its best second as the core."""
    for room in _open_rooms(rooms(dailies, footage), allowed):
        inside = dailies.within(footage.id, room.range)
        best = max(inside, key=lambda m: _looks(m, room.range, brief), default=None)
        core = room.range.clamp(best.range) if best else room.range
        score = 0.4 + 0.3 * room.quality - 0.4 * _reads(inside)
        score += 0.4 * suits(inside, brief.moods)
        yield _candidate(footage, room, core, score, (), brief, dailies)


def _reads(moments: Sequence[Moment]) -> float:
    """The share of moments full of words: screens and credits, shown where they are asked for."""
    full = sum(len(moment.screen_text) > TEXTFUL for moment in moments)
    return full / len(moments) if moments else 0.0


def _looks(moment: Moment, room: TimeRange, brief: Brief) -> tuple[float, Fraction]:
    """How a second looks and suits the moods; of equals the one nearest the room's middle."""
    off = abs((moment.range.start + moment.range.end) - (room.start + room.end))
    return round(quality([moment]) + suits([moment], brief.moods), 3), -off


def _candidate(
    footage: Footage,
    room: Room,
    core: TimeRange,
    score: float,
    why: tuple[Why, ...],
    brief: Brief,
    dailies: Dailies,
) -> Candidate:
    inside = dailies.within(footage.id, core)
    sizes = Counter(m.senses.shot_size for m in inside if m.senses.shot_size)
    light = [m.senses.light for m in inside]
    return Candidate(
        footage=footage,
        shot=room.shot,
        room=room.range,
        core=core,
        score=score,
        quality=room.quality,
        why=why,
        framing=sizes.most_common(1)[0][0] if sizes else "",
        light=sum(light) / len(light) if light else 0.5,
        mood=suits(inside, brief.moods),
    )
