"""The tool that makes a first cut: beats, the footage for each, order, lengths, holes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from index.topics import topics
from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document
from timeline.edits import check as check_edit
from timeline.model import Timeline, Title
from timeline.time import TimeRange, clock, exact
from tools.assembly import Assembly, Look, assemble
from tools.beats import Beat, framed, shared_out, subject_words
from tools.changes import changes
from tools.coverage import Brief, Cast, Covered, cast, cover
from tools.dailies import Dailies, count, listed
from tools.moods import CLIP_S, Pace, found_in, pace_of
from tools.proposal import Effect, Proposal, Reason
from tools.reasons import check, length_evidence
from tools.shape import Arguments, Edits

DEFAULT_S = Fraction(30)
ENOUGH = Fraction(1, 3)  # of the length must answer the beats before b-roll may fill it up


class BeatWanted(Arguments):
    """One beat as the creator says it."""

    words: str = Field(description="what is to be seen or heard")
    share: float | None = Field(None, gt=0, le=1, description="share of the film; empty: equal")


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
    keep_speech: bool | None = Field(None, description="false: the clips' own sound is muted")
    fill_up: bool = Field(
        True, description="where the beats' own footage is too short: other footage as b-roll"
    )


class Storyboard(Edits):
    """Chooses, orders and cuts footage for a goal; replaces V1, keeps the other tracks."""

    name: ClassVar[str] = "storyboard"
    summary: ClassVar[str] = "Make a first cut: choose moments for each beat, to the asked length"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = StoryboardArguments

    def propose(self, arguments: StoryboardArguments, project: Project) -> Proposal:
        """The cut with a reason for each clip. Raises BadArguments without usable footage."""
        _require(arguments, project)
        moods = found_in(arguments.goal, arguments.mood)
        pace: Pace = arguments.pace or pace_of(moods) or "medium"
        length = exact(arguments.length_s) if arguments.length_s else DEFAULT_S
        brief = Brief(arguments.footage_ids, arguments.exclude, moods)
        covered, notes = _covered(arguments, brief, length, CLIP_S[pace], project)
        chosen, covered = _cast(arguments, covered, brief, length, CLIP_S[pace], project)
        look = Look(
            length_s=length,
            aspect=arguments.aspect,
            order=arguments.order,
            muted=arguments.keep_speech is False,
            hole_s=None if arguments.beats else CLIP_S[pace],
        )
        made = assemble(covered, chosen, look, project)
        if not made.timeline.clips():
            raise BadArguments(_nothing(covered))
        return self._proposal(arguments, made, length, notes, project)

    def _proposal(
        self,
        arguments: StoryboardArguments,
        made: Assembly,
        length: Fraction,
        notes: list[str],
        project: Project,
    ) -> Proposal:
        before = history.current(project)
        after = onto(before, made.timeline)
        check_edit(after)
        kept = Reason(
            text=f"The cut lasts {clock(after.duration)} of the {clock(length)} "
            + ("asked for" if arguments.length_s else "a first cut is given"),
            evidence=(length_evidence(length, after),),
        )
        reasons = (*made.reasons, check(kept, project, timeline=after))
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=_answer(made, length, notes),
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=reasons,
            holes=made.holes,
            data={"missing_s": str(made.missing_s)},
        )


def _require(arguments: StoryboardArguments, project: Project) -> None:
    pictures = Dailies(project).pictures()
    if not pictures:
        raise BadArguments(
            "a storyboard needs footage with a picture and this project has none;"
            " ingest a folder with video first"
        )
    unknown = [i for i in arguments.footage_ids or () if i not in {f.id for f in pictures}]
    if unknown:
        raise BadArguments(
            f"footage_ids names {listed(unknown)}, which this project has no picture of;"
            " use ids that search or overview gave"
        )


def _nothing(covered: Sequence[Covered]) -> str:
    wanted = listed([repr(c.beat.words) for c in covered if c.beat.words])
    near = [miss for c in covered for miss in c.near_misses][:3]
    nearest = f"; the nearest are {listed(near)}" if near else ""
    return f"nothing in the footage shows {wanted or 'what is asked'}{nearest}; ask for other beats"


# --- beats


def _covered(
    arguments: StoryboardArguments,
    brief: Brief,
    length: Fraction,
    clip_s: Fraction,
    project: Project,
) -> tuple[tuple[Covered, ...], list[str]]:
    """The beats with their candidates, and what is to be said about how they were found."""
    edges = {"opening": arguments.opening, "ending": arguments.ending}
    clip_share = min(Fraction(1, 2), clip_s / length)
    if arguments.beats:
        asked = [Beat(b.words, exact(b.share or 0)) for b in arguments.beats]
        return cover(framed(asked, **edges, clip_share=clip_share), brief, project), []
    subjects = arguments.subjects or subject_words(arguments.goal)
    notes: list[str] = []
    if subjects:
        body = [Beat(words, Fraction(0), asked=False) for words in subjects]
        covered = cover(framed(body, **edges, clip_share=clip_share), brief, project)
        if any(c.candidates for c in covered if c.beat.role == "body"):
            return covered, notes
        told = listed([repr(words) for words in subjects])
        notes.append(
            f"Nothing in this footage is known to show {told}, so the clips are chosen"
            " by how they look, move and sound."
        )
    body = _derived(brief, project)
    return cover(framed(body, **edges, clip_share=clip_share), brief, project), notes


def _derived(brief: Brief, project: Project) -> list[Beat]:
    """One beat for each topic that has pictures, the largest first; one for all without topics."""
    usable = {f.id for f in Dailies(project).pictures()}
    if brief.footage_ids is not None:
        usable &= set(brief.footage_ids)
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


# --- casting


def _cast(
    arguments: StoryboardArguments,
    covered: tuple[Covered, ...],
    brief: Brief,
    length: Fraction,
    clip_s: Fraction,
    project: Project,
) -> tuple[list[list[Cast]], tuple[Covered, ...]]:
    """Casts with room for the whole length where the footage has it; b-roll where it is short."""
    need = length * (1 - sum((c.beat.share for c in covered if not c.candidates), Fraction(0)))
    chosen = _enough(covered, need, clip_s)
    have = _capacity(chosen)
    if have >= need or not arguments.fill_up or have < length * ENOUGH:
        return chosen, covered
    beat = Beat("", 1 - have / length, asked=False, by_senses=True)
    (extra,) = cover((beat,), brief, project)
    place = next((n for n, c in enumerate(covered) if c.beat.role == "ending"), len(covered))
    with_broll = (*covered[:place], extra, *covered[place:])
    shares = shared_out([c.beat for c in with_broll])
    covered = tuple(replace(c, beat=b) for c, b in zip(with_broll, shares, strict=True))
    return _enough(covered, length, clip_s), covered


def _enough(covered: Sequence[Covered], need: Fraction, clip_s: Fraction) -> list[list[Cast]]:
    """The fewest casts at the asked pace that have room for `need` seconds, if any do."""
    best: list[list[Cast]] = [[] for _ in covered]
    for more in (1, Fraction(3, 2), 2, 3, 5):
        for window in (Fraction(8, 5), Fraction(3), Fraction(8)):
            slots = [
                max(1, round(c.beat.share * need / clip_s * more)) if c.candidates else 0
                for c in covered
            ]
            chosen = cast(covered, slots, clip_s * window)
            if _capacity(chosen) > _capacity(best):
                best = chosen
            if _capacity(best) >= need + Fraction(1, 2):
                return best
    return best


def _capacity(chosen: Sequence[Sequence[Cast]]) -> Fraction:
    return sum((c.window.duration for casts in chosen for c in casts), Fraction(0))


# --- the timeline and the answer


def onto(before: Timeline, made: Timeline) -> Timeline:
    """The made V1 in place of the old one; other tracks stay, titles as far as they fit."""
    others = tuple(t for t in before.tracks if t.name != "V1")
    whole = TimeRange(Fraction(0), made.duration)
    titles: list[Title] = []
    for title in before.titles:
        if title.span.overlap(whole) > 0:
            titles.append(replace(title, span=title.span.clamp(whole)))
    notes = tuple(m for m in before.markers if m.kind == "note" and m.span.end <= whole.end)
    return replace(
        made,
        name=before.name,
        tracks=(made.track("V1"), *others),
        titles=tuple(titles),
        markers=(*notes, *made.markers),
    )


def _answer(made: Assembly, length: Fraction, notes: list[str]) -> str:
    clips = [clip for _, clip in made.timeline.clips()]
    files = len({clip.footage_id for clip in clips})
    said = [
        f"{count(len(clips), 'clip')} from {count(files, 'file')}, "
        f"{clock(made.timeline.duration)} in all."
    ]
    said += notes
    if made.holes:
        wanted = listed([f"{h.wanted!r} ({clock(Fraction(h.duration_s))})" for h in made.holes])
        said.append(f"No footage fits {wanted}; a hole stands there, to fill or to drop.")
        near = [miss for h in made.holes for miss in h.near_misses]
        said += [f"The nearest misses are {listed(near, limit=3)}."] if near else []
    if made.missing_s > 0:
        said.append(
            f"The footage is {clock(made.missing_s)} too short for the {clock(length)}"
            " asked for; all that fits is used."
        )
    broll = sum(1 for clip in clips if not clip.beat) if any(c.beat for c in clips) else 0
    if broll:
        said.append(f"{count(broll, 'clip')} of other footage fill it up to the length.")
    return " ".join(said)
