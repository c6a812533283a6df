"""The tool for the sound of the cut: on or off, louder or softer, its loudness, J- and L-cuts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import ZERO, Clip, Timeline
from timeline.time import exact
from tools import sound_cuts
from tools.changes import changes
from tools.dailies import Dailies, count, listed
from tools.music import TRACK as MUSIC
from tools.pointing import point_all
from tools.proposal import Effect, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Edits
from tools.sound_cuts import Join
from tools.spoken import cite

Action = Literal[
    "mute", "unmute", "gain", "loudness", "loudness off", "j-cut", "l-cut", "straight cut"
]
WEB_LUFS = -14.0  # what YouTube, Spotify and their kin play at
LOWEST_DB, HIGHEST_DB = -60.0, 12.0
NAMED = 6  # cuts that an answer names one by one


class SoundArguments(Arguments):
    """What to do with the sound, of what."""

    action: Action = Field(
        description="mute, unmute; gain: by_db louder or softer, or set to gain_db; loudness: the"
        " whole film brought to loudness_lufs; loudness off: left as it is; j-cut: the clip is"
        " heard by_s before it is seen; l-cut: it is heard by_s longer, over the next picture;"
        " straight cut: its sound is cut with its picture again"
    )
    clips: tuple[str, ...] = Field(
        ("all",), description="clip ids, numbers from 1, 'last', 'all', or words for the clips"
    )
    of: Literal["clips", "music"] = Field(
        "clips", description="the clips' own sound, or the music under the film"
    )
    by_db: float | None = Field(None, ge=-60, le=60, description="louder (above 0) or softer by")
    gain_db: float | None = Field(None, ge=LOWEST_DB, le=HIGHEST_DB, description="or set to this")
    loudness_lufs: float = Field(
        WEB_LUFS, ge=-40, le=-5, description="-14 for the web, -16 for podcasts, -23 for television"
    )
    by_s: float | None = Field(None, gt=0, le=30, description="how much earlier or later")


Done = tuple[Timeline, str, list[Reason]]


class Sound(Edits):
    """Sets the sound of clips, of the music, or of the whole film."""

    name: ClassVar[str] = "sound"
    summary: ClassVar[str] = (
        "Mute, unmute, level clips or music, set the film's loudness, make J- and L-cuts"
    )
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = SoundArguments

    def propose(self, arguments: SoundArguments, project: Project) -> Proposal:
        """The timeline with its sound set. Raises BadArguments, EditError."""
        before = history.current(project)
        if before.duration <= 0:
            raise BadArguments("there is no film yet whose sound could be set")
        dailies = Dailies(project)
        after, answer, reasons = _done(arguments, before, dailies)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=answer,
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all(reasons, project),
        )


def _done(arguments: SoundArguments, before: Timeline, dailies: Dailies) -> Done:
    action = arguments.action
    if action in ("loudness", "loudness off"):
        wanted = arguments.loudness_lufs if action == "loudness" else None
        return _loudness(before, wanted)
    if action in ("j-cut", "l-cut", "straight cut"):
        return _split(arguments, before, dailies)
    clips = _clips(arguments, before, dailies)
    if action == "gain":
        return _gain(arguments, before, clips, dailies)
    return _switched(before, clips, muted=action == "mute", dailies=dailies)


def _clips(arguments: SoundArguments, before: Timeline, dailies: Dailies) -> list[Clip]:
    """The clips whose sound is meant, in order. Raises BadArguments."""
    if arguments.of == "clips":
        ids = point_all(arguments.clips, before, dailies.project)
        return [clip for _, clip in before.clips() if clip.id in ids]
    beds = before.clips(MUSIC) if any(t.name == MUSIC for t in before.tracks) else ()
    if not beds:
        raise BadArguments("there is no music under the film; lay some with the music tool first")
    return [clip for _, clip in beds]


def _names(clips: Sequence[Clip], before: Timeline) -> str:
    """Clips as people read them; all of them in one word."""
    shown = [clip.id for _, clip in before.clips()]
    if clips[0].id not in shown:
        return "the music"
    if len(clips) == len(shown) > 1:
        return "every clip"
    return listed([f"{clip.name} (clip {shown.index(clip.id) + 1})" for clip in clips])


def _switched(before: Timeline, clips: Sequence[Clip], *, muted: bool, dailies: Dailies) -> Done:
    sounding = [c for c in clips if dailies.footage(c.footage_id).technical.has_sound]
    if not sounding:
        raise BadArguments(f"{_names(clips, before)} has no sound; there is nothing to switch")
    turned = [clip for clip in sounding if clip.muted != muted]
    if not turned:
        state = "muted" if muted else "heard"
        raise BadArguments(f"{_names(clips, before)} is {state} already; nothing would change")
    after = before
    for clip in turned:
        after = edits.set_clip(after, clip.id, muted=muted)
    now = "muted" if muted else "heard again"
    answer = f"{_capital(_names(turned, before))} {_are(turned, before)} {now}."
    silent = [c for c in clips if c not in sounding]
    if silent:
        answer += f" {_capital(listed([c.name for c in silent]))} had no sound."
    return after, answer, [_has_sound(clip, f"is {now}") for clip in turned]


def _gain(
    arguments: SoundArguments, before: Timeline, clips: Sequence[Clip], dailies: Dailies
) -> Done:
    by, to = arguments.by_db, arguments.gain_db
    if (by is None) == (to is None):
        raise BadArguments("gain needs either by_db, the change, or gain_db, the level to set")
    sounding = [c for c in clips if dailies.footage(c.footage_id).technical.has_sound]
    if not sounding:
        raise BadArguments(f"{_names(clips, before)} has no sound to make louder or softer")
    after, reasons = before, []
    for clip in sounding:
        level = to if to is not None else round(clip.gain_db + (by or 0.0), 2)
        if not LOWEST_DB <= level <= HIGHEST_DB:
            raise BadArguments(
                f"{clip.name} stands at {clip.gain_db:+g} dB and would come to {level:+g} dB;"
                f" {LOWEST_DB:g} dB to {HIGHEST_DB:+g} dB can be set. For a louder film use the"
                " action loudness"
            )
        after = edits.set_clip(after, clip.id, gain_db=level)
        reasons.append(_has_sound(clip, f"stands at {level:+g} dB"))
    if after == before:
        raise BadArguments(f"{_names(sounding, before)} has that level already")
    how = f"{abs(by):g} dB {'louder' if by > 0 else 'softer'}" if by else f"at {to:+g} dB"
    muted = [clip for clip in sounding if clip.muted]
    answer = f"{_capital(_names(sounding, before))} {_are(sounding, before)} {how}."
    if muted:
        answer += f" {_capital(_names(muted, before))} {_are(muted, before)} still muted."
    return after, answer, reasons


def _loudness(before: Timeline, wanted: float | None) -> Done:
    if wanted == before.loudness_lufs:
        state = "is left as it is" if wanted is None else f"is brought to {wanted:g} LUFS"
        raise BadArguments(f"the film's loudness {state} already; nothing would change")
    after = replace(before, loudness_lufs=wanted)
    if wanted is None:
        return after, "The film's loudness is left as its clips are.", []
    answer = (
        f"The finished film is brought to {wanted:g} LUFS (EBU R 128), peaks kept below -1 dBFS;"
        " the clips keep their levels among each other."
    )
    return after, answer, []


def _nowhere(action: Action, *, named: bool) -> str:
    side = "after" if action == "l-cut" else "before"
    if named:
        return f"no clip stands {side} it, so there is no cut whose sound could move"
    if action == "straight cut":
        return "all sound is cut with its picture already; nothing would change"
    if action == "l-cut":
        return "nobody is heard speaking where one shot becomes another; say which clip goes on"
    return "there is no cut from one shot to another whose sound could move"


Cut = Callable[[Join, "Fraction | None", Fraction, Dailies], Fraction]


def _split(arguments: SoundArguments, before: Timeline, dailies: Dailies) -> Done:
    """J- and L-cuts at every join that is meant; a clip that is named must have room for it."""
    if arguments.of == "music":
        raise BadArguments("the music has no picture to be cut before or after; name clips")
    meant = point_all(arguments.clips, before, dailies.project)
    named = arguments.clips != ("all",)
    by = exact(arguments.by_s) if arguments.by_s is not None else None
    cut: Cut = {"j-cut": sound_cuts.early, "l-cut": sound_cuts.late}.get(arguments.action, _none)
    chosen = [j for j in sound_cuts.joins(before) if _of(j, arguments.action) & {*meant}]
    if not named:
        chosen = [j for j in chosen if sound_cuts.worth(j, arguments.action, dailies)]
    if not chosen:
        raise BadArguments(_nowhere(arguments.action, named=named))
    after, told, left, reasons = before, [], [], list[Reason]()
    for join in chosen:
        now = next(j for j in sound_cuts.joins(after) if j.left.id == join.left.id)
        try:
            at = cut(now, by, before.rate, dailies)
        except BadArguments as error:
            if named:
                raise
            left.append(str(error))
            continue
        if at != now.left.sound_cut_s:
            after = sound_cuts.split(after, now, at)
            told.append(_told(now, at, by))
            if at:
                reasons.append(sound_cuts.reason(now, at, dailies))
    if not told:
        raise BadArguments("; ".join(left) or "the sound is cut so already; nothing would change")
    answer = "; ".join(told[:NAMED]) + (f"; {len(told) - NAMED} more" * (len(told) > NAMED)) + "."
    if left:
        stay = "stays as it is" if len(left) == 1 else "stay as they are"
        answer += f" {count(len(left), 'cut')} {stay}: {'; '.join(left[:NAMED])}."
    return after, _capital(answer), reasons


def _of(join: Join, action: Action) -> set[str]:
    """The clips that name a join in words: the one that is heard early, the one that goes on."""
    ids = {"l-cut": {join.left.id}, "j-cut": {join.right.id}}
    return ids.get(action, {join.left.id, join.right.id})


def _none(join: Join, by: Fraction | None, rate: Fraction, dailies: Dailies) -> Fraction:  # noqa: ARG001
    """A straight cut."""
    return ZERO


def _told(join: Join, at: Fraction, asked: Fraction | None) -> str:
    by = f"{float(abs(at)):.2f} s"
    if not at:
        return (
            f"the sound between clips {join.number} and {join.number + 1} is cut with the picture"
        )
    moved = asked is not None and abs(abs(at) - asked) > Fraction(1, 25)
    why = f" ({float(asked or 0):g} s would have cut into a word)" if moved else ""
    if at < 0:
        return f"{join.right.name} (clip {join.number + 1}) is heard {by} before it is seen{why}"
    return f"{join.left.name} (clip {join.number}) is heard {by} on over the next picture{why}"


def _has_sound(clip: Clip, what: str) -> Reason:
    cited = cite("technical", clip.footage_id, clip.source, "sound")
    return Reason(text=f"{clip.name} has sound, and {what}", evidence=(cited,))


def _are(clips: Sequence[Clip], before: Timeline) -> str:
    one = len(clips) == 1 or _names(clips, before) in ("the music", "every clip")
    return "is" if one else "are"


def _capital(text: str) -> str:
    """A sentence with its capital; the name of a file keeps its own letters."""
    ours = text.startswith(("the ", "every "))
    return text[:1].upper() + text[1:] if ours else text
