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
from tools.assembly import Assembly, Look, assemble, hole_s
from tools.beats import Beat, framed, shared_out, subject_words
from tools.changes import changes
from tools.coverage import Brief, Cast, Covered, cast, cover, merit
from tools.dailies import Dailies, count, listed
from tools.moods import CLIP_S, FLOOR_S, Pace, found_in, pace_of
from tools.proposal import Effect, Proposal, Reason
from tools.reasons import check, length_evidence
from tools.shape import Arguments, Edits

DEFAULT_S = Fraction(30)
ENOUGH = Fraction(1, 3)  # of the length must answer the beats before b-roll may fill it up


class BeatWanted(Arguments):
    """One beat as the creator says it."""

    words: str = Field(description="what is to be seen or heard")
    share: float | None = Field(None, gt=0, le=1, description="share of the film; empty: equal")
    generate: bool = Field(False, description="it is to be generated: keep a hole for it")


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
    fill_up: bool = Field(
        True, description="where the beats' own footage is too short: other footage as b-roll"
    )


class Storyboard(Edits):
    """Chooses, orders and cuts footage for a goal; replaces V1, and the rest for another film."""

    name: ClassVar[str] = "storyboard"
    summary: ClassVar[str] = "Make a first cut: choose moments for each beat, to the asked length"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = StoryboardArguments

    def propose(self, arguments: StoryboardArguments, project: Project) -> Proposal:
        """The cut with a reason for each clip. Raises BadArguments without usable footage."""
        _require(arguments, project)
        moods = found_in(arguments.goal, arguments.mood)
        pace: Pace = arguments.pace or pace_of(moods) or "medium"
        length = _length(arguments, pace, project)
        brief = Brief(arguments.footage_ids, arguments.exclude, moods)
        covered, notes = _covered(arguments, brief, length, pace, project)
        look = Look(
            length_s=length,
            aspect=arguments.aspect,
            order=arguments.order,
            muted=arguments.keep_speech is False,
            hole_s=None if arguments.beats else CLIP_S[pace],
            floor_s=FLOOR_S[pace],
        )
        chosen, covered = _cast(arguments, covered, brief, look, CLIP_S[pace], project)
        made = assemble(covered, chosen, look, project)
        if not made.timeline.clips() and not any(c.beat.made for c in covered):
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
        after = onto(before, made.timeline, keep_rest=arguments.keep_rest)
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


def _length(arguments: StoryboardArguments, pace: Pace, project: Project) -> Fraction:
    """The asked length; else one that is usual, or that has room for every file."""
    if arguments.length_s:
        return exact(arguments.length_s)
    files = len(Dailies(project).pictures()) if arguments.everything else 0
    return max(DEFAULT_S, CLIP_S[pace] * files)


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


def _nothing(covered: Sequence[Covered]) -> str:
    wanted = listed([repr(c.beat.words) for c in covered if c.beat.words])
    near = [miss for c in covered for miss in c.near_misses][:3]
    nearest = f"; the nearest are {listed(near)}" if near else ""
    return (
        f"nothing in this footage is known to show {wanted or 'what is asked'}{nearest}."
        " Ask for something else, name no subject to have the clips chosen by how they look, or"
        " ask for it to be generated"
    )


# --- beats


def _covered(
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
        asked = [Beat(b.words, exact(b.share or 0), made=b.generate) for b in arguments.beats]
        return covering(asked), []
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
        raise BadArguments(_nothing(covered))
    most = max(1, int(length / FLOOR_S[pace]))
    return covering(_derived(brief, project)[:most]), []


def _one_each(brief: Brief, project: Project) -> list[Beat]:
    ids = [f.id for f in Dailies(project).pictures()]
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
    look: Look,
    clip_s: Fraction,
    project: Project,
) -> tuple[list[list[Cast]], tuple[Covered, ...]]:
    """Casts with room for the whole length where the footage has it; b-roll where it is short."""
    need = _need(covered, look)
    chosen = _enough(covered, need, clip_s, look.floor_s)
    have = _capacity(chosen)
    if have >= need or not arguments.fill_up or have < need * ENOUGH:
        return chosen, covered
    near = ", ".join(c.beat.words for c in covered if c.beat.words and not c.beat.made)
    beat = Beat("", 1 - have / look.length_s, asked=False, by_senses=True, near=near)
    (extra,) = cover((beat,), brief, project)
    place = next((n for n, c in enumerate(covered) if c.beat.role == "ending"), len(covered))
    with_broll = (*covered[:place], extra, *covered[place:])
    shares = shared_out([c.beat for c in with_broll])
    covered = tuple(replace(c, beat=b) for c, b in zip(with_broll, shares, strict=True))
    return _enough(covered, _need(covered, look), clip_s, look.floor_s), covered


def _need(covered: Sequence[Covered], look: Look) -> Fraction:
    """The seconds that footage has to fill: all but the holes."""
    holes = sum((hole_s(c.beat, look) for c in covered if not c.candidates), Fraction(0))
    return max(look.length_s - holes, Fraction(0))


def _enough(
    covered: Sequence[Covered], need: Fraction, clip_s: Fraction, floor_s: Fraction
) -> list[list[Cast]]:
    """The fewest casts at the asked pace that have room for `need` seconds, if any do.

    There are never so many of them that each would be shorter than the floor.
    """
    best: list[list[Cast]] = [[] for _ in covered]
    whole = sum((c.beat.share for c in covered if c.candidates), Fraction(0)) or Fraction(1)
    for more in (Fraction(1), Fraction(3, 2), Fraction(2), Fraction(3), Fraction(5)):
        for window in (Fraction(1), Fraction(8, 5), Fraction(3), Fraction(8)):
            slots = []
            for one in covered:
                seconds = need * one.beat.share / whole
                many = min(round(seconds / clip_s * more), int(seconds / floor_s))
                slots.append(max(1, many) if one.candidates else 0)
            chosen = cast(covered, slots, clip_s * window, floor_s)
            if _worth(chosen) > _worth(best):
                best = chosen
            if _shown(best) == _shown(chosen) and _capacity(best) >= need + Fraction(1, 2):
                return best
    return best


def _worth(chosen: Sequence[Sequence[Cast]]) -> tuple[int, Fraction]:
    """More of the beats shown is better, then more to cut from."""
    return _shown(chosen), _capacity(chosen)


def _shown(chosen: Sequence[Sequence[Cast]]) -> int:
    return sum(1 for casts in chosen if casts)


def _capacity(chosen: Sequence[Sequence[Cast]]) -> Fraction:
    return sum((c.window.duration for casts in chosen for c in casts), Fraction(0))


# --- the timeline and the answer


def onto(before: Timeline, made: Timeline, *, keep_rest: bool = True) -> Timeline:
    """The made V1 in place of the old one; other tracks stay, titles as far as they fit.

    Without `keep_rest` it is another film: only the creator's notes stay.
    """
    if not keep_rest:
        before = replace(before, tracks=(), titles=())
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
        fills = "fills" if broll == 1 else "fill"
        said.append(f"{count(broll, 'clip')} of other footage {fills} it up to the length.")
    return " ".join(said)
