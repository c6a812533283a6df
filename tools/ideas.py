"""The tool that proposes films: each with a title, a logline, beats and the footage for them."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from pydantic import Field

from index.search import search
from index.titles import ended, spread
from index.topics import Topic, topics
from index.values import Filters
from project.footage import Footage
from project.store import Project
from timeline.time import clock
from tools.beats import subject_words
from tools.coverage import borne_out
from tools.dailies import Dailies, count, listed, said
from tools.moods import MOODS, found_in, suits
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.ranges import rooms
from tools.reasons import MEASURED, check_all
from tools.shape import Arguments, Reads
from tools.wanted import PREPOSITION

LONGEST_PHRASE = 10  # words
OF_TOPIC, OF_ALL = 24, 240  # pieces of footage looked at, spread evenly where there are more
FILM_S = Fraction(30)  # the film that coverage is told for: what a first cut lasts
TRIED = ("calm", "lively", "bright", "dark", "warm", "cold")


class IdeasArguments(Arguments):
    """What the ideas should be about."""

    guidance: str = Field("", description="what the creator has in mind; empty: anything")
    count: int = Field(3, ge=1, le=10, description="how many ideas")


@dataclass(frozen=True, slots=True)
class Idea:
    """A film that the footage could make."""

    title: str
    logline: str
    mood: str
    beats: tuple[tuple[str, tuple[str, ...]], ...]  # words, footage ids
    usable_s: Fraction  # footage without flaws that it could be cut from
    cover: tuple[Fraction, ...]  # for each beat, how much of its part of a film there is, to 1

    @property
    def coverage(self) -> Fraction:
        """How much of a film of it there is footage for, 0 to 1."""
        return sum(self.cover, Fraction(0)) / len(self.cover) if self.cover else Fraction(0)

    @property
    def footage_ids(self) -> tuple[str, ...]:
        """All footage of the idea, each once."""
        return tuple(dict.fromkeys(i for _, ids in self.beats for i in ids))


class Ideas(Reads):
    """Proposes films by rule from topics and moods; changes nothing."""

    name: ClassVar[str] = "ideas"
    summary: ClassVar[str] = "Propose films this footage could make, with beats and coverage"
    effect: ClassVar[Effect] = "read"
    arguments: ClassVar[type[Arguments]] = IdeasArguments

    def propose(self, arguments: IdeasArguments, project: Project) -> Proposal:
        """The ideas in words; `data` holds them with footage ids and coverage."""
        dailies = Dailies(project)
        found = _ideas(arguments, dailies)[: arguments.count]
        told = "\n\n".join(_told(n, idea, dailies) for n, idea in enumerate(found, start=1))
        nothing = "There is no footage with pictures to have ideas about yet; ingest a folder."
        if dailies.pictures() and not found:
            nothing = (
                f"Nothing like {arguments.guidance.strip()!r} is in this footage. Ask for ideas"
                " without it to hear what the footage could make."
            )
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer=told or nothing,
            reasons=check_all((r for i in found for r in _reasons(i, dailies)), project),
            data={"ideas": [_data(idea, dailies) for idea in found]},
        )


def _ideas(arguments: IdeasArguments, dailies: Dailies) -> list[Idea]:
    pictures = {f.id: f for f in dailies.pictures()}
    groups = _groups(arguments.guidance, pictures, dailies)
    if not groups:
        return []
    wanted = found_in(arguments.guidance)
    ideas = [_of_topic(label, ids, wanted, dailies) for label, ids in groups]
    if len(groups) > 1:
        ideas.insert(1, _of_all(groups, wanted, dailies))
    ideas += _of_moods(tuple(spread(list(pictures), OF_ALL)), wanted or TRIED, dailies)
    seen: set[tuple[str, ...]] = set()
    kept = []
    for idea in ideas:
        if idea.footage_ids and idea.footage_ids not in seen:
            seen.add(idea.footage_ids)
            kept.append(idea)
    return kept


Group = tuple[str, tuple[str, ...]]


def _groups(guidance: str, pictures: dict[str, Footage], dailies: Dailies) -> list[Group]:
    """Topics with pictures, after what the guidance asks for; empty where nothing is like it."""
    groups: list[Group] = []
    asked = subject_words(re.sub(r"\b(?:some|any)thing\b", " ", guidance))
    filters = Filters(has_picture=True)
    for words in asked:
        found = search(dailies.project, words, filters=filters, limit=20)
        good = [hit for hit, _ in borne_out(words, found, filters, dailies)]
        ids = tuple(dict.fromkeys(h.footage_id for h in good if h.footage_id in pictures))
        if ids:
            groups.append((words, ids))
    if asked and not groups:
        return []
    groups += [g for topic in topics(dailies.project) if (g := _group(topic, pictures, dailies))[1]]
    if not groups and pictures:
        groups = [("all of it", tuple(spread(list(pictures), OF_TOPIC)))]
    return groups


def _group(topic: Topic, pictures: dict[str, Footage], dailies: Dailies) -> Group:
    """A topic by the things its footage shows; by its own label where no caption names any."""
    ids = tuple(spread([i for i in topic.footage_ids if i in pictures], OF_TOPIC))
    heads = list(dict.fromkeys(head for i in ids if (head := thing(phrase_of(i, dailies)))))
    return listed(heads[:2]) or topic.label, ids


def phrase_of(footage_id: str, dailies: Dailies) -> str:
    """What footage shows in a few words, as its captions or its title have it; else its name."""
    told = [m.caption for m in dailies.moments(footage_id) if m.caption_source != MEASURED]
    said_most = Counter(caption for caption in told if caption).most_common(1)
    footage = dailies.footage(footage_id)
    text = said_most[0][0] if said_most else ""
    if not text and said(footage) != footage.name and " " in footage.title:
        text = footage.title
    words = re.split(r"[,.;:(]", text, maxsplit=1)[0].split()[:LONGEST_PHRASE]
    return " ".join(ended(words)) or footage.name


def _beat_words(footage_id: str, dailies: Dailies) -> str:
    """What footage shows; of a title that only lists what was measured, its first two marks."""
    phrase, title = phrase_of(footage_id, dailies), dailies.footage(footage_id).title
    marks = [mark.strip() for mark in title.split(",")]
    return ", ".join(marks[:2]) if marks[0] == phrase else phrase


def thing(phrase: str) -> str:
    """The thing a phrase is about, without its article: "A blue sea with waves" as "blue sea"."""
    if "." in phrase:
        return ""  # a file's name
    head = PREPOSITION.split(phrase, maxsplit=1)[0]
    head = " ".join(ended(head.split()))
    return re.sub(r"^(?:an?|the|some|two|three|several)\s+", "", head, flags=re.I)


def _usable(ids: Sequence[str], dailies: Dailies) -> Fraction:
    spans = [
        r.range.duration for i in dict.fromkeys(ids) for r in rooms(dailies, dailies.footage(i))
    ]
    return sum(spans, Fraction(0))


def _mood(ids: Sequence[str], wanted: Sequence[str], dailies: Dailies) -> str:
    """The mood the footage suits best, among the wanted or the plain ones."""
    moments = [m for i in ids for m in dailies.moments(i)]
    return max(wanted or TRIED, key=lambda mood: suits(moments, (mood,)))


def _idea(title: str, logline: str, mood: str, beats: tuple[Group, ...], dailies: Dailies) -> Idea:
    """An idea with how much footage there is for it, as a whole and beat by beat."""
    part = FILM_S / max(1, len(beats))
    cover = tuple(min(Fraction(1), _usable(ids, dailies) / part) for _, ids in beats)
    every = [i for _, ids in beats for i in ids]
    return Idea(title, logline, mood, beats, _usable(every, dailies), cover)


def _of_topic(label: str, ids: tuple[str, ...], wanted: Sequence[str], dailies: Dailies) -> Idea:
    mood = _mood(ids, wanted, dailies)
    beats = tuple((_beat_words(i, dailies), (i,)) for i in ids[:6])
    shown = list(dict.fromkeys(_lower(words) for words, _ in beats))
    logline = f"A {mood} film of {label}: {listed(shown, limit=3)}."
    return _idea(label[:1].upper() + label[1:], logline, mood, beats, dailies)


def _of_all(groups: Sequence[Group], wanted: Sequence[str], dailies: Dailies) -> Idea:
    shown = list(groups[:5])
    ids = tuple(i for _, some in shown for i in some)
    mood = _mood(ids, wanted, dailies)
    logline = f"A {mood} journey through {listed([label for label, _ in shown])}."
    return _idea("From one to the other", logline, mood, tuple(shown), dailies)


def _of_moods(ids: tuple[str, ...], moods: Sequence[str], dailies: Dailies) -> list[Idea]:
    """One idea for each mood, of the footage that suits it clearly better than the rest does."""
    ideas = []
    for mood in moods:
        fit = {i: suits(dailies.moments(i), (mood,)) for i in ids}
        if len(fit) < 4 or mood not in MOODS:
            continue
        line = statistics.quantiles(fit.values(), n=4)[2]
        best = sorted((i for i in ids if fit[i] > line), key=lambda i: -fit[i])[:6]
        if len(best) < 2:
            continue
        beats = tuple((_beat_words(i, dailies), (i,)) for i in best)
        shown = list(dict.fromkeys(_lower(words) for words, _ in beats))
        logline = f"Everything {mood}, whatever it shows: {listed(shown, limit=3)}."
        title = f"The {mood} ones"
        ideas.append(_idea(title, logline, mood, beats, dailies))
    return ideas


def _lower(words: str) -> str:
    """A caption inside a sentence; names of files and abbreviations stay as they are."""
    return (
        words[:1].lower() + words[1:] if words[1:2] in (" ", "") or words[1:2].islower() else words
    )


def _told(number: int, idea: Idea, dailies: Dailies) -> str:
    files = listed([dailies.footage(i).name for i in idea.footage_ids])
    full = sum(share == 1 for share in idea.cover)
    return (
        f"{number}. {idea.title}: {idea.logline}\n"
        f"   {count(len(idea.footage_ids), 'file')}, {clock(idea.usable_s)} usable: {files}\n"
        f"   coverage {percent(idea.coverage)} of {FILM_S} s, {full} of"
        f" {count(len(idea.beats), 'beat')} in full: "
        + listed(
            [f"{words} {percent(c)}" for (words, _), c in zip(idea.beats, idea.cover, strict=True)]
        )
    )


def percent(share: Fraction) -> str:
    """A share as people read it, never more than there is: "83 %"."""
    return f"{int(share * 100)} %"


def _data(idea: Idea, dailies: Dailies) -> dict[str, Any]:
    return {
        "title": idea.title,
        "logline": idea.logline,
        "mood": idea.mood,
        "footage_ids": list(idea.footage_ids),
        "names": [dailies.footage(i).name for i in idea.footage_ids],
        "usable_s": str(idea.usable_s),
        "coverage": round(float(idea.coverage), 3),
        "beats": [
            {
                "words": words,
                "footage_ids": list(ids),
                "usable_s": str(_usable(ids, dailies)),
                "coverage": round(float(share), 3),
            }
            for (words, ids), share in zip(idea.beats, idea.cover, strict=True)
        ],
    }


def _reasons(idea: Idea, dailies: Dailies) -> list[Reason]:
    cited = []
    for footage_id in idea.footage_ids[:8]:
        footage = dailies.footage(footage_id)
        kind = "title" if footage.title else "name"
        cited.append(
            Evidence.model_validate(
                {
                    "kind": kind,
                    "footage_id": footage_id,
                    "end_s": str(footage.duration_s),
                    "quote": footage.title or footage.name,
                }
            )
        )
    return [Reason(text=f"{idea.title}: {idea.logline}", evidence=tuple(cited))]
