"""The tool that lays music under the film: a file the creator gave, or a synthesised bed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from index.ingest import ingest_file
from media.encode import write_sound
from media.errors import Cancelled
from project import footage as store
from project import history
from project.errors import BadArguments
from project.footage import Footage
from project.store import Project
from timeline import document, edits
from timeline.marks import file_words
from timeline.model import Clip, Origin, Timeline, Track
from timeline.time import TimeRange, clock
from tools.bed import RATE_HZ, Score, score_for, synthesise
from tools.changes import changes
from tools.dailies import Dailies, made_id
from tools.moods import found_in
from tools.proposal import Change, Cost, Effect, Evidence, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Cancel, Progress

TRACK = "A2"
LONGEST_S = Fraction(3600)


class MusicArguments(Arguments):
    """Which music and how loud."""

    footage_id: str = Field("", description="a sound file of the project; empty: make a bed")
    mood: str = Field("", description="words for a made bed: calm, lively, bright, dark, warm")
    tempo_bpm: int | None = Field(None, ge=40, le=200)
    seed: int = Field(0, ge=0, description="another seed, another bed")
    gain_db: float = Field(-12.0, ge=-60, le=12)
    remove: bool = Field(False, description="take the music away instead")


class Music:
    """Lays one bed on A2 for the film's length; it ducks under speech and fades at its ends."""

    name: ClassVar[str] = "music"
    summary: ClassVar[str] = "Lay music under the film: a given file, or a bed made by mood"
    effect: ClassVar[Effect] = "slow"
    arguments: ClassVar[type[Arguments]] = MusicArguments

    def propose(self, arguments: MusicArguments, project: Project) -> Proposal:
        """An edit for a given file; slow where a bed must be made first. Raises BadArguments."""
        before = history.current(project)
        if before.duration <= 0:
            raise BadArguments("there is no film to lay music under; make a storyboard first")
        if arguments.remove:
            after = _without(before)
            return self._edit(arguments, before, after, "The music is taken away.", (), project)
        if arguments.footage_id:
            footage = _sound(arguments.footage_id, project)
            after = laid(before, footage, arguments.gain_db)
            answer = f"{footage.name} plays under all {clock(before.duration)}."
            reason = Reason(
                text=f"{footage.name} has {clock(footage.duration_s)} of sound",
                evidence=(_has_sound(footage),),
            )
            return self._edit(arguments, before, after, answer, (reason,), project)
        return self._made(arguments, before)

    def _edit(
        self,
        arguments: MusicArguments,
        before: Timeline,
        after: Timeline,
        answer: str,
        reasons: tuple[Reason, ...],
        project: Project,
    ) -> Proposal:
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=answer,
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all(reasons, project),
        )

    def _made(self, arguments: MusicArguments, before: Timeline) -> Proposal:
        score, length = _score(arguments), min(before.duration, LONGEST_S)
        made = f"A bed of {score.words}, {clock(length)} long"
        change = Change(
            verb="music",
            item_id="",
            what=f"{made}, under the film from 0:00.0 at {arguments.gain_db:g} dB",
            start_s="0",
        )
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="slow",
            answer=f"{made}, is made here by a plain synthesiser (seed {arguments.seed}).",
            changes=(change,),
            cost=Cost(
                seconds=round(2 + float(length) * 0.15, 1), disk_bytes=int(length * RATE_HZ * 4)
            ),
            data={"length_s": str(length), "seed": arguments.seed, "score": score.words},
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """The bed as a file in the project, under a name made from the action: made only once."""
        if proposal.effect != "slow":
            return {}
        arguments = MusicArguments.model_validate(proposal.arguments)
        out = project.generated / f"music-{proposal.action_hash()[:16]}.wav"
        known = store.by_path(project, out)
        if known is not None and out.is_file():
            return {"footage_id": known.id, "path": str(out)}
        if not out.is_file():
            progress(0.1, "playing the bed")
            samples = synthesise(
                _score(arguments), Fraction(proposal.data["length_s"]), arguments.seed
            )
            if cancel():
                raise Cancelled("the music was stopped; nothing was kept")
            part = out.with_suffix(".part.wav")
            write_sound(samples, RATE_HZ, part, comment=file_words(_origin(arguments)))
            part.replace(out)
        progress(0.8, "listening to it")
        footage = _taken(project, out, arguments)
        progress(1.0, "done")
        return {"footage_id": footage.id, "path": str(out)}

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        """The proposed timeline, or the current one with the made bed under it."""
        if proposal.effect != "slow":
            return document.from_document(proposal.timeline) if proposal.timeline else None
        footage = store.find(project, str(work["footage_id"]))
        return laid(history.current(project), footage, float(proposal.arguments["gain_db"]))


def _score(arguments: MusicArguments) -> Score:
    return score_for(found_in(arguments.mood), arguments.tempo_bpm)


def _taken(project: Project, out: Path, arguments: MusicArguments) -> Footage:
    title = f"Music bed, {arguments.mood}" if arguments.mood else "Music bed"
    footage: Footage = ingest_file(project, out, origin=_origin(arguments), title=title)
    return footage


def _origin(arguments: MusicArguments) -> Origin:
    return Origin(
        backend="synthesiser",
        model="procedural bed",
        prompt=f"{arguments.mood or 'plain'}: {_score(arguments).words}",
        seed=arguments.seed,
        ai=False,
    )


def _sound(footage_id: str, project: Project) -> Footage:
    dailies = Dailies(project)
    if not dailies.has(footage_id):
        raise BadArguments(f"there is no footage {footage_id!r}; use an id that search gave")
    footage = dailies.footage(footage_id)
    if not footage.technical.has_sound or footage.status == "rejected":
        raise BadArguments(f"{footage.name} has no sound to lay under the film")
    return footage


def _has_sound(footage: Footage) -> Evidence:
    return Evidence(
        kind="technical", footage_id=footage.id, end_s=str(footage.duration_s), quote="sound"
    )


def _without(timeline: Timeline) -> Timeline:
    return edits.set_track(timeline, Track(TRACK, "audio"))


def laid(timeline: Timeline, footage: Footage, gain_db: float) -> Timeline:
    """The bed on A2 for the film's length, again from its start as often as it takes.

    Raises BadArguments where the file has no length.
    """
    if footage.duration_s <= 0:
        raise BadArguments(f"{footage.name} has no sound that plays")
    clips: list[Clip] = []
    left = timeline.duration
    frame = 1 / timeline.rate
    while left > 0:
        whole = Fraction((footage.duration_s * timeline.rate) // 1) / timeline.rate
        length = min(left, max(whole, frame))
        if length > footage.duration_s:
            raise BadArguments(f"{footage.name} is shorter than one frame")
        clips.append(
            Clip(
                id=made_id("c", TRACK, footage.id, len(clips)),
                footage_id=footage.id,
                name=footage.title or footage.name,
                source=TimeRange(Fraction(0), length),
                available=footage.range,
                gain_db=gain_db,
                origin=footage.origin,
            )
        )
        left -= length
    return edits.set_track(timeline, Track(TRACK, "audio", tuple(clips)))
