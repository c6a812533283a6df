"""The tool that makes several storyboards of one film and sets them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from pydantic import Field

from project.store import Project
from timeline import document
from timeline.model import Clip, Timeline
from timeline.time import clock, exact
from tools.dailies import count, listed
from tools.moods import Pace, found_in, pace_of
from tools.outline import StoryboardArguments, Unlike
from tools.proposal import Effect, Proposal
from tools.shape import Arguments, Reads
from tools.storyboard import Storyboard

ALIKE = Fraction(4, 5)  # of its time from which a version in the same order is the same one again
_PACES: tuple[Pace, ...] = ("slow", "medium", "fast")
_STEPS = (0, 1, -1, 1, -1)  # how much quicker or slower than the first each version is
_ORDERS: tuple[Any, ...] = ("story", "chronological", "day to night", "day to night", "story")


class AlternativesArguments(Arguments):
    """Which film, and how many versions of it."""

    film: StoryboardArguments = Field(description="the film, as for a storyboard")
    count: int = Field(3, ge=2, le=5, description="how many versions")


@dataclass(frozen=True, slots=True)
class Version:
    """One storyboard of the film, and what it was made with."""

    number: int
    arguments: StoryboardArguments
    proposal: Proposal
    pace: Pace

    @property
    def timeline(self) -> Timeline:
        assert self.proposal.timeline is not None  # a storyboard always proposes one
        return document.from_document(self.proposal.timeline)

    @property
    def clips(self) -> list[Clip]:
        return [clip for _, clip in self.timeline.clips()]


class Alternatives(Reads):
    """Makes versions that differ in moments, order and pace; proposes none of them."""

    name: ClassVar[str] = "alternatives"
    summary: ClassVar[str] = (
        "Make several versions of a film and compare them; one of them is then taken"
    )
    effect: ClassVar[Effect] = "read"
    arguments: ClassVar[type[Arguments]] = AlternativesArguments

    def propose(self, arguments: AlternativesArguments, project: Project) -> Proposal:
        """The versions side by side. Raises BadArguments where no storyboard can be made."""
        made = versions(arguments, project)
        rows = [_row(version, made) for version in made]
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer=_told(rows, arguments.count),
            data={"alternatives": rows},
        )


def versions(arguments: AlternativesArguments, project: Project) -> list[Version]:
    """Storyboards that differ for real; fewer than asked where the footage allows no more."""
    made: list[Version] = []
    moods = found_in(arguments.film.goal, arguments.film.mood)
    base: Pace = arguments.film.pace or pace_of(moods) or "medium"
    for number in range(arguments.count):
        pace = _pace(arguments.film, base, pace_of(moods), _STEPS[number])
        film = _varied(arguments.film, pace, number, made)
        proposal = Storyboard().propose(film, project)
        version = Version(len(made) + 1, film, proposal, pace)
        if not any(_same(version, other) for other in made):
            made.append(version)
    return made


def _varied(
    film: StoryboardArguments, pace: Pace, number: int, made: Sequence[Version]
) -> StoryboardArguments:
    """The film with other moments than the versions before; what was asked for stays."""
    if number == 0:
        return film
    fixed = film.order != "story" or bool(film.beats)
    shown = [Unlike.of(clip) for version in made for clip in version.clips]
    return film.model_copy(
        update={
            "pace": pace,
            "order": film.order if fixed else _ORDERS[number],
            "unlike": tuple(dict.fromkeys((*film.unlike, *shown))),
        }
    )


def _pace(film: StoryboardArguments, base: Pace, mood: Pace | None, step: int) -> Pace:
    """The pace a step away from the base; one that was asked for, or against the mood, stays."""
    if film.pace is not None:
        return film.pace
    at = _PACES.index(base) + step
    if not 0 <= at < len(_PACES):
        at = _PACES.index(base)
    if mood is not None and abs(at - _PACES.index(mood)) > 1:
        return mood
    return _PACES[at]


def _shared(one: Version, other: Version) -> Fraction:
    """The share of a version's shown time that the other one shows too."""
    time = sum((clip.source.duration for clip in one.clips), Fraction(0))
    both = sum(
        (
            mine.source.overlap(theirs.source)
            for mine in one.clips
            for theirs in other.clips
            if mine.footage_id == theirs.footage_id
        ),
        Fraction(0),
    )
    return min(Fraction(1), both / time) if time else Fraction(1)


