"""The tool for speed: slow motion and faster clips, by a factor or to a length."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Timeline
from timeline.time import clock, exact
from tools.changes import changes, rate_text
from tools.dailies import Dailies, listed
from tools.pointing import point_all
from tools.proposal import Effect, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Edits
from tools.spoken import cite

SLOWEST, FASTEST = Fraction(1, 20), Fraction(20)
HEARD_FROM = Fraction(1, 2)  # slower than this the sound of a clip is no sound of it any more
SMOOTH = Fraction(97, 100)  # of the frames that are needed; fewer are seen to stutter


class SpeedArguments(Arguments):
    """How fast which clips play."""

    clips: tuple[str, ...] = Field(
        description="clip ids, numbers from 1, 'last', 'all', or words for the clips"
    )
    factor: float | None = Field(
        None, gt=0, description="0.5 half speed, 1 as it was filmed, 2 twice as fast"
    )
    length_s: float | None = Field(None, gt=0, description="or: the seconds each clip then lasts")
    sound: Literal["auto", "keep", "mute"] = Field(
        "auto", description="keep: in its own pitch; auto: kept, but muted below half speed"
    )


class Speed(Edits):
    """Plays clips slower or faster; what is later moves."""

    name: ClassVar[str] = "speed"
    summary: ClassVar[str] = "Play clips in slow motion or faster, by a factor or to a length"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = SpeedArguments

    def propose(self, arguments: SpeedArguments, project: Project) -> Proposal:
        """The timeline with the clips at their speed. Raises BadArguments, EditError."""
        if (arguments.factor is None) == (arguments.length_s is None):
            raise BadArguments("speed needs either factor or length_s")
        before, dailies = history.current(project), Dailies(project)
        after, told, reasons = before, [], []
        for clip_id in point_all(arguments.clips, before, project):
            clip = after.item(clip_id)
            assert isinstance(clip, Clip)  # point_all names clips only
            speed = _speed(arguments, clip, before.rate)
            after = edits.set_clip(
                after, clip_id, speed=speed, muted=_muted(arguments, clip, speed)
            )
            told.append(_told(clip, speed, before.rate, dailies))
            reasons.append(_reason(clip, speed, before.rate, dailies))
        after = edits.snapped(after)
        if after == before:
            raise BadArguments(f"{listed(list(arguments.clips))} plays at that speed already")
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=_answer(before, after, told),
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all(reasons, project),
        )


def _speed(arguments: SpeedArguments, clip: Clip, rate: Fraction) -> Fraction:
    """The speed that is asked for. Raises BadArguments where it is out of reach."""
    if arguments.factor is not None:
        speed = exact(arguments.factor)
    else:
        frames = max(1, round(exact(arguments.length_s or 0) * rate))
        speed = clip.source.duration * rate / frames
    if not SLOWEST <= speed <= FASTEST:
        raise BadArguments(
            f"{clip.name} would play at {float(speed):.3g}x; {float(SLOWEST):g}x to"
            f" {float(FASTEST):g}x can be played. Trim it instead, or ask for less"
        )
    if clip.source.duration / speed < 1 / rate:
        raise BadArguments(f"{clip.name} would be over within one frame at {float(speed):g}x")
    return speed


def _muted(arguments: SpeedArguments, clip: Clip, speed: Fraction) -> bool:
    if arguments.sound == "auto":
        return clip.muted or speed < HEARD_FROM
    return arguments.sound == "mute"


def smoothest(filmed: Fraction, rate: Fraction) -> Fraction:
    """The slowest speed at which footage of `filmed` frames a second shows each frame once.

    >>> smoothest(Fraction(60), Fraction(24))
    Fraction(2, 5)
    """
    return min(Fraction(1), rate / filmed) if filmed > 0 else Fraction(1)


def _stutters(filmed: Fraction, speed: Fraction, rate: Fraction) -> bool:
    return filmed > 0 and speed < 1 and filmed * speed < rate * SMOOTH


def _told(clip: Clip, speed: Fraction, rate: Fraction, dailies: Dailies) -> str:
    """What becomes of a clip, and what a creator should know of it."""
    footage = dailies.footage(clip.footage_id)
    filmed = Fraction(footage.technical.rate)
    told = f"{clip.name} plays at {float(speed):.4g}x"
    if speed < HEARD_FROM and not clip.muted and footage.technical.has_sound:
        told += ", muted, since its sound would be of no use so slow"
    elif clip.muted:
        told += ", its sound off as before"
    if _stutters(filmed, speed, rate):
        best = smoothest(filmed, rate)
        told += (
            f". It will stutter: it was filmed at {rate_text(filmed)} and this film shows"
            f" {rate_text(rate)}, so each frame is shown {float(rate / filmed / speed):.2g} times"
        )
        told += f"; {float(best):.2g}x is smooth" if best < 1 else "; it has no frames to spare"
    return told


def _reason(clip: Clip, speed: Fraction, rate: Fraction, dailies: Dailies) -> Reason:
    filmed = Fraction(dailies.footage(clip.footage_id).technical.rate)
    if filmed <= 0:
        cited = cite("name", clip.footage_id, clip.source, clip.name)
        return Reason(text=f"{clip.name} has no picture that could stutter", evidence=(cited,))
    shown = float(filmed * speed)
    text = f"{clip.name} was filmed at {rate_text(filmed)}: at {float(speed):.4g}x"
    text += f" {shown:.4g} of its frames are there for each second at {rate_text(rate)}"
    cited = cite("technical", clip.footage_id, clip.source, f"{float(filmed):g} fps")
    return Reason(text=text, evidence=(cited,))


def _answer(before: Timeline, after: Timeline, told: list[str]) -> str:
    by = after.duration - before.duration
    how = f"{clock(abs(by))} {'longer' if by > 0 else 'shorter'}" if by else "as long as before"
    return f"{'. '.join(told)}. The cut is {clock(after.duration)}, {how}."
