"""The tool that sets in and out points: by words, by the senses, or by length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from index.listening.cuts import clear_of_words
from index.search import search
from index.values import Filters, Hit
from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Timeline
from timeline.time import TimeRange, clock, exact
from tools.changes import changes
from tools.dailies import Dailies, count
from tools.pointing import point_all
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.ranges import around, growth, on_frames, quality
from tools.reasons import check_all
from tools.search import reason_of
from tools.sensing import Sense, part, understood
from tools.shape import Arguments, Edits

Mode = Literal["auto", "words", "senses", "length", "until", "from"]


class TrimArguments(Arguments):
    """Which clips, and what to keep of each."""

    clips: tuple[str, ...] = Field(
        ("all",), description="clip ids, numbers from 1, 'last', 'all', or words for the clip"
    )
    mode: Mode = Field(
        "auto",
        description="words: the moment these words mean; senses: 'the brightest part', 'before"
        " the camera moves'; length: keep length_s; from, until: the moment is the new in, out"
        " point; auto: told from the rest",
    )
    words: str = Field(
        "", description="the moment or sense; with mode length: best, first, middle or last"
    )
    length_s: float | None = Field(None, gt=0, description="length of each clip afterwards")
    by_s: float | None = Field(
        None,
        description="instead of length_s: so much longer, or shorter below 0; at the end of the"
        " clip, or where words say 'start'",
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What a trim keeps of a clip, and why."""

    span: TimeRange
    room: TimeRange  # where the span may still be moved
    reason: Reason


class Trim(Edits):
    """Trims clips; what is later moves up."""

    name: ClassVar[str] = "trim"
    summary: ClassVar[str] = "Set a clip's in and out point by words, senses or length"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = TrimArguments

    def propose(self, arguments: TrimArguments, project: Project) -> Proposal:
        """The trimmed timeline. Raises BadArguments where nothing fits, EditError."""
        before = history.current(project)
        dailies = Dailies(project)
        after, reasons = before, []
        for clip_id in point_all(arguments.clips, before, project):
            clip = after.item(clip_id)
            assert isinstance(clip, Clip)  # point_all names clips only
            if arguments.by_s is None:
                kept = keep(arguments, clip, dailies)
            else:
                kept = _by_change(arguments, clip, after, dailies)
            span = _to_frames(kept, clip, after, dailies)
            after = edits.trim(after, clip_id, span)
            after = edits.set_clip(after, clip_id, reasons=(kept.reason.text,))
            reasons.append(kept.reason)
        delta = changes(before, after)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=_answer(before, after, reasons),
            changes=delta,
            timeline=document.to_document(after),
            reasons=check_all(reasons, project),
        )


def _answer(before: Timeline, after: Timeline, reasons: list[Reason]) -> str:
    many = len(reasons)
    if [c.source for _, c in before.clips()] == [c.source for _, c in after.clips()]:
        return ". ".join(reason.text for reason in reasons) + "."
    by = after.duration - before.duration
    how = f"{clock(abs(by))} {'longer' if by > 0 else 'shorter'}" if by else "as long as before"
    return f"{count(many, 'clip')} trimmed; the cut is {clock(after.duration)}, {how}."


def keep(arguments: TrimArguments, clip: Clip, dailies: Dailies) -> Kept:
    """What to keep of one clip. Raises BadArguments when the words or senses find nothing."""
    sense = understood(arguments.words)
    mode = arguments.mode
    if mode == "auto":
        mode = "senses" if sense else "words" if _names(arguments.words) else "length"
    length = exact(arguments.length_s) if arguments.length_s else None
    length = length * clip.speed if length else None
    if mode == "length":
        if length is None:
            raise BadArguments("trim by length needs length_s, the seconds to keep of each clip")
        return _by_length(arguments.words, clip, length, dailies)
    if not arguments.words.strip():
        raise BadArguments(f"trim by {mode} needs words: what moment, or which part")
    if mode == "senses" and sense is None:
        raise BadArguments(
            f"{arguments.words!r} names no sense; say brightest, darkest, calmest, liveliest,"
            " steadiest, sharpest, loudest, quietest, where someone speaks, before or after"
            " the camera moves, after the cut"
        )
    if mode in ("from", "until"):
        return _edge(mode, arguments.words, sense, clip, dailies)
    if mode == "senses" and sense is not None:
        return _by_sense(sense, clip, clip.available, length, dailies)
    return _by_words(arguments.words, clip, length, dailies)


