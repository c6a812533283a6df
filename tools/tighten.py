"""The tool that tightens speech: long pauses and filler words out, with jump cuts where they were.

Picture and sound are cut together, on whole frames, between words. A pause is known by the times
of the words around it, else by listening to the clip; filler words need the times of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from pydantic import Field

from media.errors import MediaError
from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Timeline
from timeline.time import TimeRange, clock, exact
from tools.changes import changes
from tools.cutting import Opening, on_film, openings, taken
from tools.dailies import Dailies, count, listed
from tools.fillers import fillers_in, known
from tools.pauses import Ears, Talk, silent
from tools.pointing import point_all
from tools.proposal import Effect, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Edits
from tools.spoken import cite, language_of, span_of, text_of

NAMED = 12  # pauses and words that a reason names with their times; its evidence has all
LISTEN = "`roughcut listen` finds the words with their times"


class TightenArguments(Arguments):
    """What goes from which clips."""

    clips: tuple[str, ...] = Field(
        ("all",), description="clip ids, numbers from 1, 'last', 'all', or words for the clip"
    )
    silences: bool = Field(True, description="pauses between words are shortened")
    fillers: bool = Field(False, description="um, uh, 'you know' and their kin are taken out")
    shortest_s: float = Field(0.7, ge=0.2, le=60, description="only pauses at least this long")
    padding_s: float = Field(
        0.2, ge=0.04, le=2, description="how much of a pause stays beside each word"
    )
    language: str = Field(
        "", max_length=8, description="of the filler words, such as 'en'; empty: the one heard"
    )


@dataclass(slots=True)
class _Found:
    """What goes from one clip, and what is to be said of it."""

    clip: Clip
    spans: list[TimeRange] = field(default_factory=list)  # film seconds, on whole frames
    pauses: list[TimeRange] = field(default_factory=list)  # source seconds taken out
    fillers: list[tuple[TimeRange, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mute: bool = False  # nobody speaks in it


class Tighten(Edits):
    """Takes pauses and filler words out of clips; what is later moves up."""

    name: ClassVar[str] = "tighten"
    summary: ClassVar[str] = "Take pauses and filler words (um, uh) out of what is said in clips"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = TightenArguments

    def propose(self, arguments: TightenArguments, project: Project) -> Proposal:
        """The tightened timeline, or an answer why nothing goes. Raises BadArguments, EditError."""
        if not (arguments.silences or arguments.fillers):
            raise BadArguments("say what should go: silences, fillers or both")
        before, dailies = history.current(project), Dailies(project)
        starts = {clip.id: at for at, clip in before.clips()}
        meant = point_all(arguments.clips, before, project)
        clips = [clip for _, clip in before.clips() if clip.id in meant]
        ears = Ears(clips, dailies)
        found = [_look(clip, starts[clip.id], before.rate, arguments, ears) for clip in clips]
        notes = tuple(dict.fromkeys(note for each in found for note in each.notes))
        if all(each.mute for each in found):
            notes = notes or ("Nobody is heard speaking in the cut.",)
        spans = [span for each in found for span in each.spans]
        if not spans:
            return _nothing(arguments, notes)
        after = edits.extract(before, spans)
        reasons = [reason for each in found for reason in _reasons(each)]
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=_answer(before, after, found, notes),
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all(reasons, project),
        )


def _nothing(arguments: TightenArguments, notes: Sequence[str]) -> Proposal:
    what = [f"no pause of {arguments.shortest_s:g} s or more"] * arguments.silences
    what += ["no filler word"] * arguments.fillers
    told = f"There is {' and '.join(what)} to take out; nothing changes."
    return Proposal(
        tool="tighten",
        arguments=arguments.model_dump(mode="json"),
        effect="read",
        answer=" ".join([told, *notes]),
    )


def _answer(
    before: Timeline, after: Timeline, found: Sequence[_Found], notes: Sequence[str]
) -> str:
    pauses = sum(len(each.pauses) for each in found)
    fillers = sum(len(each.fillers) for each in found)
    what = [count(pauses, "pause")] if pauses else []
    what += [count(fillers, "filler word")] if fillers else []
    by = before.duration - after.duration
    told = f"{listed(what)} taken out: the cut is {clock(after.duration)}, {clock(by)} shorter."
    return " ".join([told, *notes])


def _look(
    clip: Clip, at: Fraction, rate: Fraction, arguments: TightenArguments, ears: Ears
) -> _Found:
    """What goes from a clip that starts at `at`."""
    found = _Found(clip)
    if clip.muted:
        found.notes.append(f"{clip.name} is muted, so it stays as it is.")
        return found
    try:
        talk = ears.talk(clip)
    except MediaError as error:
        found.notes.append(f"{clip.name} cannot be listened to ({error}); it stays as it is.")
        return found
    if talk is None:
        found.mute = True
        if arguments.clips != ("all",):
            found.notes.append(f"Nobody is heard speaking in {clip.name}.")
        return found
    fillers = _fillers(talk, found, arguments, ears.dailies)
    places = {n for first, end in fillers for n in range(first, end)}
    if len(places) == len(talk.spans):
        found.notes.append(f"Nothing but filler words is said in {clip.name}; it stays as it is.")
        return found
    loud = 0
    for opening in openings(talk.spans, places, clip):
        goes = opening.gone is not None
        if not goes and not _long(opening, arguments):
            continue
        span = taken(opening, exact(arguments.padding_s))
        if not goes and not silent(span, opening.room, talk, clip, ears.dailies):
            loud += 1
            continue
        film = on_film(span, opening, clip, at, rate)
        if film is None:
            continue
        found.spans.append(film)
        if goes:
            said = [talk.words[first:end] for first, end in fillers if first in opening.places]
            found.fillers += [(span_of(words), text_of(words)) for words in said]
        else:
            found.pauses.append(_source(film, clip, at))
    if loud:
        stay = "1 pause stays" if loud == 1 else f"{loud} pauses stay"
        found.notes.append(f"{stay} in {clip.name}: something as loud as the speech is heard.")
    return found


def _long(opening: Opening, arguments: TightenArguments) -> bool:
    return arguments.silences and opening.room.duration >= exact(arguments.shortest_s)


def _fillers(
    talk: Talk, found: _Found, arguments: TightenArguments, dailies: Dailies
) -> list[tuple[int, int]]:
    """The filler words of a clip, or a note why none can be found."""
    name = found.clip.name
    if not arguments.fillers:
        return []
    if not talk.words:
        found.notes.append(f"The words of {name} are not known one by one; {LISTEN}.")
        return []
    language = arguments.language or language_of(found.clip.footage_id, dailies)
    if language not in known():
        told = f"is {language!r}" if language else "is not known"
        have = ", ".join(sorted(known()))
        found.notes.append(
            f"The language of {name} {told}; filler words are listed for {have}, so say which."
        )
        return []
    return fillers_in(talk.words, language)


def _source(film: TimeRange, clip: Clip, at: Fraction) -> TimeRange:
    """Film seconds of a clip that starts at `at` as seconds of its source."""
    first = clip.source.start
    return TimeRange(first + (film.start - at) * clip.speed, first + (film.end - at) * clip.speed)


def _reasons(found: _Found) -> list[Reason]:
    clip, reasons = found.clip, []
    if found.pauses:
        whole = sum((span.duration for span in found.pauses), Fraction(0))
        told = listed([str(span) for span in found.pauses], limit=NAMED)
        reasons.append(
            Reason(
                text=f"{clip.name}: nothing is said at {told} ({clock(whole)} in all)",
                evidence=tuple(cite("pause", clip.footage_id, span) for span in found.pauses),
            )
        )
    if found.fillers:
        told = listed([f"{text!r} at {clock(s.start)}" for s, text in found.fillers], limit=NAMED)
        are = "is a filler word" if len(found.fillers) == 1 else "are filler words"
        reasons.append(
            Reason(
                text=f"{clip.name}: {told} {are}",
                evidence=tuple(
                    cite("speech", clip.footage_id, s, text) for s, text in found.fillers
                ),
            )
        )
    return reasons
