"""The tool that makes a first cut: beats, the footage for each, order, lengths, holes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document
from timeline.edits import check as check_edit
from timeline.model import Timeline, Title
from timeline.time import TimeRange, clock, exact
from tools.assembly import Assembly, assemble
from tools.casting import Look, chosen_for, filled_up
from tools.changes import changes
from tools.coverage import Brief
from tools.dailies import Dailies, count, listed
from tools.liked import Liked, liked
from tools.moods import CLIP_S, Pace, found_in
from tools.outline import StoryboardArguments, nothing_shown, outlined
from tools.passed import passed_over
from tools.proposal import Effect, Hole, Proposal, Reason
from tools.reasons import check, check_all, length_evidence
from tools.shape import Arguments, Edits

DEFAULT_S = Fraction(30)


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
        like = liked(arguments, moods, project)
        arguments, pace, clip_s = like.arguments, like.pace, like.clip_s
        length = _length(arguments, pace, project)
        unlike = tuple((span.footage_id, span.range) for span in arguments.unlike)
        brief = Brief(arguments.footage_ids, arguments.exclude, moods, unlike)
        covered, notes = outlined(arguments, brief, length, pace, project)
        look = Look(
            length_s=length,
            aspect=arguments.aspect,
            order=arguments.order,
            muted=arguments.keep_speech is False,
            hole_s=None if arguments.beats else clip_s,
            floor_s=like.floor_s,
        )
        chosen = chosen_for(covered, look, clip_s)
        if arguments.fill_up:
            covered, chosen = filled_up(covered, chosen, brief, look, clip_s, project)
        made = assemble(covered, chosen, look, project)
        if not made.timeline.clips() and not any(c.beat.made for c in covered):
            raise BadArguments(nothing_shown(covered))
        proposal = self._proposal(like, made, length, [*notes, *like.told], project)
        weighed = {
            "passed": passed_over(covered, chosen),
            "preferences": {one.kind: one.value for one in like.used},
        }
        return proposal.model_copy(
            update={
                "reasons": (*proposal.reasons, *check_all(like.reasons, project)),
                "data": {**proposal.data, **weighed},
            }
        )

    def _proposal(
        self,
        like: Liked,
        made: Assembly,
        length: Fraction,
        notes: list[str],
        project: Project,
    ) -> Proposal:
        before = history.current(project)
        after = onto(before, made.timeline, keep_rest=like.asked.keep_rest)
        check_edit(after)
        kept = Reason(
            text=f"The cut lasts {clock(after.duration)} of the {clock(length)} {like.length}",
            evidence=(length_evidence(length, after),),
        )
        reasons = (*made.reasons, check(kept, project, timeline=after))
        return Proposal(
            tool=self.name,
            arguments=like.asked.model_dump(mode="json"),
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
    files = len(Dailies(project).filmed()) if arguments.everything else 0
    return max(DEFAULT_S, CLIP_S[pace] * files)


def _require(arguments: StoryboardArguments, project: Project) -> None:
    pictures = Dailies(project).pictures()
    if not pictures:
        raise BadArguments(
            "a storyboard needs footage with a picture and this project has none;"
            " ingest a folder with video first"
        )
    named = [*(arguments.footage_ids or ()), *(i for b in arguments.beats for i in b.footage_ids)]
    unknown = [i for i in dict.fromkeys(named) if i not in {f.id for f in pictures}]
    if unknown:
        raise BadArguments(
            f"footage_ids names {listed(unknown)}, which this project has no picture of;"
            " use ids that search or overview gave"
        )


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
    shown = {clip.beat for clip in clips}
    missing = [_timed(h) for h in made.holes if h.wanted not in shown]
    short = [_timed(h) for h in made.holes if h.wanted in shown]
    if missing:
        said.append(f"No footage fits {listed(missing)}; a hole stands there, to fill or to drop.")
        near = [miss for h in made.holes for miss in h.near_misses]
        said += [f"The nearest misses are {listed(near, limit=3)}."] if near else []
    if short:
        said.append(f"All footage of {listed(short)} is used; a hole stands for the rest.")
    if made.missing_s > 0:
        said.append(
            f"The footage is {clock(made.missing_s)} too short for the {clock(length)}"
            " asked for; all that fits is used."
        )
    broll = sum(1 for clip in clips if not clip.beat) if any(c.beat for c in clips) else 0
    if broll:
        fills = "fills" if broll == 1 else "fill"
        said.append(f"{count(broll, 'clip')} of footage about something like it {fills} it up.")
    return " ".join(said)


def _timed(hole: Hole) -> str:
    return f"{hole.wanted!r} ({clock(Fraction(hole.duration_s))})"
