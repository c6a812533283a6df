"""The tool that steadies shaky clips: a copy of each is made, measured, and takes its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from media.errors import Cancelled, MediaError
from media.pictures import is_picture
from media.steady import steady
from project import footage as store
from project import history
from project.errors import BadArguments, CreatorError
from project.footage import Footage
from project.store import Project
from timeline import edits
from timeline.model import Aim, Clip, Timeline, Track
from timeline.time import TimeRange, clock
from tools.dailies import Dailies, listed
from tools.levels import cite_level, level
from tools.pointing import point_all
from tools.proposal import Change, Cost, Effect, Proposal, Reason
from tools.ranges import flaw
from tools.reasons import check_all
from tools.shape import Arguments, Cancel, Progress
from tools.steadying import STEADIED, Copy, keep_copy, shake_of

Strength = Literal["light", "some", "strong"]
SMOOTH_S: dict[Strength, float] = {"light": 0.4, "some": 0.7, "strong": 1.4}
HANDLE_S = Fraction(1)  # steadied beyond either end of the clip, for trims and fades
BETTER = 0.8  # of the shake before, which must not be left to be called steadier
START_S, FRAME_S, PIXEL_S = 3.0, 0.02, 0.08  # each copy; each frame; each million pixels of it
VERSION = 1  # of how copies are made; it is in their names
Job = dict[str, Any]


class StabiliseArguments(Arguments):
    """Which clips, and how much."""

    clips: tuple[str, ...] = Field(
        (), description="clip ids, numbers from 1 or words for the clips; empty: the shaky ones"
    )
    strength: Strength = Field(
        "some", description="light keeps more of the hand's movement and of the picture's edge"
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """One clip to steady: the span of its footage that is copied, and how it shakes now."""

    clip: Clip
    footage: Footage
    span: TimeRange
    shake: float


class Stabilise:
    """Steadies clips; the footage itself is never touched."""

    name: ClassVar[str] = "stabilise"
    summary: ClassVar[str] = "Steady shaky clips: a steadied copy takes the place of each"
    effect: ClassVar[Effect] = "slow"
    arguments: ClassVar[type[Arguments]] = StabiliseArguments

    def propose(self, arguments: StabiliseArguments, project: Project) -> Proposal:
        """Which clips would be steadied. Raises BadArguments where none shakes or none can be."""
        before = history.current(project)
        if not before.clips():
            raise BadArguments("there is no film yet in which a clip could be steadied")
        dailies = Dailies(project)
        chosen, notes = _chosen(arguments, before, dailies)
        seconds = sum(_seconds(each) for each in chosen)
        names = listed([each.clip.name for each in chosen])
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="slow",
            answer=" ".join(
                [
                    f"A steadied copy of {names} is made, a second longer at either end where there"
                    f" is more, in about {seconds:.0f} s. It shows a little less at the edges. A"
                    " copy that is not steadier than what was filmed is not used.",
                    *notes,
                ]
            ),
            changes=tuple(_change(each, before) for each in chosen),
            reasons=check_all([_reason(each, dailies) for each in chosen], project),
            cost=Cost(
                seconds=round(seconds, 1),
                disk_bytes=sum(int(_frames(e) * _megapixels(e) * 60_000) for e in chosen),
            ),
            data={"clips": [_job(each, arguments.strength) for each in chosen]},
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """Each copy made, measured, kept where it is steadier. Raises CreatorError if none is."""
        jobs: list[Job] = proposal.data["clips"]
        smooth_s = SMOOTH_S[StabiliseArguments.model_validate(proposal.arguments).strength]
        made: dict[str, Job] = {}
        said: list[str] = []
        for number, job in enumerate(jobs):
            footage = store.find(project, job["footage_id"])

            def share(part: float, done: int = number, name: str = footage.name) -> None:
                progress((done + part) / len(jobs), f"steadying {name}")

            copy, told = _made(job, footage, smooth_s, project, share, cancel)
            said.append(told)
            if copy is not None:
                made[job["clip_id"]] = {"footage_id": copy.id, "start_s": job["start_s"]}
        progress(1.0, "done")
        if not made:
            raise CreatorError(f"Nothing was changed. {' '.join(said)}")
        return {"clips": made, "answer": " ".join(said)}

    def apply(
        self,
        proposal: Proposal,  # noqa: ARG002 - the signature is the protocol's
        work: dict[str, Any],
        project: Project,
    ) -> Timeline | None:
        """The current timeline with the steadied copies in their places, each as long as before."""
        timeline = history.current(project)
        for key, job in work["clips"].items():
            copy = store.find(project, job["footage_id"])
            timeline = steadied(timeline, key, copy, Fraction(job["start_s"]))
        edits.check(timeline)
        return timeline


def steadied(timeline: Timeline, clip_id: str, copy: Footage, start_s: Fraction) -> Timeline:
    """The timeline with a clip playing a copy of its footage that begins at `start_s` of it.

    Place, length, sound and all that lies over it stay. The clip is left alone where it is gone,
    or plays what was not copied.
    """

    def moved(item: Clip) -> Clip:
        room = copy.picture_range
        source = item.source.shift(-start_s)
        source = source.shift(-max(Fraction(0), source.end - room.end))  # a part of a frame
        if item.footage_id == copy.id or not room.contains(source):
            return item
        view = item.reframe
        if view is not None and view.path:
            path = tuple(Aim(aim.at_s - start_s, aim.x, aim.y) for aim in view.path)
            view = replace(view, path=path)
        return replace(
            item,
            footage_id=copy.id,
            name=f"{item.name} (steadied)",
            source=source,
            available=room,
            reframe=view,
        )

    tracks = tuple(
        Track(
            t.name,
            t.kind,
            tuple(moved(i) if isinstance(i, Clip) and i.id == clip_id else i for i in t.items),
        )
        for t in timeline.tracks
    )
    return replace(timeline, tracks=tracks)


def _chosen(
    arguments: StabiliseArguments, timeline: Timeline, dailies: Dailies
) -> tuple[list[Chosen], list[str]]:
    """The clips to steady and what is to be said of others. Raises BadArguments without any."""
    named = arguments.clips and arguments.clips != ("all",)
    ids = point_all(arguments.clips or ("all",), timeline, dailies.project)
    chosen: list[Chosen] = []
    notes: list[str] = []
    for clip in (clip for _, clip in timeline.clips() if clip.id in ids):
        why_not = _unfit(clip, dailies)
        if named and why_not:
            notes.append(f"{clip.name} is left as it is: {why_not}.")
        if not why_not and (named or _shaky(clip, dailies)):
            chosen.append(_choice(clip, dailies))
    if not chosen:
        raise BadArguments(" ".join(notes) or _none_shakes(timeline, dailies))
    return chosen, notes


def _choice(clip: Clip, dailies: Dailies) -> Chosen:
    footage = dailies.footage(clip.footage_id)
    shot = next(
        (s.range for s in dailies.shots(footage.id) if s.range.overlap(clip.source) > 0),
        footage.picture_range,
    )
    room = shot.clamp(clip.available)
    start = max(room.start, clip.source.start - HANDLE_S)
    rate = Fraction(footage.technical.rate)
    if rate > 0:  # on a frame of the source, so that each frame of the copy is one of it
        start = max(room.start, Fraction(start * rate // 1) / rate)
    span = TimeRange(min(start, clip.source.start), min(room.end, clip.source.end + HANDLE_S))
    return Chosen(clip, footage, span, level("shake", dailies.within(footage.id, clip.source)))


def _unfit(clip: Clip, dailies: Dailies) -> str:
    """Why a clip cannot be steadied; "" where it can."""
    footage = dailies.footage(clip.footage_id)
    if footage.origin is not None and footage.origin.backend == STEADIED:
        return "it is steadied already"
    if is_picture(footage.path):
        return "it is a picture that does not move"
    shots = [s for s in dailies.shots(footage.id) if s.range.overlap(clip.source) > 0]
    if len(shots) > 1:
        return "there is a cut inside it; split it there first"
    return ""


def _shaky(clip: Clip, dailies: Dailies) -> bool:
    return any(flaw(m, sharp=0.0) == "shaky" for m in dailies.within(clip.footage_id, clip.source))


def _none_shakes(timeline: Timeline, dailies: Dailies) -> str:
    clips = [clip for _, clip in timeline.clips()]

    def shake(clip: Clip) -> float:
        return level("shake", dailies.within(clip.footage_id, clip.source))

    worst = max(clips, key=shake)
    return (
        f"no clip of the cut is shaky; the shakiest is {worst.name} with shake"
        f" {shake(worst):.2f}. Name one to have it steadied all the same"
    )


def _reason(each: Chosen, dailies: Dailies) -> Reason:
    clip = each.clip
    cited = cite_level("shake", clip.footage_id, clip.source, dailies)
    text = f"{clip.name} {clip.source} has shake {each.shake:.2f} (widths per second, each second)"
    return Reason(text=text, evidence=(cited,))


def _change(each: Chosen, timeline: Timeline) -> Change:
    clip, at = each.clip, timeline.start_of(each.clip.id)
    return Change(
        verb="replace",
        item_id=clip.id,
        what=f"a steadied copy takes the place of {clip.name} {clip.source} at {clock(at)}",
        footage_id=clip.footage_id,
        start_s=str(at),
    )


def _job(each: Chosen, strength: Strength) -> Job:
    """What to make, as plain data; the same copy of the same content has the same name."""
    facts = (VERSION, each.footage.fingerprint, each.span.start, each.span.end, strength)
    name = hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
    return {
        "clip_id": each.clip.id,
        "footage_id": each.footage.id,
        "file": f"steady-{name}.mp4",
        "start_s": str(each.span.start),
        "end_s": str(each.span.end),
        "from_s": str(each.clip.source.start),
        "until_s": str(each.clip.source.end),
    }


def _made(
    job: Job,
    footage: Footage,
    smooth_s: float,
    project: Project,
    progress: Callable[[float], None],
    cancel: Cancel,
) -> tuple[Footage | None, str]:
    """The copy as footage of the project, or None where it is no steadier; and what to say."""
    out: Path = project.generated / job["file"]
    span = TimeRange(Fraction(job["start_s"]), Fraction(job["end_s"]))
    played = TimeRange(Fraction(job["from_s"]), Fraction(job["until_s"]))
    known = store.by_path(project, out)
    if known is None and not out.is_file():
        steady(
            footage.path, span.start, span.end, out, smooth_s=smooth_s,
            progress=lambda part: progress(0.8 * part), cancel=cancel,
        )  # fmt: skip
    if cancel():
        raise Cancelled("stopped before the copy was measured; nothing was changed")
    before = shake_of(footage.path, played, cancel=cancel)
    after = shake_of(out, played.shift(-span.start), cancel=cancel)
    progress(0.9)
    figures = f"shake {before:.2f} before, {after:.2f} after"
    if after > BETTER * before:
        if known is None:
            out.unlink(missing_ok=True)
        return None, f"{footage.name} {played} did not become steadier ({figures}); it stays."
    try:
        copy = known or keep_copy(project, Copy(footage, span, out, smooth_s))
    except MediaError as error:
        raise CreatorError(f"the steadied copy of {footage.name} is no footage: {error}") from error
    return copy, f"{footage.name} {played} is steadied: {figures}."


def _frames(each: Chosen) -> float:
    return float(each.span.duration * max(Fraction(each.footage.technical.rate), Fraction(1)))


def _megapixels(each: Chosen) -> float:
    return each.footage.technical.width * each.footage.technical.height / 1e6


def _seconds(each: Chosen) -> float:
    return START_S + _frames(each) * (FRAME_S + PIXEL_S * _megapixels(each))
