"""What a storyboard shows, in order: the beats that were asked for, or found in the footage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from pydantic import Field

from index.topics import topics
from project.errors import BadArguments
from project.store import Project
from timeline.model import Clip
from timeline.time import TimeRange, clock, exact
from tools.beats import Beat, framed, shared_out, subject_words
from tools.coverage import Brief, Covered, cover, merit
from tools.dailies import Dailies, listed
from tools.moods import CLIP_S, FLOOR_S, Pace
from tools.shape import Arguments


class BeatWanted(Arguments):
    """One beat as the creator says it."""

    words: str = Field(description="what is to be seen or heard")
    share: float | None = Field(None, gt=0, le=1, description="share of the film; empty: equal")
    generate: bool = Field(False, description="it is to be generated: keep a hole for it")
    footage_ids: tuple[str, ...] = Field((), description="only from these; empty: from any")


class Unlike(Arguments):
    """A span that is to be shown only where nothing else fits: another version has it."""

    footage_id: str
    in_s: str = Field(description="rational text, in source seconds")
    out_s: str = Field(description="rational text, in source seconds")

    @classmethod
    def of(cls, clip: Clip) -> Unlike:
        """The span that a clip plays."""
        return cls(
            footage_id=clip.footage_id,
            in_s=str(clip.source.start),
            out_s=str(clip.source.end),
        )

    @property
    def range(self) -> TimeRange:
        return TimeRange(Fraction(self.in_s), Fraction(self.out_s))


class StoryboardArguments(Arguments):
    """What the film should be."""

    goal: str = Field("", description="the creator's goal in words")
    length_s: float | None = Field(None, gt=0, le=36000, description="length in seconds")
    beats: tuple[BeatWanted, ...] = Field(
        (), description="what to show, in order; empty: found from the goal and the footage"
    )
    subjects: tuple[str, ...] = Field((), description="what the goal is about, if no beats")
    mood: tuple[str, ...] = Field((), description="mood words: calm, lively, bright, dark, warm")
    aspect: Literal["16:9", "9:16", "1:1", "4:5"] | None = None
    order: Literal["story", "chronological", "day to night"] = "story"
    pace: Literal["slow", "medium", "fast"] | None = None
    exclude: tuple[str, ...] = Field((), description="words for what must not be seen")
    opening: str = Field("", description="what the film opens on")
    ending: str = Field("", description="what the film ends on")
    footage_ids: tuple[str, ...] | None = Field(None, description="use only these footage ids")
    generate: tuple[str, ...] = Field(
        (),
        description="what the creator asks to be generated, not filmed: a hole is kept for each;"
        " words of the opening, the ending or a subject keep it there, others the middle",
    )
    everything: bool = Field(False, description="true: a clip of every usable file")
    keep_speech: bool | None = Field(None, description="false: the clips' own sound is muted")
    keep_rest: bool = Field(
        True, description="false for another film: the titles and music that stand go with the cut"
    )
    unlike: tuple[Unlike, ...] = Field((), description="spans to leave out where others fit")
    fill_up: bool = Field(
        True, description="where the beats' own footage is too short: other footage as b-roll"
    )


def _uncaptioned(project: Project) -> bool:
    """Whether next to nothing in the project says what its shots show."""
    row = project.row("SELECT avg(caption_source != 'embedded') AS told FROM moment")
    return row is None or (row["told"] or 0) < 0.1


def _by_looks(subjects: Sequence[str]) -> str:
    return (
        f"No captions say what these shots show, so which of them show {listed(list(subjects))}"
        " cannot be known: they are chosen by how they look and sound. Captions or a shot log"
        " beside the footage would change that."
    )


def nothing_shown(covered: Sequence[Covered]) -> str:
    """What to say where no footage is known to show any of the beats."""
    wanted = listed([repr(c.beat.words) for c in covered if c.beat.words])
    near = [miss for c in covered for miss in c.near_misses][:3]
    nearest = f"; the nearest are {listed(near)}" if near else ""
    return (
        f"nothing in this footage is known to show {wanted or 'what is asked'}{nearest}."
        " Ask for something else, name no subject to have the clips chosen by how they look, or"
        " ask for it to be generated"
    )


def outlined(
    arguments: StoryboardArguments,
    brief: Brief,
    length: Fraction,
    pace: Pace,
    project: Project,
) -> tuple[tuple[Covered, ...], list[str]]:
    """The beats with their candidates, and what is to be said about how they were found."""
    clip_share = min(Fraction(1, 2), CLIP_S[pace] / length)

    def covering(body: list[Beat]) -> tuple[Covered, ...]:
        beats = framed(
            body, opening=arguments.opening, ending=arguments.ending, clip_share=clip_share
        )
        return cover(_with_made(beats, arguments, clip_share, project), brief, project)

    if arguments.beats:
        return covering([_beat(wanted) for wanted in arguments.beats]), []
    subjects = arguments.subjects or subject_words(arguments.goal)
    if arguments.everything and not subjects:
        return _every_file(covering(_one_each(brief, project)), length, pace, project)
    if subjects:
        covered = covering([Beat(words, Fraction(0), asked=False) for words in subjects])
        if any(c.candidates for c in covered if c.beat.role == "body"):
            return _room_for(covered, length, pace)
        if _uncaptioned(project):
            most = max(1, int(length / FLOOR_S[pace]))
            return covering(_derived(brief, project)[:most]), [_by_looks(subjects)]
        if any(c.candidates or c.beat.made for c in covered):
            return covered, []  # an opening or an ending is there; the rest are holes
        raise BadArguments(nothing_shown(covered))
    most = max(1, int(length / FLOOR_S[pace]))
    return covering(_derived(brief, project)[:most]), []


def _beat(wanted: BeatWanted) -> Beat:
    ids = wanted.footage_ids or None
    return Beat(wanted.words, exact(wanted.share or 0), made=wanted.generate, footage_ids=ids)


def _one_each(brief: Brief, project: Project) -> list[Beat]:
    dailies = Dailies(project)
    ids = [f.id for f in (dailies.pictures() if brief.footage_ids else dailies.filmed())]
    named = [i for i in ids if brief.footage_ids is None or i in brief.footage_ids]
    return [Beat("", Fraction(1), asked=False, footage_ids=(i,), by_senses=True) for i in named]


def _every_file(
    covered: tuple[Covered, ...], length: Fraction, pace: Pace, project: Project
) -> tuple[tuple[Covered, ...], list[str]]:
    """A beat for every file that has something usable, and the names of those that do not fit."""
    dailies = Dailies(project)
    most = max(1, int(length / FLOOR_S[pace]))

    def worth(place: int) -> tuple[bool, float]:
        one = covered[place]
        return one.beat.footage_ids is None, max((merit(c) for c in one.candidates), default=-9.0)

    ranked = sorted(range(len(covered)), key=worth, reverse=True)
    kept = sorted(n for n in ranked[:most] if covered[n].candidates or worth(n)[0])
    lost = [n for n in range(len(covered)) if n not in kept]
    out = [dailies.footage(covered[n].beat.footage_ids[0]).name for n in lost]  # type: ignore[index]
    shares = shared_out([covered[n].beat for n in kept])
    told = (
        f"{len(kept)} of {len(covered)} files are in it; {listed(out)} did not fit into"
        f" {clock(length)} or had nothing usable."
    )
    beats = tuple(replace(covered[n], beat=b) for n, b in zip(kept, shares, strict=True))
    return beats, [told] if out else []


def _with_made(
    beats: tuple[Beat, ...], arguments: StoryboardArguments, clip_share: Fraction, project: Project
) -> tuple[Beat, ...]:
    """The beats with those marked that are to be generated; new ones stand in the middle.

    What was generated for the same words before is not made twice: it is cut in.
    """
    wishes = {words.casefold().strip(): words.strip() for words in arguments.generate}
    body = [n for n, beat in enumerate(beats) if beat.role == "body"]
    middle = body[(len(body) + 1) // 2 - 1] + 1 if body else int(bool(arguments.opening.strip()))
    known = {beat.words.casefold() for beat in beats}
    new = [
        Beat(words, min(clip_share, Fraction(1, 4)))
        for key, words in wishes.items()
        if key and key not in known
    ]
    added = sum((b.share for b in new), Fraction(0))
    kept = [replace(b, share=b.share * max(1 - added, Fraction(1, 4))) for b in beats]
    every = shared_out([*kept[:middle], *new, *kept[middle:]])
    return tuple(
        _made_or_there(beat, project) if beat.made or beat.words.casefold() in wishes else beat
        for beat in every
    )


def _made_or_there(beat: Beat, project: Project) -> Beat:
    wish = beat.words.casefold()
    ids = tuple(
        f.id
        for f in Dailies(project).pictures()
        if f.origin is not None and f.origin.prompt.casefold() == wish
    )
    return replace(beat, footage_ids=ids, by_senses=True) if ids else replace(beat, made=True)


def _room_for(
    covered: tuple[Covered, ...], length: Fraction, pace: Pace
) -> tuple[tuple[Covered, ...], list[str]]:
    """As many of the named things as the length has room for, the best shown ones first."""
    most = max(1, int(length / min(FLOOR_S[pace], FLOOR_S["medium"])))
    if len(covered) <= most:
        return covered, []

    def worth(place: int) -> tuple[bool, bool, bool, float]:
        one = covered[place]
        best = max((merit(c) for c in one.candidates), default=0.0)
        return bool(one.candidates), one.beat.role != "body", one.beat.made, best

    kept = sorted(sorted(range(len(covered)), key=worth, reverse=True)[:most])
    out = [repr(c.beat.words) for n, c in enumerate(covered) if n not in kept]
    shares = shared_out([covered[n].beat for n in kept])
    told = (
        f"{clock(length)} has room for {most} of the {len(covered)} things asked for without"
        f" rushing them; {listed(out)} {'is' if len(out) == 1 else 'are'} left out."
    )
    return tuple(replace(covered[n], beat=b) for n, b in zip(kept, shares, strict=True)), [told]


def _derived(brief: Brief, project: Project) -> list[Beat]:
    """One beat a topic with pictures, the largest first; one for all where a mood chooses."""
    if brief.moods:  # what suits the mood best, wherever it is
        return [Beat("", Fraction(1), asked=False, by_senses=True)]
    usable = {f.id for f in Dailies(project).filmed()}
    if brief.footage_ids is not None:
        usable = {f.id for f in Dailies(project).pictures()} & set(brief.footage_ids)
    beats, told = [], set[str]()
    for topic in topics(project):
        ids = tuple(i for i in topic.footage_ids if i in usable and i not in told)
        told |= set(ids)
        if ids:
            share = Fraction(len(ids))
            beats.append(Beat(topic.label, share, asked=False, footage_ids=ids, by_senses=True))
    rest = tuple(sorted(usable - told))
    if rest:
        share = Fraction(len(rest))
        beats.append(Beat("", share, asked=False, footage_ids=rest, by_senses=True))
    whole = sum((b.share for b in beats), Fraction(0))
    return [replace(b, share=b.share / whole) for b in beats]