def _names(words: str) -> bool:
    """Whether words name a moment rather than a side to keep."""
    return bool(words.strip()) and words.casefold().strip() not in (
        "best", "first", "start", "beginning", "middle", "last", "end", "the best part",
    )  # fmt: skip


def _by_length(words: str, clip: Clip, length: Fraction, dailies: Dailies) -> Kept:
    room = TimeRange(clip.source.start, max(clip.source.end, clip.source.start + length))
    room = room.clamp(clip.available)
    if room.duration < length:
        room = clip.available
    if length > clip.available.duration:
        raise BadArguments(
            f"{clip.name} was to last {clock(length)}, but its footage has only"
            f" {clock(clip.available.duration)}; ask for less"
        )
    side = words.casefold()
    if any(w in side for w in ("first", "start", "begin")):
        span, told = TimeRange(room.start, room.start + length), "its first"
    elif any(w in side for w in ("last", "end")):
        span, told = TimeRange(room.end - length, room.end), "its last"
    elif "middle" in side:
        span, told = around(room, length, room), "the middle"
    else:
        span, told = _best(clip, room, length, dailies), "the best-looking"
    text = f"{clip.name} {span}: {told} {clock(length)} are kept"
    return Kept(span, room, _sensed(text, clip, span, dailies))


def _by_change(arguments: TrimArguments, clip: Clip, timeline: Timeline, dailies: Dailies) -> Kept:
    """The clip so much longer or shorter at one end. Raises BadArguments where it cannot be."""
    by_s = exact(arguments.by_s or 0)
    length = clip.source.duration + by_s * clip.speed
    if length <= 0:
        raise BadArguments(
            f"{clip.name} lasts {clock(clip.duration)}; {clock(-by_s)} less would leave nothing"
        )
    room = clip.source
    if by_s > 0:
        others = [c for _, c in timeline.clips() if c.id != clip.id]
        room = growth([clip, *others], dailies)[clip.id]  # the first has the choice
    if length > room.duration:
        raise BadArguments(
            f"{clip.name} was to last {clock(length / clip.speed)}, but there are only"
            f" {clock(room.duration / clip.speed)} of its shot that no other clip shows"
        )
    if re.search(r"start|begin|front|head", arguments.words, re.IGNORECASE):
        start, side = max(clip.source.end - length, room.start), "its start"
    else:
        start, side = min(clip.source.start, room.end - length), "its end"
    span = TimeRange(start, start + length)
    text = f"{clip.name} {span}: {clock(abs(by_s))} {'longer' if by_s > 0 else 'shorter'} at {side}"
    return Kept(span, room, _sensed(text, clip, span, dailies))


def _best(clip: Clip, room: TimeRange, length: Fraction, dailies: Dailies) -> TimeRange:
    """The `length` seconds of the room that look best by the senses."""
    inside = dailies.within(clip.footage_id, room)
    starts = {room.start, room.end - length}
    starts |= {min(max(m.range.start, room.start), room.end - length) for m in inside}

    def looks(start: Fraction) -> float:
        span = TimeRange(start, start + length)
        seen = dailies.within(clip.footage_id, span)
        cuts = len({m.shot_ordinal for m in seen}) - 1
        return quality(seen) - 0.3 * max(0, cuts)

    best = max(sorted(starts), key=looks)
    return TimeRange(best, best + length)


def _by_sense(
    sense: Sense, clip: Clip, room: TimeRange, length: Fraction | None, dailies: Dailies
) -> Kept:
    moments = dailies.moments(clip.footage_id)
    span = part(sense, moments, room, length)
    if span is None and sense.kind == "most":
        text = (
            f"{clip.name} {clip.source} stays as it is: no part of it is noticeably the"
            f" {sense.said}"
        )
        return Kept(clip.source, room, _sensed(text, clip, clip.source, dailies))
    if span is None:
        raise BadArguments(
            f"{clip.name} has no part {sense.said!r} at {room}: it is the same all through"
        )
    text = f"{clip.name} {span}: {sense.said}"
    return Kept(span, room, _sensed(text, clip, span, dailies))