def _same(one: Version, other: Version) -> bool:
    in_order = [c.footage_id for c in one.clips] == [c.footage_id for c in other.clips]
    return in_order and _shared(one, other) >= ALIKE


def _row(version: Version, every: Sequence[Version]) -> dict[str, Any]:
    timeline, clips = version.timeline, version.clips
    asked = any(clip.beat for clip in clips)
    shown = sum((c.duration for c in clips if c.beat or not asked), Fraction(0))
    length = timeline.duration + Fraction(version.proposal.data["missing_s"])
    first = every[0]
    return {
        "number": version.number,
        "arguments": version.arguments.model_dump(mode="json"),
        "length_s": str(timeline.duration),
        "shots": len(clips),
        "shot_s": str(sum((c.duration for c in clips), Fraction(0)) / len(clips) if clips else 0),
        "files": len({clip.footage_id for clip in clips}),
        "coverage": round(float(shown / length), 3) if length else 0.0,
        "holes": [gap.wanted for _, gap in timeline.holes()],
        "pace": version.pace,
        "order": version.arguments.order,
        "same": round(float(_shared(version, first)), 3),
        "verified": sum(bool(r.verified) for r in version.proposal.reasons),
        "reasons": len(version.proposal.reasons),
        "differs": "" if version is first else _differs(version, first),
        "clips": [
            {
                "footage_id": clip.footage_id,
                "name": clip.name,
                "start_s": str(clip.source.start),
                "end_s": str(clip.source.end),
                "beat": clip.beat,
            }
            for clip in clips
        ],
    }


def _differs(version: Version, first: Version) -> str:
    """What a version has that the first has not, in words."""
    known = {clip.footage_id for clip in first.clips}
    mine = {clip.footage_id: clip.name for clip in version.clips}
    new = [name for footage_id, name in mine.items() if footage_id not in known]
    gone = list(dict.fromkeys(c.name for c in first.clips if c.footage_id not in mine))
    said = [f"{float(1 - _shared(version, first)):.0%} other moments"]
    said += [f"with {listed(new, limit=3)}"] if new else []
    said += [f"without {listed(gone, limit=3)}"] if gone else []
    if version.clips and first.clips and version.clips[0].footage_id != first.clips[0].footage_id:
        said.append(f"opens on {version.clips[0].name}")
    if version.arguments.order != first.arguments.order:
        said.append(_ordered(version.arguments.order))
    if version.pace != first.pace:
        quicker = _PACES.index(version.pace) > _PACES.index(first.pace)
        said.append("quicker" if quicker else "slower")
    return "; ".join(said)


def _ordered(order: str) -> str:
    return {"chronological": "in the order it was shot", "day to night": "from light to dark"}.get(
        order, "in the order of the story"
    )


_COLUMNS = ("version", "length", "shots", "each", "files", "covers", "holes", "same as 1")


def _told(rows: Sequence[dict[str, Any]], wanted: int) -> str:
    """The versions as a table, what differs, and how one is taken."""
    cells = [
        (
            str(row["number"]),
            clock(exact(row["length_s"])),
            str(row["shots"]),
            f"{float(Fraction(row['shot_s'])):.1f} s",
            str(row["files"]),
            f"{int(row['coverage'] * 100)} %",
            str(len(row["holes"])),
            f"{int(row['same'] * 100)} %",
        )
        for row in rows
    ]
    wide = [max(len(cell[n]) for cell in (_COLUMNS, *cells)) for n in range(len(_COLUMNS))]
    lines = ["Side by side:"]
    lines += [
        "  ".join(text.rjust(width) for text, width in zip(cell, wide, strict=True))
        for cell in (_COLUMNS, *cells)
    ]
    lines += [f"{row['number']}. {row['differs']}." for row in rows if row["differs"]]
    lines += [
        f"{row['number']}. No footage fits {listed([repr(h) for h in row['holes']])}."
        for row in rows
        if row["holes"]
    ]
    if len(rows) < wanted:
        have = count(len(rows), "version")
        lines.append(f"The footage has {have} that differ for real; {wanted} were asked for.")
    if len(rows) > 1:
        lines.append("Version 1 is proposed; say 'version 2' to have another one proposed.")
    return "\n".join(lines)