def _hit(words: str, clip: Clip, dailies: Dailies) -> Hit:
    """The best answer to the words inside the clip's own footage, near its source if equal."""
    filters = Filters(footage_ids=(clip.footage_id,))
    found = search(dailies.project, words, filters=filters, limit=10)
    hits = [h for h in found.hits if h.range.clamp(clip.available).duration > 0]
    if not found.confident or not hits:
        nearest = f"; the nearest is {hits[0].range}" if hits else ""
        raise BadArguments(f"nothing in {clip.name} is like {words!r}{nearest}")
    best = hits[0].score
    near = [h for h in hits if h.score >= best * 0.95]
    return max(near, key=lambda h: (h.range.overlap(clip.source), h.score))


def _by_words(words: str, clip: Clip, length: Fraction | None, dailies: Dailies) -> Kept:
    hit = _hit(words, clip, dailies)
    core = hit.range.clamp(clip.available)
    shots = [s.range for s in dailies.shots(clip.footage_id) if s.range.overlap(core) > 0]
    room = max(shots, key=core.overlap).clamp(clip.available) if shots else clip.available
    core = core.clamp(room)
    span = around(core, length, room) if length else core
    because = reason_of(hit, dailies)
    text = f"{clip.name} {span}: {because.text.split(' - ', 1)[-1]}"
    return Kept(span, room, Reason(text=text, evidence=because.evidence))


def _edge(mode: Mode, words: str, sense: Sense | None, clip: Clip, dailies: Dailies) -> Kept:
    """The clip from, or until, the moment the words mean."""
    if sense is not None:
        found = _by_sense(sense, clip, clip.source, None, dailies)
    else:
        found = _by_words(words, clip, None, dailies)
    whole = clip.source
    if mode == "from":
        whole = TimeRange(found.span.start, max(whole.end, found.span.end))
    elif sense is not None and sense.kind == "before":
        whole = TimeRange(min(whole.start, found.span.start), found.span.end)
    elif found.span.start > whole.start:
        whole = TimeRange(whole.start, found.span.start)
    else:
        raise BadArguments(
            f"{words!r} is at {found.span} of {clip.name}, which starts at {whole.start} s;"
            " nothing would be left before it"
        )
    text = f"{clip.name} {whole}: {mode} {words}"
    return Kept(whole, clip.available, found.reason.model_copy(update={"text": text}))


def _sensed(text: str, clip: Clip, span: TimeRange, dailies: Dailies) -> Reason:
    """A reason that cites what the senses say of the span, or the file's name without any."""
    told = [w for m in dailies.within(clip.footage_id, span) for w in m.senses.words]
    quote = max(sorted(set(told)), key=told.count) if told else ""
    cited = Evidence.model_validate(
        {
            "kind": "senses" if quote else "name",
            "footage_id": clip.footage_id,
            "start_s": str(span.start),
            "end_s": str(span.end),
            "quote": quote or clip.name,
        }
    )
    return Reason(text=f"{text} ({quote})" if quote else text, evidence=(cited,))


def _to_frames(kept: Kept, clip: Clip, timeline: Timeline, dailies: Dailies) -> TimeRange:
    """The span as whole timeline frames, on source frames, not inside a spoken line if avoidable.

    Raises BadArguments where less than one frame is left.
    """
    frame = clip.speed / timeline.rate
    frames = max(1, int(kept.span.duration / frame + Fraction(1, 2)))
    frames = min(frames, int(clip.available.duration / frame))
    if frames < 1:
        raise BadArguments(f"{clip.name} has less than one frame to keep at {kept.span}")
    room = kept.room
    if room.duration < frames * frame:
        room = clip.available
    start = min(max(kept.span.start, room.start), room.end - frames * frame)
    span = TimeRange(start, start + frames * frame)
    words = () if clip.muted else dailies.said(clip.footage_id)
    span = clear_of_words(words, span, room)
    return on_frames(span, room, Fraction(dailies.footage(clip.footage_id).technical.rate))
